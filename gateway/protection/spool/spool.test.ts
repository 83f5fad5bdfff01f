// The spool over told files: what survives a restart, what a refusing disk changes (nothing but the disk), and numbers that are never lent twice.
import { describe, expect, test } from "vitest";
import { toldChance, toldClock } from "#test/told-clock.ts";
import type { Latch } from "../../core/charging/facts.ts";
import type { Fact, SpooledFact } from "../../link/messages.ts";
import type { AppendFile } from "../../ports.ts";
import { compactAfter, type Entry, mostFacts, openSpool, type Spool } from "./spool.ts";

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
const fact = (station: string): Fact => ({ kind: "station-answers", station });
const entry = (station: string): Entry => ({ kind: "fact", fact: fact(station) });
const latch = (socket: string, trip: string): Latch => ({ socket, trip, cause: "smoke" });

const day = 1_764_000_000_000;
function open(
  file: ToldFile,
  wall = day,
  seed = 1,
): { spool: Spool; said: SpooledFact[]; trouble: string[]; write: (...entries: Entry[]) => void } {
  const trouble: string[] = [];
  const said: SpooledFact[] = [];
  const spool = openSpool(file, { clock: toldClock({ wall }), chance: toldChance(seed), onTrouble: (what) => trouble.push(what) });
  return { spool, said, trouble, write: (...entries) => spool.write(entries, (facts) => said.push(...facts)) };
}
const stations = (facts: readonly SpooledFact[]): string[] =>
  facts.map(({ fact: one }) => ("station" in one ? (one.station ?? one.kind) : one.kind));

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
    const { spool, said, trouble, write } = open(file);
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
    expect(trouble.filter((what) => what.includes("was dropped"))).toHaveLength(3);
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
  test("flushed waits for what is under way", async () => {
    const file = new ToldFile();
    const { spool, write } = open(file);
    write(entry("a"));
    await spool.flushed();
    expect(file.content.length).toBeGreaterThan(0);
  });
});
