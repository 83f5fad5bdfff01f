// A site with a long backlog behind its uplink, that raises an alarm now and then: each is said on stdout with the time until the cloud had acknowledged it.
//   node backlogged-site.ts '{"folder": …, "broker": …, "states": 900000, "readings": 100000, "alarms": 50, "every_ms": 700}'
import { writeSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import SqliteDatabase from "better-sqlite3";
import pino from "pino";
import { openJournal } from "#gateway/journal/journal.ts";
import { openTelemetryQueue, type TelemetrySettings } from "#gateway/journal/telemetry.ts";
import { startUplink } from "#gateway/uplink/uplink.ts";
import { machineChance, machineClock } from "#gateway/world/clock.ts";

interface Asked {
  readonly folder: string;
  readonly broker: string;
  readonly states: number;
  readonly readings: number;
  readonly alarms: number;
  readonly every_ms: number;
}
const asked = JSON.parse(process.argv[2] ?? "{}") as Asked;
const clock = machineClock();
const chance = machineChance();
const say = (line: object) => writeSync(1, `${JSON.stringify(line)}\n`);

/** Whole rows as the gateway itself writes them, a million of them in seconds. */
const counting = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)";
const journal = openJournal({ path: join(asked.folder, "journal.sqlite"), clock, chance, tables: [] });
journal.commit((tx) => {
  const data = { lane: "east-in", direction: "entry", visit: null, count: 1, known_late: false } as const;
  tx.event("lane.passed", data);
  const first = tx.get<{ at: string; data: string }>("SELECT at, data FROM event WHERE stream = 'state' AND seq = 1");
  tx.run(
    `INSERT INTO event (stream, seq, type, at, data) ${counting} SELECT 'state', i + 1, 'lane.passed', ?, json_set(?, '$.count', i + 1) FROM n`,
    asked.states - 1,
    first?.at ?? "",
    first?.data ?? "",
  );
  tx.run("UPDATE stream SET next = ? WHERE stream = 'state'", asked.states + 1);
});
const waiting: TelemetrySettings = {
  ...{ path: join(asked.folder, "telemetry.sqlite"), limitBytes: 4e9, thinTo_ms: 60_000, thinAfter_ms: 600_000 },
  ...{ numbered: journal.outbox.numbered(), newId: chance.id, now: clock.stamp },
};
openTelemetryQueue(waiting).close();
const filling = new SqliteDatabase(waiting.path);
const { boot, mono, wall } = clock.stamp();
filling
  .prepare(
    `INSERT INTO waiting (row, boot, mono, wall, synchronised, points, bytes, thinned, lines) ${counting}
     SELECT i, ?, ? - 60000 + i / 10, ?, 1, 1, 53, 0, printf('socket,quality=good,socket=1,station=s current_mA=%di 0' || char(10), i % 9999) FROM n`,
  )
  .run(asked.readings, boot, mono, wall);
filling.close();
const telemetry = openTelemetryQueue(waiting);

/** Three times the small packets of a TCP greeting, over the empty link. */
async function roundTrip(): Promise<number> {
  const url = new URL(asked.broker);
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 3; i += 1) {
    const before = performance.now();
    const socket = connect(Number(url.port), url.hostname);
    await new Promise((resolve, reject) => socket.once("connect", resolve).once("error", reject));
    best = Math.min(best, performance.now() - before);
    socket.destroy();
  }
  return best;
}

const moved = () => ({
  state: journal.outbox.state("state").acknowledged,
  bulk: journal.outbox.state("bulk").acknowledged,
  readings: asked.readings - telemetry.counts().rows,
});

say({ round_trip_ms: await roundTrip(), behind: asked.states + telemetry.counts().rows });
const uplink = startUplink({
  site: "jinxiu",
  gateway: "gw-1",
  broker: asked.broker,
  username: "gw-1",
  password: () => "of-this-test-only",
  keepalive_s: 10,
  clock,
  chance,
  journal,
  telemetry,
  log: pino({ level: "silent" }),
  onCommand: () => undefined,
});
while (moved().state === 0 || moved().bulk === 0) await pause(20);
await pause(2000);
const before = moved();
const started = performance.now();
for (let n = 1; n <= asked.alarms; n += 1) {
  await pause(asked.every_ms * (0.5 + chance.unit()));
  const raised = performance.now();
  const { seq } = journal.commit((tx) => tx.event("station.silent", { station: "station-1", silent_ms: n }));
  // Not waited for by the next one: an alarm comes when it comes.
  void (async () => {
    while (journal.outbox.state("urgent").acknowledged < seq) await pause(2);
    say({ alarm: seq, after_ms: performance.now() - raised });
  })();
}
while (journal.outbox.state("urgent").acknowledged < asked.alarms) await pause(5);
await pause(20);
const after = moved();
say({
  states_moved: after.state - before.state,
  readings_moved: after.readings - before.readings,
  seconds: (performance.now() - started) / 1000,
  window: uplink.counts().window,
  connections: uplink.counts().connections,
});
process.exit(0);
