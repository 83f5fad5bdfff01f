// Any device of the catalogue, made from its profile alone: plausible values from a seed, settings that can be written, relays that close, manners as the profile has them.
import { baudSetting, bauds, type Setting, unitSetting } from "#protocols/modbus/addressing.ts";
import { decodePoint } from "#protocols/modbus/decode.ts";
import { type Image, imageOf, type PointValue, valueLimits } from "#protocols/modbus/encode.ts";
import { addressesOf, widthOf } from "#protocols/modbus/placement.ts";
import type { Point, Profile } from "#protocols/modbus/profile.ts";
import { unitOf, units } from "#protocols/modbus/units.ts";
import type { Chance } from "../chance.ts";
import type { Memory } from "./answer.ts";
import { type After, type Contacts, contactsOf } from "./contacts.ts";
import { received } from "./manners.ts";

export interface AnyDevice {
  readonly memory: Memory;
  /** What it showed at first: by the point's name, or `name@socket`. */
  readonly shown: ReadonlyMap<string, PointValue>;
  /** As it listens now. A written address counts at once, or after a restart, as its profile says. */
  unit(): number;
  baud(): number;
  /** Off and on again. */
  restart(): void;
}

const keyOf = (name: string, socket: number | undefined): string => (socket === undefined ? name : `${name}@${socket + 1}`);

/** A value that nobody is surprised at, within what the point can say. Relays are open and alarms are quiet. */
export function plausible(point: Point, chance: Chance): PointValue {
  if (point.bits !== undefined) return Object.fromEntries(Object.keys(point.bits).map((name) => [name, false]));
  if (point.table === "coil" || point.table === "discrete" || showsRelay(point)) return 0;
  const [least, most] = valueLimits(point);
  const inside = (value: number): number => Math.min(most, Math.max(least, value));
  const unit = unitOf(point.name);
  if (unit === undefined) return inside(point.states === undefined ? chance.whole(0, 20) : Number(Object.keys(point.states)[0] ?? 0));
  const usual = units[unit].usual;
  return inside(usual + Math.round((usual * chance.whole(-40, 40)) / 1000));
}

export interface Wishes {
  /** Values that somebody wants to see, by `name`, `name@socket` or `name@socket.flag`; they win over chance. */
  readonly set?: ReadonlyMap<string, number>;
  /** What it listens to at first; not written: as it is shipped. */
  readonly unit?: number;
  readonly baud?: number;
  /** How a flash-on and a dead-man window come to their end. Without it the relays stay as they are. */
  readonly after?: After;
}

/** The point shows a relay of the board: a flag `relay_closed`, or a point named `closed`. */
const showsRelay = (point: Point): boolean => point.name === "closed" || point.bits?.relay_closed !== undefined;
const says = (value: PointValue): boolean | undefined =>
  typeof value === "object" ? value.relay_closed : value !== undefined && value !== 0;

interface Listening {
  readonly unit: number;
  readonly baud: number;
}

/** The registers of its address hold what it listens to. */
function held(profile: Profile, { unit, baud }: Listening): [string, number][] {
  const value = (setting: Setting | undefined, of: number | undefined): [string, number][] =>
    setting === undefined || of === undefined ? [] : [[setting.point.name, of]];
  return [...value(unitSetting(profile), unit), ...value(baudSetting(profile), bauds(profile).get(baud))];
}

/** What its registers say that it listens to. */
function heldNow(profile: Profile, memory: Memory, shipped: Listening): Listening {
  const read = (setting: Setting | undefined): number | undefined => {
    if (setting === undefined) return undefined;
    const { address, count } = setting.block;
    const words = range(address, count).map((one) => memory.word(one, "holding"));
    return decodePoint(setting.point, words)?.value;
  };
  const code = read(baudSetting(profile));
  return {
    unit: read(unitSetting(profile)) ?? shipped.unit,
    baud: [...bauds(profile)].find(([, one]) => one === code)?.[0] ?? shipped.baud,
  };
}

export function anyDevice(profile: Profile, chance: Chance, wishes: Wishes = {}): AnyDevice {
  const shipped = { unit: wishes.unit ?? profile.unit ?? 1, baud: wishes.baud ?? profile.serial?.baud ?? 9600 };
  const set = new Map([...held(profile, shipped), ...(wishes.set ?? [])]);
  const { after } = wishes;
  const contacts = contactsOf(profile, after);
  const points = new Map(profile.points.map((point) => [point.name, point]));
  const shown = new Map<string, PointValue>();
  const first = imageOf(profile, (name, socket) => {
    const point = points.get(name);
    if (point === undefined) throw new Error(name);
    const key = keyOf(name, socket);
    const value = withFlags(set.get(key) ?? set.get(name) ?? plausible(point, chance.for(key)), { set, name, key });
    shown.set(key, value);
    if (socket !== undefined && showsRelay(point) && says(value) === true) contacts.set(socket, true);
    return value;
  });
  let seen: { changes: number; image: Image } | undefined;
  const now = (): Image => {
    if (seen?.changes !== contacts.changes()) seen = { changes: contacts.changes(), image: imageWith(contacts) };
    return seen.image;
  };
  const imageWith = ({ closed }: Contacts): Image =>
    imageOf(profile, (name, socket) => {
      const value = shown.get(keyOf(name, socket));
      const point = points.get(name);
      if (point === undefined || socket === undefined || !showsRelay(point)) return value;
      if (typeof value === "object") return { ...value, relay_closed: closed(socket) };
      return point.bits === undefined ? Number(closed(socket)) : value;
    });
  const memory = memoryOf(profile, { contacts, now, first });
  let started = heldNow(profile, memory, shipped);
  const listens = (): Listening => (profile.addressing?.takes === "after-restart" ? started : heldNow(profile, memory, shipped));
  return {
    shown,
    memory,
    unit: () => listens().unit,
    baud: () => listens().baud,
    restart: () => {
      started = heldNow(profile, memory, shipped);
    },
  };
}

/** What is written stands over what is shown. */
function memoryOf(profile: Profile, board: { readonly contacts: Contacts; readonly now: () => Image; readonly first: Image }): Memory {
  const { contacts, now, first } = board;
  const written = { holding: new Map<number, number>(), coil: new Map<number, number>() };
  const registers = writable(profile, "holding");
  const coils = writable(profile, "coil");
  const ends = new Map([...first].map(([table, words]) => [table, Math.max(-1, ...words.keys()) + 1]));
  const end = (table: Point["table"]): number => ends.get(table) ?? 0;
  const bit = (table: "coil" | "discrete", address: number): boolean | undefined => {
    if (address >= Math.ceil(end(table) / 8) * 8) return undefined;
    return ((table === "coil" ? written.coil.get(address) : undefined) ?? now().get(table)?.get(address)) === 1;
  };
  return {
    receive: (pdu) => received(profile, pdu),
    word: (address, table) => {
      const own = (table === "holding" ? written.holding.get(address) : undefined) ?? now().get(table)?.get(address);
      return own ?? (profile.read.hole === 0 || address >= end(table) ? undefined : 0);
    },
    ...((profile.quirks?.includes("four-byte-registers") ?? false) ? { registerBytes: 4 as const } : {}),
    coil: (address) => {
      const relay = contacts.relayAt(address);
      return relay === undefined ? bit("coil", address) : contacts.closed(relay);
    },
    discrete: (address) => bit("discrete", address),
    holdsCoil: (address) => contacts.holds(5, address) || coils.has(address),
    writeCoil: (address, value) => {
      if (contacts.holds(5, address)) return contacts.write(5, { address, value });
      if (value !== 0 && value !== 0xff00) return "value";
      written.coil.set(address, value === 0 ? 0 : 1);
      return "done";
    },
    holdsRegister: (address) => contacts.holds(6, address) || registers.has(address),
    writeRegister: (address, value) => {
      if (contacts.holds(6, address)) return contacts.write(6, { address, value });
      written.holding.set(address, value);
      return "done";
    },
  };
}

/** "state@3.plugged" sets one flag of a point whose others stay. */
function withFlags(
  value: PointValue,
  at: { readonly set: ReadonlyMap<string, number>; readonly name: string; readonly key: string },
): PointValue {
  if (typeof value !== "object") return value;
  const wished = (flag: string): number | undefined => at.set.get(`${at.key}.${flag}`) ?? at.set.get(`${at.name}.${flag}`);
  return Object.fromEntries(Object.entries(value).map(([flag, is]) => [flag, (wished(flag) ?? Number(is)) !== 0]));
}

const isSetting = ({ addressing }: Profile, name: string): boolean => addressing?.unit === name || addressing?.baud === name;
const range = (from: number, count: number): number[] => Array.from({ length: count }, (_, at) => from + at);

const writable = (profile: Profile, wanted: "holding" | "coil"): ReadonlySet<number> =>
  new Set(
    profile.points
      .filter(({ name, table, writable: may }) => table === wanted && (may === true || isSetting(profile, name)))
      .flatMap((point) => addressesOf(profile, point).flatMap((address) => range(address, widthOf(point)))),
  );

/** Whether the point reaches this value at all. */
export const canShow = (point: Point, value: number): boolean => {
  const [least, most] = valueLimits(point);
  return value >= least && value <= most;
};
