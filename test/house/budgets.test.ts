// What fails a run by its time: a suite over its budget in a whole plain run, and one that has no budget in any.
import { expect, test } from "vitest";
import { budgets, suiteOf } from "../budgets.ts";
import { isOver } from "../reporter.ts";

test("a budget is of the whole plain run alone; a suite without one is never passed over", () => {
  const budget = budgets[suiteOf("cloud/ledger/scale.test.ts")];
  expect(budget).toBeGreaterThan(0);
  const rows = [
    [budget, 611, true],
    [budget, 611, false],
    [budget, 1, true],
    [undefined, 1, true],
    [undefined, 1, false],
  ] as const;
  expect(rows.map(([of, used, whole]) => isOver(of, used, whole))).toEqual([true, false, false, true, true]);
});
