// The picture of one trip from what is kept here: the cut itself, the readings of the ten minutes before it, and the limits by which this gateway protects.
import { type Refusal, refusal } from "#protocols/vocabulary/faults.ts";
import { toRfc3339, wall } from "#protocols/vocabulary/time.ts";
import type { Limits } from "../core/charging/limits.ts";
import type { Moment } from "../core/charging/trip-path.ts";
import { isByCurrent, tripPicture } from "../core/charging/trip-picture.ts";
import type { Reads } from "../journal/journal.ts";
import type { Fact } from "../link/messages.ts";

const before_ms = 10 * 60_000;
/** Readings are kept once a second; after several that were missed nothing is known. */
const longest_ms = 12_000;
const usual = { reading_ms: 1_000, voltage_mV: 220_000 } as const;

const noTrip = refusal("no-such-trip", "没有这次断电，或它已过了保存期", "there is no such trip, or it is no longer kept");
const notByCurrent = refusal(
  "not-by-current",
  "这次断电不是因为电流，没有时间—电流曲线；请看温度、电压等随时间的曲线",
  "this cut was not by current: it has no curve of time and current; look at what it did over time",
);

interface Row {
  readonly at: number;
  readonly fact: string;
}
type Cut = Extract<Fact, { kind: "cut" }>;

/** The middle one of what lies between two readings. */
function spacingOf(moments: readonly Moment[]): number {
  const between = moments.flatMap(({ at }, index) => (index === 0 ? [] : [at - (moments[index - 1]?.at ?? at)])).sort((a, b) => a - b);
  const middle = between[Math.floor(between.length / 2)] ?? usual.reading_ms;
  return Math.min(10_000, Math.max(100, Math.round(middle)));
}

export interface Protects {
  readonly limits: Limits | undefined;
  /** A round of the socket's line, as protection said last. */
  readonly sample_ms: number | undefined;
}

export function tripCurveOf(
  reads: Reads,
  { limits, sample_ms }: Protects,
  { socket, trip }: { readonly socket: string; readonly trip: string },
): object | Refusal {
  const rows = reads.all<Row>("SELECT at, fact FROM socket_fact WHERE socket = ? ORDER BY at DESC, n DESC", socket);
  const facts = rows.map(({ at, fact }) => ({ at, fact: JSON.parse(fact) as Fact }));
  const found = facts.find(({ fact }) => fact.kind === "cut" && fact.trip === trip);
  if (found === undefined) return noTrip;
  const { cause, value, limit, unit, off_after_ms, test } = found.fact as Cut;
  if (!isByCurrent(cause)) return notByCurrent;
  const at = found.at - off_after_ms;
  const moments = reads.all<{ at: number; current_mA: number | null; power_mW: number | null; voltage_mV: number | null }>(
    "SELECT at, current_mA, power_mW, voltage_mV FROM socket_moment WHERE socket = ? AND at BETWEEN ? AND ? ORDER BY at",
    ...[socket, at - before_ms, at],
  );
  const begun = test === undefined ? undefined : facts.find(({ fact }) => fact.kind === "test-begun" && fact.test === test)?.fact;
  const held = test === undefined ? limits : loweredBy(limits, begun);
  return {
    ...{
      trip,
      socket,
      cause,
      value,
      limit,
      unit,
      at: toRfc3339(wall(at)),
      from: toRfc3339(wall(at - before_ms)),
      test: test !== undefined,
    },
    ...tripPicture({
      limits: held,
      moments,
      cut: { at, cause, value, limit, unit },
      // Not heard just now: protection reads a socket that is energised at least as often as it tells of it.
      sample_ms: Math.round(sample_ms ?? spacingOf(moments)),
      reading_ms: spacingOf(moments),
      voltage_mV: moments.findLast(({ voltage_mV }) => voltage_mV !== null && voltage_mV > 0)?.voltage_mV ?? usual.voltage_mV,
      longest_ms,
    }),
  };
}

/** A trip test holds the socket's own document to a lower rated current. */
function loweredBy(limits: Limits | undefined, begun: Fact | undefined): Limits | undefined {
  if (limits === undefined || begun?.kind !== "test-begun") return undefined;
  return { ...limits, socket: { ...limits.socket, rated_mA: begun.limit_mA } };
}
