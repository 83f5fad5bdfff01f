// What passes of a lot cost, by the day that a list came into force; and who holds a pass, with what a price depends on.
import type { PriceRow } from "#gateway/core/parking/pass-price.ts";
import type { PassHolder, PassPrices } from "#protocols/api/passes.ts";
import { type Refusal, refusal } from "#protocols/vocabulary/faults.ts";
import { canonicalPlate, type Plate } from "#protocols/vocabulary/plate.ts";
import { fromRfc3339, type Wall } from "#protocols/vocabulary/time.ts";
import type { Reads, Transaction } from "../../journal/journal.ts";
import type { SiteContext } from "../../site-context.ts";

export interface Prices {
  readonly rows: readonly PriceRow[];
  readonly grace_days: number;
  readonly changes_per_year: number;
  readonly replacement_days: number;
}

export interface Holder {
  readonly pass: string;
  readonly lot: string;
  readonly room: string;
  readonly contact: string;
  readonly plates: readonly Plate[];
  readonly spaces: number;
  readonly nth: number;
  readonly area?: string;
  readonly space?: "owned" | "rented" | "common";
  readonly link: string;
}

export const noDate = (text: string): Refusal => refusal("no-date", `不是日期：${text}`, `no date: ${text}`);
export const midnightOf = (date: string): Wall | undefined => fromRfc3339(`${date}T00:00`);

export function pricesAt(reads: Reads, lot: string, at: Wall): Prices | undefined {
  const row = reads.get<{ prices: string }>(
    "SELECT prices FROM pass_price WHERE lot = ? AND from_at <= ? ORDER BY from_at DESC LIMIT 1",
    lot,
    at,
  );
  return row === undefined ? undefined : (JSON.parse(row.prices) as Prices);
}

/** A list that is in force is not rewritten: a new one begins today or later. */
export function writePrices(
  { journal, clock, config }: SiteContext,
  { lot, from, person, ...prices }: PassPrices,
): { readonly from: string } | Refusal {
  if (!config.lots.some(({ id }) => id === lot)) return refusal("no-lot", `没有停车场 ${lot}`, `no such lot: ${lot}`);
  const at = midnightOf(from);
  if (at === undefined) return noDate(from);
  const names = prices.rows.map(({ row }) => row);
  if (new Set(names).size < names.length) return refusal("row-twice", "价目编号重复", "a row stands twice");
  const known = journal.get<{ prices: string }>("SELECT prices FROM pass_price WHERE lot = ? AND from_at = ?", lot, at);
  if (known?.prices === JSON.stringify(prices)) return { from };
  if (known !== undefined && at <= clock.wall())
    return refusal("in-force", "该价目已生效，不能改写；请从今天以后另立一份", "this list is in force: make a new one from a later day");
  journal.commit((tx) =>
    tx.run(
      "INSERT INTO pass_price (lot, from_at, prices, person, at) VALUES (?, ?, ?, ?, ?) ON CONFLICT (lot, from_at) DO UPDATE SET prices = excluded.prices, person = excluded.person, at = excluded.at",
      ...[lot, at, JSON.stringify(prices), person, clock.wall()],
    ),
  );
  return { from };
}

interface HolderRow {
  pass: string;
  lot: string;
  room: string;
  contact: string;
  plates: string;
  spaces: number;
  nth: number;
  area: string | null;
  space: string | null;
  link: string;
}
const holderOf = ({ plates, area, space, ...row }: HolderRow): Holder => ({
  ...row,
  plates: JSON.parse(plates) as Plate[],
  ...(area === null ? {} : { area }),
  ...(space === null ? {} : { space: space as NonNullable<Holder["space"]> }),
});
const columns = "pass, lot, room, contact, plates, spaces, nth, area, space, link";

export function holderByPass(reads: Reads, pass: string): Holder | undefined {
  const row = reads.get<HolderRow>(`SELECT ${columns} FROM pass_holder WHERE pass = ?`, pass);
  return row && holderOf(row);
}
export function holderByLink(reads: Reads, link: string): Holder | undefined {
  const row = reads.get<HolderRow>(`SELECT ${columns} FROM pass_holder WHERE link = ?`, link);
  return row && holderOf(row);
}

export function platesOf(texts: readonly string[]): Plate[] | Refusal {
  const plates: Plate[] = [];
  for (const text of texts) {
    const plate = canonicalPlate(text);
    if (plate === undefined) return refusal("no-plate", `不是车牌：${text}`, `no plate: ${text}`);
    if (!plates.includes(plate)) plates.push(plate);
  }
  return plates;
}

/** Its link is the holder's own way to this pass, from his phone: made once, kept. */
export function writeHolder(
  tx: Transaction,
  holder: Omit<Holder, "link">,
  { link, person, at }: { link: string; person: string; at: Wall },
): string {
  const { pass, lot, room, contact, plates, spaces, nth, area = null, space = null } = holder;
  tx.run(
    "INSERT INTO pass_holder (pass, lot, room, contact, plates, spaces, nth, area, space, link, person, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (pass) DO UPDATE SET room = excluded.room, contact = excluded.contact, plates = excluded.plates, spaces = excluded.spaces, nth = excluded.nth, area = excluded.area, space = excluded.space, person = excluded.person, at = excluded.at",
    ...[pass, lot, room, contact, JSON.stringify(plates), spaces, nth, area, space, link, person, at],
  );
  return holderByPass(tx, pass)?.link ?? link;
}

export function adopt(context: SiteContext, pass: string, entry: PassHolder): { readonly pass: string; readonly link: string } | Refusal {
  const { journal, clock, chance, config } = context;
  if (!config.lots.some(({ id }) => id === entry.lot)) return refusal("no-lot", `没有停车场 ${entry.lot}`, `no such lot: ${entry.lot}`);
  const plates = platesOf(entry.plates);
  if ("kind" in plates) return plates;
  const known = journal.get<{ lot: string; kind: string }>("SELECT lot, kind FROM pass WHERE id = ?", pass);
  if (known !== undefined && (known.lot !== entry.lot || known.kind !== "pass"))
    return refusal("pass-differs", "该编号是另一停车场的月卡，或是访客", "this is a pass of another lot, or a guest's");
  const { person, ...holder } = entry;
  const link = journal.commit((tx) => writeHolder(tx, { ...holder, pass, plates }, { link: chance.id(), person, at: clock.wall() }));
  return { pass, link };
}
