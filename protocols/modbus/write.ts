// What is sent to change something: a setting by its name, a relay, a station's socket. Refused where the profile does not allow it.
import { type Refusal, refusal } from "../vocabulary/faults.ts";
import { encodePoint, valueLimits } from "./encode.ts";
import { type Request, writeCoilRequest, writeCoilsRequest, writeRegisterRequest, writeRegistersRequest } from "./frame.ts";
import { addressesOf, wordsPer } from "./placement.ts";
import type { Profile } from "./profile.ts";
import { type Pulse, type Switching, switchAddress, switchedBy } from "./switching.ts";

export interface Device {
  readonly profile: Profile;
  readonly unit: number;
}
export interface Setting {
  readonly point: string;
  /** Counts from 1, as labels do; only for points that repeat. */
  readonly socket?: number;
  /** In the unit of the name. */
  readonly value: number;
}

const knows = ({ functions }: Profile, fn: number): boolean => functions === undefined || functions.some((known) => known === fn);

/** One register by FC06 where the device knows it, else by FC16; longer values always by FC16. */
export function writeRequest({ profile, unit }: Device, setting: Setting): Request | Refusal {
  const point = profile.points.find(({ name }) => name === setting.point);
  if (point === undefined) return refusal("no-point", `没有点 ${setting.point}`, `no point ${setting.point}`);
  if (point.writable !== true) return refusal("read-only", `${point.name} 不可写`, `${point.name} is not writable`);
  if (point.field !== undefined || point.sign !== undefined || wordsPer(profile, point) !== 1)
    return refusal("shares-register", `${point.name} 与其他值共用寄存器`, `${point.name} shares its register; write the register itself`);
  const address = addressesOf(profile, point)[point.per === "device" ? 0 : (setting.socket ?? 1) - 1];
  if (address === undefined) return refusal("no-socket", `没有第 ${setting.socket} 路`, `there is no socket ${setting.socket}`);
  const [least, most] = valueLimits(point);
  if (!(setting.value >= least && setting.value <= most))
    return refusal("out-of-range", `${point.name} 应在 ${least} … ${most}`, `${point.name} lies between ${least} and ${most}`);
  if (point.table === "coil")
    return knows(profile, 5)
      ? writeCoilRequest(unit, address, setting.value === 0 ? 0 : 0xff00)
      : writeCoilsRequest(unit, address, [setting.value !== 0]);
  const words = encodePoint(point, setting.value);
  const [first] = words;
  return words.length === 1 && first !== undefined && knows(profile, 6)
    ? writeRegisterRequest(unit, address, first)
    : writeRegistersRequest(unit, address, words);
}

/** `relay` counts from 1. `flash-on`: closes now, opens by itself. */
export type RelayOrder =
  | { readonly relay: number | "all"; readonly order: "on" | "off" | "toggle" }
  | { readonly relay: number; readonly order: "flash-on"; readonly for_ms: number };

const written = (unit: number, fn: 5 | 6, at: { readonly address: number; readonly value: number }): Request =>
  (fn === 5 ? writeCoilRequest : writeRegisterRequest)(unit, at.address, at.value);

export function relayRequest({ profile, unit }: Device, order: RelayOrder): Request | Refusal {
  const { relays } = profile;
  if (relays === undefined) return refusal("no-relays", "这个型号没有继电器", `${profile.id} has no relays`);
  if (order.relay !== "all" && !(Number.isInteger(order.relay) && order.relay >= 1 && order.relay <= relays.count))
    return refusal("no-relay", `没有第 ${order.relay} 路`, `there is no relay ${order.relay}`);
  if (order.order === "flash-on") {
    const { flash } = relays;
    if (flash === undefined) return refusal("no-flash", "这块板不会自己断开", `${profile.id} has no flash-on`);
    const steps = Math.round(order.for_ms / flash.step_ms);
    if (!(steps >= 1 && steps <= flash.most))
      return refusal(
        "out-of-range",
        `应在 ${flash.step_ms} … ${flash.step_ms * flash.most} ms`,
        `between ${flash.step_ms} and ${flash.step_ms * flash.most} ms`,
      );
    const address = switchAddress({ ...flash, stride: relays.stride ?? 1 }, order.relay - 1);
    return written(unit, switchedBy(flash).fn, { address, value: (flash.add ?? 0) + steps });
  }
  const address = order.relay === "all" ? relays.all : switchAddress(relays, order.relay - 1);
  const value = relays[order.order];
  if (address === undefined || value === undefined)
    return refusal("not-offered", `这块板不支持 ${order.relay} ${order.order}`, `${profile.id} knows no "${order.relay} ${order.order}"`);
  return written(unit, switchedBy(relays).fn, { address, value });
}

/** The frames of a station: `socket` counts from 1. */
export function switchRequest(
  { profile, unit }: Device,
  order: { readonly socket: number; readonly on: boolean } | "rearm",
): Request | Refusal {
  const { switching, sockets } = profile;
  if (switching === undefined) return refusal("no-switching", "这个型号不能通断", `${profile.id} is not switched`);
  if (order === "rearm") return writeRegisterRequest(unit, switching.rearm.register, switching.rearm.value);
  if (!(Number.isInteger(order.socket) && order.socket >= 1 && order.socket <= (sockets?.count ?? 0)))
    return refusal("no-socket", `没有第 ${order.socket} 路`, `there is no socket ${order.socket}`);
  return socketRequest(unit, switching, order);
}

/** `socket` counts from 1. */
export function socketRequest(unit: number, switching: Switching, order: { readonly socket: number; readonly on: boolean }): Request {
  const at = { address: switchAddress(switching, order.socket - 1), value: order.on ? switching.on : switching.off };
  return written(unit, switchedBy(switching).fn, at);
}

export function pulseRequest({ profile, unit }: Device, name: string): Request | Refusal {
  const pulse = profile.pulses?.[name];
  return pulse === undefined ? refusal("no-pulse", `没有脉冲 ${name}`, `${profile.id} has no pulse ${name}`) : pulseOf(unit, pulse);
}

export const pulseOf = (unit: number, pulse: Pulse): Request =>
  typeof pulse === "number" ? writeCoilRequest(unit, pulse, 0xff00) : writeRegisterRequest(unit, pulse.register, pulse.value);
