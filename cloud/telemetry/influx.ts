// Telemetry in InfluxDB 2 (or anything that takes its line protocol): one awaited write per batch, no buffer and no retry of the client's own,
// because by default that client drops data after 180 s and 32,000 lines. The gateway's outbox is the only queue: it hears nothing until this write is done.
import { InfluxDB, Point, setLogger } from "@influxdata/influxdb-client";
import type { TelemetryPoint } from "#protocols/uplink/telemetry.ts";
import type { Quality } from "#protocols/vocabulary/quality.ts";
import type { Sample, Span, Telemetry } from "./port.ts";

// What goes wrong is thrown to the caller, who logs it; the client's own words to the console would say it twice.
setLogger({ error: () => undefined, warn: () => undefined });

export interface InfluxPlace {
  readonly url: string;
  readonly org: string;
  readonly bucket: string;
  readonly token: string;
  readonly timeout_ms?: number;
}

/** `newest` keeps the last value of each series beside, so that the first screen needs no query language. */
export function openInfluxTelemetry(place: InfluxPlace, newest: Pick<Telemetry, "write" | "last" | "close">): Telemetry {
  const influx = new InfluxDB({ url: place.url, token: place.token, timeout: place.timeout_ms ?? 10_000 });
  return {
    async write(points) {
      // A fresh writer per batch: what failed is thrown to us at once, and nothing stays behind in its memory.
      const writer = influx.getWriteApi(place.org, place.bucket, "ns", { maxRetries: 0, flushInterval: 0, batchSize: points.length + 1 });
      writer.writePoints(points.map(toInflux));
      await writer.close();
      await newest.write(newestOnly(points));
    },
    last: (series) => newest.last(series),
    async range(span) {
      const rows = await influx
        .getQueryApi(place.org)
        .collectRows<{ _time: string; _value: number; quality: Quality }>(fluxOf(place, span));
      return rows.map((row): Sample => ({ time_ns: nanoseconds(row._time), value: row._value, quality: row.quality }));
    },
    close: () => newest.close(),
  };
}

function toInflux(point: TelemetryPoint): Point {
  const line = new Point(point.measurement).tag("quality", point.quality).timestamp(String(point.time_ns));
  for (const [key, value] of Object.entries(point.tags)) line.tag(key, value);
  for (const [key, value] of Object.entries(point.fields)) line.intField(key, value);
  return line;
}

/** Of each series in the batch the newest point: all that the last-value store is asked to keep. */
function newestOnly(points: readonly TelemetryPoint[]): TelemetryPoint[] {
  const newest = new Map<string, TelemetryPoint>();
  for (const point of points)
    for (const [field, value] of Object.entries(point.fields)) {
      const key = JSON.stringify([point.measurement, point.tags, field]);
      const known = newest.get(key);
      if (known === undefined || known.time_ns <= point.time_ns) newest.set(key, { ...point, fields: { [field]: value } });
    }
  return [...newest.values()];
}

/** Flux has no parameters over this API: every text is written as a JSON string, which Flux reads the same way; `${` would start an interpolation. */
const quoted = (text: string): string => JSON.stringify(text).replaceAll("${", "\\${");

export function fluxOf(place: Pick<InfluxPlace, "bucket">, { series, from, to, limit }: Span): string {
  const conditions = [
    `r._measurement == ${quoted(series.measurement)}`,
    `r._field == ${quoted(series.field)}`,
    ...Object.entries(series.tags).map(([key, value]) => `r[${quoted(key)}] == ${quoted(value)}`),
  ];
  return [
    `from(bucket: ${quoted(place.bucket)})`,
    `  |> range(start: ${new Date(from).toISOString()}, stop: ${new Date(to).toISOString()})`,
    `  |> filter(fn: (r) => ${conditions.join(" and ")})`,
    `  |> group()`,
    `  |> sort(columns: ["_time"])`,
    `  |> limit(n: ${Math.floor(limit)})`,
  ].join("\n");
}

/** "2026-11-25T04:03:21.040000007Z" without losing the last digits. */
export function nanoseconds(rfc3339: string): bigint {
  const [, whole = "", fraction = ""] = /^(.*?)(?:\.(\d{1,9}))?Z$/.exec(rfc3339) ?? [];
  return BigInt(Date.parse(`${whole}Z`)) * 1_000_000n + BigInt(fraction.padEnd(9, "0"));
}
