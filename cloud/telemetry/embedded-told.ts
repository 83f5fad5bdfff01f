// What the embedded telemetry's writer is told, and the two ways to reach it: in this thread, or on its own.
import { Worker } from "node:worker_threads";
import { openFile } from "./embedded-file.ts";
import type { Packed } from "./embedded-pack.ts";
import type { Keeping, Thinned, Writer } from "./embedded-writer.ts";

export type Told =
  | { readonly kind: "write"; readonly id: number; readonly packed: Packed }
  | { readonly kind: "tidy"; readonly id: number; readonly now: number }
  | { readonly kind: "thin"; readonly id: number; readonly keeping: Keeping; readonly now: number }
  | { readonly kind: "close"; readonly id: number };

type Untold<T = Told> = T extends Told ? Omit<T, "id"> : never;

export interface Writing {
  write(packed: Packed): Promise<void>;
  tidy(now: number): Promise<boolean>;
  thin(keeping: Keeping, now: number): Promise<Thinned>;
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
    thin: async (keeping, now) => writer.thin(keeping, now),
    close: async () => writer.close(),
  };
}

export interface Answer {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: { readonly message: string; readonly code?: string };
}

/** What the thread is started with. */
export interface ThreadData {
  readonly file: string;
  readonly newestOnly: boolean;
}

export function writingOnThread(workerData: ThreadData): Writing {
  // The file is there, with its tables, before anybody reads it.
  openFile(workerData.file).close();
  const thread = new Worker(new URL("./embedded-thread.ts", import.meta.url), { workerData });
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
  thread.on("error", (error) => {
    gone(error);
    // A service that cannot keep what it hears is better started anew than deaf: what was not acknowledged is sent again.
    setImmediate(() => {
      throw error;
    });
  });
  thread.on("exit", () => gone(ended ?? new Error("the telemetry store's thread has ended")));
  const tell = <Result>(what: Untold, transfer: ArrayBuffer[] = []): Promise<Result> =>
    new Promise<Result>((resolve, reject) => {
      if (ended !== undefined) return reject(ended);
      told += 1;
      waiting.set(told, { resolve: resolve as (result: never) => void, reject });
      thread.postMessage({ ...what, id: told }, transfer);
    });
  return {
    write: (packed) =>
      tell(
        { kind: "write", packed },
        packed.blocks.map(({ data }) => data.buffer),
      ),
    tidy: (now) => tell({ kind: "tidy", now }),
    thin: (keeping, now) => tell({ kind: "thin", keeping, now }),
    async close() {
      if (ended === undefined) await tell({ kind: "close" });
    },
  };
}
