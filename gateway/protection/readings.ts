// What the site process is shown about once a second: every socket with the age and quality of what is known of it. Nothing is zero because it is absent.
import { milliAmpere, milliCelsius, milliVolt, milliWatt, milliWattHour } from "#protocols/vocabulary/electricity.ts";
import type { Quality } from "#protocols/vocabulary/quality.ts";
import type { Monotonic } from "#protocols/vocabulary/time.ts";
import type { Station } from "../core/charging/protection.ts";
import { good, type Sampled } from "../core/charging/sample.ts";
import { sighted } from "../core/charging/sight.ts";
import type { Socket } from "../core/charging/socket.ts";
import { stateOf } from "../core/charging/state.ts";
import type { SocketReading } from "../link/messages.ts";

function qualityOf(socket: Socket, now: Monotonic): Quality {
  if (socket.seen === undefined || socket.sample === undefined) return "stale";
  if (now - socket.seen > socket.limits.blind.warn_ms) return "stale";
  return sighted(socket.sample, socket.limits) ? "good" : "bad";
}

const maybe = <Value>(sampled: Sampled | undefined, make: (value: number) => Value): Value | null => {
  const value = good(sampled);
  return value === undefined ? null : make(value);
};
const same = (value: number): number => value;

export function readingOf(socket: Socket, now: Monotonic): SocketReading {
  const { sample } = socket;
  const relay = sample?.relay_closed;
  const plugged = sample?.plugged;
  return {
    socket: socket.name,
    quality: qualityOf(socket, now),
    age_ms: socket.seen === undefined ? 0 : Math.max(0, now - socket.seen),
    relay: relay === true ? "closed" : relay === false ? "open" : "unknown",
    plugged: typeof plugged === "boolean" ? plugged : null,
    state: stateOf(socket, now),
    trip: socket.latch?.trip ?? null,
    cause: socket.latch?.cause ?? null,
    authority: socket.authority?.id ?? null,
    test:
      socket.trial === undefined
        ? null
        : { test: socket.trial.test, limit_mA: socket.trial.limit_mA, left_ms: Math.max(0, socket.trial.until - now) },
    request_seq: maybe(sample?.request_seq, same),
    request_card: maybe(sample?.request_card, same),
    voltage_mV: maybe(sample?.voltage_mV, milliVolt),
    current_mA: maybe(sample?.current_mA, milliAmpere),
    power_mW: maybe(sample?.power_mW, milliWatt),
    temperature_mC: maybe(sample?.temperature_mC, milliCelsius),
    energy_mWh: maybe(sample?.energy_mWh, milliWattHour),
  };
}

export const readingsOf = (station: Station, now: Monotonic): SocketReading[] => station.sockets.map((socket) => readingOf(socket, now));
