// An export made in a thread beside the service. Bounded: a thread that needs more memory than a page of hazards ever does is ended, and says so.
import { Worker } from "node:worker_threads";
import { openReading } from "#cloud/store/reading.ts";
import type { StorePlace } from "#cloud/store/store.ts";
import { type LedgerFile, type Told, writeLedger } from "./export.ts";
import type { Said, ThreadData } from "./thread.ts";

/** The list of numbers of some hundred thousand hazards, a page of them, and what waits to be packed. */
const most_MB = 512;

export interface Aside {
  /** The number of hazards that were written. */
  readonly ended: Promise<number>;
  stop(): void;
}

/** Few hazards are written here, by a connection of their own: a thread would take longer to begin than they take. */
export async function exportHere(place: StorePlace, asked: LedgerFile, told: Told): Promise<number> {
  const read = openReading(place);
  try {
    return await writeLedger(read, asked, told);
  } finally {
    await read.destroy();
  }
}

export function exportAside(place: StorePlace, asked: LedgerFile, told: Told): Aside {
  const workerData: ThreadData = { place, asked };
  const thread = new Worker(new URL("./thread.ts", import.meta.url), { workerData, resourceLimits: { maxOldGenerationSizeMb: most_MB } });
  const ended = new Promise<number>((done, failed) => {
    let rows: number | undefined;
    thread.on("message", (said: Said) => {
      if (said.kind === "total") told.total(said.rows);
      else if (said.kind === "done") told.done(said.rows);
      else if (said.kind === "bytes") told.bytes(said.bytes);
      else if (said.kind === "end") rows = said.rows;
      else failed(new Error(said.why));
    });
    thread.on("error", failed);
    thread.on("exit", () => (rows === undefined ? failed(new Error("the export was ended before it was whole")) : done(rows)));
  });
  return { ended, stop: () => void thread.terminate() };
}
