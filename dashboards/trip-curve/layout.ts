// A trip curve with the path of the current before it, log-log: where everything stands. Pure: the answer of gateway or cloud in, shapes out; the cloud's page and the gateway's own draw the same.
import type { TripCurve } from "#protocols/api/trip.ts";
import type { TripWords } from "./words.ts";

export interface Shape {
  readonly name: "path" | "line" | "text" | "circle";
  readonly attributes: Readonly<Record<string, string | number>>;
  readonly text?: string;
}

export const box = { width: 520, height: 340, left: 58, right: 14, top: 30, bottom: 40 } as const;

/** A logarithmic axis: decades apart by one width. Values beyond its ends stand at them. */
export function logAxis(from: number, to: number, length: number): (value: number) => number {
  const [low, high] = [Math.log10(from), Math.log10(to)];
  return (value) => (value <= from ? 0 : Math.min(length, ((Math.log10(value) - low) / (high - low)) * length));
}

/** 1, 2 and 5 of every decade from `from` to `to`. */
export function logTicks(from: number, to: number): number[] {
  const found: number[] = [];
  for (let decade = Math.floor(Math.log10(from)); decade <= Math.ceil(Math.log10(to)); decade += 1)
    for (const digit of [1, 2, 5]) {
      const tick = Number((digit * 10 ** decade).toPrecision(3));
      if (tick >= from * 0.999 && tick <= to * 1.001) found.push(tick);
    }
  return found;
}

/** Times that people say. */
const times_ms = [100, 200, 500, 1e3, 2e3, 5e3, 1e4, 3e4, 6e4, 12e4, 3e5, 6e5, 18e5, 36e5, 72e5, 18e6, 36e6, 864e5, 36e7];

const short = (n: number): number => Math.round(n * 10) / 10;

export interface Ranges {
  readonly mA: readonly [number, number];
  readonly ms: readonly [number, number];
}

/** Everything that is drawn, with room: from less than the least that was held or trips, to where every rule has cut. */
export function rangesOf(trip: TripCurve): Ranges {
  const { held, curves, cut, sample_ms } = trip;
  const ends = curves.map(({ points }) => (points.length === 0 ? 0 : points[points.length - 1]?.current_mA || 0));
  const steps = held.map(({ current_mA }) => current_mA);
  const all = [...steps, ...curves.map(({ from_mA }) => from_mA), cut.current_mA || 0, cut.limit_mA || 0].filter((one) => one > 0);
  const least = all.length === 0 ? 1_000 : Math.min(...all);
  const most = Math.max(least * 2, ...ends, ...all.map((one) => one * 1.25));
  const longest = Math.max(0, ...held.map(({ held_ms }) => held_ms), cut.above_ms || 0, cut.lets_ms || 0);
  return { mA: [least * 0.85, most], ms: [Math.max(50, sample_ms / 2), Math.max(600_000, longest * 1.5)] };
}

/** Only labels that have room beside the one before. */
function apart(values: readonly number[], at: (value: number) => number, room: number): number[] {
  const kept: number[] = [];
  for (const value of values) {
    const last = kept[kept.length - 1];
    if (last === undefined || Math.abs(at(value) - at(last)) >= room) kept.push(value);
  }
  return kept;
}

export function layout(trip: TripCurve, words: TripWords): Shape[] {
  const ranges = rangesOf(trip);
  const wide = box.width - box.left - box.right;
  const tall = box.height - box.top - box.bottom;
  const [alongX, alongY] = [logAxis(...ranges.mA, wide), logAxis(...ranges.ms, tall)];
  const x = (mA: number): number => short(box.left + alongX(mA));
  const y = (ms: number): number => short(box.top + tall - alongY(ms));
  const floor = box.top + tall;
  const right = box.left + wide;
  return [
    ...gridOf(trip, ranges, { x, y, words }),
    ...bandOf(trip, x, y),
    ...trip.curves.map(({ rule, from_mA, points }): Shape => {
      const line = points.map(({ current_mA, after_ms }) => `L${x(current_mA)} ${y(after_ms)}`).join("");
      return { name: "path", attributes: { class: `trip-rule trip-${rule}`, "data-rule": rule, d: `M${x(from_mA)} ${box.top}${line}` } };
    }),
    ...heldPaths(trip, { x, y, floor }),
    ...cutMark(trip, { x, y, right, words }),
  ];
}

interface Place {
  readonly x: (mA: number) => number;
  readonly y: (ms: number) => number;
}

function gridOf(trip: TripCurve, { mA, ms }: Ranges, { x, y, words }: Place & { words: TripWords }): Shape[] {
  const [floor, right] = [box.height - box.bottom, box.width - box.right];
  const label = (at: number, top: number, anchor: string, text: string, more: object = {}): Shape => ({
    name: "text",
    attributes: { x: at, y: top, "text-anchor": anchor, ...more },
    text,
  });
  const line = (x1: number, x2: number, y1: number, y2: number, kind = "trip-grid"): Shape => ({
    name: "line",
    attributes: { class: kind, x1, x2, y1, y2 },
  });
  const amperes = apart(logTicks(...mA), x, 34);
  const seconds = apart(
    times_ms.filter((one) => one >= ms[0] && one <= ms[1]),
    y,
    17,
  );
  const { limits } = trip;
  const rated = limits === null ? undefined : limits.rated_mA;
  const multiples = rated === undefined ? [] : apart(logTicks(mA[0] / rated, mA[1] / rated), (n) => x(n * rated), 34);
  return [
    ...amperes.flatMap((one) => [line(x(one), x(one), box.top, floor), label(x(one), floor + 15, "middle", String(one / 1000))]),
    ...seconds.flatMap((one) => [line(box.left, right, y(one), y(one)), label(box.left - 6, y(one) + 4, "end", words.span(one))]),
    ...multiples.map((n) => label(x(n * (rated || 1)), box.top - 6, "middle", `${n}×`)),
    ...(rated === undefined ? [] : [line(x(rated), x(rated), box.top, floor, "trip-rated")]),
    label(box.left + (right - box.left) / 2, box.height - 6, "middle", rated === undefined ? words.axis : words.axisRated),
    line(box.left, right, floor, floor, "trip-axis"),
    line(box.left, box.left, box.top, floor, "trip-axis"),
  ];
}

function bandOf({ band }: TripCurve, x: Place["x"], y: Place["y"]): Shape[] {
  if (band.length < 2) return [];
  const late = band.map(({ current_mA, latest_ms }) => `${x(current_mA)} ${y(latest_ms)}`);
  const early = [...band].reverse().map(({ current_mA, earliest_ms }) => `${x(current_mA)} ${y(earliest_ms)}`);
  return [{ name: "path", attributes: { class: "trip-band", "data-band": band.length, d: `M${[...late, ...early].join("L")}Z` } }];
}

/** A staircase: for so long at least so much flowed. Where its beginning is not known it is dashed. */
function heldPaths({ held }: TripCurve, { x, y, floor }: Place & { floor: number }): Shape[] {
  const parts = { known: "", open: "" };
  for (const [index, { current_mA, held_ms, at_least }] of held.entries()) {
    const from = index === 0 ? box.left : x(held[index - 1]?.current_mA || 0);
    const next = held[index + 1];
    const down = next === undefined ? floor : y(next.held_ms);
    parts[at_least ? "open" : "known"] += `M${from} ${y(held_ms)}H${x(current_mA)}V${down}`;
  }
  const path = (kind: "known" | "open", also: string): Shape[] =>
    parts[kind] === "" ? [] : [{ name: "path", attributes: { class: `trip-held${also}`, "data-held": kind, d: parts[kind] } }];
  return [...path("known", ""), ...path("open", " trip-open")];
}

/** Where it was cut: at the current of then, after so long beyond the limit; the line beside it is from the least to the most that flowed meanwhile. */
function cutMark({ cut, cause }: TripCurve, { x, y, right, words }: Place & { right: number; words: TripWords }): Shape[] {
  const { current_mA, above_ms, least_mA, most_mA } = cut;
  if (current_mA === null || above_ms === null) return [];
  const [at, top] = [x(current_mA), y(above_ms)];
  const side = at > right - 130 ? -1 : 1;
  return [
    {
      name: "line",
      attributes: {
        class: "trip-spread",
        x1: x(least_mA === null ? current_mA : least_mA),
        x2: x(most_mA === null ? current_mA : most_mA),
        y1: top,
        y2: top,
      },
    },
    { name: "circle", attributes: { class: "trip-cut", "data-cut-at": `${current_mA} ${above_ms}`, cx: at, cy: top, r: 5 } },
    {
      name: "text",
      attributes: { class: "trip-cut-word", x: at + side * 10, y: top - 8, "text-anchor": side === 1 ? "start" : "end" },
      text: `✕ ${words.causes[cause] || cause}`,
    },
  ];
}

export interface LegendRow {
  readonly shape: Shape;
  readonly word: string;
}

/** A stroke of each kind that is drawn, within 30 by 12, and what it is. */
export function legendOf(trip: TripCurve, words: TripWords): LegendRow[] {
  const stroke = (kind: string): Shape => ({ name: "line", attributes: { class: kind, x1: 1, x2: 29, y1: 6, y2: 6 } });
  const rows: LegendRow[] = trip.curves.map(({ rule, from_mA }) => ({
    shape: stroke(`trip-rule trip-${rule}`),
    word: `${words.rules[rule]} ≥ ${(from_mA / 1000).toFixed(2)} A`,
  }));
  if (trip.band.length > 1)
    rows.push({ shape: { name: "path", attributes: { class: "trip-band", d: "M1 1H29V11H1Z" } }, word: words.band });
  if (trip.held.length > 0) {
    const some = trip.held.some(({ at_least }) => at_least);
    rows.push({ shape: stroke("trip-held"), word: `${words.held}${some ? words.open : ""}` });
  }
  if (trip.cut.current_mA !== null && trip.cut.above_ms !== null)
    rows.push({ shape: { name: "circle", attributes: { class: "trip-cut", cx: 15, cy: 6, r: 4 } }, word: words.mark });
  return rows;
}
