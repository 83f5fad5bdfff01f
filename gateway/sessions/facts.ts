// What protection says happened becomes events, each exactly once: the fact's number in its spool is committed together with its effects.
import { type CutCause, cutCauses, type EndCause, endCauses, warnCauses } from "#protocols/uplink/events.ts";
import type { Stamp } from "#protocols/vocabulary/time.ts";
import type { Reads, Transaction } from "../journal/journal.ts";
import type { Fact, SpooledFact } from "../link/messages.ts";
import {
  type Charge,
  chargeOfSession,
  endCharge,
  markClosed,
  markLost,
  markStarted,
  mostIssues,
  openCharges,
  pauseCharge,
  resumeCharge,
  stampOf,
} from "./charges.ts";
import { shedEvent } from "./shed-facts.ts";
import { dropTests, noteTestCut, noteTestOpened, takeTestFact } from "./trip-tests.ts";
import { waitAgain } from "./waiting/store.ts";

export const takenUpTo = (reads: Reads, spool: string): number =>
  reads.get<{ taken: number }>("SELECT taken FROM spool WHERE spool = ?", spool)?.taken ?? 0;

export interface Taken {
  readonly upTo: number;
  /** Facts that we could make nothing of: kept aside, so that one of them does not hold up the others. */
  readonly odd: readonly { readonly id: number; readonly why: string }[];
  /** Taken now, and never before. */
  readonly fresh: readonly SpooledFact[];
}

export function takeFacts(tx: Transaction, spool: string, facts: readonly SpooledFact[]): Taken {
  let upTo = takenUpTo(tx, spool);
  const odd: { id: number; why: string }[] = [];
  const fresh: SpooledFact[] = [];
  for (const { id, at, fact } of [...facts].sort((a, b) => a.id - b.id)) {
    if (id <= upTo) continue;
    const why = apply(tx, fact, at);
    if (why !== undefined) {
      odd.push({ id, why });
      tx.run("INSERT OR IGNORE INTO odd_fact (spool, id, fact, why) VALUES (?, ?, ?, ?)", spool, id, JSON.stringify(fact), why);
    }
    fresh.push({ id, at, fact });
    upTo = id;
  }
  tx.run("INSERT INTO spool (spool, taken) VALUES (?, ?) ON CONFLICT (spool) DO UPDATE SET taken = excluded.taken", spool, upTo);
  return { upTo, odd, fresh };
}

/** Words when nothing could be made of it. */
function apply(tx: Transaction, fact: Fact, at: Stamp): string | undefined {
  switch (fact.kind) {
    case "started":
      return started(tx, at);
    case "closed": {
      const charge = chargeOfSession(tx, fact.session);
      if (charge === undefined) return "closed for a session that is not open";
      markClosed(tx, charge, { authority: fact.authority, meter_mWh: fact.energy_mWh, at });
      return undefined;
    }
    case "ended":
      return ended(tx, fact, at);
    case "cut":
      return cut(tx, fact, at);
    case "refused":
      return refused(tx, fact, at);
    case "opened":
      noteTestOpened(tx, fact);
      tx.event("charging.opened", { trip: fact.trip, socket: fact.socket, confirmed_after_ms: fact.confirmed_after_ms }, at);
      return undefined;
    case "welded": {
      const { trip, socket, current_mA, power_mW, waited_ms } = fact;
      tx.event("charging.welded", { trip, socket, current_mA, power_mW, waited_ms }, at);
      return undefined;
    }
    case "rearm":
      return rearm(tx, fact, at);
    case "latch-reset":
      tx.event("charging.latch-reset", { trip: fact.trip, socket: fact.socket, person: fact.person, reason: fact.reason }, at);
      return undefined;
    case "warned":
    case "eased":
      return warned(tx, fact, at);
    case "test-begun":
    case "test-refused":
    case "test-ended":
      return takeTestFact(tx, fact, at);
    case "station-silent":
      tx.event("station.silent", { station: fact.station, silent_ms: fact.silent_ms }, at);
      return undefined;
    case "line-late":
    case "line-in-time": {
      const { line, of, measured_ms, promised_ms } = fact;
      const data = { line, of, value: measured_ms, limit: promised_ms, unit: "ms" } as const;
      tx.event(fact.kind === "line-late" ? "line.late" : "line.in-time", data, at);
      return undefined;
    }
    case "station-answers":
      tx.event("station.answers", { station: fact.station }, at);
      return undefined;
    case "shed-tripped":
    case "shed-opened":
    case "shed-sighted":
    case "shed-reset":
    case "shed-reset-refused":
    case "shed-input":
    case "shed-input-silent":
    case "shed-input-answers":
    case "shed-leaking":
    case "shed-leakage-over":
    case "contactor-stuck":
    case "contactor-lost":
    case "contactor-closed":
    case "load-shed":
    case "load-over":
      return shedEvent(tx, fact, at);
    default:
      return `unknown kind ${(fact as { kind: string }).kind}`;
  }
}

/** Protection began anew and holds nothing from before: what was asked of it before is lost. */
function started(tx: Transaction, at: Stamp): undefined {
  dropTests(tx, at);
  for (const charge of openCharges(tx)) {
    const asked = stampOf(charge.asked_at);
    const later = asked.boot === at.boot && asked.mono > at.mono;
    // What was cut is never tried again by a start.
    if (charge.paused !== null) {
      endPaused(tx, charge, at);
      continue;
    }
    if (!later && charge.authority_state !== "lost") markLost(tx, charge, charge.part_seconds);
  }
}

function ended(tx: Transaction, fact: Extract<Fact, { kind: "ended" }>, at: Stamp): string | undefined {
  const charge = chargeOfSession(tx, fact.session);
  if (charge === undefined) return "ended for a session that is not open";
  const cause = endCauses.find((one) => one === fact.cause);
  if (cause === undefined) return `unknown cause ${fact.cause}`;
  if (charge.authority !== fact.authority) return "ended for an older authority of its session";
  if (cause === "interrupted" && charge.authority_state === "lost") return undefined; // "started" has told us already
  if (cause === "interrupted" && charge.issues < mostIssues) markLost(tx, charge, fact.seconds);
  else endCharge(tx, charge, { cause, meter_mWh: fact.energy_mWh, partSeconds: fact.seconds, at });
  return undefined;
}

function cut(tx: Transaction, fact: Extract<Fact, { kind: "cut" }>, at: Stamp): string | undefined {
  const cause: CutCause | undefined = cutCauses.find((one) => one === fact.cause);
  if (cause === undefined) return `unknown cause ${fact.cause}`;
  const { trip, socket, session, value, limit, unit, decided_after_ms, off_after_ms, latched } = fact;
  const test = fact.test === undefined ? {} : { test: fact.test };
  const rearm = fact.rearm === true ? { rearm: true } : {};
  tx.event(
    "charging.cut",
    { trip, socket, session, cause, value, limit, unit, decided_after_ms, off_after_ms, latched, ...test, ...rearm },
    at,
  );
  noteTestCut(tx, fact);
  const charge = session === null ? undefined : chargeOfSession(tx, session);
  if (charge === undefined) return undefined;
  const cutCharge = { ...charge, started: 1 };
  // Cut between ON and the first sight of a closed relay: current may have flowed, so the session has begun.
  if (charge.started === 0) markStarted(tx, charge, { authority: fact.authority ?? charge.authority, meter_mWh: fact.energy_mWh, at });
  if (fact.rearm === true && charge.issues < mostIssues)
    pauseCharge(tx, cutCharge, { cause, seconds: fact.seconds, meter_mWh: fact.energy_mWh });
  else endCharge(tx, cutCharge, { cause, meter_mWh: fact.energy_mWh, partSeconds: fact.seconds, at });
  return undefined;
}

function rearm(tx: Transaction, fact: Extract<Fact, { kind: "rearm" }>, at: Stamp): string | undefined {
  const { session, trip, n, of } = fact;
  const charge = chargeOfSession(tx, session);
  if (charge === undefined || charge.paused === null) return undefined; // it was ended meanwhile
  if (fact.ready) resumeCharge(tx, charge, { trip, n, of });
  else endPaused(tx, charge, at);
  return undefined;
}

function endPaused(tx: Transaction, charge: Charge, at: Stamp): void {
  const cause = cutCauses.find((one) => one === charge.paused) ?? "interrupted";
  endCharge(tx, charge, { cause, meter_mWh: charge.paused_meter_mWh, partSeconds: 0, at });
}

function warned(tx: Transaction, fact: Extract<Fact, { kind: "warned" | "eased" }>, at: Stamp): string | undefined {
  const cause = warnCauses.find((one) => one === fact.cause);
  if (cause === undefined) return `unknown cause ${fact.cause}`;
  const { station, socket } = fact;
  if (fact.kind === "eased") tx.event("charging.eased", { station, socket, cause }, at);
  else tx.event("charging.warned", { station, socket, cause, value: fact.value, limit: fact.limit, unit: fact.unit }, at);
  return undefined;
}

/** "busy" and "over" are about this authority, not about the socket: a fresh one may do. */
const mayAskAgain = new Set(["busy", "over"]);
/** About this moment: whoever was charging already waits it out, whoever only asks is told. */
const momentary = new Set(["shed-blind", "contactor-open", "over-budget"]);

function refused(tx: Transaction, fact: Extract<Fact, { kind: "refused" }>, at: Stamp): string | undefined {
  const charge = chargeOfSession(tx, fact.session);
  if (charge === undefined || charge.authority !== fact.authority) return undefined;
  const cause: EndCause = "interrupted";
  const { socket, session, code, zh, en } = fact;
  if (code === "over-budget" && charge.started === 0 && waitAgain(tx, session, { zh, en }, at)) return undefined;
  // Whoever stands at the pile, or asks why nobody could charge, finds the reason here.
  const again = (mayAskAgain.has(code) || (charge.started === 1 && momentary.has(code))) && charge.issues < mostIssues;
  if (!again && !mayAskAgain.has(code))
    tx.event("charging.refused", { socket, session, code, zh: zh.slice(0, 300), en: en.slice(0, 300) }, at);
  if (again) markLost(tx, charge, 0);
  else endCharge(tx, charge, { cause, why: `${zh} / ${en}`, meter_mWh: null, partSeconds: 0, at });
  return undefined;
}
