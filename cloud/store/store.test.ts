// One contract, both databases: what ingest, ledger and API rely on.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { commandPath, hasCommand } from "#test/debian.ts";
import { counted } from "#test/promise.ts";
import { startPostgres, type TemporaryPostgres } from "./postgres-for-tests.ts";
import { sealedKinds } from "./seals.ts";
import { lookedAtElsewhere, spoilEverySeal } from "./spoiling-for-tests.ts";
import { isStoreTrouble, openStore, type Store, type StorePlace } from "./store.ts";
import { addToTally, readTallies, tallies } from "./tally.ts";

const folder = mkdtempSync(join(tmpdir(), "cuobian-store-"));
let server: TemporaryPostgres | undefined;
afterAll(() => {
  server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const places: { name: string; here: boolean; place: () => StorePlace }[] = [
  { name: "sqlite", here: true, place: () => ({ kind: "sqlite", file: join(folder, "store.sqlite") }) },
  {
    name: "postgres",
    here: hasCommand("postgres"),
    place: () => {
      server ??= startPostgres(commandPath("postgres")!);
      return { kind: "postgres", url: server.fresh() };
    },
  },
];

for (const { name, here, place } of places)
  describe.skipIf(!here)(`P 04.contract: relational store, ${name}`, () => {
    let store: Store;
    let at: StorePlace;
    beforeAll(async () => {
      at = place();
      store = await openStore(at);
    });
    afterAll(() => store?.close());

    const key = { gateway: "gw-1", epoch: "00aa", stream: "money", seq: 1 };
    const inboxRow = { ...key, hash: "h", received_at: 1_764_043_200_123 };

    test("a key is taken once, and whole milliseconds come back exactly", async () => {
      await store.change((change) => change.insertInto("inbox").values(inboxRow).execute());
      await expect(store.change((change) => change.insertInto("inbox").values(inboxRow).execute())).rejects.toThrow();
      expect(await store.read.selectFrom("inbox").selectAll().execute()).toEqual([inboxRow]);
    });

    test("a change that throws leaves nothing behind", async () => {
      await expect(
        store.change(async (change) => {
          await change
            .insertInto("inbox")
            .values({ ...inboxRow, seq: 2 })
            .execute();
          await addToTally(change, { site: "jinxiu" }, "events");
          throw new Error("half way");
        }),
      ).rejects.toThrow("half way");
      expect((await store.read.selectFrom("inbox").selectAll().execute()).length).toBe(1);
      expect((await readTallies(store.read))().events).toBe(0);
    });

    test("tallies add up, money exactly, also above 2^31", async () => {
      await store.change(async (change) => {
        for (const amount of [3_000_000_000, 1, -5]) await addToTally(change, { site: "jinxiu" }, "billed_fen", amount);
      });
      const read = (await readTallies(store.read))();
      expect(read.billed_fen).toBe(2_999_999_996);
      expect(Object.keys(read)).toEqual([...tallies]);
    });

    test("the database numbers events upwards", async () => {
      const row = { ...key, site: "s", type: "lane.passed", at: 1, received_at: 2, late: 0, subject: null, stamp: "{}", data: "{}" };
      const numbers = await store.change(async (change) => {
        const made: number[] = [];
        for (const seq of [1, 2, 3]) {
          const { ordinal } = await change
            .insertInto("event")
            .values({ ...row, seq })
            .returning("ordinal")
            .executeTakeFirstOrThrow();
          made.push(ordinal);
        }
        return made;
      });
      expect(numbers[1]! > numbers[0]! && numbers[2]! > numbers[1]!).toBe(true);
    });

    test("opening again migrates nothing and keeps everything", async () => {
      await store.close();
      store = await openStore(at);
      expect((await store.read.selectFrom("inbox").selectAll().execute()).length).toBe(1);
      expect((await store.read.selectFrom("ledger_head").selectAll().execute()).length).toBe(1);
    });

    test("what was sealed and is then changed by one letter, removed or slipped in is named, whatever the table and the column", async (context) => {
      const spoiled = await spoilEverySeal(store);
      expect(spoiled.missed).toEqual([]);
      expect(spoiled.tables).toBe(new Set(Object.values(sealedKinds).map((kind) => kind.table)).size);
      counted(context, {
        tables: spoiled.tables,
        columns: spoiled.columns,
        "rows removed": spoiled.removed,
        "rows slipped in": spoiled.added,
      });
    });

    test("a table that keeps a hash or a link is sealed, or is looked at by a check of its own", async () => {
      const tables = await store.read.introspection.getTables();
      const linked = tables.filter(({ columns }) => columns.some(({ name: column }) => /^(hash|previous|sha256|digest)$/.test(column)));
      const known = [...Object.values(sealedKinds).map(({ table }) => table), ...Object.keys(lookedAtElsewhere)];
      expect(linked.map(({ name: table }) => table).filter((table) => !known.includes(table))).toEqual([]);
      expect(linked.length).toBeGreaterThan(12);
    });
  });

test("SQLite commits are FULL and WAL: NORMAL loses what was acknowledged when the power fails", async () => {
  const store = await openStore({ kind: "sqlite", file: join(folder, "pragma.sqlite") });
  const { sql } = await import("kysely");
  const mode = await store.change((change) => sql<{ journal_mode: string }>`PRAGMA journal_mode`.execute(change));
  const synchronous = await store.change((change) => sql<{ synchronous: number }>`PRAGMA synchronous`.execute(change));
  expect([mode.rows[0]?.journal_mode, synchronous.rows[0]?.synchronous]).toEqual(["wal", 2]);
  await store.close();
});

test.each([
  [{ code: "SQLITE_FULL" }, true],
  [{ code: "SQLITE_IOERR_FSYNC" }, true],
  [{ code: "SQLITE_CONSTRAINT_NOTNULL" }, false],
  [{ code: "57P01" }, true],
  [{ code: "08006" }, true],
  [{ code: "23505" }, false],
  [{ code: "ECONNREFUSED" }, true],
  [new TypeError("x is undefined"), false],
])("store trouble %o: %s", (error, wanted) => expect(isStoreTrouble(error)).toBe(wanted));

test("changes that wait are one transaction: one that fails takes nothing of the others, and an alarm goes first", async () => {
  const store = await openStore({ kind: "sqlite", file: join(folder, "grouped.sqlite") });
  const order: string[] = [];
  const count = (name: string, how?: { first: boolean }) =>
    store.change(async (change) => {
      order.push(name);
      await change.insertInto("tally").values({ name, value: 1 }).execute();
      if (name === "wrong") throw new Error("on purpose");
    }, how);
  const outcomes = await Promise.allSettled([count("one"), count("wrong"), count("two"), count("alarm", { first: true })]);
  expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled", "fulfilled"]);
  expect(order).toEqual(["alarm", "one", "wrong", "two"]);
  expect((await store.read.selectFrom("tally").select("name").orderBy("name").execute()).map(({ name }) => name)).toEqual([
    "alarm",
    "one",
    "two",
  ]);
  await store.close();
});

test("a transaction that is lost as a whole: each of its changes is run again by itself, and only the one to blame is refused", async () => {
  const store = await openStore({ kind: "sqlite", file: join(folder, "lost.sqlite") });
  const runs: Record<string, number> = {};
  const count = (name: string) =>
    store.change(async (change) => {
      runs[name] = (runs[name] ?? 0) + 1;
      await change.insertInto("tally").values({ name, value: 1 }).execute();
      if (name === "full") throw Object.assign(new Error("database or disk is full"), { code: "SQLITE_FULL" });
    });
  const outcomes = await Promise.allSettled(["one", "two", "full", "three"].map(count));
  expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled", "rejected", "fulfilled"]);
  expect(runs).toEqual({ one: 2, two: 2, full: 2, three: 1 });
  expect((await store.read.selectFrom("tally").select("name").orderBy("name").execute()).map(({ name }) => name)).toEqual([
    "one",
    "three",
    "two",
  ]);
  await store.close();
});
