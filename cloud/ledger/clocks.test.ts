// P 09.clocks: the ledger's own clocks over Spring Festival and National Day, and the ladder, each rung once and on a working day.
import { expect, test } from "vitest";
import { dayOf, openCalendar } from "#cloud/calendar/calendar.ts";
import { fromRfc3339, hourMs, toRfc3339, wall } from "#protocols/vocabulary/time.ts";
import { counted } from "#test/promise.ts";
import { dueRungs, interimControlDue, nextRung, noticeDue, reinspectionDue, rungsOf, usualClocks, usualLadder } from "./clocks.ts";

const calendar = openCalendar();
const at = (text: string): number => fromRfc3339(`${text}+08:00`) ?? Number.NaN;
const said = (moment: number): string => toRfc3339(wall(moment)).slice(0, 16).replace("T", " ");

test("P 09.clocks: notice, re-inspection and interim control", (context) => {
  const rows: readonly (readonly [found: string, notice: string, reinspection: string, control: string])[] = [
    ["2026-11-25T02:13:00", "2026-11-30 23:59", "2026-11-30 23:59", "2026-11-26 02:13"],
    ["2026-02-13T16:00:00", "2026-02-25 23:59", "2026-02-25 23:59", "2026-02-14 16:00"],
    ["2026-02-16T02:13:00", "2026-02-26 23:59", "2026-02-26 23:59", "2026-02-17 02:13"],
    ["2026-09-30T20:00:00", "2026-10-10 23:59", "2026-10-10 23:59", "2026-10-01 20:00"],
    ["2025-10-01T00:00:00", "2025-10-11 23:59", "2025-10-11 23:59", "2025-10-02 00:00"],
  ];
  for (const [found, notice, reinspection, control] of rows)
    expect([
      said(noticeDue(calendar, usualClocks, at(found)).at),
      said(reinspectionDue(calendar, usualClocks, at(found)).at),
      said(interimControlDue(usualClocks, at(found))),
    ]).toEqual([notice, reinspection, control]);
  expect(noticeDue(calendar, usualClocks, at("2026-12-30T09:00:00"))).toMatchObject({ provisional: true });
  counted(context, { rows: rows.length });
});

test("P 09.clocks: the ladder stands on working days, across National Day too", (context) => {
  const rungs = (deadline: string) => rungsOf(calendar, usualLadder, at(deadline)).map(({ rung, at: due }) => `${rung.id} ${said(due)}`);
  expect(rungs("2026-09-29T23:59:59")).toEqual([
    "remind 2026-09-26 09:00",
    "yellow 2026-09-29 23:59",
    "street 2026-09-30 09:00",
    "bureau 2026-10-09 09:00",
    "talk 2026-10-14 09:00",
    "notice 2026-10-26 09:00",
    "handed-over 2026-11-16 09:00",
  ]);
  // Across Spring Festival: the two worked Saturdays count.
  expect(rungs("2026-02-13T23:59:59").slice(1, 5)).toEqual([
    "yellow 2026-02-13 23:59",
    "street 2026-02-14 09:00",
    "bureau 2026-02-25 09:00",
    "talk 2026-03-02 09:00",
  ]);
  let checked = 0;
  for (let deadline = at("2023-01-05T18:00:00"); deadline < at("2026-11-01T00:00:00"); deadline += 61 * hourMs)
    for (const { rung, at: due } of rungsOf(calendar, usualLadder, deadline)) {
      if (rung.counted === "working") {
        expect(calendar.kindOf(dayOf(due)).working, `${rung.id} of ${said(deadline)} at ${said(due)}`).toBe(true);
        expect(calendar.workingDaysBetween(deadline, due).days).toBe(rung.days);
      }
      checked += 1;
    }
  counted(context, { rungs: checked });
});

test("each rung once; none while paused; what is next is said", () => {
  const deadline = at("2026-11-27T18:00:00");
  const ask = (now: string, rungs: readonly string[] = [], paused_until: number | null = null) =>
    dueRungs({ deadline, rungs, paused_until }, { calendar, ladder: usualLadder, now: at(now) }).map(({ rung }) => rung.id);
  expect(ask("2026-11-24T08:59:59")).toEqual([]);
  expect(ask("2026-11-24T09:00:00")).toEqual(["remind"]);
  expect(ask("2026-11-27T18:00:00", ["remind"])).toEqual([]);
  expect(ask("2026-11-27T18:00:01", ["remind"])).toEqual(["yellow"]);
  expect(ask("2026-11-29T23:00:00", ["remind", "yellow"])).toEqual([]);
  expect(ask("2026-11-30T09:00:00", ["remind", "yellow"])).toEqual(["street"]);
  // The machine slept for a week: all that is due comes, in its order.
  expect(ask("2026-12-08T09:00:00")).toEqual(["remind", "yellow", "street", "bureau", "talk"]);
  expect(ask("2026-12-08T09:00:00", [], at("2026-12-09T00:00:00"))).toEqual([]);
  expect(nextRung({ deadline, rungs: ["remind", "yellow"], paused_until: null }, { calendar, ladder: usualLadder })?.rung.id).toBe(
    "street",
  );
  expect(
    dueRungs({ deadline: null, rungs: [], paused_until: null }, { calendar, ladder: usualLadder, now: at("2030-01-01T00:00:00") }),
  ).toEqual([]);
});
