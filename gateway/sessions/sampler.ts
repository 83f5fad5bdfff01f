// From readings, once a second, to telemetry: a point when something has changed enough, or when it has been quiet for long; never more often than configured.
import { encodePoint, type TelemetryPoint } from "#protocols/uplink/telemetry.ts";
import type { LineHealth, SocketReading } from "../link/messages.ts";

export interface Sampler {
  /** Lines of line protocol, each with its end, and the wall time of the oldest; undefined when nothing is worth a point. */
  sample(message: {
    wall: number;
    sockets: readonly SocketReading[];
    lines: readonly LineHealth[];
  }): { lines: string; at: number } | undefined;
}

/** Changes below these are noise of the meter. */
const deadband: Readonly<Record<string, number>> = {
  voltage_mV: 2000,
  current_mA: 20,
  power_mW: 3000,
  temperature_mC: 500,
  energy_mWh: 1,
  relay_closed: 1,
  plugged: 1,
};
/** Without any change one point in this time says that the socket is still there: the cloud calls a reading of more than 10 s stale. */
const quietMs = 5_000;
const linesEveryMs = 10_000;

interface Last {
  readonly at: number;
  readonly quality: string;
  readonly fields: Readonly<Record<string, number>>;
}

export function createSampler(interval_ms: number): Sampler {
  const last = new Map<string, Last>();
  let counter = 0;
  /** Two samples of one series in one millisecond, or after a step back of the clock, must not share a time. */
  const nanoseconds = (ms: number): bigint => {
    counter = (counter + 1) % 1_000_000;
    return BigInt(ms) * 1_000_000n + BigInt(counter);
  };
  const worth = (key: string, now: Last): boolean => {
    const before = last.get(key);
    if (before === undefined) return true;
    const passed = Math.abs(now.at - before.at);
    if (now.quality !== before.quality) return true;
    if (passed < interval_ms) return false;
    if (passed >= quietMs) return true;
    const keys = new Set([...Object.keys(now.fields), ...Object.keys(before.fields)]);
    return [...keys].some((field) => {
      const [a, b] = [now.fields[field], before.fields[field]];
      return a === undefined || b === undefined || Math.abs(a - b) >= (deadband[field] ?? 1);
    });
  };

  return {
    sample: ({ wall, sockets, lines }) => {
      const points: TelemetryPoint[] = [];
      let oldest = wall;
      for (const reading of sockets) {
        const at = wall - reading.age_ms;
        const fields = socketFields(reading);
        if (Object.keys(fields).length === 0 || !worth(reading.socket, { at, quality: reading.quality, fields })) continue;
        last.set(reading.socket, { at, quality: reading.quality, fields });
        const [station = "", socket = ""] = reading.socket.split("/");
        points.push({ measurement: "socket", tags: { station, socket }, quality: reading.quality, fields, time_ns: nanoseconds(at) });
        oldest = Math.min(oldest, at);
      }
      for (const { line, open, rotation_ms, frames, timeouts, bad_frames } of lines) {
        const before = last.get(`line ${line}`)?.at;
        if (before !== undefined && Math.abs(wall - before) < linesEveryMs) continue;
        last.set(`line ${line}`, { at: wall, quality: "good", fields: {} });
        const fields = {
          open: open ? 1 : 0,
          frames,
          timeouts,
          bad_frames,
          ...(rotation_ms === null ? {} : { rotation_ms: Math.round(rotation_ms) }),
        };
        points.push({ measurement: "line", tags: { line }, quality: "good", fields, time_ns: nanoseconds(wall) });
      }
      return points.length === 0 ? undefined : { lines: points.map((point) => `${encodePoint(point)}\n`).join(""), at: oldest };
    },
  };
}

/** What is absent is left out; it is never a zero. */
function socketFields(reading: SocketReading): Record<string, number> {
  const fields: Record<string, number | null> = {
    voltage_mV: reading.voltage_mV,
    current_mA: reading.current_mA,
    power_mW: reading.power_mW,
    temperature_mC: reading.temperature_mC,
    energy_mWh: reading.energy_mWh,
    relay_closed: reading.relay === "unknown" ? null : reading.relay === "closed" ? 1 : 0,
    plugged: reading.plugged === null ? null : reading.plugged ? 1 : 0,
    // Said as long as the trip test runs; its absence says that none does.
    test_limit_mA: reading.test?.limit_mA ?? null,
  };
  return Object.fromEntries(Object.entries(fields).filter((entry): entry is [string, number] => entry[1] !== null));
}
