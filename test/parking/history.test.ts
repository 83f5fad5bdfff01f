// A long random day is played clean, and again through duplicates, reorderings, restarts, set clocks and replays: the gateway makes the same of both.
import { expect, test } from "vitest";
import { counted, full, plain } from "../promise.ts";
import { toldChance } from "../told-clock.ts";
import type { Noise } from "./noise.ts";
import { plainFee, writeScript } from "./script.ts";
import { play } from "./town.ts";

const kinds: readonly Noise["kind"][] = ["clock-steps", "reboots", "restarts"];
const scriptOf = (seed: number) => writeScript(toldChance(seed).unit, { cars: 12, stored: seed % 3 !== 0 });
const noiseOf = (seed: number): Noise => ({ random: toldChance(seed + 1_000_000).unit, kind: kinds[seed % 3] ?? "restarts" });

const seeds = full ? 500 : plain ? 3 : 12;

test("P 06.history: through duplicates, reorderings, restarts, clock steps and replays, the same visits, bills and openings", async (context) => {
  const sums: Record<string, number> = {};
  const wrong = 0;
  for (let seed = 1; seed <= seeds; seed += 1) {
    const script = scriptOf(seed);
    const clean = await play(script);
    const noisy = await play(script, { noise: noiseOf(seed) });
    // What really happened, told by the cars and not by the gateway.
    expect(clean.made.visits.length, `seed ${seed}`).toBe(script.trips.length);
    for (const [trip, stay_ms] of clean.stays_ms)
      expect(clean.made.bills, `seed ${seed}: ${trip.plate} stayed ${stay_ms} ms`).toContain(
        [trip.plate, plainFee(stay_ms), plainFee(stay_ms), plainFee(stay_ms) > 0 ? 1 : 0].join(" "),
      );
    expect({ seed, ...noisy.made, armsUp: noisy.armsUp }).toEqual({ seed, ...clean.made, armsUp: clean.armsUp });
    for (const [what, n] of Object.entries({ ...noisy.done, visits: clean.made.visits.length, bills: clean.made.bills.length }))
      sums[what] = (sums[what] ?? 0) + n;
  }
  counted(context, { seeds, ...sums, wrong });
}, 1_800_000);

test("without knowing a repeat by its key the same days come out otherwise", async () => {
  const differing: number[] = [];
  const tried = plain ? 2 : 6;
  for (let seed = 1; seed <= tried; seed += 1) {
    const script = scriptOf(seed);
    const clean = await play(script);
    const noisy = await play(script, { noise: noiseOf(seed), forgetsReads: true });
    if (JSON.stringify(noisy.made) !== JSON.stringify(clean.made)) differing.push(seed);
  }
  expect(differing.length).toBe(tried);
}, 120_000);
