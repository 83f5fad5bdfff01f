// What the cloud needs of a telemetry store, whichever it is.
import type { TelemetryPoint } from "#protocols/uplink/telemetry.ts";
import type { Quality } from "#protocols/vocabulary/quality.ts";
import type { Wall } from "#protocols/vocabulary/time.ts";

/** One number that changes: "socket/current_mA" of gateway=gw-1, site=…, socket=3. */
export interface Series {
  readonly measurement: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly field: string;
}

export interface Sample {
  readonly time_ns: bigint;
  readonly value: number;
  readonly quality: Quality;
}

export interface Span {
  readonly series: Series;
  /** Inclusive. */
  readonly from: Wall;
  /** Exclusive. */
  readonly to: Wall;
  /** At most this many, the earliest first. */
  readonly limit: number;
}

export interface Telemetry {
  /** Resolves when the points are durable. The same point written again changes nothing. */
  write(points: readonly TelemetryPoint[]): Promise<void>;
  /** The newest sample by its own time, however late older ones came. */
  last(series: Series): Promise<Sample | undefined>;
  range(span: Span): Promise<Sample[]>;
  close(): Promise<void>;
}

/** One text per series, the same whatever order the tags came in. */
export function seriesName(series: Series): string {
  const tags = Object.entries(series.tags).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([series.measurement, series.field, ...tags.flat()]);
}
