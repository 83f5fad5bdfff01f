// What the embedded telemetry's writer is told, and the two ways to reach it: in this thread, or on its own.
import { Worker } from "node:worker_threads";
import { type Keeping, openFile, openWriter, type Packed, type Writer } from "./embedded-writer.ts";

export type Told =
  | { readonly kind: "write"; readonly id: number; readonly packed: Packed }
  | { readonly kind: "tidy"; readonly id: number; readonly now: number }
  | { readonly kind: "thin"; readonly id: number; readonly keeping: Keeping; readonly now: number; readonly most: number }
  | { readonly kind: "close"; readonly id: number };

type Untold<T = Told> = T extends Told ? Omit<T, "id"> : never;

export interface Writing {
  write(packed: Packed): Promise<void>;
  tidy(now: number): Promise<boolean>;
  thin(keeping: Keeping, now: number, most: number): Promise<number>;
  close(): Promise<void>;
}

/** For tests and small tools: everything at once, in this thread. */
export function writingHere(writer: Writer): Writing {
  return {
    async write(packed) {
      const [error] = writer.write([packed]);
      if (error !== undefined) throw error;
    },
    tidy: async (now) => writer.tidy(now),
    thin: async (keeping, now, most) => writer.thin(keeping, now, most),
    close: async () => writer.close(),
  };
}

export interface Answer {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: { readonly message: string; readonly code?: string };
}

export function writingOnThread(file: string): Writing {
  // The file is there, with its tables, before anybody reads it.
  openWriter(openFile(file)).close();
  const thread = new Worker(new URL("./embedded-thread.ts", import.meta.url), { workerData: file });
  const waiting = new Map<number, { resolve: (result: never) => void; reject: (error: Error) => void }>();
  let told = 0;
  let ended: Error | undefined;
  thread.on("message", (answers: readonly Answer[]) => {
    for (const { id, result, error } of answers) {
      const one = waiting.get(id);
      waiting.delete(id);
      if (error === undefined) one?.resolve(result as never);
      else one?.reject(Object.assign(new Error(error.message), error.code === undefined ? {} : { code: error.code }));
    }
  });
  const gone = (why: Error): void => {
    ended = why;
    for (const { reject } of waiting.values()) reject(why);
    waiting.clear();
  };
  thread.on("error", gone);
  thread.on("exit", () => gone(ended ?? new Error("the telemetry store's thread has ended")));
  const tell = <Result>(what: Untold, transfer: ArrayBuffer[] = []): Promise<Result> =>
    new Promise<Result>((resolve, reject) => {
      if (ended !== undefined) return reject(ended);
      told += 1;
      waiting.set(told, { resolve: resolve as (result: never) => void, reject });
      thread.postMessage({ ...what, id: told }, transfer);
    });
  return {
    write: (packed) => tell({ kind: "write", packed }, [packed.rows.buffer as ArrayBuffer]),
    tidy: (now) => tell({ kind: "tidy", now }),
    thin: (keeping, now, most) => tell({ kind: "thin", keeping, now, most }),
    async close() {
      if (ended === undefined) await tell({ kind: "close" });
    },
  };
}
