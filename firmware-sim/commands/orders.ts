// The commands that speak to running simulators: fault, car, tap, traffic, state, reply.
import { text as readAll } from "node:stream/consumers";
import { parseArgs } from "node:util";
import { manners, type SimulatorState, simulatorFaults } from "#protocols/api/simulator.ts";
import { callControl, findControl } from "../control/remote.ts";
import { data, type ExitCode, exitCode, meant, talk, UsageError, wholeNumber } from "./say.ts";

const control = { control: { type: "string" } } as const;

async function call(given: string | undefined, path: string, body?: unknown): Promise<{ code: ExitCode; body?: unknown }> {
  const where = findControl(given);
  if (where === undefined) {
    talk("没有运行中的模拟器 / no simulators are running; cuobian sim run, or --control URL");
    return { code: exitCode.unreachable };
  }
  const called = await callControl(where, path, body);
  if (called.kind === "answer") return { code: exitCode.ok, body: called.body };
  talk(called.words);
  return { code: called.kind === "unreachable" ? exitCode.unreachable : exitCode.failed };
}

export async function order(given: string | undefined, path: string, body: unknown): Promise<ExitCode> {
  const { code, body: answer } = await call(given, path, withoutGaps(body));
  if (code !== exitCode.ok) return code;
  data(JSON.stringify(answer));
  return code;
}

const withoutGaps = (body: unknown): unknown => JSON.parse(JSON.stringify(body));

function one(positionals: readonly string[], what: string): string {
  const [word, ...more] = positionals;
  if (word === undefined || more.length > 0) throw new UsageError(`${what}；见 / see cuobian sim --help`);
  return word;
}

export async function fault(args: string[]): Promise<ExitCode> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      ...control,
      socket: { type: "string" },
      station: { type: "string" },
      shed: { type: "string" },
      lane: { type: "string" },
      amount: { type: "string" },
      seconds: { type: "string" },
      n: { type: "string" },
    },
  });
  const name = one(positionals, `sim fault NAME：${simulatorFaults.join(" ")}`);
  const { socket, station, shed, lane } = values;
  if (!simulatorFaults.some((known) => known === name)) {
    const guess = meant(name, simulatorFaults);
    throw new UsageError(
      `没有故障 / no fault "${name}"${guess === undefined ? `: ${simulatorFaults.join(" ")}` : `；是否想输入 / did you mean "${guess}"?`}`,
    );
  }
  const amount = wholeNumber("amount", values.amount) ?? wholeNumber("n", values.n);
  const seconds = wholeNumber("seconds", values.seconds);
  return order(values.control, "/faults", { name, socket, station, shed, lane, amount, seconds });
}

export async function car(args: string[]): Promise<ExitCode> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { ...control, lane: { type: "string" }, "stay-s": { type: "string" }, manner: { type: "string" } },
  });
  const plate = one(positionals, "sim car PLATE");
  const { manner } = values;
  if (manner !== undefined && !manners.some((known) => known === manner))
    throw new UsageError(`--manner: ${manners.join(" ")}，不是 / not "${manner}"`);
  return order(values.control, "/cars", { plate, lane: values.lane, stay_s: wholeNumber("stay-s", values["stay-s"]), manner });
}

export async function tap(args: string[]): Promise<ExitCode> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      ...control,
      card: { type: "string", default: "88001" },
      "power-W": { type: "string" },
      minutes: { type: "string" },
    },
  });
  const minutes = values.minutes === undefined ? undefined : Number(values.minutes);
  if (minutes !== undefined && !(minutes > 0)) throw new UsageError("--minutes: > 0");
  return order(values.control, "/taps", {
    socket: one(positionals, "sim tap SOCKET"),
    card: wholeNumber("card", values.card),
    power_W: wholeNumber("power-W", values["power-W"]),
    minutes,
  });
}

export async function traffic(args: string[]): Promise<ExitCode> {
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options: control });
  return order(values.control, "/traffic", { state: one(positionals, "sim traffic run|stop") });
}

export async function state(args: string[]): Promise<ExitCode> {
  const { values } = parseArgs({
    args,
    allowPositionals: false,
    options: { ...control, json: { type: "boolean", default: false }, frames: { type: "string", default: "0" } },
  });
  const frames = wholeNumber("frames", values.frames) ?? 0;
  const { code, body } = await call(values.control, `/state?frames=${frames}`);
  if (code !== exitCode.ok) return code;
  data(values.json ? JSON.stringify(body) : stateText(body as SimulatorState));
  return code;
}

function stateText({ counts, lanes, sockets, line }: SimulatorState): string {
  const rows = sockets
    .filter((socket) => socket.plugged || socket.relay || socket.faults.length > 0)
    .map(
      ({ socket, relay, why, current_mA, power_mW, temperature_mC, faults }) =>
        `  ${socket.padEnd(13)} ${relay ? "闭合 closed" : "断开 open  "} ${why.padEnd(9)} ${(current_mA / 1000).toFixed(3)} A ${(power_mW / 1000).toFixed(1).padStart(7)} W ${(temperature_mC / 1000).toFixed(1)} °C ${faults.join(" ")}`,
    );
  return [
    ...lanes.map(
      ({ lane, arm, openings, passages, queue }) => `  ${lane.padEnd(13)} ${arm.padEnd(8)} 开闸 ${openings} 通过 ${passages} 排队 ${queue}`,
    ),
    ...rows,
    ...Object.entries(counts).map(([name, value]) => `  ${name.padEnd(18)} ${value}`),
    `  line               bad frames ${line.bad_frames}, collisions ${line.collisions}`,
  ].join("\n");
}

/** A reply without JSON is what a camera ignores. */
export async function reply(args: string[]): Promise<ExitCode> {
  const { values } = parseArgs({ args, allowPositionals: false, options: { ...control, lane: { type: "string", default: "west-in" } } });
  let body: unknown;
  try {
    body = JSON.parse(await readAll(process.stdin));
  } catch {
    talk("不是 JSON，相机会忽略 / no JSON: a camera ignores it");
    return exitCode.failed;
  }
  return order(values.control, `/lanes/${encodeURIComponent(values.lane)}/reply`, body);
}
