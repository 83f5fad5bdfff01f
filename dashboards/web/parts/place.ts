// What people call a thing: a lane by its name, a socket by station and number, anything else by its id.
import { live } from "../data/live.ts";
import { words } from "../words/language.ts";

const socketId = /^([a-z0-9-]+)\/(\d+)$/;

/** "station-2" is station 2 to everybody; another id stands as it is. */
export const stationName = (id: string): string => words.value.wall.station(id.replace(/^station-/, ""));

/** The compound's name where a person sees more than one; with one compound there is nothing to tell apart. */
export function compoundName(site: string): string {
  const sites = live.value?.sites ?? [];
  return sites.length > 1 ? (sites.find(({ id }) => id === site)?.name ?? site) : "";
}

/** Its name also where there is only one: on paper it stands alone. */
export const siteName = (site: string): string => live.value?.sites.find(({ id }) => id === site)?.name ?? site;

export function placeName(id: string | null): string {
  if (id === null) return "";
  const lane = live.value?.lanes.find((one) => one.id === id);
  if (lane !== undefined) return lane.name;
  const [, station, number] = socketId.exec(id) ?? [];
  if (station !== undefined && number !== undefined) return words.value.wall.place(stationName(station), Number(number));
  return live.value?.sockets.some((one) => one.station === id) === true ? stationName(id) : id;
}

/** Where a post reaches: the word for everything is no name. */
export const areaName = ({ area, area_name }: { readonly area: string; readonly area_name: string }): string =>
  area === "all" ? words.value.everywhere : area_name;
