// Two engines that share nothing agree on every fee: the real one (arithmetic over windows and runs) and the naive one (second by second, from the file's own words).
import { expect, test } from "vitest";
import { quote } from "#gateway/core/parking/tariff.ts";
import { parseTariff } from "#gateway/tariff/file.ts";
import { counted, full, plain } from "#test/promise.ts";
import { type NaiveStay, naive, type Raw, Refused } from "./naive.ts";
import { Chance, couponKinds, randomFile, randomStay } from "./random.ts";
import { realStay } from "./real-stay.ts";

/** Where the two once disagreed: a space that fell free within the tolerance, but after the payment that settled the first part. */
const kept = [16_399];
const cases = Number(process.env.CUOBIAN_TWIN ?? (full ? 100_000 : 4_000));

/** Each must have done something at least fifty times. Numbers: the rule dimensions in docs/reference/tariff.md. */
const dimensions = [
  "1 free boundary included",
  "1 free boundary excluded",
  "1 within free time",
  "1 free time of a period",
  "2 free counted",
  "2 free deducted",
  "2 concession free time",
  "3 part unit up",
  "3 part unit down",
  "3 part unit drop",
  "4 first block and increments",
  "5 progressive",
  "5 brackets",
  "5 per visit",
  "6 across a period boundary",
  "6 unit cut",
  "6 unit carried",
  "6 steps restart",
  "6 steps continue",
  "6 boundary previous",
  "6 free period",
  "6 highest of the periods",
  "7 cap rolling",
  "7 cap calendar-day",
  "7 cap per period",
  "7 escalating cap",
  "7 cap by the whole stay",
  "7 cap of the stay",
  "7 window rolling restarts",
  "7 window rolling continues",
  "7 window calendar-day restarts",
  "7 window calendar-day continues",
  "7 free time again in a window",
  "8 cap over several entries",
  "8 first stop free",
  "8 no free time on re-entry",
  "9 class",
  "9 plate colour",
  "9 plate kind",
  "9 multiplier",
  "9 bays",
  "9 concession percent",
  "10 kinds of day",
  "10 workday",
  "10 weekend",
  "10 holiday",
  "10 make-up day",
  "10 days excepted",
  "11 pass covers a part",
  "11 pass suspended",
  "11 n spaces, m cars",
  "11 space tolerance",
  "11 inner lot excluded",
  ...couponKinds.map((kind) => `12 coupon ${kind}`),
  "12 stacking one",
  "12 stacking one-of-each-kind",
  "12 stacking all",
  "12 not after partial payment",
  "12 shown before the payment",
  "12 best of several concessions",
  "13 charging time",
  "14 pre-payment",
  "14 payment labelled after the exit",
  "14 grace",
  "14 whole stay after grace",
  "14 new stay after grace",
  "15 lost entry",
  "16 rounding",
];

/** The naive one looks at every second: of the long stays a plain run shows those on whose rarer rules it would see too little otherwise. */
const longStay = 36 * 3600;
function isShown({ versions: [version] }: Raw, { entered, left }: NaiveStay): boolean {
  if (!plain || left - entered <= longStay || version.pricing.periods?.together === "highest") return true;
  const worked: string[] = version.calendar?.make_up_days ?? [];
  return worked.some((day) => Date.parse(day) / 1000 < left && Date.parse(day) / 1000 + 86_400 > entered);
}

test("P 03.twin the real engine and the naive one agree on every stay", { timeout: Math.max(300_000, cases * 150) }, (context) => {
  const hits = new Map<string, number>(dimensions.map((name) => [name, 0]));
  let refused = 0;
  let bills = 0;
  let unreachable = 0;
  for (const seed of [...kept, ...Array.from({ length: cases }, (_, at) => at + 1)]) {
    const chance = new Chance(seed);
    const file = randomFile(chance);
    const read = parseTariff(JSON.stringify(file), `random ${seed}`);
    if ("complaints" in read && read.complaints.every(({ code }) => code.endsWith("-unreachable") || code === "nothing-charged")) {
      unreachable += 1;
      continue;
    }
    if ("complaints" in read) expect.fail(`case ${seed}: ${JSON.stringify(read.complaints)}\n${JSON.stringify(file)}`);
    const stay = randomStay(chance, file);
    if (!isShown(file, stay)) continue;
    const seen = new Set<string>();
    let expected: number | "refused";
    try {
      expected = naive(file, stay, (dimension) => seen.add(dimension));
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      expected = "refused";
    }
    for (const dimension of seen) hits.set(dimension, (hits.get(dimension) ?? 0) + 1);
    const found = quote(read.tariff, realStay(stay));
    const real = "kind" in found ? "refused" : found.total;
    if (real !== expected)
      expect.fail(
        `case ${seed}: real ${real}, naive ${expected}\n${JSON.stringify(file, null, 1)}\n${JSON.stringify(stay)}\n${JSON.stringify(found, null, 1)}`,
      );
    if ("kind" in found) refused += 1;
    else bills += 1;
    if (seed % 10_000 === 0) process.stdout.write(`  ${seed} files and stays: ${bills} bills, ${refused} refusals, no fee differs\n`);
  }
  const least = Math.min(...dimensions.map((name) => hits.get(name) ?? 0));
  const unknown = [...hits.keys()].filter((name) => !dimensions.includes(name));
  process.stdout.write(`  ${[...hits].map(([name, count]) => `${name} ${count}`).join(" · ")}\n`);
  expect(unknown).toEqual([]);
  for (const name of dimensions) expect(hits.get(name), name).toBeGreaterThanOrEqual(Math.min(50, cases / 40));
  counted(context, {
    stays: bills + refused,
    bills,
    refused,
    "files refused for a rule without effect": unreachable,
    dimensions: dimensions.length,
    "fewest hits": least,
    "wrong fees": 0,
  });
});
