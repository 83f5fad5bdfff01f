// What a party of the split spent of its part: every line names its decision and its voucher, and nobody spends more than he was given, unless somebody answers for it by name.
import { randomUUID } from "node:crypto";
import type { Row } from "#cloud/store/schema.ts";
import { seal } from "#cloud/store/seals.ts";
import type { Change, Queries } from "#cloud/store/store.ts";
import { type Refusal, refusal } from "#protocols/vocabulary/faults.ts";
import type { Span } from "./months.ts";
import type { SettlementBody } from "./settle.ts";

export interface NewSpending {
  readonly site: string;
  readonly party: string;
  readonly day: string;
  readonly amount_fen: number;
  readonly payee: string;
  readonly words: string;
  /** The resolution that allowed it. */
  readonly decision: string;
  readonly voucher: string;
  readonly approval?: string | undefined;
  readonly person: { readonly id: string; readonly name: string };
  readonly at: number;
}

export interface PartyBalance {
  readonly party: string;
  readonly zh: string;
  readonly en: string;
  readonly opening_fen: number;
  readonly given_fen: number;
  readonly spent_fen: number;
  readonly closing_fen: number;
}

export const spendingOf = (read: Queries, site: string, span?: Pick<Span, "from_day" | "to_day">): Promise<Row<"spending">[]> =>
  read
    .selectFrom("spending")
    .selectAll()
    .where("site", "=", site)
    .$if(span !== undefined, (rows) => rows.where("day", ">=", span?.from_day ?? "").where("day", "<", span?.to_day ?? ""))
    .orderBy("day")
    .orderBy("id")
    .execute();

/** What each party was given by the settlements of its months and has spent; the fund has an account of its own. */
export async function partyBalances(read: Queries, site: string, span: Span): Promise<PartyBalance[]> {
  const settled = await read
    .selectFrom("settlement")
    .select(["month", "body"])
    .where("site", "=", site)
    .where("month", "<", span.to_day.slice(0, 7))
    .orderBy("month")
    .execute();
  const bodies = settled.map(({ body }) => JSON.parse(body) as SettlementBody);
  const spent = (await spendingOf(read, site)).filter(({ day }) => day < span.to_day);
  const parties = new Map(
    bodies.flatMap(({ parties: all, fund_party }) => all.filter(({ id }) => id !== fund_party).map((one) => [one.id, one])),
  );
  return [...parties.values()].map(({ id, zh, en }) => {
    const given = (before: boolean): number =>
      bodies
        .filter(({ month }) => month < span.from_day.slice(0, 7) === before)
        .reduce((sum, { division }) => sum + (division.parts.find(({ party }) => party === id)?.amount_fen ?? 0), 0);
    const gone = (before: boolean): number =>
      spent.filter(({ party, day }) => party === id && day < span.from_day === before).reduce((sum, { amount_fen }) => sum + amount_fen, 0);
    const opening_fen = given(true) - gone(true);
    const [given_fen, spent_fen] = [given(false), gone(false)];
    return { party: id, zh, en, opening_fen, given_fen, spent_fen, closing_fen: opening_fen + given_fen - spent_fen };
  });
}

export async function spend(change: Change, { person, approval, ...asked }: NewSpending): Promise<Row<"spending"> | Refusal> {
  const settled = await change.selectFrom("settlement").select("body").where("site", "=", asked.site).execute();
  const bodies = settled.map(({ body }) => JSON.parse(body) as SettlementBody);
  const known = bodies.some(({ parties, fund_party }) => parties.some(({ id }) => id === asked.party && id !== fund_party));
  if (!known)
    return refusal(
      "no-party",
      "分成各方中没有这一方（公维金支出请记入公维金账户）",
      "the settlements know no such party; what the fund pays is written in the fund's account",
    );
  const locked = await change
    .selectFrom("quarter")
    .select("quarter")
    .where("site", "=", asked.site)
    .where("state", "=", "published")
    .where("quarter", "=", quarterOfDay(asked.day))
    .executeTakeFirst();
  if (locked !== undefined)
    return refusal(
      "locked",
      `${locked.quarter} 已公示并锁定，请记入本季度`,
      `${locked.quarter} is published and locked: write it in the present quarter`,
    );
  const given = bodies.reduce((sum, { division }) => sum + (division.parts.find(({ party }) => party === asked.party)?.amount_fen ?? 0), 0);
  const gone = (await spendingOf(change, asked.site))
    .filter(({ party }) => party === asked.party)
    .reduce((sum, one) => sum + one.amount_fen, 0);
  if (gone + asked.amount_fen > given && approval === undefined)
    return refusal(
      "below-zero",
      `余额不足：该方现有 ${given - gone} 分；透支须写明批准人与文号`,
      `this part stands at ${given - gone} fen: to go below nothing takes a named approval`,
    );
  const row = { id: randomUUID(), ...asked, approval: approval ?? null, person: person.id, person_name: person.name };
  await change.insertInto("spending").values(row).execute();
  await seal(change, "spending", [row]);
  return row;
}

export const quarterOfDay = (day: string): string => `${day.slice(0, 4)}-Q${Math.ceil(Number(day.slice(5, 7)) / 3)}`;
