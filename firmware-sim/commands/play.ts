// `sim play`: a scenario's events, one after the other at their seconds, told to simulators that run already.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { setTimeout as rest } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { readScenario, type ScenarioEvent } from "../traffic/scenario.ts";
import { order } from "./orders.ts";
import { data, type ExitCode, exitCode, meant, talk, UsageError } from "./say.ts";

const ready = fileURLToPath(new URL("../scenarios/lanes/", import.meta.url));
const names = (): string[] => readdirSync(ready).map((file) => file.replace(/\.yaml$/, ""));

function fileOf(word: string): string {
  if (existsSync(word)) return word;
  if (names().includes(word)) return `${ready}${word}.yaml`;
  const guess = meant(word, names());
  throw new UsageError(
    `没有剧本 / no scenario "${word}"${guess === undefined ? `；可用 / there are: ${names().join(" ")}` : `；是否想输入 / did you mean "${guess}"?`}`,
  );
}

const place = (event: ScenarioEvent): readonly [path: string, body: unknown] =>
  event.car !== undefined
    ? ["/cars", event.car]
    : event.tap !== undefined
      ? ["/taps", event.tap]
      : event.fault !== undefined
        ? ["/faults", event.fault]
        : ["/traffic", event.traffic];

export async function play(args: string[]): Promise<ExitCode> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { control: { type: "string" }, list: { type: "boolean" } },
  });
  if (values.list === true) {
    for (const name of names()) {
      const scenario = readScenario(readFileSync(`${ready}${name}.yaml`, "utf8"));
      data(`${name.padEnd(22)} ${"events" in scenario ? (scenario.name ?? "") : scenario.join("; ")}`);
    }
    return exitCode.ok;
  }
  const [word, ...more] = positionals;
  if (word === undefined || more.length > 0) throw new UsageError("sim play NAME|FILE；sim play --list");
  const scenario = readScenario(readFileSync(fileOf(word), "utf8"));
  if (!("events" in scenario)) {
    talk(`${word}: 剧本无效 / no scenario:\n${scenario.map((line) => `  ${line}`).join("\n")}`);
    return exitCode.config;
  }
  const began = performance.now();
  for (const event of scenario.events) {
    await rest(Math.max(0, event.at_s * 1_000 - (performance.now() - began)));
    const code = await order(values.control, ...place(event));
    if (code !== exitCode.ok) return code;
  }
  return exitCode.ok;
}
