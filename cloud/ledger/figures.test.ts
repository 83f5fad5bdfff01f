// The ledger's figures, counted by hand.
import { expect, test } from "vitest";
import { dayMs } from "#protocols/vocabulary/time.ts";
import { type Counted, figuresOf } from "./figures.ts";

const now = 1_795_000_000_000;
const row = (state: string, deadline: number | null, given: Partial<Counted> = {}): Counted => ({
  ...{ site: "a", compound: "甲", state, found_at: now - 20 * dayMs, closed_at: null, deadline, listed: 0, pending: null },
  ...given,
});

test("what is overdue, how long, and how many were a week ago; begun days count", () => {
  const rows = [
    row("整改中", now - 1),
    row("整改中", now - 3 * dayMs + 1),
    row("待复查", now - 3 * dayMs - 1, { site: "b", compound: "乙" }),
    row("整改中", now - 8 * dayMs, { listed: 1 }),
    row("待签收", now - 30 * dayMs),
    row("整改中", now + 2 * dayMs),
    row("待派单", null),
    row("已销号", now - 9 * dayMs, { closed_at: now - 2 * dayMs }),
    row("已销号", now - 9 * dayMs, { closed_at: now - 12 * dayMs }),
  ];
  const figures = figuresOf(rows, now, 3);
  expect(figures).toMatchObject({
    total: 9,
    closed: 2,
    overdue: 5,
    overdue_before: 3,
    near: 1,
    to_inspect: 1,
    listed: 1,
    ageing: [2, 1, 1, 1],
  });
  expect(figures.compounds.map(({ site, overdue }) => [site, overdue])).toEqual([
    ["a", 4],
    ["b", 1],
  ]);
  expect(figures.weeks).toHaveLength(13);
  expect(figures.weeks.at(-1)).toMatchObject({ found: 9, closed: 2 });
  expect(figures.weeks.at(0)).toMatchObject({ found: 0, closed: 0 });
});

test("an empty ledger has noughts, not gaps", () => {
  expect(figuresOf([], now, 3)).toMatchObject({ total: 0, overdue: 0, compounds: [], ageing: [0, 0, 0, 0] });
});
