// After a cut: which causes stay locked until a person has looked, and which may be tried again by themselves, how often, and not before what.
// A re-arm closes nothing: it says that the socket is ready, once its count is on the disk. The site writes a fresh authority and asks, as for any charge.
import { after, type Monotonic } from "#protocols/vocabulary/time.ts";
import { type CutCause, rearmable, type Trip } from "./facts.ts";
import { active, type Limits } from "./limits.ts";
import { good, type SocketSample } from "./sample.ts";

const day_ms = 86_400_000;
/** Nobody waits longer than this for a supply or a meter to come back. */
export const waitsAtMost_ms = 3_600_000;
/** A supply is well when it is back within 80 % of the way from here to its limit. */
const nominal_mV = 220_000;
const unpluggedSamples = 2;

/** One re-arm that was given, and to whom. */
export interface Rearmed {
  readonly session: string;
  readonly at: Monotonic;
}

/** A socket that was cut and may be tried again. */
export interface Waiting {
  readonly trip: string;
  readonly session: string;
  /** What held it when it was cut: whoever releases that waits no more. */
  readonly authority: string;
  readonly cause: CutCause;
  readonly limit: number | null;
  readonly cutAt: Monotonic;
  /** Since when the cause has been well gone, seen without a break. */
  readonly clearSince: Monotonic | undefined;
  readonly unplugged: number;
  /** Its count is on its way to the disk. */
  readonly keeping: boolean;
}

export interface Count {
  /** Of this session, this one included. */
  readonly n: number;
  readonly of: number;
}

export const lately = (given: readonly Rearmed[], now: Monotonic): readonly Rearmed[] => given.filter(({ at }) => now - at < day_ms);

/** Whether this cut may be tried again by itself; undefined where a person must look: by its cause, by the file, or because it was tried often enough. */
export function mayRearm(asked: {
  limits: Limits;
  cause: CutCause;
  session: string;
  given: readonly Rearmed[];
  now: Monotonic;
}): Count | undefined {
  const rule = active(asked.limits.rearm);
  if (rule === undefined || !rule.causes.some((cause) => cause === asked.cause)) return undefined;
  const today = lately(asked.given, asked.now);
  const n = today.filter(({ session }) => session === asked.session).length + 1;
  return n > rule.per_session || today.length >= rule.per_day ? undefined : { n, of: rule.per_session };
}

/** Tried as often as it may be: from now on a person must look. */
export function isLockedOut(asked: Parameters<typeof mayRearm>[0]): boolean {
  const rule = active(asked.limits.rearm);
  return rule?.causes.some((cause) => cause === asked.cause) === true && mayRearm(asked) === undefined;
}

/** What tripped is well away from its limit: below 80 % of it; a voltage, of its distance from 220 V. No value is no proof. */
function isClear({ cause, limit }: Waiting, sample: SocketSample, permille: number): boolean {
  const below = (value: number | undefined, of: number | null): boolean =>
    value !== undefined && of !== null && value * 1000 < of * permille;
  const voltage = good(sample.voltage_mV);
  switch (cause) {
    case "over-current":
      return below(good(sample.current_mA), limit);
    case "over-power":
      return below(good(sample.power_mW), limit);
    case "over-temperature":
      return below(good(sample.temperature_mC), limit);
    case "over-voltage":
    case "under-voltage":
      return voltage !== undefined && limit !== null && below(Math.abs(voltage - nominal_mV), Math.abs(limit - nominal_mV));
    case "blind":
      return true; // it is seen
    default:
      return false;
  }
}

/** A sample of the open socket: still waiting, ready, or nobody there any more. `sighted`: the socket was seen, and its relay is open. */
export function waitingAfter(
  before: Waiting,
  sample: SocketSample,
  at: { seen: Monotonic; sighted: boolean; limits: Limits },
): Waiting | "ready" | "lapsed" {
  const rule = active(at.limits.rearm);
  if (rule === undefined || !(rearmable as readonly CutCause[]).includes(before.cause)) return "lapsed";
  const { seen } = at;
  const unplugged = sample.plugged === false ? before.unplugged + 1 : sample.plugged === true ? 0 : before.unplugged;
  if (unplugged >= unpluggedSamples) return "lapsed";
  const clear = at.sighted && isClear(before, sample, rule.below_permille);
  const waiting: Waiting = { ...before, unplugged, clearSince: clear ? (before.clearSince ?? seen) : undefined };
  const rested = seen - before.cutAt >= rule.off_s * 1000;
  const settled = waiting.clearSince !== undefined && seen - waiting.clearSince >= rule.for_s * 1000;
  return rested && settled && !before.keeping ? "ready" : waiting;
}

export const newWaiting = (trip: string, held: { id: string; session: string }, why: Trip, now: Monotonic): Waiting => ({
  trip,
  session: held.session,
  authority: held.id,
  cause: why.cause,
  limit: why.limit,
  cutAt: now,
  clearSince: undefined,
  unplugged: 0,
  keeping: false,
});

export const waitsUntil = (waiting: Waiting): Monotonic => after(waiting.cutAt, waitsAtMost_ms);
