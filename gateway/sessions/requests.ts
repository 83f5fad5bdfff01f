// From the pile's own counter to a charge: someone has plugged in and tapped a card. And from a lost authority to a fresh one for the same session.
import type { Stamp } from "#protocols/vocabulary/time.ts";
import type { Transaction } from "../journal/journal.ts";
import type { Authority, SocketReading } from "../link/messages.ts";
import { type Charge, endCharge, insertCharge, issueAgain, openCharge, remainingMs } from "./charges.ts";

export interface Requesting {
  readonly now: Stamp;
  /** Fresh ids. */
  readonly id: () => string;
  readonly limitsOf: (socket: string) => { readonly max_time_s: number; readonly blind_ms: number } | undefined;
}

/** The counter has 16 bits and starts at 0 with the pile. Forward by more than this is no tap but a pile that started anew. */
const most = 100;
const forward = (from: number, to: number): number => (to - from + 65_536) % 65_536;

export type Outcome =
  | { readonly kind: "nothing" }
  | { readonly kind: "energise"; readonly authority: Authority; readonly again: boolean }
  /** Seen, remembered, and not acted on; for the log. */
  | { readonly kind: "passed-over"; readonly why: string };

/** One reading of one socket; what it changes is in the transaction, what it asks of protection is sent after the commit. */
export function onReading(tx: Transaction, reading: SocketReading, requesting: Requesting): Outcome {
  const limits = requesting.limitsOf(reading.socket);
  if (limits === undefined || reading.quality !== "good" || reading.request_seq === null) return { kind: "nothing" };
  const { socket, request_seq } = reading;
  const known = tx.get<{ request_seq: number }>("SELECT request_seq FROM socket_request WHERE socket = ?", socket)?.request_seq;
  if (known !== request_seq) {
    tx.run(
      "INSERT INTO socket_request VALUES (?, ?) ON CONFLICT (socket) DO UPDATE SET request_seq = excluded.request_seq",
      socket,
      request_seq,
    );
    // The first sight of a counter is where we begin to count, and starts nothing.
    return known === undefined ? { kind: "nothing" } : newRequest(tx, reading, { ...requesting, limits, known });
  }
  const charge = openCharge(tx, socket);
  return charge?.authority_state === "lost" ? goOn(tx, { charge, reading }, { ...requesting, limits }) : { kind: "nothing" };
}

type Limits = { readonly limits: { readonly max_time_s: number; readonly blind_ms: number } };

function newRequest(tx: Transaction, reading: SocketReading, at: Requesting & Limits & { known: number }): Outcome {
  const { socket, request_seq, request_card } = reading;
  if (request_seq === null || forward(at.known, request_seq) > most) return { kind: "passed-over", why: "the pile's counter started anew" };
  if (reading.plugged !== true) return { kind: "passed-over", why: "nothing is plugged in" };
  if (reading.state === "latched" || reading.state === "welded") return { kind: "passed-over", why: "the socket is locked" };
  if (openCharge(tx, socket) !== undefined) return { kind: "passed-over", why: "a session is open on this socket" };
  const [session, authority] = [at.id(), at.id()];
  insertCharge(tx, { socket, request_seq, card: String(request_card ?? 0), session, authority, at: at.now });
  const duration_ms = at.limits.max_time_s * 1000 + at.limits.blind_ms + 5000;
  return { kind: "energise", again: false, authority: { id: authority, socket, session, duration_ms } };
}

/** The same session goes on if the vehicle is still there, and its time is not over. */
function goOn(tx: Transaction, { charge, reading }: { charge: Charge; reading: SocketReading }, at: Requesting & Limits): Outcome {
  if (
    reading.authority !== null ||
    reading.state === "energising" ||
    reading.state === "opening" ||
    reading.state === "blind" ||
    reading.state === "waiting"
  )
    return { kind: "nothing" };
  const duration_ms = remainingMs(charge, at.now, at.limits);
  const over =
    reading.plugged === false
      ? "unplugged"
      : reading.state === "latched" || reading.state === "welded"
        ? "interrupted"
        : duration_ms <= 0
          ? "expired"
          : undefined;
  if (over !== undefined) {
    endCharge(tx, charge, { cause: over, meter_mWh: reading.energy_mWh, partSeconds: 0, at: at.now });
    return { kind: "nothing" };
  }
  if (reading.plugged !== true) return { kind: "nothing" };
  return { kind: "energise", again: true, authority: issueAgain(tx, charge, { authority: at.id(), at: at.now, duration_ms }) };
}
