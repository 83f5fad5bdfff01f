// What the schema of a profile cannot say: points that lie on each other, scales that leave whole numbers, a station that cannot be switched.
import { orderNames } from "./orders.ts";
import { addressesOf, mostOf, readFunctions, signAddressesOf, widthOf, wordsPer } from "./plan.ts";
import type { Point, Profile } from "./profile.ts";
import { has } from "./quirks.ts";
import { bitsOf, shapes } from "./shapes.ts";
import { unitOf, units } from "./units.ts";

/** Complaints in words, each beginning with the point it is about; an empty list is a sound profile. The shape itself is the schema's matter. */
export function profileComplaints(profile: Profile): string[] {
  return [
    ...profile.points.flatMap((point) => pointComplaints(point)),
    ...placeComplaints(profile),
    ...functionComplaints(profile),
    ...stationComplaints(profile),
  ];
}

const rawTop: Readonly<Record<string, number>> = {
  u16: 0xffff,
  i16: 0x7fff,
  u32: 0xffff_ffff,
  i32: 0x7fff_ffff,
  bcd16: 9_999,
  bcd32: 99_999_999,
};

function pointComplaints(point: Point): string[] {
  const { bytes, form, signed } = shapes[point.type];
  const bits = bitsOf(point);
  const found: string[] = [];
  const say = (wrong: boolean, what: string): void => {
    if (wrong) found.push(`${point.name}: ${what}`);
  };
  const orders: readonly string[] = orderNames[bytes];
  say(point.order !== undefined && !orders.includes(point.order), `order of ${bytes} bytes is one of ${orders.join(", ")}`);
  say(point.minimum !== undefined && point.maximum !== undefined && point.minimum > point.maximum, "minimum is above maximum");
  say(!Number.isSafeInteger((rawTop[point.type] ?? 0) * (point.multiply ?? 1)), "multiply leaves the whole numbers that can be held");
  const highest = Math.max(-1, ...Object.values(point.bits ?? {}));
  say(point.bits !== undefined && form !== "integer", "bits are for integers");
  say(highest >= bits, `bit ${highest} lies beyond its ${bits} bits`);
  say(point.field !== undefined && point.type !== "u16", "a field is cut out of one u16 register");
  say(point.field !== undefined && point.field.low + point.field.width > 16, "the field is longer than its register");
  say(point.sign !== undefined && (signed || form === "float"), `sign: ${point.type} has its own`);
  say((point.absent?.includes("NaN") ?? false) && form !== "float", "only a float can be NaN");
  const isBit = point.table === "coil" || point.table === "discrete";
  say(isBit && bytes !== 2, `a coil holds no ${bytes * 8}-bit value`);
  say(isBit && (point.field !== undefined || point.sign !== undefined || point.order !== undefined), "a coil is on or off, nothing else");
  say(point.writable === true && (point.table === "input" || point.table === "discrete"), `nobody can write a ${point.table}`);
  const counted = point.multiply !== undefined || point.divide !== undefined || point.offset !== undefined;
  say(counted && unitOf(point.name) === undefined, `is scaled, but its name says no unit (_${Object.keys(units).join(", _")})`);
  return found;
}

interface Claim {
  readonly name: string;
  /** Bits of the register that it uses. */
  readonly mask: number;
}

/** Bits of its register that a point claims: all, or those of its field. */
function maskOf(point: Point): number {
  if (point.field === undefined) return 0xffff;
  const mask = ((1 << point.field.width) - 1) << point.field.low;
  return point.order === "BA" ? ((mask & 0xff) << 8) | (mask >> 8) : mask;
}

function placeComplaints(profile: Profile): string[] {
  const found: string[] = [];
  const taken = new Map<string, Claim[]>();
  const names = new Set<string>();
  for (const point of profile.points) {
    if (names.has(point.name)) found.push(`${point.name}: named twice`);
    names.add(point.name);
    if (point.per === "socket" && profile.sockets === undefined)
      found.push(`${point.name}: repeats per socket, but the profile has no sockets`);
    const width = widthOf(point, wordsPer(profile, point));
    if (width > mostOf(profile, point.table)) found.push(`${point.name}: is longer than one read may be`);
    for (const [socket, address] of addressesOf(profile, point).entries())
      for (let at = address; at < address + width; at += 1) {
        const place = `${point.table} ${at}`;
        const claims = taken.get(place) ?? [];
        const other = claims.find(({ mask }) => (mask & maskOf(point)) !== 0);
        if (at > 65_535) found.push(`${point.name}: socket ${socket + 1} lies beyond register 65535`);
        else if (other !== undefined) found.push(`${point.name}: lies on ${other.name} at ${place}`);
        taken.set(place, [...claims, { name: point.name, mask: maskOf(point) }]);
      }
    if (signAddressesOf(profile, point).some((at) => at > 65_535)) found.push(`${point.name}: its sign lies beyond register 65535`);
  }
  return found;
}

/** The device must know the functions that its own points and relays need. */
function functionComplaints(profile: Profile): string[] {
  const { functions } = profile;
  const found: string[] = [];
  if (has(profile, "coils-from-zero"))
    for (const point of profile.points)
      if (
        (point.table === "coil" || point.table === "discrete") &&
        Math.max(...addressesOf(profile, point)) >= mostOf(profile, point.table)
      )
        found.push(`${point.name}: cannot be reached from 0 in one question of ${mostOf(profile, point.table)} bits`);
  if (functions === undefined) return found;
  const knows = (fn: number): boolean => functions.some((known) => known === fn);
  for (const point of profile.points) {
    const read = readFunctions[point.table];
    if (!knows(read)) found.push(`${point.name}: is read by function ${read}, which the device does not know`);
    const [one, many] = point.table === "coil" ? [5, 15] : [6, 16];
    if (point.writable && !knows(many) && !(knows(one) && widthOf(point) === 1))
      found.push(`${point.name}: is writable, but the device knows neither function ${one} nor ${many} for it`);
  }
  if ((profile.switching ?? profile.relays ?? profile.pulses) !== undefined && !knows(5))
    found.push("functions: relays are switched by function 5");
  if (profile.switching !== undefined && !knows(6)) found.push("functions: re-arming is function 6");
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
