// Last values in the relational store, for processes that share one: whoever took a reading in, all show it. Written before the batch is acknowledged; an older one never replaces a newer.
import { sql } from "kysely";
import type { Store } from "#cloud/store/store.ts";
import { type Sample, seriesName, type Telemetry } from "#cloud/telemetry/port.ts";
import type { TelemetryPoint } from "#protocols/uplink/telemetry.ts";
import type { Quality } from "#protocols/vocabulary/quality.ts";

const rowsAtOnce = 200;
const million = 1_000_000n;

interface Row {
  readonly series: string;
  readonly at: number;
  readonly ns: number;
  readonly value: number;
  readonly quality: string;
}

export function newestIn(store: Store): Pick<Telemetry, "write" | "last" | "close"> {
  return {
    async write(points) {
      const rows = newestOf(points);
      if (rows.length === 0) return;
      await store.change(async (change) => {
        for (let from = 0; from < rows.length; from += rowsAtOnce)
          await change
            .insertInto("newest")
            .values(rows.slice(from, from + rowsAtOnce))
            .onConflict((conflict) =>
              conflict
                .column("series")
                .doUpdateSet((eb) => ({
                  ...{
                    at: eb.ref("excluded.at"),
                    ns: eb.ref("excluded.ns"),
                    value: eb.ref("excluded.value"),
                    quality: eb.ref("excluded.quality"),
                  },
                }))
                .where(sql<boolean>`(excluded.at, excluded.ns) >= (newest.at, newest.ns)`),
            )
            .execute();
      });
    },
    async last(series): Promise<Sample | undefined> {
      const row = await store.read.selectFrom("newest").selectAll().where("series", "=", seriesName(series)).executeTakeFirst();
      if (row === undefined) return undefined;
      return { time_ns: BigInt(row.at) * million + BigInt(row.ns), value: row.value, quality: row.quality as Quality };
    },
    // The store is closed by whoever opened it.
    close: async () => undefined,
  };
}

/** One row a series, or one statement would touch it twice; in one order, so that two processes do not wait for each other. */
function newestOf(points: readonly TelemetryPoint[]): Row[] {
  const rows = new Map<string, Row>();
  for (const { measurement, tags, fields, quality, time_ns } of points)
    for (const [field, value] of Object.entries(fields)) {
      const series = seriesName({ measurement, tags, field });
      const [at, ns] = [Number(time_ns / million), Number(time_ns % million)];
      const known = rows.get(series);
      if (known === undefined || known.at < at || (known.at === at && known.ns <= ns)) rows.set(series, { series, at, ns, value, quality });
    }
  return [...rows.values()].sort((a, b) => (a.series < b.series ? -1 : 1));
}
