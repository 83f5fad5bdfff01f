// Schemes score exactly, side by side: shares, points taken, bonus and veto, town and sample; and what is missing for five stars.
import { describe, expect, test } from "vitest";
import { combine, complaintsOfScheme, missingFor, rounded, scoreOf, type Taken } from "./scheme.ts";
import { usualSchemes } from "./usual-schemes.ts";

describe("a scheme", () => {
  const [third, fifth] = usualSchemes;
  if (third === undefined || fifth === undefined) throw new Error("no schemes");
  const taken = (item: string, milli: number, id = item): Taken => ({ id, source: "town", item, milli });
  const given = { bonus: [], vetoes: [] };
  test("shares are one; one third is one third", () => {
    expect(usualSchemes.flatMap(complaintsOfScheme)).toEqual([]);
    expect(complaintsOfScheme({ ...third, modules: third.modules.slice(1) })[0]).toMatch(/not one together/);
    const lost = { ...given, taken: [taken("safety-exits", 10_000)] };
    expect([
      scoreOf(third, { ...given, taken: [] }).total_milli,
      scoreOf(third, lost).total_milli,
      scoreOf(fifth, lost).total_milli,
    ]).toEqual([100_000, 96_667, 98_000]);
  });
  test("both schemes over the same points, and the difference", () => {
    const both = [third, fifth].map(
      (scheme) =>
        scoreOf(scheme, {
          ...given,
          taken: [taken("safety-overdue", 5_000, "1"), taken("safety-overdue", 5_000, "2"), taken("order-parking", 5_000)],
        }).total_milli,
    );
    // 100 − 10/3 − 5/6 and 100 − 10/5 − 5/5.
    expect(both).toEqual([95_833, 97_000]);
  });
  test("a module falls to nothing and no further; a bonus has an end; a veto leaves no star", () => {
    const heavy = scoreOf(third, { ...given, taken: Array.from({ length: 9 }, (_, n) => taken("safety-major", 20_000, `${n}`)) });
    expect([heavy.modules[0]?.milli, heavy.total_milli]).toEqual([0, 66_667]);
    expect(scoreOf(third, { ...given, taken: [], bonus: Array.from({ length: 9 }, () => taken("bonus-iot", 3_000)) }).bonus_milli).toBe(
      15_000,
    );
    expect(scoreOf(third, { ...given, taken: [], vetoes: ["veto-fire"] })).toMatchObject({ stars: 0, failed: true, total_milli: 100_000 });
    expect(scoreOf(third, { ...given, taken: [], vetoes: ["veto-refusal"] })).toMatchObject({ stars: 0, failed: false });
  });
  test("what is missing for five stars: what brings most first, and no more than is needed", () => {
    const score = scoreOf(third, {
      ...given,
      taken: [taken("safety-exits", 10_000), taken("order-parking", 5_000), taken("service-public", 20_000)],
    });
    expect(score.total_milli).toBe(92_500);
    expect(missingFor(third, score, 5)).toEqual({
      ...{ short_milli: 2_500, reachable: true, vetoed: false },
      steps: [{ what: "safety-exits", item: "safety-exits", gain_milli: 3_333 }],
    });
    expect(missingFor(third, scoreOf(third, { ...given, taken: [] }), 5)).toMatchObject({ short_milli: 0, steps: [] });
    expect(missingFor(third, { ...score, vetoes: ["veto-fire"] }, 5)).toMatchObject({ reachable: false, vetoed: true });
  });
  test("town and sample: three fifths and two; too far apart, the sample holds", () => {
    expect([
      combine(third, 95_000, 90_000),
      combine(third, 95_000, 80_000),
      combine(third, null, 80_000),
      combine(third, null, null),
    ]).toEqual([
      { score_milli: 93_000, difference_milli: 5_000, disagree: false },
      { score_milli: 80_000, difference_milli: 15_000, disagree: true },
      { score_milli: 80_000, difference_milli: null, disagree: false },
      null,
    ]);
    expect([rounded(5n, 2n), rounded(-5n, 2n), rounded(7n, 3n)]).toEqual([3, -2, 2]);
  });
});
