// `cuobian device new`: a first profile to fill in, its questions answered by flags. `device import` fills the same frame from a point table.
import { existsSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { profileComplaints } from "#protocols/modbus/check.ts";
import { widthOf } from "#protocols/modbus/placement.ts";
import { Point, type Profile } from "#protocols/modbus/profile.ts";
import { type Ending, ended, oneOf, UsageError, whole } from "./say.ts";

export const frameOptions = {
  id: { type: "string" },
  kind: { type: "string" },
  maker: { type: "string", default: "…" },
  model: { type: "string", default: "…" },
  provenance: { type: "string", default: "… 哪份资料的哪一页 / which document, which page" },
  baud: { type: "string", default: "9600" },
  parity: { type: "string", default: "none" },
  "stop-bits": { type: "string", default: "1" },
  unit: { type: "string", default: "1" },
  "max-registers": { type: "string", default: "60" },
  sockets: { type: "string" },
  stride: { type: "string" },
  input: { type: "boolean", default: false },
  out: { type: "string" },
  force: { type: "boolean", default: false },
} as const;

const pointKeys = Object.keys(Point.properties) as (keyof Point)[];
const kinds = ["station", "barrier", "meter", "relay", "pump"] as const;
const rooms: Readonly<Record<(typeof kinds)[number], string>> = {
  station: "stations",
  barrier: "barriers",
  meter: "meters",
  relay: "relays",
  pump: "pumps",
};

/** One point of each sort, so that the shape of each is before one's eyes. */
function firstPoints(kind: Profile["kind"], table: Point["table"], perSocket: boolean): Point[] {
  const per = perSocket ? "socket" : "device";
  const points: Point[] = [
    { name: "voltage_mV", zh: "电压", en: "voltage", per, table, address: 0, type: "u16", multiply: 100, maximum: 500_000 },
    { name: "current_mA", zh: "电流", en: "current", per, table, address: 1, type: "u32", order: "CDAB", absent: ["0xFFFFFFFF"] },
    { name: "power_mW", zh: "有功功率", en: "active power", per, table, address: 3, type: "f32", multiply: 1000 },
  ];
  if (kind === "station" || kind === "relay")
    points.push({ name: "state", zh: "状态", en: "state", per, table, address: 5, type: "u16", bits: { relay_closed: 0, plugged: 1 } });
  if (kind === "pump")
    points.push({
      name: "mode",
      zh: "运行方式",
      en: "mode",
      per,
      table,
      address: 5,
      type: "u16",
      states: { "0": "停止 / stopped", "1": "自动 / automatic" },
    });
  return points;
}

/** Sockets nearer to each other than these points are long: the sheet lists the voltage of all, then the current of all. Each point gets its own stride. */
function byQuantity(points: readonly Point[], count: number): Point[] {
  let address = 0;
  return points.map((point) => {
    const placed = { ...point, address, stride: widthOf(point) };
    address += count * widthOf(point);
    return placed;
  });
}

export type Given = ReturnType<typeof parseArgs<{ options: typeof frameOptions; allowPositionals: true }>>["values"];

export function frameOf(values: Given): Omit<Profile, "points"> {
  const kind = oneOf("kind", values.kind ?? "meter", kinds);
  const id = values.id ?? `${rooms[kind]}/my-${kind}`;
  if (!/^[a-z]+\/[a-z0-9-]+$/.test(id))
    throw new UsageError(`--id: 写作 ${rooms[kind]}/型号，小写字母、数字、连字符 / ${rooms[kind]}/model in lower case, not "${id}"`);
  const sockets = whole("sockets", values.sockets, [1, 64]);
  return {
    id,
    kind,
    maker: values.maker,
    model: values.model,
    provenance: values.provenance,
    read: { max_registers: whole("max-registers", values["max-registers"], [1, 125]) ?? 60 },
    serial: {
      baud: whole("baud", values.baud, [300, 1_000_000]) ?? 9600,
      parity: oneOf("parity", values.parity, ["none", "even", "odd"]),
      stop_bits: values["stop-bits"] === "2" ? 2 : 1,
    },
    unit: whole("unit", values.unit, [1, 247]) ?? 1,
    ...(sockets === undefined ? {} : { sockets: { count: sockets, stride: whole("stride", values.stride, [1, 10_000]) ?? 10 } }),
    ...(kind === "station" ? { switching: { coil: 0, on: 0xff00, off: 0, rearm: { register: 256, value: 1 }, hold_ms: 4000 } } : {}),
    ...(kind === "relay" ? { relays: { count: sockets ?? 8, coil: 0, on: 0xff00, off: 0 } } : {}),
    ...(kind === "barrier" ? { pulses: { open: 0, close: 1, stop: 2 } } : {}),
  };
}

/** The keys in the order of the reference page. */
const tidy = (point: Point): object =>
  Object.fromEntries(pointKeys.flatMap((key) => (point[key] === undefined ? [] : [[key, point[key]]])));

/** Prints, or writes a file that is not there yet. */
export function deliver(profile: Profile, values: Given, talk: string): Ending {
  const text = `${JSON.stringify({ ...profile, points: profile.points.map(tidy) }, null, 2)}\n`;
  const complaints = profileComplaints(profile);
  const wrong = complaints.map((one) => `! ${one}\n`).join("");
  const next = (file: string): string =>
    `${talk}下一步 / next:\n  cuobian device test ${file} --frames sheet.hex\n  docs/reference/device-profile.md\n`;
  if (values.out === undefined)
    return { stdout: text, stderr: wrong + next(`${profile.id.split("/")[1] ?? "x"}.json`), code: complaints.length > 0 ? 3 : 0 };
  if (existsSync(values.out) && !values.force) return ended(1, `${values.out}: 已存在；加 --force 覆盖 / exists; --force overwrites`);
  writeFileSync(values.out, text);
  return { stdout: "", stderr: `${values.out}\n${wrong}${next(values.out)}`, code: complaints.length > 0 ? 3 : 0 };
}

export function deviceNew(args: readonly string[]): Ending {
  const { values, positionals } = parseArgs({ args: [...args], options: frameOptions, allowPositionals: true });
  if (positionals.length > 0) throw new UsageError(`device new --id meters/x --kind meter …, not "${positionals[0]}"`);
  const frame = frameOf({ ...values, ...(values.kind === "station" && values.sockets === undefined ? { sockets: "10" } : {}) });
  const points = firstPoints(frame.kind, values.input ? "input" : "holding", frame.sockets !== undefined);
  const own = Math.max(...points.map((point) => point.address + widthOf(point)));
  const { sockets } = frame;
  const near = sockets?.stride !== undefined && sockets.count > 1 && sockets.stride < own;
  const profile = near ? { ...frame, sockets: { count: sockets.count }, points: byQuantity(points, sockets.count) } : { ...frame, points };
  return deliver(profile, values, "把点表换成资料里的 / put the sheet's points in place of these\n");
}
