// Telemetry in an engine elsewhere: on our own disk first, then in the engine; the newest value of each series stays here too, so that the first screen asks nobody.
import { encodePoint, type TelemetryPoint } from "#protocols/uplink/telemetry.ts";
import { type EnginePlace, engineWriter } from "./engine.ts";
import { influxqlReader } from "./influxql.ts";
import type { Telemetry } from "./port.ts";
import { type LineQueue, openLineQueue, type QueueSettings } from "./queue.ts";
import { victoriaReader } from "./victoria.ts";

export interface InfluxSettings extends EnginePlace {
  /** How it is read: InfluxQL, or VictoriaMetrics' own export. */
  readonly reads: "influxql" | "victoria-metrics";
  readonly queue: Pick<QueueSettings, "file" | "now" | "onTrouble" | "limit_MB" | "backOff">;
}

export function openInfluxTelemetry(
  settings: InfluxSettings,
  newest: Pick<Telemetry, "write" | "last" | "close">,
): Telemetry & { queue: LineQueue } {
  const queue = openLineQueue({ ...settings.queue, send: engineWriter(settings) });
  const reader = settings.reads === "influxql" ? influxqlReader(settings) : victoriaReader(settings);
  return {
    queue,
    async write(points) {
      queue.add(points.map(encodePoint));
      await newest.write(newestOnly(points));
    },
    last: async (series) => (await newest.last(series)) ?? reader.last(series),
    range: reader.range,
    aggregate: reader.aggregate,
    health: () => queue.counts(),
    async close() {
      await queue.close();
      await newest.close();
    },
  };
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
