// Stations that are put together, held against the rest of the site: devices that exist, relays that open by themselves, and nothing used twice.
import { type SocketSides, type UnfitSocket, unfitSocket } from "#protocols/modbus/built-socket.ts";
import type { Profile } from "#protocols/modbus/profile.ts";
import { nearest } from "#protocols/vocabulary/nearest.ts";
import type { Path } from "./complaint.ts";
import type { BuiltSocketConfig, StationConfig } from "./schema.ts";
import type { DeviceConfig, ShedConfig } from "./shed-schema.ts";
import { builtSocket, pulse_ms } from "./stations.ts";
import type { Complain } from "./yaml-file.ts";

type Placed<Item> = readonly (readonly [number, Item])[];

export interface StationParts {
  readonly stations: Placed<StationConfig>;
  readonly devices: Placed<DeviceConfig>;
  readonly sheds: Placed<ShedConfig>;
  readonly profiles: ReadonlyMap<string, Profile>;
}

export function checkStations(parts: StationParts, complain: Complain): void {
  const used = new Map<string, string>();
  for (const [, { id, contactor }] of parts.sheds)
    if (contactor !== undefined) used.set(`${contactor.device} relay ${contactor.relay}`, id);
  for (const [at, station] of parts.stations) {
    if (!("sockets" in station)) continue;
    const path = ["stations", at, "sockets"] as const;
    if (station.sockets.length === 0)
      complain(path, {
        zh: "没有插座",
        en: "a station without sockets",
        example: "[{ relay: { device: relays-1, channel: 1 }, meter: … }]",
      });
    for (const [n, socket] of station.sockets.entries()) {
      const name = `${station.id}/${n + 1}`;
      checkSocket(socket, { path: [...path, n], station, parts }, complain);
      const { relay, meter } = socket;
      for (const [side, what] of [
        ["relay", `${relay.device} relay ${relay.channel}`],
        ["meter", `${meter.device} meter${meter.channel === undefined ? "" : ` ${meter.channel}`}`],
      ] as const) {
        const first = used.get(what);
        if (first !== undefined)
          complain([...path, n, side], { zh: `${what} 已用于 ${first}；一路只接一个插座`, en: `${what} belongs to ${first} already` });
        else used.set(what, name);
      }
    }
  }
}

interface At {
  readonly path: Path;
  readonly station: StationConfig;
  readonly parts: StationParts;
}

function checkSocket(socket: BuiltSocketConfig, at: At, complain: Complain): void {
  const { path, station, parts } = at;
  let missing = false;
  for (const side of ["relay", "meter"] as const) {
    const name = socket[side].device;
    const device = parts.devices.find(([, { id }]) => id === name)?.[1];
    if (device === undefined) {
      missing = true;
      complain([...path, side, "device"], noDevice(name, parts));
    } else if (device.line !== station.line) {
      missing = true;
      complain([...path, side, "device"], {
        zh: `${name} 在 ${device.line}，充电站在 ${station.line}：须在同一条线路`,
        en: `${name} hangs on ${device.line} and the station on ${station.line}: both must be on one line`,
      });
    }
  }
  const built = missing ? undefined : builtSocket(socket, { devices: parts.devices.map(([, one]) => one), profiles: parts.profiles });
  if (built === undefined) return;
  const unfit = unfitSocket(built);
  if (unfit !== undefined) {
    complain([...path, unfit.side, ...(keyOf(unfit) ?? [])], unfitWords(built, unfit));
    return;
  }
  // A relay that latches stays closed when the gateway dies; only a contactor above it, which falls by itself, makes that safe.
  const above = parts.sheds.some(([, { stations, contactor }]) => contactor !== undefined && stations.includes(station.id));
  if (built.held_by === "watchdog" && !above) complain([...path, "relay", "device"], latches(built.relay.profile.id));
}

function noDevice(name: string, { devices }: StationParts): { zh: string; en: string } {
  const names = devices.map(([, { id }]) => id);
  const meant = nearest(name, names);
  const list = names.length === 0 ? "—" : names.join(", ");
  return {
    zh: `devices 中没有 ${name}；${meant === undefined ? `已有 ${list}` : `是否想写“${meant}”？`}`,
    en: `no ${name} under devices; ${meant === undefined ? `there are ${list}` : `did you mean "${meant}"?`}`,
  };
}

export const latches = (profile: string): { zh: string; en: string } => ({
  zh: `${profile} 不会自己断开：网关停机时继电器会一直吸合。换用有点动吸合（flash）的板，或把此站写进一个有上级接触器（sheds … contactor）的棚`,
  en: `${profile} does not open by itself: with a dead gateway its relays would stay closed. Take a board with flash-on, or put the station into a shed with a contactor (sheds … contactor)`,
});

const keyOf = (unfit: UnfitSocket): string[] | undefined =>
  unfit.why === "no-such-relay" || unfit.why === "no-channel" || unfit.why === "needs-channel" ? ["channel"] : ["device"];

export function unfitWords({ relay, meter }: SocketSides, unfit: UnfitSocket): { zh: string; en: string } {
  const [board, counter] = [relay.profile.id, meter.profile.id];
  switch (unfit.why) {
    case "no-relays":
      return { zh: `${board} 没有继电器`, en: `${board} has no relays` };
    case "no-switching":
      return { zh: `${board} 不支持通断所用的功能码`, en: `${board} does not know the function that switches it` };
    case "no-such-relay": {
      const count = relay.profile.relays?.count ?? 0;
      return {
        zh: `${board} 没有第 ${relay.channel} 路（共 ${count} 路）`,
        en: `${board} has no relay ${relay.channel} (it has ${count})`,
      };
    }
    case "no-flash":
      return latches(board);
    case "flash-too-short":
      return { zh: `${board} 的点动吸合最长不足 ${pulse_ms} ms`, en: `${board} cannot hold a pulse of ${pulse_ms} ms` };
    case "unseen":
      return {
        zh: `${board} 读不回继电器状态：断没断开无从得知，不能用于充电`,
        en: `${board} does not show its relays: nobody would know whether one opened`,
      };
    case "no-channel":
      return { zh: `${counter} 没有第 ${meter.channel} 路`, en: `${counter} has no channel ${meter.channel}` };
    case "needs-channel":
      return { zh: `${counter} 有多路，须写明第几路`, en: `${counter} has several channels: say which` };
    case "not-measured":
      return {
        zh: `${counter} 没有 ${unfit.point}，不能用于保护与计费`,
        en: `${counter} has no ${unfit.point}: it can neither protect nor bill`,
      };
  }
}
