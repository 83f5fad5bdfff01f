// The verbs of both programs, as functions from words to an ending.
import { deviceCameras } from "./cameras.ts";
import { deviceAddress } from "./device-address.ts";
import { deviceImport } from "./device-import.ts";
import { deviceNew } from "./device-new.ts";
import { deviceTest } from "./device-test.ts";
import { deviceHelp, modbusHelp } from "./help.ts";
import { modbusRead } from "./modbus-read.ts";
import { modbusScan } from "./modbus-scan.ts";
import { modbusWrite } from "./modbus-write.ts";
import { catalogueNames, loadProfile } from "./profile-file.ts";
import { type Ending, ended, isUsage, ok, table, Unreachable } from "./say.ts";

type Verb = (args: readonly string[], progress: (text: string) => void) => Ending | Promise<Ending>;

function deviceList(): Ending {
  const rows = catalogueNames().map((name) => {
    const loaded = loadProfile(name);
    return loaded.kind === "bad"
      ? [name, "有误 / wrong", ""]
      : [name, `${loaded.profile.maker} ${loaded.profile.model}`, String(loaded.profile.points.length)];
  });
  return ok(`${table([["型号 / model", "", "点 / points"], ...rows], [2])}\n`);
}

const programs: Readonly<Record<string, { readonly help: string; readonly verbs: Readonly<Record<string, Verb>> }>> = {
  device: {
    help: deviceHelp,
    verbs: {
      ...{ list: deviceList, test: deviceTest, new: deviceNew, import: deviceImport, address: deviceAddress },
      cameras: (args, progress) => deviceCameras(args, progress),
    },
  },
  modbus: { help: modbusHelp, verbs: { read: modbusRead, scan: modbusScan, write: modbusWrite } },
};

export async function run(words: readonly string[], progress: (text: string) => void = () => undefined): Promise<Ending> {
  const [name = "", verb, ...args] = words;
  const program = programs[name];
  if (program === undefined) throw new Error(`no program ${name}`);
  if (verb === undefined || [verb, ...args].some((word) => word === "--help" || word === "-h") || verb === "help") return ok(program.help);
  const action = program.verbs[verb];
  if (action === undefined)
    return ended(2, `没有命令 / no command "${name} ${verb}"; ${Object.keys(program.verbs).join(", ")}\n  cuobian ${name} --help`);
  try {
    return await action(args, progress);
  } catch (error) {
    if (isUsage(error)) return ended(2, `cuobian ${name} ${verb}: ${error.message}\n  cuobian ${name} --help`);
    if (error instanceof Unreachable) return ended(4, `cuobian ${name} ${verb}: 无法连接 / unreachable: ${error.message}`);
    throw error;
  }
}
