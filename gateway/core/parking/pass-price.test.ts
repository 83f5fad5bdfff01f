// Prices and ends of passes, as tables that read down the page; and what random dates must never break.
import fc from "fast-check";
import { expect, test } from "vitest";
import { fen } from "#protocols/vocabulary/money.ts";
import { dayMs, fromCivil, fromRfc3339, type Wall, wall } from "#protocols/vocabulary/time.ts";
import {
  dayBegins,
  lastDay,
  monthsOn,
  type PriceRow,
  passState,
  passWords,
  pricePass,
  refundOf,
  renewsFrom,
  rowFor,
  type Term,
} from "./pass-price.ts";

const day = (text: string): Wall => fromRfc3339(`${text}T00:00`) as Wall;
const row: PriceRow = { row: "first", zh: "首车", en: "first car", nth: 1, month_fen: 30_000 };
const rows: PriceRow[] = [
  row,
  { ...row, row: "second", nth: 2, month_fen: 45_000 },
  { ...row, row: "third", nth: 3, month_fen: 60_000 },
  { ...row, row: "below", area: "underground", month_fen: 35_000 },
  { ...row, row: "owned", area: "underground", space: "owned", month_fen: 8_000 },
];

test.each<[string, Parameters<typeof rowFor>[1], string | undefined]>([
  ["a first car", { nth: 1 }, "first"],
  ["a second", { nth: 2 }, "second"],
  ["a fifth is as dear as a third", { nth: 5 }, "third"],
  ["below ground", { nth: 1, area: "underground" }, "below"],
  ["on one's own place", { nth: 1, area: "underground", space: "owned" }, "owned"],
  ["above ground on one's own place: no such row, so the first car's", { nth: 1, space: "owned" }, "first"],
])("%s", (_, wanted, found) => {
  expect(rowFor(rows, wanted)?.row).toBe(found);
});

test.each<[string, string, Term, string, number[]]>([
  ["a month by date", "2026-01-15", { by: "date", months: 1 }, "2026-02-14", [30_000]],
  ["from the last day of January", "2026-01-31", { by: "date", months: 1 }, "2026-02-27", [30_000]],
  ["three from there: not the 28th for ever", "2026-01-31", { by: "date", months: 3 }, "2026-04-29", [90_000]],
  ["a leap year's February", "2028-01-30", { by: "date", months: 1 }, "2028-02-28", [30_000]],
  ["over the year's end", "2026-12-05", { by: "date", months: 2 }, "2027-02-04", [60_000]],
  ["this calendar month, from the first", "2026-11-01", { by: "calendar", months: 1 }, "2026-11-30", [30_000]],
  ["what is left of this month", "2026-11-26", { by: "calendar", months: 1 }, "2026-11-30", [5_000]],
  ["and two whole ones", "2026-11-26", { by: "calendar", months: 3 }, "2027-01-31", [5_000, 60_000]],
  ["up to a day, within a month", "2026-11-10", { by: "day", until: day("2026-11-12") }, "2026-11-12", [3_000]],
  [
    "a month and some days, over the month's end",
    "2026-11-10",
    { by: "day", until: day("2027-01-02") },
    "2027-01-02",
    [30_000, 21_290, 1_935],
  ],
  ["one day of 31", "2026-12-31", { by: "day", until: day("2026-12-31") }, "2026-12-31", [968]],
])("%s", (_, from, term, last, amounts) => {
  const priced = pricePass(row, wall(day(from) + 15 * 3_600_000), term);
  expect([lastDay(priced.period), priced.lines.map(({ amount }) => amount)]).toEqual([last, amounts]);
  expect(priced.total).toBe(amounts.reduce((sum, one) => sum + one, 0));
});

test.each<[string, string, number, number]>([
  ["before it has begun: all of it", "2026-10-20", 30, 30_000],
  ["at noon of its first day: that day is used", "2026-11-01T12:00", 29, 29_000],
  ["at the midnight before its 11th day", "2026-11-11", 20, 20_000],
  ["on its last evening: nothing", "2026-11-30T20:00", 0, 0],
  ["after it", "2026-12-24", 0, 0],
])("given back %s", (_, at, days, amount) => {
  const period = { from: day("2026-11-01"), until: day("2026-12-01") };
  const ends = fromRfc3339(at.includes("T") ? at : `${at}T00:00`) as Wall;
  expect(refundOf(period, fen(30_000), ends)).toMatchObject({ days, amount });
});

test.each<[string, string, string | null]>([
  ["weeks before", "2026-11-01T09:00", "月租车"],
  ["three days, today among them", "2026-11-28T00:00", "剩余 3 天"],
  ["the last second of the last day", "2026-11-30T23:59:59", "月租 今日到期"],
  ["a moment later, in its grace", "2026-12-01T00:00", "已过期 宽限 2 天"],
  ["the grace's last day", "2026-12-02T23:59:59", "已过期 宽限 1 天"],
  ["after it", "2026-12-03T00:00", "已过期，按临停"],
  ["long after it", "2027-03-03T00:00", null],
])("%s the display says %j", (_, at, line) => {
  const period = { from: day("2026-11-01"), until: day("2026-12-01") };
  expect(passWords(passState(period, fromRfc3339(at) as Wall, 2))?.line ?? null).toBe(line);
});

test("renewed in time or in its grace it goes on where it ended; later it begins today", () => {
  const until = day("2026-12-01");
  expect(renewsFrom(until, day("2026-11-20"), 2)).toBe(until);
  expect(renewsFrom(until, wall(day("2026-12-03") + 1), 2)).toBe(until);
  expect(renewsFrom(until, wall(day("2026-12-04") + 1), 2)).toBe(day("2026-12-04"));
});

test("any dates: periods join without gap or overlap, money is whole, and what is given back and what was used is what was paid", () => {
  const start = fromCivil({ year: 2024, month: 1, day: 1 });
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 3_000 }),
      fc.integer({ min: 1, max: 24 }),
      fc.integer({ min: 0, max: 800 }),
      fc.integer({ min: 1, max: 999_999 }),
      (offset, months, into, month_fen) => {
        const from = wall(start + offset * dayMs);
        const dated = pricePass({ ...row, month_fen }, from, { by: "date", months });
        expect(dated.total).toBe(months * month_fen);
        expect(dayBegins(dated.period.until)).toBe(dated.period.until);
        expect(monthsOn(from, months + 1)).toBeGreaterThan(dated.period.until);
        const calendar = pricePass({ ...row, month_fen }, from, { by: "calendar", months });
        expect(calendar.total).toBeLessThanOrEqual(months * month_fen);
        const back = refundOf(dated.period, dated.total, wall(from + into * dayMs));
        expect(back.amount).toBeGreaterThanOrEqual(0);
        expect(back.amount).toBeLessThanOrEqual(dated.total);
        expect(back.until + back.days * dayMs).toBe(dated.period.until);
        const byDay = pricePass({ ...row, month_fen }, from, { by: "day", until: wall(dated.period.until - dayMs) });
        expect(byDay.total).toBe(dated.total);
      },
    ),
    { numRuns: 300 },
  );
});
