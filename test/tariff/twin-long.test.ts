// Stays of weeks, where the real engine counts what it has seen before, against the naive one that looks at every second.
import { expect, test } from "vitest";
import { quote } from "#gateway/core/parking/tariff.ts";
import { parseTariff } from "#gateway/tariff/file.ts";
import { counted, full } from "#test/promise.ts";
import { naive, Refused } from "./naive.ts";
import { Chance, randomFile, randomStay } from "./random.ts";
import { realStay } from "./real-stay.ts";

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
