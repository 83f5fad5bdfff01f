// What the cloud needs of a telemetry store, whichever it is.
import type { TelemetryPoint } from "#protocols/uplink/telemetry.ts";
import type { Quality } from "#protocols/vocabulary/quality.ts";
import { hourMs, minuteMs, type Wall } from "#protocols/vocabulary/time.ts";

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

/** The two coarser pictures of a curve. A step without a good reading has no bucket: a gap is never bridged. */
export const steps = { "1m": minuteMs, "1h": hourMs } as const;
export type Step = keyof typeof steps;

/** What the good readings of one step were. */
export interface Bucket {
  readonly from: Wall;
  readonly count: number;
  readonly min: number;
  readonly max: number;
  readonly mean: number;
}

/** Numbers of the queue before an engine elsewhere, for /metrics. */
export interface TelemetryHealth {
  readonly waiting: number;
  readonly bytes: number;
  readonly taken: number;
  readonly setAside: number;
  readonly failures: number;
}

export interface Telemetry {
  /** Resolves when the points are durable. The same point written again changes nothing. */
  write(points: readonly TelemetryPoint[]): Promise<void>;
  /** The newest sample by its own time, however late older ones came. */
  last(series: Series): Promise<Sample | undefined>;
  range(span: Span): Promise<Sample[]>;
  aggregate(span: Span & { readonly step: Step }): Promise<Bucket[]>;
  health?(): TelemetryHealth;
  close(): Promise<void>;
}

/** The engine elsewhere does not answer: nothing is lost, and nothing can be shown. */
export class TelemetryTrouble extends Error {}

/** One text per series, the same whatever order the tags came in. */
export function seriesName(series: Series): string {
  const tags = Object.entries(series.tags).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([series.measurement, series.field, ...tags.flat()]);
}

/** Buckets out of samples that are in order. Only good readings count. */
export function bucketsOf(samples: Iterable<Sample>, step: Step): Bucket[] {
  const width = BigInt(steps[step]) * 1_000_000n;
  const buckets: Bucket[] = [];
  let open: { from: bigint; count: number; min: number; max: number; sum: number } | undefined;
  const close = (): void => {
    if (open === undefined) return;
    const { from, count, min, max, sum } = open;
    buckets.push({ from: Number(from / 1_000_000n) as Wall, count, min, max, mean: sum / count });
  };
  for (const { time_ns, value, quality } of samples) {
    if (quality !== "good") continue;
    const from = time_ns - (time_ns % width);
    if (open?.from !== from) {
      close();
      open = { from, count: 0, min: value, max: value, sum: 0 };
    }
    open.count += 1;
    open.sum += value;
    open.min = Math.min(open.min, value);
    open.max = Math.max(open.max, value);
  }
  close();
  return buckets;
}
