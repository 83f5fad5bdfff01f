// A gateway brought back from an older backup while the cloud has acknowledged more: real journals on the disk, the real ingest over a real store.
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { openTestCloud, type TestCloud } from "#cloud/ingest/room-for-tests.ts";
import { backUpJournal, restoreJournal } from "#gateway/journal/backup.ts";
import { type Journal, openJournal } from "#gateway/journal/journal.ts";
import type { TelemetryQueue } from "#gateway/journal/telemetry.ts";
import { nextBatch } from "#gateway/uplink/batches.ts";
import { machineChance } from "#gateway/world/clock.ts";
import { upTopic } from "#protocols/uplink/topics.ts";
import { streams } from "#protocols/vocabulary/ids.ts";
import { counted } from "../promise.ts";
import { testQueue } from "../telemetry-queue.ts";
import { toldClock } from "../told-clock.ts";

const clock = toldClock();
const address = { site: "jinxiu", gateway: "gw-1" };
const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), "cuobian-restore-"));
  ends.push(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

interface Box {
  readonly data: string;
  readonly journal: Journal;
  readonly telemetry: TelemetryQueue;
  passages(n: number): void;
  cut(): void;
}

let trips = 0;
let passed = 0;
function box(data: string): Box {
  mkdirSync(data, { recursive: true });
  const journal = openJournal({ path: join(data, "journal.sqlite"), clock, chance: machineChance(), tables: [] });
  const telemetry = testQueue({ path: join(data, "telemetry.sqlite"), numbered: journal.outbox.numbered() });
  ends.push(() => {
    journal.close();
    telemetry.close();
  });
  return {
    ...{ data, journal, telemetry },
    passages(n) {
      for (let i = 0; i < n; i += 1) {
        passed += 1;
        clock.advance(1_000);
        const count = passed;
        journal.commit((tx) => tx.event("lane.passed", { lane: "east-in", direction: "entry", visit: null, count, known_late: false }));
        journal.commit((tx) =>
          tx.event("visit.paid", {
            visit: `visit-${count}-00`,
            payment: `payment-${count}`,
            lane: null,
            method: "cash",
            amount_fen: 100,
            collector: "booth",
          }),
        );
      }
    },
    cut() {
      trips += 1;
      clock.advance(1_000);
      journal.commit((tx) => tx.event("station.silent", { station: `station-${trips}`, silent_ms: 3_000 }));
    },
  };
}

/** As the uplink would: batch after batch, moving only on the acknowledgement. `most`: events a stream. Gives how many batches were answered. */
async function deliver({ journal, telemetry }: Box, cloud: TestCloud, most = Number.POSITIVE_INFINITY): Promise<number> {
  let answered = 0;
  for (const stream of streams)
    for (let sent = 0; sent < most; sent += 1) {
      const batch = nextBatch({ gateway: "gw-1", journal, telemetry, clock, turn: { live: false } }, stream, 300);
      if (batch === undefined) break;
      const answer = await cloud.take(upTopic(address, stream), batch.payload);
      if (answer === undefined) break;
      answered += 1;
      journal.outbox.acknowledge(stream, answer.acknowledgement.upTo);
    }
  return answered;
}

const count = async (cloud: TestCloud, type: string): Promise<number> =>
  Number(
    (
      await cloud.store.read
        .selectFrom("event")
        .select((eb) => eb.fn.countAll().as("n"))
        .where("type", "=", type)
        .executeTakeFirstOrThrow()
    ).n,
  );
const alarms = async (cloud: TestCloud): Promise<string[]> =>
  (await cloud.store.read.selectFrom("alarm").select(["rule"]).where("rule", "like", "uplink.%").orderBy("rule").execute()).map(
    ({ rule }) => rule,
  );

test("P 04.restore: from an older backup while the cloud has acknowledged more: new events once each, old ones untouched, the old box refused", async (context) => {
  trips = 0;
  passed = 0;
  const cloud = await openTestCloud();
  ends.push(() => cloud.close());
  const old = box(join(folder(), "old"));
  old.passages(20);
  old.cut();
  await deliver(old, cloud, 3);
  const pendingAtBackup = streams.reduce(
    (sum, stream) => sum + old.journal.outbox.state(stream).last - old.journal.outbox.state(stream).acknowledged,
    0,
  );
  expect(pendingAtBackup).toBeGreaterThan(10);
  // Beside the running gateway.
  const file = join(old.data, "..", "kept.sqlite");
  expect(backUpJournal(old.data, file)).toMatchObject({ kind: "backed-up", epoch: old.journal.epoch });
  // Some of what the backup holds as unsent reaches the cloud, and more happens and reaches it too; some happens and never does.
  await deliver(old, cloud, 4);
  old.passages(5);
  old.cut();
  await deliver(old, cloud);
  const before = await count(cloud, "lane.passed");

  const data = join(folder(), "new");
  const restored = restoreJournal(data, file, clock.wall());
  expect(restored).toMatchObject({ kind: "restored", former: old.journal.epoch, pending: pendingAtBackup, aside: undefined });
  const fresh = box(data);
  expect(fresh.journal.epoch).not.toBe(old.journal.epoch);
  fresh.passages(7);
  fresh.cut();
  await deliver(fresh, cloud);
  // The old machine was not told.
  old.passages(3);
  expect(await deliver(old, cloud)).toBe(0);

  // What the backup held and what is new: each once. What the old box alone had and had sent: untouched.
  const fromBackup = 20;
  const sentByOldAlone = (await count(cloud, "lane.passed")) - fromBackup - 7;
  expect(sentByOldAlone).toBeGreaterThanOrEqual(0);
  expect(before).toBeLessThanOrEqual(fromBackup + sentByOldAlone);
  const keys = await cloud.store.read.selectFrom("event").select(["type", "data"]).execute();
  const told = keys.filter(({ type }) => type === "lane.passed").map(({ data: text }) => (JSON.parse(text) as { count: number }).count);
  expect(new Set(told).size).toBe(told.length);
  for (let n = 1; n <= fromBackup; n += 1) expect(told).toContain(n);
  for (let n = 26; n <= 32; n += 1) expect(told).toContain(n);
  const lost = Array.from({ length: 32 }, (_, n) => n + 1).filter((n) => !told.includes(n)).length;
  expect(lost).toBe(0);
  const lane = await cloud.store.read.selectFrom("lane").select("passages").executeTakeFirstOrThrow();
  expect(lane.passages).toBe(told.length);
  const paid = await cloud.store.read.selectFrom("tally").select("value").where("name", "like", "paid_fen@%").executeTakeFirstOrThrow();
  expect(paid.value).toBe((await count(cloud, "visit.paid")) * 100);
  expect(await count(cloud, "gateway.restored")).toBe(1);
  expect(await alarms(cloud)).toEqual(["uplink.superseded"]);
  const { missing } = await cloud.store.read
    .selectFrom("cursor")
    .select((eb) => eb.fn.sum<number>(eb("seen_to", "-", eb.ref("up_to"))).as("missing"))
    .executeTakeFirstOrThrow();
  expect(Number(missing)).toBe(0);
  counted(context, {
    "events of the backup": fromBackup * 2 + 1,
    "unacknowledged then": pendingAtBackup,
    "new events": 15,
    "of the old box alone": sentByOldAlone,
    duplicates: told.length - new Set(told).size,
    lost,
  });
});

test("P 04.restore: the same key with other content is a dead letter and an alarm, also under a former name", async (context) => {
  const cloud = await openTestCloud();
  ends.push(() => cloud.close());
  const epoch = "00000000000000aa";
  const at = { wall: 1_795_579_200_000, mono: 1, boot: "b", synchronised: true };
  const event = (seq: number, n: number, was?: { epoch: string; seq: number }) => ({
    ...{ seq, type: "lane.passed", at, data: { lane: "east-in", direction: "entry", visit: null, count: n, known_late: false } },
    ...(was === undefined ? {} : { was }),
  });
  const say = (of: string, ...events: unknown[]) =>
    cloud.take(upTopic(address, "state"), JSON.stringify({ v: 1, gateway: "gw-1", epoch: of, stream: "state", events }));
  expect((await say(epoch, event(1, 1)))?.acknowledgement.upTo).toBe(1);
  expect((await say(epoch, event(1, 2)))?.acknowledgement.upTo ?? 0).toBe(0);
  const other = "00000000000000bb";
  // Carried over: the same, known; then another under a name that was taken for something else; then one that is new, and comes late under its old name.
  expect((await say(other, event(1, 1, { epoch, seq: 1 })))?.acknowledgement.upTo).toBe(1);
  expect((await say(other, event(2, 99, { epoch, seq: 1 })))?.acknowledgement.upTo).toBe(2);
  expect((await say(other, event(3, 2, { epoch, seq: 2 })))?.acknowledgement.upTo).toBe(3);
  await say(epoch, event(2, 2));
  expect(await count(cloud, "lane.passed")).toBe(2);
  const letters = await cloud.store.read.selectFrom("dead_letter").select("reason").execute();
  expect(letters.map(({ reason }) => reason.split(":")[0])).toEqual(["conflict", "conflict"]);
  expect(await alarms(cloud)).toContain("uplink.conflict");
  counted(context, { keys: 5, "dead letters": letters.length, effects: 2, duplicates: (await count(cloud, "lane.passed")) - 2 });
});

test("a backup is refused where it would overwrite; a restore where the gateway runs or the file is damaged; what stood there is kept", () => {
  const data = join(folder(), "site");
  const running = box(data);
  running.passages(50);
  const file = join(data, "..", "kept.sqlite");
  expect(backUpJournal(join(data, "nowhere"), file)).toMatchObject({ kind: "complaint" });
  expect(backUpJournal(data, file).kind).toBe("backed-up");
  expect(backUpJournal(data, file)).toMatchObject({ kind: "complaint", en: expect.stringContaining("not overwritten") });
  expect(restoreJournal(data, file, 1)).toMatchObject({ kind: "complaint", en: expect.stringContaining("running") });
  running.journal.close();
  const damaged = join(data, "..", "damaged.sqlite");
  copyFileSync(file, damaged);
  truncateSync(damaged, 8_192);
  expect(restoreJournal(data, damaged, 1)).toMatchObject({ kind: "complaint" });
  writeFileSync(join(data, "..", "text"), "not a journal");
  expect(restoreJournal(data, join(data, "..", "text"), 1)).toMatchObject({ kind: "complaint" });
  expect(existsSync(join(data, "journal.sqlite"))).toBe(true);
  const first = restoreJournal(data, file, 7);
  expect(first).toMatchObject({ kind: "restored", aside: join(data, "journal.sqlite.replaced-7") });
  expect(readdirSync(data)).toContain("journal.sqlite.replaced-7");
  // A journal that was restored can be kept and restored again: names of old are carried on.
  const again = box(data);
  expect(again.journal.outbox.pending("state", 1)[0]?.was).toMatch(/"seq":1\}$/);
});
