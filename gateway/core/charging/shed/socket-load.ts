// What a socket counts in the budgets above it, from what protection knows of it.
import type { Monotonic } from "#protocols/vocabulary/time.ts";
import { fixed, type Limits, pickup_mA } from "../limits.ts";
import { good, type SocketSample, whole } from "../sample.ts";
import { energised, type Socket } from "../socket.ts";
import type { SocketLoad } from "./budget.ts";
import { loadFixed } from "./limits.ts";

/** The most that the socket's own rules let through for long: the pickup of the over-current curve, and the power limit. */
export const reserveOf = (limits: Limits): SocketLoad["reserve"] => ({ mA: Math.ceil(pickup_mA(limits)), mW: limits.over_power_mW });

function measuredOf(sample: SocketSample | undefined, seen: Monotonic | undefined): SocketLoad["measured"] {
  if (sample === undefined || seen === undefined || !whole(sample)) return undefined;
  const mA = good(sample.current_mA);
  // A model that measures no power: volt-amperes are never less than watts.
  const apparent = mA === undefined ? undefined : Math.ceil((mA * (good(sample.voltage_mV) ?? fixed.overVoltage_mV)) / 1000);
  return { mA, mW: good(sample.power_mW) ?? (sample.power_mW === "not-offered" ? apparent : undefined), seen };
}

export function socketLoad(socket: Socket, priority: number, now: Monotonic): SocketLoad {
  const { name, authority, check, limits } = socket;
  const measured = measuredOf(socket.sample, socket.seen);
  const common = { socket: name, reserve: reserveOf(limits), priority, measured };
  if (authority !== undefined)
    return energised(socket)
      ? { ...common, state: "on", since: authority.on?.first ?? authority.since }
      : { ...common, state: "on", since: authority.since, measured: undefined }; // it will close; nothing measured yet is its own
  if (check === undefined) return { ...common, state: "off", since: now };
  const silent = socket.seen === undefined || now - socket.seen > loadFixed.fresh_ms;
  const lapsed = silent && !check.welded && now - check.offAt >= loadFixed.lapse_ms;
  return { ...common, state: lapsed ? "lapsed" : "opening", since: check.offAt };
}
