// A random day at four lanes as its cars drove it, without a word on what was delivered to whom: the same script is played clean, and through noise.
import { differences } from "#gateway/core/parking/plates.ts";
import { type Source, sources } from "#protocols/cameras/sources-for-tests.ts";
import { canonicalPlate, type Plate } from "#protocols/vocabulary/plate.ts";
import { wall } from "#protocols/vocabulary/time.ts";

export type Random = () => number;
export const whole = (random: Random, from: number, until: number): number => from + Math.floor(random() * (until - from + 1));
const pick = <T>(random: Random, list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;

export interface LaneScript {
  readonly id: string;
  readonly direction: "entry" | "exit";
  readonly source: Source;
  readonly serialno: string;
  /** As the site file has it; the makers that wait for their own driver are heard as the nearest one that pushes. */
  readonly protocol: string;
}

export interface Trip {
  readonly plate: Plate;
  readonly entry: string;
  readonly exit: string | null;
  /** Milliseconds from the day's beginning. */
  readonly arrives: number;
  readonly leaves: number;
  /** The camera's link was down: it opened by its own list and kept the record. */
  readonly stored: boolean;
}

export interface Script {
  readonly lanes: readonly LaneScript[];
  readonly trips: readonly Trip[];
}

const nearest = (source: Source): string => {
  if (source.http !== undefined) return source.http.protocol;
  if (source.name.startsWith("vzenith")) return "vzenith-http";
  return source.name.startsWith("hikvision") ? "hikvision-isapi" : "rekor-scout";
};
function serialOf(source: Source): string {
  const reads = source.decode(source.make({ plate: "闽C12345", at: wall(Date.UTC(2026, 0, 1)), number: 1 }));
  const serialno = "kind" in reads ? undefined : reads[0]?.serialno;
  if (serialno === undefined) throw new Error(`${source.name} says no serial number`);
  return serialno;
}

function fourCameras(random: Random): Omit<LaneScript, "id" | "direction">[] {
  const chosen = new Map<string, Source>();
  while (chosen.size < 4) {
    const source = pick(random, sources);
    const serialno = serialOf(source);
    if (!chosen.has(serialno)) chosen.set(serialno, source);
  }
  return [...chosen].map(([serialno, source]) => ({ source, serialno, protocol: nearest(source) }));
}

function newPlate(random: Random, taken: readonly Plate[]): Plate {
  for (;;) {
    const plate = canonicalPlate(`闽C${pick(random, [..."ABCDEFGHJKLMN"])}${whole(random, 1000, 9999)}`);
    // Only a person may choose between neighbours; this day has none.
    if (plate !== undefined && taken.every((other) => differences(other, plate) === undefined)) return plate;
  }
}

const minute = 60_000;
/** Cars at one lane keep this distance: who waits behind whom is another test's. */
const apart = 90_000;

export function writeScript(random: Random, is: { readonly cars: number; readonly stored: boolean }): Script {
  const [a, b, c, d] = fourCameras(random);
  if (a === undefined || b === undefined || c === undefined || d === undefined) throw new Error("four cameras");
  const lanes: LaneScript[] = [
    { id: "in-1", direction: "entry", ...a },
    { id: "in-2", direction: "entry", ...b },
    { id: "out-1", direction: "exit", ...c },
    { id: "out-2", direction: "exit", ...d },
  ];
  const booked = new Map<string, number[]>(lanes.map(({ id }) => [id, []]));
  /** The first moment from then on at which nobody else is at the lane. */
  const book = (lane: string, at: number): number => {
    const others = booked.get(lane) ?? [];
    let when = at;
    while (others.some((other) => Math.abs(other - when) < apart)) when += apart / 2;
    others.push(when);
    return when;
  };
  const trips: Trip[] = [];
  const taken: Plate[] = [];
  for (let i = 0; i < is.cars; i += 1) {
    const before = trips.find((trip) => trip.exit !== null && !taken.slice(taken.indexOf(trip.plate) + 1).includes(trip.plate));
    const returns = before !== undefined && random() < 0.25;
    const plate = returns ? before.plate : newPlate(random, taken);
    taken.push(plate);
    const entry = pick(random, ["in-1", "in-2"]);
    const earliest = returns ? before.leaves + 20 * minute : 0;
    const arrives = book(entry, Math.max(earliest, whole(random, 1, 60 + 3 * is.cars) * minute));
    const source = lanes.find(({ id }) => id === entry)?.source;
    const stored = is.stored && source?.neverOffline === undefined && random() < 0.2;
    // Far from a full hour, so that a second of delay is no other price.
    const stay = whole(random, 0, 4) * 60 * minute + whole(random, 15, 35) * minute;
    const exit = random() < 0.85 ? pick(random, ["out-1", "out-2"]) : null;
    trips.push({ plate, entry, exit, arrives, leaves: exit === null ? arrives + stay : book(exit, arrives + stay), stored });
  }
  return { lanes, trips };
}

/** The residential tariff in one line, from the times at which the cars really drove. */
export const plainFee = (stay_ms: number): number => Math.min(1000, Math.max(0, Math.ceil(stay_ms / (60 * minute)) - 1) * 200);
