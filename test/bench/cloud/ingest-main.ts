// End to end, durable, with embedded stores: values and events a second, beside the same rows put straight into the same store, and beside InfluxDB 1.6 from Debian taking the same lines.
//   npm run bench -- ingest [--gateways 50] [--seconds 15] [--json]
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import SqliteDatabase from "better-sqlite3";
import { BlockReader } from "#cloud/telemetry/block.ts";
import { openFile } from "#cloud/telemetry/embedded-file.ts";
import { hasCommand } from "../../debian.ts";
import { startInflux1 } from "../../world/telemetry-engines.ts";
import { table } from "../table.ts";
import { household } from "./city.ts";
import { type Fleet, openFleet } from "./fleet.ts";
import { type MeasuredCloud, startCloud } from "./service.ts";

const { values } = parseArgs({
  options: {
    gateways: { type: "string", default: "50" },
    seconds: { type: "string", default: "15" },
    json: { type: "boolean", default: false },
  },
});
const gateways = Number(values.gateways);
const seconds = Number(values.seconds);
const sockets = gateways * 40;
const talk = (words: string): void => void process.stderr.write(`${words}\n`);
const start = Date.now();

/** Telemetry only: every gateway as fast as it is acknowledged, three batches on their way. */
async function telemetry(fleet: Fleet): Promise<number> {
  let batch = 0;
  const one = async ({ gateway, home }: Fleet["members"][number], until: () => boolean): Promise<void> => {
    for (let tick = 0; !until(); tick += 1) {
      gateway.measure(home.lines(start + (batch + tick) * 10_000), home.values);
      await gateway.below(3);
    }
    await gateway.idle();
  };
  const warm = performance.now() + 2_000;
  await Promise.all(fleet.members.map((member) => one(member, () => performance.now() > warm)));
  fleet.tally.values = 0;
  batch = 1_000_000;
  const began = performance.now();
  await Promise.all(fleet.members.map((member) => one(member, () => performance.now() > began + seconds * 1_000)));
  return (fleet.tally.values * 1_000) / (performance.now() - began);
}

/** Events only: a hundred in a batch, as after an hour without a link. */
async function events(fleet: Fleet): Promise<number> {
  const one = async ({ gateway, home }: Fleet["members"][number], until: () => boolean): Promise<void> => {
    let wall = start;
    while (!until()) {
      const some = [];
      while (some.length < 100) {
        wall += 10_000;
        some.push(...home.events(wall));
      }
      gateway.say(some, wall);
      await gateway.below(3);
    }
    await gateway.idle();
  };
  fleet.tally.events = 0;
  const began = performance.now();
  await Promise.all(fleet.members.map((member) => one(member, () => performance.now() > began + seconds * 1_000)));
  return (fleet.tally.events * 1_000) / (performance.now() - began);
}

const folder = mkdtempSync(join(tmpdir(), "cuobian-bench-raw-"));

interface Block {
  readonly source: number;
  readonly hour: number;
  readonly data: Uint8Array;
}
const rowsOf = ({ source, hour, data }: Block): bigint[][] => {
  const rows: bigint[][] = [];
  for (const block = new BlockReader(hour, data); block.next(); ) {
    const time = BigInt(block.ms) * 1_000_000n + BigInt(block.ns);
    rows.push([BigInt(hour), BigInt(source), time, BigInt(block.series), BigInt(block.value), BigInt(block.quality)]);
  }
  return rows;
};

/**
 * The readings that the cloud wrote, read into memory and put straight into an empty SQLite: a row each, in the order that suits its key, prepared, in transactions of ten thousand, FULL. And
 * the cloud's own form of them, some hundreds in one piece, put straight into an empty file of its own shape.
 */
function rawTelemetry(cloud: MeasuredCloud): { rows: number; blocks: number } {
  const from = new SqliteDatabase(join(cloud.folder, "data/telemetry.db"), { readonly: true });
  const blocks = from.prepare("SELECT source, hour, data FROM block ORDER BY id LIMIT 4000").all() as Block[];
  from.close();
  const each = blocks.map((block) => rowsOf(block));
  const values = each.reduce((sum, rows) => sum + rows.length, 0);
  const plain = new SqliteDatabase(join(folder, "rows.db"));
  plain.pragma("journal_mode = WAL");
  plain.pragma("synchronous = FULL");
  plain.exec(
    "CREATE TABLE reading (hour INTEGER, source INTEGER, time INTEGER, series INTEGER, value INTEGER, quality INTEGER, PRIMARY KEY (hour, source, time, series)) WITHOUT ROWID",
  );
  const addRow = plain.prepare("INSERT OR REPLACE INTO reading (hour, source, time, series, value, quality) VALUES (?, ?, ?, ?, ?, ?)");
  const rows = perSecond(each.flat(), 10_000, plain, (row) => addRow.run(...row));
  const own = openFile(join(folder, "blocks.db"));
  const addBlock = own.prepare("INSERT INTO block (source, hour, data) VALUES (?, ?, ?)");
  const perBlock = perSecond(blocks, 42, own, ({ source, hour, data }) => addBlock.run(source, hour, data));
  return { rows, blocks: (perBlock * values) / blocks.length };
}

function rawEvents(cloud: MeasuredCloud): number {
  const from = new SqliteDatabase(join(cloud.folder, "data/cloud.db"), { readonly: true });
  const rows = from.prepare("SELECT * FROM event ORDER BY ordinal LIMIT 200000").raw().all() as (string | number)[][];
  const shape = (from.prepare("SELECT sql FROM sqlite_master WHERE tbl_name = 'event' AND sql IS NOT NULL").all() as { sql: string }[]).map(
    ({ sql }) => sql,
  );
  from.close();
  const db = new SqliteDatabase(join(folder, "cloud.db"));
  db.pragma("journal_mode = WAL");
  db.pragma("synchronous = FULL");
  for (const statement of shape) db.exec(statement);
  const add = db.prepare(`INSERT INTO event VALUES (${(rows[0] ?? []).map(() => "?").join(", ")})`);
  return perSecond(rows, 100, db, (row) => add.run(...row));
}

function perSecond<Row>(rows: readonly Row[], together: number, db: SqliteDatabase.Database, add: (row: Row) => void): number {
  const some = db.transaction((part: readonly Row[]) => {
    for (const row of part) add(row);
  });
  const began = performance.now();
  for (let at = 0; at < rows.length; at += together) some(rows.slice(at, at + together));
  const took = performance.now() - began;
  db.close();
  return (rows.length * 1_000) / took;
}

/** The same lines in requests of five thousand, one after another, as InfluxDB's own documents advise. */
async function influx(): Promise<number | undefined> {
  if (!hasCommand("influxd") || !hasCommand("nginx")) return undefined;
  const engine = await startInflux1("bench");
  const homes = Array.from({ length: gateways }, (_, n) => household({ gateway: `gw-${n + 1}`, lanes: 0, sockets: 40 }, n * 7919 + 1));
  let [lines, sent, took] = [0, 0, 0];
  for (let tick = 0; took < seconds * 1_000; tick += 1) {
    let body = "";
    for (const [n, home] of homes.entries()) {
      body += home.lines(start + tick * 10_000).replaceAll("socket,", `socket,gateway=gw-${n + 1},`);
      lines += 40;
      if (lines < 5_000 && n < homes.length - 1) continue;
      const began = performance.now();
      const answer = await fetch(`${engine.url}/write?db=bench&precision=ns`, { method: "POST", body });
      if (answer.status !== 204) throw new Error(`InfluxDB: ${answer.status} ${await answer.text()}`);
      took += performance.now() - began;
      sent += lines;
      [lines, body] = [0, ""];
    }
  }
  await engine.stop();
  return (sent * 6 * 1_000) / took;
}

const cloud = await startCloud({ gateways });
try {
  const fleet = await openFleet(cloud, { gateways, lanes: gateways * 2, sockets });
  for (const { gateway, home } of fleet.members) gateway.say([home.start()], start);
  await fleet.idle();
  talk("telemetry …");
  const measured = await telemetry(fleet);
  talk("events …");
  const happened = await events(fleet);
  fleet.end();
  const memory = cloud.memory().most_MB;
  talk("the same rows, raw …");
  const raw = rawTelemetry(cloud);
  const rawRows = rawEvents(cloud);
  talk("InfluxDB …");
  const line = await influx();
  const figures = {
    "ingest.gateways": gateways,
    "ingest.values_per_s": Math.round(measured),
    "ingest.raw_values_per_s": Math.round(raw.rows),
    "ingest.values_of_raw": Number((measured / raw.rows).toFixed(2)),
    "ingest.raw_packed_values_per_s": Math.round(raw.blocks),
    ...(line === undefined
      ? {}
      : { "ingest.influx_values_per_s": Math.round(line), "ingest.values_of_influx": Number((measured / line).toFixed(2)) }),
    "ingest.events_per_s": Math.round(happened),
    "ingest.raw_events_per_s": Math.round(rawRows),
    "ingest.events_of_raw": Number((happened / rawRows).toFixed(3)),
    "ingest.memory_MB": memory,
  };
  process.stdout.write(
    values.json ? `${JSON.stringify({ bench: "ingest", figures })}\n` : table([["ingest", ""], ...Object.entries(figures)]),
  );
  if (line === undefined) talk("InfluxDB: 未测，没有 influxd 与 nginx / not measured: no influxd and nginx here");
} finally {
  await cloud.end();
  rmSync(folder, { recursive: true, force: true });
}
