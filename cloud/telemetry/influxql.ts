// Reading with InfluxQL, which InfluxDB 1.x, 2.x (its mapping of databases to buckets) and 3.x all speak on /query.
import type { Quality } from "#protocols/vocabulary/quality.ts";
import { type Wall, wall } from "#protocols/vocabulary/time.ts";
import { askEngine, type EnginePlace } from "./engine.ts";
import type { Bucket, Sample, Series, Span, Step, Telemetry } from "./port.ts";

/** InfluxQL has no parameters for names: both kinds of quotes are written as its grammar says. */
const name = (text: string): string => `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n")}"`;
const literal = (text: string): string => `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'").replaceAll("\n", "\\n")}'`;

function whereOf({ series, from, to }: { series: Series; from?: Wall; to?: Wall }): string {
  const conditions = Object.entries(series.tags).map(([key, value]) => `${name(key)} = ${literal(value)}`);
  if (from !== undefined) conditions.push(`time >= ${BigInt(from) * 1_000_000n}`);
  if (to !== undefined) conditions.push(`time < ${BigInt(to) * 1_000_000n}`);
  return conditions.join(" AND ");
}

const from = ({ measurement }: Series): string => name(measurement);

export const rangeQuery = (span: Span): string =>
  `SELECT ${name(span.series.field)} FROM ${from(span.series)} WHERE ${whereOf(span)} GROUP BY "quality" ORDER BY time ASC LIMIT ${Math.floor(span.limit)}`;
const lastQuery = (series: Series): string =>
  `SELECT ${name(series.field)} FROM ${from(series)} WHERE ${whereOf({ series })} GROUP BY "quality" ORDER BY time DESC LIMIT 1`;
function aggregateQuery(span: Span & { step: Step }): string {
  const field = name(span.series.field);
  const what = `count(${field}), min(${field}), max(${field}), mean(${field})`;
  return `SELECT ${what} FROM ${from(span.series)} WHERE ${whereOf(span)} AND "quality" = 'good' GROUP BY time(${span.step}) fill(none) ORDER BY time ASC LIMIT ${Math.floor(span.limit)}`;
}

interface Answer {
  readonly results?: readonly {
    readonly error?: string;
    readonly series?: readonly {
      readonly tags?: { readonly quality?: string };
      readonly values: readonly (readonly [string, ...number[]])[];
    }[];
  }[];
}

/** "2026-11-25T04:03:21.040000007Z" without losing the last digits. */
export function nanoseconds(rfc3339: string): bigint {
  const [, whole = "", fraction = ""] = /^(.*?)(?:\.(\d{1,9}))?Z$/.exec(rfc3339) ?? [];
  return BigInt(Date.parse(`${whole}Z`)) * 1_000_000n + BigInt(fraction.padEnd(9, "0"));
}

export function influxqlReader(place: EnginePlace): Pick<Telemetry, "last" | "range" | "aggregate"> {
  async function ask(query: string) {
    // Without an epoch the times come as text, to the nanosecond; as numbers they would lose their last digits.
    const answer = JSON.parse(await askEngine(place, "/query", { db: place.bucket, q: query })) as Answer;
    const [result] = answer.results ?? [];
    if (result?.error !== undefined) throw new Error(`InfluxQL: ${result.error}`);
    return result?.series ?? [];
  }
  async function samples(query: string): Promise<Sample[]> {
    const found = (await ask(query)).flatMap(({ tags, values }) =>
      values.map(([time, value = 0]): Sample => ({ time_ns: nanoseconds(time), value, quality: (tags?.quality ?? "bad") as Quality })),
    );
    return found.sort((a, b) => (a.time_ns < b.time_ns ? -1 : a.time_ns > b.time_ns ? 1 : 0));
  }
  return {
    last: async (series) => (await samples(lastQuery(series))).at(-1),
    range: async (span) => (await samples(rangeQuery(span))).slice(0, span.limit),
    aggregate: async (span) =>
      (await ask(aggregateQuery(span))).flatMap(({ values }) =>
        values.map(
          ([time, count = 0, min = 0, max = 0, mean = 0]): Bucket => ({
            from: wall(Number(nanoseconds(time) / 1_000_000n)),
            count,
            min,
            max,
            mean,
          }),
        ),
      ),
  };
}
