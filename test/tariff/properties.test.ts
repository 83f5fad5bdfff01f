// What holds for every tariff and every stay: never negative, never above a cap, lines that sum, payments that add up, no time zone, and a clock in doubt that costs the driver nothing.
import fc from "fast-check";
import { expect, test } from "vitest";
import { type Doubt, quote, type Stay, type Tariff } from "#gateway/core/parking/tariff.ts";
import { parseTariff } from "#gateway/tariff/file.ts";
import { fen } from "#protocols/vocabulary/money.ts";
import { type Wall, wall } from "#protocols/vocabulary/time.ts";
import { counted, full, plain } from "#test/promise.ts";
import type { Raw } from "./naive.ts";
import { Chance, randomFile } from "./random.ts";

const runs = full ? 20_000 : plain ? 750 : 1_500;
const start = Date.UTC(2025, 10, 3);
const hour = 3_600_000;

interface Scene {
  readonly file: Raw;
  readonly tariff: Tariff;
  readonly stay: Stay;
}

/** A random tariff (by its seed) and a plain stay of up to four days; the parts that `without` names are left out of the file. */
const scene = (...without: string[]) =>
  fc
    .tuple(fc.integer({ min: 1, max: 1_000_000 }), fc.integer({ min: 0, max: 10 * 86_400 }), fc.integer({ min: 0, max: 4 * 86_400 }))
    .map(([seed, from, length]): Scene | undefined => {
      const file = randomFile(new Chance(seed));
      for (const key of without) delete file.versions[0][key];
      const read = parseTariff(JSON.stringify(file), String(seed));
      if ("complaints" in read) return undefined;
      const entered = wall(start + from * 1000);
      return { file, tariff: read.tariff, stay: { entered, left: wall(entered + length * 1000), colour: "blue", history: [], bays: 1 } };
    })
    .filter((found) => found !== undefined);

const total = (tariff: Tariff, stay: Stay): number | undefined => {
  const found = quote(tariff, stay);
  return "kind" in found ? undefined : found.total;
};

const settings = { numRuns: runs, seed: 3 };

test("P 03.properties hold for random tariffs and stays", { timeout: 600_000 }, (context) => {
  const counts: Record<string, number> = { bills: 0, capped: 0, prepaid: 0, zones: 0, doubtful: 0 };
  const count = (name: string) => {
    counts[name] = (counts[name] ?? 0) + 1;
  };

  // Never negative, whole fen, lines sum to the total, never above the cap.
  fc.assert(
    fc.property(scene(), ({ file, tariff, stay }) => {
      const found = quote(tariff, stay);
      if ("kind" in found) return;
      count("bills");
      expect(found.total).toBeGreaterThanOrEqual(0);
      for (const line of found.lines) expect(Number.isSafeInteger(line.amount)).toBe(true);
      expect(found.lines.reduce((sum, line) => sum + line.amount, 0)).toBe(found.total);
      const { pricing, classes, round } = file.versions[0];
      const rounding = round?.way === "down" || round === undefined ? 0 : round.to * 100;
      const own = classes?.[0]?.pricing !== undefined || classes?.[0]?.factor !== undefined;
      const cap = pricing.stay_cap === undefined ? Number.POSITIVE_INFINITY : pricing.stay_cap * 100;
      const w = pricing.windows;
      const length = w?.kind === "rolling" ? Number(w.length.split(" ")[0]) * hour : 24 * hour;
      const most = Math.max(w?.cap ?? 0, ...(w?.caps ?? []), ...(w?.caps_by_stay ?? []).map((row: Raw) => row.cap));
      const windows = most === 0 ? Number.POSITIVE_INFINITY : (Math.floor((stay.left - stay.entered) / length) + 2) * most * 100;
      if (own || !Number.isFinite(Math.min(cap, windows))) return;
      count("capped");
      expect(found.total).toBeLessThanOrEqual(Math.min(cap, windows) + rounding);
    }),
    settings,
  );

  // Additive over a split by pre-payment: what was paid and what is still owed make the fee of the whole stay.
  fc.assert(
    fc.property(scene("payment", "coupons"), fc.double({ min: 0, max: 1, noNaN: true }), ({ tariff, stay }, part) => {
      const paidAt = wall(stay.entered + Math.floor((stay.left - stay.entered) * part));
      const paid = total(tariff, { ...stay, left: paidAt });
      const whole = total(tariff, stay);
      const owed = total(tariff, { ...stay, payments: [{ at: paidAt, amount: fen(paid ?? 0) }] });
      if (paid === undefined || whole === undefined || owed === undefined) return;
      count("prepaid");
      expect(paid + owed).toBe(Math.max(paid, whole));
    }),
    settings,
  );

  // The machine's time zone says nothing; the same input gives the same bill anywhere, down to the words.
  const zone = process.env.TZ;
  fc.assert(
    fc.property(
      scene(),
      fc.constantFrom("UTC", "America/New_York", "Australia/Lord_Howe", "Asia/Shanghai"),
      ({ file, tariff, stay }, elsewhere) => {
        const here = JSON.stringify(quote(tariff, stay));
        process.env.TZ = elsewhere;
        const again = parseTariff(JSON.stringify(file), "again");
        if ("complaints" in again) throw new Error("the same text was refused");
        expect(JSON.stringify(quote(again.tariff, structuredClone(stay)))).toBe(here);
        count("zones");
      },
    ),
    settings,
  );
  if (zone === undefined) delete process.env.TZ;
  else process.env.TZ = zone;

  // A clock was set, or the power failed: wherever within the doubt the stay really lay, to the second, the driver pays no more than that costs, and the bill says that it doubts.
  const part = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(
      scene(),
      part,
      fc.constantFrom(60, 900, 7200),
      fc.constantFrom("entered", "left", "length"),
      ({ tariff, stay }, share, seconds, kind) => {
        const length = Math.floor((stay.left - stay.entered) / 1000);
        const off = Math.round((2 * share - 1) * seconds);
        const words = { zh: "时钟存疑", en: "a clock in doubt" };
        const shortest = Math.max(0, length - seconds);
        const around = (at: Wall) => ({ from: wall(at - seconds * 1000), until: wall(at + seconds * 1000) });
        const doubt: Doubt =
          kind === "length"
            ? { anchor: "left", from: stay.left, until: stay.left, shortest_s: shortest, longest_s: length, ...words }
            : {
                anchor: kind === "left" ? "left" : "entered",
                ...around(kind === "left" ? stay.left : stay.entered),
                shortest_s: length,
                longest_s: length,
                ...words,
              };
        const truth: Stay =
          kind === "length"
            ? { ...stay, entered: wall(stay.left - Math.round(shortest + share * (length - shortest)) * 1000) }
            : { ...stay, entered: wall(stay.entered + off * 1000), left: wall(stay.left + off * 1000) };
        const real = total(tariff, truth);
        const found = quote(tariff, { ...stay, doubt });
        if ("kind" in found || real === undefined) return;
        count("doubtful");
        expect(found.total).toBeLessThanOrEqual(real);
        expect(found.total).toBeLessThanOrEqual(total(tariff, stay) ?? 0);
        expect([found.doubt, found.lines.at(-1)?.zh]).toEqual([words, words.zh]);
      },
    ),
    { ...settings, numRuns: runs / 5 },
  );
  counted(context, { ...counts, wrong: 0 });
});

test("an exit that is labelled before its entry costs nothing and says why", () => {
  const read = parseTariff(JSON.stringify(randomFile(new Chance(5))), "5");
  if ("complaints" in read) throw new Error("refused");
  const found = quote(read.tariff, { entered: wall(start + hour), left: wall(start), colour: "blue", history: [] });
  expect("kind" in found ? found : { total: found.total, doubt: found.doubt?.en }).toEqual({
    total: 0,
    doubt: "the exit is labelled before the entry: a clock is in doubt, nothing is charged",
  });
});
