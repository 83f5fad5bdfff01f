// The ledger's figures: counted by the database, and held against a count row by row.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { dayOf, dayText, startOf } from "#cloud/calendar/calendar.ts";
import { everywhere } from "#cloud/identity/scope.ts";
import { openTestCloud, type TestCloud } from "#cloud/ingest/room-for-tests.ts";
import type { Row } from "#cloud/store/schema.ts";
import { type HazardState, hazardStates } from "#protocols/api/hazards.ts";
import type { LedgerFigures } from "#protocols/api/ledger-figures.ts";
import { dayMs } from "#protocols/vocabulary/time.ts";
import { figuresOf, weeksShown } from "./figures.ts";
import { beginHazard } from "./steps.ts";
import { overdueDays } from "./workflow.ts";

type Counted = Pick<Row<"hazard">, "site" | "compound" | "state" | "found_at" | "closed_at" | "deadline" | "listed">;
const now = 1_795_000_000_000;
const row = (state: string, deadline: number | null, given: Partial<Counted> = {}): Counted => ({
  ...{ site: "a", compound: "甲", state, found_at: now - 20 * dayMs, closed_at: null, deadline, listed: 0 },
  ...given,
});

/** One row after another: what the words mean. */
function byHand(rows: readonly Counted[], near_days: number): LedgerFigures {
  const open = ({ state }: Counted): boolean => state !== "已销号";
  const late = (one: Counted): number => overdueDays({ state: one.state as HazardState, deadline: one.deadline }, now);
  const before = now - 7 * dayMs;
  const days = rows.map(late).filter((n) => n > 0);
  const between = (from: number, to: number): number => days.filter((n) => n >= from && n <= to).length;
  const last = startOf(dayOf(now) + 1);
  return {
    ...{ total: rows.length, closed: rows.filter((one) => !open(one)).length, overdue: days.length },
    overdue_before: rows.filter(
      ({ found_at, deadline, closed_at }) =>
        found_at < before && deadline !== null && deadline < before && (closed_at === null || closed_at >= before),
    ).length,
    near: rows.filter((one) => open(one) && one.deadline !== null && one.deadline >= now && one.deadline < now + near_days * dayMs).length,
    to_inspect: rows.filter(({ state }) => state === "待复查").length,
    listed: rows.filter(({ listed }) => listed === 1).length,
    compounds: [...new Set(rows.map(({ site }) => site))].sort().map((site) => {
      const mine = rows.filter((one) => one.site === site);
      const states = hazardStates.map((state) => [state, mine.filter((one) => one.state === state).length] as const);
      return {
        ...{ site, compound: mine[0]?.compound ?? site, overdue: mine.filter((one) => late(one) > 0).length },
        states: Object.fromEntries(states) as Record<HazardState, number>,
      };
    }),
    weeks: Array.from({ length: weeksShown }, (_, at) => {
      const to = last - (weeksShown - 1 - at) * 7 * dayMs;
      const closed = rows.filter(({ closed_at }) => closed_at !== null && closed_at < to).length;
      return { to: dayText(dayOf(to - 1)), found: rows.filter(({ found_at }) => found_at < to).length, closed };
    }),
    ageing: [between(1, 3), between(4, 7), between(8, 15), between(16, Number.MAX_SAFE_INTEGER)],
  };
}

let cloud: TestCloud;
beforeAll(async () => {
  cloud = await openTestCloud();
});
afterAll(() => cloud?.close());

let n = 0;
async function figures(rows: readonly Counted[]): Promise<LedgerFigures> {
  await cloud.reset();
  await cloud.store.change(async (change) => {
    for (const one of rows) {
      n += 1;
      const beginning = { id: `H-${n}`, place: "某处", category: "其他", zh: "某事", en: "something", source: "双随机", ...one };
      await beginHazard(change, beginning, { at: now, person: null, action: "found", note: "发现" });
    }
  });
  return figuresOf(cloud.store.read, { scope: everywhere, now, near_days: 3 });
}

describe("the ledger's figures", () => {
  test("what is overdue, how long, and how many were a week ago; begun days count", async () => {
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
    const counted = await figures(rows);
    expect(counted).toMatchObject({ total: 9, closed: 2, overdue: 5, overdue_before: 3, near: 1, to_inspect: 1, listed: 1 });
    expect(counted.ageing).toEqual([2, 1, 1, 1]);
    expect(counted.compounds.map(({ site, compound, overdue }) => [site, compound, overdue])).toEqual([
      ["a", "甲", 4],
      ["b", "乙", 1],
    ]);
    expect(counted.weeks).toHaveLength(13);
    expect(counted.weeks.at(-1)).toMatchObject({ found: 9, closed: 2 });
    expect(counted.weeks.at(0)).toMatchObject({ found: 0, closed: 0 });
    expect(counted).toEqual(byHand(rows, 3));
  });

  test("any ledger is counted as by hand: every boundary of a day and of a week, to the millisecond", async () => {
    const last = startOf(dayOf(now) + 1);
    const edges = [0, 1, 3, 4, 7, 8, 15, 16].flatMap((days) => [-1, 0, 1].map((ms) => now - days * dayMs + ms));
    const weeks = [0, 1, 2, 12, 13, 14].flatMap((ago) => [-1, 0, 1].map((ms) => Math.min(now, last - ago * 7 * dayMs + ms)));
    const rows = edges.flatMap((deadline, at) =>
      hazardStates.map((state, k) =>
        row(state, deadline, {
          ...{ site: `s${(at * 5 + k) % 4}`, compound: `小区 ${(at * 5 + k) % 4}`, listed: (at + k) % 7 === 0 ? 1 : 0 },
          ...{ found_at: weeks[(at + k) % weeks.length] ?? now },
          closed_at: state === "已销号" ? (weeks[(at * 3 + k) % weeks.length] ?? now) : null,
        }),
      ),
    );
    expect(await figures(rows)).toEqual(byHand(rows, 3));
  });

  test("an empty ledger has noughts, not gaps; another compound's hazards are in nobody else's figures", async () => {
    expect(await figures([])).toMatchObject({ total: 0, overdue: 0, compounds: [], ageing: [0, 0, 0, 0] });
    await figures([row("整改中", now - 1), row("整改中", now - 1, { site: "b", compound: "乙" })]);
    const mine = await figuresOf(cloud.store.read, { scope: { all: false, sites: ["b"] }, now, near_days: 3 });
    expect([mine.total, mine.overdue, mine.compounds.map(({ site }) => site)]).toEqual([1, 1, ["b"]]);
  });
});
