// A charge that a person begins: where no card reader stands, and wherever somebody authorised lends a hand. Written down before protection is asked.
import { type RefusalCode, refusals } from "#protocols/uplink/commands.ts";
import { type Refusal, refusal } from "#protocols/vocabulary/faults.ts";
import type { Stamp } from "#protocols/vocabulary/time.ts";
import type { Journal, Reads } from "../journal/journal.ts";
import type { Authority, SocketReading } from "../link/messages.ts";
import type { ChargeAsked, ChargeSeen } from "../site-context.ts";
import { type Charge, insertCharge, openCharge } from "./charges.ts";
import { authorityMs, type SocketLimits } from "./requests.ts";

export interface ByHand {
  readonly journal: Journal;
  readonly now: Stamp;
  /** Fresh ids. */
  readonly id: () => string;
  readonly limitsOf: (socket: string) => SocketLimits | undefined;
  /** The newest; empty while protection is not heard. */
  readonly readings: readonly SocketReading[];
  readonly energise: (authority: Authority) => void;
}

type WhyNot = Extract<RefusalCode, "no-such-place" | "not-connected" | "not-seen" | "locked" | "not-plugged" | "busy">;

function whyNot({ journal, limitsOf, readings }: ByHand, socket: string): WhyNot | undefined {
  const limits = limitsOf(socket);
  if (limits === undefined) return "no-such-place";
  if (readings.length === 0) return "not-connected";
  const reading = readings.find((one) => one.socket === socket);
  if (reading?.state === "latched" || reading?.state === "welded") return "locked";
  if (openCharge(journal, socket) !== undefined) return "busy";
  if (reading === undefined || reading.quality !== "good" || reading.state === "blind") return "not-seen";
  return limits.tells_plug && reading.plugged !== true ? "not-plugged" : undefined;
}

/** The same charge asked for again is the same charge, and is not begun anew: protection itself may refuse, and says so in a fact. */
export function beginByHand(parts: ByHand, { charge, socket, person, by }: ChargeAsked): ChargeSeen | Refusal {
  const { journal, now, id, limitsOf, energise } = parts;
  const known = chargeSeen(journal, charge);
  if (known !== undefined)
    return known.socket === socket ? known : refusal("charge-differs", "这个编号已用于别的充电", "another charge has this name already");
  const code = whyNot(parts, socket);
  if (code !== undefined) return refusal(code, refusals[code].zh, refusals[code].en);
  const limits = limitsOf(socket) as SocketLimits;
  const authority = id();
  journal.commit((tx) => {
    insertCharge(tx, { socket, request_seq: byNoPile, card: "hand", authority, session: charge, person, at: now });
    tx.event("session.asked", { session: charge, socket, person, by });
  });
  energise({ id: authority, socket, session: charge, duration_ms: authorityMs(limits) });
  return chargeSeen(journal, charge) as ChargeSeen;
}

/** No pile's counter has it. */
const byNoPile = -1;

type Row = Charge & { readonly state: "open" | "over"; readonly ended_for: string | null };

export function chargeSeen(reads: Reads, charge: string): ChargeSeen | undefined {
  const row = reads.get<Row>("SELECT * FROM charge WHERE session = ?", charge);
  if (row === undefined) return undefined;
  const { socket, person, started, state, authority_state, paused, seconds, part_seconds } = row;
  const began = started === 1;
  // Cut, and to be tried again: it waits.
  const waits = paused !== null || authority_state === "lost";
  const running = waits ? "interrupted" : authority_state === "closed" ? "charging" : "asked";
  const why = row.ended_for ?? paused;
  return {
    ...{ charge, socket, person, seconds: seconds + part_seconds, why },
    state: state === "open" ? running : began ? "ended" : "not-begun",
  };
}
