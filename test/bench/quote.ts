// Quotes per second on one core: `node test/bench/quote.ts [--json]`. A stay of a year against one of a day, for every ready tariff.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { quote, type Stay, type Tariff } from "#gateway/core/parking/tariff.ts";
import { parseTariff } from "#gateway/tariff/file.ts";
import { fromRfc3339, wall } from "#protocols/vocabulary/time.ts";

const folder = join(import.meta.dirname, "../../tariffs");
const lengths = [
  ["2 h", 2],
  ["1 d", 24],
  ["30 d", 30 * 24],
  ["365 d", 365 * 24],
] as const;
const entered = fromRfc3339("2026-11-24T09:30");
if (entered === undefined) throw new Error("no time");

/** Processor time, not wall time: other work on the machine does not count. */
function perSecond(tariff: Tariff, stay: Stay): number {
  for (let warm = 0; warm < 2_000; warm += 1) quote(tariff, stay);
  const before = process.cpuUsage();
  let quotes = 0;
  let used = 0;
  while (used < 100_000) {
    for (let batch = 0; batch < 500; batch += 1) quote(tariff, stay);
    quotes += 500;
    const { user, system } = process.cpuUsage(before);
    used = user + system;
  }
  return Math.round((quotes / used) * 1_000_000);
}

const rows = readdirSync(folder)
  .filter((name) => name.endsWith(".yaml"))
  .map((name) => {
    const read = parseTariff(readFileSync(join(folder, name), "utf8"), name);
    if ("complaints" in read) throw new Error(`${name} is refused`);
    const stays = lengths.map(
      ([, hours]): Stay => ({ entered, left: wall(entered + hours * 3_600_000 + 1_234_000), colour: "blue", history: [] }),
    );
    return { tariff: name.replace(".yaml", ""), perSecond: stays.map((stay) => perSecond(read.tariff, stay)) };
  });

if (process.argv.includes("--json")) process.stdout.write(`${JSON.stringify({ lengths: lengths.map(([label]) => label), rows })}\n`);
else {
  process.stdout.write(
    `${"quotes per second per core".padEnd(34)}${lengths.map(([label]) => label.padStart(10)).join("")}   365 d / 1 d\n`,
  );
  for (const row of rows) {
    const [, dayRate = 1, , yearRate = 1] = row.perSecond;
    process.stdout.write(
      `${row.tariff.padEnd(34)}${row.perSecond.map((rate) => String(rate).padStart(10)).join("")}   ${(dayRate / yearRate).toFixed(2)} times the time\n`,
    );
  }
}
