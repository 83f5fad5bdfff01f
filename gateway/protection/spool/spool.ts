// What the safety process must not forget: latches, and facts that the site process has not taken. Written after the cut, never before it, and never waited for.
// A disk that refuses changes nothing for the sockets: the facts stay here, bounded, are said over the link all the same, and are tried again.
import { after, type Monotonic, type Stamp } from "#protocols/vocabulary/time.ts";
import type { Latch } from "../../core/charging/facts.ts";
import type { ShedLatch } from "../../core/charging/shed/facts.ts";
import type { Fact, SpooledFact } from "../../link/messages.ts";
import type { AppendFile, Chance, Clock } from "../../ports.ts";
import { type UntakenFacts, untakenFacts } from "./untaken.ts";

export type Entry =
  | { readonly kind: "fact"; readonly fact: Fact }
  | { readonly kind: "latch"; readonly latch: Latch }
  /** A person has looked: the re-arms of this socket are forgotten with its latch. */
  | { readonly kind: "unlatch"; readonly socket: string }
  | { readonly kind: "rearm"; readonly socket: string; readonly session: string }
  | { readonly kind: "shed-latch"; readonly latch: ShedLatch }
  | { readonly kind: "shed-unlatch"; readonly shed: string };

/** One record: what belongs together is written together. */
type Part =
  | { readonly fact: SpooledFact }
  | { readonly latch: Latch }
  | { readonly unlatch: string }
  | { readonly shedLatch: ShedLatch }
  | { readonly shedUnlatch: string }
  | { readonly rearm: KeptRearm }
  | { readonly taken: number }
  | {
      readonly snapshot: {
        readonly file: string;
        readonly next: number;
        readonly latches: readonly Latch[];
        readonly sheds?: readonly ShedLatch[];
        readonly rearms?: readonly KeptRearm[];
      };
    };

interface KeptRearm {
  readonly socket: string;
  readonly session: string;
  readonly at: Stamp;
}

export interface Spool {
  /** Made with the file. */
  readonly id: string;
  /** The newest fact's number; 0 when there never was one. */
  lastFact(): number;
  latches(): readonly Latch[];
  shedLatches(): readonly ShedLatch[];
  /** Of the last 24 hours. Where the clocks cannot say how long ago, it has just been: rather a person too many than a re-arm too many. */
  rearms(): readonly { readonly socket: string; readonly session: string; readonly ago_ms: number }[];
  /** Facts that the site process has not taken, whose first write was tried; oldest first. */
  untaken(): readonly SpooledFact[];
  /** Keeps the entries and queues their write. `done` is called once the disk has answered, with yes or no. */
  write(entries: readonly Entry[], done: (facts: readonly SpooledFact[]) => void): void;
  taken(upTo: number): void;
  /** Tries again what the disk refused, at first at once, then less and less often, at least every 10 s; told once a second. */
  again(): void;
  /** Records that the disk has refused so far and does not hold. */
  unwritten(): number;
  flushed(): Promise<void>;
}

/** Records after which the file is written anew with what still counts. */
export const compactAfter = 500;
const day_ms = 86_400_000;
/** More than a day of re-arms of every socket that one gateway could have. */
const mostRearms = 5_000;
const againFirst_ms = 1_000;
const againMost_ms = 10_000;

const encode = (parts: readonly Part[]): Uint8Array => new TextEncoder().encode(JSON.stringify(parts));

interface Memory {
  file: string | undefined;
  next: number;
  lastFact: number;
  readonly facts: UntakenFacts;
  readonly latches: Map<string, Latch>;
  readonly sheds: Map<string, ShedLatch>;
  rearms: readonly KeptRearm[];
}

function apply(memory: Memory, part: Part): void {
  if ("fact" in part) {
    memory.facts.set(part.fact);
    memory.next = Math.max(memory.next, part.fact.id + 1);
    memory.lastFact = Math.max(memory.lastFact, part.fact.id);
  } else if ("latch" in part) memory.latches.set(part.latch.socket, part.latch);
  else if ("unlatch" in part) {
    memory.latches.delete(part.unlatch);
    memory.rearms = memory.rearms.filter((one) => one.socket !== part.unlatch);
  } else if ("rearm" in part) memory.rearms = [...memory.rearms, part.rearm].slice(-mostRearms);
  else if ("shedLatch" in part) memory.sheds.set(part.shedLatch.shed, part.shedLatch);
  else if ("shedUnlatch" in part) memory.sheds.delete(part.shedUnlatch);
  else if ("taken" in part) {
    memory.facts.taken(part.taken);
    memory.next = Math.max(memory.next, part.taken + 1);
    memory.lastFact = Math.max(memory.lastFact, part.taken);
  } else {
    memory.file = part.snapshot.file;
    memory.lastFact = Math.max(memory.lastFact, part.snapshot.next - 1);
    memory.next = Math.max(memory.next, part.snapshot.next);
    for (const latch of part.snapshot.latches) memory.latches.set(latch.socket, latch);
    for (const latch of part.snapshot.sheds ?? []) memory.sheds.set(latch.shed, latch);
    memory.rearms = part.snapshot.rearms ?? [];
  }
}

function remember(file: AppendFile, onTrouble: (what: string) => void): Memory {
  const memory: Memory = {
    file: undefined,
    next: 1,
    lastFact: 0,
    facts: untakenFacts(onTrouble),
    latches: new Map(),
    sheds: new Map(),
    rearms: [],
  };
  for (const record of file.records()) {
    try {
      for (const part of JSON.parse(new TextDecoder().decode(record)) as Part[]) apply(memory, part);
    } catch {
      onTrouble("a record of the spool is whole and yet not understood");
    }
  }
  return memory;
}

export interface SpoolParts {
  readonly clock: Clock;
  readonly chance: Chance;
  readonly onTrouble: (what: string) => void;
}

/**
 * Ids rise by one within a run and never fall. A run begins at the wall clock's milliseconds, if that is higher than all that is remembered:
 * so that a lost spool, or facts that were said while the disk refused, never lend their ids to others.
 */
export function openSpool(file: AppendFile, parts: SpoolParts): Spool {
  const { clock, onTrouble } = parts;
  const memory = remember(file, onTrouble);
  const isNew = memory.file === undefined;
  const id = memory.file ?? parts.chance.id();
  memory.next = Math.max(memory.next, clock.wall());
  const trying = new Set<number>();
  /** The disk has refused since; what is in memory is more than what is on it, until the whole is written anew. */
  let behind = false;
  let unwritten = 0;
  let records = file.records().length;
  let pending = 0;
  let rewriting = false;
  let againAt: Monotonic = clock.monotonic();
  let pause_ms = againFirst_ms;
  const idle: (() => void)[] = [];

  function settled(): void {
    pending -= 1;
    if (pending === 0) for (const resolve of idle.splice(0)) resolve();
  }
  const words = (error: unknown): string => (error instanceof Error ? error.message : String(error));

  function append(record: Uint8Array, done: () => void): void {
    // Behind a refusal nothing is appended: an order of latches and resets must not be turned round.
    if (behind) {
      unwritten += 1;
      done();
      return;
    }
    pending += 1;
    records += 1;
    file.append(record).then(
      () => {
        done();
        settled();
      },
      (error: unknown) => {
        behind = true;
        unwritten += 1;
        onTrouble(`the spool's disk refuses: ${words(error)}`);
        done();
        settled();
      },
    );
  }

  /** Writes the file anew with all that still counts; what is appended from here on queues behind. */
  function rewrite(): void {
    if (rewriting) return;
    rewriting = true;
    pending += 1;
    const [latches, sheds] = [[...memory.latches.values()], [...memory.sheds.values()]];
    const snapshot: Part = { snapshot: { file: id, next: memory.lastFact + 1, latches, sheds, rearms: lately() } };
    const content = [encode([snapshot]), ...memory.facts.records()];
    const held = unwritten;
    records = content.length;
    file.rewrite(content).then(
      () => {
        rewriting = false;
        // What came while this was written is not in it: once more.
        unwritten -= held;
        behind = unwritten > 0;
        pause_ms = againFirst_ms;
        settled();
      },
      (error: unknown) => {
        rewriting = false;
        behind = true;
        onTrouble(`the spool could not be written anew: ${words(error)}`);
        settled();
      },
    );
  }

  function ago_ms({ at }: KeptRearm): number {
    const now = clock.stamp();
    if (at.boot === now.boot) return Math.max(0, now.mono - at.mono);
    return at.synchronised && now.synchronised ? Math.max(0, now.wall - at.wall) : 0;
  }
  const lately = (): KeptRearm[] => memory.rearms.filter((one) => ago_ms(one) < day_ms);

  if (isNew) rewrite();
  return {
    id,
    lastFact: () => memory.lastFact,
    latches: () => [...memory.latches.values()],
    shedLatches: () => [...memory.sheds.values()],
    rearms: () => lately().map((one) => ({ socket: one.socket, session: one.session, ago_ms: ago_ms(one) })),
    untaken: () => memory.facts.values().filter((fact) => !trying.has(fact.id)),
    write(entries, done) {
      const facts: SpooledFact[] = [];
      const parts = entries.map((entry): Part => {
        if (entry.kind === "latch") return { latch: entry.latch };
        if (entry.kind === "unlatch") return { unlatch: entry.socket };
        if (entry.kind === "shed-latch") return { shedLatch: entry.latch };
        if (entry.kind === "shed-unlatch") return { shedUnlatch: entry.shed };
        if (entry.kind === "rearm") return { rearm: { socket: entry.socket, session: entry.session, at: clock.stamp() } };
        const fact = { id: memory.next, at: clock.stamp(), fact: entry.fact };
        memory.next += 1;
        facts.push(fact);
        return { fact };
      });
      for (const part of parts) apply(memory, part);
      for (const fact of facts) trying.add(fact.id);
      append(encode(parts), () => {
        for (const fact of facts) trying.delete(fact.id);
        done(facts);
      });
    },
    taken(said) {
      const upTo = Math.min(said, memory.lastFact); // nobody can have taken what was never said
      const before = memory.facts.size();
      apply(memory, { taken: upTo });
      if (memory.facts.size() === before) return;
      append(encode([{ taken: upTo }]), () => undefined);
      if (records >= compactAfter + memory.facts.size()) rewrite();
    },
    again() {
      const now = clock.monotonic();
      if (!behind || now < againAt) return;
      // A disk that is full or gone stays so for a while: what it costs to try, and to say so, is spent less and less often.
      againAt = after(now, pause_ms);
      pause_ms = Math.min(2 * pause_ms, againMost_ms);
      rewrite();
    },
    unwritten: () => unwritten,
    flushed: () => (pending === 0 ? Promise.resolve() : new Promise((resolve) => idle.push(resolve))),
  };
}
