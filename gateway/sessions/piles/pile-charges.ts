// What a pile says of a charge, as changes of its one account: begun, so far, settled. A settlement counts once by its order, whoever repeats it, and is the last word:
// it is held only against what can have flowed since the charge was asked for.
import { createHash } from "node:crypto";
import { type CutCause, cutCauses } from "#protocols/vocabulary/charging-causes.ts";
import type { Stamp, Wall } from "#protocols/vocabulary/time.ts";
import type { PowerSaid, Settled } from "../../drivers/piles/pile.ts";
import type { Reads, Transaction } from "../../journal/journal.ts";
import { accountOf, countPart, lookAhead, settleBySaid, wouldExceed } from "../accounts.ts";
import { type Charge, endCharge, markClosed, stampOf } from "../charges.ts";
import { elapsedMs, most_mW, slack_s } from "../elapsed.ts";

/** What the pile knows the session by: 32 decimal digits, which any protocol can carry; one with shorter orders takes their beginning. */
export const orderOf = (session: string): string =>
  (BigInt(`0x${createHash("sha256").update(session).digest("hex")}`) % 10n ** 32n).toString().padStart(32, "0");

export const openPileCharges = (reads: Reads): Charge[] =>
  reads.all<Charge>("SELECT * FROM charge WHERE state = 'open' AND pile_order IS NOT NULL ORDER BY socket");

export const openPileCharge = (reads: Reads, socket: string): Charge | undefined =>
  reads.get<Charge>("SELECT * FROM charge WHERE state = 'open' AND pile_order IS NOT NULL AND socket = ?", socket);

type Known = Charge & { readonly state: "open" | "over" };
/** By its order, or the beginning of it that its protocol carries. */
export const chargeOfOrder = (reads: Reads, socket: string, order: string): Known | undefined =>
  reads.get<Known>("SELECT * FROM charge WHERE socket = ? AND substr(pile_order, 1, ?) = ?", socket, order.length, order);

/** It is seen, or said, to charge. Its energy counts from 0 with every order. */
export function pileStarted(tx: Transaction, charge: Charge, at: Stamp): void {
  if (charge.authority_state === "closed") return;
  markClosed(tx, charge, { authority: charge.authority, meter_mWh: 0, at });
}

const begunAt = (charge: Charge): Wall => stampOf(charge.asked_at).wall;
const placed = (charge: Charge, charged_s: number, now: Stamp): Stamp => ({
  ...now,
  wall: Math.min(now.wall, begunAt(charge) + charged_s * 1000) as Wall,
});

/** No pile charges longer than since it was asked to; where no clock tells, its word stands. */
const mostSeconds = (charge: Charge, now: Stamp): number => {
  const since = elapsedMs(stampOf(charge.asked_at), now);
  return since === undefined ? Number.POSITIVE_INFINITY : Math.floor(Math.max(0, since) / 1000) + slack_s;
};
const canHaveFlowed = (energy_mWh: number, seconds: number): boolean => energy_mWh <= (most_mW * (seconds + slack_s)) / 3600;

/** Asked, and asked once more. */
const stopTakes_ms = 15_000;

export interface PileAt {
  readonly socket: string;
  readonly now: Stamp;
}

/** True: what was bought will be used up before it says so again. */
export function pilePower(tx: Transaction, said: PowerSaid, { socket, now }: PileAt, every_s: number): boolean {
  const charge = said.order === null ? openPileCharge(tx, socket) : chargeOfOrder(tx, socket, said.order);
  // Without an order it may be somebody else's charge, until the board has said that ours began.
  if (charge === undefined || (said.order === null && charge.authority_state !== "closed")) return false;
  if ("state" in charge && charge.state !== "open") return false;
  if (said.charged_s > mostSeconds(charge, now) || !canHaveFlowed(said.energy_mWh, said.charged_s)) return false;
  pileStarted(tx, charge, now);
  const at = placed(charge, said.charged_s, now);
  const account = accountOf(tx, charge.session);
  const ms = said.charged_s * 1000 - (account?.usage.ms ?? charge.part_seconds * 1000);
  if (ms <= 0) return false; // said before, or late
  countPart(tx, charge.session, { ms, meters: [said.energy_mWh], power_mW: said.mean_mW, at });
  tx.run("UPDATE charge SET part_seconds = ?, seen_at = ? WHERE session = ?", said.charged_s, JSON.stringify(now), charge.session);
  tx.run(
    "INSERT OR IGNORE INTO charge_curve (session, at, power_mW, current_mA, temperature_mC, voltage_mV) VALUES (?, ?, ?, ?, ?, ?)",
    ...[charge.session, now.wall, said.power_mW, said.current_mA, said.temperature_mC, said.voltage_mV],
  );
  const counted = accountOf(tx, charge.session);
  return (
    counted?.state === "open" &&
    wouldExceed(lookAhead(counted, { from: at.wall, ms: every_s * 1000 + stopTakes_ms, power_mW: said.mean_mW }))
  );
}

/** Settled once, and now with other numbers: the first word made the bill and stands; the second is said to people. */
function saidOtherwise(tx: Transaction, said: Settled, { socket, session, now }: PileAt & { readonly session: string | null }): void {
  const { pile, order, charged_s, energy_mWh, port } = said;
  const kept = tx.get<{ said: string }>("SELECT said FROM pile_settlement WHERE pile = ? AND order_number = ?", pile, order);
  const first = kept === undefined ? said : (JSON.parse(kept.said) as Settled);
  if (first.charged_s === charged_s && first.energy_mWh === energy_mWh && first.port === port) return;
  const { changes } = tx.run(
    "INSERT OR IGNORE INTO pile_settlement (pile, order_number, at, said) VALUES (?, ?, ?, ?)",
    ...[pile, `${order} again`, JSON.stringify(now), JSON.stringify(said)],
  );
  if (changes === 0) return; // said once
  const words = {
    zh: `同一订单再次结算，数字不同：先报 ${first.charged_s} 秒 ${first.energy_mWh / 1000} Wh，账单按先报的`,
    en: `settled again with other numbers: ${first.charged_s} s and ${first.energy_mWh / 1000} Wh before, and the bill is by those`,
  };
  tx.event("pile.unbilled", { socket, order, session, seconds: charged_s, energy_mWh, ...words }, now);
}

/** Its account is closed by what the pile says; the session's own reason for its end goes before "stopped by the server". */
export function pileSettled(tx: Transaction, said: Settled, { socket, now }: PileAt, why?: CutCause): void {
  const { pile, order, zh, en } = said;
  const { changes } = tx.run(
    "INSERT OR IGNORE INTO pile_settlement (pile, order_number, at, said) VALUES (?, ?, ?, ?)",
    ...[pile, order, JSON.stringify(now), JSON.stringify(said)],
  );
  const charge = chargeOfOrder(tx, socket, order);
  const words = { zh: zh.slice(0, 300), en: en.slice(0, 300) };
  if (changes === 0) {
    saidOtherwise(tx, said, { socket, session: charge?.session ?? null, now });
    return;
  }
  if (charge?.state !== "open") {
    const session = charge?.session ?? null;
    tx.event("pile.unbilled", { socket, order, session, seconds: said.charged_s, energy_mWh: said.energy_mWh, ...words }, now);
    return;
  }
  const charged_s = Math.min(said.charged_s, mostSeconds(charge, now));
  // Another order's number, or a torn memory: its energy is not known, and not billed.
  const energy_mWh = canHaveFlowed(said.energy_mWh, charged_s) ? said.energy_mWh : null;
  const began = charge.started === 1 || charged_s > 0 || said.energy_mWh > 0;
  if (began) pileStarted(tx, charge, now);
  settleBySaid(tx, charge.session, { begun: begunAt(charge), ms: charged_s * 1000, energy_mWh, at: now });
  const chosen = said.cause === "time" || said.cause === "max-time";
  const cause = why !== undefined && said.cause === "released" ? why : chosen && charge.limit_for !== null ? "expired" : said.cause;
  endCharge(
    tx,
    { ...charge, started: began ? 1 : 0, meter_start_mWh: 0 },
    { cause, why: `${zh} / ${en}`, meter_mWh: energy_mWh, partSeconds: charged_s, at: now },
  );
  const cut = cutCauses.find((one) => one === said.cause);
  if (cut !== undefined) tx.event("pile.cut", { socket, session: charge.session, cause: cut, ...words }, now);
}

/** Never energised: what was paid is given back. */
export function pileRefused(tx: Transaction, charge: Charge, { code, zh, en }: { code: string; zh: string; en: string }, now: Stamp): void {
  tx.event("charging.refused", { socket: charge.socket, session: charge.session, code, zh: zh.slice(0, 300), en: en.slice(0, 300) }, now);
  endCharge(tx, charge, { cause: "interrupted", why: `${zh} / ${en}`, meter_mWh: null, partSeconds: 0, at: now });
}

/** Nobody settles it: billed by what was said of it, and no more. */
export const pileGivenUp = (tx: Transaction, charge: Charge, now: Stamp): void =>
  endCharge(tx, charge, { cause: "interrupted", meter_mWh: null, partSeconds: charge.part_seconds, at: now });
