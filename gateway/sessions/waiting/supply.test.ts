// The site file's supplies as the plan sees them: piles count in their shed's power and its transformer's, with what they open above.
import { expect, test } from "vitest";
import type { SiteContext } from "../../site-context.ts";
import { supplyOf } from "./supply.ts";

test("stations by their limits, piles by their declaration; phases have stations alone", () => {
  const config = {
    stations: [],
    sheds: [
      {
        ...{ id: "shed-1", name: "1号棚", stations: [], inputs: [] },
        supply: { phases: [{ phase: "L1", breaker_mA: 63_000, sockets: ["station-1/1"] }], power_mW: 10_000_000, transformer: "t-1" },
      },
    ],
    transformers: [{ id: "t-1", name: "变压器", limit_mW: 50_000_000 }],
    pile_hosts: [
      {
        piles: [
          { id: "pile-1", ports: 2, overload_W: 500, time_most_s: 28_800, shed: "shed-1" },
          { id: "pile-2", ports: 1, overload_W: 900, time_most_s: 28_800 },
        ],
      },
    ],
  };
  const { budgets, sockets } = supplyOf({ config, profiles: new Map(), limits: new Map() } as unknown as SiteContext);
  expect(budgets.map(({ id, unit, limit, sockets: of }) => [id, unit, limit, [...of]])).toEqual([
    ["shed-1/L1", "mA", 50_400, ["station-1/1"]],
    ["shed-1", "mW", 10_000_000, ["pile-1/1", "pile-1/2"]],
    ["t-1", "mW", 50_000_000, ["pile-1/1", "pile-1/2"]],
  ]);
  expect(sockets.get("pile-1/2")).toEqual({ most: { mW: 500_000, mA: 2_526 }, longest_s: 28_800, pile: true });
  expect(sockets.has("pile-2/1")).toBe(true);
});
