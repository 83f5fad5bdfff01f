// What a write and a question cost as the stored readings grow: the embedded store, filled with the readings of a city of 500 gateways, each with 240 series.
//   npm run bench -- grow [--most 10000000] [--facts 1000000] [--json]      (--most 100000000 takes some minutes)
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type EmbeddedTelemetry, openEmbeddedTelemetry } from "#cloud/telemetry/embedded.ts";
import { openFile } from "#cloud/telemetry/embedded-file.ts";
import { packing } from "#cloud/telemetry/embedded-pack.ts";
import { openWriter } from "#cloud/telemetry/embedded-writer.ts";
import type { TelemetryPoint } from "#protocols/uplink/telemetry.ts";
import { hourMs, type Wall, wall } from "#protocols/vocabulary/time.ts";
import { median, table } from "../table.ts";
import { growFacts } from "./grow-facts.ts";

const { values } = parseArgs({
  options: {
    most: { type: "string", default: "10000000" },
    facts: { type: "string", default: "1000000" },
    json: { type: "boolean", default: false },
  },
});
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
    const batches = Array.from({ length: rounds }, (_, round) =>
      Array.from({ length: gateways }, (_, gateway) => batch(gateway, now + round * 10_000)),
    );
    const began = performance.now();
    for (const some of batches) await Promise.all(some.map((one) => kept.write(one)));
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
    if (rows * 10 > Number(values.most)) await laidOut(kept, to);
    await kept.close();
    figures[`${name}.MB`] = Math.round(statSync(file).size / 1e6);
  }
  /** What it costs to lay an hour out, and what it is like to read one that is. */
  async function laidOut(kept: EmbeddedTelemetry, to: Wall): Promise<void> {
    const [before, all] = [performance.now(), 20];
    await kept.tidy((to + 10 * hourMs) as Wall, all);
    const series = { measurement: "socket", tags: tagsOf(0, 7), field: "current_mA" };
    const took = performance.now() - before;
    const hours = await kept.range({ series, from: (to - 10 * hourMs) as Wall, to, limit: 1e6 });
    figures["grow.laid_out_us_per_value"] = round((took * 1_000) / (all * sockets * fields.length * hours.length));
  }

  Object.assign(figures, await growFacts(folder, Number(values.facts)));
  process.stdout.write(values.json ? `${JSON.stringify({ bench: "grow", figures })}\n` : table([["grow", ""], ...Object.entries(figures)]));

  /** Readings as the writer itself writes them, tick after tick, but for the waits for the disk; hours that are over are laid out as they are in service. */
  function fill(rows: number): void {
    const db = openFile(file);
    db.pragma("synchronous = OFF");
    const pack = packing(db);
    const writer = openWriter(db);
    const most = Math.round(rows / perTick);
    for (; ticks < most; ticks += 1)
      writer.write(Array.from({ length: gateways }, (_, gateway) => pack(batch(gateway, start + ticks * 10_000))));
    while (writer.tidy(start + ticks * 10_000));
    writer.close();
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function round(value: number): number {
  return Number(value.toPrecision(3));
}
