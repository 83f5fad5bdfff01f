// From readings, once a second, to telemetry: each value is a point of its own, said when it has changed by more than its deadband, or has been quiet for long,
// and never more often than its interval.
import { encodeReading } from "#protocols/uplink/telemetry.ts";
import type { Stamp } from "#protocols/vocabulary/time.ts";
import type { LineHealth, SocketReading } from "../link/messages.ts";

export interface Sampler {
  /** Lines of line protocol with their age in milliseconds for a time, each with its end; undefined when nothing is worth a point. */
  sample(message: { at: Pick<Stamp, "mono">; sockets: readonly SocketReading[]; lines: readonly LineHealth[] }): string | undefined;
}

/** How a value is thinned where it is measured. */
export interface PointRule {
  /** A change below this is noise of the meter, in the value's own unit. */
  readonly deadband: number;
  /** Never more often. */
  readonly interval_ms: number;
  /** Without any change it is said again after this, so that it is known to be still there: the cloud calls a socket stale of which it has heard nothing for 10 s. */
  readonly quiet_ms: number;
}

export const socketFields = [
  "voltage_mV",
  "current_mA",
  "power_mW",
  "temperature_mC",
  "energy_mWh",
  "relay_closed",
  "plugged",
  "test_limit_mA",
] as const;
export type SocketField = (typeof socketFields)[number];
export type PointRules = Readonly<Record<SocketField, PointRule>>;

const usualDeadband: Readonly<Record<SocketField, number>> = {
  voltage_mV: 2000,
  current_mA: 20,
  power_mW: 3000,
  temperature_mC: 500,
  energy_mWh: 1,
  relay_closed: 1,
  plugged: 1,
  test_limit_mA: 1,
};
const usualIntervalMs = 2000;
const usualQuietMs = 5000;

export interface SamplingChoices {
  readonly interval_ms?: number | undefined;
  readonly points?: Readonly<Partial<Record<SocketField, { [K in keyof PointRule]?: number | undefined } | undefined>>> | undefined;
}

/** What the site file says, over what is usual. */
export function pointRules({ interval_ms = usualIntervalMs, points = {} }: SamplingChoices = {}): PointRules {
  return Object.fromEntries(
    socketFields.map((field) => [
      field,
      {
        deadband: points[field]?.deadband ?? usualDeadband[field],
        interval_ms: points[field]?.interval_ms ?? interval_ms,
        quiet_ms: points[field]?.quiet_ms ?? Math.max(usualQuietMs, interval_ms),
      },
    ]),
  ) as unknown as PointRules;
}

const linesEveryMs = 10_000;

interface Said {
  readonly seen: number;
  readonly value: number;
}
interface Last {
  quality: string;
  readonly fields: Map<SocketField, Said>;
}

export function createSampler(rules: PointRules): Sampler {
  const sockets = new Map<string, Last>();
  const lines = new Map<string, number>();

  const isDue = (field: SocketField, value: number, { seen, before }: { seen: number; before: Said | undefined }): boolean => {
    if (before === undefined) return true;
    const passed = seen - before.seen;
    const { deadband, interval_ms, quiet_ms } = rules[field];
    return passed >= interval_ms && (passed >= quiet_ms || Math.abs(value - before.value) >= deadband);
  };

  /** The values worth a point now; all of them when trust has changed or one has vanished. */
  const worth = (reading: SocketReading, seen: number): Partial<Record<SocketField, number>> => {
    const values = valuesOf(reading);
    const known = sockets.get(reading.socket);
    const last: Last = known ?? { quality: reading.quality, fields: new Map() };
    sockets.set(reading.socket, last);
    const vanished = [...last.fields].filter(
      ([field, said]) => values[field] === undefined && seen - said.seen >= rules[field].interval_ms,
    );
    for (const [field] of vanished) last.fields.delete(field);
    const all = last.quality !== reading.quality || vanished.length > 0;
    last.quality = reading.quality;
    const due: Partial<Record<SocketField, number>> = {};
    for (const field of socketFields) {
      const value = values[field];
      if (value === undefined || !(all || isDue(field, value, { seen, before: last.fields.get(field) }))) continue;
      due[field] = value;
      last.fields.set(field, { seen, value });
    }
    return due;
  };

  return {
    sample: ({ at, sockets: readings, lines: healths }) => {
      let text = "";
      for (const reading of readings) {
        const fields = worth(reading, at.mono - reading.age_ms);
        if (Object.keys(fields).length === 0) continue;
        const [station = "", socket = ""] = reading.socket.split("/");
        text += `${encodeReading({ measurement: "socket", tags: { station, socket }, quality: reading.quality, fields })} ${reading.age_ms}\n`;
      }
      for (const health of healths) {
        const before = lines.get(health.line);
        if (before !== undefined && at.mono - before < linesEveryMs) continue;
        lines.set(health.line, at.mono);
        text += `${encodeReading({ measurement: "line", tags: { line: health.line }, quality: "good", fields: lineFields(health) })} 0\n`;
      }
      return text === "" ? undefined : text;
    },
  };
}

const lineFields = ({ open, rotation_ms, frames, timeouts, bad_frames }: LineHealth): Record<string, number> => ({
  open: open ? 1 : 0,
  frames,
  timeouts,
  bad_frames,
  ...(rotation_ms === null ? {} : { rotation_ms: Math.round(rotation_ms) }),
});

/** What is absent is left out; it is never a zero. */
function valuesOf(reading: SocketReading): Partial<Record<SocketField, number>> {
  const fields: Record<SocketField, number | null> = {
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
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null)) as Partial<Record<SocketField, number>>;
}
