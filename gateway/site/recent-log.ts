// The log's way out of the process, and its last lines kept beside it: the gateway's own page shows them to who has no shell.
import type { DestinationStream } from "pino";
import { keptLines } from "../link/log-lines.ts";

export interface RecentLog extends DestinationStream {
  /** Oldest first. */
  recent(): readonly string[];
  flush(done: (error?: Error) => void): void;
}

type Out = DestinationStream & { flush(done: (error?: Error) => void): void };

export function withRecent(out: Out): RecentLog {
  const kept = keptLines();
  return {
    write(line) {
      kept.add(line);
      out.write(line);
    },
    recent: kept.all,
    flush: (done) => out.flush(done),
  };
}
