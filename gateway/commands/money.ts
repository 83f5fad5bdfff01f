// Money from afar, each by two people: a payment that was taken elsewhere, a price that is asked for, what is given back, taken back or let off, an answer to a dispute. Named, so that each counts once however often it is told.
import type { ActionArgs, Command } from "#protocols/uplink/commands.ts";
import type { Refusal } from "#protocols/vocabulary/faults.ts";
import type { Cashier } from "../payments/door.ts";
import type { Result } from "./commands.ts";

export type MoneyAction = Extract<Command["action"], `visit.${string}` | `payment.${string}` | `bill.${string}` | `dispute.${string}`>;
export const isMoney = (action: Command["action"]): action is MoneyAction => /^(visit|payment|bill|dispute)\./.test(action);

const told = (said: object): Result =>
  (said as Partial<Refusal>).kind === "refusal" ? { outcome: "failed", ...wordsOf(said as Refusal) } : { outcome: "done" };
const wordsOf = ({ code, zh, en }: Refusal): { code: string; zh: string; en: string } => ({ code: code.slice(0, 40), zh, en });

const both = ({ person, approver }: Command): string => (approver === null ? person : `${person} + ${approver}`).slice(0, 64);

export async function carryOutMoney(command: Command & { action: MoneyAction }, cashier: Cashier | undefined): Promise<Result> {
  if (cashier === undefined) return { outcome: "refused", code: "no-such-place" };
  const { reason } = command;
  const person = both(command);
  switch (command.action) {
    case "visit.bill": {
      const { visit } = command.args as ActionArgs<"visit.bill">;
      return told(cashier.payments.bill(visit));
    }
    case "visit.pay": {
      const { payment, bill, method, amount_fen } = command.args as ActionArgs<"visit.pay">;
      const money = { payment, bill, method, amount_fen, collector: person };
      const taken = await cashier.payments.prepay(money);
      if ((taken as Partial<Refusal>).kind !== "refusal") return { outcome: "done" };
      // Its price was asked anew meanwhile: the money counts all the same, and is taken off what is asked next.
      const late = (taken as Refusal).code === "bill-replaced" && cashier.payments.credit(undefined, money, () => undefined);
      return late ? { outcome: "done" } : told(taken);
    }
    case "payment.refund": {
      const { payment, entry, amount_fen } = command.args as ActionArgs<"payment.refund">;
      return told(cashier.entries.refund(payment, { entry, amount_fen, person, reason }));
    }
    case "payment.void": {
      const { payment, entry } = command.args as ActionArgs<"payment.void">;
      return told(cashier.entries.void(payment, { entry, person, reason }));
    }
    case "bill.waive": {
      const { bill, entry } = command.args as ActionArgs<"bill.waive">;
      return told(cashier.entries.waive(bill, { entry, person, reason }));
    }
    case "dispute.open": {
      const { dispute, visit } = command.args as ActionArgs<"dispute.open">;
      return told(cashier.disputes.open({ dispute, visit, payment: null, words: reason, contact: "", by: person }));
    }
    case "dispute.end": {
      const { dispute, entry, amount_fen } = command.args as ActionArgs<"dispute.end">;
      const refund = entry === undefined || amount_fen === undefined ? {} : { refund: { entry, amount_fen } };
      return told(cashier.disputes.end(dispute, { person, answer: reason.slice(0, 180), ...refund }));
    }
  }
}
