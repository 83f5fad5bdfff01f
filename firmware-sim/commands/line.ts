// `sim line`: several devices on one RS-485 pair, wired as people wire them. On a pseudo-terminal; what the other end hears is made bit by bit.
import { parseArgs } from "node:util";
import type { Profile } from "#protocols/modbus/profile.ts";
import { chance } from "../chance.ts";
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
};

const options = {
  wired: { type: "string", default: "right" },
  seed: { type: "string", default: "7" },
  "restart-ms": { type: "string" },
  "ready-json": { type: "boolean", default: false },
} as const;

interface Member {
  readonly profile: Profile;
  readonly device: AnyDevice;
  readonly wired: Wired;
}

/** "meters/pzem-016@3", "meters/sdm120@1/2400", with "!swapped" or "!off" behind it. */
function member(text: string, index: number, seed: number): Member {
  const match = text.match(/^(.+?)(?:@(\d+)(?:\/(\d+))?)?(?:!(swapped|off))?$/);
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
    wired: {
      unit: device.unit,
      settings: () => ({ baud: device.baud(), parity, stopBits }),
      memory: () => (match?.[4] === "off" ? undefined : device.memory),
      general: profile.addressing?.general,
      swapped: match?.[4] === "swapped",
    },
  };
}

export async function line(args: string[]): Promise<ExitCode> {
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
  if (positionals.length === 0) throw new UsageError("sim line meters/pzem-016@1 meters/pzem-016@1 …");
  const wiring = wirings[values.wired];
  if (wiring === undefined) throw new UsageError(`--wired: ${Object.keys(wirings).join(" | ")}`);
  const seed = wholeNumber("seed", values.seed) ?? 7;
  const members = positionals.map((text, index) => member(text, index, seed));
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
  const devices = members.map(({ profile, device }) => ({ profile: profile.id, unit: device.unit(), baud: device.baud() }));
  if (values["ready-json"]) data(JSON.stringify({ ready: "sim-line", serial: terminal.path, baud: usual.baud, devices }));
  else
    data(
      [
        `${terminal.path}`,
        ...devices.map(({ profile, unit, baud }) => `  ${profile} 从站 unit ${unit} · ${baud}`),
        `  cuobian modbus scan --serial ${terminal.path} --baud ${usual.baud} --to 20`,
        "Ctrl-C 结束 / ends",
      ].join("\n"),
    );
  const code = await ending.promise;
  stop();
  bus.close();
  terminal.close();
  return code;
}
