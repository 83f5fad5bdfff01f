// "What happened to socket 7 last night": its charges, what protection did and a pile said, each bill, and the curves, in the order of time.
import { type Both, factWords } from "../core/charging/fact-words.ts";
import type { ChargingFact } from "../core/charging/facts.ts";
import type { ChargeBill } from "../core/charging/price/bill.ts";
import type { Reads } from "../journal/journal.ts";
import type { Fact } from "../link/messages.ts";
import type { Point } from "./evidence.ts";
import type { PileFact } from "./piles/pile-story.ts";

export interface StoryCharge {
  readonly session: string;
  readonly begun: number;
  readonly state: string;
  readonly by: string;
  readonly why: string | null;
  readonly seconds: number;
  readonly bill: ChargeBill | null;
  /** A point every half minute. */
  readonly curve: readonly Point[];
}

export interface Story {
  readonly socket: string;
  readonly from: number;
  readonly until: number;
  readonly charges: readonly StoryCharge[];
  /** What protection did and a pile said; each in a sentence. */
  readonly facts: readonly ({ readonly at: number; readonly fact: Fact | PileFact } & Both)[];
  /** Reading by reading, ten minutes before and after whatever protection did or warned of. */
  readonly moments: readonly Point[];
}

const sentence = (fact: Fact | PileFact): Both => {
  if ("zh" in fact && fact.kind !== "refused" && fact.kind !== "test-refused") return { zh: fact.zh, en: fact.en };
  if (fact.kind === "pile-fault-over") return { zh: "桩端口故障消除", en: "the fault of the pile's port is over" };
  return factWords(fact as ChargingFact) ?? { zh: fact.kind, en: fact.kind };
};

interface Row {
  readonly session: string;
  readonly opened_at: string;
  readonly state: string;
  readonly person: string | null;
  readonly ended_for: string | null;
  readonly seconds: number;
  readonly bill: string | null;
}

const longest_ms = 40 * 3_600_000;

export function storyOf(reads: Reads, socket: string, { from, until }: { readonly from: number; readonly until: number }): Story {
  const curve = (session: string): Point[] =>
    reads.all<Point>(
      "SELECT at, power_mW, current_mA, temperature_mC, voltage_mV FROM charge_curve WHERE session = ? ORDER BY at",
      session,
    );
  const charges = reads
    .all<Row>(
      `SELECT c.session, c.opened_at, c.state, c.person, c.ended_for, c.seconds + c.part_seconds AS seconds, b.bill
       FROM charge c LEFT JOIN charge_bill b ON b.session = c.session WHERE c.socket = ?`,
      socket,
    )
    .map((row) => ({ ...row, begun: (JSON.parse(row.opened_at) as { wall: number }).wall }))
    // A charge of before may reach into the window: its end is not written with a time, so its curve says.
    .filter(
      ({ begun, session }) =>
        begun <= until && (begun >= from || (begun >= from - longest_ms && (curve(session).at(-1)?.at ?? begun) >= from)),
    )
    .map(({ session, begun, state, person, ended_for, seconds, bill }) => ({
      ...{ session, begun, state, by: person === null ? "card" : "person", why: ended_for, seconds },
      bill: bill === null ? null : (JSON.parse(bill) as ChargeBill),
      curve: curve(session),
    }))
    .toSorted((a, b) => a.begun - b.begun);
  return {
    socket,
    from,
    until,
    charges,
    facts: reads
      .all<{ at: number; fact: string }>(
        "SELECT at, fact FROM socket_fact WHERE socket = ? AND at BETWEEN ? AND ? ORDER BY at, n",
        socket,
        from,
        until,
      )
      .map(({ at, fact: text }) => {
        const fact = JSON.parse(text) as Fact | PileFact;
        return { at, fact, ...sentence(fact) };
      }),
    moments: reads.all<Point>(
      "SELECT at, power_mW, current_mA, temperature_mC, voltage_mV FROM socket_moment WHERE socket = ? AND at BETWEEN ? AND ? ORDER BY at",
      ...[socket, from, until],
    ),
  };
}
