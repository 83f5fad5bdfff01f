// `sim device`: one device made from a profile, on Modbus/TCP, or on a pseudo-terminal as a serial line.
import { existsSync, readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import Value from "typebox/value";
import { profileComplaints } from "#protocols/modbus/check.ts";
import { Profile } from "#protocols/modbus/profile.ts";
import { chance } from "../chance.ts";
import { anyDevice, canShow } from "../modbus/any-device.ts";
import { openPseudoTerminal } from "../modbus/pseudo-terminal.ts";
import { serveSerialLine } from "../modbus/serial-line.ts";
import { serveTcp } from "../modbus/tcp-face.ts";
import { realWorld } from "../ports.ts";
import { data, type ExitCode, exitCode, talk, UsageError, wholeNumber } from "./say.ts";

const options = {
  port: { type: "string", default: "0" },
  host: { type: "string", default: "127.0.0.1" },
  unit: { type: "string" },
  seed: { type: "string", default: "7" },
  serial: { type: "boolean", default: false },
  set: { type: "string", multiple: true, default: [] as string[] },
  "ready-json": { type: "boolean", default: false },
} as const;

function readProfile(name: string): Profile | readonly string[] {
  const inCatalogue = new URL(`../../protocols/profiles/${name}.json`, import.meta.url);
  const path = /^[a-z]+\/[a-z0-9-]+$/.test(name) && existsSync(inCatalogue) ? inCatalogue : name;
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
  if (!Value.Check(Profile, value)) return Value.Errors(Profile, value).map((error) => `${error.instancePath} ${error.message}`);
  const complaints = profileComplaints(value);
  return complaints.length > 0 ? complaints : value;
}
const isComplaints = (read: Profile | readonly string[]): read is readonly string[] => Array.isArray(read);

/** "voltage_mV=198000", "current_mA@3=5200" */
function wishes(profile: Profile, given: readonly string[]): Map<string, number> {
  return new Map(
    given.map((text) => {
      const match = text.match(/^([a-z][A-Za-z0-9_]*)(@\d+)?=(-?\d+)$/);
      const point = profile.points.find(({ name }) => name === match?.[1]);
      if (match === null || point === undefined) throw new UsageError(`--set: voltage_mV=198000, current_mA@3=5200, not "${text}"`);
      if (!canShow(point, Number(match[3]))) throw new UsageError(`--set: ${point.name} 不能显示 / cannot show ${match[3]}`);
      return [`${match[1]}${match[2] ?? ""}`, Number(match[3])] as const;
    }),
  );
}

export async function device(args: string[]): Promise<ExitCode> {
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
  const [name, ...more] = positionals;
  if (name === undefined || more.length > 0) throw new UsageError("sim device PROFILE");
  const profile = readProfile(name);
  if (isComplaints(profile)) {
    talk(`${name}: 型号文件有误 / the profile is wrong:\n${profile.map((line) => `  ${line}`).join("\n")}`);
    return exitCode.config;
  }
  if (!values.serial && profile.quirks?.includes("four-byte-registers"))
    throw new UsageError(
      "四字节寄存器的设备只能在串口上模拟：加 --serial / a device with registers of four bytes is simulated on a serial line: add --serial",
    );
  const unit = wholeNumber("unit", values.unit) ?? profile.unit ?? 1;
  const made = anyDevice(profile, chance(wholeNumber("seed", values.seed) ?? 7), {
    set: wishes(profile, values.set),
    after: (ms, run) => void realWorld.after(ms, run),
  });
  const memory = (asked: number) => (asked === unit ? made.memory : undefined);
  const ending = Promise.withResolvers<ExitCode>();
  process.on("SIGINT", () => ending.resolve(exitCode.interrupted));
  process.on("SIGTERM", () => ending.resolve(exitCode.ok));
  const shown = Object.fromEntries([...made.shown].map(([key, value]) => [key, value ?? null]));
  if (values.serial) {
    const baud = profile.serial?.baud ?? 9600;
    const terminal = await openPseudoTerminal();
    terminal.onClose((why) => {
      talk(why);
      ending.resolve(exitCode.failed);
    });
    serveSerialLine(terminal, { world: realWorld, chance: chance(1), baud, memory });
    announce({ ready: "sim-device", profile: profile.id, unit, serial: terminal.path, baud, shown }, values["ready-json"]);
    const code = await ending.promise;
    terminal.close();
    return code;
  }
  const face = await serveTcp({ host: values.host, port: wholeNumber("port", values.port) ?? 0, memory });
  announce({ ready: "sim-device", profile: profile.id, unit, host: face.host, port: face.port, shown }, values["ready-json"]);
  const code = await ending.promise;
  await face.close();
  return code;
}

interface Ready {
  readonly ready: "sim-device";
  readonly profile: string;
  readonly unit: number;
  readonly host?: string;
  readonly port?: number;
  readonly serial?: string;
  readonly baud?: number;
  readonly shown: Readonly<Record<string, unknown>>;
}

function announce(ready: Ready, asJson: boolean): void {
  if (asJson) {
    data(JSON.stringify(ready));
    return;
  }
  const line = ready.serial === undefined ? `--host ${ready.host} --port ${ready.port}` : `--serial ${ready.serial} --baud ${ready.baud}`;
  data(
    `${ready.profile} 从站 unit ${ready.unit}\n  cuobian device test ${ready.profile} ${line} --unit ${ready.unit}\n  cuobian modbus read ${line} --unit ${ready.unit} --address 0\nCtrl-C 结束 / ends`,
  );
}
