// The last hour of every device, a point a minute, kept in memory: what a card draws as a line. A minute in which a device was not read is a gap, never its last value.
import type { FastifyInstance } from "fastify";
import { SiteHistory, type SiteOverview } from "#protocols/api/installer.ts";
import { after } from "#protocols/vocabulary/time.ts";
import type { SiteContext, Stop } from "../../site-context.ts";

const every_ms = 60_000;
export const mostPoints = 60;

interface Series {
  readonly kind: "line" | "station" | "lane";
  readonly unit: "ms" | "W" | "";
  readonly values: (number | null)[];
}

/** One number for each device, as it is now; null: nobody knows. */
export function pointsOf({
  lines,
  stations,
  lanes,
}: SiteOverview): Map<string, { kind: Series["kind"]; unit: Series["unit"]; value: number | null }> {
  const points = new Map<string, { kind: Series["kind"]; unit: Series["unit"]; value: number | null }>();
  for (const { line, open, rotation_ms } of lines)
    points.set(`line ${line}`, { kind: "line", unit: "ms", value: open === true && rotation_ms !== null ? Math.round(rotation_ms) : null });
  for (const { station, sockets } of stations) {
    // A sum with an unread part is no sum.
    const read = sockets.length > 0 && sockets.every(({ quality }) => quality === "good");
    const power = sockets.reduce((sum, { power_mW }) => sum + (power_mW ?? 0), 0);
    points.set(`station ${station}`, { kind: "station", unit: "W", value: read ? Math.round(power / 1_000) : null });
  }
  for (const { lane, board, camera } of lanes) points.set(`lane ${lane}`, { kind: "lane", unit: "", value: board && camera ? 1 : null });
  return points;
}

/** Takes a point a minute by the gateway's own clock until it is stopped. */
export function keepHistory({ clock }: Pick<SiteContext, "clock">, now: () => SiteOverview): { series: () => SiteHistory; stop: Stop } {
  const kept = new Map<string, Series>();
  let taken = 0;
  const take = (): void => {
    cancel = clock.wake(after(clock.monotonic(), every_ms), take);
    const points = pointsOf(now());
    for (const [name, { kind, unit, value }] of points) {
      const one = kept.get(name) ?? { kind, unit, values: Array.from({ length: taken }, () => null) };
      one.values.push(value);
      kept.set(name, one);
    }
    taken = Math.min(mostPoints, taken + 1);
    for (const [name, one] of kept) {
      if (!points.has(name)) one.values.push(null);
      one.values.splice(0, Math.max(0, one.values.length - mostPoints));
      if (one.values.every((value) => value === null) && !points.has(name)) kept.delete(name);
    }
  };
  let cancel = clock.wake(after(clock.monotonic(), every_ms), take);
  return {
    series: () => ({
      every_s: every_ms / 1_000,
      series: [...kept].map(([name, { kind, unit, values }]) => ({
        id: name.slice(name.indexOf(" ") + 1),
        kind,
        unit,
        values: [...values],
      })),
    }),
    stop: async () => cancel(),
  };
}

export function historyRoutes(server: FastifyInstance, history: { series: () => SiteHistory }): void {
  server.get("/overview/history", { schema: { response: { 200: SiteHistory } } }, async () => history.series());
}
