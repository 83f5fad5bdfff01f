// An export made in a thread beside the service. Bounded: a thread that needs more memory than a page of hazards ever does is ended, and says so.
import { Worker } from "node:worker_threads";
import type { StorePlace } from "#cloud/store/store.ts";
import type { LedgerFile, Told } from "./export.ts";
import type { Said, ThreadData } from "./thread.ts";

/** The list of numbers of some hundred thousand hazards, a page of them, and what waits to be packed. */
const most_MB = 512;

export interface Aside {
  /** The number of hazards that were written. */
  readonly ended: Promise<number>;
  stop(): void;
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
