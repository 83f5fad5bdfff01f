// A shed's numbers: one series a fact, and none for what nobody sees.
import { expect, test } from "vitest";
import type { ShedReading } from "../link/messages.ts";
import { shedMeasures } from "./shed-measures.ts";

const shed = (over: Partial<Record<keyof ShedReading, unknown>> = {}): ShedReading =>
  ({
    ...{ shed: "shed-1", state: "serving", trip: null, cause: null, source: null, contactor: "closed", leaking: false },
    ...{ residual_mA: 42, power_mW: 3_000_000 },
    inputs: [{ input: "smoke-1", of: "smoke", state: "clear", age_ms: 100 }],
    budgets: [{ budget: "shed-1/L1", of: "phase", value: 14_000, reserved: 4_000, limit: 32_000, unit: "mA", by: "meter" }],
    ...over,
  }) as unknown as ShedReading;
const said = (...sheds: ShedReading[]): string[] =>
  shedMeasures(sheds).map(({ name, labels, value }) => `${name}${JSON.stringify(Object.values(labels ?? {}))} ${value}`);

test("no shed, no series", () => expect(shedMeasures([])).toEqual([]));

test("a serving shed and a latched one", () => {
  const lines = said(
    shed(),
    shed({ shed: "shed-2", state: "latched", contactor: "stuck", residual_mA: null, power_mW: null, budgets: [] }),
  );
  expect(lines).toEqual(
    expect.arrayContaining([
      'cuobian_sheds["serving"] 1',
      'cuobian_sheds["latched"] 1',
      'cuobian_sheds["blind"] 0',
      'cuobian_shed_serving["shed-1"] 1',
      'cuobian_shed_serving["shed-2"] 0',
      'cuobian_shed_inputs["shed-1","clear"] 1',
      'cuobian_shed_contactor_closed["shed-1"] 1',
      'cuobian_shed_contactor_stuck["shed-2"] 1',
      'cuobian_shed_power_mW["shed-1"] 3000000',
      'cuobian_shed_residual_mA["shed-1"] 42',
      'cuobian_shed_budget["shed-1","shed-1/L1","phase","mA"] 14000',
      'cuobian_shed_budget_reserved["shed-1","shed-1/L1","phase","mA"] 4000',
      'cuobian_shed_budget_limit["shed-1","shed-1/L1","phase","mA"] 32000',
    ]),
  );
  expect(lines.filter((line) => /(power_mW|residual_mA|contactor_closed)\["shed-2"/.test(line))).toEqual([]);
});

test("a contactor that is not seen has no number", () => {
  expect(said(shed({ contactor: "unknown" })).filter((line) => line.includes("contactor"))).toEqual([]);
});
