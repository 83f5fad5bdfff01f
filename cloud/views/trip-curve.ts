// The picture of one trip from what the cloud was told: the cut, the readings of the hour before it, and the limits that the gateway said it ran by then.
import { limitsHeld } from "#cloud/documents/limits-held.ts";
import type { Row } from "#cloud/store/schema.ts";
import type { Queries } from "#cloud/store/store.ts";
import type { Series, Telemetry } from "#cloud/telemetry/port.ts";
import type { Limits } from "#gateway/core/charging/limits.ts";
import type { Moment } from "#gateway/core/charging/trip-path.ts";
import { isByCurrent, tripPicture } from "#gateway/core/charging/trip-picture.ts";
import type { TripCurve } from "#protocols/api/trip.ts";
import type { EventData } from "#protocols/uplink/events.ts";
import { type Refusal, refusal } from "#protocols/vocabulary/faults.ts";
import { hourMs, minuteMs, wall } from "#protocols/vocabulary/time.ts";
import { socketSeries } from "./sockets.ts";
import { time } from "./words.ts";

/** Readings are said on a change, and at least every five seconds; beyond this nothing is known. */
const longest_ms = 15_000;
const usualVoltage_mV = 220_000;
const usualSample_ms = 1_000;
const most = 50_000;

const notByCurrent = refusal(
  "not-by-current",
  "这次断电不是因为电流，没有时间—电流曲线；请看温度、电压等随时间的曲线",
  "this cut was not by current: it has no curve of time and current; look at what it did over time",
);

type Cut = EventData<"charging.cut">;

export interface TripParts {
  readonly read: Queries;
  readonly telemetry: Telemetry;
}

export async function tripCurveOf({ read, telemetry }: TripParts, event: Row<"event">): Promise<TripCurve | Refusal> {
  const { trip, socket, cause, value, limit, unit, off_after_ms, test } = JSON.parse(event.data) as Cut;
  if (!isByCurrent(cause)) return notByCurrent;
  const { site, gateway } = event;
  const [station = "", number = ""] = socket.split("/");
  const at = event.at - off_after_ms;
  const of = (field: string): Series => socketSeries({ site, gateway, station, number: Number(number) }, field);
  const from = at - hourMs;
  const read1 = (field: string, since: number) => telemetry.range({ series: of(field), from: wall(since), to: wall(at), limit: most });
  const [held, currents, powers, voltages, lowered] = await Promise.all([
    limitsHeld(read, { site, gateway, station, at: event.at }),
    read1("current_mA", from),
    unit === "mW" ? read1("power_mW", from) : [],
    read1("voltage_mV", at - minuteMs),
    test === undefined ? undefined : testLimit(read, { site, gateway, test }),
  ]);
  const sample_ms = held.line === undefined ? undefined : await roundAt(telemetry, { site, gateway, line: held.line, at });
  const moments: Moment[] = (unit === "mW" ? powers : currents).map(({ time_ns, value: said, quality }) => ({
    at: Number(time_ns / 1_000_000n),
    current_mA: quality === "good" ? said : null,
    power_mW: quality === "good" ? said : null,
  }));
  return {
    ...{ trip, socket, cause, value, limit, unit, at: time(at), from: time(from), test: test !== undefined },
    ...shown(
      tripPicture({
        limits: test === undefined ? held.limits : loweredTo(held.limits, lowered),
        moments,
        cut: { at, cause, value, limit, unit },
        sample_ms: sample_ms ?? usualSample_ms,
        reading_ms: held.interval_ms,
        voltage_mV: voltages.findLast((one) => one.quality === "good" && one.value > 0)?.value ?? usualVoltage_mV,
        longest_ms,
      }),
    ),
  };
}

/** The last round of the line before the cut, as it was told every ten seconds. */
async function roundAt(
  telemetry: Telemetry,
  { site, gateway, line, at }: { site: string; gateway: string; line: string; at: number },
): Promise<number | undefined> {
  const series = { measurement: "line", tags: { site, gateway, line }, field: "rotation_ms" };
  const told = await telemetry.range({ series, from: wall(at - minuteMs), to: wall(at), limit: 1_000 });
  return told.findLast(({ value }) => value > 0)?.value;
}

/** The core's words are read-only, the answer's are not. */
const shown = ({ curves, band, held, ...rest }: ReturnType<typeof tripPicture>) => ({
  ...rest,
  curves: curves.map(({ points, ...one }) => ({ ...one, points: [...points] })),
  band: [...band],
  held: [...held],
});

/** A trip test holds the socket's own document to a lower rated current. */
const loweredTo = (limits: Limits | undefined, rated_mA: number | undefined): Limits | undefined =>
  limits === undefined || rated_mA === undefined ? undefined : { ...limits, socket: { ...limits.socket, rated_mA } };

async function testLimit(
  read: Queries,
  { site, gateway, test }: { site: string; gateway: string; test: string },
): Promise<number | undefined> {
  const rows = await read
    .selectFrom("event")
    .select("data")
    .where("type", "=", "charging.test-begun")
    .where("site", "=", site)
    .where("gateway", "=", gateway)
    .orderBy("ordinal", "desc")
    .limit(500)
    .execute();
  return rows.map(({ data }) => JSON.parse(data) as EventData<"charging.test-begun">).find((one) => one.test === test)?.limit_mA;
}
