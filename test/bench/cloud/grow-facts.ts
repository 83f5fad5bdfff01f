// The same for facts: what an event costs to take in, and what the pages of events and alarms cost to read, as the stored events grow. SQLite, as one machine has it.
import { join } from "node:path";
import SqliteDatabase from "better-sqlite3";
import { pino } from "pino";
import { takeMessage } from "#cloud/ingest/take-message.ts";
import { openStore, type Store } from "#cloud/store/store.ts";
import { openEmbeddedTelemetry } from "#cloud/telemetry/embedded.ts";
import { upTopic } from "#protocols/uplink/topics.ts";
import { median } from "../table.ts";

const gateways = 500;
const batches = 20;
const perBatch = 100;
const asked = 9;
const epoch = "00000000000000aa";

/** Rows as the ingest leaves them: an event and its key, for every hundredth an alarm that is over, and two hundred that are open. */
function fill(file: string, { from, to }: { from: number; to: number }): void {
  const db = new SqliteDatabase(file);
  db.pragma("synchronous = OFF");
  const numbers = "WITH RECURSIVE n (i) AS (SELECT ? UNION ALL SELECT i + 1 FROM n WHERE i < ?)";
  const gateway = `'gw-' || (i % ${gateways} + 1)`;
  const type = "CASE i % 10 WHEN 0 THEN 'visit.opened' WHEN 1 THEN 'gate.opened' WHEN 2 THEN 'session.started' ELSE 'lane.passed' END";
  // Whole numbers are bound as bigint: as doubles they would make names of "lane-7.0".
  db.transaction(() => {
    db.prepare(
      `INSERT INTO event (site, gateway, epoch, stream, seq, type, at, received_at, late, subject, stamp, clock, data) ${numbers}
       SELECT 'city', ${gateway}, '${epoch}', 'state', i / ${gateways} + 1, ${type}, 1795579200000 + i, 1795579200000 + i, 0, 'lane-' || (i % 1000), '{}', 'true',
         '{"lane":"lane-1","direction":"entry","visit":null,"count":1,"known_late":false}' FROM n`,
    ).run(BigInt(from), BigInt(to - 1));
    db.prepare(
      `INSERT INTO inbox (gateway, epoch, stream, seq, hash, received_at) ${numbers}
       SELECT ${gateway}, '${epoch}', 'state', i / ${gateways} + 1, lower(hex(randomblob(32))), 1795579200000 + i FROM n`,
    ).run(BigInt(from), BigInt(to - 1));
    db.prepare(
      `INSERT INTO alarm (id, site, gateway, rule, source, priority, zh, en, open, active, count, first_at, last_at, last_stamp, events) ${numbers}
       SELECT 'alarm-' || i, 'city', ${gateway}, 'station.silent', 'station-' || i, 2, '充电站失联', 'charging station silent', i < 200, i < 200, 1, 1795579200000 + i, 1795579200000 + i,
         '{}', '[]' FROM n`,
    ).run(BigInt(from / 100), BigInt(to / 100 - 1));
  })();
  db.close();
}

const event = (seq: number, wall: number) => ({
  ...{ seq, type: "lane.passed", at: { wall, mono: wall % 1e9, boot: "boot-1", synchronised: true } },
  data: { lane: "lane-1", direction: "entry", visit: null, count: seq, known_late: false },
});

/** A hundred events in each of twenty batches at once, of gateways that said nothing before; microseconds an event. */
async function takeIn(store: Store, round: number): Promise<number> {
  const telemetry = openEmbeddedTelemetry(":memory:");
  const compound = { id: "city", name: "城", compound_code: "CITY" };
  const rooms = {
    ...{ store, telemetry, log: pino({ level: "silent" }), now: Date.now, committed: () => undefined },
    compoundOf: () => compound,
  };
  const messages = Array.from({ length: batches }, (_, n) => {
    const gateway = `new-${round}-${n + 1}`;
    const events = Array.from({ length: perBatch }, (_, at) => event(at + 1, 1_795_579_200_000 + at));
    return { topic: upTopic({ site: "city", gateway }, "state"), payload: { v: 1, gateway, epoch, stream: "state", events } };
  });
  const began = performance.now();
  await Promise.all(messages.map(({ topic, payload }) => takeMessage(rooms, topic, Buffer.from(JSON.stringify(payload)))));
  const took = performance.now() - began;
  await telemetry.close();
  return (took * 1_000) / (batches * perBatch);
}

export async function growFacts(folder: string, most: number): Promise<Record<string, number>> {
  const file = join(folder, "cloud.db");
  await (await openStore({ kind: "sqlite", file })).close();
  const figures: Record<string, number> = {};
  let rows = 0;
  for (let to = 100_000; to <= most; to *= 10) {
    fill(file, { from: rows, to });
    rows = to;
    const store = await openStore({ kind: "sqlite", file });
    const name = `grow.facts_1e${Math.round(Math.log10(to))}`;
    const timed = async (ask: () => Promise<readonly unknown[]>): Promise<number> => {
      const times: number[] = [];
      for (let n = 0; n < asked; n += 1) {
        const before = performance.now();
        if ((await ask()).length === 0) throw new Error("a page without rows measures nothing");
        times.push(performance.now() - before);
      }
      return Number(median(times).toPrecision(3));
    };
    const page = () => store.read.selectFrom("event").selectAll().orderBy("ordinal", "desc").limit(51);
    figures[`${name}.event_us`] = Number((await takeIn(store, to)).toPrecision(3));
    figures[`${name}.newest_ms`] = await timed(() => page().execute());
    figures[`${name}.of_a_type_ms`] = await timed(() => page().where("type", "in", ["session.started"]).execute());
    figures[`${name}.of_a_subject_ms`] = await timed(() => page().where("subject", "=", "lane-7").execute());
    figures[`${name}.one_ms`] = await timed(() =>
      page().where("gateway", "=", "gw-7").where("epoch", "=", epoch).where("stream", "=", "state").where("seq", "=", 20).execute(),
    );
    figures[`${name}.alarms_ms`] = await timed(() =>
      store.read.selectFrom("alarm").selectAll().where("open", "=", 1).orderBy("last_at", "desc").limit(1_000).execute(),
    );
    await store.close();
  }
  return figures;
}
