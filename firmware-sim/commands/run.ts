// `sim run`: all simulators in one process, until somebody ends it.
import { randomUUID } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import pino from "pino";
import Value from "typebox/value";
import type { SimulatorReady, Targets } from "#protocols/api/simulator.ts";
import { Profile } from "#protocols/modbus/profile.ts";
import { type Answering, answerProbes, servicesHere } from "../cameras/discovery.ts";
import { type WireOption, wireOptions, wiresFrom } from "../charging/wires.ts";
import { controlApi } from "../control/api.ts";
import type { InboxOptions } from "../control/inbox.ts";
import { removeControlNote, writeControlNote } from "../control/remote.ts";
import { laneRows } from "../parking/gate.ts";
import { type Sandbox, startSandbox } from "../payments/sandbox.ts";
import { realWorld } from "../ports.ts";
import { openTown, type Town } from "../town.ts";
import { readScenario, type Scenario } from "../traffic/scenario.ts";
import { data, type ExitCode, exitCode, talk, UsageError, wholeNumber } from "./say.ts";

/** How station-1 is wired wrongly; each may be given several times. */
const wiredOptions = Object.fromEntries(wireOptions.map((name) => [name, { type: "string", multiple: true }])) as Readonly<
  Record<WireOption, { readonly type: "string"; readonly multiple: true }>
>;

const options = {
  port: { type: "string", default: "0" },
  seed: { type: "string", default: "7" },
  "entry-url": { type: "string" },
  "exit-url": { type: "string" },
  "booth-url": { type: "string" },
  "booth-token-file": { type: "string" },
  traffic: { type: "string", default: "steady" },
  "stations-port": { type: "string", default: "0" },
  "barriers-port": { type: "string", default: "0" },
  contactor: { type: "boolean", default: false },
  discovery: { type: "boolean", default: false },
  "ready-json": { type: "boolean", default: false },
  "sandbox-secret-file": { type: "string" },
  "sandbox-port": { type: "string", default: "0" },
  "inbox-secret-file": { type: "string" },
  loads: { type: "string" },
  batteries: { type: "boolean", default: false },
  habits: { type: "boolean", default: false },
  clock: { type: "string" },
  ...wiredOptions,
} as const;
type Given = ReturnType<typeof parseArgs<{ options: typeof options }>>["values"];

function loadProfile(name: string): Profile {
  const file = new URL(`../../protocols/profiles/${name}.json`, import.meta.url);
  const profile: unknown = JSON.parse(readFileSync(file, "utf8"));
  if (!Value.Check(Profile, profile)) throw new Error(`${name}.json is no profile`);
  return profile;
}

function targetsOf(values: Given): Targets {
  for (const name of ["entry-url", "exit-url", "booth-url"] as const) {
    const url = values[name];
    if (url !== undefined && !/^https?:\/\//.test(url))
      throw new UsageError(`--${name}: 需要 http:// 地址 / an http:// address, not "${url}"`);
  }
  return {
    ...(values["entry-url"] === undefined ? {} : { entry_url: values["entry-url"] }),
    ...(values["exit-url"] === undefined ? {} : { exit_url: values["exit-url"] }),
    ...(values["booth-url"] === undefined ? {} : { booth_url: values["booth-url"] }),
    ...(values["booth-token-file"] === undefined ? {} : { booth_token_file: values["booth-token-file"] }),
  };
}

function trafficOf(given: string): "steady" | "none" | Scenario | readonly string[] {
  if (given === "steady" || given === "none") return given;
  let text: string;
  try {
    text = readFileSync(given, "utf8");
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
  return readScenario(text);
}

const isComplaints = (traffic: ReturnType<typeof trafficOf>): traffic is readonly string[] => Array.isArray(traffic);

/** Second of China's day at which the people's day begins; undefined: nobody has habits. */
function habitsFrom({ habits, clock }: Given): number | undefined {
  if (!habits) return undefined;
  const said = clock ?? new Date(Date.now() + 8 * 3_600_000).toISOString().slice(11, 16);
  const [, hour, minute] = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(said) ?? [];
  if (hour === undefined) throw new UsageError(`--clock: 应写成 / write "17:55", not "${said}"`);
  return Number(hour) * 3_600 + Number(minute) * 60;
}

function portOf(name: string, text: string): number {
  const port = wholeNumber(name, text) ?? 0;
  if (port < 0 || port > 65_535) throw new UsageError(`--${name}: 0 … 65535`);
  return port;
}

/** A provider of payments that moves no money, where a secret for it is named. */
async function sandboxOf(values: Given): Promise<Sandbox | undefined> {
  const file = values["sandbox-secret-file"];
  if (file === undefined) return undefined;
  return startSandbox({ secret: readFileSync(file, "utf8").trim(), port: portOf("sandbox-port", values["sandbox-port"]) });
}

/** A demonstration's sender may have its clock moved (CUOBIAN_DEMO_CLOCK, as the cloud reads it): its signatures are of that time. */
function inboxOf(values: Given): InboxOptions | undefined {
  const file = values["inbox-secret-file"];
  if (file === undefined) return undefined;
  const { CUOBIAN_DEMO_CLOCK: clock } = process.env;
  const ahead_ms = (): number => (clock !== undefined && existsSync(clock) ? Number(readFileSync(clock, "utf8")) || 0 : 0);
  return { secret: readFileSync(file, "utf8").trim(), now: () => Date.now(), ahead_ms };
}

/** Its lanes' cameras answer who looks for cameras; off unless it is asked for, so that simulators that run beside each other stay unseen. */
async function discoveryOf({ discovery }: Given): Promise<Answering | undefined> {
  if (!discovery) return undefined;
  const cameras = laneRows.flatMap(({ id, camera }, at) =>
    camera === undefined
      ? []
      : [
          {
            endpoint: `7c1f04aa-0000-4000-8000-${String(at + 1).padStart(12, "0")}`,
            ...{ name: `R5-V1.0 ${camera.serialno}`, hardware: "LPR", location: id, services: servicesHere() },
          },
        ],
  );
  return answerProbes({ cameras, newId: randomUUID });
}

function readyOf(town: Town, control: string, sandbox: Sandbox | undefined): SimulatorReady {
  const { serial, stationsTcp, stationsRtu, barriers } = town;
  return {
    ready: "sim",
    control,
    serial,
    stations_tcp: { ...stationsTcp },
    stations_rtu: { ...stationsRtu },
    barriers: { ...barriers, units: { ...barriers.units } },
    ...(sandbox === undefined ? {} : { sandbox: sandbox.url }),
  };
}

function announce(ready: SimulatorReady, asJson: boolean): void {
  if (asJson) data(JSON.stringify(ready));
  else
    data(
      [
        `控制 / control    ${ready.control}`,
        `充电站 / stations ${ready.serial} (19200 8N1, 1 & 2, 11 board, 21 meter)   Modbus/TCP ${ready.stations_tcp.host}:${ready.stations_tcp.port} (31 pumps)   RTU/TCP ${ready.stations_rtu.host}:${ready.stations_rtu.port}`,
        `道闸 / barriers   Modbus/TCP ${ready.barriers.host}:${ready.barriers.port}   ${JSON.stringify(ready.barriers.units)}`,
        "Ctrl-C 结束 / ends",
      ].join("\n"),
    );
}

export async function run(args: string[]): Promise<ExitCode> {
  const { values } = parseArgs({ args, options, allowPositionals: false });
  const targets = targetsOf(values);
  const traffic = trafficOf(values.traffic);
  const [port, stations, barriers] = [
    portOf("port", values.port),
    portOf("stations-port", values["stations-port"]),
    portOf("barriers-port", values["barriers-port"]),
  ];
  if (isComplaints(traffic)) {
    talk(`${values.traffic}: 剧本无效 / no scenario:\n${traffic.map((line) => `  ${line}`).join("\n")}`);
    return exitCode.config;
  }
  const log = pino({ name: "sim" }, pino.destination(2));
  const ending = Promise.withResolvers<ExitCode>();
  process.on("SIGINT", () => ending.resolve(exitCode.interrupted));
  process.on("SIGTERM", () => ending.resolve(exitCode.ok));
  const station = loadProfile("stations/ten-socket");
  const wires = wiresFrom(values, station.sockets?.count ?? 0);
  if (typeof wires === "string") throw new UsageError(wires);
  const town = await openTown({
    wires,
    loads_W: wholeNumber("loads", values.loads),
    world: realWorld,
    seed: wholeNumber("seed", values.seed) ?? 7,
    profiles: {
      station,
      barrier: loadProfile("barriers/direction-board"),
      board: loadProfile("relays/waveshare-8-in-8"),
      meter: loadProfile("meters/power-room"),
      pumps: loadProfile("pumps/secondary-supply"),
    },
    contactor: values.contactor,
    batteries: values.batteries || values.habits,
    traffic,
    habitsFrom_s: habitsFrom(values),
    targets,
    newPaymentId: randomUUID,
    ports: { stations, barriers },
    onLineClosed: (why) => {
      log.error({ why }, "the serial line is gone");
      ending.resolve(exitCode.failed);
    },
    onScenario: ({ at_s }, outcome) => log.info({ at_s, outcome: outcome.kind === "done" ? "done" : outcome.code }, "scenario"),
  });
  const sandbox = await sandboxOf(values);
  const discovery = await discoveryOf(values);
  const api = controlApi(town, inboxOf(values));
  const control = await api.listen({ host: "127.0.0.1", port });
  writeControlNote({ control, pid: process.pid });
  announce(readyOf(town, control, sandbox), values["ready-json"]);
  log.info({ control, serial: town.serial }, "ready");
  const code = await ending.promise;
  removeControlNote(process.pid);
  await api.close();
  await sandbox?.stop();
  discovery?.close();
  await town.close();
  return code;
}
