// Any device of the catalogue, made from its profile alone: plausible values from a seed, settings that can be written, relays that close.
import { imageOf, type PointValue, valueLimits } from "#protocols/modbus/encode.ts";
import { addressesOf, widthOf } from "#protocols/modbus/plan.ts";
import type { Point, Profile } from "#protocols/modbus/profile.ts";
import { unitOf, units } from "#protocols/modbus/units.ts";
import type { Chance } from "../chance.ts";
import type { Memory } from "./answer.ts";

export interface AnyDevice {
  readonly memory: Memory;
  /** What it shows: by the point's name, or `name@socket`. */
  readonly shown: ReadonlyMap<string, PointValue>;
}

const keyOf = (name: string, socket: number | undefined): string => (socket === undefined ? name : `${name}@${socket + 1}`);

/** A value that nobody is surprised at, within what the point can say. Relays are open and alarms are quiet. */
export function plausible(point: Point, chance: Chance): PointValue {
  if (point.bits !== undefined) return Object.fromEntries(Object.keys(point.bits).map((name) => [name, false]));
  if (point.table === "coil" || point.table === "discrete") return 0;
  const [least, most] = valueLimits(point);
  const inside = (value: number): number => Math.min(most, Math.max(least, value));
  const unit = unitOf(point.name);
  if (unit === undefined) return inside(point.states === undefined ? chance.whole(0, 20) : Number(Object.keys(point.states)[0] ?? 0));
  const usual = units[unit].usual;
  return inside(usual + Math.round((usual * chance.whole(-40, 40)) / 1000));
}

export interface Wishes {
  /** Values that somebody wants to see, by `name` or `name@socket`; they win over chance. */
  readonly set?: ReadonlyMap<string, number>;
  /** How a flash-on comes to its end. Without it the relay stays as it is. */
  readonly after?: (ms: number, run: () => void) => void;
}

export function anyDevice(profile: Profile, chance: Chance, { set = new Map(), after }: Wishes = {}): AnyDevice {
  const shown = new Map<string, PointValue>();
  const image = imageOf(profile, (name, socket) => {
    const point = profile.points.find((one) => one.name === name);
    if (point === undefined) throw new Error(name);
    const key = keyOf(name, socket);
    const value = set.get(key) ?? set.get(name) ?? plausible(point, chance.for(key));
    shown.set(key, value);
    return value;
  });
  const words = new Map([...image].map(([table, own]) => [table, new Map(own)]));
  const coils = words.get("coil") ?? new Map<number, number>();
  const switched = switchableCoils(profile);
  const writable = writableRegisters(profile);
  const strict = profile.read.hole === 0;
  const last = (table: Point["table"]): number => Math.max(-1, ...(words.get(table)?.keys() ?? []));
  const at = (table: "holding" | "input", address: number): number | undefined =>
    words.get(table)?.get(address) ?? (strict || address > last(table) ? undefined : 0);
  const bit = (own: ReadonlyMap<number, number> | undefined, address: number): boolean | undefined =>
    own === undefined || address >= Math.ceil((Math.max(-1, ...own.keys()) + 1) / 8) * 8 ? undefined : own.get(address) === 1;
  const wide = profile.quirks?.includes("four-byte-registers") ?? false;
  return {
    shown,
    memory: {
      word: (address, table) => at(table, address),
      ...(wide ? { registerBytes: 4 as const } : {}),
      coil: (address) => bit(coils.size === 0 ? undefined : coils, address),
      discrete: (address) => bit(words.get("discrete"), address),
      holdsCoil: (address) => switched.has(address),
      writeCoil: (address, value) => writeCoil(profile, coils, { address, value, after }),
      holdsRegister: (address) => writable.has(address) || address === profile.switching?.rearm.register,
      writeRegister: (address, value) => {
        if (writable.has(address)) words.get("holding")?.set(address, value);
        return "done";
      },
    },
  };
}

interface CoilWrite {
  readonly address: number;
  readonly value: number;
  readonly after: Wishes["after"];
}

/** Relays as the profile has them: on, off, toggle, all of them, flash-on. Coils that no point reads (pulses, a station's relays) only confirm. */
function writeCoil({ relays }: Profile, coils: Map<number, number>, { address, value, after }: CoilWrite): "done" | "value" {
  const { flash } = relays ?? {};
  const flashed = flash === undefined || relays === undefined ? -1 : address - flash.coil;
  if (flash !== undefined && relays !== undefined && flashed >= 0 && flashed < relays.count) {
    if (value === 0 || after === undefined) return "done";
    coils.set(relays.coil + flashed, 1);
    after(value * flash.step_ms, () => coils.set(relays.coil + flashed, 0));
    return "done";
  }
  const toggles = relays?.toggle !== undefined && value === relays.toggle;
  if (!toggles && value !== 0xff00 && value !== 0) return "value";
  const changed = relays !== undefined && address === relays.all ? range(relays.coil, relays.count) : [address];
  for (const coil of changed) if (coils.has(coil)) coils.set(coil, toggles ? 1 - (coils.get(coil) ?? 0) : value === 0 ? 0 : 1);
  return "done";
}

const range = (from: number, count: number): number[] => Array.from({ length: count }, (_, at) => from + at);

function switchableCoils(profile: Profile): ReadonlySet<number> {
  const { relays, switching, pulses, sockets, points } = profile;
  return new Set([
    ...(relays === undefined ? [] : [...range(relays.coil, relays.count), ...(relays.all === undefined ? [] : [relays.all])]),
    ...(relays?.flash === undefined ? [] : range(relays.flash.coil, relays.count)),
    ...(switching === undefined ? [] : range(switching.coil, sockets?.count ?? 0)),
    ...Object.values(pulses ?? {}),
    ...points.filter(({ table, writable }) => table === "coil" && writable === true).flatMap((point) => addressesOf(profile, point)),
  ]);
}

const writableRegisters = (profile: Profile): ReadonlySet<number> =>
  new Set(
    profile.points
      .filter(({ table, writable }) => table === "holding" && writable === true)
      .flatMap((point) => addressesOf(profile, point).flatMap((address) => range(address, widthOf(point)))),
  );

/** Whether the point reaches this value at all. */
export const canShow = (point: Point, value: number): boolean => {
  const [least, most] = valueLimits(point);
  return value >= least && value <= most;
};
