// The cloud dies, the gateway is killed in the middle, and both come back: every count must agree, however slow the machine is meanwhile.
import { expect, test } from "vitest";
import { laneScenarios } from "#command/demo/lane-scenario.ts";
import { counted, full } from "../promise.ts";
import { demo } from "./run-demo.ts";

test("P 01.outage: cloud dead, gateway killed -9 in the middle; the simulators' counts equal the cloud's", async (context) => {
  const outage = full ? 60 : 8;
  const { code, out, err } = await demo(["--scenario", "outage", "--outage-s", String(outage), "--exit", "--json"]);
  expect(out, err).not.toBe("");
  const result = JSON.parse(out) as {
    equal: boolean;
    differences: string[];
    simulator: Record<string, number>;
    cloud: Record<string, number>;
  };
  expect(result.differences, err.split("\n").slice(-60).join("\n")).toEqual([]);
  expect(code).toBe(0);
  counted(context, {
    "outage, s": outage,
    ...result.simulator,
    "events in the cloud": result.cloud.events ?? 0,
    "missing in the cloud": result.cloud.missing ?? -1,
  });
}, 400_000);

// Each takes as long as its drivers do; the same scenarios are played in told time in every run (test/parking/scenarios.test.ts).
if (full)
  test.each(laneScenarios())(
    "P 06.stories: the demo plays the scenario %s, and its gateway tells what it must",
    async (scenario) => {
      const { code, out, err } = await demo(["--scenario", scenario, "--exit", "--json"]);
      expect(code, `${out}\n${err.split("\n").slice(-60).join("\n")}`).toBe(0);
    },
    240_000,
  );
