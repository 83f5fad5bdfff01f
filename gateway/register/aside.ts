// A workbook is taken apart beside the event loop: seconds of unpacking must not keep a lane waiting. A thread for each, one after another; text is read at once.
import { Worker } from "node:worker_threads";
import { asCsv, isWorkbook, type Tables, tablesOf } from "./tables-of.ts";

/** A sheet that wants more memory than this is none that anybody wrote. */
const most_MB = 256;
let before: Promise<unknown> = Promise.resolve();

export function tablesAside(bytes: Uint8Array): Promise<Tables> {
  if (!isWorkbook(bytes)) return Promise.resolve(tablesOf(bytes));
  const mine = before.then(() => inThread(bytes));
  before = mine.catch(() => undefined);
  return mine;
}

function inThread(bytes: Uint8Array): Promise<Tables> {
  return new Promise((resolve, reject) => {
    const thread = new Worker(new URL("./aside-thread.ts", import.meta.url), {
      workerData: bytes,
      resourceLimits: { maxOldGenerationSizeMb: most_MB },
    });
    thread.once("message", resolve);
    thread.once("error", (error: Error & { code?: string }) => {
      if (error.code === "ERR_WORKER_OUT_OF_MEMORY") resolve(asCsv("表格过大", "the sheet is too large"));
      else reject(error);
    });
    // After its message this says nothing new.
    thread.once("exit", (code) => reject(new Error(`the thread that reads sheets ended with ${code}`)));
  });
}
