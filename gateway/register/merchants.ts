// Shops that pay for their customers' parking: each gives coupons of one kind, so many a month, by a link of its own; what was used is its account, and what it paid is set against it.
import type { MerchantCoupon, MerchantEntry, MerchantSettlement } from "#protocols/api/register.ts";
import { type Refusal, refusal } from "#protocols/vocabulary/faults.ts";
import { canonicalPlate } from "#protocols/vocabulary/plate.ts";
import { fromCivil, toCivil, type Wall } from "#protocols/vocabulary/time.ts";
import type { Reads } from "../journal/journal.ts";
import type { SiteContext } from "../site-context.ts";
import { type Fault, type RulesOf, writeRegister } from "./write.ts";

interface MerchantRow {
  readonly id: string;
  readonly lot: string;
  readonly name: string;
  readonly value: string;
  readonly quota: number;
  readonly price_fen: number | null;
  readonly link: string;
  readonly withdrawn: number;
}

export interface Account {
  readonly merchant: string;
  readonly name: string;
  readonly month: string;
  readonly issued: number;
  readonly used: number;
  /** What the used ones took off bills. */
  readonly worth_fen: number;
  readonly owed_fen: number;
  /** Of all months, after what was paid. */
  readonly balance_fen: number;
  readonly left: number;
}

export interface Merchants {
  write(entry: MerchantEntry): { readonly merchant: string; readonly link: string } | Refusal;
  give(merchant: string, coupon: MerchantCoupon): { readonly coupon: string; readonly left: number } | Refusal;
  account(merchant: string, month?: string): Account | undefined;
  settle(merchant: string, entry: MerchantSettlement): { readonly entry: string; readonly balance_fen: number } | Refusal;
  /** By the secret link that the shop holds. */
  byLink(link: string): { readonly merchant: string; readonly name: string } | undefined;
}

const noMerchant = refusal("no-merchant", "没有这个商户", "no such merchant");
const byId = (reads: Reads, id: string): MerchantRow | undefined => reads.get<MerchantRow>("SELECT * FROM merchant WHERE id = ?", id);

/** A month of China's calendar: from its first moment up to the next one's. */
export function monthSpan(month: string): { from: Wall; until: Wall } {
  const [year = 1970, number = 1] = month.split("-").map(Number);
  return {
    from: fromCivil({ year, month: number, day: 1 }),
    until: fromCivil({ year: number === 12 ? year + 1 : year, month: (number % 12) + 1, day: 1 }),
  };
}
export const monthOf = (at: Wall): string => `${toCivil(at).year}-${String(toCivil(at).month).padStart(2, "0")}`;

export function merchantsOf(context: SiteContext, rules: RulesOf): Merchants {
  const { journal, clock, chance, config } = context;

  function given(reads: Reads, merchant: string, month: string): number {
    const { from, until } = monthSpan(month);
    return (
      reads.get<{ n: number }>(
        "SELECT count(*) AS n FROM coupon WHERE merchant = ? AND given_at >= ? AND given_at < ? AND withdrawn = 0",
        ...[merchant, from, until],
      )?.n ?? 0
    );
  }

  /** Used coupons: what a shop owes is fixed by its price, or is what the coupon took off. */
  function usedIn(
    reads: Reads,
    { id, price_fen }: MerchantRow,
    span?: { from: Wall; until: Wall },
  ): { used: number; worth: number; owed: number } {
    const row = reads.get<{ used: number; worth: number }>(
      "SELECT count(*) AS used, coalesce(sum(worth_fen), 0) AS worth FROM coupon WHERE merchant = ? AND visit IS NOT NULL AND (? IS NULL OR (given_at >= ? AND given_at < ?))",
      ...[id, span?.from ?? null, span?.from ?? null, span?.until ?? null],
    );
    const [used, worth] = [row?.used ?? 0, row?.worth ?? 0];
    return { used, worth, owed: price_fen === null ? worth : price_fen * used };
  }
  const paidBy = (reads: Reads, id: string): number =>
    reads.get<{ sum: number }>("SELECT coalesce(sum(amount_fen), 0) AS sum FROM merchant_entry WHERE merchant = ?", id)?.sum ?? 0;
  const balance = (reads: Reads, row: MerchantRow): number => usedIn(reads, row).owed - paidBy(reads, row.id);

  return {
    write({ merchant, lot, name, value, quota, price_fen, person, withdrawn }) {
      const faults: Fault[] = [];
      if (!config.lots.some(({ id }) => id === lot)) faults.push({ where: "lot", zh: `没有停车场 ${lot}`, en: `no such lot: ${lot}` });
      else if (rules(lot)?.coupons?.accepted.includes(value.kind) !== true)
        faults.push({
          where: "value",
          zh: `该停车场的收费文件不接受这种券：${value.kind}`,
          en: `the lot's tariff does not accept ${value.kind} coupons`,
        });
      // Minutes or hours off make a bill smaller without a sum of their own.
      if (price_fen === undefined && ["minutes", "valid-for", "time-window"].includes(value.kind))
        faults.push({
          where: "price_fen",
          zh: "按时间减免的券须写明每张结算价 price_fen",
          en: "a coupon that takes time off needs a price_fen",
        });
      const [first] = faults;
      if (first !== undefined) return refusal("register-refused", first.zh, first.en);
      const link = byId(journal, merchant)?.link ?? chance.id();
      journal.commit((tx) => {
        tx.run(
          "INSERT INTO merchant (id, lot, name, value, quota, price_fen, link, person, at, withdrawn) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET lot = excluded.lot, name = excluded.name, value = excluded.value, quota = excluded.quota, price_fen = excluded.price_fen, person = excluded.person, at = excluded.at, withdrawn = excluded.withdrawn",
          ...[merchant, lot, name, JSON.stringify(value), quota, price_fen ?? null, link, person, clock.wall(), withdrawn === true ? 1 : 0],
        );
        tx.event("merchant.written", {
          merchant,
          lot,
          name,
          kind: value.kind,
          quota,
          price_fen: price_fen ?? null,
          withdrawn: withdrawn === true,
          person,
        });
      });
      return { merchant, link };
    },

    give(id, { coupon, plate: text, person }) {
      const row = byId(journal, id);
      if (row === undefined || row.withdrawn === 1) return noMerchant;
      const month = monthOf(clock.wall());
      const left = (): number => Math.max(0, row.quota - given(journal, id, month));
      const plate = canonicalPlate(text);
      if (plate === undefined) return refusal("no-plate", `不是车牌：${text}`, `no plate: ${text}`);
      const before = journal.get<{ merchant: string | null; plate: string }>("SELECT merchant, plate FROM coupon WHERE id = ?", coupon);
      if (before !== undefined)
        return before.merchant === id && before.plate === plate
          ? { coupon, left: left() }
          : refusal("coupon-differs", "该券号已用于另一张券", "this id was given to another coupon");
      if (left() === 0) return refusal("quota", "本月的券已发完", "this month's coupons are all given");
      if (journal.get("SELECT 1 FROM coupon WHERE merchant = ? AND plate = ? AND visit IS NULL AND withdrawn = 0", id, plate) !== undefined)
        return refusal("has-one", "这辆车已有本店未用的券", "this car holds an unused coupon of this shop");
      const value = JSON.parse(row.value) as MerchantEntry["value"];
      const taken = writeRegister(context, rules, { person, coupons: [{ coupon, lot: row.lot, plate, value }] });
      if ("kind" in taken) return taken;
      journal.commit((tx) => tx.run("UPDATE coupon SET merchant = ? WHERE id = ?", id, coupon));
      return { coupon, left: left() };
    },

    account(id, month = monthOf(clock.wall())) {
      const row = byId(journal, id);
      if (row === undefined) return undefined;
      const issued = given(journal, id, month);
      const { used, worth, owed } = usedIn(journal, row, monthSpan(month));
      return {
        ...{ merchant: id, name: row.name, month, issued, used, worth_fen: worth, owed_fen: owed },
        ...{ balance_fen: balance(journal, row), left: Math.max(0, row.quota - issued) },
      };
    },

    settle: (id, { entry, amount_fen, person, reason }) =>
      journal.commit((tx) => {
        const row = byId(tx, id);
        if (row === undefined) return noMerchant;
        const before = tx.get<{ merchant: string; amount_fen: number }>(
          "SELECT merchant, amount_fen FROM merchant_entry WHERE id = ?",
          entry,
        );
        if (before !== undefined && (before.merchant !== id || before.amount_fen !== amount_fen))
          return refusal("entry-differs", "该编号已用于另一笔", "this entry was another one");
        if (before === undefined) {
          tx.run(
            "INSERT INTO merchant_entry (id, merchant, amount_fen, person, reason, at) VALUES (?, ?, ?, ?, ?, ?)",
            ...[entry, id, amount_fen, person, reason, clock.wall()],
          );
          tx.event("merchant.settled", { entry, merchant: id, amount_fen, person, reason });
        }
        return { entry, balance_fen: balance(tx, row) };
      }),
    byLink(link) {
      const row = journal.get<MerchantRow>("SELECT * FROM merchant WHERE link = ? AND withdrawn = 0", link);
      return row === undefined ? undefined : { merchant: row.id, name: row.name };
    },
  };
}
