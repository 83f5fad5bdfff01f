// `sim line`: several devices on one RS-485 pair, wired as people wire them. On a pseudo-terminal; what the other end hears is made bit by bit.
import { parseArgs } from "node:util";
import type { Profile } from "#protocols/modbus/profile.ts";
import { switchAddress } from "#protocols/modbus/switching.ts";
import { chance } from "../chance.ts";
import { contactOf, type Fed, fedMeter, type MeterFault, steadyLoad } from "../charging/fed.ts";
import { fedLine } from "../charging/fed-line.ts";
import { controlApi } from "../control/api.ts";
import { type AnyDevice, anyDevice } from "../modbus/any-device.ts";
import { serveBus, type Wired, type Wiring } from "../modbus/bus.ts";
import { portSettings } from "../modbus/port-settings.ts";
import { openPseudoTerminal } from "../modbus/pseudo-terminal.ts";
import { realWorld } from "../ports.ts";
import { isComplaints, readProfile } from "./device.ts";
import { data, type ExitCode, exitCode, talk, UsageError, wholeNumber } from "./say.ts";

const wirings: Readonly<Record<string, Wiring>> = {
  right: {},
  swapped: { swapped: "biased" },
  "swapped-unbiased": { swapped: "unbiased" },
  open: { open: true },
  echo: { echo: true },
  floating: { floating: true },
  noise: { noise_permille: 4 },
  stranger: { stranger_ms: 150 },
  "turns-late": { turnsLate: 2 },
};

const options = {
  wired: { type: "string", default: "right" },
  seed: { type: "string", default: "7" },
  "restart-ms": { type: "string" },
  loads: { type: "string" },
  port: { type: "string" },
  "ready-json": { type: "boolean", default: false },
} as const;

/** Shorter than any answer to a read. */
const halfAnAnswer = 5;
const otherUnit = 99;

interface Member {
  readonly profile: Profile;
  readonly device: AnyDevice;
  readonly fault: MeterFault | undefined;
  readonly wired: Wired;
}

/** "meters/pzem-016@3", "meters/sdm120@1/2400", with what is wrong with it behind: "!swapped", "!off", "!half" an answer, "!other" unit in it; a meter that is fed also "!turned" or "!phase". */
function member(text: string, index: number, { seed, fed }: { seed: number; fed: ReadonlyMap<AnyDevice, Fed> }): Member {
  const match = text.match(/^(.+?)(?:@(\d+)(?:\/(\d+))?)?(?:!(swapped|off|half|other|turned|phase))?$/);
  const profile = readProfile(match?.[1] ?? text);
  if (isComplaints(profile)) throw new UsageError(`${text}: ${profile.join("; ")}`);
  const unit = Number(match?.[2] ?? profile.unit ?? 1);
  const baud = Number(match?.[3] ?? profile.serial?.baud ?? 9600);
  const device = anyDevice(profile, chance(seed).for(`${index}`), {
    unit,
    baud,
    after: (ms, run) => void realWorld.after(ms, run),
  });
  const { parity, stop_bits: stopBits } = profile.serial ?? { parity: "none", stop_bits: 1 };
  return {
    profile,
    device,
    fault: match?.[4] === "turned" || match?.[4] === "phase" ? match[4] : undefined,
    wired: {
      unit: device.unit,
      settings: () => ({ baud: device.baud(), parity, stopBits }),
      memory: (now) => {
        const one = fed.get(device);
        return match?.[4] === "off" || one?.silent === true ? undefined : (one?.memory(now) ?? device.memory);
      },
      general: profile.addressing?.general,
      swapped: match?.[4] === "swapped",
      speaksBytes: match?.[4] === "half" ? halfAnAnswer : undefined,
      answersAs: match?.[4] === "other" ? otherUnit : undefined,
    },
  };
}

const tick_ms = 50;

/** Relay n, counted over all boards of the line, feeds its n-th meter, and something is plugged in behind each. */
function feed(members: readonly Member[], { fed, loads, seed }: { fed: Map<AnyDevice, Fed>; loads: number; seed: number }): void {
  const relays = members.flatMap(({ profile: { relays: own }, device }) =>
    own === undefined || own.coil === undefined
      ? []
      : Array.from({ length: own.count }, (_, relay) => () => device.memory.coil?.(switchAddress(own, relay)) === true),
  );
  const meters = members.filter(({ profile }) => profile.relays === undefined && profile.points.some(({ name }) => name === "current_mA"));
  for (const [index, { profile, device, fault }] of meters.entries()) {
    const closed = relays[index];
    if (closed === undefined) continue;
    const contact = contactOf(closed);
    const one = fedMeter({ profile, device, chance: chance(seed).for(`load ${index}`), now: realWorld.now(), contact, wired: fault });
    if (loads > 0) one.plug(steadyLoad(loads * 1_000));
    fed.set(device, one);
  }
}

export async function line(args: string[]): Promise<ExitCode> {
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
  if (positionals.length === 0) throw new UsageError("sim line meters/pzem-016@1 meters/pzem-016@1 …");
  const wiring = wirings[values.wired];
  if (wiring === undefined) throw new UsageError(`--wired: ${Object.keys(wirings).join(" | ")}`);
  const seed = wholeNumber("seed", values.seed) ?? 7;
  const fed = new Map<AnyDevice, Fed>();
  const members = positionals.map((text, index) => member(text, index, { seed, fed }));
  const loads = wholeNumber("loads", values.loads);
  if (loads !== undefined) feed(members, { fed, loads, seed });
  const usual = members[0]?.wired.settings() ?? { baud: 9600, parity: "none", stopBits: 1 };
  const ending = Promise.withResolvers<ExitCode>();
  process.on("SIGINT", () => ending.resolve(exitCode.interrupted));
  process.on("SIGTERM", () => ending.resolve(exitCode.ok));
  const terminal = await openPseudoTerminal();
  terminal.onClose((why) => {
    talk(why);
    ending.resolve(exitCode.failed);
  });
  const bus = serveBus(terminal, {
    world: realWorld,
    chance: chance(seed).for("wires"),
    devices: members.map(({ wired }) => wired),
    wiring,
    master: portSettings(terminal.path, usual),
  });
  // Somebody switches everything off and on again, again and again: for settings that count only afterwards.
  const restart_ms = wholeNumber("restart-ms", values["restart-ms"]);
  const stop =
    restart_ms === undefined
      ? () => undefined
      : realWorld.every(restart_ms, () => {
          for (const { device } of members) device.restart();
        });
  const port = wholeNumber("port", values.port);
  if (port !== undefined && loads === undefined) throw new UsageError("--port 须与 --loads 同用 / --port goes with --loads");
  const api = port === undefined ? undefined : controlApi(fedLine({ fed: [...fed.values()], now: realWorld.now, bus }));
  const control = await api?.listen({ host: "127.0.0.1", port: port ?? 0 });
  const devices = members.map(({ profile, device }) => ({ profile: profile.id, unit: device.unit(), baud: device.baud() }));
  if (values["ready-json"])
    data(
      JSON.stringify({
        ready: "sim-line",
        serial: terminal.path,
        baud: usual.baud,
        devices,
        ...(control === undefined ? {} : { control }),
      }),
    );
  else
    data(
      [
        `${terminal.path}`,
        ...devices.map(({ profile, unit, baud }) => `  ${profile} 从站 unit ${unit} · ${baud}`),
        `  cuobian modbus scan --serial ${terminal.path} --baud ${usual.baud} --to 20`,
        ...(control === undefined ? [] : [`  cuobian sim fault over-current --socket line/1 --control ${control}`]),
        "Ctrl-C 结束 / ends",
      ].join("\n"),
    );
  const stopTicking = realWorld.every(tick_ms, () => {
    for (const one of fed.values()) one.advance(realWorld.now());
  });
  const code = await ending.promise;
  stop();
  stopTicking();
  await api?.close();
  bus.close();
  terminal.close();
  return code;
}
