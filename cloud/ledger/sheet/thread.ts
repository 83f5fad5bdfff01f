// A thread that writes one export of the ledger, with a connection of its own: whoever asks something of the service meanwhile waits for neither reading nor packing.
import { parentPort, workerData } from "node:worker_threads";
import { openReading } from "#cloud/store/reading.ts";
import type { StorePlace } from "#cloud/store/store.ts";
import { type LedgerFile, writeLedger } from "./export.ts";

export interface ThreadData {
  readonly place: StorePlace;
  readonly asked: LedgerFile;
}
export type Said =
  | { readonly kind: "total"; readonly rows: number }
  | { readonly kind: "done"; readonly rows: number }
  | { readonly kind: "bytes"; readonly bytes: Uint8Array }
  | { readonly kind: "end"; readonly rows: number }
  | { readonly kind: "error"; readonly why: string };

const { place, asked } = workerData as ThreadData;
const say = (said: Said): void => parentPort?.postMessage(said);

const read = openReading(place);
try {
  const rows = await writeLedger(read, asked, {
    total: (n) => say({ kind: "total", rows: n }),
    done: (n) => say({ kind: "done", rows: n }),
    bytes: (bytes) => say({ kind: "bytes", bytes }),
  });
  say({ kind: "end", rows });
} catch (error) {
  say({ kind: "error", why: error instanceof Error ? error.message : String(error) });
} finally {
  await read.destroy();
}
