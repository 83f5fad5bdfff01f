// What a driver's phone may ask: what does my car owe, and where do I pay it. Who owes nothing, holds a pass or is not here at all is answered alike: the page is no way to learn who is at home.
import { elapsed } from "#gateway/core/parking/visit.ts";
import { type Refusal, refusal } from "#protocols/vocabulary/faults.ts";
import { canonicalPlate, displayPlate, maskedPlate } from "#protocols/vocabulary/plate.ts";
import { toRfc3339, wall } from "#protocols/vocabulary/time.ts";
import { lookAt, newestBill } from "../lanes/bills.ts";
import type { Lanes } from "../lanes/door.ts";
import { type Unlicensed, unlicensedOf } from "../lanes/unlicensed.ts";
import { type Visit, visitById, visitInside } from "../lanes/visits.ts";
import type { SiteContext } from "../site-context.ts";
import type { Charges, Going } from "./charges.ts";
import type { Method } from "./providers/provider.ts";
import { scanningOf } from "./scanning.ts";

export interface Owed {
  readonly visit: string;
  readonly plate: string;
  readonly entered_at: string;
  readonly stayed_ms: number;
  readonly lines: readonly { readonly zh: string; readonly en: string; readonly amount_fen: number }[];
  readonly due_fen: number;
  readonly methods: readonly Method[];
}

export interface Phone {
  /** By plate, wherever the car stands. */
  owed(plate: string, peer: string): Owed | Refusal;
  /** The car before this exit, by the code that hangs there: whoever scans it stands beside it. */
  atLane(lane: string): Owed | Refusal;
  /** A car without a plate, by its token. */
  ofToken(visit: string): Owed | Refusal;
  readonly unlicensed: Unlicensed;
  pay(order: { visit: string; method: string; peer: string }): Promise<Going | Refusal>;
  /** Where a stay is, whose bill is to be paid. */
  lotOf(visit: string): string | undefined;
  paid(charge: string): PhoneCharge | undefined;
}

export interface PhoneCharge {
  readonly charge: string;
  readonly state: "asked" | "paid" | "closed";
  readonly amount_fen: number;
  /** The car's, or the pass's name. */
  readonly plate: string;
  /** null: it is for a pass, and nobody has to leave. */
  readonly visit: string | null;
  readonly grace_ms: number;
  /** Until when the payment opens the exit: of a stay that is paid and not over yet, if we know when it was paid. */
  readonly leave: { readonly by: string; readonly left_ms: number } | null;
}

const usualAsks = 20;
const noPlate = refusal("no-plate", "请输入完整车牌", "write the whole plate");
const nothing = refusal(
  "nothing-owed",
  "没有查到待缴费用。月租、免费时段内或已缴费的车辆可直接离场。",
  "nothing is owed under this plate: you may leave",
);
const noCar = refusal("no-car", "出口前没有待缴费的车辆，请先驶到出口相机前", "no car waits at this exit: drive up to its camera first");

export const tooOften = "too-often";

export function phoneOf(context: SiteContext, lanes: Lanes, charges: Charges): Phone {
  const { journal, clock, config } = context;
  const unlicensed = unlicensedOf(context, lanes);
  const scanning = scanningOf({ asks: config.payments?.page?.asks ?? usualAsks });

  function told(visit: Visit, shown: (plate: Visit["plate"]) => string): Owed | undefined {
    const price = lookAt(journal, visit, { tariffs: lanes.tariffs, now: clock.stamp() });
    if ("kind" in price || price.due === 0) return undefined;
    return {
      visit: visit.id,
      plate: shown(visit.plate),
      entered_at: toRfc3339(journal.clocks.label(visit.entered)),
      stayed_ms: Math.max(0, elapsed(visit.entered, clock.stamp())),
      lines: price.lines.map(({ zh, en, amount }) => ({ zh, en, amount_fen: amount })),
      due_fen: price.due,
      methods: charges.methods(visit.lot),
    };
  }

  function leaveOf(visit: Visit): PhoneCharge["leave"] {
    const bill = newestBill(journal, visit.id);
    if (visit.state === "gone" || bill === undefined || bill.paid === null) return null;
    const now = clock.stamp();
    const left_ms = Math.max(0, bill.grace_ms - elapsed(bill.paid, now));
    return { by: toRfc3339(wall(now.wall + bill.grace_ms - elapsed(bill.paid, now))), left_ms };
  }

  return {
    owed(text, peer) {
      const plate = canonicalPlate(text);
      if (plate === undefined) return noPlate;
      const now = clock.monotonic();
      const wait_s = scanning.wait(peer, plate, now);
      if (wait_s > 0)
        return refusal(
          tooOften,
          `查询过于频繁，请 ${wait_s} 秒后再试，或在出口扫码缴费`,
          `asked too often: again in ${wait_s} s, or pay at the exit`,
        );
      for (const { id } of config.lots) {
        const visit = visitInside(journal, id, plate);
        const owed = visit === undefined ? undefined : told(visit, displayPlate);
        if (owed !== undefined) return owed;
      }
      scanning.missed(peer, now);
      return nothing;
    },
    atLane(id) {
      const lane = lanes.lane(id);
      const visit = lane?.config.direction === "exit" ? lane.front() : undefined;
      return (visit === undefined ? undefined : told(visit, maskedPlate)) ?? noCar;
    },
    ofToken(token) {
      const visit = unlicensed.inside(token);
      return (visit === undefined ? undefined : told(visit, (plate) => plate)) ?? nothing;
    },
    unlicensed,
    lotOf: (visit) => visitById(journal, visit)?.lot,
    pay: ({ visit, method, peer }) =>
      charges.askPhone({ visit, method, peer, back: (charge) => `${config.payments?.page?.address ?? ""}/pay/charge/${charge}` }),
    paid(id) {
      const charge = charges.state(id);
      if (charge !== undefined && charge.pass_order !== null)
        return {
          charge: id,
          state: charge.state,
          amount_fen: charge.amount_fen,
          plate: charge.visit,
          visit: null,
          grace_ms: 0,
          leave: null,
        };
      const visit = charge === undefined ? undefined : visitById(journal, charge.visit);
      if (charge === undefined || visit === undefined) return undefined;
      const { state, amount_fen } = charge;
      const grace_ms = lanes.tariffs.grace_ms(visit, visit.entered.wall);
      return { charge: id, state, amount_fen, plate: maskedPlate(visit.plate), visit: visit.id, grace_ms, leave: leaveOf(visit) };
    },
  };
}
