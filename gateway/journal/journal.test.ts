// State and events change together or not at all; numbers have no gaps; a file that cannot be trusted is refused.
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { expect, test } from "vitest";
import { toldChance, toldClock } from "#test/told-clock.ts";
import { type Journal, openJournal } from "./journal.ts";
import type { Migration } from "./migrations.ts";

const tables: Migration[] = [{ name: "test/0001-thing", sql: "CREATE TABLE thing (id TEXT PRIMARY KEY, n INTEGER) STRICT" }];
const folder = () => mkdtempSync(join(tmpdir(), "cuobian-journal-"));
const open = (path: string, more: readonly Migration[] = tables, seed = 1): Journal =>
  openJournal({ path, clock: toldClock(), chance: toldChance(seed), tables: more });
const answers = (n: number) => ({ station: `station-${n}` });

test("a commit is durable: WAL, synchronous=FULL, foreign keys", () => {
  const path = join(folder(), "j.sqlite");
  const journal = open(path);
  expect(Object.values(journal.get("PRAGMA synchronous") ?? {})).toEqual([2]);
  expect(Object.values(journal.get("PRAGMA journal_mode") ?? {})).toEqual(["wal"]);
  expect(Object.values(journal.get("PRAGMA foreign_keys") ?? {})).toEqual([1]);
  journal.close();
});

test("state and events change together; what throws leaves neither, and no gap", () => {
  const journal = open(":memory:");
  const write = (n: number, fail = false) =>
    journal.commit((tx) => {
      tx.run("INSERT INTO thing VALUES (?, ?)", `t${n}`, n);
      const key = tx.event("station.answers", answers(n));
      if (fail) throw new Error("after the event");
      return key;
    });
  expect(write(1)).toEqual({ stream: "state", seq: 1 });
  expect(() => write(2, true)).toThrow("after the event");
  expect(write(3)).toEqual({ stream: "state", seq: 2 });
  expect(journal.all("SELECT n FROM thing ORDER BY n")).toEqual([{ n: 1 }, { n: 3 }]);
  expect(journal.outbox.pending("state", 9).map((event) => [event.seq, event.data])).toEqual([
    [1, '{"station":"station-1"}'],
    [2, '{"station":"station-3"}'],
  ]);
  expect(() => journal.commit(() => journal.commit(() => 1))).toThrow("a commit inside a commit");
});

test("each stream counts for itself, on and on across a new start", () => {
  const path = join(folder(), "j.sqlite");
  const first = open(path);
  first.commit((tx) => {
    tx.event("station.answers", answers(1));
    tx.event("station.silent", { station: "station-1", silent_ms: 5000 });
  });
  const epoch = first.epoch;
  expect(epoch).toMatch(/^[0-9a-f]{16}$/);
  first.close();
  const second = open(path, tables, 2);
  expect(second.epoch).toBe(epoch);
  expect(
    second.commit((tx) => [
      tx.event("station.answers", answers(2)).seq,
      tx.event("camera.silent", { lane: "a", camera: "b", silent_ms: 1 }).seq,
    ]),
  ).toEqual([2, 2]);
  second.close();
  expect(open(join(folder(), "other.sqlite"), tables, 2).epoch).not.toBe(epoch);
});

test.each([
  ["an unknown event", "car.flew", {}],
  ["a field too many", "station.answers", { station: "station-1", colour: "red" }],
  ["a field too few", "station.silent", { station: "station-1" }],
  ["a fraction", "station.silent", { station: "station-1", silent_ms: 1.5 }],
])("%s is a bug: it throws, and says no value", (_what, type, data) => {
  const journal = open(":memory:");
  expect(() => journal.commit((tx) => tx.event(type as "station.silent", data as never))).toThrow(
    /no such event|not as the catalogue says/,
  );
  expect(journal.outbox.state("state").last).toBe(0);
  try {
    journal.commit((tx) => tx.event("lane.offline-read", { lane: "east-in", plate: "闽C12345闽C12345闽C12345", read_at: 1 }));
    expect.fail("a plate of 21 characters was taken");
  } catch (error) {
    expect(String(error)).toContain("/plate");
    expect(String(error)).not.toContain("闽");
  }
});

test.each([
  //  acknowledged  moves   then
  [0, false, 0],
  [2, true, 2],
  [3, true, 3],
  [4, false, 0],
  [1.5, false, 0],
])("an acknowledgement of %s of three sent: %s", (upTo, moves, then) => {
  const journal = open(":memory:");
  for (const n of [1, 2, 3]) journal.commit((tx) => tx.event("station.answers", answers(n)));
  expect(journal.outbox.acknowledge("state", upTo)).toBe(moves);
  expect(journal.outbox.state("state")).toEqual({ stream: "state", acknowledged: then, last: 3 });
  expect(journal.outbox.acknowledge("state", then)).toBe(false);
  expect(journal.outbox.pending("state", 9).map((event) => event.seq)).toEqual([1, 2, 3].slice(then));
});

test("listeners hear after the commit which streams have more, and nothing of one that failed", () => {
  const journal = open(":memory:");
  const heard: string[][] = [];
  const cancel = journal.onCommit((streams) => heard.push([...streams]));
  journal.commit((tx) => tx.run("INSERT INTO thing VALUES ('a', 1)"));
  journal.commit((tx) => tx.event("station.answers", answers(1)));
  expect(() =>
    journal.commit((tx) => {
      tx.event("station.answers", answers(2));
      throw new Error("no");
    }),
  ).toThrow();
  cancel();
  journal.commit((tx) => tx.event("station.answers", answers(3)));
  expect(heard).toEqual([["state"]]);
});

test("tables are made once, in order; a changed step and a file of a newer version are refused", () => {
  const path = join(folder(), "j.sqlite");
  open(path).close();
  const more = [...tables, { name: "test/0002-more", sql: "ALTER TABLE thing ADD COLUMN colour TEXT" }];
  const journal = open(path, more);
  journal.commit((tx) => tx.run("INSERT INTO thing VALUES ('a', 1, 'red')"));
  journal.close();
  expect(() => open(path)).toThrow(/newer version \(test\/0002-more\)/);
  expect(() => open(path, [{ name: "test/0001-thing", sql: "CREATE TABLE other (id TEXT)" }])).toThrow(/was changed/);
  expect(() => open(":memory:", [...tables, ...tables])).toThrow(/two migrations/);
});

test("a second gateway on the same file is refused in words", () => {
  const path = join(folder(), "j.sqlite");
  const journal = open(path);
  journal.commit((tx) => tx.event("station.answers", answers(1)));
  expect(() => open(path)).toThrow(/in use by another process/);
  const reader = new Database(path, { readonly: true });
  expect(reader.prepare("SELECT count(*) AS n FROM event").get()).toEqual({ n: 1 }); // a person with sqlite3 may look
  reader.close();
  journal.close();
  open(path).close();
});

test("a damaged file is refused, with what to do", () => {
  const path = join(folder(), "j.sqlite");
  const journal = open(path);
  for (let n = 0; n < 200; n += 1) journal.commit((tx) => tx.event("station.answers", answers(n)));
  journal.close();
  const check = new Database(path);
  const page = check.pragma("page_size", { simple: true }) as number;
  check.close();
  const bytes = readFileSync(path);
  expect(bytes.length).toBeGreaterThan(page * 6);
  for (let at = page * 3; at < bytes.length; at += 97) bytes[at] = (bytes[at] ?? 0) ^ 0xff;
  writeFileSync(path, bytes);
  expect(() => open(path)).toThrow(/damaged.*backup/s);
  writeFileSync(path, "this is no database, however long it may be ".repeat(40));
  expect(() => open(path)).toThrow(/damaged/);
});

const gapsOf = (journal: Journal) =>
  journal.outbox
    .pending("state", 1e6)
    .filter(({ type }) => type === "stream.gap")
    .map(({ seq, data }) => {
      const { count, reason } = JSON.parse(data) as { count: number; reason: string };
      return `${reason} ${seq - count + 1}-${seq}`;
    });

test("beyond its bound the oldest state events go, and one row says which; urgent and money never go", () => {
  const journal = openJournal({ path: ":memory:", clock: toldClock(), chance: toldChance(1), tables, stateLimit: 20 });
  for (let n = 1; n <= 35; n += 1)
    journal.commit((tx) => {
      tx.event("station.answers", answers(n));
      tx.event("station.silent", { station: `station-${n}`, silent_ms: 1 });
      tx.event("visit.closed", { visit: `visit-${n}-0000`, lane: "east-out", left_at: n, total_fen: n, paid_fen: n });
    });
  expect(gapsOf(journal)).toEqual(["limit 1-16"]);
  expect(journal.outbox.pending("state", 99).map(({ seq }) => seq)).toEqual(Array.from({ length: 20 }, (_, i) => 16 + i));
  expect([journal.outbox.pending("urgent", 99).length, journal.outbox.pending("money", 99).length]).toEqual([35, 35]);
  // Half of it was sent before the rest went: what the cloud has stays acknowledged, and the gap reaches over it.
  journal.outbox.acknowledge("state", 9);
  expect(gapsOf(journal)).toEqual(["limit 1-16"]);
  journal.outbox.acknowledge("state", 17);
  expect(gapsOf(journal)).toEqual([]);
  for (let n = 36; n <= 39; n += 1) journal.commit((tx) => tx.event("station.answers", answers(n)));
  expect(gapsOf(journal)).toEqual(["limit 18-19"]);
});

test("on a full disk what the cloud has goes first, then the older state, portion by portion, until there is nothing to give", () => {
  const journal = openJournal({ path: ":memory:", clock: toldClock(), chance: toldChance(1), tables });
  for (let n = 1; n <= 3000; n += 1) journal.commit((tx) => tx.event("station.answers", answers(n)));
  for (let n = 1; n <= 700; n += 1)
    journal.commit((tx) => tx.event("visit.closed", { visit: `visit-${n}-0000`, lane: "e", left_at: n, total_fen: n, paid_fen: n }));
  journal.outbox.acknowledge("state", 1000);
  journal.outbox.acknowledge("money", 600);
  const steps: string[] = [];
  while (journal.outbox.trim()) {
    const [state, money] = ["state", "money"].map(
      (stream) => journal.get<{ n: number }>("SELECT count(*) AS n FROM event WHERE stream = ?", stream)?.n,
    );
    steps.push(`${state} ${money} ${gapsOf(journal)}`);
  }
  expect(steps).toEqual(["2500 700 ", "2500 600 ", "1501 600 disk-full 1001-2000", "1001 600 disk-full 1001-2500"]);
  // Money that the cloud has not: every single event of it.
  expect(journal.outbox.pending("money", 999).map(({ seq }) => seq)).toEqual(Array.from({ length: 100 }, (_, i) => 601 + i));
});

test("a refused write is tried again as long as somebody makes room, and its work leaves its effect once", () => {
  const refusals = [true, true, false];
  let asked = 0;
  const journal = openJournal({
    ...{ path: ":memory:", clock: toldClock(), chance: toldChance(1), tables },
    makeRoom: () => {
      asked += 1;
      return refusals.shift() ?? false;
    },
  });
  let runs = 0;
  const write = (fullTimes: number) =>
    journal.commit((tx) => {
      runs += 1;
      tx.run("INSERT INTO thing VALUES (?, 1)", `t${asked}-${fullTimes}`);
      tx.event("station.answers", answers(runs));
      if (runs <= fullTimes) throw new Database.SqliteError("database or disk is full", "SQLITE_FULL");
    });
  write(2);
  expect([runs, asked, journal.all("SELECT id FROM thing"), journal.outbox.state("state").last]).toEqual([3, 2, [{ id: "t2-2" }], 1]);
  runs = 0;
  expect(() => write(9)).toThrow(/full/);
  expect([asked, journal.failed(), journal.outbox.state("state").last]).toEqual([3, undefined, 1]);
});
