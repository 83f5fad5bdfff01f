// A charge is one customer's session on one socket. It may need several authorities: protection forgets them when it starts anew, and a fresh one is
// written for the same session. Its energy is the difference of the pile's own meter, which stands still while the relay is open.
import type { EventData } from "#protocols/uplink/events.ts";
import type { Stamp } from "#protocols/vocabulary/time.ts";
import type { Reads, Transaction } from "../journal/journal.ts";
import type { Authority } from "../link/messages.ts";

export interface Charge {
  readonly session: string;
  readonly socket: string;
  readonly card: string;
  readonly opened_at: string;
  readonly authority: string;
  readonly authority_state: "asked" | "closed" | "lost";
  readonly asked_at: string;
  readonly issues: number;
  readonly started: number;
  readonly meter_start_mWh: number | null;
  readonly seconds: number;
  readonly part_seconds: number;
  /** The cause of the cut after which it waits; null while it does not. */
  readonly paused: string | null;
  readonly paused_meter_mWh: number | null;
  readonly rearmed: string | null;
}

export const stampOf = (text: string): Stamp => JSON.parse(text) as Stamp;

/** A station that comes and goes must not be energised again for ever. */
export const mostIssues = 20;

export const openCharges = (reads: Reads): Charge[] => reads.all<Charge>("SELECT * FROM charge WHERE state = 'open' ORDER BY socket");
export const openCharge = (reads: Reads, socket: string): Charge | undefined =>
  reads.get<Charge>("SELECT * FROM charge WHERE state = 'open' AND socket = ?", socket);
export const chargeOfSession = (reads: Reads, session: string): Charge | undefined =>
  reads.get<Charge>("SELECT * FROM charge WHERE state = 'open' AND session = ?", session);

export function insertCharge(
  tx: Transaction,
  request: { socket: string; request_seq: number; card: string; authority: string; session: string; at: Stamp },
): void {
  const at = JSON.stringify(request.at);
  tx.run(
    `INSERT INTO charge (session, socket, request_seq, card, opened_at, state, authority, authority_state, asked_at, issues, started, seconds, part_seconds)
     VALUES (?, ?, ?, ?, ?, 'open', ?, 'asked', ?, 1, 0, 0, 0)`,
    request.session,
    request.socket,
    request.request_seq,
    request.card,
    at,
    request.authority,
    at,
  );
}

/** How long an authority may still run: the longest charge, less what this session has had. Zero or less: the session is over. */
export function remainingMs(charge: Charge, now: Stamp, limits: { max_time_s: number; blind_ms: number }): number {
  const opened = stampOf(charge.opened_at);
  const longest = limits.max_time_s * 1000;
  // Since another boot only the wall clocks can tell; where they cannot be believed the time charged is all that counts.
  const comparable = opened.boot === now.boot || (opened.synchronised && now.synchronised);
  const elapsed = opened.boot === now.boot ? now.mono - opened.mono : now.wall - opened.wall;
  if (comparable && elapsed > longest) return 0;
  const left = longest - charge.seconds * 1000;
  // Protection waits for sight of the socket and for an open relay before it closes: that time is not the customer's.
  return left <= 0 ? 0 : left + limits.blind_ms + 5000;
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
  if (charge.started === 0) markStarted(tx, charge, part);
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
  /** The pile's meter at the end; null when it was not seen. */
  readonly meter_mWh: number | null;
  readonly partSeconds: number;
  readonly at: Stamp;
}

/** A session whose relay never closed ends without an event: it never began. */
export function endCharge(tx: Transaction, charge: Charge, { cause, meter_mWh, partSeconds, at }: ChargeEnd): void {
  const { session, socket, meter_start_mWh: start } = charge;
  const seconds = charge.seconds + partSeconds;
  tx.run("UPDATE charge SET state = 'over', paused = NULL, seconds = ?, part_seconds = 0 WHERE session = ?", seconds, session);
  if (charge.started === 0) return;
  const used = meter_mWh === null || start === null || meter_mWh < start ? null : meter_mWh - start;
  tx.event("session.ended", { session, socket, cause, energy_mWh: used, seconds }, at);
}
