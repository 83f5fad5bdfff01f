// The spool over told files: what survives a restart, what a refusing disk changes (nothing but the disk), and numbers that are never lent twice.
import { describe, expect, test } from "vitest";
import { dayMs } from "#protocols/vocabulary/time.ts";
import { type ToldClock, toldChance, toldClock } from "#test/told-clock.ts";
import type { Latch } from "../../core/charging/facts.ts";
import type { Fact, SpooledFact } from "../../link/messages.ts";
import type { AppendFile } from "../../ports.ts";
import { compactAfter, type Entry, openSpool, type Spool } from "./spool.ts";
import { mostFacts, mostMinor } from "./untaken.ts";

/** A disk in memory. */
class ToldFile implements AppendFile {
  content: Uint8Array[] = [];
  refuses = false;
  hangs = false;
  rewrites = 0;
  records(): Uint8Array[] {
    return [...this.content];
  }
  append(record: Uint8Array): Promise<void> {
    if (this.hangs) return new Promise(() => undefined);
    if (this.refuses) return Promise.reject(new Error("no space left on device"));
    this.content.push(record);
    return Promise.resolve();
  }
  rewrite(records: readonly Uint8Array[]): Promise<void> {
    if (this.refuses) return Promise.reject(new Error("no space left on device"));
    this.content = [...records];
    this.rewrites += 1;
    return Promise.resolve();
  }
}
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const fact = (station: string): Fact => ({ kind: "opened", trip: station, socket: "s/1", confirmed_after_ms: 1 });
const entry = (station: string): Entry => ({ kind: "fact", fact: fact(station) });
const latch = (socket: string, trip: string): Latch => ({ socket, trip, cause: "smoke" });

const day = 1_764_000_000_000;
function open(
  file: ToldFile,
  wall = day,
  seed = 1,
): { spool: Spool; clock: ToldClock; said: SpooledFact[]; trouble: string[]; write: (...entries: Entry[]) => void } {
  const clock = toldClock({ wall });
  const trouble: string[] = [];
  const said: SpooledFact[] = [];
  const spool = openSpool(file, { clock, chance: toldChance(seed), onTrouble: (what) => trouble.push(what) });
  return { spool, clock, said, trouble, write: (...entries) => spool.write(entries, (facts) => said.push(...facts)) };
}
const stations = (facts: readonly SpooledFact[]): string[] =>
  facts.map(({ fact: one }) => ("trip" in one && one.trip !== null ? one.trip : one.kind));

describe("over a restart", () => {
  test("facts not taken and latches not reset are there, in order, with their numbers", async () => {
    const file = new ToldFile();
    const before = open(file);
    before.write(entry("a"), { kind: "latch", latch: latch("s/1", "t-1") });
    before.write(entry("b"), { kind: "latch", latch: latch("s/2", "t-2") });
    before.write({ kind: "unlatch", socket: "s/1" });
    before.write(entry("c"));
    await settled();
    before.spool.taken(before.said[0]?.id ?? 0);
    await settled();
    const after = open(file, day + 1000);
    expect(stations(after.spool.untaken())).toEqual(["b", "c"]);
    expect(after.spool.untaken().map(({ id }) => id)).toEqual(before.said.slice(1).map(({ id }) => id));
    expect(after.spool.latches()).toEqual([latch("s/2", "t-2")]);
    expect(after.spool.lastFact()).toBe(before.spool.lastFact());
  });
  test("re-arms that were given are there with their age, through a compaction too, for a day; a reset forgets those of its socket", async () => {
    const file = new ToldFile();
    const before = open(file);
    before.write({ kind: "rearm", socket: "s/1", session: "a" }, { kind: "rearm", socket: "s/2", session: "b" });
    before.clock.advance(3_600_000);
    before.write({ kind: "rearm", socket: "s/1", session: "c" });
    before.write({ kind: "unlatch", socket: "s/2" });
    await settled();
    const again = openSpool(file, { clock: before.clock, chance: toldChance(), onTrouble: () => undefined });
    expect(again.rearms()).toEqual([
      { socket: "s/1", session: "a", ago_ms: 3_600_000 },
      { socket: "s/1", session: "c", ago_ms: 0 },
    ]);
    for (let i = 0; i < compactAfter + 5; i += 1) {
      again.write([entry(`f-${i}`)], () => undefined);
      again.taken(again.lastFact());
    }
    await settled();
    before.clock.advance(dayMs - 3_600_000);
    const next = openSpool(file, { clock: before.clock, chance: toldChance(), onTrouble: () => undefined });
    expect(next.rearms()).toEqual([{ socket: "s/1", session: "c", ago_ms: dayMs - 3_600_000 }]);
  });
  test.each<[string, { boot?: string; synchronised?: boolean; wall?: number }, number]>([
    ["another boot, clocks that can be believed: by the wall clock", { boot: "boot-2", wall: day + 7_200_000 }, 7_200_000],
    ["another boot without a set clock: as if it had just been", { boot: "boot-2", wall: 0, synchronised: false }, 0],
    ["a wall clock that went back: as if it had just been", { boot: "boot-2", wall: day - 7_200_000 }, 0],
  ])("how long ago: %s", async (_, start, ago_ms) => {
    const file = new ToldFile();
    const before = open(file);
    before.write({ kind: "rearm", socket: "s/1", session: "a" });
    await settled();
    const after = openSpool(file, { clock: toldClock(start), chance: toldChance(), onTrouble: () => undefined });
    expect(after.rearms()).toEqual([{ socket: "s/1", session: "a", ago_ms }]);
  });
  test("the file keeps its name; another file has another", async () => {
    const file = new ToldFile();
    const first = open(file, day, 1).spool.id;
    await settled();
    expect(open(file, day, 2).spool.id).toBe(first);
    expect(open(new ToldFile(), day, 3).spool.id).not.toBe(first);
  });
  test.each([
    ["the clock went on", 60_000],
    ["the clock is back in 1970", -day],
    ["the clock stands", 0],
  ])("numbers rise by one within a run and never fall: %s", async (_, change) => {
    const file = new ToldFile();
    const before = open(file);
    before.write(entry("a"));
    before.write(entry("b"));
    await settled();
    const after = open(file, day + change);
    after.write(entry("c"));
    after.write(entry("d"));
    await settled();
    const ids = [...before.said, ...after.said].map(({ id }) => id);
    expect(ids).toEqual([...ids].sort((a, b) => a - b));
    expect(new Set(ids).size).toBe(4);
    expect([(ids[1] ?? 0) - (ids[0] ?? 0), (ids[3] ?? 0) - (ids[2] ?? 0)]).toEqual([1, 1]);
  });
  test("a record that is whole and yet nonsense is named, and the rest counts", async () => {
    const file = new ToldFile();
    open(file).write(entry("a"));
    await settled();
    file.content.push(new TextEncoder().encode("nonsense"));
    const after = open(file);
    expect(stations(after.spool.untaken())).toEqual(["a"]);
    expect(after.trouble.join()).toMatch(/not understood/);
  });
});

describe("a disk that refuses", () => {
  test("facts are said all the same, kept, and written when it heals, in the right order", async () => {
    const file = new ToldFile();
    const { spool, clock, said, trouble, write } = open(file);
    await settled();
    file.refuses = true;
    write(entry("a"), { kind: "latch", latch: latch("s/1", "t-1") });
    await settled();
    write({ kind: "unlatch", socket: "s/1" }, { kind: "latch", latch: latch("s/2", "t-2") });
    await settled();
    expect(stations(said)).toEqual(["a"]);
    expect(spool.unwritten()).toBe(2);
    expect(trouble.join()).toMatch(/refuses: no space/);
    spool.again();
    await settled();
    expect(spool.unwritten()).toBe(2);
    file.refuses = false;
    spool.again(); // too soon: nothing is tried
    await settled();
    expect(spool.unwritten()).toBe(2);
    clock.advance(1_000);
    spool.again();
    await settled();
    expect(spool.unwritten()).toBe(0);
    const after = open(file);
    expect(stations(after.spool.untaken())).toEqual(["a"]);
    expect(after.spool.latches()).toEqual([latch("s/2", "t-2")]);
  });
  test("a disk that never answers delays nobody: the fact waits, the caller does not", () => {
    const file = new ToldFile();
    const { spool, said, write } = open(file);
    file.hangs = true;
    write(entry("a"));
    expect(said).toEqual([]);
    expect(spool.untaken()).toEqual([]); // not said before the disk has answered, yes or no
    expect(spool.lastFact()).toBeGreaterThan(0);
  });
  test("memory is bounded, and what is dropped is named", async () => {
    const file = new ToldFile();
    const { spool, trouble, write } = open(file);
    await settled();
    file.refuses = true;
    for (let i = 0; i < mostFacts + 3; i += 1) write(entry(`s${i}`));
    await settled();
    expect(spool.untaken()).toHaveLength(mostFacts);
    expect(stations(spool.untaken())[0]).toBe("s3");
    expect(trouble.filter((what) => what.includes("was dropped"))).toHaveLength(1); // not a flood of words as well
  });
  test("a flood of refusals pushes out no trip; a flood of trips the oldest", async () => {
    const { spool, write } = open(new ToldFile());
    await settled();
    const refused: Entry = {
      kind: "fact",
      fact: { kind: "refused", authority: "a", session: "s", socket: "nowhere/1", code: "unknown-socket", zh: "", en: "" },
    };
    const opened = (trip: string): Entry => ({ kind: "fact", fact: { kind: "opened", trip, socket: "s/1", confirmed_after_ms: 1 } });
    write(opened("first"));
    for (let i = 0; i < mostMinor + 500; i += 1) write(refused);
    await settled();
    const trips = (): string[] => spool.untaken().flatMap(({ fact: one }) => (one.kind === "opened" ? [one.trip] : []));
    expect([spool.untaken().length, trips()]).toEqual([mostMinor + 1, ["first"]]);
    for (let i = 0; i < mostFacts; i += 1) write(opened(`t${i}`));
    await settled();
    expect([trips().length, trips()[0], trips().at(-1)]).toEqual([mostFacts, "t0", `t${mostFacts - 1}`]);
  });
  test("trying again costs less and less: ten minutes of a full disk are some sixty tries, and it heals within ten seconds", async () => {
    const file = new ToldFile();
    const { spool, clock, trouble, write } = open(file);
    await settled();
    file.refuses = true;
    write(entry("a"));
    await settled();
    for (let second = 0; second < 600; second += 1) {
      clock.advance(1_000);
      spool.again();
      await settled();
    }
    expect(trouble.length).toBeLessThan(70);
    file.refuses = false;
    for (let second = 0; second < 10; second += 1) {
      clock.advance(1_000);
      spool.again();
      await settled();
    }
    expect(spool.unwritten()).toBe(0);
  });
  test("ten thousand facts are written anew in a moment: the loop that must not wait does not", async () => {
    const file = new ToldFile();
    const { spool, clock, write } = open(file);
    await settled();
    file.refuses = true;
    const cut = (i: number): Entry => ({
      kind: "fact",
      fact: { kind: "opened", trip: `run-of-a-machine-station-12-7-${i}`, socket: "station-12/7", confirmed_after_ms: 1234 },
    });
    for (let i = 0; i < mostFacts; i += 1) write(cut(i));
    await settled();
    file.refuses = false;
    clock.advance(1_000);
    const before = process.cpuUsage();
    spool.again();
    const { user, system } = process.cpuUsage(before);
    await settled();
    expect(file.content.length).toBe(1 + mostFacts / 10);
    expect((user + system) / 1000).toBeLessThan(50); // some 5 ms; the bound is for a machine with other work
    expect(open(file).spool.untaken()).toHaveLength(mostFacts);
  });
});

describe("compaction", () => {
  test("the file does not grow for ever, and loses nothing", async () => {
    const file = new ToldFile();
    const { spool, said, write } = open(file);
    write({ kind: "latch", latch: latch("s/1", "t-1") });
    for (let i = 0; i < compactAfter * 3; i += 1) {
      write(entry(`s${i}`));
      await settled();
      if (i % 2 === 1) spool.taken(said[i - 1]?.id ?? 0);
    }
    await settled();
    expect(file.rewrites).toBeGreaterThan(2);
    expect(file.content.length).toBeLessThan(compactAfter + 50);
    const after = open(file, 0);
    expect(stations(after.spool.untaken())).toEqual([`s${compactAfter * 3 - 1}`]);
    expect(after.spool.latches()).toEqual([latch("s/1", "t-1")]);
    after.write(entry("next"));
    await settled();
    expect(after.said[0]?.id).toBe((said.at(-1)?.id ?? 0) + 1);
  });
  test("what was never said cannot be taken: numbers do not run away", async () => {
    const file = new ToldFile();
    const { spool, said, write } = open(file);
    write(entry("a"));
    await settled();
    spool.taken(Number.MAX_SAFE_INTEGER);
    write(entry("b"));
    await settled();
    expect(said.map(({ id }) => id - (said[0]?.id ?? 0))).toEqual([0, 1]);
    expect(stations(spool.untaken())).toEqual(["b"]);
  });
  test("flushed waits for what is under way", async () => {
    const file = new ToldFile();
    const { spool, write } = open(file);
    write(entry("a"));
    await spool.flushed();
    expect(file.content.length).toBeGreaterThan(0);
  });
});
