// Checking and comparing tariffs beside the event loop: a file that takes a second to try must not keep a lane or a page waiting. One thread, started when first asked, questions in order.
import { Worker } from "node:worker_threads";
import type { CheckTold, DiffTold } from "#protocols/api/tariffs.ts";
import type { Refusal } from "#protocols/vocabulary/faults.ts";
import type { Wall } from "#protocols/vocabulary/time.ts";

export type Work =
  | { readonly tool: "check"; readonly text: string }
  | { readonly tool: "diff"; readonly before: string; readonly after: string; readonly now: Wall };

export interface Question {
  readonly id: number;
  readonly work: Work;
}

export type Answer = { readonly id: number } & ({ readonly said: unknown } | { readonly failed: string });

interface Waiting {
  readonly resolve: (said: unknown) => void;
  readonly reject: (error: Error) => void;
}

const waiting = new Map<number, Waiting>();
let worker: Worker | undefined;
let asked = 0;

/** A file that wants more memory than this is none that anybody wrote. */
const most_MB = 256;

function started(): Worker {
  if (worker !== undefined) return worker;
  const fresh = new Worker(new URL("./aside-worker.ts", import.meta.url), { resourceLimits: { maxOldGenerationSizeMb: most_MB } });
  fresh.on("message", (answer: Answer) => {
    const asker = waiting.get(answer.id);
    waiting.delete(answer.id);
    if (waiting.size === 0) fresh.unref();
    if ("said" in answer) asker?.resolve(answer.said);
    else asker?.reject(new Error(answer.failed));
  });
  const ended = (error: Error) => {
    if (worker === fresh) worker = undefined;
    for (const asker of waiting.values()) asker.reject(error);
    waiting.clear();
  };
  fresh.on("error", ended);
  fresh.on("exit", (code) => ended(new Error(`the thread of the tariff tools ended with ${code}`)));
  worker = fresh;
  return fresh;
}

function ask(work: Work): Promise<unknown> {
  const thread = started();
  // A program ends when it wants to; only an open question keeps it.
  thread.ref();
  asked += 1;
  const id = asked;
  return new Promise((resolve, reject) => {
    waiting.set(id, { resolve, reject });
    thread.postMessage({ id, work } satisfies Question);
  });
}

export const checkAside = (text: string): Promise<CheckTold> => ask({ tool: "check", text }) as Promise<CheckTold>;

export const diffAside = (before: string, after: string, now: Wall): Promise<DiffTold | Refusal> =>
  ask({ tool: "diff", before, after, now }) as Promise<DiffTold | Refusal>;
