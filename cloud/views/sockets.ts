// A socket is two truths: what the events say of its state, and what was measured last. Both carry their own time; neither borrows the other's.
import type { Row } from "#cloud/store/schema.ts";
import type { Series, Telemetry } from "#cloud/telemetry/port.ts";
import type { SocketView } from "#protocols/api/views.ts";
import { time } from "./words.ts";

export const measuredFields = ["voltage_mV", "current_mA", "power_mW", "temperature_mC", "energy_mWh"] as const;
export type MeasuredField = (typeof measuredFields)[number];

/** Readings come about every second; one that is older than this says nothing about now. */
const staleAfterMs = 10_000;
/** A reading whose time has not come says nothing about now either: nobody knows how old it is. */
const aheadMs = 60_000;
/** A trip test is in every reading while it runs, and in none afterwards. */
const testSaidWithinNs = 6_000_000_000n;

export function socketSeries(row: Pick<Row<"socket">, "site" | "gateway" | "station" | "number">, field: string): Series {
  const { site, gateway, station, number } = row;
  return { measurement: "socket", tags: { site, gateway, station, socket: String(number) }, field };
}

export async function socketView(telemetry: Telemetry, row: Row<"socket">, now: number): Promise<SocketView> {
  const values: Record<MeasuredField, number | null> = {
    voltage_mV: null,
    current_mA: null,
    power_mW: null,
    temperature_mC: null,
    energy_mWh: null,
  };
  let newest = 0n;
  let quality: SocketView["quality"] = "bad";
  for (const field of measuredFields) {
    const sample = await telemetry.last(socketSeries(row, field));
    if (sample === undefined) continue;
    values[field] = sample.value;
    if (sample.time_ns >= newest) [newest, quality] = [sample.time_ns, sample.quality];
  }
  const test = await telemetry.last(socketSeries(row, "test_limit_mA"));
  const relay = await telemetry.last(socketSeries(row, "relay_closed"));
  const seen = Number(newest / 1_000_000n);
  if (quality === "good" && (now - seen > staleAfterMs || seen - now > aheadMs)) quality = "stale";
  return {
    ...{ id: row.socket, site: row.site, gateway: row.gateway, station: row.station, number: row.number },
    // No event has spoken of it yet: an open relay that was just measured is idle, anything else stays unknown.
    state: row.state === "unknown" && quality === "good" && relay?.value === 0 ? "idle" : (row.state as SocketView["state"]),
    session: row.session,
    since: row.since === null ? null : time(row.since),
    ...values,
    test_limit_mA: test !== undefined && test.time_ns + testSaidWithinNs >= newest ? test.value : null,
    quality,
    seen: newest === 0n ? null : time(seen),
    trip: row.trip,
    cause: row.cause,
  };
}
