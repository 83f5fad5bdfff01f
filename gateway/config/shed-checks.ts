// Sheds held against the rest of the site: contacts that exist, sockets that belong somewhere, and a contactor that falls by itself. Every complaint says how to mend it.
import { relayPlace, type UnfitCoil, unfitCoil } from "#protocols/modbus/hold.ts";
import type { Profile } from "#protocols/modbus/profile.ts";
import { type Place, type UnfitPlace, unfitPlace } from "#protocols/modbus/wanted.ts";
import { nearest } from "#protocols/vocabulary/nearest.ts";
import { shedFixed } from "../core/charging/shed/limits.ts";
import type { Path } from "./complaint.ts";
import type { DeviceConfig, ShedConfig, TransformerConfig } from "./shed-schema.ts";
import type { Complain } from "./yaml-file.ts";

type Placed<Item> = readonly (readonly [number, Item])[];

export interface ShedParts {
  readonly sheds: Placed<ShedConfig>;
  readonly devices: Placed<DeviceConfig>;
  readonly transformers: Placed<TransformerConfig>;
  /** Every station that is written, with its sockets; undefined where its profile is not known. */
  readonly stations: ReadonlyMap<string, number | undefined>;
  readonly profiles: ReadonlyMap<string, Profile>;
}

export function checkSheds(parts: ShedParts, complain: Complain): void {
  const shedOf = new Map<string, string>();
  const relays = new Map<string, string>();
  for (const [at, shed] of parts.sheds) {
    const path = ["sheds", at] as const;
    for (const [n, station] of shed.stations.entries()) {
      const where = [...path, "stations", n];
      const first = shedOf.get(station);
      if (!parts.stations.has(station)) complain(where, unknownOf({ zh: "充电站", en: "station" }, station, [...parts.stations.keys()]));
      else if (first !== undefined)
        complain(where, {
          zh: `充电站 ${station} 已在棚 ${first} 中；一个站只能在一个棚`,
          en: `station ${station} is in shed ${first} already; a station is in one shed`,
        });
      else shedOf.set(station, shed.id);
    }
    if (shed.stations.length === 0)
      complain([...path, "stations"], { zh: "棚内没有充电站", en: "a shed without stations protects nothing", example: "[station-1]" });
    checkInputs(shed, { path, parts }, complain);
    checkContactor(shed, { path, parts, relays }, complain);
    checkSupply(shed, { path, parts }, complain);
    checkMeter(shed, { path, parts }, complain);
  }
  for (const [at, { meter }] of parts.transformers)
    if (meter !== undefined)
      checkValue(meter.device, { point: meter.power }, "mW", { path: ["transformers", at, "meter"], parts }, complain);
}

interface At {
  readonly path: Path;
  readonly parts: ShedParts;
}

function unknownOf(what: { zh: string; en: string }, name: string, names: readonly string[]): { zh: string; en: string } {
  const meant = nearest(name, names);
  const list = names.length === 0 ? "—" : names.join(", ");
  return {
    zh: `没有这个${what.zh}：${name}；${meant === undefined ? `已有 ${list}` : `是否想写“${meant}”？`}`,
    en: `no such ${what.en}: ${name}; ${meant === undefined ? `there are ${list}` : `did you mean "${meant}"?`}`,
  };
}

/** The profile of a device; a complaint where there is no such device, silence where its own profile is complained about already. */
function profileOf(name: string, { path, parts }: At, complain: Complain): Profile | undefined {
  const device = parts.devices.find(([, { id }]) => id === name)?.[1];
  if (device === undefined)
    complain(
      [...path, "device"],
      unknownOf(
        { zh: "设备", en: "device" },
        name,
        parts.devices.map(([, { id }]) => id),
      ),
    );
  return device === undefined ? undefined : parts.profiles.get(device.profile);
}

const unfitWords: Readonly<Record<UnfitPlace, (profile: Profile, place: Place) => { key: keyof Place; zh: string; en: string }>> = {
  "no-point": ({ id, points }, { point }) => {
    const names = points.map(({ name }) => name);
    const meant = nearest(point, names) ?? names.join(", ");
    return { key: "point", zh: `${id} 没有点 ${point}；有：${meant}`, en: `${id} has no point ${point}; it has: ${meant}` };
  },
  "no-channel": ({ id, sockets }, { channel }) => ({
    key: "channel",
    zh: `${id} 没有第 ${channel} 路（共 ${sockets?.count ?? 0} 路）`,
    en: `${id} has no channel ${channel} (it has ${sockets?.count ?? 0})`,
  }),
  "needs-channel": ({ id, sockets }, { point }) => ({
    key: "channel",
    zh: `${id} 的 ${point} 有 ${sockets?.count ?? 0} 路，须写明第几路`,
    en: `${point} of ${id} has ${sockets?.count ?? 0} channels: say which`,
  }),
  "no-bit": ({ id, points }, { point, bit }) => {
    const bits = Object.keys(points.find(({ name }) => name === point)?.bits ?? {}).join(", ") || "—";
    return {
      key: "bit",
      zh: `${id} 的 ${point} 没有标志位 ${bit}；有：${bits}`,
      en: `${point} of ${id} has no bit ${bit}; it has: ${bits}`,
    };
  },
  "needs-bit": ({ id }, { point }) => ({
    key: "bit",
    zh: `${id} 的 ${point} 是寄存器，须写明标志位`,
    en: `${point} of ${id} is a register: say which bit`,
  }),
};

/** A contact: on or off. */
function checkLevel(device: string, place: Place, at: At, complain: Complain): void {
  const profile = profileOf(device, at, complain);
  const unfit = profile === undefined ? undefined : unfitPlace(profile, place, true);
  if (profile === undefined || unfit === undefined) return;
  const { key, ...words } = unfitWords[unfit](profile, place);
  complain([...at.path, key], words);
}

/** A measured value whose name says its unit. `key`: where the point's name stands in the file. */
function checkValue(device: string, place: Place & { key?: string }, unit: "mA" | "mW", at: At, complain: Complain): void {
  const profile = profileOf(device, at, complain);
  if (profile === undefined) return;
  const where = [...at.path, place.key ?? (unit === "mW" ? "power" : "residual")];
  const unfit = unfitPlace(profile, place, false);
  if (unfit !== undefined) {
    const { zh, en } = unfitWords[unfit](profile, place);
    complain(where, { zh, en });
  } else if (!place.point.endsWith(`_${unit}`))
    complain(where, { zh: `${place.point} 的单位不是 ${unit}`, en: `${place.point} is not counted in ${unit}` });
}

function checkInputs(shed: ShedConfig, { path, parts }: At, complain: Complain): void {
  const seen = new Set<string>();
  for (const [n, input] of shed.inputs.entries()) {
    const at = [...path, "inputs", n];
    if (seen.has(input.id)) complain([...at, "id"], { zh: `触点编号重复：${input.id}`, en: `input id twice: ${input.id}` });
    if (parts.stations.has(input.id))
      complain([...at, "id"], { zh: `触点与充电站同名：${input.id}`, en: `an input is called like a station: ${input.id}` });
    seen.add(input.id);
    checkLevel(input.device, input, { path: at, parts }, complain);
  }
}

const unfitCoilWords: Readonly<Record<UnfitCoil, (profile: Profile, relay: number) => { zh: string; en: string }>> = {
  "no-relays": ({ id }) => ({ zh: `${id} 没有继电器`, en: `${id} has no relays` }),
  "no-switching": ({ id }) => ({ zh: `${id} 不支持功能码 05，不能通断`, en: `${id} does not know function 5 and cannot be switched` }),
  "no-such-relay": ({ id, relays }, relay) => ({
    zh: `${id} 没有第 ${relay} 路继电器（共 ${relays?.count ?? 0} 路）`,
    en: `${id} has no relay ${relay} (it has ${relays?.count ?? 0})`,
  }),
  "no-flash": ({ id }) => ({
    zh: `${id} 不会自己断开：网关停机时接触器会一直吸合。换用有点动吸合（flash）的板，或在板与线圈之间加硬件看门狗，写 held_by: watchdog 并在 watchdog 写明`,
    en: `${id} does not open by itself: with a dead gateway the contactor would stay closed. Take a board with flash-on, or put a hardware watchdog between board and coil, write held_by: watchdog, and name it under watchdog`,
  }),
  "flash-too-short": ({ id }) => ({
    zh: `${id} 的点动吸合最长时间不足 ${shedFixed.contactorHold_ms} ms`,
    en: `${id} cannot hold a pulse of ${shedFixed.contactorHold_ms} ms`,
  }),
};

function checkContactor(shed: ShedConfig, { path, parts, relays }: At & { relays: Map<string, string> }, complain: Complain): void {
  const { contactor } = shed;
  if (contactor === undefined) return;
  const at = [...path, "contactor"];
  const { device, relay, held_by, watchdog, feedback } = contactor;
  const profile = profileOf(device, { path: at, parts }, complain);
  if (profile !== undefined) {
    const unfit = unfitCoil(profile, { relay, held_by, hold_ms: shedFixed.contactorHold_ms });
    if (unfit !== undefined) complain([...at, unfit === "no-such-relay" ? "relay" : "device"], unfitCoilWords[unfit](profile, relay));
    else if (relayPlace(profile, relay) === undefined && feedback === undefined)
      complain([...at, "device"], {
        zh: `${profile.id} 读不回继电器状态，须接反馈触点（feedback），否则无从知道是否断开`,
        en: `${profile.id} does not show its relays: wire a feedback contact, or nobody knows whether it opened`,
      });
  }
  if (held_by === "watchdog" && watchdog === undefined)
    complain([...at, "watchdog"], {
      of: "key",
      zh: "写了 held_by: watchdog，须写明是哪个硬件、多久释放",
      en: "held_by: watchdog needs the hardware named, and after how long it drops",
      example: "watchdog: 脉冲看门狗继电器，3 秒无脉冲释放",
    });
  const place = `${device} relay ${relay}`;
  const other = relays.get(place);
  if (other !== undefined)
    complain([...at, "relay"], { zh: `${place} 已用于棚 ${other}`, en: `${place} is used by shed ${other} already` });
  relays.set(place, shed.id);
  if (feedback !== undefined) checkLevel(feedback.device, feedback, { path: [...at, "feedback"], parts }, complain);
}

/** "station-1" -> all its sockets; a complaint where it is none of this shed's. */
function socketsNamed(names: readonly string[], { shed, path, parts }: At & { shed: ShedConfig }, complain: Complain): string[] {
  return names.flatMap((name, n) => {
    const [station = "", number] = name.split("/");
    const count = parts.stations.get(station);
    if (!shed.stations.includes(station)) {
      complain([...path, n], { zh: `${station} 不在本棚`, en: `${station} is not in this shed`, example: shed.stations[0] });
      return [];
    }
    if (count === undefined) return [];
    if (number === undefined) return Array.from({ length: count }, (_, at) => `${station}/${at + 1}`);
    if (Number(number) <= count) return [name];
    complain([...path, n], { zh: `${station} 只有 ${count} 个插座`, en: `${station} has ${count} sockets` });
    return [];
  });
}

function checkSupply(shed: ShedConfig, at: At, complain: Complain): void {
  const { path, parts } = at;
  const { supply, groups = [] } = shed;
  const phaseOf = new Map<string, string>();
  for (const [n, one] of supply.phases.entries()) {
    const where = [...path, "supply", "phases", n];
    if (supply.phases.findIndex(({ phase }) => phase === one.phase) < n)
      complain([...where, "phase"], { zh: `相重复：${one.phase}`, en: `phase twice: ${one.phase}` });
    for (const socket of socketsNamed(one.sockets, { shed, path: [...where, "sockets"], parts }, complain)) {
      const first = phaseOf.get(socket);
      if (first !== undefined)
        complain([...where, "sockets"], { zh: `${socket} 已在 ${first} 相`, en: `${socket} hangs on ${first} already` });
      phaseOf.set(socket, one.phase);
    }
  }
  const missing = socketsNamed(
    shed.stations.filter((station) => parts.stations.get(station) !== undefined),
    { shed, path, parts },
    () => undefined,
  ).filter((socket) => !phaseOf.has(socket));
  if (missing.length > 0) {
    const list = missing.length > 4 ? `${missing.slice(0, 3).join(", ")} … (${missing.length})` : missing.join(", ");
    complain([...path, "supply", "phases"], { zh: `这些插座没有写在哪一相：${list}`, en: `no phase is written for ${list}` });
  }
  if (supply.transformer !== undefined && !parts.transformers.some(([, { id }]) => id === supply.transformer))
    complain(
      [...path, "supply", "transformer"],
      unknownOf(
        { zh: "变压器", en: "transformer" },
        supply.transformer,
        parts.transformers.map(([, { id }]) => id),
      ),
    );
  const groupOf = new Map<string, string>();
  for (const [n, group] of groups.entries()) {
    const where = [...path, "groups", n];
    if (groups.findIndex(({ id }) => id === group.id) < n)
      complain([...where, "id"], { zh: `分组编号重复：${group.id}`, en: `group id twice: ${group.id}` });
    for (const socket of socketsNamed(group.sockets, { shed, path: [...where, "sockets"], parts }, complain)) {
      const first = groupOf.get(socket);
      if (first !== undefined)
        complain([...where, "sockets"], { zh: `${socket} 已在分组 ${first}`, en: `${socket} is in group ${first} already` });
      groupOf.set(socket, group.id);
    }
  }
}

function checkMeter(shed: ShedConfig, { path, parts }: At, complain: Complain): void {
  const { meter } = shed;
  if (meter === undefined) return;
  const at = { path: [...path, "meter"], parts };
  const { device, residual, residual_alarm_mA } = meter;
  if (parts.devices.every(([, { id }]) => id !== device)) {
    profileOf(device, at, complain);
    return;
  }
  const values = ["power", "current_l1", "current_l2", "current_l3", "residual"] as const;
  if (values.every((key) => meter[key] === undefined))
    complain(at.path, {
      zh: "电表没有写任何要读的点",
      en: "nothing is read of this meter: write power, currents or residual",
      example: "power: power_mW",
    });
  for (const key of values) {
    const point = meter[key];
    if (point !== undefined) checkValue(device, { point, key }, key === "power" ? "mW" : "mA", at, complain);
  }
  if ((residual === undefined) !== (residual_alarm_mA === undefined))
    complain([...at.path, residual === undefined ? "residual" : "residual_alarm_mA"], {
      of: "key",
      zh: "residual 与 residual_alarm_mA 须一起写",
      en: "residual and residual_alarm_mA are written together",
      example: residual === undefined ? "residual: residual_current_mA" : "residual_alarm_mA: 300",
    });
}
