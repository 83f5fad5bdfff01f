// Waiting for the cheap hours, and never so long that it is too late.
import fc from "fast-check";
import { expect, test } from "vitest";
import { fromCivil, type Wall } from "#protocols/vocabulary/time.ts";
import type { PriceVersion } from "../price/types.ts";
import { deferred, nextAt, valleyOf } from "./valley.ts";
import { deferredWords, hourText } from "./words.ts";

const at = (hour: number, minute = 0, day = 25): Wall => fromCivil({ year: 2026, month: 11, day, hour, minute });
const h = 3_600_000;
const name = { zh: "段", en: "band" };
const version = (rates: readonly number[]): PriceVersion => ({
  ...{ id: "1", from: at(0), until: undefined, rounding: "half-up", minimum_fen: undefined, cap_fen: undefined, free: undefined },
  ...{ monthly: undefined, discounts: [], occupied: undefined, tiers: { by: "moment", hold_s: 0, table: [] }, service: { kind: "free" } },
  bands: [
    { id: "day", name, spans: [{ from: 8 * 3600, until: 23 * 3600 }] },
    {
      id: "valley",
      name,
      spans: [
        { from: 0, until: 8 * 3600 },
        { from: 23 * 3600, until: 86_400 },
      ],
    },
  ],
  electricity: { kind: "energy", rates },
});
const valley = valleyOf(version([5_680, 2_580]));

test("the valley is where a kilowatt hour costs least; without a cheaper hour there is none", () => {
  expect(valley).toEqual(version([1, 0]).bands[1]?.spans);
  expect(valleyOf(version([5_330, 5_330]))).toEqual([]);
  expect(valleyOf({ ...version([5_000, 3_000]), service: { kind: "energy", rates: [1_000, 3_000] } })).toEqual([]);
});

test.each([
  ["evening, done by 7: from 23:00", at(18), 7, 6, "valley", at(23)],
  ["evening, a long one: just in time, before the valley", at(18), 7, 10, "just", at(21)],
  ["evening, too late already: now", at(18), 19, 6, "now", at(18)],
  ["in the valley: now", at(1), 7, 2, "now", at(1)],
  ["at noon, done by 17: no valley until then, just in time", at(12), 17, 2, "just", at(15)],
] as const)("%s", (_, now, hour, hours, because, from) => {
  expect(deferred(valley, { by_s: hour * 3600, needs_ms: hours * h }, now)).toMatchObject({ because, from });
});

test("without a valley nobody waits, and the words say both hours", () => {
  expect(deferred([], { by_s: 7 * 3600, needs_ms: h }, at(18)).because).toBe("now");
  const found = deferred(valley, { by_s: 7 * 3600, needs_ms: 6 * h }, at(18));
  expect(deferredWords(found, found.from)).toEqual({
    zh: "07:00 前充好即可：等到 23:00 谷段，最迟 23:00 开始",
    en: "to be ready by 07:00: waits for the valley at 23:00; begins at 23:00 at the latest",
  });
});

test("property: it begins in time wherever there was time, and in the valley unless that would be too late", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 1439 }),
      fc.integer({ min: 0, max: 1439 }),
      fc.integer({ min: 1, max: 720 }),
      (minute, by, needs) => {
        const now = (at(0) + minute * 60_000) as Wall;
        const found = deferred(valley, { by_s: by * 60, needs_ms: needs * 60_000 }, now);
        expect(found.by).toBe(nextAt(by * 60, now));
        expect(found.from).toBeGreaterThanOrEqual(now);
        if (found.from > now) expect(found.from + needs * 60_000).toBeLessThanOrEqual(found.by);
        if (found.because === "valley") expect(hourText(found.from)).toBe("23:00");
      },
    ),
  );
});
