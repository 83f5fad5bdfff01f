// What a pass costs and how long it holds: by the month of the calendar or by date, what is left when it is given back, and what a display says of it. Days are China's.
import { type Fen, fen, proportion, sumFen } from "#protocols/vocabulary/money.ts";
import { dayMs, fromCivil, toCivil, type Wall, wall } from "#protocols/vocabulary/time.ts";

/** A household's first car, its second, its third; below ground or above; on its own place or on a common one. */
export interface PriceRow {
  readonly row: string;
  readonly zh: string;
  readonly en: string;
  /** The household's n-th car; the highest that is written holds for all further ones. */
  readonly nth: number;
  readonly area?: string;
  readonly space?: "owned" | "rented" | "common";
  readonly month_fen: number;
}

export interface Wanted {
  readonly nth: number;
  readonly area?: string;
  readonly space?: "owned" | "rented" | "common";
}

/** The row that says most about what is wanted; none: there is no such pass. */
export function rowFor(rows: readonly PriceRow[], wanted: Wanted): PriceRow | undefined {
  const fits = rows.filter(
    (row) =>
      (row.area === undefined || row.area === wanted.area) &&
      (row.space === undefined || row.space === wanted.space) &&
      row.nth <= wanted.nth,
  );
  const said = ({ area, space }: PriceRow): number => (area === undefined ? 0 : 1) + (space === undefined ? 0 : 1);
  return fits.toSorted((a, b) => said(b) - said(a) || b.nth - a.nth)[0];
}

/** From this moment up to, not including, that one: both midnights in China. The last day is whole, to 23:59:59. */
export interface Period {
  readonly from: Wall;
  readonly until: Wall;
}

export const dayBegins = (at: Wall): Wall => {
  const { year, month, day } = toCivil(at);
  return fromCivil({ year, month, day });
};
const daysIn = (year: number, month: number): number =>
  toCivil(wall(fromCivil({ year: month === 12 ? year + 1 : year, month: (month % 12) + 1, day: 1 }) - dayMs)).day;

/** The same day so many months on; where that month is shorter, its last day. Always counted from the first day of all, so that 31 January does not become the 28th for ever. */
export function monthsOn(anchor: Wall, months: number): Wall {
  const { year, month, day } = toCivil(anchor);
  const count = year * 12 + (month - 1) + months;
  const [y, m] = [Math.floor(count / 12), (count % 12) + 1];
  return fromCivil({ year: y, month: m, day: Math.min(day, daysIn(y, m)) });
}

export type Term =
  | { readonly by: "date"; readonly months: number }
  | { readonly by: "calendar"; readonly months: number }
  | { readonly by: "day"; readonly until: Wall };

export interface Priced {
  readonly period: Period;
  readonly lines: readonly { readonly zh: string; readonly en: string; readonly amount: Fen }[];
  readonly total: Fen;
}

const dateText = (at: Wall): string => {
  const { year, month, day } = toCivil(at);
  return `${year}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`;
};
/** The last day that is covered. */
export const lastDay = ({ until }: Period): string => dateText(wall(until - 1));

/** Whole months at their price; days beside them by their share of the month that they lie in, each rounded once, half up. */
export function pricePass(row: PriceRow, begins: Wall, term: Term): Priced {
  const from = dayBegins(begins);
  const month = fen(row.month_fen);
  const lines: Priced["lines"][number][] = [];
  const whole = (count: number): void => {
    if (count > 0)
      lines.push({ zh: `${row.zh} ${count} 个月`, en: `${row.en}, ${count} month${count === 1 ? "" : "s"}`, amount: fen(month * count) });
  };
  /** Days of one month. */
  const part = (start: Wall, end: Wall): void => {
    const days = Math.round((end - start) / dayMs);
    if (days < 1) return;
    const { year, month: number } = toCivil(start);
    const amount = proportion(month, { numerator: days, denominator: daysIn(year, number), rounding: "half-up" });
    lines.push({
      zh: `${row.zh} ${dateText(start)} 起 ${days} 天`,
      en: `${row.en}, ${days} day${days === 1 ? "" : "s"} from ${dateText(start)}`,
      amount,
    });
  };
  const { year, month: number, day } = toCivil(from);
  let until: Wall;
  if (term.by === "date") {
    until = monthsOn(from, term.months);
    whole(term.months);
  } else if (term.by === "calendar") {
    // What is left of this month, then whole ones; begun on the first, this month is one of them.
    const first = fromCivil({ year, month: number, day: 1 });
    until = monthsOn(first, term.months);
    if (day > 1) part(from, monthsOn(first, 1));
    whole(day > 1 ? term.months - 1 : term.months);
  } else {
    until = wall(dayBegins(term.until) + dayMs);
    let months = 0;
    while (monthsOn(from, months + 1) <= until) months += 1;
    whole(months);
    let at = monthsOn(from, months);
    while (at < until) {
      const civil = toCivil(at);
      const end = wall(Math.min(until, monthsOn(fromCivil({ year: civil.year, month: civil.month, day: 1 }), 1)));
      part(at, end);
      at = end;
    }
  }
  return { period: { from, until }, lines, total: sumFen(lines.map(({ amount }) => amount)) };
}

/** What is given back for days that have not begun: their share of what was paid, rounded down, so that it is never more than that. */
export function refundOf(
  { from, until }: Period,
  paid: Fen,
  endsAt: Wall,
): { readonly days: number; readonly amount: Fen; readonly until: Wall } {
  const end = wall(Math.min(until, Math.max(from, dayBegins(wall(endsAt + dayMs - 1)))));
  const [all, left] = [Math.round((until - from) / dayMs), Math.round((until - end) / dayMs)];
  return { days: left, amount: all < 1 ? fen(0) : proportion(paid, { numerator: left, denominator: all, rounding: "down" }), until: end };
}

/** Renewed in time or within the grace it goes on where it ended; later it begins anew, today. */
export const renewsFrom = (until: Wall, now: Wall, grace_days: number): Wall =>
  dayBegins(now) <= until + grace_days * dayMs ? until : dayBegins(now);

export type PassState =
  | { readonly kind: "valid"; readonly days: number }
  | { readonly kind: "grace"; readonly days: number }
  | { readonly kind: "expired"; readonly days: number };

/** Whole days that are left, today among them; or since when it is over. */
export function passState(period: Period, now: Wall, grace_days = 0): PassState {
  const today = dayBegins(now);
  if (now < period.until) return { kind: "valid", days: Math.ceil((period.until - today) / dayMs) };
  const over = Math.floor((today - period.until) / dayMs) + 1;
  return over <= grace_days ? { kind: "grace", days: grace_days - over + 1 } : { kind: "expired", days: over };
}

const soon_days = 7;
const lately_days = 30;

/** For display and voice; null: nothing that needs saying. */
export function passWords(state: PassState): { readonly line: string; readonly voice: string } | null {
  if (state.kind === "valid") {
    if (state.days > soon_days) return { line: "月租车", voice: "月租车" };
    return state.days === 1
      ? { line: "月租 今日到期", voice: "月卡今日到期" }
      : { line: `剩余 ${state.days} 天`, voice: `月卡剩余${state.days}天` };
  }
  if (state.kind === "grace") return { line: `已过期 宽限 ${state.days} 天`, voice: `月卡已过期，宽限${state.days}天，请续费` };
  return state.days <= lately_days ? { line: "已过期，按临停", voice: "月卡已过期，按临时停车计费" } : null;
}
