// A workbook is taken apart, and made, beside the event loop, and a long text read there: neither must keep a lane waiting. A thread for each, one after another; a short text is read at once.
import { Worker } from "node:worker_threads";
import type { Rows } from "./export.ts";
import { asCsv, isWorkbook, type Tables, tablesOf } from "./tables-of.ts";

/** A sheet that wants more memory than this is none that anybody wrote. */
const most_MB = 256;
/** A millisecond of reading. */
const shortText = 16 * 1024;
let before: Promise<unknown> = Promise.resolve();

export type AsideTask = { readonly read: Uint8Array } | { readonly write: Rows; readonly name: string };

export function tablesAside(bytes: Uint8Array): Promise<Tables> {
  if (!isWorkbook(bytes) && bytes.length <= shortText) return Promise.resolve(tablesOf(bytes));
  return inTurn<Tables>({ read: bytes }).catch((error: Error & { code?: string }) => {
    if (error.code === "ERR_WORKER_OUT_OF_MEMORY") return asCsv("表格过大", "the sheet is too large");
    throw error;
  });
}

export const workbookAside = (name: string, rows: Rows): Promise<Uint8Array> => inTurn<Uint8Array>({ write: rows, name });

function inTurn<Answer>(task: AsideTask): Promise<Answer> {
  const mine = before.then(() => inThread<Answer>(task));
  before = mine.catch(() => undefined);
  return mine;
}

function inThread<Answer>(task: AsideTask): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const thread = new Worker(new URL("./aside-thread.ts", import.meta.url), {
      workerData: task,
      resourceLimits: { maxOldGenerationSizeMb: most_MB },
    });
    thread.once("message", resolve);
    thread.once("error", reject);
    // After its message this says nothing new.
    thread.once("exit", (code) => reject(new Error(`the thread of a sheet ended with ${code}`)));
  });
}
