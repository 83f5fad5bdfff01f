// Companies over the time that is shown: totals of each, and a band a compound of who managed it when. Pure.
import type { Companies, Managed } from "../data/compounds-api.ts";

export interface CompanyLine {
  /** null: of the time for which nobody wrote a company. */
  readonly company: string | null;
  /** Compounds that it manages today, and those that it managed at some time of the span and no more. */
  readonly now: readonly Managed[];
  readonly before: readonly Managed[];
  readonly households: number;
  readonly hazards: number;
  readonly days_overdue: number;
}

type Read = (at: string | null) => number | undefined;
interface Shown {
  readonly from: number;
  readonly to: number;
  readonly now: number;
}

const within = ({ from, until }: Managed, shown: Shown, read: Read): boolean =>
  (read(from) ?? Number.NEGATIVE_INFINITY) < shown.to && (read(until) ?? Number.POSITIVE_INFINITY) > shown.from;
const holds = ({ from, until }: Managed, now: number, read: Read): boolean =>
  (read(from) ?? Number.NEGATIVE_INFINITY) <= now && (read(until) ?? Number.POSITIVE_INFINITY) > now;

/** The most days overdue first. Without a company: only where days were counted for it. */
export function companyLines({ rows, managed }: Pick<Companies, "rows" | "managed">, shown: Shown, read: Read): CompanyLine[] {
  const names = [
    ...new Set([...managed.filter((one) => within(one, shown, read)).map(({ company }) => company), ...rows.map(({ company }) => company)]),
  ];
  return names
    .map((company): CompanyLine => {
      const mine = managed.filter((one) => one.company === company && within(one, shown, read));
      const days = rows.filter((one) => one.company === company);
      const now = mine.filter((one) => holds(one, shown.now, read));
      return {
        ...{
          company,
          now,
          before: mine.filter((one) => !now.includes(one)),
          households: now.reduce((n, { households }) => n + households, 0),
        },
        ...{ hazards: days.reduce((n, one) => n + one.hazards, 0), days_overdue: days.reduce((n, one) => n + one.days_overdue, 0) },
      };
    })
    .filter(({ company, days_overdue }) => company !== null || days_overdue > 0)
    .sort((a, b) => b.days_overdue - a.days_overdue || ((a.company ?? "") < (b.company ?? "") ? -1 : 1));
}

export interface Piece {
  readonly company: string | null;
  /** In thousandths of the band. */
  readonly x: number;
  readonly width: number;
}
export interface Band {
  readonly site: string;
  readonly name: string;
  readonly pieces: readonly Piece[];
  /** In their order, within the time that is shown. */
  readonly companies: readonly (string | null)[];
}

export function bandsOf(managed: readonly Managed[], shown: Shown, read: Read): Band[] {
  const scale = 1000 / (shown.to - shown.from);
  return [...new Set(managed.map(({ site }) => site))].map((site): Band => {
    const mine = managed.filter((one) => one.site === site);
    const pieces = mine
      .filter((one) => within(one, shown, read))
      .map((one): Piece => {
        const from = Math.max(shown.from, read(one.from) ?? shown.from);
        const to = Math.min(shown.to, read(one.until) ?? shown.to);
        return { company: one.company, x: (from - shown.from) * scale, width: (to - from) * scale };
      });
    return { site, name: mine[0]?.name ?? site, pieces, companies: pieces.map(({ company }) => company) };
  });
}
