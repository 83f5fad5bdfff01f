// What is shown out of what is known: orders, filters and freshness. Pure, so that the pages only draw.
import type { AlarmDetail } from "#protocols/api/alarms.ts";
import { secondWithin_ms } from "#protocols/api/closing.ts";
import type { AlarmView, GatewayView, LaneView, SocketView } from "#protocols/api/views.ts";
import type { Wall } from "#protocols/vocabulary/time.ts";
import { parseMoment, sinceMs } from "../format/moments.ts";

/** A gateway reports a socket when something changes, and at least this often; twice this is stale, five times is offline. */
export const readingIntervalMs = 5_000;

export const isActive = (alarm: AlarmView): boolean => alarm.state.startsWith("active");
export const isUnacknowledged = (alarm: AlarmView): boolean => alarm.state.endsWith("unacknowledged");
/** Kept from calling: shelved, suppressed by design, out of service, a test of a maintenance window, or not yet lasting. */
export const isHeld = (alarm: AlarmView): boolean => alarm.held !== null || alarm.test || alarm.state === "pending";
/** The default list: what still stands, and what nobody has seen yet. */
export const isOnDuty = (alarm: AlarmView): boolean => alarm.state !== "cleared" && !isHeld(alarm);

/** The first of two persons' words to close it, while it still counts: nothing was raised since, and its half hour is not over. */
export function firstWord(
  { steps }: AlarmDetail,
  now: Wall,
): { readonly person: string; readonly reason: string; readonly left_ms: number } | null {
  const last = steps.filter(({ input }) => input === "close-asked" || input === "raise" || input === "due").at(-1);
  const at = parseMoment(last?.at);
  if (last?.input !== "close-asked" || at === undefined || now - at > secondWithin_ms) return null;
  return { person: last.person ?? "", reason: last.reason ?? "", left_ms: secondWithin_ms - (now - at) };
}

/** Unacknowledged first, then by priority, then the newest. */
export const alarmOrder = (a: AlarmView, b: AlarmView): number =>
  Number(isUnacknowledged(b)) - Number(isUnacknowledged(a)) ||
  a.priority - b.priority ||
  (a.last < b.last ? 1 : a.last > b.last ? -1 : a.id < b.id ? -1 : 1);

export function countByPriority(alarms: readonly AlarmView[]): Record<1 | 2 | 3 | 4, number> {
  const counts = { 1: 0, 2: 0, 3: 0, 4: 0 };
  for (const { priority } of alarms.filter(isOnDuty)) counts[priority <= 1 ? 1 : priority === 2 ? 2 : priority === 3 ? 3 : 4] += 1;
  return counts;
}

export type Freshness = "fresh" | "stale" | "offline";

export interface Path {
  readonly gateway: GatewayView | undefined;
  /** Whether this page hears the cloud. */
  readonly connected: boolean;
  readonly now: Wall;
}

/** A value is only as live as its time, its quality, the gateway that brought it, and our own line to the cloud. */
export function freshness(socket: SocketView, { gateway, connected, now }: Path): Freshness {
  const age = sinceMs(socket.seen, now);
  if (age === undefined || age > 5 * readingIntervalMs || socket.quality === "bad") return "offline";
  if (!connected || gateway?.state === "offline" || socket.quality === "stale" || age > 2 * readingIntervalMs) return "stale";
  return "fresh";
}

/** Above this something draws power: a meter's own noise is below. */
const drawsPower_mW = 5_000;

/** Until an event has told a socket's state, its reading does: nothing drawn is idle, power drawn is a charge that began before we listened. */
export function shownState(socket: SocketView): SocketView["state"] {
  if (socket.state !== "unknown" || socket.quality === "bad" || socket.power_mW === null) return socket.state;
  return socket.power_mW > drawsPower_mW ? "charging" : "idle";
}

export const gatewayOf = (
  gateways: readonly GatewayView[],
  of: { readonly site: string; readonly gateway: string },
): GatewayView | undefined => gateways.find((one) => one.site === of.site && one.gateway === of.gateway);

export function byStation(
  sockets: readonly SocketView[],
): readonly { readonly station: string; readonly sockets: readonly SocketView[] }[] {
  const stations = new Map<string, SocketView[]>();
  for (const socket of sockets) {
    const key = `${socket.site}/${socket.gateway}/${socket.station}`;
    const known = stations.get(key);
    if (known === undefined) stations.set(key, [socket]);
    else known.push(socket);
  }
  return [...stations.values()].map((list) => ({ station: list[0]?.station ?? "", sockets: list }));
}

/** A waiting car that nobody has let through: the lane's newest word is that it needs a person. */
export const isWaiting = (lane: LaneView): boolean => lane.last?.what === "exception";

export const compositeId = (one: { readonly site: string; readonly gateway: string; readonly id: string }): string =>
  `${one.site}/${one.gateway}/${one.id}`;
