// Two clocks. Monotonic decides deadlines and never leaves the machine; Wall is a label for people. Both count whole milliseconds.
declare const monotonicBrand: unique symbol;
declare const wallBrand: unique symbol;

/** Milliseconds since some moment of this boot. Comparable only within one boot of one machine. */
export type Monotonic = number & { readonly [monotonicBrand]: true };
/** Milliseconds since 1970-01-01T00:00:00Z, as far as this machine knows. */
export type Wall = number & { readonly [wallBrand]: true };

export const monotonic = (ms: number): Monotonic => ms as Monotonic;
export const wall = (ms: number): Wall => ms as Wall;
export const after = (from: Monotonic, ms: number): Monotonic => (from + ms) as Monotonic;

/** A moment as both clocks saw it. `boot` names the boot that `mono` belongs to; `synchronised` says whether `wall` may be believed. */
export interface Stamp {
  readonly wall: Wall;
  readonly mono: Monotonic;
  readonly boot: string;
  readonly synchronised: boolean;
  /** How many boots the journal had seen, this one with them: it orders boots whose wall clocks cannot. Only the journal writes it. */
  readonly boots?: number;
}

/** A moment of one boot at which the wall clock was known to be true. */
export type Anchor = Pick<Stamp, "wall" | "mono" | "boot">;

/** When it truly was, by an anchor of the same boot: what the monotonic clock counted between the two is certain. */
export const trueTime = (stamp: Pick<Stamp, "mono">, anchor: Anchor): Wall => wall(anchor.wall + (stamp.mono - anchor.mono));

// China keeps one zone and has had no summer time since 1991: civil time is UTC + 8 h, so that no machine's zone table is consulted.
const chinaOffset = 8 * 3_600_000;
export const secondMs = 1_000;
export const minuteMs = 60_000;
export const hourMs = 3_600_000;
export const dayMs = 86_400_000;

export interface CivilTime {
  readonly year: number;
  /** 1–12 */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly millisecond: number;
  /** 1 Monday … 7 Sunday (ISO 8601) */
  readonly weekday: number;
}

// Days since 1970-01-01 to a civil date and back, in the proleptic Gregorian calendar.
// Source: the era arithmetic described in H. Hinnant, "chrono-Compatible Low-Level Date Algorithms".
function civilFromDays(days: number): { year: number; month: number; day: number } {
  const z = days + 719_468;
  const era = Math.floor(z / 146_097);
  const dayOfEra = z - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const marchMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day: dayOfYear - Math.floor((153 * marchMonth + 2) / 5) + 1 };
}

function daysFromCivil(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  return era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719_468;
}

export function toCivil(at: Wall): CivilTime {
  const local = at + chinaOffset;
  const days = Math.floor(local / dayMs);
  const rest = local - days * dayMs;
  return {
    ...civilFromDays(days),
    hour: Math.floor(rest / hourMs),
    minute: Math.floor(rest / minuteMs) % 60,
    second: Math.floor(rest / secondMs) % 60,
    millisecond: rest % secondMs,
    weekday: ((((days + 3) % 7) + 7) % 7) + 1,
  };
}

export function fromCivil(civil: {
  year: number;
  month: number;
  day: number;
  hour?: number;
  minute?: number;
  second?: number;
  millisecond?: number;
}): Wall {
  const days = daysFromCivil(civil.year, civil.month, civil.day);
  return wall(
    days * dayMs +
      (civil.hour ?? 0) * hourMs +
      (civil.minute ?? 0) * minuteMs +
      (civil.second ?? 0) * secondMs +
      (civil.millisecond ?? 0) -
      chinaOffset,
  );
}

const two = (n: number): string => String(n).padStart(2, "0");

/** "2026-11-25T12:03:21.040+08:00" (RFC 3339): how times travel in APIs, events and exports. */
export function toRfc3339(at: Wall): string {
  const c = toCivil(at);
  return `${String(c.year).padStart(4, "0")}-${two(c.month)}-${two(c.day)}T${two(c.hour)}:${two(c.minute)}:${two(c.second)}.${String(c.millisecond).padStart(3, "0")}+08:00`;
}

const rfc3339 = /^(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?(Z|[+-]\d{2}:\d{2})?$/;

/** RFC 3339 in any offset; without an offset it is China's civil time. undefined when it is no time, or a date that does not exist. */
export function fromRfc3339(text: string): Wall | undefined {
  const match = rfc3339.exec(text.trim());
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second = "0", fraction = "0", zone] = match;
  const civil = {
    year: Number(year),
    month: Number(month),
    day: Number(day),
    hour: Number(hour),
    minute: Number(minute),
    second: Number(second),
    millisecond: Math.floor(Number(`0.${fraction}`) * 1000),
  };
  const local = fromCivil(civil);
  const back = toCivil(local);
  if (
    back.month !== civil.month ||
    back.day !== civil.day ||
    back.hour !== civil.hour ||
    back.minute !== civil.minute ||
    back.second !== civil.second
  )
    return undefined;
  if (zone === undefined || zone === "+08:00") return local;
  const offset =
    zone === "Z" ? 0 : (zone.startsWith("-") ? -1 : 1) * (Number(zone.slice(1, 3)) * hourMs + Number(zone.slice(4, 6)) * minuteMs);
  return wall(local + chinaOffset - offset);
}
