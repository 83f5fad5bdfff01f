// Two versions side by side: every column of lines sums to its score to the thousandth, whoever wrote what; one third is one third; ranks are shared; what is not assessed has no score.
import { expect, test } from "vitest";
import type { ComparedScores } from "#protocols/api/comparison.ts";
import { readWorkbook } from "#protocols/excel/workbook.ts";
import { writeWorkbook } from "#protocols/excel/write.ts";
import { counted } from "#test/promise.ts";
import type { Assessed } from "./assess.ts";
import { compareSchemes } from "./compare.ts";
import { comparedTables } from "./compare-table.ts";
import { combine, type Scheme, type Score, scoreOf, type Taken } from "./scheme.ts";
import { usualSchemes } from "./usual-schemes.ts";

const [third, fifth] = usualSchemes as [Scheme, Scheme];

interface Seen {
  readonly site: string;
  readonly ledger?: readonly Taken[];
  readonly town?: readonly Taken[];
  readonly department?: readonly Taken[];
}
const taken = (source: Taken["source"], item: string, times = 1): Taken[] => {
  const milli =
    third.modules.flatMap(({ items }) => items).find(({ id }) => id === item)?.milli ??
    third.bonus.find(({ id }) => id === item)?.milli ??
    0;
  return Array.from({ length: times }, (_, n) => ({ id: `${source}-${item}-${n}`, source, item, milli }));
};
/** As `assess` does it, of what was seen. */
const assessed = (scheme: Scheme, { site, ledger = [], town, department }: Seen): Assessed => {
  const all = [...(town ?? []), ...(department ?? [])];
  const bonus = all.filter(({ item }) => scheme.bonus.some(({ id }) => id === item));
  const score = (said: readonly Taken[] | undefined): Score | null =>
    said === undefined ? null : scoreOf(scheme, { taken: [...ledger, ...said], bonus, vetoes: all.map(({ item }) => item) });
  const [of_town, of_department] = [score(town), score(department)];
  const combined = combine(scheme, of_town?.total_milli ?? null, of_department?.total_milli ?? null);
  const stars = scheme.stars.find(({ from_milli }) => (combined?.score_milli ?? -1) >= from_milli)?.stars ?? 0;
  return { site, town: of_town, department: of_department, combined, stars, failed: false, missing: null };
};
const compared = (a: Scheme, b: Scheme, seen: readonly Seen[]): ComparedScores[] =>
  compareSchemes({ scheme: a, all: seen.map((one) => assessed(a, one)) }, { scheme: b, all: seen.map((one) => assessed(b, one)) });
const sums = ({ lines }: ComparedScores): readonly number[] =>
  (["a_milli", "b_milli", "difference_milli"] as const).map((of) => lines.reduce((sum, line) => sum + line[of], 0));

test("a third is a third: ten points of safety cost 3.333 of a hundred by the new version and 2 by the old, and the line says which rows", () => {
  const [one] = compared(fifth, third, [{ site: "a", town: taken("town", "safety-exits") }]);
  expect([one?.a?.score_milli, one?.b?.score_milli, one?.difference_milli]).toEqual([98_000, 96_667, -1_333]);
  expect(one?.lines.map(({ kind, item, a_milli, b_milli, difference_milli }) => [kind, item, a_milli, b_milli, difference_milli])).toEqual([
    ["base", null, 100_000, 100_000, 0],
    ["item", "safety-exits", -2_000, -3_333, -1_333],
  ]);
  expect(one?.lines[1]).toMatchObject({
    ...{ module: "safety", share_a: { numerator: 1, denominator: 5 }, share_b: { numerator: 1, denominator: 3 } },
    rows: [{ id: "town-safety-exits-0", source: "town", milli: 10_000 }],
  });
});

test("whatever was written, each column of lines is its score and the third their difference; no two lines are of one item", (context) => {
  const items = third.modules.flatMap((module) => module.items.map(({ id }) => id));
  let [state, lines, rounded] = [7, 0, 0];
  const next = (most: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return state % most;
  };
  const some = (source: Taken["source"]): Taken[] => items.flatMap((item) => (next(3) === 0 ? taken(source, item, next(14)) : []));
  const odd: Scheme = { ...fifth, town_share: { numerator: 3, denominator: 7 }, bonus_cap_milli: 2_000, disagreement_milli: 3_000 };
  for (let round = 0; round < 300; round += 1) {
    const ledger = some("ledger");
    const seen: Seen = {
      ...{ site: "a", ledger },
      ...(next(4) === 0 ? {} : { town: [...some("town"), ...taken("town", "bonus-iot", next(3))] }),
      ...(next(2) === 0 ? {} : { department: some("department") }),
    };
    const [one] = compared(round % 2 === 0 ? fifth : odd, third, [seen]);
    if (one?.a == null || one.b === null) {
      expect([one?.a, one?.b, one?.difference_milli, one?.lines]).toEqual([null, null, null, []]);
      continue;
    }
    expect(sums(one)).toEqual([one.a.score_milli, one.b.score_milli, one.difference_milli]);
    const named = one.lines.flatMap(({ item }) => (item === null ? [] : [item]));
    expect(new Set(named).size).toBe(named.length);
    // A row is shown once, though town and department both count what the ledger says.
    for (const line of one.lines) expect(new Set(line.rows.map(({ id }) => id)).size).toBe(line.rows.length);
    const rest = one.lines.find(({ kind }) => kind === "rounding");
    expect(Math.abs(rest?.a_milli ?? 0) + Math.abs(rest?.b_milli ?? 0)).toBeLessThan(60);
    lines += one.lines.length;
    rounded += rest === undefined ? 0 : 1;
  }
  counted(context, { rounds: 300, lines, "with a line of rounding": rounded });
});

test("too far apart by one version only: there the department's word holds, and the lines follow it", () => {
  // Twelve points of a module apart: 4 of the whole by the third, 2.4 by the fifth.
  const narrow = (scheme: Scheme): Scheme => ({ ...scheme, disagreement_milli: 3_000 });
  const seen = { site: "a", town: [], department: taken("department", "safety-exits") };
  const [one] = compared(narrow(fifth), narrow(third), [seen]);
  expect([one?.a?.disagree, one?.b?.disagree]).toEqual([false, true]);
  // Two fifths of the sample's word; the whole of it.
  expect([one?.a?.score_milli, one?.b?.score_milli]).toEqual([99_200, 96_667]);
  expect(one?.lines.find(({ item }) => item === "safety-exits")).toMatchObject({ a_milli: -800, b_milli: -3_333 });
});

test("ranks: equal scores share one, who was not assessed has none, and the order may turn with the version", () => {
  const seen: Seen[] = [
    { site: "safe", town: taken("town", "order-parking", 3) },
    { site: "dangerous", town: taken("town", "safety-charging", 2) },
    { site: "alike", town: taken("town", "safety-exits", 2) },
    { site: "unseen" },
  ];
  const all = compared(fifth, third, seen);
  // 15 of order against 20 of safety: by fifths 3 and 4, by the new shares 2.5 and 6.667.
  expect(all.map(({ site, a, b }) => [site, a?.rank ?? null, b?.rank ?? null])).toEqual([
    ["safe", 1, 1],
    ["dangerous", 2, 2],
    ["alike", 2, 2],
    ["unseen", null, null],
  ]);
  const turned = compared(fifth, third, [
    { site: "order", town: taken("town", "order-parking", 5) },
    { site: "safety", town: taken("town", "safety-exits", 2) },
  ]);
  expect(turned.map(({ a, b }) => [a?.rank, b?.rank])).toEqual([
    [2, 1],
    [1, 2],
  ]);
});

test("as a workbook and as CSV: thousandths stand as numbers, and coverage is said", () => {
  const compounds = compared(fifth, third, [{ site: "a", town: taken("town", "safety-exits") }, { site: "b" }]).map((one) => ({
    ...one,
    name: `小区 ${one.site}`,
  }));
  const told = { period: "2026-Q4", a: fifth.zh, b: third.zh, covered: 1, compounds, person: "某", made: "2026-11-27 09:30" };
  const tables = comparedTables(told);
  const [sheet, lines] = readWorkbook(writeWorkbook(tables));
  const rows = [...(sheet?.rows ?? [])].map(({ cells }) => cells);
  expect(JSON.stringify(rows)).toContain("已考评 1 / 2 个小区，不是全覆盖");
  expect(JSON.stringify(rows)).toMatch(/96\.667/);
  expect(JSON.stringify([...(lines?.rows ?? [])])).toContain("镇街打分 town-safety-exits-0");
});
