// Two engines that share nothing agree on every fee: the real one (arithmetic over windows and runs) and the naive one (second by second, from the file's own words).
import { expect, test } from "vitest";
import { type Coupon, quote, type Stay } from "#gateway/core/parking/tariff.ts";
import { parseTariff } from "#gateway/tariff/file.ts";
import { fen } from "#protocols/vocabulary/money.ts";
import { canonicalPlate, type PlateColour } from "#protocols/vocabulary/plate.ts";
import { wall } from "#protocols/vocabulary/time.ts";
import { counted, full } from "#test/promise.ts";
import { type NaiveStay, naive, Refused } from "./naive.ts";
import { Chance, couponKinds, randomFile, randomStay } from "./random.ts";

const cases = Number(process.env.CUOBIAN_TWIN ?? (full ? 100_000 : 4_000));
const plates: Record<string, string> = { police: "闽C1234警", coach: "闽C1234学", ordinary: "闽C12345" };
const at = (second: number) => wall((second - 8 * 3600) * 1000);

/** The same stay in the real engine's words. */
function realStay(stay: NaiveStay): Stay {
  const plate = canonicalPlate(plates[stay.kind ?? ""] ?? "");
  return {
    entered: at(stay.entered),
    left: at(stay.left),
    colour: stay.colour as PlateColour,
    ...(plate ? { plate } : {}),
    ...(stay.class === undefined ? {} : { class: stay.class }),
    ...(stay.bays === undefined ? {} : { bays: stay.bays }),
    ...(stay.operating === undefined ? {} : { operating: stay.operating }),
    ...(stay.history ? { history: stay.history.map((h) => ({ entered: at(h.entered), left: at(h.left), charged: fen(h.charged) })) } : {}),
    ...(stay.passes
      ? {
          passes: stay.passes.map((pass) => ({
            id: "p",
            from: at(pass.from),
            until: at(pass.until),
            suspended: (pass.suspended ?? []).map(([from, until]) => ({ from: at(from), until: at(until) })),
            ...(pass.spaces
              ? {
                  spaces: {
                    count: pass.spaces.count,
                    others: pass.spaces.others.map((o) => ({
                      entered: at(o.entered),
                      ...(o.left === undefined ? {} : { left: at(o.left) }),
                    })),
                  },
                }
              : {}),
          })),
        }
      : {}),
    ...(stay.coupons
      ? {
          coupons: stay.coupons.map(
            (coupon) =>
              ({
                ...coupon,
                ...(coupon.given === undefined ? {} : { given: at(coupon.given) }),
                ...(coupon.presented === undefined ? {} : { presented: at(coupon.presented) }),
              }) as Coupon,
          ),
        }
      : {}),
    ...(stay.payments ? { payments: stay.payments.map((p) => ({ at: at(p.at), amount: fen(p.amount) })) } : {}),
    ...(stay.charging ? { charging: stay.charging.map((c) => ({ from: at(c.from), until: at(c.until), energy_mWh: c.energy })) } : {}),
    ...(stay.inner ? { inner: stay.inner.map((i) => ({ from: at(i.from), until: at(i.until) })) } : {}),
    ...(stay.entryLost ? { entryLost: true } : {}),
  };
}

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

test("P 03.twin the real engine and the naive one agree on every stay", { timeout: full ? 3_600_000 : 300_000 }, (context) => {
  const hits = new Map<string, number>(dimensions.map((name) => [name, 0]));
  let refused = 0;
  let bills = 0;
  let unreachable = 0;
  for (let seed = 1; seed <= cases; seed += 1) {
    const chance = new Chance(seed);
    const file = randomFile(chance);
    const read = parseTariff(JSON.stringify(file), `random ${seed}`);
    if ("complaints" in read && read.complaints.every(({ code }) => code.endsWith("-unreachable") || code === "nothing-charged")) {
      unreachable += 1;
      continue;
    }
    if ("complaints" in read) expect.fail(`case ${seed}: ${JSON.stringify(read.complaints)}\n${JSON.stringify(file)}`);
    const stay = randomStay(chance, file);
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

test("P 03.twin-long stays of weeks: repeated windows are counted, and still agree", { timeout: full ? 3_600_000 : 300_000 }, (context) => {
  const wanted = full ? 2_000 : 20;
  let days = 0;
  let stays = 0;
  for (let seed = 1_000_001; stays < wanted; seed += 1) {
    const chance = new Chance(seed);
    const file = randomFile(chance);
    const read = parseTariff(JSON.stringify(file), `random ${seed}`);
    if ("complaints" in read) continue;
    const { payments: _, coupons: __, entryLost: ___, ...stay } = randomStay(chance, file);
    stay.left = stay.entered + 86_400 * (8 + chance.below(20)) + chance.below(86_400);
    let expected: number | "refused";
    try {
      expected = naive(file, stay, () => {});
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      continue;
    }
    const found = quote(read.tariff, realStay(stay));
    const real = "kind" in found ? "refused" : found.total;
    if (real !== expected)
      expect.fail(`case ${seed}: real ${real}, naive ${expected}\n${JSON.stringify(file, null, 1)}\n${JSON.stringify(stay)}`);
    if (!("kind" in found)) expect(found.lines.length, `case ${seed}: a bill that can be read`).toBeLessThan(80);
    stays += 1;
    days += (stay.left - stay.entered) / 86_400;
  }
  counted(context, { stays, days: Math.round(days), "wrong fees": 0 });
});
