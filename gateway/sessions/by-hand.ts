// A charge that a person begins: where no card reader stands, and wherever somebody authorised lends a hand. Written down before protection is asked.
import { type RefusalCode, refusals } from "#protocols/uplink/commands.ts";
import { type Refusal, refusal } from "#protocols/vocabulary/faults.ts";
import type { Stamp } from "#protocols/vocabulary/time.ts";
import type { Journal, Reads } from "../journal/journal.ts";
import type { Authority, SocketReading } from "../link/messages.ts";
import type { ChargeAsked, ChargeSeen } from "../site-context.ts";
import { accountOf, billOfSession, openAccount } from "./accounts.ts";
import { cardHold } from "./cards.ts";
import { type Charge, insertCharge, limitFor, openCharge } from "./charges.ts";
import { allowed, authorityMs, cardWords, type SocketLimits } from "./requests.ts";
import { type ChargingRules, noRules, type Priced, pricedAt } from "./rules.ts";
import { waitingOn, waitOf, writeBegun, writeWait } from "./waiting/store.ts";
import type { Waiting } from "./waiting/waiting.ts";

export interface ByHand {
  readonly journal: Journal;
  readonly now: Stamp;
  /** Fresh ids. */
  readonly id: () => string;
  readonly limitsOf: (socket: string) => SocketLimits | undefined;
  /** The newest; empty while protection is not heard. */
  readonly readings: readonly SocketReading[];
  readonly energise: (authority: Authority) => void;
  readonly rules?: ChargingRules;
  /** Of a session, at a pile that charges by its own firmware. */
  readonly order?: (session: string) => string;
  /** Whether the supplies bear it now; not given: nobody plans them. */
  readonly judge?: Waiting["judge"] | undefined;
  /** It has waited, and this is its turn. */
  readonly turn?: boolean | undefined;
}

type WhyNot = Extract<RefusalCode, "no-such-place" | "not-connected" | "not-seen" | "locked" | "not-plugged" | "busy">;

function whyNot({ journal, limitsOf, readings }: ByHand, { socket, charge }: ChargeAsked): WhyNot | undefined {
  const limits = limitsOf(socket);
  if (limits === undefined) return "no-such-place";
  if (readings.length === 0) return "not-connected";
  const reading = readings.find((one) => one.socket === socket);
  if (reading?.state === "latched" || reading?.state === "welded") return "locked";
  if (openCharge(journal, socket) !== undefined || (waitingOn(journal, socket) ?? charge) !== charge) return "busy";
  if (reading === undefined || reading.quality !== "good" || reading.state === "blind") return "not-seen";
  return limits.tells_plug && reading.plugged !== true ? "not-plugged" : undefined;
}

interface Agreed {
  readonly priced: Priced | undefined;
  readonly duration_ms: number;
  readonly by: "time" | "night" | undefined;
  readonly held: { readonly card?: string; readonly groups: readonly string[]; readonly paid_fen: number | undefined };
}

/** The house's own reasons: its hours, its price, the card's balance. */
function agreed({ journal, now, rules = noRules }: ByHand, asked: ChargeAsked, limits: SocketLimits): Agreed | Refusal {
  const { choice = { kind: "full" }, card, groups = [], paid_fen } = asked;
  const { duration_ms, by } = allowed(authorityMs(limits), { limits, choice, seconds: 0, now, rules });
  const no = (code: keyof typeof cardWords): Refusal => refusal(code, cardWords[code].zh, cardWords[code].en);
  if (duration_ms <= 0) return no("night");
  const priced = pricedAt(rules, now.wall);
  if (priced === "no-price" || (priced === undefined && (choice.kind !== "full" || paid_fen !== undefined))) return no("no-price");
  if (priced === undefined || rules.cards === undefined || card === undefined)
    return { priced, duration_ms, by, held: { groups, paid_fen } };
  const hold = cardHold(journal, card, rules.cards);
  if (typeof hold === "string") return no(hold);
  return { priced, duration_ms, by, held: { card, groups: hold.groups, paid_fen: hold.paid_fen } };
}

/** The same charge asked for again is the same charge, and is not begun anew: protection itself may refuse, and says so in a fact. */
export function beginByHand(parts: ByHand, asked: ChargeAsked): ChargeSeen | Refusal {
  const { charge, socket, person, by, choice = { kind: "full" } } = asked;
  const { journal, now, id, limitsOf, energise } = parts;
  const known = chargeSeen(journal, charge);
  const turn = parts.turn === true && known?.state === "waiting";
  if (known !== undefined && !turn)
    return known.socket === socket ? known : refusal("charge-differs", "这个编号已用于别的充电", "another charge has this name already");
  const code = whyNot(parts, asked);
  if (code !== undefined) return refusal(code, refusals[code].zh, refusals[code].en);
  const found = agreed(parts, asked, limitsOf(socket) as SocketLimits);
  if ("kind" in found) return found;
  const verdict = turn ? noted : (parts.judge?.(asked) ?? unplanned);
  if ("kind" in verdict) return verdict;
  if ("wait" in verdict) {
    journal.commit((tx) => writeWait(tx, asked, verdict.wait, now));
    return chargeSeen(journal, charge) as ChargeSeen;
  }
  const authority = id();
  journal.commit((tx) => {
    if (verdict.go === "noted") writeBegun(tx, asked, now);
    const card = asked.card ?? "hand";
    insertCharge(tx, { socket, request_seq: byNoPile, card, authority, session: charge, person, order: parts.order?.(charge), at: now });
    limitFor(tx, charge, found.by);
    if (found.priced !== undefined)
      openAccount(tx, {
        session: charge,
        socket,
        priced: found.priced,
        choice,
        customer: asked.card === undefined ? (by === "phone" ? charge : person) : `card ${asked.card}`,
        ...(asked.method === undefined ? {} : { method: asked.method }),
        at: now,
        ...found.held,
      });
    tx.event("session.asked", { session: charge, socket, person, by });
  });
  energise({ id: authority, socket, session: charge, duration_ms: found.duration_ms });
  return chargeSeen(journal, charge) as ChargeSeen;
}

const noted = { go: "noted" } as const;
const unplanned = { go: "unplanned" } as const;
/** No pile's counter has it. */
const byNoPile = -1;

type Row = Charge & { readonly state: "open" | "over"; readonly ended_for: string | null };

export function chargeSeen(reads: Reads, charge: string): ChargeSeen | undefined {
  const row = reads.get<Row>("SELECT * FROM charge WHERE session = ?", charge);
  if (row === undefined) return waitSeen(reads, charge);
  const { socket, person, started, state, authority_state, paused, seconds, part_seconds } = row;
  const began = started === 1;
  // Cut, and to be tried again: it waits.
  const waits = paused !== null || authority_state === "lost";
  const running = waits ? "interrupted" : authority_state === "closed" ? "charging" : "asked";
  const why = row.ended_for ?? paused;
  const bill = billOfSession(reads, charge);
  const energy_mWh = bill?.energy_mWh ?? accountOf(reads, charge)?.usage.energy_mWh;
  return {
    ...{ charge, socket, person, seconds: seconds + part_seconds, why },
    ...(energy_mWh === undefined ? {} : { energy_mWh }),
    ...(bill === undefined ? {} : { bill }),
    state: state === "open" ? running : began ? "ended" : "not-begun",
  };
}

/** Asked for, and not a charge yet; or never to be one. */
function waitSeen(reads: Reads, charge: string): ChargeSeen | undefined {
  const row = waitOf(reads, charge);
  if (row === undefined) return undefined;
  const { socket, asked, state, zh, en, latest } = row;
  const common = { charge, socket, person: asked.person, seconds: 0, why: `${zh} / ${en}` };
  return state === "waiting" ? { ...common, state, waits: { zh, en, latest } } : { ...common, state: "not-begun" };
}
