// Reading from VictoriaMetrics, which takes line protocol and answers in its own way: a field becomes the metric <measurement>_<field>, and times are milliseconds.
import type { Quality } from "#protocols/vocabulary/quality.ts";
import { askEngine, type EnginePlace } from "./engine.ts";
import { bucketsOf, type Sample, type Series, type Span, type Telemetry } from "./port.ts";

const literal = (text: string): string => JSON.stringify(text);

export function selectorOf({ measurement, field, tags }: Series): string {
  const labels = Object.entries(tags).map(([key, value]) => `${key}=${literal(value)}`);
  return `{${[`__name__=${literal(`${measurement}_${field}`)}`, ...labels].join(",")}}`;
}

interface Exported {
  readonly metric: { readonly quality?: string };
  readonly values: readonly number[];
  readonly timestamps: readonly number[];
}

/** The engine shows what it took some seconds later; a day is enough to find the newest. */
const newestWithin_ms = 30 * 86_400_000;
const mostForBuckets = 500_000;

export function victoriaReader(place: EnginePlace): Pick<Telemetry, "last" | "range" | "aggregate"> {
  async function samples(series: Series, from: number, to: number): Promise<Sample[]> {
    const parameters = { "match[]": selectorOf(series), start: String(from / 1000), end: String((to - 1) / 1000), reduce_mem_usage: "1" };
    const text = await askEngine(place, "/api/v1/export", parameters);
    const seen = new Map<string, Sample>();
    for (const line of text.split("\n")) {
      if (line === "") continue;
      const { metric, values, timestamps } = JSON.parse(line) as Exported;
      for (const [at, time] of timestamps.entries()) {
        if (time < from || time >= to) continue;
        const sample: Sample = {
          time_ns: BigInt(time) * 1_000_000n,
          value: values[at] ?? 0,
          quality: (metric.quality ?? "bad") as Quality,
        };
        // What was sent twice is stored twice until its own merge: the same time and value are the same sample.
        seen.set(`${time}/${sample.value}/${sample.quality}`, sample);
      }
    }
    return [...seen.values()].sort((a, b) => (a.time_ns < b.time_ns ? -1 : 1));
  }
  const range = async ({ series, from, to, limit }: Span): Promise<Sample[]> => (await samples(series, from, to)).slice(0, limit);
  return {
    range,
    last: async (series) => (await samples(series, Date.now() - newestWithin_ms, Date.now() + 60_000)).at(-1),
    aggregate: async (span) => bucketsOf(await range({ ...span, limit: mostForBuckets }), span.step).slice(0, span.limit),
  };
}
