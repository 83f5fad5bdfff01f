// Everything about money at this site, mounted once: what is due, what is paid at the booth and by phone, what follows a payment, whose drawer it is, and what passes cost.
import type { ShiftReport } from "#protocols/api/cashier.ts";
import type { Refusal } from "#protocols/vocabulary/faults.ts";
import type { Lanes } from "../lanes/door.ts";
import type { Sessions, SiteContext } from "../site-context.ts";
import { collectorOf } from "./arrears.ts";
import { type Charges, chargesOf } from "./charges.ts";
import { type ChargingOrders, chargingOrdersOf } from "./charging/orders.ts";
import { type Disputes, disputesOf } from "./disputes.ts";
import { type Entries, entriesOf } from "./entries.ts";
import { type InAppPayments, inAppPayments } from "./in-app.ts";
import { type PassDesk, passDeskOf } from "./passes/door.ts";
import { type Payments, paymentsOf } from "./payments.ts";
import { type Phone, phoneOf } from "./phone.ts";
import { providersOf } from "./providers/accounts.ts";
import { rematchOf } from "./rematch.ts";
import { shiftReport } from "./shift-report.ts";
import { type Shifts, shiftsOf } from "./shifts.ts";
import { type Slips, slipsOf } from "./slips.ts";

export interface Cashier {
  readonly payments: Payments;
  readonly charges: Charges;
  readonly entries: Entries;
  readonly shifts: Shifts;
  report(shift: string): ShiftReport | Refusal;
  readonly phone: Phone;
  readonly inApp: InAppPayments;
  /** Charges that a phone pays for before they begin. */
  readonly charging: ChargingOrders;
  readonly disputes: Disputes;
  readonly passes: PassDesk;
  readonly slips: Slips;
  readonly collect: ReturnType<typeof collectorOf>;
  readonly rematch: ReturnType<typeof rematchOf>;
}

export function mountCashier(context: SiteContext, lanes: Lanes, sessions: Sessions): Cashier {
  const payments = paymentsOf(context, lanes);
  const passes = passDeskOf(context);
  const { orders, reminders } = passes;
  const charging = chargingOrdersOf(context, sessions);
  const charges = chargesOf(context, lanes, { payments, orders, charging, providers: providersOf(context), tick: reminders.tick });
  const phone = phoneOf(context, lanes, charges);
  const entries = entriesOf(context);
  return {
    ...{
      payments,
      charges,
      entries,
      phone,
      inApp: inAppPayments(charges, { ...context, address: context.config.payments?.page?.address ?? "" }),
      charging,
      passes,
      shifts: shiftsOf(context),
      report: (shift: string) => shiftReport(context, shift),
      disputes: disputesOf(context, entries),
    },
    slips: slipsOf(context, lanes),
    ...{ collect: collectorOf(context), rematch: rematchOf(context, lanes) },
  };
}
