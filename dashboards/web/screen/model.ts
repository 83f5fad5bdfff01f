// What the wall shows, made of what the cloud answered. Pure: the clock comes in as `now`. Nobody touches a wall, so nothing here waits for a hand.
import type { LedgerFigures } from "#protocols/api/ledger-figures.ts";
import type { AlarmView, HazardView, Overview } from "#protocols/api/views.ts";
import { fromRfc3339, toCivil, type Wall, wall } from "#protocols/vocabulary/time.ts";
import { alarmOrder, freshness, gatewayOf, isOnDuty, isUnacknowledged } from "../data/choices.ts";

export interface Tile {
  readonly site: string;
  readonly name: string;
  readonly sockets: number;
  readonly charging: number;
  /** Of sockets that were read well; null: none was. */
  readonly power_mW: number | null;
  /** Open alarms of priority 1 to 4. */
  readonly alarms: readonly [number, number, number, number];
  readonly open: number | null;
  readonly overdue: number | null;
  /** A gateway of it is away: its numbers are of then. */
  readonly away: boolean;
  /** The newest that was heard of it. */
  readonly until: string | null;
}

export function tilesOf(overview: Overview, figures: LedgerFigures | null): readonly Tile[] {
  // As fresh as they were when they were told: that the wall itself is old is said by the wall.
  const told = fromRfc3339(overview.now) ?? wall(0);
  const tiles = overview.sites.map(({ id, name }): Tile => {
    const gateways = overview.gateways.filter(({ site }) => site === id);
    const sockets = overview.sockets.filter(({ site }) => site === id);
    const fresh = sockets.filter(
      (one) => freshness(one, { gateway: gatewayOf(overview.gateways, one), connected: true, now: told }) === "fresh",
    );
    const powers = fresh.flatMap(({ power_mW }) => (power_mW === null ? [] : [power_mW]));
    const alarms = overview.alarms.filter((one) => one.site === id && isOnDuty(one));
    const count = (priority: number): number => alarms.filter((one) => one.priority === priority).length;
    const ledger = figures?.compounds.find(({ site }) => site === id);
    const all = ledger === undefined ? 0 : Object.values(ledger.states).reduce((sum, n) => sum + n, 0);
    const heard = gateways.flatMap(({ last_event }) => (last_event === null ? [] : [last_event])).sort();
    return {
      ...{ site: id, name, sockets: sockets.length },
      charging: sockets.filter(({ state }) => state === "charging").length,
      power_mW: powers.length === 0 ? null : powers.reduce((sum, one) => sum + one, 0),
      alarms: [count(1), count(2), count(3), count(4)],
      open: figures === null ? null : all - (ledger?.states.已销号 ?? 0),
      overdue: figures === null ? null : (ledger?.overdue ?? 0),
      away: gateways.some(({ state }) => state !== "online"),
      until: heard.at(-1) ?? null,
    };
  });
  const worst = ({ alarms: [one, two] }: Tile): number => one * 1_000 + two;
  return tiles.sort((a, b) => worst(b) - worst(a) || (b.overdue ?? 0) - (a.overdue ?? 0) || (a.name < b.name ? -1 : 1));
}

export const looks = ["charging", "idle", "cut", "away"] as const;
export type Look = (typeof looks)[number];

export interface LaneLine {
  readonly id: string;
  readonly name: string;
  readonly at: Wall | null;
  readonly word: NonNullable<Overview["lanes"][number]["last"]>["what"] | "none";
  readonly waits: boolean;
}

/** One compound's ground: sockets by station, each as it looks now; a socket that is not read well is away, whatever it said last. */
export function groundOf(overview: Overview) {
  const told = fromRfc3339(overview.now) ?? wall(0);
  const lookOf = (one: Overview["sockets"][number]): Look => {
    if (one.state === "cut" || one.state === "welded") return "cut";
    const fresh = freshness(one, { gateway: gatewayOf(overview.gateways, one), connected: true, now: told }) === "fresh";
    return !fresh || one.state === "unknown" ? "away" : one.state;
  };
  const names = [...new Set(overview.sockets.map(({ station }) => station))].sort();
  const stations = names.map((station) => ({
    station,
    sockets: overview.sockets
      .filter((one) => one.station === station)
      .sort((a, b) => a.number - b.number)
      .map((one) => ({ number: one.number, look: lookOf(one) })),
  }));
  const lanes = overview.lanes.map(
    ({ id, name, last }): LaneLine => ({
      ...{ id, name, at: last === null ? null : (fromRfc3339(last.at) ?? null), word: last?.what ?? "none" },
      waits: last?.what === "exception",
    }),
  );
  return { stations, lanes };
}

/** Priorities 1 and 2 stand by name; nobody's acknowledgement first, then the graver, then the newer. */
export const callsOf = ({ alarms }: Overview): readonly AlarmView[] =>
  alarms.filter((one) => one.priority <= 2 && isOnDuty(one)).sort(alarmOrder);

export const stripOf = ({ alarms }: Overview): readonly number[] =>
  [1, 2, 3, 4].map((priority) => alarms.filter((one) => one.priority === priority && isOnDuty(one)).length);

/** The longest first. */
export const latest = (hazards: readonly HazardView[]): readonly HazardView[] =>
  hazards.filter(({ overdue_days }) => overdue_days > 0).sort((a, b) => b.overdue_days - a.overdue_days);

/** Lists longer than the wall turn their pages by themselves. */
export function pageOf<T>(all: readonly T[], { per, every_ms, now }: { per: number; every_ms: number; now: number }) {
  const pages = Math.max(1, Math.ceil(all.length / per));
  const page = Math.floor(now / every_ms) % pages;
  return { shown: all.slice(page * per, (page + 1) * per), page: page + 1, pages };
}

/** After this long without an answer the wall says that it is old; after that, that it is cut off. */
export const staleAfter_ms = 30_000;
export const lostAfter_ms = 120_000;
export type Heard = "live" | "stale" | "lost";
export const heardOf = (heard: number | null, now: number): Heard =>
  heard === null || now - heard > lostAfter_ms ? "lost" : now - heard > staleAfter_ms ? "stale" : "live";

/** From ten at night to six the wall is dim; what calls for somebody lights it. */
export const isDim = (now: Wall, calls: readonly AlarmView[]): boolean => {
  const { hour } = toCivil(now);
  return (hour >= 22 || hour < 6) && !calls.some(isUnacknowledged);
};

export const agoMs = (at: string | null, now: number): number | null => {
  const known = at === null ? undefined : fromRfc3339(at);
  return known === undefined ? null : Math.max(0, now - known);
};

/** Once a day, when nobody looks, it begins anew: at the first look at or after four o'clock. */
export const shouldRestart = (since: number, now: number): boolean => {
  const civil = toCivil(wall(now));
  return civil.hour === 4 && now - since > 2 * 3_600_000;
};

/** The whole canvas in the window, never distorted: so large, and so far from the edges. */
export function fitted(canvas: readonly [number, number], window: readonly [number, number]) {
  const scale = Math.min(window[0] / canvas[0], window[1] / canvas[1]);
  return { scale, left: (window[0] - canvas[0] * scale) / 2, top: (window[1] - canvas[1] * scale) / 2 };
}

/** "6656x1792", as LED walls are ordered. */
export function canvasOf(text: string | null): readonly [number, number] {
  const [, width = "1920", height = "1080"] = /^(\d{3,5})x(\d{3,5})$/.exec(text ?? "") ?? [];
  return [Number(width), Number(height)];
}
