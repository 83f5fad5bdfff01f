// What a journal makes of its clocks: anchors, and who is told of them, with time told.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { type Stamp, wall } from "#protocols/vocabulary/time.ts";
import { type ToldClock, toldChance, toldClock } from "#test/told-clock.ts";
import { type Journal, openJournal } from "./journal.ts";

const noon = Date.UTC(2026, 10, 25, 4);
const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

const open = (clock: ToldClock, path = ":memory:"): Journal => openJournal({ path, clock, chance: toldChance(), tables: [] });
const says = (journal: Journal): Stamp => {
  const { seq } = journal.commit((tx) => tx.event("station.answers", { station: "station-1" }));
  const row = journal.outbox.pending("state", 1e6).find((one) => one.seq === seq);
  return JSON.parse(row?.at ?? "null") as Stamp;
};
/** "set +100" or "cloud +100": by what, and how far the labels before it fell short. */
const told = (journal: Journal): string[] =>
  journal.outbox.pending("urgent", 1e6).map(({ type, at, data }) => {
    const { off_ms, wall: heard } = JSON.parse(data) as { off_ms: number; wall?: number };
    const { synchronised } = JSON.parse(at) as Stamp;
    expect([type, synchronised]).toEqual(["clock.anchored", heard === undefined]);
    return `${heard === undefined ? "set" : "cloud"} ${off_ms}`;
  });

test("a clock that was true from the start, or becomes true before anybody spoke, is told to nobody", () => {
  const clock = toldClock({ synchronised: false, wall: 5_000 });
  const journal = open(clock);
  clock.setWall(wall(noon));
  clock.synchronise(true);
  journal.lookAtClock();
  says(journal);
  journal.lookAtClock();
  expect(told(journal)).toEqual([]);
});

test("a clock that is set is told once, and again when it was doubted again; what was stamped before is true by it", () => {
  const clock = toldClock({ synchronised: false, wall: 5_000 });
  const journal = open(clock);
  const before = says(journal);
  expect([journal.clocks.trueTime(before), journal.clocks.label(before)]).toEqual([undefined, 5_000]);
  clock.advance(60_000);
  clock.setWall(wall(noon));
  clock.synchronise(true);
  for (let i = 0; i < 3; i += 1) journal.lookAtClock();
  expect(told(journal)).toEqual([`set ${noon - 65_000}`]);
  expect(journal.clocks.trueTime(before)).toBe(noon - 60_000);
  clock.advance(1_000);
  clock.synchronise(false);
  clock.setWall(wall(6_000));
  const between = says(journal);
  journal.lookAtClock();
  expect([told(journal).length, journal.clocks.trueTime(between)]).toEqual([2, noon + 1_000]);
  clock.setWall(wall(noon + 1_000));
  clock.synchronise(true);
  for (let i = 0; i < 3; i += 1) journal.lookAtClock();
  expect(told(journal).length).toBe(3);
});

test.each([
  [1_000, []], //             as far as a leap second
  [-1_000, []],
  [1_500, ["set 1500"]],
  [-3_600_000, ["set -3600000"]],
])("stepped by %i ms while it was believed: %j", (by, wanted) => {
  const clock = toldClock();
  const journal = open(clock);
  says(journal);
  journal.lookAtClock();
  clock.setWall(wall(clock.wall() + by));
  for (let i = 0; i < 3; i += 1) journal.lookAtClock();
  expect(told(journal)).toEqual(wanted);
});

test("without a time server the cloud's word stands in, told once; the clock's own is better, and told again", () => {
  const clock = toldClock({ synchronised: false, wall: 5_000 });
  const journal = open(clock);
  const before = says(journal);
  journal.lookAtClock(wall(1_000)); // a cloud that does not know it either
  expect([told(journal), journal.clocks.trueTime(before)]).toEqual([[], undefined]);
  clock.advance(2_000);
  for (const heard of [noon, noon + 700, noon - 9_000]) journal.lookAtClock(wall(heard)); // the first counts
  const after = says(journal);
  journal.lookAtClock(wall(noon + 5_000));
  expect([told(journal), journal.clocks.trueTime(before), journal.clocks.trueTime(after)]).toEqual([
    [`cloud ${noon - 7_000}`],
    noon - 2_000,
    noon,
  ]);
  clock.setWall(wall(noon - 300));
  clock.synchronise(true);
  journal.lookAtClock();
  expect([told(journal).length, journal.clocks.trueTime(after)]).toEqual([2, noon - 300]);
});

test("boots are counted, over restarts of the process; an anchor that was owed by an earlier one is told by the next", () => {
  const folder = mkdtempSync(join(tmpdir(), "cuobian-clocks-"));
  folders.push(folder);
  const path = join(folder, "journal.sqlite");
  const clock = toldClock({ boot: "a" });
  const first = open(clock, path);
  first.lookAtClock();
  clock.synchronise(false);
  clock.setWall(wall(5_000));
  expect(says(first).boots).toBe(1);
  first.close();
  const again = open(clock, path);
  expect(says(again).boots).toBe(1);
  again.close();
  const next = open(toldClock({ boot: "b", synchronised: false }), path);
  expect(says(next).boots).toBe(2);
  next.lookAtClock();
  expect(told(next).length).toBe(1);
  // Of a boot that this journal never ran in nobody knows the place.
  const { seq } = next.commit((tx) => tx.event("station.answers", { station: "station-1" }, { ...clock.stamp(), boot: "unseen" }));
  expect(next.outbox.pending("state", 1e6).find((one) => one.seq === seq)?.at).not.toContain("boots");
  next.close();
});
