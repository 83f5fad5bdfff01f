// Facts on their way out: OFF frame first, then the spool, then the link. A fact of a cut waits until its OFF was handed to the line, but not for ever.
import { after, type Monotonic } from "#protocols/vocabulary/time.ts";
import type { ChargingFact, Effect } from "../core/charging/facts.ts";
import type { ShedEffect, ShedFact } from "../core/charging/shed/facts.ts";
import type { SafetyToSite, SpooledFact } from "../link/messages.ts";
import type { Clock } from "../ports.ts";
import type { Entry, Spool } from "./spool/spool.ts";

/** A line that is not open hears no OFF; the fact is written all the same. */
export const handOverWithin_ms = 1_000;
const factsAMessage = 200;
const sayAgain_ms = 2_000;

type CutFact = Extract<ChargingFact, { kind: "cut" }> | Extract<ShedFact, { kind: "shed-tripped" }>;
interface Cut {
  /** Its place among the entries. */
  readonly at: number;
  readonly fact: CutFact;
  readonly seen: Monotonic;
  /** Sockets and contactors whose OFF is not on the line yet. */
  readonly awaits: Set<string>;
}
interface Waiting {
  readonly since: Monotonic;
  readonly entries: Entry[];
  cuts: Cut[];
}

export interface FactsOut {
  /** What one step said, in order. */
  take(effects: readonly Effect[]): void;
  /** The same of a shed; its trip waits for the OFF of everything below. */
  takeShed(effects: readonly ShedEffect[], below: readonly string[]): void;
  say(entry: Entry): void;
  /** The OFF frame of these sockets, or of this contactor, has just been handed to the line. */
  offHanded(names: readonly string[]): void;
  /** Writes what need not wait any more. Called after the line was served. */
  flush(all?: "all"): void;
  /** When `flush` should be called at the latest. */
  wakeAt(): Monotonic | undefined;
  /** The first of what was not taken. The rest follows as it is taken, so that nobody is buried, or cut off for not reading ten thousand at once. */
  untaken(): SafetyToSite[];
  taken(upTo: number): void;
  sayAgain(now: Monotonic): void;
}

export interface FactsParts {
  readonly clock: Clock;
  readonly spool: Spool;
  readonly send: (message: SafetyToSite) => boolean;
  readonly log: (entry: Entry) => void;
  /** The counts of these re-arms are on the disk. */
  readonly onKept: (sockets: readonly string[]) => void;
}

export function factsOut({ clock, spool, send, log, onKept }: FactsParts): FactsOut {
  const waiting: Waiting[] = [];
  let saidAt = clock.monotonic();
  const newGroup = (): Waiting => ({ since: clock.monotonic(), entries: [], cuts: [] });
  /** More waits than one message holds. Then nothing is said out of its turn: who takes a later fact is taken to have taken all before it. */
  let held = false;
  /** Re-arms whose count the disk does not hold yet: nothing is energised on their account before it does. */
  let keeping: string[] = [];

  function kept(): void {
    if (keeping.length === 0 || spool.unwritten() > 0) return;
    const sockets = keeping;
    keeping = [];
    onKept(sockets);
  }

  function first(): SafetyToSite[] {
    const untaken = spool.untaken();
    held = untaken.length > factsAMessage;
    return untaken.length === 0 ? [] : [{ type: "facts", facts: untaken.slice(0, factsAMessage) }];
  }
  function sayAsItHappens(facts: readonly SpooledFact[]): void {
    if (facts.length === 0 || held) return;
    held = spool.untaken().length > factsAMessage;
    if (!held) send({ type: "facts", facts });
  }

  /** Whose OFF is on the line is complete; with "all", everybody. */
  function complete(group: Waiting, now: Monotonic, all?: "all"): void {
    group.cuts = group.cuts.filter((cut) => {
      if (cut.awaits.size > 0 && all === undefined) return true;
      group.entries[cut.at] = { kind: "fact", fact: { ...cut.fact, off_after_ms: Math.max(0, now - cut.seen) } };
      return false;
    });
  }

  function flush(all?: "all"): void {
    const now = clock.monotonic();
    while (waiting[0] !== undefined) {
      const [group] = waiting;
      if (all === undefined && group.cuts.length > 0 && now - group.since < handOverWithin_ms) return; // the order of facts is kept
      complete(group, now, "all");
      waiting.shift();
      if (group.entries.length === 0) continue;
      const rearms = group.entries.flatMap((entry) => (entry.kind === "rearm" ? [entry.socket] : []));
      spool.write(group.entries, (facts) => {
        sayAsItHappens(facts);
        keeping.push(...rearms);
        kept();
      });
      for (const entry of group.entries) log(entry);
    }
  }

  return {
    take(effects) {
      const group = newGroup();
      for (const effect of effects) {
        if (effect.type === "latch") group.entries.push({ kind: "latch", latch: effect.latch });
        else if (effect.type === "unlatch") group.entries.push({ kind: "unlatch", socket: effect.socket });
        else if (effect.type === "rearm") group.entries.push({ kind: "rearm", socket: effect.name, session: effect.session });
        else if (effect.type === "fact") {
          const { fact, seen = group.since } = effect;
          if (fact.kind === "cut") group.cuts.push({ at: group.entries.length, fact, seen, awaits: new Set([fact.socket]) });
          group.entries.push({ kind: "fact", fact });
        }
      }
      if (group.entries.length > 0) waiting.push(group);
    },
    takeShed(effects, below) {
      const group = newGroup();
      for (const effect of effects) {
        if (effect.type === "latch") group.entries.push({ kind: "shed-latch", latch: effect.latch });
        else if (effect.type === "unlatch") group.entries.push({ kind: "shed-unlatch", shed: effect.shed });
        else if (effect.type === "fact") {
          const { fact, seen = group.since } = effect;
          if (fact.kind === "shed-tripped") group.cuts.push({ at: group.entries.length, fact, seen, awaits: new Set(below) });
          group.entries.push({ kind: "fact", fact });
        }
      }
      if (group.entries.length > 0) waiting.push(group);
    },
    say: (entry) => void waiting.push({ ...newGroup(), entries: [entry] }),
    offHanded(names) {
      const now = clock.monotonic();
      for (const group of waiting) {
        if (group.cuts.length === 0) continue;
        for (const { awaits } of group.cuts) for (const name of names) awaits.delete(name);
        complete(group, now);
      }
    },
    flush,
    wakeAt: () => (waiting[0] === undefined ? undefined : after(waiting[0].since, handOverWithin_ms)),
    untaken: first,
    taken(upTo) {
      spool.taken(upTo);
      if (held) for (const message of first()) send(message);
    },
    sayAgain(now) {
      kept();
      if (now - saidAt < sayAgain_ms) return;
      saidAt = now;
      for (const message of first()) send(message);
    },
  };
}
