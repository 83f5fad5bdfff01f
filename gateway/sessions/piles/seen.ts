// How a pile's sockets look from here: what it last said, with the age of its oldest part. Minutes are usual, and are said; nothing is made younger, and silence is not "idle".
import type { MilliAmpere, MilliCelsius, MilliVolt, MilliWatt, MilliWattHour } from "#protocols/vocabulary/electricity.ts";
import type { Monotonic } from "#protocols/vocabulary/time.ts";
import type { PortSeen, PowerSaid } from "../../drivers/piles/pile.ts";
import type { SocketReading } from "../../link/messages.ts";

export interface SocketSeen {
  readonly at: Monotonic;
  readonly port: PortSeen;
  readonly voltage_mV: number | null;
  readonly power?: { readonly at: Monotonic; readonly said: PowerSaid };
}

export interface SeenAbout {
  readonly now: Monotonic;
  /** Between two words on power, and on the ports. */
  readonly power_s: number;
  readonly heartbeat_s: number;
  /** Whoever is charging there, by our word. */
  readonly authority: string | null;
}

/** A word and a half: later than that something is missing. */
const late = 1.5;

export function readingOf(socket: string, seen: SocketSeen, { now, power_s, heartbeat_s, authority }: SeenAbout): SocketReading {
  const { port, power } = seen;
  const charging = port.state === "charging";
  const drawn = charging && power !== undefined && now - power.at <= power_s * 2000 ? power : undefined;
  const age_ms = Math.max(now - seen.at, drawn === undefined ? 0 : now - drawn.at);
  const fresh = now - seen.at <= heartbeat_s * 1000 * late && (drawn === undefined || now - drawn.at <= power_s * 1000 * late);
  const state: SocketReading["state"] = !fresh
    ? "blind"
    : port.state === "fault"
      ? port.fault?.welded === true
        ? "welded"
        : "latched"
      : charging
        ? "charging"
        : "idle";
  return {
    ...{ socket, quality: fresh ? "good" : "stale", age_ms, state, authority: charging ? authority : null },
    // A welded relay is closed; of other faults nothing is known.
    relay: charging || port.fault?.welded === true ? "closed" : port.state === "fault" ? "unknown" : "open",
    plugged: port.state === "fault" ? null : port.state !== "idle",
    ...{ trip: null, test: null, request_seq: null, request_card: null, cause: port.fault?.code ?? null },
    voltage_mV: (drawn?.said.voltage_mV ?? seen.voltage_mV) as MilliVolt | null,
    current_mA: (drawn?.said.current_mA ?? null) as MilliAmpere | null,
    power_mW: (drawn?.said.power_mW ?? null) as MilliWatt | null,
    temperature_mC: (drawn?.said.temperature_mC ?? null) as MilliCelsius | null,
    energy_mWh: (drawn?.said.energy_mWh ?? null) as MilliWattHour | null,
  };
}
