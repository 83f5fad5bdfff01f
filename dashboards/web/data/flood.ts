// Too many at once: alarms by the place that they come from, so that a flood is a few rows. Pure: a list in, its rows out.
import type { AlarmView } from "#protocols/api/views.ts";
import { alarmOrder, isUnacknowledged } from "./choices.ts";

/** More rows than this nobody takes in. */
export const mostRows = 10;

export interface FloodGroup {
  readonly key: string;
  /** The worst of them, which the row is about. */
  readonly worst: AlarmView;
  readonly alarms: readonly AlarmView[];
}

export interface Flooded {
  readonly groups: readonly FloodGroup[];
  /** Of places that have no row of their own. */
  readonly others: readonly AlarmView[];
  /** Of the third and fourth priority: one line. */
  readonly lesser: readonly AlarmView[];
}

/** station-1/3 is of station-1; a lane, a shed, a gateway is itself. */
const placeOf = ({ site, gateway, source }: AlarmView): string => `${site}/${gateway}/${source.split("/")[0] ?? source}`;

/** By place, the worst first; what is for nobody's life stands together in one line at the end. Never more than ten rows in all. */
export function flooded(alarms: readonly AlarmView[]): Flooded {
  const sorted = [...alarms].sort(worstFirst);
  const lesser = sorted.filter(({ priority }) => priority > 2);
  const places = new Map<string, AlarmView[]>();
  for (const alarm of sorted.filter(({ priority }) => priority <= 2)) {
    const known = places.get(placeOf(alarm));
    if (known === undefined) places.set(placeOf(alarm), [alarm]);
    else known.push(alarm);
  }
  const all = [...places].flatMap(([key, list]) => (list[0] === undefined ? [] : [{ key, worst: list[0], alarms: list }]));
  const room = mostRows - (lesser.length > 0 ? 1 : 0);
  const groups = all.length <= room ? all : all.slice(0, room - 1);
  return { groups, others: all.slice(groups.length).flatMap((one) => one.alarms), lesser };
}

/** In a flood the priority goes before everything: a fire that somebody has seen still stands above a fault that nobody has. */
const worstFirst = (a: AlarmView, b: AlarmView): number => a.priority - b.priority || alarmOrder(a, b);

export const unacknowledgedOf = (alarms: readonly AlarmView[]): string[] => alarms.filter(isUnacknowledged).map(({ id }) => id);

/** Whether it is worth asking the cloud: it counts calls, we only know when each was raised last. */
export const mayBeFlood = (alarms: readonly AlarmView[], since: string): boolean => alarms.filter(({ last }) => last >= since).length > 4;
