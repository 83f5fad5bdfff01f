// A charge is one customer's session on one socket. It may need several authorities: protection forgets them when it starts anew, and a fresh one is
// written for the same session. Its energy is the difference of the pile's own meter, which stands still while the relay is open. A meter that was changed,
// reset or wrapped meanwhile says nothing about this session: then its energy is not known, never less than nothing and never another meter's.
import type { EventData } from "#protocols/uplink/events.ts";
import { type ChosenEnd, cutCauses } from "#protocols/vocabulary/charging-causes.ts";
import type { Stamp } from "#protocols/vocabulary/time.ts";
import type { Reads, Transaction } from "../journal/journal.ts";
import type { Authority } from "../link/messages.ts";
import { beginMeter, endAccount } from "./accounts.ts";
import { elapsedMs, most_mW, slack_s } from "./elapsed.ts";

export interface Charge {
  readonly session: string;
  readonly socket: string;
  readonly card: string;
  /** Who began it by hand. */
  readonly person: string | null;
  readonly opened_at: string;
  readonly authority: string;
  readonly authority_state: "asked" | "closed" | "lost";
  readonly asked_at: string;
  readonly issues: number;
  readonly started: number;
  readonly meter_start_mWh: number | null;
  readonly seconds: number;
  readonly part_seconds: number;
  /** A Stamp: when it was last seen charging. */
  readonly seen_at: string | null;
  /** The cause of the cut after which it waits; null while it does not. */
  readonly paused: string | null;
  readonly paused_meter_mWh: number | null;
  readonly rearmed: string | null;
  /** Why it is being ended. */
  readonly stop_for: ChosenEnd | null;
  /** What ends its authority, where that is not the longest charge. */
  readonly limit_for: ChosenEnd | null;
  /** What a pile that charges by its own firmware knows it by; null: protection holds its relay. */
  readonly pile_order: string | null;
}

export const stampOf = (text: string): Stamp => JSON.parse(text) as Stamp;

/** A station that comes and goes must not be energised again for ever. */
export const mostIssues = 20;

/** Of protection's sockets: what a pile charges by itself is sessions/piles' own. */
export const openCharges = (reads: Reads): Charge[] =>
  reads.all<Charge>("SELECT * FROM charge WHERE state = 'open' AND pile_order IS NULL ORDER BY socket");
export const openCharge = (reads: Reads, socket: string): Charge | undefined =>
  reads.get<Charge>("SELECT * FROM charge WHERE state = 'open' AND socket = ?", socket);
export const chargeOfSession = (reads: Reads, session: string): Charge | undefined =>
  reads.get<Charge>("SELECT * FROM charge WHERE state = 'open' AND session = ?", session);

export function insertCharge(
  tx: Transaction,
  request: {
    socket: string;
    request_seq: number;
    card: string;
    authority: string;
    session: string;
    person?: string;
    order?: string | undefined;
    at: Stamp;
  },
): void {
  const at = JSON.stringify(request.at);
  tx.run(
    `INSERT INTO charge
       (session, socket, request_seq, card, opened_at, state, authority, authority_state, asked_at, issues, started, seconds, part_seconds, person, pile_order)
     VALUES (?, ?, ?, ?, ?, 'open', ?, 'asked', ?, 1, 0, 0, 0, ?, ?)`,
    request.session,
    request.socket,
    request.request_seq,
    request.card,
    at,
    request.authority,
    at,
    request.person ?? null,
    request.order ?? null,
  );
}

/** How long an authority may still run: the longest charge, less what this session has had. Zero or less: the session is over. */
export function remainingMs(charge: Charge, now: Stamp, limits: { max_time_s: number; blind_ms: number }): number {
  const longest = limits.max_time_s * 1000;
  // Where no clock tells, the time charged is all that counts.
  if ((elapsedMs(stampOf(charge.opened_at), now) ?? 0) > longest) return 0;
  const left = longest - charge.seconds * 1000;
  // Protection waits for sight of the socket and for an open relay before it closes: that time is not the customer's.
  return left <= 0 ? 0 : left + limits.blind_ms + 5000;
}

const recent_ms = 10 * 60_000;

/** Whether it was charging a moment ago: where nobody sees the plug, the vehicle that stands there now is taken for the same one only so long. */
export function chargedLately({ seen_at, asked_at }: Charge, now: Stamp): boolean {
  const away = elapsedMs(stampOf(seen_at ?? asked_at), now);
  return away !== undefined && away >= 0 && away <= recent_ms;
}

/** A fresh authority for the same session; the message to send once this has been committed. */
export function issueAgain(tx: Transaction, charge: Charge, fresh: { authority: string; at: Stamp; duration_ms: number }): Authority {
  tx.run(
    "UPDATE charge SET authority = ?, authority_state = 'asked', asked_at = ?, issues = issues + 1 WHERE session = ?",
    fresh.authority,
    JSON.stringify(fresh.at),
    charge.session,
  );
  return { id: fresh.authority, socket: charge.socket, session: charge.session, duration_ms: fresh.duration_ms };
}

/** The relay is seen closed: the session has begun, or goes on. */
export function markClosed(tx: Transaction, charge: Charge, part: { authority: string; meter_mWh: number | null; at: Stamp }): void {
  const state = charge.authority === part.authority ? "closed" : charge.authority_state;
  tx.run("UPDATE charge SET authority_state = ?, part_seconds = 0 WHERE session = ?", state, charge.session);
  beginMeter(tx, charge.session, part);
  if (charge.started === 0) markStarted(tx, charge, part);
  else if (part.meter_mWh !== null && usedSince(charge, part.meter_mWh, { seconds: charge.seconds, at: part.at }) === null)
    tx.run("UPDATE charge SET meter_start_mWh = NULL WHERE session = ?", charge.session);
  if (charge.rearmed === null || charge.authority !== part.authority) return;
  tx.run("UPDATE charge SET rearmed = NULL WHERE session = ?", charge.session);
  const { trip, n, of } = JSON.parse(charge.rearmed) as { trip: string; n: number; of: number };
  tx.event("charging.rearmed", { trip, socket: charge.socket, session: charge.session, n, of }, part.at);
}

/** Cut, and to be tried again: the session waits for word of it. */
export function pauseCharge(tx: Transaction, charge: Charge, part: { cause: string; seconds: number; meter_mWh: number | null }): void {
  tx.run(
    "UPDATE charge SET paused = ?, paused_meter_mWh = ?, rearmed = NULL, seconds = seconds + ?, part_seconds = 0 WHERE session = ?",
    part.cause,
    part.meter_mWh,
    part.seconds,
    charge.session,
  );
}

/** Protection lets it be tried again: a fresh authority is written as for any that was lost. */
export function resumeCharge(tx: Transaction, charge: Charge, given: { trip: string; n: number; of: number }): void {
  tx.run("UPDATE charge SET paused = NULL, authority_state = 'lost', rearmed = ? WHERE session = ?", JSON.stringify(given), charge.session);
}

export function markStarted(tx: Transaction, charge: Charge, part: { authority: string; meter_mWh: number | null; at: Stamp }): void {
  const { session, socket, card } = charge;
  tx.run("UPDATE charge SET started = 1, meter_start_mWh = ? WHERE session = ?", part.meter_mWh, session);
  beginMeter(tx, session, part);
  tx.event("session.started", { session, socket, card, authority: part.authority, energy_mWh: part.meter_mWh }, part.at);
}

/** This part of the charge is over without word of it, or interrupted; the session waits for a fresh authority. */
export function markLost(tx: Transaction, charge: Charge, partSeconds: number): void {
  tx.run(
    "UPDATE charge SET authority_state = 'lost', seconds = seconds + ?, part_seconds = 0 WHERE session = ?",
    partSeconds,
    charge.session,
  );
}

export interface ChargeEnd {
  readonly cause: EventData<"session.ended">["cause"];
  /** In words, where it was never energised. */
  readonly why?: string;
  /** The pile's meter at the end; null when it was not seen. */
  readonly meter_mWh: number | null;
  readonly partSeconds: number;
  readonly at: Stamp;
}

function usedSince(
  { opened_at, meter_start_mWh: start }: Charge,
  meter_mWh: number | null,
  so: { readonly seconds: number; readonly at: Stamp },
): number | null {
  if (meter_mWh === null || start === null || meter_mWh < start) return null;
  const used = meter_mWh - start;
  // A part whose end nobody told counts no seconds; the clock since the beginning does.
  const longest_s = Math.max(so.seconds, (elapsedMs(stampOf(opened_at), so.at) ?? 0) / 1000) + slack_s;
  return used > (most_mW * longest_s) / 3600 ? null : used;
}

/** Ends that are nobody's choice: a minimum is not asked for them. */
const faults: readonly string[] = [...cutCauses, "interrupted", "expired", "load"];
/** What the customer chose, or the house: the relay opened because it was asked to, or because leave to close it ended there. */
function chosenOver({ stop_for, limit_for }: Charge, cause: ChargeEnd["cause"]): ChargeEnd["cause"] {
  if (cause === "expired") return stop_for ?? limit_for ?? cause;
  return cause === "released" || cause === "interrupted" ? (stop_for ?? cause) : cause;
}

/** Being ended: committed before the relay is asked to open, so that nobody closes it again. */
export const stopFor = (tx: Transaction, session: string, cause: ChosenEnd): void => {
  tx.run("UPDATE charge SET stop_for = ? WHERE session = ? AND state = 'open' AND stop_for IS NULL", cause, session);
};
export const limitFor = (tx: Transaction, session: string, cause: ChosenEnd | undefined): void => {
  tx.run("UPDATE charge SET limit_for = ? WHERE session = ?", cause ?? null, session);
};

/** A session whose relay never closed ends without an event: it never began. What was paid for it is given back all the same. */
export function endCharge(tx: Transaction, charge: Charge, end: ChargeEnd): void {
  const { session, socket } = charge;
  const cause = chosenOver(charge, end.cause);
  const { why = cause, meter_mWh, partSeconds, at } = end;
  const seconds = charge.seconds + partSeconds;
  tx.run(
    "UPDATE charge SET state = 'over', ended_for = ?, paused = NULL, seconds = ?, part_seconds = 0 WHERE session = ?",
    why,
    seconds,
    session,
  );
  const began = charge.started === 1;
  if (began) tx.event("session.ended", { session, socket, cause, energy_mWh: usedSince(charge, meter_mWh, { seconds, at }), seconds }, at);
  endAccount(tx, session, { began, fault: faults.includes(cause), meter_mWh, seconds, at, waits: cause !== "unplugged" });
}
