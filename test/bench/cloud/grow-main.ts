// What a write and a question cost as the stored readings grow: the embedded store, filled with the readings of a city of 500 gateways, each with 240 series.
//   npm run bench -- grow [--most 10000000] [--json]      (100000000 takes some minutes and 4 GB)
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { openEmbeddedTelemetry } from "#cloud/telemetry/embedded.ts";
import { openFile } from "#cloud/telemetry/embedded-writer.ts";
import type { TelemetryPoint } from "#protocols/uplink/telemetry.ts";
import { hourMs, type Wall, wall } from "#protocols/vocabulary/time.ts";
import { median, table } from "../table.ts";

const { values } = parseArgs({ options: { most: { type: "string", default: "10000000" }, json: { type: "boolean", default: false } } });
const [gateways, sockets, fields] = [500, 40, ["voltage_mV", "current_mA", "power_mW", "temperature_mC", "energy_mWh", "relay_closed"]];
const perTick = gateways * sockets * fields.length;
const rounds = 3;
const start = wall(Date.UTC(2026, 10, 1));
const tagsOf = (gateway: number, socket: number) => ({
  gateway: `gw-${gateway + 1}`,
  site: "city",
  socket: String(socket + 1),
  station: "station-1",
});

const batch = (gateway: number, at: number): TelemetryPoint[] =>
  Array.from({ length: sockets }, (_, socket) => ({
    ...{ measurement: "socket", tags: tagsOf(gateway, socket), quality: "good" as const },
    fields: Object.fromEntries(fields.map((field, n) => [field, at % (1_000 + n)])),
    time_ns: BigInt(at) * 1_000_000n + BigInt(socket),
  }));

const folder = mkdtempSync(join(tmpdir(), "cuobian-bench-grow-"));
const file = join(folder, "telemetry.db");
const figures: Record<string, number> = {};
try {
  const telemetry = openEmbeddedTelemetry(file, { thread: true });
  for (let gateway = 0; gateway < gateways; gateway += 1) await telemetry.write(batch(gateway, start - hourMs));
  await telemetry.close();
  let ticks = 0;
  for (let rows = 100_000; rows <= Number(values.most); rows *= 10) {
    fill(rows);
    const name = `grow.1e${Math.round(Math.log10(rows))}`;
    const kept = openEmbeddedTelemetry(file, { thread: true });
    const now = start + ticks * 10_000;
    // As many batches at once as gateways would bring, three times over.
    const began = performance.now();
    for (let round = 0; round < rounds; round += 1)
      await Promise.all(Array.from({ length: gateways }, (_, gateway) => kept.write(batch(gateway, now + round * 10_000))));
    const wrote = performance.now() - began;
    ticks += rounds;
    const series = { measurement: "socket", tags: tagsOf(250, 7), field: "current_mA" };
    const timed = async (ask: () => Promise<unknown>): Promise<number> => {
      const times: number[] = [];
      for (let n = 0; n < 9; n += 1) {
        const before = performance.now();
        await ask();
        times.push(performance.now() - before);
      }
      return median(times);
    };
    const to = (now + rounds * 10_000) as Wall;
    figures[`${name}.write_us_per_value`] = round((wrote * 1_000) / (rounds * perTick));
    figures[`${name}.last_ms`] = round(await timed(() => kept.last(series)));
    figures[`${name}.hour_ms`] = round(await timed(() => kept.range({ series, from: (to - hourMs) as Wall, to, limit: 10_000 })));
    figures[`${name}.day_of_minutes_ms`] = round(
      await timed(() => kept.aggregate({ series, from: (to - 24 * hourMs) as Wall, to, limit: 10_000, step: "1m" })),
    );
    await kept.close();
    figures[`${name}.MB`] = Math.round(statSync(file).size / 1e6);
  }
  process.stdout.write(values.json ? `${JSON.stringify({ bench: "grow", figures })}\n` : table([["grow", ""], ...Object.entries(figures)]));

  /** Rows as the writer itself writes them, tick after tick; hours that are over are laid out as they are in service. */
  function fill(rows: number): void {
    const db = openFile(file);
    db.pragma("synchronous = OFF");
    const known = db.prepare("SELECT id, source FROM series ORDER BY source, id").all() as { id: bigint; source: bigint }[];
    const most = Math.round(rows / perTick);
    const fresh = db.prepare("INSERT OR REPLACE INTO fresh (hour, source, time, series, value, quality) VALUES (?, ?, ?, ?, ?, 0)");
    const tick = db.transaction((at: number) => {
      const hour = Math.floor(at / hourMs);
      for (const { id, source } of known) fresh.run(hour, source, BigInt(at) * 1_000_000n, id, at % 997);
    });
    for (; ticks < most; ticks += 1) tick(start + ticks * 10_000);
    const over = Math.floor((start + ticks * 10_000) / hourMs) - 1;
    db.prepare(
      "INSERT OR REPLACE INTO point SELECT hour, series, time, value, quality FROM fresh WHERE hour < ? ORDER BY hour, series, time",
    ).run(over);
    db.prepare("DELETE FROM fresh WHERE hour < ?").run(over);
    db.close();
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function round(value: number): number {
  return Number(value.toPrecision(3));
}
