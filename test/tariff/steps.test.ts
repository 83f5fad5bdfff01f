// What a price costs to find: counted in windows computed and looked at, not in time. It goes by how many kinds of day a tariff tells apart and by its holidays, not by the length of the stay.
import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { localSecond } from "#gateway/core/parking/tariff/days.ts";
import { priceIntervals } from "#gateway/core/parking/tariff/price.ts";
import type { Pricing, Version } from "#gateway/core/parking/tariff/types.ts";
import { parseTariff } from "#gateway/tariff/file.ts";
import { counted, full } from "#test/promise.ts";
import { Chance, randomFile } from "./random.ts";

const day = 86_400;
/** 2025-11-03, a Monday, 09:36:07 in China. */
const entered = Date.UTC(2025, 10, 3) / 1000 + 34_567;

interface Shape {
  readonly name: string;
  readonly text: string;
}

const folder = new URL("../../tariffs/", import.meta.url);
const filesIn = (where: string): Shape[] =>
  readdirSync(new URL(where, folder))
    .filter((name) => name.endsWith(".yaml"))
    .map((name) => ({ name: `${where}${name}`, text: readFileSync(new URL(`${where}${name}`, folder), "utf8") }));

/** Every way to cut a stay, times every way to go from one period to the next, times how many kinds of day there are. */
function combinations(): Shape[] {
  const cuts = [
    undefined,
    { kind: "rolling", length: "24 h", cap: 30 },
    { kind: "rolling", length: "12 h", cap: 20 },
    { kind: "rolling", length: "48 h", caps: [30, 40, 50] },
    { kind: "rolling", length: "4 h" },
    { kind: "calendar-day", day_starts: "06:00", cap: 25 },
  ];
  const kinds = [
    [["every-day"]],
    [["workday"], ["weekend", "holiday"]],
    [["workday"], ["weekend"], ["holiday"]],
    [["monday"], ["tuesday"], ["wednesday"], ["thursday"], ["friday"], ["saturday"], ["sunday"]],
  ];
  const found: Shape[] = [];
  for (const cut of cuts)
    for (const days of kinds)
      for (const rate of cut === undefined ? ["restarts"] : ["restarts", "continues"])
        for (const units_across of ["cut", "carried"])
          for (const steps_across of ["restart", "continue"]) {
            const table = days.flatMap((words, at) => [
              period(`d${at}`, words, ["07:00", "21:30"], {
                part_unit: "up",
                steps: [
                  { until: "2 h", per: "30 min", price: 1 + at },
                  { per: "1 h", price: 2 },
                ],
              }),
              period(`n${at}`, words, ["21:30", "07:00"], { part_unit: "down", steps: [{ per: "2 h", price: 1 }] }),
            ]);
            const pricing = {
              ...(cut === undefined ? {} : { windows: { ...cut, rate } }),
              periods: { units_across, steps_across, boundary: at(found.length), together: "sum", table },
            };
            found.push({
              name: `${cut?.kind ?? "uncut"} ${cut?.length ?? ""} ${rate} ${units_across} ${steps_across}, ${days.length} kinds of day`,
              text: file(pricing),
            });
          }
  return found;
}

const at = (nth: number) => (nth % 2 === 0 ? "next" : "previous");
const period = (id: string, days: string[], [from, until]: string[], rate: object) => ({
  id,
  name: { zh: "甲", en: "a" },
  from,
  until,
  days,
  rate,
});
const holidays = [
  "2025-12-31 to 2026-01-01",
  "2026-02-15 to 2026-02-23",
  "2026-04-04 to 2026-04-06",
  "2026-05-01 to 2026-05-05",
  "2026-06-19 to 2026-06-21",
  "2026-09-25 to 2026-09-27",
  "2026-10-01 to 2026-10-07",
];
const file = (pricing: object): string =>
  JSON.stringify({
    tariff: "made",
    name: { zh: "甲", en: "a" },
    versions: [
      {
        version: "1",
        from: "2025-01-01",
        calendar: {
          from: "2024-12-31",
          until: "2046-12-31",
          holidays,
          make_up_days: ["2026-02-14", "2026-02-28", "2026-05-09", "2026-10-10"],
        },
        pricing,
      },
    ],
  });

function pricings(text: string): { pricing: Pricing; version: Version }[] {
  const read = parseTariff(text, "x");
  if ("complaints" in read) return [];
  return read.tariff.versions.flatMap((version) =>
    [version.pricing, ...version.classes.flatMap(({ effect }) => (effect.kind === "pricing" ? [effect.pricing] : []))].map((pricing) => ({
      pricing,
      version,
    })),
  );
}

/** Six moments of the version's first year, on as many kinds of day and at as many hours, none at a full minute. */
const entriesInto = ({ from }: Version): number[] =>
  Array.from({ length: 6 }, (_, nth) => localSecond(from) + (4 + nth * 25) * day + ((nth * 15_913 + 34_567) % day));

test("P 03.year a year costs no more windows than the kinds of day that it holds, and asked again no more than a day", {
  timeout: 120_000,
}, (context) => {
  const made = combinations();
  const random = Array.from({ length: full ? 5_000 : 250 }, (_, seed) => ({
    name: `random ${seed}`,
    text: JSON.stringify(randomFile(new Chance(seed + 1))),
  }));
  const most = {
    "of a ready tariff, computed for a year": 0,
    "of a ready tariff, looked at for a year": 0,
    "windows computed for a year": 0,
    "looked at for a year": 0,
    "looked at when asked again": 0,
    "computed for twenty": 0,
    "computed when asked again": 0,
    "computed for a day": 0,
  };
  let [shapes, years, readyYears] = [0, 0, 0];
  for (const { name, text } of [...filesIn("./"), ...filesIn("templates/"), ...made, ...random])
    for (const { pricing: read, version } of pricings(text)) {
      const ready = name.endsWith(".yaml");
      const calendar = version.calendar && { ...version.calendar, until: 40_000 };
      // What is known hangs on the rules: nothing is known of a copy of them.
      const measured = (from: number, days: number, times = 1) => {
        const pricing = structuredClone(read);
        let steps = { priced: 0, seen: 0 };
        for (let time = 0; time < times; time += 1) {
          steps = { priced: 0, seen: 0 };
          priceIntervals(pricing, calendar, [{ from, until: from + days * day + 1200 }], steps);
        }
        return steps;
      };
      const perDay = Math.max(1, day / (read.windows?.seconds ?? day));
      const rising = read.windows?.caps.length ?? 0;
      for (const from of ready ? entriesInto(version) : [entered]) {
        const [one, year, twenty, again] = [measured(from, 1), measured(from, 365), measured(from, 20 * 365), measured(from, 365, 2)];
        expect(again.priced, `${name}: asked again`).toBeLessThanOrEqual(one.priced);
        expect(year.priced, `${name}: computed`).toBeLessThanOrEqual(80 * perDay);
        expect(twenty.priced, `${name}: computed for twenty years`).toBeLessThanOrEqual(year.priced + 16 * perDay);
        // Two weeks to see what comes round; then, eleven times, the days about a group of holidays and one count for each kind of day after it.
        expect(year.seen, `${name}: looked at`).toBeLessThanOrEqual(120 * perDay + rising);
        // Known: at worst eleven leaps, each with one count for each kind of day.
        expect(again.seen, `${name}: looked at again`).toBeLessThanOrEqual(72 * perDay + rising);
        years += 1;
        if (ready) {
          // Every ready tariff comes back to the same state each day, and its days are counted at once: the first time, and from whatever second.
          readyYears += 1;
          expect(year.priced, `${name}: computed the first time`).toBeLessThanOrEqual(4 * one.priced + rising);
          expect(year.seen, `${name}: looked at the first time`).toBeLessThanOrEqual(4 * one.seen + rising);
          expect(again.seen, `${name}: looked at again`).toBeLessThanOrEqual(4 * one.seen + rising);
          most["of a ready tariff, computed for a year"] = Math.max(most["of a ready tariff, computed for a year"], year.priced);
          most["of a ready tariff, looked at for a year"] = Math.max(most["of a ready tariff, looked at for a year"], year.seen);
        }
        most["windows computed for a year"] = Math.max(most["windows computed for a year"], year.priced);
        most["looked at for a year"] = Math.max(most["looked at for a year"], year.seen);
        most["looked at when asked again"] = Math.max(most["looked at when asked again"], again.seen);
        most["computed for twenty"] = Math.max(most["computed for twenty"], twenty.priced);
        most["computed when asked again"] = Math.max(most["computed when asked again"], again.priced);
        most["computed for a day"] = Math.max(most["computed for a day"], one.priced);
      }
      shapes += 1;
    }
  expect(shapes).toBeGreaterThan(made.length);
  expect(readyYears).toBeGreaterThanOrEqual(6 * 23);
  counted(context, { shapes, "made of every combination": made.length, years, "years of ready tariffs": readyYears, ...most });
});
