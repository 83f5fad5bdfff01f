// Cards with a balance: entries that are never changed, a hold while a charge runs, cards that are lost, and balances that move to another card.
import { type Refusal, refusal } from "#protocols/vocabulary/faults.ts";
import type { Stamp } from "#protocols/vocabulary/time.ts";
import type { Journal, Reads, Transaction } from "../journal/journal.ts";
import type { Clock } from "../ports.ts";
import type { Card, Cards } from "../site-context.ts";

export function cardOf(reads: Reads, card: string): Card | undefined {
  const row = reads.get<{ state: Card["state"]; groups: string }>("SELECT state, groups FROM charge_card WHERE card = ?", card);
  if (row === undefined) return undefined;
  const sum = (sql: string): number => reads.get<{ sum: number }>(sql, card)?.sum ?? 0;
  return {
    card,
    state: row.state,
    groups: JSON.parse(row.groups) as string[],
    balance_fen: sum("SELECT coalesce(sum(amount_fen), 0) AS sum FROM charge_card_entry WHERE card = ?"),
    held_fen: sum("SELECT coalesce(sum(paid_fen), 0) AS sum FROM charge_account WHERE card = ? AND state <> 'billed'"),
  };
}

export interface CardBy {
  readonly card: string;
  readonly person: string;
  readonly at: Stamp;
}

export function writeCard(tx: Transaction, { card, groups }: CardBy & { readonly groups: readonly string[] }): Card {
  tx.run(
    "INSERT INTO charge_card (card, state, groups) VALUES (?, 'active', ?) ON CONFLICT (card) DO UPDATE SET groups = excluded.groups",
    card,
    JSON.stringify(groups),
  );
  return cardOf(tx, card) as Card;
}

interface Entry extends CardBy {
  /** Made by whoever asks; the same again is the same entry. */
  readonly entry: string;
  readonly kind: "topup" | "charge" | "moved-out" | "moved-in";
  readonly amount_fen: number;
  readonly session?: string;
}

/** The same again is the same entry; another one under its name is refused, or money would be said to be there that is not. */
function otherEntry(
  reads: Reads,
  { entry, card, kind, amount_fen }: Pick<Entry, "entry" | "card" | "kind" | "amount_fen">,
): Refusal | undefined {
  const known = reads.get<Pick<Entry, "card" | "kind" | "amount_fen">>(
    "SELECT card, kind, amount_fen FROM charge_card_entry WHERE entry = ?",
    entry,
  );
  if (known === undefined || (known.card === card && known.kind === kind && known.amount_fen === amount_fen)) return undefined;
  return refusal("entry-differs", "该编号已用于另一笔", "this entry was another one");
}

function enter(tx: Transaction, { entry, card, kind, amount_fen, session, person, at }: Entry): void {
  const { changes } = tx.run(
    "INSERT OR IGNORE INTO charge_card_entry (entry, card, kind, amount_fen, session, person, at) VALUES (?, ?, ?, ?, ?, ?, ?)",
    ...[entry, card, kind, amount_fen, session ?? null, person, JSON.stringify(at)],
  );
  if (changes === 1) tx.event("card.entered", { entry, card, kind, amount_fen, session: session ?? null, person }, at);
}

export function topUp(tx: Transaction, asked: CardBy & { readonly entry: string; readonly amount_fen: number }): Card | Refusal {
  const known = cardOf(tx, asked.card);
  if (known === undefined) return refusal("no-such-card", "没有这张卡", "there is no such card");
  const other = otherEntry(tx, { ...asked, kind: "topup" });
  if (other !== undefined) return other;
  // Told again after the card was lost it is still the entry that it was.
  if (tx.get("SELECT 1 FROM charge_card_entry WHERE entry = ?", asked.entry) !== undefined) return known;
  if (known.state === "lost") return refusal("card-lost", "这张卡已挂失", "this card is reported lost");
  enter(tx, { ...asked, kind: "topup" });
  return cardOf(tx, asked.card) as Card;
}

/** Nothing begins with it any more; a charge that runs goes on to its end. */
export function loseCard(tx: Transaction, { card, person, at }: CardBy): Card | Refusal {
  const known = cardOf(tx, card);
  if (known === undefined) return refusal("no-such-card", "没有这张卡", "there is no such card");
  if (known.state === "active") {
    tx.run("UPDATE charge_card SET state = 'lost' WHERE card = ?", card);
    tx.event("card.lost", { card, person }, at);
  }
  return cardOf(tx, card) as Card;
}

/** From a lost card to another, all that no charge holds; both entries in one transaction. */
export function moveBalance(
  tx: Transaction,
  { entry, card, to, person, at }: CardBy & { readonly entry: string; readonly to: string },
): Card | Refusal {
  const [from, other] = [cardOf(tx, card), cardOf(tx, to)];
  if (from === undefined || other === undefined) return refusal("no-such-card", "没有这张卡", "there is no such card");
  const cardOfEntry = (name: string): string | undefined =>
    tx.get<{ card: string }>("SELECT card FROM charge_card_entry WHERE entry = ?", name)?.card;
  const [out, into] = [cardOfEntry(`${entry}-out`), cardOfEntry(`${entry}-in`)];
  if (out !== undefined || into !== undefined)
    return out === card && into === to ? other : refusal("entry-differs", "该编号已用于另一笔", "this entry was another one");
  if (from.state !== "lost") return refusal("card-not-lost", "先挂失，再转余额", "report the card lost first, then move its balance");
  if (other.state === "lost" || card === to) return refusal("card-lost", "转入的卡已挂失或就是原卡", "the other card is lost, or the same");
  const amount_fen = from.balance_fen - from.held_fen;
  if (from.held_fen > 0)
    return refusal("card-busy", "这张卡还有未结的充电，结清后再转", "a charge of this card is not settled yet: move it afterwards");
  if (amount_fen <= 0) return refusal("nothing-to-move", "没有余额可转", "there is no balance to move");
  enter(tx, { entry: `${entry}-out`, card, kind: "moved-out", amount_fen: -amount_fen, person, at });
  enter(tx, { entry: `${entry}-in`, card: to, kind: "moved-in", amount_fen, person, at });
  return cardOf(tx, to) as Card;
}

export const settleCard = (tx: Transaction, bill: { card: string; session: string; amount_fen: number; at: Stamp }): void => {
  if (bill.amount_fen === 0) return;
  const { card, session, amount_fen, at } = bill;
  enter(tx, { entry: `charge-${session}`.slice(0, 64), card, kind: "charge", amount_fen: -amount_fen, session, person: "gateway", at });
};

/** What a card may begin with: the hold, or why not. */
export function cardHold(
  reads: Reads,
  card: string,
  { hold_fen }: { readonly hold_fen: number },
): { groups: readonly string[]; paid_fen: number } | "no-such-card" | "card-lost" | "balance-low" {
  const known = cardOf(reads, card);
  if (known === undefined) return "no-such-card";
  if (known.state === "lost") return "card-lost";
  const free = known.balance_fen - known.held_fen;
  return free <= 0 ? "balance-low" : { groups: known.groups, paid_fen: Math.min(free, hold_fen) };
}

/** The same as the console asks for it, each a transaction of its own. */
export function cardsOf(journal: Journal, clock: Clock): Cards {
  const by = <Asked extends object>(asked: Asked): Asked & { at: Stamp } => ({ ...asked, at: clock.stamp() });
  return {
    of: (card) => cardOf(journal, card),
    write: (asked) => journal.commit((tx) => writeCard(tx, by(asked))),
    topUp: (asked) => journal.commit((tx) => topUp(tx, by(asked))),
    lose: (asked) => journal.commit((tx) => loseCard(tx, by(asked))),
    move: (asked) => journal.commit((tx) => moveBalance(tx, by(asked))),
  };
}
