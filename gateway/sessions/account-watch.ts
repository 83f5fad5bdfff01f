// Looks after running accounts: what was seen since the last write, whether a choice is reached or the night has come, and bills that wait for a free socket.
import type { ChosenEnd } from "#protocols/vocabulary/charging-causes.ts";
import type { Stamp } from "#protocols/vocabulary/time.ts";
import { untilNight_ms } from "../core/charging/night.ts";
import type { Reads, Transaction } from "../journal/journal.ts";
import type { SocketReading } from "../link/messages.ts";
import { type Account, accountOf, chosenEnd, issueBill, waitingAccounts, withPart } from "./accounts.ts";
import { openCharges, stopFor } from "./charges.ts";
import { elapsedMs } from "./elapsed.ts";
import type { ChargingRules } from "./rules.ts";

/** What was seen of a socket since it was last written: how long, the mean of its power, the counter. */
export interface Unwritten {
  readonly ms: number;
  readonly power_mW: number | null;
  readonly meters: readonly number[];
}

export interface ToRelease {
  readonly socket: string;
  readonly session: string;
  readonly authority: string;
}

/** Charges that are to end now, marked as such; to be asked of protection after the commit, and again until they have ended. */
export function dueToEnd(
  tx: Transaction,
  { rules, unwritten, now }: { rules: ChargingRules; unwritten: (socket: string) => Unwritten | undefined; now: Stamp },
): ToRelease[] {
  const night = untilNight_ms(rules.night, now.wall) === 0;
  return openCharges(tx).flatMap(({ session, socket, authority, stop_for, authority_state }) => {
    const cause: ChosenEnd | undefined = stop_for ?? (night ? "night" : chosenNow(accountOf(tx, session), unwritten(socket), now));
    if (cause === undefined) return [];
    if (stop_for === null) stopFor(tx, session, cause);
    return authority_state === "lost" ? [] : [{ socket, session, authority }];
  });
}

function chosenNow(account: Account | undefined, unwritten: Unwritten | undefined, at: Stamp): ChosenEnd | undefined {
  if (account?.state !== "open") return undefined;
  return chosenEnd(unwritten === undefined ? account : withPart(account, { ...unwritten, at }));
}

/** The bill of a charge that is over waits while its socket is kept; not longer than its fee can grow. */
export function settleWaiting(tx: Transaction, readings: readonly SocketReading[], now: Stamp): void {
  for (const account of waitingAccounts(tx))
    settle(tx, account, { reading: readings.find(({ socket }) => socket === account.socket), now });
}

function settle(tx: Transaction, account: Account, { reading, now }: { reading: SocketReading | undefined; now: Stamp }): void {
  const { session, socket, reminded } = account;
  const { occupied } = account.version;
  const kept_ms = account.ended_at === undefined ? undefined : elapsedMs(account.ended_at, now);
  // Where the clocks cannot tell how long it was, nothing is asked for it.
  if (occupied === undefined || kept_ms === undefined) {
    issueBill(tx, session, { occupied_ms: 0, at: now });
    return;
  }
  if (reading?.quality === "good" && reading.plugged === true && kept_ms >= occupied.grace_s * 1000 && reminded === 0) {
    tx.run("UPDATE charge_account SET reminded = 1 WHERE session = ?", session);
    tx.event("session.occupied", { session, socket, seconds: Math.floor(kept_ms / 1000) }, now);
  }
  const most_ms = (occupied.grace_s + occupied.per_s * Math.ceil(occupied.cap_fen / Math.max(1, occupied.price_fen))) * 1000;
  // Seen unplugged, or not to be told at all, or charged anew: it is free. Not seen well: it waits.
  const free = reading?.quality === "good" && reading.plugged !== true;
  if (free || openChargeSince(tx, socket, session) || kept_ms >= most_ms)
    issueBill(tx, session, { occupied_ms: Math.min(kept_ms, most_ms), at: now });
}

const openChargeSince = (reads: Reads, socket: string, session: string): boolean =>
  reads.get("SELECT 1 FROM charge WHERE socket = ? AND state = 'open' AND session <> ?", socket, session) !== undefined;

export const anyWaiting = (reads: Reads): boolean => reads.get("SELECT 1 FROM charge_account WHERE state = 'waits' LIMIT 1") !== undefined;
