// P 09.clocks: working days over Spring Festival, Labour Day and National Day of four published years, counted by a second, naive way too; and where a year is not published.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { dayMs, fromRfc3339, toRfc3339, wall } from "#protocols/vocabulary/time.ts";
import { counted } from "#test/promise.ts";
import { complaintsOf, dayFrom, dayOf, dayText, openCalendar, startOf } from "./calendar.ts";
import { publishedYears } from "./years.ts";

const calendar = openCalendar();
const at = (text: string): number => fromRfc3339(text.includes("T") ? `${text}+08:00` : `${text}T10:00:00+08:00`) ?? Number.NaN;
const text = ({ at: moment, provisional }: { at: number; provisional: boolean }): string =>
  `${toRfc3339(wall(moment)).slice(0, 10)}${provisional ? " 暂定" : ""}`;

/** What a person with the notice on the wall says: so many working days after this day. */
const cases: readonly (readonly [from: string, days: number, due: string])[] = [
  // An ordinary week; Friday evening; a weekend.
  ["2026-11-23", 1, "2026-11-24"],
  ["2026-11-25", 3, "2026-11-30"],
  ["2026-11-27T23:59:59", 1, "2026-11-30"],
  ["2026-11-28", 1, "2026-11-30"],
  ["2026-11-29", 3, "2026-12-02"],
  // Spring Festival 2026: off 15–23 February, worked Saturday 14 and Saturday 28.
  ["2026-02-12", 1, "2026-02-13"],
  ["2026-02-12", 2, "2026-02-14"],
  ["2026-02-12", 3, "2026-02-24"],
  ["2026-02-13", 3, "2026-02-25"],
  ["2026-02-14", 3, "2026-02-26"],
  ["2026-02-18", 3, "2026-02-26"],
  ["2026-02-24", 3, "2026-02-27"],
  ["2026-02-24", 4, "2026-02-28"],
  ["2026-02-24", 5, "2026-03-02"],
  ["2026-02-27", 1, "2026-02-28"],
  // Spring Festival 2025: off 28 January – 4 February, worked Sunday 26 January and Saturday 8 February.
  ["2025-01-24", 1, "2025-01-26"],
  ["2025-01-24", 2, "2025-01-27"],
  ["2025-01-24", 3, "2025-02-05"],
  ["2025-01-26", 3, "2025-02-06"],
  ["2025-01-31", 3, "2025-02-07"],
  ["2025-01-31", 4, "2025-02-08"],
  ["2025-02-07", 1, "2025-02-08"],
  ["2025-02-07", 2, "2025-02-10"],
  // Spring Festival 2024: off 10–17 February, worked Sunday 4 and Sunday 18.
  ["2024-02-02", 1, "2024-02-04"],
  ["2024-02-08", 1, "2024-02-09"],
  ["2024-02-08", 2, "2024-02-18"],
  ["2024-02-09", 3, "2024-02-20"],
  ["2024-02-16", 1, "2024-02-18"],
  // Spring Festival 2023: off 21–27 January, worked Saturday 28 and Sunday 29.
  ["2023-01-19", 2, "2023-01-28"],
  ["2023-01-20", 3, "2023-01-30"],
  // National Day 2026: off 1–7 October, worked Sunday 20 September and Saturday 10 October; Mid-Autumn 25–27 September.
  ["2026-09-18", 1, "2026-09-20"],
  ["2026-09-24", 1, "2026-09-28"],
  ["2026-09-29", 1, "2026-09-30"],
  ["2026-09-30", 1, "2026-10-08"],
  ["2026-09-30", 3, "2026-10-10"],
  ["2026-09-30", 4, "2026-10-12"],
  ["2026-10-03", 2, "2026-10-09"],
  // National Day 2025 with Mid-Autumn: off 1–8 October, worked Sunday 28 September and Saturday 11 October.
  ["2025-09-26", 1, "2025-09-28"],
  ["2025-09-30", 1, "2025-10-09"],
  ["2025-09-30", 3, "2025-10-11"],
  ["2025-10-08", 4, "2025-10-13"],
  // National Day 2024: off 1–7 October, worked Sunday 29 September and Saturday 12 October.
  ["2024-09-27", 1, "2024-09-29"],
  ["2024-09-30", 3, "2024-10-10"],
  ["2024-10-10", 3, "2024-10-14"],
  // National Day 2023: off 29 September – 6 October, worked Saturday 7 and Sunday 8 October.
  ["2023-09-28", 1, "2023-10-07"],
  ["2023-09-28", 3, "2023-10-09"],
  // Labour Day 2026: off 1–5 May, worked Saturday 9 May. New Year 2026: off 1–3 January, worked Sunday 4.
  ["2026-04-30", 1, "2026-05-06"],
  ["2026-05-08", 1, "2026-05-09"],
  ["2026-05-08", 2, "2026-05-11"],
  ["2025-12-31", 1, "2026-01-04"],
  ["2025-12-31", 2, "2026-01-05"],
  ["2024-12-31", 1, "2025-01-02"],
  // None: the day itself, or the next that is worked.
  ["2026-10-01", 0, "2026-10-08"],
  ["2026-10-10", 0, "2026-10-10"],
  ["2026-11-25", 0, "2026-11-25"],
  // Into a year whose notice is not there: by the weekdays, and said to be provisional.
  ["2026-12-30", 1, "2026-12-31"],
  ["2026-12-31", 1, "2027-01-01 暂定"],
  ["2026-12-31", 3, "2027-01-05 暂定"],
  ["2027-02-05", 3, "2027-02-10 暂定"],
];

test("P 09.clocks: so many working days after a day, as the notices have it", (context) => {
  for (const [from, days, due] of cases) expect(text(calendar.workingDaysAfter(at(from), days)), `${from} + ${days}`).toBe(due);
  // A deadline ends with its day, to the millisecond.
  expect(toRfc3339(wall(calendar.workingDaysAfter(at("2026-09-30T23:59:59"), 1).at))).toBe("2026-10-08T23:59:59.999+08:00");
  expect(toRfc3339(wall(calendar.workingDaysAfter(at("2026-09-30T00:00:00"), 1).at))).toBe("2026-10-08T23:59:59.999+08:00");

  // Every day of the published years, one after another, the naive way.
  let days = 0;
  let moved = 0;
  const list = (year: (typeof publishedYears)[number], day: string): boolean | undefined => {
    if (year.worked.includes(day)) return true;
    return year.holidays.some(({ from, to }) => from <= day && day <= to) ? false : undefined;
  };
  for (let day = dayOf(at("2023-01-01")); day <= dayOf(at("2026-12-31")); day += 1) {
    const name = dayText(day);
    const said = publishedYears.map((year) => list(year, name)).find((one) => one !== undefined);
    const weekday = new Date(`${name}T00:00:00Z`).getUTCDay();
    const working = said ?? (weekday >= 1 && weekday <= 5);
    expect([name, calendar.kindOf(day).working, calendar.kindOf(day).provisional]).toEqual([name, working, false]);
    days += 1;
    if (said !== undefined) moved += 1;
  }
  // The working days of a year, as payroll tables give them.
  const of = (year: number): number => calendar.workingDaysBetween(at(`${year - 1}-12-31`), at(`${year}-12-31`)).days;
  expect([2023, 2024, 2025, 2026].map(of)).toEqual([249, 251, 248, 248]);
  counted(context, { cases: cases.length, days, moved, years: calendar.years.length });
});

test("counting there and back agree, whatever the day and the hour", () => {
  const first = at("2023-01-03");
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1_300 * dayMs }), fc.integer({ min: 1, max: 60 }), (offset, n) => {
      const from = first + offset;
      const due = calendar.workingDaysAfter(from, n);
      expect(calendar.workingDaysBetween(from, due.at)).toEqual({ days: n, provisional: due.provisional });
      expect(calendar.kindOf(dayOf(due.at)).working).toBe(true);
      expect(calendar.workingDaysBetween(due.at, from).days).toBe(-calendar.workingDaysBetween(from, due.at).days);
    }),
    { numRuns: 500 },
  );
});

test("civil days whose end is a holiday end with the next working day", () => {
  expect(text(calendar.daysAfter(at("2026-09-24"), 7))).toBe("2026-10-08");
  expect(text(calendar.daysAfter(at("2026-11-25"), 2))).toBe("2026-11-27");
  expect(text(calendar.daysAfter(at("2026-11-25"), 3))).toBe("2026-11-30");
});

test("a year that is published later settles what was provisional, and may move it", () => {
  const with2027 = openCalendar([
    ...publishedYears,
    { year: 2027, source: "测试用", holidays: [{ name: "元旦", from: "2027-01-01", to: "2027-01-03" }], worked: [] },
  ]);
  expect(text(with2027.workingDaysAfter(at("2026-12-31"), 1))).toBe("2027-01-04");
});

describe("a year is looked over before it is taken in", () => {
  test.each(publishedYears.map((year) => [year.year, year] as const))("%d is sound", (_, year) => expect(complaintsOf(year)).toEqual([]));
  const year = { year: 2027, source: "x", holidays: [{ name: "元旦", from: "2027-01-01", to: "2027-01-03" }], worked: [] as string[] };
  test.each([
    ["a worked weekday", { ...year, worked: ["2027-01-05"] }, /weekday anyway/],
    ["off and worked", { ...year, worked: ["2027-01-02"] }, /both off and worked/],
    ["no such day", { ...year, worked: ["2027-02-30"] }, /no such day/],
    ["backwards", { ...year, holidays: [{ name: "a", from: "2027-01-03", to: "2027-01-01" }] }, /no holiday/],
    ["another year", { ...year, worked: ["2028-01-08"] }, /not of 2027/],
    ["two at once", { ...year, holidays: [...year.holidays, { name: "b", from: "2027-01-03", to: "2027-01-04" }] }, /two holidays/],
    ["no notice", { ...year, source: " " }, /not named/],
  ])("%s", (_, wrong, words) => expect(complaintsOf(wrong).join("\n")).toMatch(words));
  test("days that do not exist are none", () => {
    expect([dayFrom("2026-02-29"), dayFrom("2024-02-29"), dayFrom("26-1-1")]).toEqual([undefined, dayOf(at("2024-02-29")), undefined]);
    expect(startOf(dayFrom("1970-01-01") ?? 1)).toBe(-8 * 3_600_000);
  });
});
