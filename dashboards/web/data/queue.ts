// Cars that wait for a person: whose turn it is, and why. Pure.
import type { EventView, LaneView } from "#protocols/api/views.ts";
import type { Wall } from "#protocols/vocabulary/time.ts";
import { sinceMs } from "../format/moments.ts";
import { compositeId, isWaiting } from "./choices.ts";

/** Nobody waits at a gate for so long: after it the lane's card alone shows it. */
export const stillWaitingMs = 15 * 60_000;
export const longWaitMs = 30_000;

export interface CandidateHeard {
  readonly visit: string;
  readonly characters: readonly { readonly at: number; readonly expected: string; readonly read: string; readonly kind: string }[];
}
export interface Waiting {
  readonly id: string;
  readonly lane: LaneView;
  readonly waited_ms: number;
  readonly reason: string | null;
  readonly candidates: readonly CandidateHeard[];
  /** The read that it is about; null: of none. */
  readonly frame: string | null;
}

const dataOf = (event: EventView): Readonly<Record<string, unknown>> =>
  typeof event.data === "object" && event.data !== null ? (event.data as Readonly<Record<string, unknown>>) : {};

/** The exception that the lane's last word is about: the same lane of the same gateway, at the same moment. */
const exceptionOf = (lane: LaneView, events: readonly EventView[]): EventView | undefined =>
  events.find(
    (event) =>
      event.type === "lane.exception" &&
      event.gateway === lane.gateway &&
      event.site === lane.site &&
      event.at === lane.last?.at &&
      dataOf(event).lane === lane.id,
  );

/** Longest wait first. */
export function queueOf(state: { readonly lanes: readonly LaneView[]; readonly events: readonly EventView[] }, now: Wall): Waiting[] {
  return state.lanes
    .filter(isWaiting)
    .map((lane): Waiting => {
      const data = exceptionOf(lane, state.events);
      const heard = data === undefined ? {} : (dataOf(data) as { reason?: string; candidates?: CandidateHeard[]; frame?: string });
      const { reason, candidates, frame } = heard;
      const waited_ms = sinceMs(lane.last?.at ?? null, now) ?? 0;
      return { id: compositeId(lane), lane, waited_ms, reason: reason ?? null, candidates: candidates ?? [], frame: frame ?? null };
    })
    .filter(({ waited_ms }) => waited_ms < stillWaitingMs)
    .sort((a, b) => b.waited_ms - a.waited_ms || (a.id < b.id ? -1 : 1));
}
