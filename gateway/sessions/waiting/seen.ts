// Who waits, who was ended to relieve a supply, and what each supply carries: with the numbers, for whoever stands at the pile or answers for the supply.
import type { PlanBudget } from "../../core/charging/plan/plan.ts";
import type { Reads } from "../../journal/journal.ts";
import type { LoadSeen } from "../../site-context.ts";
import type { Room } from "./room.ts";
import { waitingRows } from "./store.ts";

const reducedWithin_ms = 86_400_000;

interface Told {
  readonly socket: string;
  readonly session: string;
  readonly zh: string;
  readonly en: string;
}

export function loadSeen(
  reads: Reads,
  { planned, room, now }: { readonly planned: boolean; readonly room: Room; readonly now: number },
): LoadSeen {
  const waits = waitingRows(reads).map(({ charge, socket, asked, at_wall, zh, en, latest, deferred }) => ({
    ...{ charge, socket, person: asked.person, asked: at_wall, zh, en, latest, ready_by: deferred?.by ?? null },
  }));
  const reduced = reads
    .all<{ at: number; fact: string }>(
      'SELECT at, fact FROM socket_fact WHERE at > ? AND fact LIKE \'%"kind":"load-shed"%\' ORDER BY at DESC LIMIT 100',
      now - reducedWithin_ms,
    )
    .map(({ at, fact }) => {
      const { socket, session, zh, en } = JSON.parse(fact) as Told;
      return { at, socket, session, zh, en };
    });
  return { planned, waits, reduced, supplies: room.budgets.map((budget) => supplyOf(budget, room)) };
}

/** Beside what is measured, each charge that nobody measures counts at its most; unknown is not nothing. */
function supplyOf({ id, name, unit, limit, base, sockets }: PlanBudget, { running }: Room): LoadSeen["supplies"][number] {
  const drawn = running.reduce((sum, one) => (sockets.has(one.socket) ? sum + one.draws[unit] : sum), 0);
  return { id, zh: name.zh, en: name.en, unit, limit, used: base === undefined ? null : base + drawn };
}
