// From the pile's own counter to a charge: someone has plugged in and tapped a card. And from a lost authority to a fresh one for the same session.
import type { Stamp } from "#protocols/vocabulary/time.ts";
import { untilNight_ms } from "../core/charging/night.ts";
import type { Choice } from "../core/charging/price/choice.ts";
import type { Transaction } from "../journal/journal.ts";
import type { Authority, ShedReading, SocketReading } from "../link/messages.ts";
import type { ChargeAsked } from "../site-context.ts";
import { accountOf, openAccount } from "./accounts.ts";
import { cardHold } from "./cards.ts";
import { type Charge, chargedLately, endCharge, insertCharge, issueAgain, limitFor, openCharge, remainingMs } from "./charges.ts";
import { type ChargingRules, noRules, pricedAt } from "./rules.ts";
import { waitingOn, writeBegun, writeWait } from "./waiting/store.ts";
import type { Waiting } from "./waiting/waiting.ts";

export interface SocketLimits {
  readonly max_time_s: number;
  readonly blind_ms: number;
  /** Its station sees whether something is plugged in. */
  readonly tells_plug: boolean;
  /** The shed that its station stands in. */
  readonly shed?: string | undefined;
}

/** How long a first authority may run: protection waits for sight of the socket and for an open relay before it closes, and that time is not the customer's. */
export const authorityMs = (limits: SocketLimits): number => limits.max_time_s * 1000 + waits_ms(limits);
const waits_ms = ({ blind_ms }: SocketLimits): number => blind_ms + 5000;

/** Leave to close ends with the time that was chosen, and where the hours without charging begin: then the relay opens though everybody else is dead. */
export function allowed(
  duration_ms: number,
  {
    limits,
    choice,
    seconds,
    now,
    rules,
  }: { limits: SocketLimits; choice: Choice | undefined; seconds: number; now: Stamp; rules: ChargingRules },
): { readonly duration_ms: number; readonly by: "time" | "night" | undefined } {
  const time = choice?.kind === "time" ? Math.max(0, choice.seconds - seconds) * 1000 + waits_ms(limits) : Number.POSITIVE_INFINITY;
  const night = untilNight_ms(rules.night, now.wall);
  const least = Math.min(duration_ms, time, night);
  return { duration_ms: least, by: least === duration_ms ? undefined : least === time ? "time" : "night" };
}

export interface Requesting {
  readonly now: Stamp;
  /** Fresh ids. */
  readonly id: () => string;
  readonly limitsOf: (socket: string) => SocketLimits | undefined;
  /** As it was last seen; undefined: nothing was heard of it. */
  readonly shedState: (shed: string) => ShedReading["state"] | undefined;
  readonly rules?: ChargingRules;
  /** False: another charge has just returned; this one waits for its turn. */
  readonly mayReturn?: boolean;
  readonly judge?: Waiting["judge"] | undefined;
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
  if (limits === undefined || reading.quality !== "good") return { kind: "nothing" };
  const { socket, request_seq } = reading;
  // A pile that has a counter and does not show it says too little; a station without one has only what a person began.
  if (request_seq === null) return limits.tells_plug ? { kind: "nothing" } : lostGoesOn(tx, reading, { ...requesting, limits });
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
  return lostGoesOn(tx, reading, { ...requesting, limits });
}

type Limits = { readonly limits: SocketLimits };

function lostGoesOn(tx: Transaction, reading: SocketReading, at: Requesting & Limits): Outcome {
  const charge = openCharge(tx, reading.socket);
  return charge?.authority_state === "lost" ? goOn(tx, { charge, reading }, at) : { kind: "nothing" };
}

function newRequest(tx: Transaction, reading: SocketReading, at: Requesting & Limits & { known: number }): Outcome {
  const { socket, request_seq, request_card } = reading;
  if (request_seq === null || forward(at.known, request_seq) > most) return { kind: "passed-over", why: "the pile's counter started anew" };
  if (reading.plugged !== true) return { kind: "passed-over", why: "nothing is plugged in" };
  if (reading.state === "latched" || reading.state === "welded") return { kind: "passed-over", why: "the socket is locked" };
  if (openCharge(tx, socket) !== undefined) return { kind: "passed-over", why: "a session is open on this socket" };
  if (waitingOn(tx, socket) !== undefined) return { kind: "passed-over", why: "a start waits for this socket" };
  return byCard(tx, { socket, request_seq, card: String(request_card ?? 0) }, at);
}

type CardRequest = { readonly socket: string; readonly request_seq: number; readonly card: string };

function byCard(tx: Transaction, { socket, request_seq, card }: CardRequest, at: Requesting & Limits): Outcome {
  const rules = at.rules ?? noRules;
  const [session, authority] = [at.id(), at.id()];
  const priced = pricedAt(rules, at.now.wall);
  const hold = rules.cards === undefined || priced === undefined ? undefined : cardHold(tx, card, rules.cards);
  const { duration_ms, by } = allowed(authorityMs(at.limits), { limits: at.limits, choice: undefined, seconds: 0, now: at.now, rules });
  const code = duration_ms <= 0 ? "night" : typeof priced === "string" ? priced : typeof hold === "string" ? hold : undefined;
  if (code !== undefined) {
    // Whoever stands at the pile, or asks why nobody could charge, finds the reason here.
    tx.event("charging.refused", { socket, session, code, ...cardWords[code] }, at.now);
    return { kind: "passed-over", why: code };
  }
  const asked: ChargeAsked = { charge: session, socket, person: `card ${card}`, by: "card", card };
  const verdict = at.judge?.(asked) ?? { go: "unplanned" };
  if ("wait" in verdict) {
    writeWait(tx, asked, verdict.wait, at.now);
    return { kind: "passed-over", why: "it waits its turn" };
  }
  if ("kind" in verdict) {
    const { code: no, zh, en } = verdict;
    tx.event("charging.refused", { socket, session, code: no, zh: zh.slice(0, 300), en: en.slice(0, 300) }, at.now);
    return { kind: "passed-over", why: no };
  }
  if (verdict.go === "noted") writeBegun(tx, asked, at.now);
  insertCharge(tx, { socket, request_seq, card, session, authority, at: at.now });
  limitFor(tx, session, by);
  if (priced !== undefined && typeof priced !== "string") {
    const held = typeof hold === "object" ? { card, groups: hold.groups, paid_fen: hold.paid_fen } : { groups: [], paid_fen: undefined };
    openAccount(tx, { session, socket, priced, choice: { kind: "full" }, customer: `card ${card}`, at: at.now, ...held });
  }
  return { kind: "energise", again: false, authority: { id: authority, socket, session, duration_ms } };
}

export const cardWords = {
  night: { zh: "夜间停止充电时段，不送电", en: "no charging at these hours" },
  "no-price": { zh: "没有生效的充电价格，不送电", en: "no charging price is in force: nothing begins" },
  "no-such-card": { zh: "没有登记这张卡", en: "this card is not known here" },
  "card-lost": { zh: "这张卡已挂失", en: "this card is reported lost" },
  "balance-low": { zh: "余额不足，请充值", en: "the balance is used up: top the card up" },
} as const;

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
  const { shed } = at.limits;
  const above = shed === undefined ? "serving" : at.shedState(shed);
  // Its contacts are not read yet, or its contactor is not seen closed: that comes, and is no end of the charge.
  if (above !== "serving" && above !== "latched") return { kind: "nothing" };
  const rules = at.rules ?? noRules;
  const { duration_ms, by } = allowed(remainingMs(charge, at.now, at.limits), {
    ...{ limits: at.limits, now: at.now, rules, seconds: charge.seconds },
    choice: accountOf(tx, charge.session)?.choice,
  });
  const there = at.limits.tells_plug ? reading.plugged : chargedLately(charge, at.now);
  const over =
    there === false && at.limits.tells_plug
      ? "unplugged"
      : there === false || above === "latched" || reading.state === "latched" || reading.state === "welded"
        ? "interrupted"
        : charge.stop_for !== null || !rules.goOn
          ? "interrupted"
          : duration_ms <= 0
            ? "expired"
            : undefined;
  if (over !== undefined) {
    const ending = over === "expired" && by !== undefined ? { ...charge, stop_for: by } : charge;
    endCharge(tx, ending, { cause: over, meter_mWh: reading.energy_mWh, partSeconds: 0, at: at.now });
    return { kind: "nothing" };
  }
  if (there !== true || at.mayReturn === false) return { kind: "nothing" };
  limitFor(tx, charge.session, by);
  return { kind: "energise", again: true, authority: issueAgain(tx, charge, { authority: at.id(), at: at.now, duration_ms }) };
}
