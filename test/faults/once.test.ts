// Both sides are killed at random while they speak, and somebody says everything again in any order beside them: a real journal with its real uplink, the real cloud behind its
// own broker. What was committed at the site is in the cloud, once, in the order of its stream, with the same content. CUOBIAN_SEED repeats a run.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { connect } from "mqtt";
import { afterAll, expect, test } from "vitest";
import { openStore, type Store } from "#cloud/store/store.ts";
import { countsView } from "#cloud/views/views.ts";
import { upTopic } from "#protocols/uplink/topics.ts";
import { counted, full } from "../promise.ts";
import { dice } from "../streams.ts";
import { type CloudReady, gatewayPassword, startTestCloud } from "../world/cloud.ts";
import { type CommittingSite, killCommittingSites, startCommittingSite } from "../world/committing-site.ts";
import { endEveryProgram, type TestProgram, until } from "../world/program.ts";
import { storedReadings } from "../world/stored-readings.ts";

const folder = mkdtempSync(join(tmpdir(), "cuobian-once-"));
afterAll(async () => {
  await endEveryProgram();
  killCommittingSites();
  rmSync(folder, { recursive: true, force: true });
});

const address = { site: "jinxiu", gateway: "gw-1" };
const streams = ["urgent", "money", "state"] as const;
const journalFile = join(folder, "journal.sqlite");
interface JournalRow {
  readonly stream: string;
  readonly seq: number;
  readonly type: string;
  readonly at: string;
  readonly data: string;
}

/** The site's disk, as anybody may read it. */
function readJournal<T>(work: (database: Database.Database) => T): T {
  const database = new Database(journalFile, { readonly: true, timeout: 5_000 });
  try {
    return work(database);
  } finally {
    database.close();
  }
}

/** Says any stretch of any stream again, or ahead of its time, beside the uplink that says it in order. */
function startMischief(
  broker: string,
  roll: (below: number) => number,
): { readonly counts: { messages: number; ahead: number }; end(): Promise<void> } {
  const client = connect(broker, {
    clientId: "gw-1-again",
    username: "gw-1",
    password: gatewayPassword,
    reconnectPeriod: 50,
    queueQoSZero: false,
  });
  client.on("error", () => undefined);
  const counts = { messages: 0, ahead: 0 };
  const timer = setInterval(() => {
    if (!client.connected) return;
    const stream = streams[roll(streams.length)] ?? "state";
    readJournal((database) => {
      const place = database.prepare("SELECT next - 1 AS last, acknowledged FROM stream WHERE stream = ?").get(stream) as
        | { last: number; acknowledged: number }
        | undefined;
      const { value: epoch } = database.prepare("SELECT value FROM meta WHERE key = 'epoch'").get() as { value: string };
      if (place === undefined || place.last === 0) return;
      const from = 1 + roll(place.last);
      const rows = database
        .prepare("SELECT seq, type, at, data FROM event WHERE stream = ? AND seq >= ? ORDER BY seq LIMIT ?")
        .all(stream, from, 1 + roll(20)) as JournalRow[];
      if (rows.length === 0) return;
      counts.messages += 1;
      if (from > place.acknowledged + 1) counts.ahead += 1;
      const events = rows.map(({ seq, type, at, data }) => ({
        seq,
        type,
        at: JSON.parse(at) as unknown,
        data: JSON.parse(data) as unknown,
      }));
      client.publish(upTopic(address, stream), JSON.stringify({ v: 1, gateway: "gw-1", epoch, stream, events }), { qos: 1 });
    });
  }, 30);
  return {
    counts,
    end: async () => {
      clearInterval(timer);
      await client.endAsync(true);
    },
  };
}

const kills = full ? { site: 120, cloud: 40 } : { site: 5, cloud: 2 };

test("P 04.once: in any order, repeated, kill -9 of either side at random: sent = committed, none twice, order kept", {
  timeout: full ? 1_800_000 : 120_000,
}, async (context) => {
  const seed = Number(process.env.CUOBIAN_SEED ?? (full ? Date.now() % 1_000_000_000 : 20_261_126));
  const roll = dice(seed);
  let cloud: TestProgram<CloudReady> = await startTestCloud({ folder });
  const mqttPort = Number(new URL(cloud.ready.mqtt).port);
  const broker = cloud.ready.mqtt;
  const said: string[] = [];
  const left = { ...kills };
  const run = (commits: number): CommittingSite => startCommittingSite({ folder, broker, commits });
  let site = run(1_000_000);
  const committedBy = (n: number) => until(`${n} commits`, () => site.said.length >= n || undefined, { within_ms: 30_000, every_ms: 2 });
  const killed = async (): Promise<void> => {
    await site.kill();
    said.push(...site.said.map(({ line }) => line));
  };
  const done = (): boolean => site.said.some(({ line }) => line === "done");
  await committedBy(10);
  const mischief = startMischief(broker, dice(seed + 1));
  while (left.site + left.cloud > 0) {
    await new Promise((resolve) => setTimeout(resolve, 20 + roll(400)));
    if (roll(left.site + left.cloud) < left.site) {
      left.site -= 1;
      await killed();
      site = run(left.site + left.cloud === 0 ? 20 : 1_000_000);
      await committedBy(1 + roll(30));
    } else {
      left.cloud -= 1;
      cloud.signal("SIGKILL");
      expect(await cloud.ended).toBe("SIGKILL");
      cloud = await startTestCloud({ folder, mqttPort });
    }
  }
  if (!done()) {
    await killed();
    site = run(20);
  }
  await until("the site has said everything", () => done() || undefined, { within_ms: 60_000, every_ms: 10 });
  await until(
    "the cloud has acknowledged everything",
    () =>
      readJournal(
        (database) => (database.prepare("SELECT count(*) AS n FROM stream WHERE acknowledged < next - 1").get() as { n: number }).n === 0,
      ) || undefined,
    { within_ms: full ? 600_000 : 60_000, every_ms: 20 },
  );
  await until("its readings too", () => waitingReadings() === 0 || undefined, { within_ms: 30_000, every_ms: 20 });
  await mischief.end();
  await killed();
  expect(await cloud.end()).toBe(0);

  const store = await openStore({ kind: "sqlite", file: join(folder, "cloud", "cloud.db") });
  try {
    const result = await compare(store, said);
    expect(result).toMatchObject({ lost: 0, duplicates: 0, wrong_content: 0, out_of_order: "0", readings_lost: 0, dead_letters: "0" });
    counted(context, {
      seed,
      ...{ site_kills: kills.site, cloud_kills: kills.cloud, said_again: mischief.counts.messages, said_ahead: mischief.counts.ahead },
      ...result,
    });
  } finally {
    await store.close();
  }
});

function waitingReadings(): number {
  const database = new Database(join(folder, "telemetry.sqlite"), { readonly: true, timeout: 5_000 });
  const { n } = database.prepare("SELECT count(*) AS n FROM waiting").get() as { n: number };
  database.close();
  return n;
}

async function compare(store: Store, said: readonly string[]): Promise<Record<string, number | string>> {
  const sent = readJournal((database) =>
    database.prepare("SELECT stream, seq, type, at, data FROM event WHERE stream <> 'bulk' ORDER BY stream, seq").all(),
  ) as JournalRow[];
  const got = await store.read
    .selectFrom("event")
    .select(["ordinal", "stream", "seq", "type", "stamp", "data"])
    .orderBy("ordinal")
    .execute();
  const keyOf = (row: { stream: string; seq: number }): string => `${row.stream} ${row.seq}`;
  const found = new Map(got.map((row) => [keyOf(row), row]));
  const same = (a: string, b: string): boolean => JSON.stringify(sorted(JSON.parse(a))) === JSON.stringify(sorted(JSON.parse(b)));
  const highest = new Map<string, number>();
  let outOfOrder = 0;
  for (const { stream, seq } of got) {
    if (seq !== (highest.get(stream) ?? 0) + 1) outOfOrder += 1;
    highest.set(stream, seq);
  }
  // What the site's own process had said before it was killed is at least what its journal holds.
  const keys = new Set(sent.map(keyOf));
  const promised = said.filter((line) => /^(urgent|money|state) \d+$/.test(line));
  const counts = await countsView(store.read);
  const paid = sent
    .filter(({ type }) => type === "visit.paid")
    .reduce((sum, { data }) => sum + (JSON.parse(data) as { amount_fen: number }).amount_fen, 0);
  expect(counts.paid_fen).toBe(paid);
  expect([counts.events, counts.missing]).toEqual([sent.length, 0]);
  const stored = storedReadings(join(folder, "cloud", "telemetry.db"));
  const values = new Set(stored.map(({ value }) => value));
  const readings = said.filter((line) => line.startsWith("reading ")).map((line) => Number(line.slice(8)));
  return {
    committed: sent.length,
    taken_in: got.length,
    lost: sent.filter((row) => !found.has(keyOf(row))).length + promised.filter((line) => !keys.has(line)).length,
    duplicates: got.length - found.size,
    wrong_content: sent.filter((row) => {
      const one = found.get(keyOf(row));
      return one !== undefined && !(one.type === row.type && same(one.stamp, row.at) && same(one.data, row.data));
    }).length,
    out_of_order: `${outOfOrder}`,
    repeats_without_effect: counts.duplicates,
    readings: stored.length,
    readings_lost: readings.filter((value) => !values.has(value)).length,
    readings_doubled: stored.length - values.size,
    dead_letters: `${counts.dead_letters}`,
  };
}

const sorted = (value: unknown): unknown =>
  value !== null && typeof value === "object" && !Array.isArray(value)
    ? Object.fromEntries(
        Object.entries(value)
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([key, inner]) => [key, sorted(inner)]),
      )
    : value;
