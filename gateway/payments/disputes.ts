// "That is not right": a driver's word against a bill, kept with its visit until somebody has looked and answered. Upheld, the money goes back by an entry of its own; told again it is the same one.
import { type Refusal, refusal } from "#protocols/vocabulary/faults.ts";
import type { Reads } from "../journal/journal.ts";
import { visitById } from "../lanes/visits.ts";
import type { SiteContext } from "../site-context.ts";
import type { Entered, Entries } from "./entries.ts";

export interface Disputed {
  readonly dispute: string;
  readonly visit: string;
  readonly payment: string | null;
  readonly words: string;
  readonly contact: string;
  readonly by: string;
}

export interface DisputeRow extends Disputed {
  readonly state: "open" | "upheld" | "rejected";
  readonly answer: string | null;
  readonly entry: string | null;
}

export interface Verdict {
  readonly person: string;
  readonly answer: string;
  /** What is given back; its name makes a repeat harmless. Nothing: the bill stands. */
  readonly refund?: { readonly entry: string; readonly amount_fen: number };
}

export interface Disputes {
  open(dispute: Disputed): { readonly dispute: string } | Refusal;
  end(dispute: string, verdict: Verdict): { readonly dispute: string; readonly state: "upheld" | "rejected" } | Refusal;
  all(state?: DisputeRow["state"]): DisputeRow[];
}

const noVisit = refusal("no-visit", "没有这次停车", "no such visit");
const noDispute = refusal("no-dispute", "没有这条待处理的异议", "no such dispute is open");
const noMoney = refusal(
  "no-payment",
  "这条异议没有可退的支付，请用免收处理未付账单",
  "this dispute has no payment to give back: waive the bill instead",
);
const mostOpen = 200;

const rowOf = (reads: Reads, id: string): DisputeRow | undefined =>
  reads.get<DisputeRow>("SELECT id AS dispute, visit, payment, words, contact, by, state, answer, entry FROM dispute WHERE id = ?", id);

export function disputesOf({ journal, clock }: SiteContext, entries: Entries): Disputes {
  return {
    open: ({ dispute, visit, payment, words, contact, by }) =>
      journal.commit((tx) => {
        const known = rowOf(tx, dispute);
        if (known !== undefined) return known.visit === visit ? { dispute } : noVisit;
        if (visitById(tx, visit) === undefined) return noVisit;
        const one = tx.get<{ id: string }>("SELECT id FROM dispute WHERE visit = ? AND state = 'open'", visit);
        if (one !== undefined) return { dispute: one.id };
        const open = tx.get<{ n: number }>("SELECT count(*) AS n FROM dispute WHERE state = 'open'")?.n ?? 0;
        if (open >= mostOpen)
          return refusal("too-many", "待处理的异议过多，请直接联系物业", "too many disputes are open: call the property office");
        const paid =
          payment ?? tx.get<{ id: string }>("SELECT id FROM payment WHERE visit = ? ORDER BY at DESC LIMIT 1", visit)?.id ?? null;
        tx.run(
          "INSERT INTO dispute (id, visit, payment, words, contact, by, at) VALUES (?, ?, ?, ?, ?, ?, ?)",
          ...[dispute, visit, paid, words, contact, by, JSON.stringify(clock.stamp())],
        );
        tx.event("money.disputed", { dispute, visit, payment: paid, by });
        return { dispute };
      }),
    end(dispute, { person, answer, refund }) {
      const row = rowOf(journal, dispute);
      if (row === undefined) return noDispute;
      const state = refund === undefined ? "rejected" : "upheld";
      if (row.state !== "open") return row.state === state && row.entry === (refund?.entry ?? null) ? { dispute, state } : noDispute;
      let given: Entered | Refusal | undefined;
      if (refund !== undefined) {
        if (row.payment === null) return noMoney;
        given = entries.refund(row.payment, { ...refund, person, reason: `异议成立：${answer}`.slice(0, 200) });
        if ("kind" in given) return given;
      }
      return journal.commit((tx) => {
        tx.run(
          "UPDATE dispute SET state = ?, person = ?, answer = ?, entry = ?, ended = ? WHERE id = ? AND state = 'open'",
          ...[state, person, answer, refund?.entry ?? null, JSON.stringify(clock.stamp()), dispute],
        );
        tx.event("money.dispute-ended", { dispute, visit: row.visit, outcome: state, entry: refund?.entry ?? null, person });
        return { dispute, state } as const;
      });
    },
    all: (state) =>
      journal.all<DisputeRow>(
        "SELECT id AS dispute, visit, payment, words, contact, by, state, answer, entry FROM dispute WHERE ? IS NULL OR state = ? ORDER BY at DESC LIMIT 200",
        ...[state ?? null, state ?? null],
      ),
  };
}
