// What a socket counts in the budgets above it, from what protection knows of it.
import type { Monotonic } from "#protocols/vocabulary/time.ts";
import { active, instantaneous_mA, type Limits, pickup_mA, sustained_mA } from "../limits.ts";
import { good, type SocketSample } from "../sample.ts";
import { sighted } from "../sight.ts";
import { energised, type Socket } from "../socket.ts";
import type { SocketLoad } from "./budget.ts";
import { loadFixed } from "./limits.ts";

/** The most that the socket's own rules let through for long: the least of what its curve, its thermal model and its instantaneous rule hold it to; in power, its power limit. */
export function reserveOf(limits: Limits): SocketLoad["reserve"] {
  const curve = active(limits.over_current);
  const thermal = active(limits.thermal);
  const bounds = [instantaneous_mA(limits)];
  if (curve !== undefined) bounds.push(pickup_mA(limits, curve));
  if (thermal !== undefined) bounds.push(sustained_mA(limits, thermal));
  const mA = Math.ceil(Math.min(...bounds));
  const apparent = Math.ceil((mA * highest_mV(limits)) / 1000);
  return { mA, mW: Math.min(apparent, active(limits.over_power)?.limit_mW ?? apparent) };
}

const highest_mV = (limits: Limits): number => active(limits.over_voltage)?.limit_mV ?? loadFixed.highest_mV;

function measuredOf({ sample, seen, limits }: Pick<Socket, "sample" | "seen" | "limits">): SocketLoad["measured"] {
  if (sample === undefined || seen === undefined || !sighted(sample, limits)) return undefined;
  const mA = good(sample.current_mA);
  return { mA, mW: good(sample.power_mW) ?? apparentOf(sample, mA, limits), seen };
}

/** A model that measures no power: volt-amperes are never less than watts. */
function apparentOf(sample: SocketSample, mA: number | undefined, limits: Limits): number | undefined {
  if (sample.power_mW !== "not-offered" || mA === undefined) return undefined;
  return Math.ceil((mA * (good(sample.voltage_mV) ?? highest_mV(limits))) / 1000);
}

export function socketLoad(socket: Socket, priority: number, now: Monotonic): SocketLoad {
  const { name, authority, check, limits } = socket;
  const common = { socket: name, reserve: reserveOf(limits), priority, measured: measuredOf(socket) };
  if (authority !== undefined)
    return energised(socket)
      ? { ...common, state: "on", since: authority.on?.first ?? authority.since }
      : { ...common, state: "on", since: authority.since, measured: undefined }; // it will close; nothing measured yet is its own
  if (check === undefined) return { ...common, state: "off", since: now };
  const silent = socket.seen === undefined || now - socket.seen > loadFixed.fresh_ms;
  const lapsed = silent && !check.welded && now - check.offAt >= loadFixed.lapse_ms;
  return { ...common, state: lapsed ? "lapsed" : "opening", since: check.offAt };
}
