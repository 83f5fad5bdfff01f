// Slips of an outage: cars that a guard let in or out by hand, and cash that he took. They meet what the cameras stored meanwhile by plate and hour, so that each car is one stay, whichever
// of the two is told first; money is one bill and one payment a slip, as it was taken, and nothing is asked for afterwards.
import { samePlate } from "#gateway/core/parking/lane.ts";
import type { SlipOrder, SlipTaken } from "#protocols/api/slips.ts";
import { type Refusal, refusal } from "#protocols/vocabulary/faults.ts";
import { fen } from "#protocols/vocabulary/money.ts";
import { canonicalPlate, type Plate, plateColour } from "#protocols/vocabulary/plate.ts";
import { dayMs, fromRfc3339, minuteMs, monotonic, type Stamp, type Wall } from "#protocols/vocabulary/time.ts";
import type { Reads, Transaction } from "../journal/journal.ts";
import { handBill, payBill } from "../lanes/bills.ts";
import type { Lane, Lanes } from "../lanes/door.ts";
import { closeVisit, openVisit, readStamp, type Visit, visitById } from "../lanes/visits.ts";
import type { SiteContext } from "../site-context.ts";
import { openShift } from "./shifts.ts";

/** A guard writes the minute, by a watch of his own. */
const sameHour_ms = 30 * minuteMs;
const oldest_ms = 7 * dayMs;
const ahead_ms = 5 * minuteMs;

type LaneConfig = Lane["config"];

export interface Slips {
  enter(lane: LaneConfig, order: SlipOrder): SlipTaken | Refusal;
}

interface Slip {
  readonly order: SlipOrder;
  readonly plate: Plate;
  readonly at: Wall;
  readonly now: Stamp;
}

/** As written, by no clock of ours. */
const slipStamp = (at: Wall): Stamp => ({ wall: at, mono: monotonic(0), boot: "slip", synchronised: false });

/** A stay of this car whose beginning, or end, the slip tells too. Nothing but characters that are easily confused may differ, and only one may be meant. */
function stayAt(reads: Reads, lane: LaneConfig, { plate, at }: Slip): Visit | undefined {
  const entry = lane.direction === "entry";
  const rows = reads
    .all<{ id: string; plate: Plate; entered_at: number; gone: string | null }>(
      "SELECT id, plate, entered_at, gone FROM visit WHERE lot = ? AND entered_at BETWEEN ? AND ? ORDER BY entered_at DESC LIMIT 5000",
      lane.lot,
      entry ? at - sameHour_ms : at - 400 * dayMs,
      at + (entry ? sameHour_ms : 0),
    )
    .filter((row) => row.plate === plate || samePlate(row.plate, plate));
  const meant = entry ? rows : rows.filter(({ gone }) => gone === null || Math.abs(readStamp(gone).wall - at) <= sameHour_ms);
  const own = meant.find((row) => row.plate === plate) ?? (meant.length === 1 ? meant[0] : undefined);
  return own === undefined ? undefined : visitById(reads, own.id);
}

export function slipsOf({ journal, clock, chance }: SiteContext, { tariffs }: Lanes): Slips {
  const newId = (): string => chance.id();

  function begin(tx: Transaction, lane: LaneConfig, { plate, at, now }: Slip): string {
    const visit = newId();
    openVisit(tx, {
      ...{ id: visit, lot: lane.lot, plate, colour: plateColour(plate, "unknown"), entryLane: lane.id, entered: slipStamp(at) },
      ...{ tariff: tariffs.label(lane.lot, at), tariffHash: tariffs.hash(lane.lot), received: now, offline: true },
    });
    return visit;
  }

  /** What was taken was the price. */
  function take(tx: Transaction, lane: LaneConfig, visit: string, { order, at, now }: Slip): void {
    const known = visitById(tx, visit);
    if (known === undefined || order.amount_fen === null || order.amount_fen === 0) return;
    const gone = known.state === "gone";
    const bill = handBill(tx, known, { lane: lane.id, now, left: at, amount: fen(order.amount_fen), newId });
    tx.run(
      "INSERT INTO payment (id, bill, visit, lane, method, amount_fen, collector, at, shift) VALUES (?, ?, ?, ?, 'cash', ?, ?, ?, ?)",
      ...[`slip-${order.slip}`.slice(0, 64), bill.id, visit, lane.id, order.amount_fen, order.person, JSON.stringify(now)],
      openShift(tx, order.person) ?? null,
    );
    payBill(tx, bill, now);
    tx.event("visit.paid", {
      ...{
        visit,
        payment: `slip-${order.slip}`.slice(0, 64),
        lane: lane.id,
        method: "cash",
        amount_fen: order.amount_fen,
        collector: order.person,
      },
    });
    // Money of a car that is gone changes what it paid, and not where it is.
    if (gone) tx.run("UPDATE visit SET state = 'gone' WHERE id = ?", visit);
  }

  function cameIn(tx: Transaction, lane: LaneConfig, slip: Slip): Omit<SlipTaken, "slip"> {
    const known = stayAt(tx, lane, slip);
    const visit = known?.id ?? begin(tx, lane, slip);
    take(tx, lane, visit, slip);
    return { visit, became: known === undefined ? "new-visit" : "same-visit" };
  }

  function left(tx: Transaction, lane: LaneConfig, slip: Slip): Omit<SlipTaken, "slip"> {
    const known = stayAt(tx, lane, slip);
    const visit = known?.id ?? begin(tx, lane, slip);
    take(tx, lane, visit, slip);
    if (known?.state === "gone") return { visit, became: "already-gone" };
    closeVisit(tx, visit, { lane: lane.id, at: slipStamp(slip.at) });
    return { visit, became: known === undefined ? "no-entry" : "left" };
  }

  return {
    enter(lane, order) {
      const now = clock.stamp();
      const plate = canonicalPlate(order.plate);
      const at = fromRfc3339(order.at);
      if (plate === undefined) return refusal("no-plate", `不是车牌：${order.plate}`, `no plate: ${order.plate}`);
      if (at === undefined) return refusal("no-time", "时间写法应如 2026-11-26T18:05+08:00", "write the time as 2026-11-26T18:05+08:00");
      if (at > now.wall + ahead_ms || now.wall - at > oldest_ms)
        return refusal("not-of-now", "补录只限最近 7 天，且不能在未来", "slips of the last 7 days only, and none of the future");
      const content = JSON.stringify([lane.id, plate, at, order.amount_fen, order.person]);
      const before = journal.get<{ content: string; visit: string | null; became: string }>(
        "SELECT content, visit, became FROM slip WHERE id = ?",
        order.slip,
      );
      if (before !== undefined)
        return before.content === content
          ? { slip: order.slip, visit: before.visit, became: before.became as SlipTaken["became"] }
          : refusal(
              "slip-differs",
              "该单号已录入另一内容，请核对单号",
              "this slip's number was entered with other content: look at the number",
            );
      return journal.commit((tx) => {
        const slip: Slip = { order, plate, at, now };
        const { visit, became } = lane.direction === "entry" ? cameIn(tx, lane, slip) : left(tx, lane, slip);
        tx.run("INSERT INTO slip (id, content, visit, became, at) VALUES (?, ?, ?, ?, ?)", order.slip, content, visit, became, now.wall);
        const { person, amount_fen } = order;
        tx.event("slip.entered", {
          slip: order.slip,
          lane: lane.id,
          direction: lane.direction,
          plate,
          at,
          visit,
          became,
          amount_fen,
          person,
        });
        return { slip: order.slip, visit, became };
      });
    },
  };
}
