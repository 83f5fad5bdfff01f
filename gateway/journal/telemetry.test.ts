// Telemetry waits in a bounded file: the oldest go first and are counted; a number once given is never given to other rows.
import { existsSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { toldChance, toldClock } from "#test/told-clock.ts";
import { openJournal } from "./journal.ts";
import { openTelemetryQueue } from "./telemetry.ts";

const folder = () => mkdtempSync(join(tmpdir(), "cuobian-telemetry-"));
const line = (n: number): string => `socket,socket=${n} current_mA=${n}i ${n}\n`;

test("rows come oldest first, in portions of a size, at least one", () => {
  const queue = openTelemetryQueue({ path: ":memory:", limitBytes: 1e6, numbered: 0 });
  for (const n of [1, 2, 3, 4]) queue.add(line(n), n);
  const size = line(1).length;
  expect(queue.oldest(0, size * 2).map((row) => row.row)).toEqual([1, 2]);
  expect(queue.oldest(2, 1).map((row) => [row.row, row.at, row.lines])).toEqual([[3, 3, line(3)]]);
  queue.taken(3);
  expect(queue.counts()).toEqual({ rows: 1, bytes: size, dropped: 0 });
});

test("a full file drops its oldest rows and counts them; what it holds stays within its limit", () => {
  const size = line(1).length;
  const queue = openTelemetryQueue({ path: ":memory:", limitBytes: size * 5, numbered: 0 });
  for (let n = 1; n <= 9; n += 1) queue.add(line(n), n);
  expect(queue.counts()).toEqual({ rows: 5, bytes: size * 5, dropped: 4 });
  expect(queue.oldest(0, 1e6).map((row) => row.row)).toEqual([5, 6, 7, 8, 9]);
});

test("what was counted before a new start is counted after it", () => {
  const path = join(folder(), "t.sqlite");
  const first = openTelemetryQueue({ path, limitBytes: 1e6, numbered: 0 });
  first.add(line(1), 1);
  first.add(line(2), 2);
  first.close();
  const second = openTelemetryQueue({ path, limitBytes: 1e6, numbered: 1 });
  expect(second.oldest(0, 1e6).map((row) => row.row)).toEqual([2]);
  expect(second.counts()).toEqual({ rows: 1, bytes: line(2).length, dropped: 0 });
  second.close();
});

test("rows that a power cut took from this file do not give their numbers to new rows", () => {
  // The journal (FULL) has numbered up to row 60; this file (NORMAL) has lost everything.
  const queue = openTelemetryQueue({ path: ":memory:", limitBytes: 1e6, numbered: 60 });
  queue.add(line(1), 1);
  expect(queue.oldest(60, 1e6).map((row) => row.row)).toEqual([61]);
});

test("a batch gets its number once, with its content, in the journal", () => {
  const journal = openJournal({ path: ":memory:", clock: toldClock(), chance: toldChance(), tables: [] });
  const heard: string[][] = [];
  journal.onCommit((streams) => heard.push([...streams]));
  expect(journal.outbox.appendBulk({ data: "a", at: "{}", upToRow: 5 })).toBe(1);
  expect(journal.outbox.appendBulk({ data: "b", at: "{}", upToRow: 7 })).toBe(2);
  expect(() => journal.outbox.appendBulk({ data: "again", at: "{}", upToRow: 7 })).toThrow(/have a number/);
  expect(journal.outbox.bulkRow()).toBe(7);
  expect(journal.outbox.pending("bulk", 9).map((row) => [row.seq, row.data])).toEqual([
    [1, "a"],
    [2, "b"],
  ]);
  expect(heard).toEqual([["bulk"], ["bulk"]]);
  journal.outbox.acknowledge("bulk", 2);
  expect(journal.get("SELECT count(*) AS n FROM event")).toEqual({ n: 0 });
});

test("a damaged file is set aside and a new one begun", () => {
  const path = join(folder(), "t.sqlite");
  writeFileSync(path, "no database ".repeat(400));
  const said: string[] = [];
  const queue = openTelemetryQueue({ path, limitBytes: 1e6, numbered: 0, onDrop: (why) => said.push(why) });
  queue.add(line(1), 1);
  expect(queue.counts().rows).toBe(1);
  expect(said[0]).toContain("set aside");
  expect(existsSync(`${path}.damaged`)).toBe(true);
  queue.close();
});
