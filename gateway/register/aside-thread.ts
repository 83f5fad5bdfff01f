// The thread of aside.ts: one sheet, its tables, and the end.
import { parentPort, workerData } from "node:worker_threads";
import { tablesOf } from "./tables-of.ts";

parentPort?.postMessage(tablesOf(workerData as Uint8Array));
