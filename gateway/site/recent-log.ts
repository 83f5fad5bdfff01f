// The log's way out of the process, and its last lines kept beside it: the gateway's own page shows them to who has no shell.
import type { DestinationStream } from "pino";

const mostKept = 400;
const longestLine = 2_000;

export interface RecentLog extends DestinationStream {
  /** Oldest first. */
  recent(): readonly string[];
  flush(done: (error?: Error) => void): void;
}

type Out = DestinationStream & { flush(done: (error?: Error) => void): void };

const longestText = 600;

/** Still one line that can be read: its long members are cut, never the line. */
function shortened(line: string): string {
  if (line.length <= longestLine) return line;
  try {
    const cut = JSON.stringify(JSON.parse(line), (_key, value: unknown) =>
      typeof value === "string" && value.length > longestText ? `${value.slice(0, longestText)}…` : value,
    );
    if (cut.length <= 2 * longestLine) return cut;
    const { level, time, name, msg } = JSON.parse(cut) as Record<string, unknown>;
    return JSON.stringify({ level, time, name, msg, cut: `${line.length} …` });
  } catch {
    return line.slice(0, longestLine);
  }
}

export function withRecent(out: Out): RecentLog {
  const kept: string[] = [];
  return {
    write(line) {
      kept.push(shortened(line));
      if (kept.length > mostKept) kept.splice(0, kept.length - mostKept);
      out.write(line);
    },
    recent: () => kept,
    flush: (done) => out.flush(done),
  };
}
