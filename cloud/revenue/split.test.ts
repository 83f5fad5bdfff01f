// P 09.split: what comes in is what is divided and what is left, to the fen: any number of parties, tiers crossed within a month, the fund's minimum, the last fen.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fen, noMoney, sumFen } from "#protocols/vocabulary/money.ts";
import { counted, full } from "#test/promise.ts";
import { baseOf } from "./base.ts";
import { byArea } from "./households.ts";
import { complaintsOf, divide, largestRemainder, type SplitRule } from "./split.ts";
import { judgeVote, type VoteMatter, voteRuleOn } from "./vote-rules.ts";

const party = (id: string) => ({ id, zh: id, en: id });
const of = (party: string, numerator: number, denominator = 100) => ({ party, numerator, denominator });
const three: SplitRule = {
  parties: ["company", "community", "owners", "fund"].map(party),
  counted: "year",
  tiers: [
    { up_to_fen: 1_000_000, shares: [of("company", 50), of("community", 10), of("owners", 20), of("fund", 20)] },
    { up_to_fen: null, shares: [of("company", 1, 3), of("owners", 1, 3), of("fund", 1, 3)] },
  ],
  minimum: { party: "fund", share: { numerator: 1, denominator: 4 }, from: ["company", "owners"] },
  last_fen: "fund",
};
const parts = (rule: SplitRule, base: number, before = 0) =>
  Object.fromEntries(divide(rule, fen(base), fen(before)).parts.map(({ party: id, amount_fen }) => [id, amount_fen]));

describe("P 09.split by hand", () => {
  const simple: SplitRule = {
    parties: ["a", "b", "c"].map(party),
    counted: "month",
    tiers: [{ up_to_fen: null, shares: ["a", "b", "c"].map((id) => of(id, 1, 3)) }],
    last_fen: "c",
  };
  test.each<[string, SplitRule, number, number, Record<string, number>]>([
    ["the last fen to the one who is named", simple, 100, 0, { a: 33, b: 33, c: 34 }],
    ["two fen are left", simple, 101, 0, { a: 33, b: 33, c: 35 }],
    ["the largest remainders, the earlier party first", { ...simple, last_fen: largestRemainder }, 101, 0, { a: 34, b: 34, c: 33 }],
    ["one fen", { ...simple, last_fen: largestRemainder }, 1, 0, { a: 1, b: 0, c: 0 }],
    ["nothing", simple, 0, 0, { a: 0, b: 0, c: 0 }],
    // 600,000 in the first tier (50/10/20/20), 400,000 beyond it (a third each); the fund is above its quarter.
    ["a tier crossed within the month", three, 1_000_000, 400_000, { company: 433_333, community: 60_000, owners: 253_333, fund: 253_334 }],
    // 20 % of the first tier is below the quarter: the company gives the rest.
    ["the fund's minimum", three, 100_000, 0, { company: 45_000, community: 10_000, owners: 20_000, fund: 25_000 }],
    [
      "a minimum in yuan takes from the second when the first has no more",
      { ...three, minimum: { party: "fund", fen: 95_000, from: ["company", "owners"] } },
      100_000,
      0,
      { company: 0, community: 10_000, owners: 0, fund: 90_000 },
    ],
    [
      "a minimum above what there is",
      { ...three, minimum: { party: "fund", fen: 5_000, from: ["company", "owners", "community"] } },
      1_000,
      0,
      { company: 0, community: 0, owners: 0, fund: 1_000 },
    ],
  ])("%s", (_, rule, base, before, wanted) => expect(parts(rule, base, before)).toEqual(wanted));

  test.each<[string, Partial<SplitRule>, RegExp]>([
    ["shares that are not one", { tiers: [{ up_to_fen: null, shares: [of("company", 99)] }] }, /not one together/],
    ["a party that nobody knows", { tiers: [{ up_to_fen: null, shares: [of("x", 100)] }] }, /no such party: x/],
    ["a tier behind the endless one", { tiers: [...three.tiers].reverse() }, /only the last/],
    ["a minimum from itself", { minimum: { party: "fund", fen: 1, from: ["fund"] } }, /from itself/],
    ["a last fen for nobody", { last_fen: "nobody" }, /last_fen/],
    ["no tier", { tiers: [] }, /no tier/],
    ["more than all", { tiers: [{ up_to_fen: null, shares: [of("company", 150), of("fund", -50)] }] }, /no fraction/],
  ])("refused: %s", (_, wrong, words) => {
    expect(complaintsOf({ ...three, ...wrong }).join("\n")).toMatch(words);
    expect(() => divide({ ...three, ...wrong }, fen(100))).toThrow(RangeError);
  });
});

/** Any rule: up to six parties, up to four tiers, any denominators. */
const anyRule = fc.integer({ min: 1, max: 6 }).chain((n) => {
  const ids = Array.from({ length: n }, (_, at) => `p${at}`);
  const shares = fc.array(fc.integer({ min: 0, max: 997 }), { minLength: n, maxLength: n }).map((weights) => {
    const sum = weights.reduce((a, b) => a + b, 0);
    return sum === 0 ? [of("p0", 1, 1)] : ids.map((id, at) => of(id, weights[at] ?? 0, sum));
  });
  return fc
    .record({
      ends: fc.uniqueArray(fc.integer({ min: 1, max: 5_000_000 }), { maxLength: 3 }),
      tiers: fc.array(shares, { minLength: 4, maxLength: 4 }),
      last: fc.constantFrom(largestRemainder, ...ids),
      minimum: fc.record({ numerator: fc.integer({ min: 0, max: 100 }), fen: fc.integer({ min: 0, max: 100_000 }), on: fc.boolean() }),
    })
    .map(({ ends, tiers, last, minimum }): SplitRule => {
      const bounds = [...ends.sort((a, b) => a - b), null];
      return {
        parties: ids.map(party),
        counted: "year",
        tiers: bounds.map((up_to_fen, at) => ({ up_to_fen, shares: tiers[at] ?? [] })),
        last_fen: last,
        ...(minimum.on && n > 1
          ? { minimum: { party: "p0", share: { numerator: minimum.numerator, denominator: 100 }, fen: minimum.fen, from: ids.slice(1) } }
          : {}),
      };
    });
});

test("P 09.split: a year of months balances to the fen, whatever the rule, the losses and the order of deductions", (context) => {
  const found = { years: 0, months: 0, parties: 0, crossed: 0, topped: 0, losses: 0 };
  const month = fc.record({
    gross: fc.integer({ min: 0, max: 3_000_000 }),
    refunds: fc.integer({ min: 0, max: 200_000 }),
    fees: fc.integer({ min: 0, max: 20_000 }),
    power: fc.integer({ min: 0, max: 900_000 }),
  });
  fc.assert(
    fc.property(anyRule, fc.array(month, { minLength: 12, maxLength: 12 }), (rule, months) => {
      expect(complaintsOf(rule)).toEqual([]);
      let before = 0;
      let carried = noMoney;
      const received: number[] = [];
      let netted = 0;
      for (const { gross, refunds, fees, power } of months) {
        const order = [
          { kind: "refunds", how: "booked" },
          { kind: "channel-fees", how: "booked" },
          { kind: "tax", how: { numerator: 3, denominator: 100 } },
          { kind: "electricity", how: "booked" },
        ] as const;
        const takings = {
          gross_fen: fen(gross),
          booked: { refunds: fen(refunds), "channel-fees": fen(fees), electricity: fen(power) },
          carried_fen: carried,
        };
        const base = baseOf(order, takings);
        // Read down the page: each line is the one before it, less its amount.
        for (const [at, step] of base.steps.entries())
          if (at > 0) expect(step.left_fen).toBe((base.steps[at - 1]?.left_fen ?? 0) - step.amount_fen);
        const tax = base.steps.find(({ kind }) => kind === "tax")?.amount_fen ?? 0;
        netted += gross - refunds - fees - power - tax;
        const division = divide(rule, base.base_fen, fen(before));
        expect(sumFen(division.parts.map(({ amount_fen }) => amount_fen))).toBe(base.base_fen);
        expect(sumFen(division.slices.map(({ amount_fen }) => amount_fen))).toBe(base.base_fen);
        for (const { amount_fen } of division.parts) expect(amount_fen).toBeGreaterThanOrEqual(0);
        received.push(...division.parts.map(({ amount_fen }) => amount_fen));
        if (rule.minimum !== undefined) {
          const [{ amount_fen = noMoney } = {}] = division.parts;
          const wanted = Math.min(
            base.base_fen,
            Math.max(rule.minimum.fen ?? 0, Math.ceil((base.base_fen * (rule.minimum.share?.numerator ?? 0)) / 100)),
          );
          expect(amount_fen).toBeGreaterThanOrEqual(wanted);
        }
        before += base.base_fen;
        carried = base.carried_fen;
        found.months += 1;
        if (division.slices.length > 1) found.crossed += 1;
        if (division.topped_up.length > 0) found.topped += 1;
        if (carried < 0) found.losses += 1;
      }
      // What came in, less what went off it, is what the parties got and what is carried.
      expect(received.reduce((a, b) => a + b, 0) + carried).toBe(netted);
      expect(before + carried).toBe(netted);
      found.years += 1;
      found.parties = Math.max(found.parties, rule.parties.length);
    }),
    { numRuns: full ? 3_000 : 200 },
  );
  counted(context, found);
});

test("a booked deduction without a place in the contract's order is refused, not lost", () => {
  const takings = { gross_fen: fen(100), booked: { electricity: fen(5) }, carried_fen: noMoney };
  expect(() => baseOf([{ kind: "refunds", how: "booked" }], takings)).toThrow(/electricity of 5 fen/);
});

test("P 09.split: by household over floor areas, to the fen, in any order", (context) => {
  let households = 0;
  fc.assert(
    fc.property(
      fc.integer({ min: -50_000_000, max: 50_000_000 }),
      fc.array(fc.integer({ min: 1, max: 400_000 }), { minLength: 1, maxLength: 60 }),
      fc.integer(),
      (amount, areas, seed) => {
        const all = areas.map((area_milli, at) => ({ id: `${String(at).padStart(3, "0")}`, area_milli }));
        const parts = byArea(fen(amount), all);
        expect(sumFen(parts.map(({ amount_fen }) => amount_fen)) === amount).toBe(true);
        const shuffled = [...all].sort((a, b) => ((Number(a.id) * 7919 + seed) % 101) - ((Number(b.id) * 7919 + seed) % 101));
        const again = new Map(byArea(fen(amount), shuffled).map(({ id, amount_fen }) => [id, amount_fen]));
        const total = areas.reduce((a, b) => a + b, 0);
        for (const { id, amount_fen } of parts) {
          expect(again.get(id)).toBe(amount_fen);
          const area = all.find((one) => one.id === id)?.area_milli ?? 0;
          expect(Math.abs(amount_fen - (amount * area) / total)).toBeLessThan(1 + 1e-6);
        }
        households += all.length;
      },
    ),
    { numRuns: 200 },
  );
  expect(() => byArea(fen(1), [])).toThrow(RangeError);
  expect(() => byArea(fen(1), [{ id: "a", area_milli: 0 }])).toThrow(/no floor area/);
  expect(() =>
    byArea(fen(1), [
      { id: "a", area_milli: 1 },
      { id: "a", area_milli: 2 },
    ]),
  ).toThrow(/twice/);
  counted(context, { households });
});

test.each([
  // Ordinary: more than half of those who take part, two thirds taking part. Special: three quarters of them, and three quarters are three quarters.
  ["2026-11-25 raise-fund", 90, 60_000, 60, 40_000, 45, 30_000, []],
  ["2026-11-25 raise-fund", 90, 60_000, 60, 40_000, 44, 30_000, ["majority-heads"]],
  ["2026-11-25 raise-fund", 90, 60_000, 61, 40_000, 45, 30_000, ["majority-heads"]],
  ["2026-11-25 common-parts", 90, 60_000, 60, 40_000, 45, 29_999, ["majority-areas"]],
  ["2026-11-25 common-parts", 90, 60_000, 59, 39_999, 59, 39_999, ["quorum-heads", "quorum-areas"]],
  ["2026-11-25 rebuild", 90, 60_000, 90, 60_000, 67, 45_000, ["majority-heads"]],
  ["2026-11-25 use-fund", 90, 60_000, 60, 40_000, 31, 20_001, []],
  ["2026-11-25 company", 90, 60_000, 60, 40_000, 30, 20_001, ["majority-heads"]],
  ["2020-12-31 raise-fund", 90, 60_000, 60, 40_000, 60, 39_999, ["majority-areas"]],
  ["2020-12-31 company", 90, 60_000, 50, 40_000, 46, 30_001, []],
  ["2020-12-31 company", 90, 60_000, 50, 40_000, 45, 30_001, ["majority-heads"]],
  ["2026-11-25", 90, 60_000, 70, 50_000, 36, 26_000, []],
  ["2026-11-25", 90, 60_000, 70, 50_000, 35, 26_000, ["majority-heads"]],
  ["2026-11-25", 90, 60_000, 59, 50_000, 40, 26_000, ["quorum-heads"]],
  ["2026-11-25", 90, 60_000, 60, 40_000, 40, 20_000, ["majority-areas"]],
  ["2026-11-25", 90, 60_000, 60, 39_999, 40, 26_000, ["quorum-areas"]],
  ["2018-05-01", 90, 60_000, 60, 40_000, 60, 40_000, []],
  ["2018-05-01", 90, 60_000, 60, 40_000, 59, 40_000, ["majority-heads"]],
] as const)(
  "a vote on %s of %d heads and %d m²: %j falls short",
  (when, heads, areas, taking, areaTaking, agreeing, areaAgreeing, short) => {
    const [day = "", matter] = when.split(" ") as [string, VoteMatter?];
    const rule = voteRuleOn(day, matter);
    if (rule === undefined) throw new Error("no rule");
    const votes = {
      all: { heads, areas_milli: areas },
      taking_part: { heads: taking, areas_milli: areaTaking },
      agreeing: { heads: agreeing, areas_milli: areaAgreeing },
    };
    expect(judgeVote(rule, votes)).toEqual({ passed: short.length === 0, short: [...short] });
  },
);
