// A scenario of one lane, played to the running compound, and what its gateway told of it by way of the cloud held against what the scenario says it must.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import type { EventView } from "#protocols/api/views.ts";
import type { Compound } from "./compound.ts";
import { runProgram } from "./program.ts";

const folder = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "firmware-sim", "scenarios", "lanes");
export const laneScenarios = (): string[] =>
  readdirSync(folder)
    .map((file) => file.replace(/\.yaml$/, ""))
    .sort();

export interface Told {
  readonly type: string;
  readonly data: unknown;
}

/** "lane.exception reason=tailgating": the event's type, and members that it has. */
export function isTold(words: string, { type, data }: Told): boolean {
  const [wanted, ...members] = words.split(" ");
  if (wanted !== type) return false;
  const has = (data ?? {}) as Readonly<Record<string, unknown>>;
  return members.every((member) => {
    const [name = "", value] = member.split("=");
    return String(has[name]) === value;
  });
}

export interface ScenarioResult {
  readonly scenario: string;
  readonly told: readonly string[];
  readonly missing: readonly string[];
  readonly unwanted: readonly string[];
}

export interface Telling {
  readonly tells?: readonly string[];
  readonly never?: readonly string[];
}

export const compareTold = (scenario: string, { tells = [], never = [] }: Telling, heard: readonly Told[]): ScenarioResult => ({
  scenario,
  told: tells.filter((words) => heard.some((event) => isTold(words, event))),
  missing: tells.filter((words) => !heard.some((event) => isTold(words, event))),
  unwanted: never.filter((words) => heard.some((event) => isTold(words, event))),
});

const within_ms = 90_000;
/** What must not come has this long to come. */
const settles_ms = 3_000;

export async function playLaneScenario(compound: Compound, name: string, heard: readonly EventView[]): Promise<ScenarioResult> {
  const telling = parse(readFileSync(join(folder, `${name}.yaml`), "utf8")) as Telling;
  await runProgram("play", ["firmware-sim/main.ts", "play", name, "--control", compound.simulator.control]);
  const compare = (): ScenarioResult => compareTold(name, telling, heard);
  for (const from = performance.now(); compare().missing.length > 0 && performance.now() - from < within_ms; ) await sleep(250);
  await sleep(settles_ms);
  return compare();
}
