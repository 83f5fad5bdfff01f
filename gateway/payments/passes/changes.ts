// What happens to a pass after it was sold: days added for many at once, other plates within limits, a car that stands in, days given back. Each is written once, by its name.
import { refundOf } from "#gateway/core/parking/pass-price.ts";
import type { PassExtension, PassPlates, PassRefund, PassReplacement } from "#protocols/api/passes.ts";
import { type Refusal, refusal } from "#protocols/vocabulary/faults.ts";
import { fen } from "#protocols/vocabulary/money.ts";
import { dayMs, fromCivil, toCivil, type Wall, wall } from "#protocols/vocabulary/time.ts";
import type { Reads, Transaction } from "../../journal/journal.ts";
import type { SiteContext } from "../../site-context.ts";
import { openShift } from "../shifts.ts";
import { noPass, type OrderRow, type PassRow, passById, writePlates } from "./orders.ts";
import { holderByPass, midnightOf, noDate, platesOf, pricesAt } from "./prices.ts";

type Kind = "plates" | "replacement" | "extension" | "refund";

interface Change {
  readonly id: string;
  readonly pass: string;
  readonly kind: Kind;
  readonly detail: object;
  readonly person: string;
  readonly reason: string;
}

export interface PassChanges {
  extend(order: PassExtension): { readonly passes: number; readonly days: number } | Refusal;
  plates(pass: string, order: PassPlates): { readonly change: string; readonly left: number } | Refusal;
  replacement(pass: string, order: PassReplacement): { readonly change: string; readonly until: Wall } | Refusal;
  refund(pass: string, order: PassRefund): Refunded | Refusal;
}

export interface Refunded {
  readonly entry: string;
  readonly days: number;
  readonly amount_fen: number;
  readonly until: Wall;
}

const noPrices = refusal("no-pass-prices", "没有月卡价目，请先录入", "there is no price list of passes: write it first");
const differs = refusal("change-differs", "该编号已用于另一次变更", "this name was used for another change");
const yearOf = (at: Wall): Wall => fromCivil({ year: toCivil(at).year, month: 1, day: 1 });

const changeById = (reads: Reads, id: string): { pass: string; kind: Kind; detail: string } | undefined =>
  reads.get("SELECT pass, kind, detail FROM pass_change WHERE id = ?", id);
const write = (tx: Transaction, { id, pass, kind, detail, person, reason }: Change, at: Wall): unknown =>
  tx.run(
    "INSERT INTO pass_change (id, pass, kind, detail, person, reason, at) VALUES (?, ?, ?, ?, ?, ?, ?)",
    ...[id, pass, kind, JSON.stringify(detail), person, reason, at],
  );

export function passChangesOf({ journal, clock }: SiteContext): PassChanges {
  function extend({ entry, lot, passes, days, person, reason }: PassExtension): { passes: number; days: number } | Refusal {
    if (lot === undefined && passes === undefined) return refusal("which", "请写明停车场或月卡编号", "say which lot, or which passes");
    const now = clock.wall();
    return journal.commit((tx) => {
      const rows = tx.all<PassRow>(
        "SELECT * FROM pass WHERE kind = 'pass' AND withdrawn = 0 AND until_at > ? AND (? IS NULL OR lot = ?)",
        ...[now, lot ?? null, lot ?? null],
      );
      const wanted = passes === undefined ? rows : rows.filter(({ id }) => passes.includes(id));
      for (const { id, until_at } of wanted) {
        const name = `${entry}-${id}`;
        if (changeById(tx, name) !== undefined) continue;
        const until = until_at + days * dayMs;
        tx.run("UPDATE pass SET until_at = ?, person = ?, at = ? WHERE id = ?", until, person, now, id);
        write(tx, { id: name, pass: id, kind: "extension", detail: { days }, person, reason }, now);
        tx.event("pass.changed", { change: name.slice(0, 64), pass: id, kind: "extension", plates: [], days, until, person, reason });
      }
      return { passes: wanted.length, days };
    });
  }

  function plates(pass: string, { change, plates: texts, person, reason }: PassPlates): { change: string; left: number } | Refusal {
    const wanted = platesOf(texts);
    if ("kind" in wanted) return wanted;
    const now = clock.wall();
    return journal.commit((tx) => {
      const [row, holder] = [passById(tx, pass), holderByPass(tx, pass)];
      if (row === undefined || holder === undefined) return noPass;
      const prices = pricesAt(tx, row.lot, now);
      if (prices === undefined) return noPrices;
      const used = (): number =>
        tx.get<{ n: number }>("SELECT count(*) AS n FROM pass_change WHERE pass = ? AND kind = 'plates' AND at >= ?", pass, yearOf(now))
          ?.n ?? 0;
      const before = changeById(tx, change);
      if (before !== undefined)
        return before.pass === pass && before.detail === JSON.stringify({ plates: wanted })
          ? { change, left: prices.changes_per_year - used() }
          : differs;
      if (used() >= prices.changes_per_year)
        return refusal(
          "no-more-changes",
          `今年已换车牌 ${used()} 次，达到上限`,
          `the plates were changed ${used()} times this year: no more`,
        );
      tx.run("UPDATE pass_holder SET plates = ? WHERE pass = ?", JSON.stringify(wanted), pass);
      writePlates(tx, pass, wanted);
      write(tx, { id: change, pass, kind: "plates", detail: { plates: wanted }, person, reason }, now);
      tx.event("pass.changed", { change, pass, kind: "plates", plates: wanted, days: 0, until: row.until_at, person, reason });
      return { change, left: prices.changes_per_year - used() };
    });
  }

  function replacement(
    pass: string,
    { change, plate: text, days, person, reason }: PassReplacement,
  ): { change: string; until: Wall } | Refusal {
    const found = platesOf([text]);
    if ("kind" in found) return found;
    const [plate] = found;
    if (plate === undefined) return noPass;
    const now = clock.wall();
    return journal.commit((tx) => {
      const row = passById(tx, pass);
      if (row === undefined || row.withdrawn === 1) return noPass;
      const prices = pricesAt(tx, row.lot, now);
      if (prices === undefined) return noPrices;
      const before = changeById(tx, change);
      if (before !== undefined) {
        const { plate: was, until } = JSON.parse(before.detail) as { plate: string; until: Wall };
        return before.pass === pass && was === plate ? { change, until } : differs;
      }
      if (days > prices.replacement_days)
        return refusal(
          "too-long",
          `代步车最长 ${prices.replacement_days} 天`,
          `a car may stand in for ${prices.replacement_days} days at most`,
        );
      const standing = tx.get("SELECT 1 FROM pass_plate WHERE pass = ? AND until_at > ?", pass, now);
      if (standing !== undefined) return refusal("has-one", "已有代步车在用", "another car stands in already");
      if (tx.get("SELECT 1 FROM pass_plate WHERE pass = ? AND plate = ? AND until_at IS NULL", pass, plate) !== undefined)
        return refusal("own-plate", "该车牌本来就在月卡上", "this plate is on the pass anyway");
      const until = wall(Math.min(row.until_at, yesterdayEnds(now) + days * dayMs));
      tx.run("DELETE FROM pass_plate WHERE pass = ? AND plate = ?", pass, plate);
      tx.run("INSERT INTO pass_plate (pass, plate, from_at, until_at) VALUES (?, ?, ?, ?)", pass, plate, now, until);
      write(tx, { id: change, pass, kind: "replacement", detail: { plate, until }, person, reason }, now);
      tx.event("pass.changed", { change, pass, kind: "replacement", plates: [plate], days, until, person, reason });
      return { change, until };
    });
  }

  function refund(pass: string, { entry, last, person, reason }: PassRefund): Refunded | Refusal {
    const now = clock.wall();
    const lastDay = last === undefined ? yesterdayEnds(now) : midnightOf(last);
    if (lastDay === undefined) return noDate(last ?? "");
    if (lastDay < yesterdayEnds(now)) return refusal("in-the-past", "不能退已用的日子", "days that are gone are not given back");
    return journal.commit((tx) => {
      const before = changeById(tx, entry);
      if (before !== undefined) return before.pass === pass && before.kind === "refund" ? (JSON.parse(before.detail) as Refunded) : differs;
      const row = passById(tx, pass);
      if (row === undefined || row.withdrawn === 1) return noPass;
      const endsAt = wall(lastDay + dayMs);
      let [days, amount] = [0, 0];
      for (const order of tx.all<OrderRow>("SELECT * FROM pass_order WHERE pass = ? AND state = 'paid' AND until_at > ?", pass, endsAt)) {
        // Days that were given back before are no part of it any more, nor is their money.
        const given = tx.get<{ sum: number; days: number }>(
          "SELECT coalesce(sum(amount_fen), 0) AS sum, coalesce(sum(days), 0) AS days FROM pass_refund WHERE pass_order = ?",
          order.id,
        ) ?? { sum: 0, days: 0 };
        const rest = { from: wall(order.from_at), until: wall(order.until_at - given.days * dayMs) };
        const back = refundOf(rest, fen(order.amount_fen - given.sum), endsAt);
        if (back.days < 1) continue;
        giveBack(tx, { entry, pass, order, back, person, reason, at: now, stamp: JSON.stringify(clock.stamp()) });
        days += back.days;
        amount += back.amount;
      }
      const until = wall(Math.min(row.until_at, endsAt));
      if (until <= row.from_at) tx.run("UPDATE pass SET withdrawn = 1, person = ?, at = ? WHERE id = ?", person, now, pass);
      else tx.run("UPDATE pass SET until_at = ?, grace_days = 0, person = ?, at = ? WHERE id = ?", until, person, now, pass);
      const result: Refunded = { entry, days, amount_fen: amount, until };
      write(tx, { id: entry, pass, kind: "refund", detail: result, person, reason }, now);
      tx.event("pass.refunded", { entry, pass, days, amount_fen: amount, person, reason });
      return result;
    });
  }

  return { extend, plates, replacement, refund };
}

/** The midnight that today began with. */
function yesterdayEnds(now: Wall): Wall {
  const { year, month, day } = toCivil(now);
  return fromCivil({ year, month, day });
}

interface Giving {
  readonly entry: string;
  readonly pass: string;
  readonly order: OrderRow;
  readonly back: ReturnType<typeof refundOf>;
  readonly person: string;
  readonly reason: string;
  readonly at: Wall;
  readonly stamp: string;
}

/** Cash out of the drawer of whoever gives it; a phone's money back by its provider, asked until it has done so. */
function giveBack(tx: Transaction, { entry, pass, order, back, person, reason, at, stamp }: Giving): void {
  const name = `${entry}-${order.id}`;
  const shift = order.method === "cash" ? (openShift(tx, person) ?? null) : null;
  tx.run(
    "INSERT INTO pass_refund (id, entry, pass, pass_order, amount_fen, days, shift, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    ...[name, entry, pass, order.id, back.amount, back.days, shift, at],
  );
  const charge = tx.get<{ id: string }>("SELECT id FROM pay_charge WHERE pass_order = ? AND state = 'paid' AND why IS NULL", order.id);
  if (charge !== undefined && back.amount > 0)
    tx.run(
      "INSERT INTO money_entry (id, kind, visit, payment, amount_fen, person, reason, at) VALUES (?, 'refund', ?, ?, ?, ?, ?, ?)",
      ...[name.slice(0, 64), pass, charge.id, back.amount, person, reason, stamp],
    );
}
