// What the page shows of a vote, held against the cloud's own judgement; and what was typed: exact, and wrong at the field where it is wrong.
import { expect, test } from "vitest";
import { judgeVote, voteMatterNames, voteRuleOn } from "#cloud/revenue/vote-rules.ts";
import type { Vote } from "../data/votes-api.ts";
import { votesZh } from "../words/votes-zh.ts";
import { askedOf, ballotsOf, decimalOf, percent, refusedFields, replaceable, squareMetres, type Typed, wrongOf } from "./ballot.ts";

const judged = (matter: (typeof voteMatterNames)[number], day: string, [all, part, agree]: readonly [number, number, number]) => {
  const rule = voteRuleOn(day, matter);
  if (rule === undefined) throw new Error("no rule");
  const count = (heads: number) => ({ heads, areas_milli: heads * 91_250 });
  const { short } = judgeVote(rule, { all: count(all), taking_part: count(part), agreeing: count(agree) });
  return {
    ...{ rule, short, all_heads: all, all_areas_milli: all * 91_250, part_heads: part, part_areas_milli: part * 91_250 },
    ...{ agree_heads: agree, agree_areas_milli: agree * 91_250 },
  };
};

test.each([
  ["use-fund", "2026-11-01", [640, 471, 402]],
  ["use-fund", "2026-11-01", [90, 60, 30]],
  ["use-fund", "2026-11-01", [90, 59, 59]],
  ["raise-fund", "2026-11-01", [90, 60, 44]],
  ["raise-fund", "2026-11-01", [90, 60, 45]],
  ["use-fund", "2019-05-01", [90, 60, 59]],
  ["use-fund", "2019-05-01", [90, 60, 60]],
] as const)(
  "of %s on %s with %j every condition stands with its numbers, and is reached exactly where part × denominator says so",
  (matter, day, counts) => {
    for (const { quorum, majority } of ballotsOf(judged(matter, day, counts)))
      for (const { part, whole, wanted, strict, reached } of [quorum, majority]) {
        const [left, right] = [part * wanted.denominator, whole * wanted.numerator];
        expect(reached).toBe(strict ? left > right : left >= right);
      }
  },
);

test("every matter has its words; shares are rounded down; square metres keep their places", () => {
  for (const matter of voteMatterNames) expect(votesZh.matters[matter]).toBeTruthy();
  expect([percent(40_000_000, 60_000_000), percent(20_000_000, 40_000_000), percent(19_999_999, 40_000_000), percent(0, 0)]).toEqual([
    ...["66.66%", "50.00%", "49.99%", "—"],
  ]);
  expect([squareMetres(60_315_000), squareMetres(1_500), squareMetres(7), squareMetres(0)]).toEqual(["60\u202f315", "1.5", "0.007", "0"]);
});

test.each([
  ["82000", 3, 82_000_000],
  ["82,000.5", 3, 82_000_500],
  [" 0.007 ", 3, 7],
  ["8２", 3, undefined],
  ["1.2345", 3, undefined],
  ["640.5", 0, undefined],
  ["-1", 0, undefined],
  ["", 0, undefined],
  ["20000.10", 2, 2_000_010],
  ["1e5", 2, undefined],
  ["999999999999999", 3, undefined],
])("%j to %d places is %s", (typed, places, wanted) => {
  expect(decimalOf(typed, places)).toBe(wanted);
});

const typed: Typed = {
  ...{ matter: "use-fund", day: "2026-11-20", number: " 业主大会 1 号 ", subject: "换泵", amount: "20000", replaces: "" },
  ...{ all_heads: "640", part_heads: "471", agree_heads: "402", all_areas: "82000", part_areas: "60315.5", agree_areas: "52480" },
};
const money = { money: true };
test.each([
  [{}, {}],
  [
    { number: " ", subject: "", day: "" },
    { number: "needed", subject: "needed", day: "needed" },
  ],
  [{ amount: "" }, { amount: "needed" }],
  [{ amount: "0" }, { amount: "none" }],
  [{ amount: "1.005" }, { amount: "places" }],
  [{ part_heads: "641" }, { part_heads: "over-all" }],
  [{ agree_areas: "60315.501" }, { agree_areas: "over-part" }],
  [{ all_heads: "0" }, { all_heads: "none", part_heads: "over-all" }],
  [{ agree_heads: "40.2" }, { agree_heads: "number" }],
  [{ part_areas: "many" }, { part_areas: "places" }],
] as const)("typed %j is wrong at %j", (given, wrong) => {
  expect(wrongOf({ ...typed, ...given }, money)).toEqual(wrong);
});

test("what is sent is what was typed, exactly; of a matter without money no amount", () => {
  expect(askedOf("jinxiu", typed, money)).toEqual({
    ...{ site: "jinxiu", number: "业主大会 1 号", subject: "换泵", matter: "use-fund", day: "2026-11-20", amount_fen: 2_000_000 },
    all: { heads: 640, areas_milli: 82_000_000 },
    taking_part: { heads: 471, areas_milli: 60_315_500 },
    agreeing: { heads: 402, areas_milli: 52_480_000 },
  });
  const company = askedOf("jinxiu", { ...typed, matter: "company", replaces: "一" }, { money: false });
  expect([Object.hasOwn(company, "amount_fen"), company.replaces]).toEqual([false, "一"]);
  expect(wrongOf({ ...typed, amount: "" }, { money: false })).toEqual({});
});

test("a refusal stands at its field: by its name, or by the pointer of what was asked", () => {
  const problem = { title: "不能登记", detail: "" };
  expect(refusedFields({ ...problem, type: "urn:cuobian:problem:known", detail: "已登记" })).toEqual({ number: "已登记" });
  expect(refusedFields({ ...problem, type: "urn:cuobian:problem:no-day" })).toEqual({ day: "不能登记" });
  const errors = [{ pointer: "/body/taking_part/areas_milli", detail: "must be integer" }];
  expect(refusedFields({ ...problem, type: "urn:cuobian:problem:invalid", errors })).toEqual({ part_areas: "must be integer" });
  expect(refusedFields({ ...problem, type: "unreachable" })).toEqual({});
});

test("what was spent under, or was replaced, is not replaced again", () => {
  const vote = (number: string, given: Partial<Vote>) => ({ number, replaced_by: null, spent_fen: 0, ...given }) as Vote;
  expect(replaceable([vote("a", {}), vote("b", { spent_fen: 1 }), vote("c", { replaced_by: "d" })]).map(({ number }) => number)).toEqual([
    "a",
  ]);
});
