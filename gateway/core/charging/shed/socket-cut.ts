// A shed opens every socket that stands in it: those that charge say so under the shed's own trip, and stay unlatched themselves, since the shed is.
import type { Monotonic } from "#protocols/vocabulary/time.ts";
import { lapse } from "../cutting.ts";
import type { Effect } from "../facts.ts";
import { energyOf, type Move, released, type Socket, secondsOf } from "../socket.ts";
import { newCheck } from "../weld.ts";

export interface ShedCut {
  readonly trip: string;
  /** When what completed the shed's decision came, or fell due. */
  readonly seen: Monotonic;
  readonly latched: boolean;
}

export function shedCut(socket: Socket, { trip, seen, latched }: ShedCut, now: Monotonic): Move {
  const { authority } = socket;
  const off: Effect = { type: "off", socket: socket.index };
  // A check that is under way goes on: it may know of a weld. Who waited to be tried again waits no more.
  if (authority === undefined) {
    const lapsed = lapse(socket);
    return { socket: { ...lapsed.socket, check: socket.check ?? newCheck(undefined, now) }, effects: [off, ...lapsed.effects] };
  }
  const fact: Effect = {
    type: "fact",
    seen,
    fact: {
      kind: "cut",
      trip,
      socket: socket.name,
      authority: authority.id,
      session: authority.session,
      cause: "shed",
      value: null,
      limit: null,
      unit: "",
      decided_after_ms: Math.max(0, now - seen),
      off_after_ms: 0,
      latched,
      energy_mWh: energyOf(socket),
      seconds: secondsOf(socket, now),
    },
  };
  // No "opened" follows under the shed's trip: the shed says when all is open. A weld still is named.
  return { socket: released(socket, undefined, now), effects: [off, fact] };
}
