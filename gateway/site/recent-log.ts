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

export function withRecent(out: Out): RecentLog {
  const kept: string[] = [];
  return {
    write(line) {
      kept.push(line.slice(0, longestLine));
      if (kept.length > mostKept) kept.splice(0, kept.length - mostKept);
      out.write(line);
    },
    recent: () => kept,
    flush: (done) => out.flush(done),
  };
}
