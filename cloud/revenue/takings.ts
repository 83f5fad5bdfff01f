// What a month's settlement takes: everything of this compound that no settlement has taken yet. Cash: what was paid. Accrual: what was billed for stays that ended. Charging, passes and what the
// edge gave back are read from the gateways' own events. Money of the sandbox is none.
import { sql } from "kysely";
import type { Row } from "#cloud/store/schema.ts";
import type { Queries } from "#cloud/store/store.ts";
import { type Fen, fen, sumFen } from "#protocols/vocabulary/money.ts";
import type { DeductionKind } from "./base.ts";

export interface Taken {
  /** payment | bill | event: what the settlement's lines are called. */
  readonly kind: "payment" | "bill" | "event";
  readonly ref: string;
  readonly what: "parking" | "charging" | "passes" | "refunds";
  readonly amount_fen: Fen;
  readonly at: number;
}

export interface Takings {
  readonly taken: readonly Taken[];
  readonly entries: readonly Row<"income_entry">[];
  readonly booked: Readonly<Partial<Record<DeductionKind, Fen>>>;
  readonly other_fen: Fen;
  /** Let off at the edge: no money moved, and it is said. */
  readonly waived_fen: Fen;
  readonly sandbox_fen: Fen;
}

export interface Until {
  readonly site: string;
  readonly to: number;
  readonly to_day: string;
  readonly accounting: "cash" | "accrual";
}

const moneyTypes = ["money.entered", "session.billed", "pass.sold", "pass.refunded"] as const;

export async function takingsUntil(read: Queries, until: Until): Promise<Takings> {
  const { site, to_day, accounting } = until;
  const entries = await read
    .selectFrom("income_entry")
    .selectAll()
    .where("site", "=", site)
    .where("day", "<", to_day)
    .where("settlement", "is", null)
    .orderBy("id")
    .execute();
  const of = (kind: string): Fen => sumFen(entries.filter((one) => one.kind === kind).map((one) => fen(one.amount_fen)));
  const kinds = [...new Set(entries.map(({ kind }) => kind))].filter((kind) => kind !== "income") as DeductionKind[];
  const parking = accounting === "cash" ? await payments(read, until) : await bills(read, until);
  const events = await eventsUntil(read, until);
  return {
    taken: [...parking.taken, ...events.taken],
    ...{ entries, other_fen: of("income"), waived_fen: events.waived_fen, sandbox_fen: parking.sandbox_fen },
    booked: Object.fromEntries(kinds.map((kind) => [kind, of(kind)])) as Partial<Record<DeductionKind, Fen>>,
  };
}

/** A stay that was settled as a bill under another way of counting is not settled again by its payment. */
async function payments(read: Queries, { site, to }: Until): Promise<{ taken: Taken[]; sandbox_fen: Fen }> {
  const rows = await read
    .selectFrom("payment")
    .select(["payment", "method", "amount_fen", "at"])
    .where("site", "=", site)
    .where("at", "<", to)
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom("settlement_line").select("ref").where("kind", "=", "payment").whereRef("ref", "=", "payment.payment"))),
    )
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom("settlement_line").select("ref").where("kind", "=", "bill").whereRef("ref", "=", "payment.visit"))),
    )
    .orderBy("payment")
    .execute();
  const real = rows.filter(({ method }) => method !== "sandbox");
  return {
    taken: real.map(({ payment, amount_fen, at }) => ({ kind: "payment", ref: payment, what: "parking", amount_fen: fen(amount_fen), at })),
    sandbox_fen: sumFen(rows.filter(({ method }) => method === "sandbox").map(({ amount_fen }) => fen(amount_fen))),
  };
}

/** What was billed for stays that ended, paid or not; less what was let off is no bill of anybody's. */
async function bills(read: Queries, { site, to }: Until): Promise<{ taken: Taken[]; sandbox_fen: Fen }> {
  const rows = await read
    .selectFrom("visit")
    .select(["visit", "total_fen", "left_at"])
    .where("site", "=", site)
    .where("left_at", "<", to)
    .where("total_fen", ">", 0)
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom("settlement_line").select("ref").where("kind", "=", "bill").whereRef("ref", "=", "visit.visit"))),
    )
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom("payment")
            .innerJoin("settlement_line", "settlement_line.ref", "payment.payment")
            .select("payment.payment")
            .where("settlement_line.kind", "=", "payment")
            .whereRef("payment.visit", "=", "visit.visit"),
        ),
      ),
    )
    .orderBy("visit")
    .execute();
  return {
    taken: rows.map(({ visit, total_fen, left_at }) => ({
      ...{ kind: "bill", ref: visit, what: "parking", amount_fen: fen(total_fen ?? 0), at: left_at ?? 0 },
    })),
    sandbox_fen: fen(0),
  };
}

interface Entered {
  readonly kind: "refund" | "waiver" | "void" | "move";
  readonly amount_fen: number;
}

async function eventsUntil(read: Queries, { site, to, accounting }: Until): Promise<{ taken: Taken[]; waived_fen: Fen }> {
  const rows = await read
    .selectFrom("event")
    .select(["ordinal", "type", "at", "data"])
    .where("type", "in", [...moneyTypes])
    .where("site", "=", site)
    .where("at", "<", to)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom("settlement_line")
            .select("ref")
            .where("kind", "=", "event")
            .where("ref", "=", sql<string>`cast(${sql.ref("event.ordinal")} as text)`),
        ),
      ),
    )
    .orderBy("ordinal")
    .execute();
  const taken: Taken[] = [];
  let waived = 0;
  for (const { ordinal, type, at, data } of rows) {
    const said = JSON.parse(data) as Record<string, unknown>;
    const number = (name: string): number => (typeof said[name] === "number" ? said[name] : 0);
    const push = (what: Taken["what"], amount: number): void => {
      if (amount !== 0) taken.push({ kind: "event", ref: String(ordinal), what, amount_fen: fen(amount), at });
    };
    if (said.method === "sandbox") continue;
    if (type === "session.billed")
      push("charging", accounting === "accrual" ? number("total_fen") : number("total_fen") - number("due_fen"));
    else if (type === "pass.sold") push("passes", number("amount_fen"));
    else if (type === "pass.refunded") push("refunds", number("amount_fen"));
    else {
      const { kind, amount_fen } = said as unknown as Entered;
      if (kind === "refund" || kind === "void") push("refunds", amount_fen);
      else if (kind === "waiver") {
        waived += amount_fen;
        taken.push({ kind: "event", ref: String(ordinal), what: "refunds", amount_fen: fen(0), at });
      }
    }
  }
  return { taken, waived_fen: fen(waived) };
}
