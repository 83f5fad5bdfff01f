// Facts that the site process has not taken: bounded, and each with its text, so that writing ten thousand of them anew is a copy and not a computation in the loop that must not wait.
import type { SpooledFact } from "../../link/messages.ts";

export const mostFacts = 10_000;
/** Few, so that a damaged record takes few with it. */
const factsARecord = 10;
export const mostMinor = 1_000;
/** What is given up first when nobody takes anything: answers to requests, and what readings show anyway. A cut, a weld, an end of a session go last. */
const minorKinds: ReadonlySet<string> = new Set(["refused", "station-silent", "station-answers", "line-late", "line-in-time"]);
/** Not every drop is said: a flood of them would be one of words too. */
const saidEvery = 1_000;

export interface UntakenFacts {
  set(fact: SpooledFact): void;
  /** Those up to this id are taken; how many that were. */
  taken(upTo: number): number;
  size(): number;
  values(): SpooledFact[];
  /** All of them as records of the file: arrays of `{ fact }`, in order. */
  records(): Uint8Array[];
}

export function untakenFacts(onTrouble: (what: string) => void): UntakenFacts {
  const facts = new Map<number, { readonly fact: SpooledFact; readonly text: string }>();
  const minor = new Set<number>();
  let dropped = 0;

  function drop(): void {
    const [id] = minor.size > 0 ? minor : facts.keys();
    if (id === undefined) return;
    facts.delete(id);
    minor.delete(id);
    dropped += 1;
    if (dropped % saidEvery === 1)
      onTrouble(`${facts.size} facts wait for the site process, as many as may: fact ${id} was dropped, ${dropped} so far`);
  }

  return {
    set(fact) {
      facts.set(fact.id, { fact, text: JSON.stringify({ fact }) });
      if (minorKinds.has(fact.fact.kind)) minor.add(fact.id);
      if (facts.size > mostFacts || minor.size > mostMinor) drop();
    },
    taken(upTo) {
      const before = facts.size;
      for (const id of facts.keys()) {
        if (id > upTo) break; // ids rise
        facts.delete(id);
        minor.delete(id);
      }
      return before - facts.size;
    },
    size: () => facts.size,
    values: () => [...facts.values()].map(({ fact }) => fact),
    records() {
      const texts = [...facts.values()].map(({ text }) => text);
      const encoder = new TextEncoder();
      const found: Uint8Array[] = [];
      for (let at = 0; at < texts.length; at += factsARecord)
        found.push(encoder.encode(`[${texts.slice(at, at + factsARecord).join(",")}]`));
      return found;
    },
  };
}
