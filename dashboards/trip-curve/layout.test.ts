// Where a trip curve is drawn: within its box, whatever was read; what is not known is said and not drawn; both languages say the same.
import { expect, test } from "vitest";
import { tripPicture } from "#gateway/core/charging/trip-picture.ts";
import type { TripCurve } from "#protocols/api/trip.ts";
import { readyLimits } from "#test/limits.ts";
import { counted } from "#test/promise.ts";
import { box, layout, legendOf, logAxis, logTicks, rangesOf } from "./layout.ts";
import { rowsOf, sentencesOf, tripEn, tripZh } from "./words.ts";

const at = 600_000;
const tripOf = (
  amperes: readonly (number | null)[],
  more: { value?: number | null; limits?: "4a" | "10a" | "none"; cause?: "over-current" | "instantaneous" } = {},
): TripCurve => {
  const { value = 6_100, limits = "4a", cause = "over-current" } = more;
  const told = { cause, value, limit: cause === "instantaneous" ? 8_000 : 4_400, unit: "mA" } as const;
  const picture = tripPicture({
    ...{ sample_ms: 1_000, reading_ms: 1_000, voltage_mV: 220_000, longest_ms: 5_000, cut: { at, ...told } },
    limits: limits === "none" ? undefined : readyLimits(`e-bike-${limits}`),
    moments: amperes.map((one, n) => ({
      at: at - (amperes.length - n) * 1_000,
      current_mA: one === null ? null : Math.round(one * 1_000),
    })),
  });
  return {
    ...{
      trip: "trip-0001",
      socket: "station-1/3",
      at: "2026-11-25T22:00:00.000+08:00",
      from: "2026-11-25T21:50:00.000+08:00",
      test: false,
    },
    ...told,
    ...(picture as unknown as Omit<TripCurve, "trip">),
  } as TripCurve;
};

const long = (n: number, amperes: number): number[] => Array.from({ length: n }, () => amperes);
const trips: readonly (readonly [string, TripCurve])[] = [
  ["as usual", tripOf([...long(300, 1.1), ...long(44, 6.1)])],
  ["short circuit", tripOf([...long(10, 1.1), 60, 60], { cause: "instantaneous", value: 60_000 })],
  ["a gap in the middle", tripOf([...long(20, 1.1), ...long(10, 6.1), ...Array.from({ length: 10 }, () => null), ...long(20, 6.1)])],
  ["one point only", tripOf([])],
  ["no point at all", tripOf([], { value: null })],
  ["all zero", tripOf(long(100, 0), { value: 0 })],
  ["negative", tripOf(long(100, -4), { value: -4_000 })],
  ["limits not known", tripOf([...long(30, 1.1), ...long(44, 6.1)], { limits: "none" })],
  ["limits of another day", tripOf([...long(30, 1.1), ...long(44, 6.1)], { limits: "10a" })],
  ["a whole day of little", tripOf(long(20_000, 4.5), { value: 4_500 })],
  ["every reading another", tripOf(Array.from({ length: 600 }, (_, n) => 1 + n / 80))],
];

test.each(trips)("%s: every point lies within the picture, and every number is one", (_, trip) => {
  const shapes = layout(trip, tripZh);
  expect(shapes.length).toBeGreaterThan(10);
  for (const { name, attributes, text } of shapes) {
    const numbers =
      name === "path" ? [...String(attributes.d).matchAll(/-?[\d.]+(?:e[-+]?\d+)?|NaN|Infinity/g)].map(([one]) => Number(one)) : [];
    for (const value of numbers) expect(Number.isFinite(value)).toBe(true);
    const points = [...String(attributes.d ?? "").matchAll(/[ML](-?[\d.]+) (-?[\d.]+)/g)].map(([, x, y]) => [Number(x), Number(y)]);
    for (const key of ["x1", "x2", "cx"] as const) if (attributes[key] !== undefined) points.push([Number(attributes[key]), box.top]);
    for (const key of ["y1", "y2", "cy"] as const) if (attributes[key] !== undefined) points.push([box.left, Number(attributes[key])]);
    for (const [x = Number.NaN, y = Number.NaN] of points) {
      expect(x).toBeGreaterThanOrEqual(box.left - 0.1);
      expect(x).toBeLessThanOrEqual(box.width - box.right + 0.1);
      expect(y).toBeGreaterThanOrEqual(box.top - 0.1);
      expect(y).toBeLessThanOrEqual(box.height - box.bottom + 0.1);
    }
    if (name === "text") expect(text).not.toMatch(/NaN|undefined|null|Infinity/);
  }
  for (const words of [tripZh, tripEn]) {
    const said = [...sentencesOf(trip, words), ...rowsOf(trip, words).flat(), ...legendOf(trip, words).map(({ word }) => word)];
    for (const one of said) expect(one).not.toMatch(/NaN|undefined|null|Infinity/);
    if (words === tripEn) for (const one of said) expect(one).not.toMatch(/\p{Script=Han}/u);
    expect(said.length).toBeGreaterThan(1);
  }
});

const kinds = (trip: TripCurve): string[] =>
  layout(trip, tripZh).map(({ attributes }) => String(attributes.class ?? "").split(" ")[0] ?? "");
const drawn = (name: string, of: string): number =>
  kinds(trips.find(([one]) => one === name)?.[1] as TripCurve).filter((kind) => kind === of).length;

test("what is not known is not drawn: no mark without a reading, no curve without limits, no path of nothing", (context) => {
  expect([
    drawn("as usual", "trip-rule"),
    drawn("as usual", "trip-band"),
    drawn("as usual", "trip-held"),
    drawn("as usual", "trip-cut"),
  ]).toEqual([3, 1, 2, 1]);
  expect([drawn("no point at all", "trip-held"), drawn("no point at all", "trip-cut")]).toEqual([0, 0]);
  expect([drawn("limits not known", "trip-rule"), drawn("limits not known", "trip-band"), drawn("limits not known", "trip-cut")]).toEqual([
    0, 0, 1,
  ]);
  expect(drawn("one point only", "trip-held")).toBe(1);
  expect(drawn("all zero", "trip-held")).toBe(0);
  const said = (name: string): string => sentencesOf(trips.find(([one]) => one === name)?.[1] as TripCurve, tripZh).join("");
  expect(said("limits not known")).toContain(tripZh.unknown);
  expect(said("limits of another day")).toContain(tripZh.changed);
  expect(said("a gap in the middle")).toContain(tripZh.holes(1));
  expect(said("one point only")).toContain(tripZh.none);
  counted(context, { trips: trips.length, shapes: trips.reduce((sum, [, trip]) => sum + layout(trip, tripZh).length, 0) });
});

test("labels of an axis never lie on each other", () => {
  for (const [name, trip] of trips) {
    const texts = layout(trip, tripZh).filter(({ name: kind }) => kind === "text");
    const rows = Map.groupBy(
      texts,
      ({ attributes }) => `${attributes["text-anchor"]} ${attributes["text-anchor"] === "end" ? "" : attributes.y}`,
    );
    for (const [row, all] of rows) {
      if (row.startsWith("start")) continue;
      const along = all
        .filter(({ attributes }) => attributes.class === undefined)
        .map(({ attributes }) => Number(row.startsWith("end") ? attributes.y : attributes.x));
      const sorted = [...along].sort((a, b) => a - b);
      for (const [n, one] of sorted.entries())
        if (n > 0) expect(one - (sorted[n - 1] ?? 0), `${name} ${row}`).toBeGreaterThanOrEqual(row.startsWith("end") ? 16 : 30);
    }
  }
});

test("a logarithmic axis: a decade is as long as the next; values beyond its ends stand at them; ticks are 1, 2 and 5", () => {
  const along = logAxis(0.1, 1000, 400);
  expect([0.1, 1, 10, 100, 1000].map((value) => Math.round(along(value)))).toEqual([0, 100, 200, 300, 400]);
  expect([along(0), along(-5), Math.round(along(5000))]).toEqual([0, 0, 400]);
  expect(logTicks(0.1, 1000)).toEqual([0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000]);
  const { mA, ms } = rangesOf(trips[0]?.[1] as TripCurve);
  expect([mA[0] < 1_100, mA[1] > 8_000, ms[0] <= 500, ms[1] >= 600_000]).toEqual([true, true, true, true]);
});
