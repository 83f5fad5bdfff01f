// What the schema of a profile cannot say: points that lie on each other, scales that leave whole numbers, a station that cannot be switched.
import { addressesOf, widthOf } from "./plan.ts";
import type { Point, Profile } from "./profile.ts";

/** Complaints in words, each beginning with the point it is about; an empty list is a sound profile. The shape itself is the schema's matter. */
export function profileComplaints(profile: Profile): string[] {
  return [...profile.points.flatMap(pointComplaints), ...placeComplaints(profile), ...stationComplaints(profile)];
}

const rawTop = { u16: 0xffff, i16: 0x7fff, u32: 0xffff_ffff, i32: 0x7fff_ffff } as const;

function pointComplaints(point: Point): string[] {
  const wide = widthOf(point) === 2;
  const found: string[] = [];
  if (point.order !== undefined && !wide) found.push("order is for 32-bit values only");
  if (point.minimum !== undefined && point.maximum !== undefined && point.minimum > point.maximum) found.push("minimum is above maximum");
  if (!Number.isSafeInteger(rawTop[point.type] * (point.multiply ?? 1))) found.push("multiply leaves the whole numbers that can be held");
  if (wide && point.bits !== undefined) found.push("bits are for 16-bit values only");
  if (wide && (point.table === "coil" || point.table === "discrete")) found.push("a coil holds no 32-bit value");
  return found.map((what) => `${point.name}: ${what}`);
}

function placeComplaints(profile: Profile): string[] {
  const found: string[] = [];
  const taken = new Map<string, string>();
  const names = new Set<string>();
  for (const point of profile.points) {
    if (names.has(point.name)) found.push(`${point.name}: named twice`);
    names.add(point.name);
    if (point.per === "socket" && profile.sockets === undefined)
      found.push(`${point.name}: repeats per socket, but the profile has no sockets`);
    if (widthOf(point) > profile.read.max_registers) found.push(`${point.name}: is longer than one read may be`);
    for (const [socket, address] of addressesOf(profile, point).entries())
      for (let at = address; at < address + widthOf(point); at += 1) {
        const place = `${point.table} ${at}`;
        const other = taken.get(place);
        if (at > 65_535) found.push(`${point.name}: socket ${socket + 1} lies beyond register 65535`);
        else if (other !== undefined) found.push(`${point.name}: lies on ${other} at ${place}`);
        taken.set(place, point.name);
      }
  }
  return found;
}

/** What protection cannot do without. */
const neededOfStation = ["current_mA"] as const;

function stationComplaints(profile: Profile): string[] {
  if (profile.kind !== "station") return [];
  const found: string[] = [];
  if (profile.sockets === undefined) found.push("sockets: a station has some");
  if (profile.switching === undefined) found.push("switching: a station is switched");
  const perSocket = profile.points.filter((point) => point.per === "socket");
  for (const name of neededOfStation)
    if (!perSocket.some((point) => point.name === name)) found.push(`${name}: protection needs it per socket`);
  if (!perSocket.some((point) => point.bits?.relay_closed !== undefined))
    found.push("relay_closed: protection needs the relay read back per socket");
  return found;
}
