// The audit log over both databases: it only grows, and whoever gets around the database's own refusal is found, with the row at which it happened.
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "kysely";
import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { stringify } from "yaml";
import { startPostgres, type TemporaryPostgres } from "#cloud/store/postgres-for-tests.ts";
import { openSqlite } from "#cloud/store/sqlite.ts";
import { openStore, type Store, type StorePlace } from "#cloud/store/store.ts";
import { commandPath, hasCommand } from "#test/debian.ts";
import { counted } from "#test/promise.ts";
import { repository } from "#test/world/program.ts";
import { anchorRows, dropAnchor, readAnchorFile, startAnchors } from "./anchors.ts";
import { type AuditEntry, type AuditRow, appendAudit, auditHead, type Verdict, verifyAudit } from "./chain.ts";

const folder = mkdtempSync(join(tmpdir(), "cuobian-audit-"));
let server: TemporaryPostgres | undefined;
afterAll(() => {
  server?.stop();
  rmSync(folder, { recursive: true, force: true });
});
let files = 0;
const places: { name: string; here: boolean; place: () => StorePlace }[] = [
  { name: "sqlite", here: true, place: () => ({ kind: "sqlite", file: join(folder, `${++files}`, "cloud.db") }) },
  {
    name: "postgres",
    here: hasCommand("postgres"),
    place: () => {
      server ??= startPostgres(commandPath("postgres") ?? "");
      return { kind: "postgres", url: server.fresh() };
    },
  },
];

const start = Date.UTC(2026, 10, 25, 4);
const entry = (n: number): AuditEntry => ({
  ...{ at: start + n * 1_000, person: `p-${n % 7}`, person_name: "值班员甲", role: "booth", organisation: "物业", site: "jinxiu" },
  ...{
    action: "alarm.acknowledge",
    object: `alarm-${n}`,
    outcome: n % 5 === 0 ? "refused" : "done",
    code: n % 5 === 0 ? "wrong-role" : null,
  },
  ...{ detail: { n }, address: "127.0.0.1" },
});
const rows = 60;
const anchoredAt = 40;

/** A log of 60 rows, written by several at once, anchored after 40 of them and at its end. */
async function written(place: StorePlace, file: string): Promise<Store> {
  const store = await openStore(place);
  const write = (from: number, to: number) =>
    Promise.all(Array.from({ length: to - from }, (_, n) => store.change((change) => appendAudit(change, entry(from + n)))));
  await write(0, anchoredAt);
  await dropAnchor(store, file, { now: start, daily: true });
  await write(anchoredAt, rows);
  await dropAnchor(store, file, { now: start + 1, daily: false });
  if (place.kind !== "sqlite") return store;
  // Ours reads by a handle that cannot write; a forger does both by his own.
  const forger = openSqlite(place.file);
  return {
    ...store,
    read: forger,
    async close() {
      await forger.destroy();
      await store.close();
    },
  };
}

/** What somebody with the database's own password would do first. */
async function disarm(store: Store): Promise<void> {
  if (store.kind === "postgres") await sql`ALTER TABLE audit DISABLE TRIGGER ALL`.execute(store.read);
  else for (const what of ["update", "delete"]) await sql.raw(`DROP TRIGGER audit_no_${what}`).execute(store.read);
}

async function setHead(store: Store): Promise<void> {
  const last = await store.read.selectFrom("audit").select(["ordinal", "hash"]).orderBy("ordinal", "desc").limit(1).executeTakeFirst();
  await store.read
    .updateTable("audit_head")
    .set({ ordinal: last?.ordinal ?? 0, hash: last?.hash ?? "" })
    .execute();
}

type Tampering = (store: Store) => Promise<unknown>;
interface Case {
  readonly name: string;
  readonly tamper: Tampering;
  /** The row that must be named. */
  readonly row: number;
  readonly says: RegExp;
}

const texts = [
  "person",
  "person_name",
  "role",
  "organisation",
  "site",
  "action",
  "object",
  "outcome",
  "code",
  "detail",
  "address",
  "previous",
  "hash",
] as const;
const edits: Case[] = [1, 30, rows].flatMap((row) => [
  ...texts.map((column) => ({
    ...{ name: `${column} of row ${row} edited`, row },
    tamper: (store: Store) =>
      store.read
        .updateTable("audit")
        .set({ [column]: "changed" })
        .where("ordinal", "=", row)
        .execute(),
    says: column === "previous" ? /does not follow/ : /changed/,
  })),
  {
    ...{ name: `time of row ${row} edited`, row, says: /changed/ },
    tamper: (store: Store) =>
      store.read
        .updateTable("audit")
        .set((eb) => ({ at: eb("at", "+", 1) }))
        .where("ordinal", "=", row)
        .execute(),
  },
]);
const removals: Case[] = [1, 30, 31].map((row) => ({
  ...{ name: `row ${row} removed`, row, says: /missing/ },
  tamper: (store) => store.read.deleteFrom("audit").where("ordinal", "=", row).execute(),
}));
/** The rows behind it moved up, so that no number is missing. */
const closedUp: Case = {
  ...{ name: "row 30 removed and the rest closed up", row: 30, says: /does not follow/ },
  async tamper(store) {
    await store.read.deleteFrom("audit").where("ordinal", "=", 30).execute();
    for (let n = 31; n <= rows; n += 1)
      await store.read
        .updateTable("audit")
        .set({ ordinal: n - 1 })
        .where("ordinal", "=", n)
        .execute();
    await setHead(store);
  },
};
const exchanged = (a: number, b: number): Case => ({
  ...{ name: `rows ${a} and ${b} exchanged`, row: a, says: /does not follow|changed/ },
  async tamper(store) {
    for (const [from, to] of [
      [a, 100_000],
      [b, a],
      [100_000, b],
    ] as const)
      await store.read.updateTable("audit").set({ ordinal: to }).where("ordinal", "=", from).execute();
  },
});
const cut = (kept: number, head: boolean): Case => ({
  ...{ name: `cut off behind row ${kept}${head ? ", and the head set back" : ""}`, row: kept + 1, says: /cut off/ },
  async tamper(store) {
    await store.read.deleteFrom("audit").where("ordinal", ">", kept).execute();
    if (head) await setHead(store);
  },
});
/** A whole new history with right hashes: only what was kept elsewhere can tell. */
const rewritten: Case = {
  ...{ name: "written anew from row 35 on, every hash right", row: anchoredAt, says: /anchor/ },
  async tamper(store) {
    await store.read.deleteFrom("audit").where("ordinal", ">=", 35).execute();
    await setHead(store);
    for (let n = 34; n < rows; n += 1) await store.change((change) => appendAudit(change, { ...entry(n), person_name: "他人" }));
  },
};
const cases: readonly Case[] = [
  ...edits,
  ...removals,
  closedUp,
  exchanged(1, 2),
  exchanged(29, 31),
  exchanged(59, 60),
  cut(59, false),
  cut(59, true),
  cut(39, true),
  cut(0, true),
  rewritten,
];

for (const { name, here, place } of places)
  describe.skipIf(!here)(`P 05.audit: over ${name}`, () => {
    let store: Store;
    let kept: AuditRow[];
    const file = join(folder, `${name}.jsonl`);
    const anchors = () => readAnchorFile(file).anchors;
    const judge = (): Promise<Verdict> => verifyAudit(store.read, anchors());
    beforeAll(async () => {
      store = await written(place(), file);
      kept = await store.read.selectFrom("audit").selectAll().orderBy("ordinal").execute();
    });
    afterAll(() => store?.close());

    test("what several wrote at once is one chain, and its anchors agree", async () => {
      expect(await judge()).toEqual({ kind: "sound", rows, head: (await auditHead(store.read)).hash, anchors: 2 });
      expect((await anchorRows(store.read)).map(({ ordinal, day }) => [ordinal, day])).toEqual([
        [anchoredAt, "2026-11-25"],
        [rows, null],
      ]);
    });

    test("the database itself refuses to change or remove a row or an anchor", async () => {
      const refused: Tampering[] = [
        (s) => s.read.updateTable("audit").set({ object: "x" }).where("ordinal", "=", 1).execute(),
        (s) => s.read.deleteFrom("audit").where("ordinal", "=", 1).execute(),
        (s) => s.read.updateTable("audit_anchor").set({ hash: "x" }).execute(),
        (s) => s.read.deleteFrom("audit_anchor").execute(),
      ];
      for (const tamper of refused) await expect(tamper(store)).rejects.toThrow(/only grows/);
    });

    test("whatever is edited, removed, moved or cut off: the first broken row is named", async (context) => {
      await disarm(store);
      for (const { name: what, tamper, row, says } of cases) {
        await tamper(store);
        const verdict = await judge();
        expect(verdict, what).toMatchObject({ kind: "broken", row, en: expect.stringMatching(says) });
        expect((verdict as { zh: string }).zh, what).toContain(`${row}`);
        await store.read.deleteFrom("audit").execute();
        await store.read.insertInto("audit").values(kept).execute();
        await setHead(store);
        expect((await judge()).kind, what).toBe("sound");
      }
      counted(context, { tamperings: cases.length, rows });
    });

    test("without an anchor off the table a cut tail is not found: that is what anchors are for", async () => {
      await cut(50, true).tamper(store);
      expect((await verifyAudit(store.read, [])).kind).toBe("sound");
      expect(await judge()).toMatchObject({ kind: "broken", row: 51 });
    });
  });

test("the first look of a civil day anchors, and an orderly stop does; nothing is anchored twice", async () => {
  const store = await openStore({ kind: "sqlite", file: join(folder, "days", "cloud.db") });
  const file = join(folder, "days", "anchors.jsonl");
  const log = pino({ level: "silent" });
  // 23:59 and 00:01 in China.
  for (const now of [Date.UTC(2026, 10, 25, 15, 59), Date.UTC(2026, 10, 25, 16, 1)]) {
    await store.change((change) => appendAudit(change, entry(1)));
    const running = startAnchors({ store, file, now: () => now, log });
    await running.stop();
  }
  await startAnchors({ store, file, now: () => start, log }).stop();
  expect(readAnchorFile(file).anchors.map(({ ordinal, day }) => [ordinal, day])).toEqual([
    [1, "2026-11-25"],
    [2, "2026-11-26"],
  ]);
  writeFileSync(file, "not an anchor\n", { flag: "a" });
  expect(readAnchorFile(file).unreadable).toEqual([3]);
  await store.close();
});

describe("P 05.audit: cuobian audit verify", () => {
  const run = (args: readonly string[]): Promise<{ code: number; out: string; err: string }> =>
    new Promise((resolve) => {
      execFile(
        process.execPath,
        [join(repository, "cloud/audit/main.ts"), ...args],
        { encoding: "utf8", timeout: 60_000 },
        (error, out, err) => resolve({ code: error === null ? 0 : typeof error.code === "number" ? error.code : -1, out, err }),
      );
    });

  async function configured(name: string, tamper?: Tampering): Promise<string> {
    const data = join(folder, `run-${name}`);
    const store = await written({ kind: "sqlite", file: join(data, "cloud.db") }, join(data, "audit-anchors.jsonl"));
    await disarm(store);
    await tamper?.(store);
    await store.close();
    const file = join(folder, `${name}.yaml`);
    const settings = {
      ...{ name: "测试云", data, http: { host: "127.0.0.1", port: 0 }, broker: { kind: "embedded", host: "127.0.0.1", port: 0 } },
      ...{ gateways: [], sites: [], store: { kind: "sqlite" }, telemetry: { kind: "sqlite" }, people: [], demonstration: false },
    };
    writeFileSync(file, stringify(settings));
    return file;
  }

  test("sound: 0; edited, removed, exchanged, cut off: 1 and the row; no anchors: 5", async () => {
    const tampered = [edits[16], removals[1], exchanged(29, 31), cut(55, true)] as Case[];
    const ended = await Promise.all([
      configured("sound").then((config) => run(["verify", "--config", config])),
      ...tampered.map(async ({ tamper }, n) => run(["verify", "--config", await configured(`broken-${n}`, tamper)])),
    ]);
    expect(ended[0]).toMatchObject({ code: 0, out: expect.stringContaining(`${rows} rows are sound, 2 anchors agree`) });
    for (const [n, { row, says, name }] of tampered.entries()) {
      const one = ended[n + 1];
      expect([one?.code, one?.out], name).toEqual([1, expect.stringMatching(says)]);
      expect(one?.out, name).toMatch(new RegExp(`row ${row}\\b`));
    }
    const config = await configured("unanchored");
    rmSync(join(folder, "run-unanchored", "audit-anchors.jsonl"));
    const [unanchored, elsewhere, shown] = await Promise.all([
      run(["verify", "--config", config]),
      run(["verify", "--config", config, "--anchors", join(folder, "run-sound", "audit-anchors.jsonl")]),
      run(["show", "--config", config, "--last", "2", "--json"]),
    ]);
    expect(unanchored).toMatchObject({ code: 5, err: expect.stringContaining("no anchor off the table") });
    // Two logs with the same rows are the same chain.
    expect(elsewhere.code).toBe(0);
    expect(
      shown.out
        .trim()
        .split("\n")
        .map((line) => (JSON.parse(line) as AuditRow).ordinal),
    ).toEqual([59, 60]);
  });
});
