// One trip by current as a picture: the curves of the limits that held, how long the current stood at each height, and where it was cut. Every number of a curve is trip-curve.ts's, which are
// those that the decision integrates. Nothing is drawn here: it is laid out by whoever shows it.
import type { CutCause } from "./facts.ts";
import { active, type Limits, pickup_mA, rated_mA, sustained_mA } from "./limits.ts";
import { type CurveRule, type RuleCurve, ruleCurves, tripsWithin } from "./trip-curve.ts";
import { aboveOf, type Held, heldSteps, holesIn, knownOf, type Moment } from "./trip-path.ts";

/** Only these are a matter of current and time; anything else that cuts has a curve over time alone. */
export const byCurrent = ["over-current", "instantaneous", "over-power"] as const satisfies readonly CutCause[];
type ByCurrent = (typeof byCurrent)[number];
export const isByCurrent = (cause: string): cause is ByCurrent => (byCurrent as readonly string[]).includes(cause);

export interface TripTold {
  /** When the reading came that completed the decision. */
  readonly at: number;
  readonly cause: ByCurrent;
  readonly value: number | null;
  readonly limit: number | null;
  readonly unit: string;
}

export interface TripAsked {
  /** undefined: nobody here knows what held. */
  readonly limits: Limits | undefined;
  readonly moments: readonly Moment[];
  readonly cut: TripTold;
  /** Between two samples that the decision saw: one round of its line. */
  readonly sample_ms: number;
  /** Between two readings as they are told here: no time that is measured on them is surer. */
  readonly reading_ms: number;
  /** At which a limit in watts is so many amperes. */
  readonly voltage_mV: number;
  /** Two readings further apart are no run. */
  readonly longest_ms: number;
}

interface Point {
  readonly current_mA: number;
  readonly after_ms: number;
}

export interface TripPicture {
  readonly limits: { readonly id: string; readonly version: number; readonly rated_mA: number; readonly same: boolean } | null;
  readonly sample_ms: number;
  readonly reading_ms: number;
  readonly voltage_mV: number;
  readonly curves: readonly { readonly rule: CurveRule; readonly from_mA: number; readonly points: readonly Point[] }[];
  /** A constant current from cold is cut between the two. */
  readonly band: readonly { readonly current_mA: number; readonly earliest_ms: number; readonly latest_ms: number }[];
  readonly held: readonly (Held & { readonly lets_ms: number | null })[];
  readonly cut: {
    readonly current_mA: number | null;
    readonly least_mA: number | null;
    readonly most_mA: number | null;
    /** Beyond the limit that cut it; null: no reading says. */
    readonly above_ms: number | null;
    readonly at_least: boolean;
    readonly heat_permille: number | null;
    readonly limit_mA: number | null;
    readonly rule: CurveRule | null;
    /** How long that rule lets the current flow at which it was cut, from cold; null: for ever, or nobody knows. */
    readonly lets_ms: number | null;
  };
  readonly readings: number;
  readonly holes: number;
}

const gridSteps = 72;
/** A hundred hours: nobody draws more. */
const longestDrawn_ms = 360_000_000;
const whole = (seconds: number): number => Math.round(Math.min(longestDrawn_ms, seconds * 1000));

/** Currents from `from` to `to`, evenly on a logarithmic axis; both sides of each step. */
function grid(from: number, to: number, steps: readonly number[]): number[] {
  const even = Array.from({ length: gridSteps + 1 }, (_, n) => from * (to / from) ** (n / gridSteps));
  const sides = steps.flatMap((at) => [at * 0.9999, at, at * 1.0001]).filter((at) => at >= from && at <= to);
  return [...even, ...sides].sort((a, b) => a - b);
}

/** Milliseconds that a rule lets each current flow; where it lets it flow for ever there is no point. */
function pointsOf({ from_mA, seconds }: RuleCurve, to_mA: number): Point[] {
  return grid(from_mA, to_mA, [from_mA])
    .map((current_mA) => ({ current_mA: Math.ceil(current_mA), seconds: seconds(Math.ceil(current_mA)) }))
    .filter(({ seconds: s }, index, all) => Number.isFinite(s) && all[index - 1]?.current_mA !== all[index]?.current_mA)
    .map(({ current_mA, seconds: s }) => ({ current_mA, after_ms: whole(s) }));
}

/** A decision falls on a sample. The first above may stand for a time in which less flowed; the last comes at most one later; and one alone is no proof. */
function bandOf(
  curves: readonly RuleCurve[],
  to_mA: number,
  { sample_ms, reading_ms }: Pick<TripAsked, "sample_ms" | "reading_ms">,
): TripPicture["band"] {
  const sure = curves.filter(({ rule }) => rule !== "thermal-hot");
  const from = Math.min(...sure.map(({ from_mA }) => from_mA));
  if (!Number.isFinite(from)) return [];
  const unsure_s = Math.max(sample_ms, reading_ms) / 1000;
  const at = grid(
    from,
    to_mA,
    sure.map(({ from_mA }) => from_mA),
  ).map(Math.ceil);
  return [...new Set(at)].flatMap((current_mA) => {
    const soonest = Math.min(...sure.map(({ seconds }) => seconds(current_mA)));
    if (!Number.isFinite(soonest)) return [];
    const latest = tripsWithin(curves, current_mA, sample_ms / 1000) + unsure_s;
    return [{ current_mA, earliest_ms: whole(Math.max(0, soonest - unsure_s)), latest_ms: whole(latest) }];
  });
}

/** Which rule of the document cut, by the limit that the cut names; undefined: none of it has this limit. */
function ruleThatCut(limits: Limits, { cause, limit }: TripTold): CurveRule | undefined {
  const curve = active(limits.over_current);
  const thermal = active(limits.thermal);
  const power = active(limits.over_power);
  if (cause === "instantaneous") {
    const fast = Math.round((rated_mA(limits) * limits.instantaneous.times_permille) / 1000);
    return limit === fast ? "instantaneous" : undefined;
  }
  if (cause === "over-power") return power !== undefined && power.limit_mW === limit ? "power" : undefined;
  if (curve !== undefined && Math.round(pickup_mA(limits, curve)) === limit) return "inverse";
  return thermal !== undefined && Math.round(sustained_mA(limits, thermal)) === limit ? "thermal-cold" : undefined;
}

const inCurrent = (value: number | null, { unit }: TripTold, voltage_mV: number): number | null =>
  value === null ? null : unit === "mA" ? value : unit === "mW" && voltage_mV > 0 ? Math.round((value / voltage_mV) * 1000) : null;

export function tripPicture({ limits, moments, cut, sample_ms, reading_ms, voltage_mV, longest_ms }: TripAsked): TripPicture {
  const current_mA = inCurrent(cut.value, cut, voltage_mV);
  const limit_mA = inCurrent(cut.limit, cut, voltage_mV);
  // The reading that cut it is in the cut itself, whether or not another told it too.
  const own = current_mA === null ? [] : [{ at: cut.at, current_mA }];
  const seen = moments
    .filter(({ at }) => at < cut.at)
    .map((one) => (cut.unit === "mW" ? { at: one.at, current_mA: inCurrent(one.power_mW ?? null, cut, voltage_mV) } : one));
  const known = knownOf([...seen, ...own], longest_ms);
  const rule = limits === undefined ? undefined : ruleThatCut(limits, cut);
  const curve = limits === undefined || rule !== "inverse" ? undefined : active(limits.over_current);
  const above =
    limit_mA === null || known.length === 0
      ? undefined
      : aboveOf(known, limit_mA, { ...(curve === undefined ? {} : { curve }), pickup_mA: limit_mA, longest_ms });
  const curves = limits === undefined ? [] : ruleCurves(limits, { sample_s: sample_ms / 1000, voltage_mV });
  const most = Math.max(1, ...known.map((one) => one.current_mA), ...curves.map(({ from_mA }) => from_mA * 1.6));
  const soonest = (at_mA: number): number | null => {
    const seconds = Math.min(...curves.filter(({ rule: of }) => of !== "thermal-hot").map((one) => one.seconds(at_mA)));
    return Number.isFinite(seconds) ? whole(seconds) : null;
  };
  const lets = current_mA === null ? undefined : curves.find((one) => one.rule === rule)?.seconds(current_mA);
  return {
    limits: limits === undefined ? null : { id: limits.id, version: limits.version, rated_mA: rated_mA(limits), same: rule !== undefined },
    ...{ sample_ms, reading_ms, voltage_mV },
    curves: curves.map((one) => ({ rule: one.rule, from_mA: Math.round(one.from_mA), points: pointsOf(one, most * 1.25) })),
    band: bandOf(curves, most * 1.25, { sample_ms, reading_ms }),
    held: heldSteps(known, limits === undefined ? (limit_mA ?? 0) : rated_mA(limits)).map((one) => ({
      ...one,
      lets_ms: soonest(one.current_mA),
    })),
    cut: {
      ...{ current_mA, limit_mA, rule: rule ?? null },
      ...{ least_mA: above?.least_mA ?? null, most_mA: above?.most_mA ?? null },
      ...{ above_ms: above?.above_ms ?? null, at_least: above?.at_least ?? false, heat_permille: above?.heat_permille ?? null },
      lets_ms: lets === undefined || !Number.isFinite(lets) ? null : whole(lets),
    },
    readings: known.length,
    holes: holesIn(known),
  };
}
