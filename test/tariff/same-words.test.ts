// What a price is found by may be remembered or not: the bill says the same, down to the words.
import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { quote, type Stay, type Tariff } from "#gateway/core/parking/tariff.ts";
import { parseTariff } from "#gateway/tariff/file.ts";
import { wall } from "#protocols/vocabulary/time.ts";
import { counted, full, plain } from "#test/promise.ts";
import { Chance, randomFile } from "./random.ts";

const folder = new URL("../../tariffs/", import.meta.url);
const texts = [
  ...readdirSync(folder)
    .filter((name) => name.endsWith(".yaml"))
    .map((name) => readFileSync(new URL(name, folder), "utf8")),
  ...Array.from({ length: full ? 2_000 : plain ? 40 : 120 }, (_, seed) => JSON.stringify(randomFile(new Chance(seed + 1)))),
];
const hour = 3_600_000;

/** Stays of days and weeks, most of them long enough that something comes round. */
function stayOf(chance: Chance, { versions: [version] }: Tariff): Stay {
  const entered = wall((version?.from ?? 0) + 86_400_000 + chance.below(100 * 86_400) * 1000);
  return { entered, left: wall(entered + chance.below(40 * 24) * hour + chance.below(3600) * 1000), colour: "blue", history: [], bays: 1 };
}

test("a bill says the same whatever was asked before", (context) => {
  let [bills, differing] = [0, 0];
  for (const [seed, text] of texts.entries()) {
    const read = parseTariff(text, "x");
    if ("complaints" in read) continue;
    const chance = new Chance(seed + 1);
    for (let nth = 0; nth < 24; nth += 1) {
      const stay = stayOf(chance, read.tariff);
      const asked = JSON.stringify(quote(read.tariff, stay));
      // Nothing is known of a copy.
      const fresh = JSON.stringify(quote(structuredClone(read.tariff), stay));
      if (asked !== fresh) differing += 1;
      expect(asked, `text ${seed}, stay ${nth}`).toBe(fresh);
      bills += 1;
    }
  }
  counted(context, { texts: texts.length, bills, "bills with other words, which is wrong": differing });
});
