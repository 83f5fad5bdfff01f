// Readings wait in a bounded file: thinned, dropped or given up by policy, and whatever went is known; a number once given is never given to other rows.
import { existsSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { monotonic } from "#protocols/vocabulary/time.ts";
import { stampAt, testQueue } from "#test/telemetry-queue.ts";
import { toldChance, toldClock } from "#test/told-clock.ts";
import { openJournal } from "./journal.ts";
import type { TelemetryQueue } from "./telemetry.ts";
import { linesOf } from "./thinning.ts";

const folder = () => mkdtempSync(join(tmpdir(), "cuobian-telemetry-"));
const line = (n: number, quality = "good", series = 1): string => `socket,quality=${quality},socket=${series} current_mA=${n}i 0\n`;
const size = line(1).length;
const rows = (queue: TelemetryQueue, limit = 1e6) => queue.oldest(limit).map((row) => row.row);
const gaps = (queue: TelemetryQueue) =>
  queue.gaps().map(({ reason, first, last, points }) => `${reason} ${first?.mono ?? "?"}-${last.mono} ×${points ?? "?"}`);

test("rows come oldest first, in portions of a size, at least one; or the newest that are young enough", () => {
  const queue = testQueue();
  for (const n of [1, 2, 3, 4]) queue.add(line(n), stampAt(n * 1000));
  expect(rows(queue, size * 2)).toEqual([1, 2]);
  expect(rows(queue, 1)).toEqual([1]);
  expect(queue.oldest(1)[0]).toEqual({ row: 1, at: stampAt(1000), lines: line(1) });
  const newest = (since: number, boot = "boot-told", limit = 1e6) => queue.newest(monotonic(since), boot, limit).map((row) => row.row);
  expect([newest(2500), newest(0), newest(0, "boot-told", size * 2), newest(5000), newest(0, "another boot")]).toEqual([
    [3, 4],
    [1, 2, 3, 4],
    [3, 4],
    [],
    [],
  ]);
  queue.taken({ from: 3, to: 4, gaps: [] });
  expect([rows(queue), queue.counts()]).toEqual([[1, 2], { rows: 2, bytes: size * 2, lost: 0, thinned: 0 }]);
});

test("rows of a boot whose clock is not true wait for it; older boots do not", () => {
  const queue = testQueue();
  queue.add(line(1), stampAt(1000, { boot: "before", synchronised: false }));
  queue.add(line(2), stampAt(1000, { boot: "now", synchronised: false }));
  queue.add(line(3), stampAt(2000, { boot: "now" }));
  expect(queue.oldest(1e6, "now").map((row) => row.row)).toEqual([1]);
  expect(rows(queue)).toEqual([1, 2, 3]);
});

test("a full file drops its oldest rows; how many, from when to when, is a gap that travels once", () => {
  const queue = testQueue({ limitBytes: size * 5 });
  for (let n = 1; n <= 9; n += 1) queue.add(line(n), stampAt(n * 1000));
  expect([rows(queue), gaps(queue), queue.counts()]).toEqual([
    [5, 6, 7, 8, 9],
    ["limit 1000-4000 ×4"],
    { rows: 5, bytes: size * 5, lost: 4, thinned: 0 },
  ]);
  queue.taken({ from: 5, to: 5, gaps: queue.gaps().map(({ id }) => id) });
  expect(gaps(queue)).toEqual([]);
  queue.add(line(8), stampAt(10_000));
  queue.add(line(9), stampAt(11_000));
  expect(gaps(queue)).toEqual(["limit 6000-6000 ×1"]);
});

test("half full, what is older than ten minutes is thinned to one point a minute and each change of trust; the newest stay whole", () => {
  const queue = testQueue({ limitBytes: 200_000, thinTo_ms: 60_000, thinAfter_ms: 600_000 });
  // An hour and a half, two series every second; trust in the first is lost for three seconds in the tenth minute.
  const seconds = 5400;
  for (let n = 0; n < seconds; n += 1)
    queue.add(`${line(n, n >= 605 && n < 608 ? "stale" : "good")}${line(n, "good", 2)}`, stampAt(n * 1000));
  expect(queue.counts().bytes).toBeLessThanOrEqual(200_000);
  const left = queue.oldest(1e9);
  const points = left.reduce((sum, row) => sum + linesOf(row.lines).length, 0);
  expect(points + queue.counts().thinned + queue.counts().lost).toBe(seconds * 2);
  expect(queue.counts().lost).toBe(0);
  const within = (from: number, to: number) =>
    left.filter((row) => row.at.mono >= from * 1000 && row.at.mono < to * 1000).flatMap((row) => linesOf(row.lines));
  expect(within(seconds - 600, seconds).length).toBe(1200);
  expect(within(0, 60).length).toBe(2);
  expect(within(600, 660).map((text) => text.split(" ")[0])).toEqual([
    "socket,quality=good,socket=1",
    "socket,quality=good,socket=2",
    "socket,quality=stale,socket=1",
    "socket,quality=good,socket=1",
  ]);
  expect(gaps(queue)).toEqual([expect.stringMatching(/^thinned 1000-\d+ ×\d+$/)]);
});

test("what was counted before a new start is counted after it", () => {
  const path = join(folder(), "t.sqlite");
  const first = testQueue({ path, limitBytes: size * 2 });
  for (const n of [1, 2, 3]) first.add(line(n), stampAt(n * 1000));
  first.close();
  const second = testQueue({ path, limitBytes: size * 2, numbered: { from: 2, to: 2, last: 2 } });
  expect([rows(second), gaps(second), second.counts().rows]).toEqual([[3], ["limit 1000-1000 ×1"], 1]);
  second.close();
});

test("rows that a power cut took from this file do not give their numbers to new rows", () => {
  // The journal (FULL) has numbered up to row 60; this file (NORMAL) has lost everything.
  const queue = testQueue({ numbered: { from: 58, to: 60, last: 60 } });
  queue.add(line(1), stampAt(1000));
  expect(rows(queue)).toEqual([61]);
});

test("the disk is short: everything goes and is known, nothing comes, and afterwards it goes on", () => {
  const path = join(folder(), "t.sqlite");
  const queue = testQueue({ path });
  for (let n = 1; n <= 3000; n += 1) queue.add(line(n).repeat(3), stampAt(n * 1000));
  expect(queue.giveUp()).toBeGreaterThan(300_000);
  expect(queue.giveUp()).toBe(0);
  expect(gaps(queue)).toEqual(["disk-full 1000-3000000 ×9000"]);
  for (let n = 3001; n <= 3030; n += 1) queue.add(line(n), stampAt(n * 1000));
  expect([rows(queue), gaps(queue)]).toEqual([[], ["disk-full 1000-3021000 ×9021", "disk-full 3022000-3030000 ×9"]]);
  queue.resume();
  queue.add(line(4000), stampAt(4_000_000));
  expect(rows(queue)).toEqual([3001]);
  queue.close();
  // On the disk, not only in memory.
  const again = testQueue({ path });
  const known = again.gaps();
  expect(known.reduce((sum, gap) => sum + (gap.points ?? 0), 0)).toBe(9030);
  expect(new Set(known.map(({ id }) => id)).size).toBe(known.length);
  again.close();
});

test("a batch gets its number once, with its content, in the journal", () => {
  const journal = openJournal({ path: ":memory:", clock: toldClock(), chance: toldChance(), tables: [] });
  const heard: string[][] = [];
  journal.onCommit((streams) => heard.push([...streams]));
  expect(journal.outbox.appendBulk({ data: "a", at: "{}", rows: { from: 6, to: 9 } })).toBe(1);
  expect(journal.outbox.appendBulk({ data: "b", at: "{}", rows: { from: 1, to: 5 } })).toBe(2);
  expect(journal.outbox.numbered()).toEqual({ from: 1, to: 5, last: 9 });
  expect(journal.outbox.pending("bulk", 9).map((row) => [row.seq, row.data])).toEqual([
    [1, "a"],
    [2, "b"],
  ]);
  expect(heard).toEqual([["bulk"], ["bulk"]]);
  journal.outbox.acknowledge("bulk", 2);
  expect(journal.get("SELECT count(*) AS n FROM event")).toEqual({ n: 0 });
});

test("a damaged file is set aside and a new one begun; what was in it is a gap without an end in time", () => {
  const path = join(folder(), "t.sqlite");
  writeFileSync(path, "no database ".repeat(400));
  const said: string[] = [];
  const queue = testQueue({ path, onDrop: (why) => said.push(why) });
  queue.add(line(1), stampAt(1000));
  expect(queue.counts().rows).toBe(1);
  expect(said[0]).toContain("set aside");
  expect(gaps(queue)).toEqual(["damaged ?-0 ×?"]);
  expect(existsSync(`${path}.damaged`)).toBe(true);
  queue.close();
});
