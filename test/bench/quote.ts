// Quotes per second on one core: `node test/bench/quote.ts [--json]`. A stay of a year against one of a day, for every ready tariff: asked again, as a booth does, and each time from another second.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { quote, type Stay, type Tariff } from "#gateway/core/parking/tariff.ts";
import { parseTariff } from "#gateway/tariff/file.ts";
import { fromRfc3339, type Wall, wall } from "#protocols/vocabulary/time.ts";

const folder = join(import.meta.dirname, "../../tariffs");
const lengths = [
  ["2 h", 2],
  ["1 d", 24],
  ["30 d", 30 * 24],
  ["365 d", 365 * 24],
] as const;
/** The first morning of the last version, where a version ends within it too early for a year: a week after it began. */
function entryOf(tariff: Tariff): Wall {
  const version = tariff.versions.at(-1);
  const wanted = fromRfc3339("2026-11-24T09:30");
  if (version === undefined || wanted === undefined) throw new Error("no time");
  return version.until === undefined || version.until > wanted ? wanted : wall(version.from + 4 * 86_400_000 + 9.5 * 3_600_000);
}

const warmed = 2_000;
/** Processor time, not wall time: other work on the machine does not count. `stayOf`: the nth stay; none of the measured ones was asked while warming up, unless all are the same. */
function perSecond(tariff: Tariff, stayOf: (nth: number) => Stay): number {
  for (let warm = 0; warm < warmed; warm += 1) if ("kind" in quote(tariff, stayOf(warm))) throw new Error(`${tariff.id}: not priced`);
  const before = process.cpuUsage();
  let quotes = 0;
  let used = 0;
  while (used < 100_000) {
    for (let batch = 0; batch < 500; batch += 1) quote(tariff, stayOf(warmed + quotes + batch));
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
    const first = entryOf(read.tariff);
    const stay = (entered: Wall, hours: number): Stay => ({
      entered,
      left: wall(entered + hours * 3_600_000 + 1_234_000),
      colour: "blue",
      history: [],
    });
    const again = lengths.map(([, hours]) => {
      const same = stay(first, hours);
      return perSecond(read.tariff, () => same);
    });
    // Every second of the day, in an order that no car park has.
    const scattered = [24, 365 * 24].map((hours) =>
      perSecond(read.tariff, (nth) => stay(wall(first + ((nth * 7919) % 86_400) * 1000), hours)),
    );
    return { tariff: name.replace(".yaml", ""), perSecond: again, scattered };
  });

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
const ratios = rows.map(({ perSecond: [, dayRate = 1, , yearRate = 1] }) => dayRate / yearRate);
const scatteredRatios = rows.map(({ scattered: [dayRate = 1, yearRate = 1] }) => dayRate / yearRate);

if (process.argv.includes("--json")) process.stdout.write(`${JSON.stringify({ lengths: lengths.map(([label]) => label), rows })}\n`);
else {
  process.stdout.write(
    `${"quotes per second per core".padEnd(32)}${lengths.map(([label]) => label.padStart(9)).join("")}   365 d : 1 d, asked again · from any second\n`,
  );
  for (const [index, row] of rows.entries())
    process.stdout.write(
      `${row.tariff.padEnd(32)}${row.perSecond.map((rate) => String(rate).padStart(9)).join("")}   ${(ratios[index] ?? 0).toFixed(2).padStart(5)}   ${(scatteredRatios[index] ?? 0).toFixed(2).padStart(5)}   times the time\n`,
    );
  process.stdout.write(
    `${"median of the tariffs".padEnd(32 + 9 * lengths.length)}   ${median(ratios).toFixed(2).padStart(5)}   ${median(scatteredRatios).toFixed(2).padStart(5)}\n`,
  );
}
