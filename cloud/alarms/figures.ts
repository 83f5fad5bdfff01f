// What is counted about alarms, after ISA-18.2 and EEMUA 191: chattering, floods, stale ones, load, mix, response. Pure.
import { dayMs, hourMs, minuteMs } from "#protocols/vocabulary/time.ts";

/** Three raisings within a minute: the thing is at its limit, or broken. It counts on, and calls nobody, until it has been quiet for as long. */
export const chatter = { raisings: 3, within_ms: minuteMs } as const;

export interface Chattering {
  readonly raisings: readonly number[];
  readonly chattering: boolean;
}

/** One more raising from a state in which it did not stand. */
export function chattered(before: Chattering, at: number): Chattering {
  const raisings = [...before.raisings, at].slice(-chatter.raisings);
  const oldest = raisings[0] ?? at;
  const newest = before.raisings.at(-1);
  const quiet = newest === undefined || at - newest > chatter.within_ms;
  const fast = raisings.length === chatter.raisings && at - oldest <= chatter.within_ms;
  return { raisings: quiet ? [at] : raisings, chattering: fast || (before.chattering && !quiet) };
}

/** A flood begins with more than ten in ten minutes for one operator, and ends below five. */
export const flood = { within_ms: 10 * minuteMs, begins: 10, ends: 5 } as const;

export interface FloodSpan {
  readonly from: number;
  readonly to: number | undefined;
  readonly calls: number;
}

/** The floods in a list of calls, oldest first; the last one has no end if it still lasts at `now`. */
export function floodsOf(times: readonly number[], now: number): FloodSpan[] {
  const spans: FloodSpan[] = [];
  // The count of the window changes only when a call comes in or falls out of it.
  const moments = [
    ...times.map((at) => ({ at, by: 1 })),
    ...times.filter((at) => at + flood.within_ms <= now).map((at) => ({ at: at + flood.within_ms, by: -1 })),
  ].sort((a, b) => a.at - b.at || a.by - b.by);
  let count = 0;
  let open: { from: number; calls: number } | undefined;
  for (const { at, by } of moments) {
    count += by;
    if (open === undefined && count > flood.begins) open = { from: at, calls: count };
    else if (open !== undefined && by > 0) open.calls += 1;
    if (open !== undefined && count < flood.ends) {
      spans.push({ ...open, to: at });
      open = undefined;
    }
  }
  if (open !== undefined) spans.push({ ...open, to: undefined });
  return spans;
}

/** Stands for more than a day without a break: what comes and goes is something else. A hint that a date comes near stands until the date, and is none. */
export const staleAfterMs = dayMs;
export const neverStale: readonly string[] = ["dated.soon"];
export const isStale = (row: { readonly rule: string; readonly active: number; readonly stood_at: number | null }, now: number): boolean =>
  row.active === 1 && row.stood_at !== null && now - row.stood_at > staleAfterMs && !neverStale.includes(row.rule);

/** One call of one alarm, as it was. */
export interface Call {
  readonly at: number;
  readonly cause: string;
  readonly priority: 1 | 2 | 3 | 4;
  /** Of the one who took it; undefined: nobody has. */
  readonly acknowledged_at: number | undefined;
}

export interface KpiInput {
  readonly from: number;
  readonly to: number;
  readonly calls: readonly Call[];
  readonly stale: number;
  readonly chattering: number;
  readonly held: number;
}

export interface Kpi {
  readonly calls: number;
  readonly per_day: number;
  readonly per_hour: number;
  readonly peak_in_ten_minutes: number;
  readonly floods: number;
  readonly flood_permille: number;
  readonly chattering: number;
  readonly stale: number;
  readonly held: number;
  /** Parts per thousand of priority 1, 2, 3, 4; "undefined" where there was none: 0 of 0 is no proportion. */
  readonly mix_permille: readonly [number, number, number, number] | undefined;
  readonly top: readonly { readonly cause: string; readonly calls: number; readonly permille: number }[];
  readonly acknowledged: number;
  /** Half of the acknowledged ones were taken within this. */
  readonly median_response_ms: number | undefined;
  readonly p90_response_ms: number | undefined;
}

/** What the guides hold to be bearable; `worse` says which figures are beyond. */
export const targets = {
  per_day: 150,
  per_hour: 6,
  flood_permille: 10,
  chattering: 0,
  stale: 5,
  priority1_permille: 50,
  top10_permille: 50,
} as const;

const permille = (part: number, whole: number): number => Math.round((part * 1000) / whole);
const at = (sorted: readonly number[], permille: number): number | undefined =>
  sorted.length === 0 ? undefined : sorted[Math.min(sorted.length - 1, Math.ceil((sorted.length * permille) / 1000) - 1)];

export function kpiOf({ from, to, calls, stale, chattering, held }: KpiInput): Kpi {
  const within = calls.filter((one) => one.at >= from && one.at < to).sort((a, b) => a.at - b.at);
  const span = Math.max(1, to - from);
  const times = within.map((one) => one.at);
  let peak = 0;
  for (let first = 0, last = 0; last < times.length; last += 1) {
    while ((times[last] ?? 0) - (times[first] ?? 0) >= flood.within_ms) first += 1;
    peak = Math.max(peak, last - first + 1);
  }
  const floods = floodsOf(times, to);
  const inFlood = floods.reduce((sum, one) => sum + (one.to ?? to) - one.from, 0);
  const byCause = new Map<string, number>();
  for (const { cause } of within) byCause.set(cause, (byCause.get(cause) ?? 0) + 1);
  const mix = ([1, 2, 3, 4] as const).map((priority) => permille(within.filter((one) => one.priority === priority).length, within.length));
  const responses = within
    .flatMap((one) => (one.acknowledged_at === undefined ? [] : [Math.max(0, one.acknowledged_at - one.at)]))
    .sort((a, b) => a - b);
  return {
    calls: within.length,
    per_day: Math.round((within.length * dayMs * 10) / span) / 10,
    per_hour: Math.round((within.length * hourMs * 10) / span) / 10,
    peak_in_ten_minutes: peak,
    floods: floods.length,
    flood_permille: permille(inFlood, span),
    ...{ chattering, stale, held },
    mix_permille: within.length === 0 ? undefined : (mix as unknown as [number, number, number, number]),
    top: [...byCause]
      .sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
      .slice(0, 10)
      .map(([cause, count]) => ({ cause, calls: count, permille: permille(count, within.length) })),
    acknowledged: responses.length,
    median_response_ms: at(responses, 500),
    p90_response_ms: at(responses, 900),
  };
}

/** The figures that are beyond their target, by name. */
export function worseThanTargets(kpi: Kpi): string[] {
  const top10 = kpi.top.reduce((sum, one) => sum + one.permille, 0);
  return [
    ...(["per_day", "per_hour", "flood_permille", "chattering", "stale"] as const).filter((name) => kpi[name] > targets[name]),
    ...((kpi.mix_permille?.[0] ?? 0) > targets.priority1_permille ? ["priority1_permille"] : []),
    ...(kpi.calls > 100 && top10 > targets.top10_permille ? ["top10_permille"] : []),
  ];
}
