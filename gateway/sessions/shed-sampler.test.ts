// A shed's point: its state, what its supply bears beside what it may, and nothing that nobody measures.
import { expect, test } from "vitest";
import type { ShedReading } from "#gateway/link/messages.ts";
import { decodePoint } from "#protocols/uplink/telemetry.ts";
import { monotonic } from "#protocols/vocabulary/time.ts";
import { createShedSampler } from "./shed-sampler.ts";

const shed = {
  ...{ shed: "shed-1", state: "serving", trip: null, cause: null, source: null, inputs: [], contactor: "closed", residual_mA: null },
  ...{ leaking: false, power_mW: 3_100_000 },
  budgets: [
    { budget: "shed-1/bay-a", of: "group", value: 1, reserved: 0, limit: 2, unit: "mA", by: "sum" },
    { budget: "shed-1/L2", of: "phase", value: 14_000, reserved: 0, limit: 50_400, unit: "mA", by: "meter" },
    { budget: "shed-1", of: "shed", value: 4_000_000, reserved: 900_000, limit: 20_000_000, unit: "mW", by: "meter" },
  ],
} as unknown as ShedReading;

const points = (text: string | undefined) =>
  (text ?? "")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => decodePoint(line));

test("one point with all that is measured; without budgets the feeder meter's power", () => {
  const sample = (sheds: readonly ShedReading[]) => points(createShedSampler(2_000).sample({ at: { mono: monotonic(0) }, sheds }));
  expect(sample([shed])).toEqual([
    {
      measurement: "shed",
      tags: { shed: "shed-1" },
      quality: "good",
      fields: { state: 1, contactor_closed: 1, power_mW: 4_000_000, power_limit_mW: 20_000_000, l2_mA: 14_000, l2_limit_mA: 50_400 },
      time_ns: 0n, // milliseconds of age: the time is given when it is sent
    },
  ]);
  expect(sample([{ ...shed, contactor: "unknown", budgets: [] }])).toMatchObject([{ fields: { state: 1, power_mW: 3_100_000 } }]);
  expect(sample([])).toEqual([]);
});

test.each([
  //  after ms  what changed                                    a point
  [1_000, { residual_mA: 400 }, false], //                      too soon
  [2_000, { residual_mA: 400 }, true], //                       a value that was absent
  [2_000, {}, false],
  [5_000, {}, true], //                                         still there
  [0, { state: "latched", contactor: "unknown" }, true], //     its state is said at once
  [2_000, { budgets: [] }, true], //                            values that vanish
] as const)("%i ms later with %o: %s", (later, change, expected) => {
  const sampler = createShedSampler(2_000);
  sampler.sample({ at: { mono: monotonic(0) }, sheds: [shed] });
  const made = sampler.sample({ at: { mono: monotonic(later) }, sheds: [{ ...shed, ...change } as ShedReading] });
  expect(made !== undefined).toBe(expected);
});
