// Single values of a device, named in configuration: a point, a channel, a bit. Only what is wanted is asked for.
import type { Point, Profile } from "./profile.ts";

/** One value: a point, which of its channels (counted from 1), and which of its bits. */
export interface Place {
  readonly point: string;
  readonly channel?: number | undefined;
  readonly bit?: string | undefined;
}

/** The profile with the wanted points alone. A point that is not polled otherwise is polled here: somebody leans on it. */
export const onlyWanted = (profile: Profile, wanted: readonly Place[]): Profile => ({
  ...profile,
  points: profile.points.filter(({ name }) => wanted.some(({ point }) => point === name)).map((point) => ({ ...point, polled: true })),
});

export type UnfitPlace = "no-point" | "no-channel" | "needs-channel" | "no-bit" | "needs-bit";

const isLevel = ({ table }: Point): boolean => table === "coil" || table === "discrete";

/** Why the profile has no such value; undefined when it has. `level`: it is to be on or off, so a register must name its bit. */
export function unfitPlace(profile: Profile, place: Place, level: boolean): UnfitPlace | undefined {
  const point = profile.points.find(({ name }) => name === place.point);
  if (point === undefined) return "no-point";
  if (point.per === "device" && place.channel !== undefined) return "no-channel";
  if (point.per === "socket" && place.channel === undefined) return "needs-channel";
  if (place.channel !== undefined && !(place.channel >= 1 && place.channel <= (profile.sockets?.count ?? 0))) return "no-channel";
  if (place.bit !== undefined) return point.bits?.[place.bit] === undefined ? "no-bit" : undefined;
  return level && !isLevel(point) ? "needs-bit" : undefined;
}
