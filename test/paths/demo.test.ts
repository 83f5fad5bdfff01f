// The demo as a stranger runs it: its first live event, its clean end, and the outage after which every count must agree.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { laneScenarios } from "#command/demo/lane-scenario.ts";
import { root } from "../house/reading.ts";
import { counted, full } from "../promise.ts";

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function demo(args: readonly string[]): Promise<Ended> {
  const child = spawn(process.execPath, [join(root, "command/main.ts"), "demo", "--port", "0", ...args], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let out = "";
  let err = "";
  child.stdout.on("data", (bytes: Buffer) => {
    out += bytes.toString();
  });
  child.stderr.on("data", (bytes: Buffer) => {
    err += bytes.toString();
  });
  return new Promise((resolve) => child.once("exit", (code) => resolve({ code, out, err })));
}

test("P 01.demo: the first live event comes within ten seconds of start, and the demo ends cleanly", async (context) => {
  const { code, out, err } = await demo(["--exit", "--json"]);
  expect(code, err).toBe(0);
  const { first_event_s } = JSON.parse(out) as { first_event_s: number };
  expect(first_event_s, err).toBeLessThanOrEqual(10);
  counted(context, { "first live event, s": first_event_s });
});

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
