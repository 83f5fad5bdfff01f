// `sim device`: one device made from a profile, on Modbus/TCP, as RTU frames over TCP, or on a pseudo-terminal as a serial line.
import { existsSync, readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { checkProfile } from "#protocols/modbus/check.ts";
import { planReads, readFunctions } from "#protocols/modbus/plan.ts";
import type { Profile } from "#protocols/modbus/profile.ts";
import { chance } from "../chance.ts";
import { anyDevice, canShow } from "../modbus/any-device.ts";
import { openPseudoTerminal } from "../modbus/pseudo-terminal.ts";
import { serveRtuTcp } from "../modbus/rtu-face.ts";
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
  rtu: { type: "boolean", default: false },
  set: { type: "string", multiple: true, default: [] as string[] },
  "ready-json": { type: "boolean", default: false },
} as const;

export function readProfile(name: string): Profile | readonly string[] {
  const inCatalogue = new URL(`../../protocols/profiles/${name}.json`, import.meta.url);
  const path = /^[a-z]+\/[a-z0-9-]+$/.test(name) && existsSync(inCatalogue) ? inCatalogue : name;
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
  const checked = checkProfile(value);
  return "complaints" in checked ? checked.complaints : checked.profile;
}
export const isComplaints = (read: Profile | readonly string[]): read is readonly string[] => Array.isArray(read);

const setForms = "voltage_mV=198000, current_mA@3=5200, state@3.plugged=1";

/** As `setForms` has them: a point, a point of one socket, one flag. */
function wishes(profile: Profile, given: readonly string[]): Map<string, number> {
  return new Map(
    given.map((text) => {
      const match = text.match(/^([a-z][A-Za-z0-9_]*)(@\d+)?(?:\.([a-z][a-z0-9_]*))?=(-?\d+)$/);
      const [, named = "", socket = "", flag, number = ""] = match ?? [];
      const point = profile.points.find(({ name }) => name === named);
      if (match === null) throw new UsageError(`--set: ${setForms}，不是 / not "${text}"`);
      if (point === undefined)
        throw new UsageError(`--set: 没有点 / no point ${named}; ${profile.points.map(({ name }) => name).join(", ")}`);
      const sockets = point.per === "device" ? 0 : (profile.sockets?.count ?? 0);
      if (socket !== "" && !(Number(socket.slice(1)) >= 1 && Number(socket.slice(1)) <= sockets))
        throw new UsageError(`--set: ${named} 没有第 ${socket.slice(1)} 路 / has no socket ${socket.slice(1)}`);
      if (flag !== undefined && point.bits?.[flag] === undefined)
        throw new UsageError(`--set: ${named} 没有标志位 / has no flag ${flag}; ${Object.keys(point.bits ?? {}).join(", ")}`);
      if (flag === undefined && !canShow(point, Number(number))) throw new UsageError(`--set: ${named} 不能显示 / cannot show ${number}`);
      return [`${named}${socket}${flag === undefined ? "" : `.${flag}`}`, Number(number)] as const;
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
  if (values.serial && values.rtu) throw new UsageError("--serial 与 --rtu 二选一 / --serial or --rtu");
  const unit = wholeNumber("unit", values.unit) ?? profile.unit ?? 1;
  const made = anyDevice(profile, chance(wholeNumber("seed", values.seed) ?? 7), {
    set: wishes(profile, values.set),
    unit,
    after: (ms, run) => void realWorld.after(ms, run),
  });
  const memory = (asked: number) => (asked === made.unit() || asked === profile.addressing?.general ? made.memory : undefined);
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
    announce(
      { ready: "sim-device", profile: profile.id, unit, serial: terminal.path, baud, shown },
      { name, profile, asJson: values["ready-json"] },
    );
    const code = await ending.promise;
    terminal.close();
    return code;
  }
  const place = { host: values.host, port: wholeNumber("port", values.port) ?? 0 };
  const face = values.rtu ? await serveRtuTcp({ ...place, memory }) : await serveTcp({ ...place, memory });
  const ready: Ready = { ready: "sim-device", profile: profile.id, unit, host: face.host, port: face.port, rtu: values.rtu, shown };
  announce(ready, { name, profile, asJson: values["ready-json"] });
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
  readonly rtu?: boolean;
  readonly serial?: string;
  readonly baud?: number;
  readonly shown: Readonly<Record<string, unknown>>;
}

/** What mbpoll calls the four tables. */
const mbpollTypes = { coil: 0, discrete: 1, input: 3, holding: 4 } as const;

interface Announcing {
  /** As it was typed, so that the commands can be copied. */
  readonly name: string;
  readonly profile: Profile;
  readonly asJson: boolean;
}

/** The commands ask for what this device really has: its first question. */
function announce(ready: Ready, { name, profile, asJson }: Announcing): void {
  if (asJson) {
    data(JSON.stringify(ready));
    return;
  }
  const tcp = `--host ${ready.host} --port ${ready.port}${ready.rtu ? " --rtu" : ""}`;
  const line = ready.serial === undefined ? tcp : `--serial ${ready.serial} --baud ${ready.baud}`;
  const [first] = planReads(profile);
  const commands = [
    `cuobian device test ${name} ${line} --unit ${ready.unit}`,
    ...(first === undefined
      ? []
      : [
          `cuobian modbus read ${line} --unit ${ready.unit} --fc ${readFunctions[first.table]} --address ${first.address} --count ${first.count}`,
        ]),
    ...(first !== undefined && ready.serial === undefined && !ready.rtu
      ? [
          `mbpoll -m tcp -0 -a ${ready.unit} -t ${mbpollTypes[first.table]} -r ${first.address} -c ${first.count} -1 -p ${ready.port} ${ready.host}`,
        ]
      : []),
  ];
  data(`${ready.profile} 从站 unit ${ready.unit}\n${commands.map((one) => `  ${one}\n`).join("")}Ctrl-C 结束 / ends`);
}
