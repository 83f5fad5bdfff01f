// Quotes per second on one core: `node test/bench/quote.ts [--json]`. A stay of a year against one of a day, for every ready tariff: asked again, as a booth does, and each time from another second;
// and the whole question as the API and the console answer it: the file read, the stay priced, the bill in words.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { quote, type Stay, type Tariff } from "#gateway/core/parking/tariff.ts";
import { parseTariff } from "#gateway/tariff/file.ts";
import { quoteTool } from "#gateway/tariff/tools.ts";
import { fromRfc3339, toRfc3339, type Wall, wall } from "#protocols/vocabulary/time.ts";

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

interface Read {
  readonly name: string;
  readonly text: string;
  readonly tariff: Tariff;
}

/** One way to ask: the nth stay of it. None of the measured ones was asked before, unless all are the same. */
type Asked = (nth: number) => Stay;

const rounds = 24;
const batch = 400;

/**
 * Each way in turn, round after round, so that the compiler and other work on the machine meet all of them alike; of each the fastest round counts.
 * Processor time is told too coarsely for rounds this short: it is the wall's, and what disturbed a round does not count.
 */
function perSecond(read: readonly Read[], waysOf: (tariff: Tariff) => Asked[]): number[][] {
  const tariffs = read.map(({ tariff }) => ({
    tariff,
    ways: waysOf(tariff).map((stay) => ({ stay, asked: 0, best: Number.POSITIVE_INFINITY })),
  }));
  for (let round = 0; round < rounds; round += 1)
    for (const { tariff, ways } of tariffs)
      for (const way of ways) {
        const before = process.hrtime.bigint();
        for (let at = 0; at < batch; at += 1)
          if ("kind" in quote(tariff, way.stay(way.asked + at))) throw new Error(`${tariff.id}: not priced`);
        way.asked += batch;
        way.best = Math.min(way.best, Number(process.hrtime.bigint() - before));
      }
  return tariffs.map(({ ways }) => ways.map(({ best }) => Math.round((batch / best) * 1e9)));
}

const read = readdirSync(folder)
  .filter((name) => name.endsWith(".yaml"))
  .map((name): Read => {
    const text = readFileSync(join(folder, name), "utf8");
    const file = parseTariff(text, name);
    if ("complaints" in file) throw new Error(`${name} is refused`);
    return { name: name.replace(".yaml", ""), text, tariff: file.tariff };
  });

const stay = (entered: Wall, hours: number): Stay => ({
  entered,
  left: wall(entered + hours * 3_600_000 + 1_234_000),
  colour: "blue",
  history: [],
});
const again = perSecond(read, (tariff) =>
  lengths.map(([, hours]) => {
    const same = stay(entryOf(tariff), hours);
    return () => same;
  }),
);
/** Every second of the day, in an order that no car park has. */
const scattered = perSecond(read, (tariff) =>
  [24, 365 * 24].map((hours) => (nth: number) => stay(wall(entryOf(tariff) + ((nth * 7919) % 86_400) * 1000), hours)),
);

/** Milliseconds of a whole question, a day's and a year's in turn; of each the fastest. */
function question({ text, tariff, name }: Read): { day: number; year: number } {
  const best = [24, 365 * 24].map((hours) => {
    const { entered, left } = stay(entryOf(tariff), hours);
    return {
      asked: { tariff: text, enter: toRfc3339(entered), exit: toRfc3339(left), colour: "blue", history: [] },
      ms: Number.POSITIVE_INFINITY,
    };
  });
  for (let round = 0; round < 60; round += 1)
    for (const one of best) {
      const before = process.hrtime.bigint();
      const told = quoteTool(one.asked);
      if ("kind" in told) throw new Error(`${name}: ${told.en}`);
      one.ms = Math.min(one.ms, Number(process.hrtime.bigint() - before) / 1e6);
    }
  return { day: best[0]?.ms ?? 0, year: best[1]?.ms ?? 0 };
}
const questions = read.map(question);

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
const rows = read.map(({ name }, index) => {
  const { day = 1, year = 1 } = questions[index] ?? {};
  const [, dayRate = 1, , yearRate = 1] = again[index] ?? [];
  const [scatteredDay = 1, scatteredYear = 1] = scattered[index] ?? [];
  return {
    tariff: name,
    perSecond: again[index] ?? [],
    scattered: scattered[index] ?? [],
    again: dayRate / yearRate,
    any: scatteredDay / scatteredYear,
    question: { day_ms: day, year_ms: year, ratio: year / day },
  };
});

if (process.argv.includes("--json")) process.stdout.write(`${JSON.stringify({ lengths: lengths.map(([label]) => label), rows })}\n`);
else {
  process.stdout.write(
    `${"quotes per second per core".padEnd(32)}${lengths.map(([label]) => label.padStart(9)).join("")}   365 d : 1 d, asked again · from any second · the whole question\n`,
  );
  for (const row of rows)
    process.stdout.write(
      `${row.tariff.padEnd(32)}${row.perSecond.map((rate) => String(rate).padStart(9)).join("")}   ${row.again.toFixed(2).padStart(5)}   ${row.any.toFixed(2).padStart(5)}   ${row.question.ratio.toFixed(2).padStart(5)}   times the time\n`,
    );
  process.stdout.write(
    `${"median of the tariffs".padEnd(32 + 9 * lengths.length)}   ${median(rows.map((row) => row.again))
      .toFixed(2)
      .padStart(5)}   ${median(rows.map((row) => row.any))
      .toFixed(2)
      .padStart(5)}   ${median(rows.map((row) => row.question.ratio))
      .toFixed(2)
      .padStart(5)}\n`,
  );
}
