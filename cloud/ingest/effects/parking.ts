// Visits, bills and payments: states only move forward, so that facts of two epochs may come in any order.
import type { Effect, Happening } from "#cloud/store/happening.ts";
import { noteLabels } from "#cloud/store/labels.ts";
import { often } from "#cloud/store/often.ts";
import type { Row } from "#cloud/store/schema.ts";
import { addToTally } from "#cloud/store/tally.ts";
import type { Of } from "./events.ts";
import { lastAtLane } from "./lanes.ts";

const rank: Readonly<Record<string, number>> = { inside: 0, billed: 1, gone: 2 };

type VisitFacts = Partial<Omit<Row<"visit">, "visit" | "site" | "gateway" | "state">>;

const stateOfVisit = often((db, { visit }: { visit: string }) =>
  db.selectFrom("visit").select(["state", "plate"]).where("visit", "=", visit),
);

/** Writes what is known; the first word about a visit makes its row, whichever event it was. */
async function setVisit(
  effect: Effect,
  event: { site: string; gateway: string; visit: string },
  { state, first, ...facts }: VisitFacts & { state: "inside" | "billed" | "gone"; first?: Pick<VisitFacts, "plate"> },
): Promise<void> {
  const [known] = await stateOfVisit(effect.change, { visit: event.visit });
  if (known === undefined) {
    const unknown = { lot: null, lane_in: null, lane_out: null, plate: null, plate_colour: null, tariff: null, offline: 0 };
    const notYet = { entered_at: null, left_at: null, total_fen: null, paid_fen: 0 };
    const { site, gateway, visit } = event;
    await effect.change
      .insertInto("visit")
      .values({ visit, site, gateway, ...unknown, ...notYet, ...facts, ...first, state })
      .execute();
    await addToTally(effect.change, event, "visits");
    return;
  }
  const further = (rank[state] ?? 0) > (rank[known.state] ?? 0) ? { state } : {};
  await effect.change
    .updateTable("visit")
    .set({ ...facts, ...further, ...(known.plate === null ? first : {}) })
    .where("visit", "=", event.visit)
    .execute();
}

/** Where the gateway repeats its own stamp's label, the better one that we have of it. */
const ownTime = (event: Pick<Happening, "at" | "stamp">, said: number): number => (said === event.stamp.wall ? event.at.wall : said);

export async function visitOpened(effect: Effect, event: Of<"visit.opened">): Promise<void> {
  const { visit, lot, lane, plate, plate_colour, tariff, entered_at, offline } = event.data;
  await setVisit(
    effect,
    { ...event, visit },
    // Whatever else said a plate said it later: a person may have put it right.
    {
      state: "inside",
      lot,
      lane_in: lane,
      first: { plate },
      plate_colour,
      tariff,
      entered_at: ownTime(event, entered_at),
      offline: offline ? 1 : 0,
    },
  );
  if (entered_at === event.stamp.wall) await noteLabels(effect, event, [{ place: "visit.entered_at", key: visit }]);
  if (event.data.entry_lost === true) return;
  await lastAtLane(effect, event, { lane, direction: "entry", what: "opened", plate, zh: "车辆入场", en: "car came in" });
}

export async function visitCorrected(effect: Effect, event: Of<"visit.corrected">): Promise<void> {
  const { visit, lane, plate } = event.data;
  await setVisit(effect, { ...event, visit }, { state: "inside", plate });
  await lastAtLane(effect, event, { lane, direction: "entry", what: "opened", plate, zh: "入口车牌更正", en: "the plate was put right" });
}

export async function visitBilled(effect: Effect, event: Of<"visit.billed">): Promise<void> {
  const { data } = event;
  const { visit, bill, lane, plate, tariff, entered_at, left_at, total_fen, paid_fen, due_fen } = data;
  const made = await effect.change
    .insertInto("bill")
    .values({
      bill,
      visit,
      site: event.site,
      lane: lane ?? "",
      tariff,
      lines: JSON.stringify(data.lines),
      total_fen,
      paid_fen,
      due_fen,
      entered_at,
      left_at,
    })
    .onConflict((conflict) => conflict.column("bill").doNothing())
    .returning("bill")
    .executeTakeFirst();
  if (made !== undefined) {
    await addToTally(effect.change, event, "bills");
    await addToTally(effect.change, event, "billed_fen", total_fen);
  }
  // The bill keeps the times that it was made with; made with a clock that was not set, they are no news of when the car came.
  const came = event.at.clock === undefined ? { entered_at } : {};
  await setVisit(
    effect,
    { ...event, visit },
    { state: "billed", ...(lane === null ? {} : { lane_out: lane }), plate, tariff, total_fen, ...came },
  );
  if (lane !== null) await lastAtLane(effect, event, { lane, direction: "exit", what: "billed", plate, zh: "出场计费", en: "bill made" });
}

export async function visitPaid(effect: Effect, event: Of<"visit.paid">): Promise<void> {
  const { visit, payment, lane, method, amount_fen, collector } = event.data;
  const made = await effect.change
    .insertInto("payment")
    .values({ payment, visit, site: event.site, lane, method, amount_fen, collector, at: event.at.wall })
    .onConflict((conflict) => conflict.column("payment").doNothing())
    .returning("payment")
    .executeTakeFirst();
  if (made !== undefined) {
    await noteLabels(effect, event, [{ place: "payment.at", key: payment }]);
    await addToTally(effect.change, event, "paid_fen", amount_fen);
    await payVisit(effect, { ...event, visit }, amount_fen);
  }
  if (lane !== null) {
    const row = await effect.change.selectFrom("visit").select("plate").where("visit", "=", visit).executeTakeFirst();
    await lastAtLane(effect, event, { lane, direction: undefined, what: "paid", plate: row?.plate ?? null, zh: "已缴费", en: "paid" });
  }
}

/** The closing word about a visit says all that was paid: a payment that arrives after it is in that sum already. */
async function payVisit(effect: Effect, event: { site: string; gateway: string; visit: string }, amount_fen: number): Promise<void> {
  const known = await effect.change.selectFrom("visit").select(["state", "paid_fen"]).where("visit", "=", event.visit).executeTakeFirst();
  if (known?.state === "gone") return;
  await setVisit(effect, event, { state: "inside", paid_fen: (known?.paid_fen ?? 0) + amount_fen });
}

export async function visitClosed(effect: Effect, event: Of<"visit.closed">): Promise<void> {
  const { visit, lane, left_at, total_fen, paid_fen } = event.data;
  await setVisit(effect, { ...event, visit }, { state: "gone", lane_out: lane, left_at: ownTime(event, left_at), total_fen, paid_fen });
  if (left_at === event.stamp.wall) await noteLabels(effect, event, [{ place: "visit.left_at", key: visit }]);
}
