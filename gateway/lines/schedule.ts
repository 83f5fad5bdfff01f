// What a line is asked next, told the time: OFF before everything, then re-arms that are due, then ON, then polls.
// A station that does not answer is left to rest for longer and longer, so that it cannot starve its neighbours; each probe of it says its pending OFF first.
import { after, type Monotonic, monotonic } from "#protocols/vocabulary/time.ts";

export type Job =
  | { readonly kind: "off"; readonly station: string; readonly socket: number }
  | { readonly kind: "rearm"; readonly station: string }
  | { readonly kind: "on"; readonly station: string; readonly socket: number }
  | { readonly kind: "poll"; readonly station: string; readonly block: number };

export const rearmEvery_ms = 1_000;
/** At least so long between two polls of one station; a line with several is busier than that anyway. */
export const pollEnergised_ms = 200;
export const pollIdle_ms = 1_000;
/** An idle station that is late by this goes before energised ones. */
export const idleLate_ms = 1_000;
/** Failures in a row before a station rests. */
export const patience = 3;
const restFirst_ms = 250;
const restMostEnergised_ms = 1_000;
const restMostIdle_ms = 5_000;

interface StationTurn {
  readonly id: string;
  readonly blocks: number;
  readonly offs: number[];
  readonly ons: number[];
  energised: boolean;
  rearmDue: Monotonic;
  pollDue: Monotonic;
  block: number;
  failures: number;
  restUntil: Monotonic;
  polledAt: Monotonic | undefined;
  rotation_ms: number | undefined;
}

export interface Schedule {
  off(station: string, socket: number): void;
  on(station: string, socket: number): void;
  energised(station: string, is: boolean, now: Monotonic): void;
  next(now: Monotonic): Job | undefined;
  /** When `next` has something again, if nothing else happens. */
  wakeAt(): Monotonic | undefined;
  done(job: Job, answered: boolean, now: Monotonic): void;
  /** Whether an OFF of a station that answers still waits. */
  offsWaiting(): number;
  /** The longest time between two whole polls of a station that answers. */
  rotation_ms(): number | undefined;
}

const least = (times: readonly Monotonic[]): Monotonic | undefined => (times.length === 0 ? undefined : monotonic(Math.min(...times)));
const remove = (list: number[], value: number): void => {
  const at = list.indexOf(value);
  if (at >= 0) list.splice(at, 1);
};

export function newSchedule(stations: readonly { readonly id: string; readonly blocks: number }[], now: Monotonic): Schedule {
  const turns = stations.map(
    ({ id, blocks }): StationTurn => ({
      id,
      blocks,
      offs: [],
      ons: [],
      energised: false,
      rearmDue: now,
      pollDue: now,
      block: 0,
      failures: 0,
      restUntil: now,
      polledAt: undefined,
      rotation_ms: undefined,
    }),
  );
  const turn = (id: string): StationTurn => {
    const found = turns.find((one) => one.id === id);
    if (found === undefined) throw new RangeError(`no station ${id} on this line`);
    return found;
  };
  const awake = (now: Monotonic) => turns.filter((one) => one.restUntil <= now);
  // While an OFF is not answered the station is not re-armed: if it cannot be told, its dead-man window shall do it.
  const rearms = (one: StationTurn): boolean => one.energised && one.offs.length === 0;

  return {
    off(station, socket) {
      const one = turn(station);
      remove(one.ons, socket);
      if (!one.offs.includes(socket)) one.offs.push(socket);
    },
    on(station, socket) {
      const one = turn(station);
      if (!one.offs.includes(socket) && !one.ons.includes(socket)) one.ons.push(socket);
    },
    energised(station, is, now) {
      const one = turn(station);
      if (is && !one.energised) one.rearmDue = after(now, rearmEvery_ms);
      one.energised = is;
    },
    next: (now) => nextJob(awake(now), rearms, now),
    wakeAt: () =>
      least(
        turns.map((one) => {
          const due = one.offs.length + one.ons.length > 0 ? one.restUntil : one.pollDue;
          return monotonic(Math.max(one.restUntil, rearms(one) ? Math.min(due, one.rearmDue) : due));
        }),
      ),
    done(job, answered, now) {
      const one = turn(job.station);
      if (job.kind === "rearm" && answered) one.rearmDue = after(now, rearmEvery_ms);
      if (job.kind === "off" && answered) remove(one.offs, job.socket);
      // An ON is asked once; whoever still wants it asks again, with fresh sight.
      if (job.kind === "on") remove(one.ons, job.socket);
      if (job.kind === "poll") polled(one, answered, now);
      one.failures = answered ? 0 : one.failures + 1;
      if (one.failures >= patience) {
        const rest = restFirst_ms * 2 ** Math.min(one.failures - patience, 10);
        one.restUntil = after(now, Math.min(rest, one.energised ? restMostEnergised_ms : restMostIdle_ms));
        one.rotation_ms = undefined;
        one.polledAt = undefined;
      } else one.restUntil = now;
    },
    offsWaiting: () => turns.filter((one) => one.failures < patience).reduce((sum, one) => sum + one.offs.length, 0),
    rotation_ms: () => {
      const known = turns.flatMap((one) => (one.rotation_ms === undefined ? [] : [one.rotation_ms]));
      return known.length === 0 ? undefined : Math.max(...known);
    },
  };
}

function polled(one: StationTurn, answered: boolean, now: Monotonic): void {
  one.block = answered ? (one.block + 1) % one.blocks : 0;
  if (answered && one.block !== 0) return; // the rest of this poll is due at once
  one.pollDue = after(now, one.energised ? pollEnergised_ms : pollIdle_ms);
  if (!answered) return;
  if (one.polledAt !== undefined) one.rotation_ms = now - one.polledAt;
  one.polledAt = now;
}

function nextJob(turns: readonly StationTurn[], rearms: (one: StationTurn) => boolean, now: Monotonic): Job | undefined {
  for (const one of turns) {
    const [socket] = one.offs;
    if (socket !== undefined) return { kind: "off", station: one.id, socket };
  }
  const rearm = turns.filter((one) => rearms(one) && one.rearmDue <= now).sort((a, b) => a.rearmDue - b.rearmDue)[0];
  if (rearm !== undefined) return { kind: "rearm", station: rearm.id };
  for (const one of turns) {
    const [socket] = one.ons;
    if (socket !== undefined) return { kind: "on", station: one.id, socket };
  }
  const due = turns.filter((one) => one.pollDue <= now).sort((a, b) => a.pollDue - b.pollDue);
  const poll = due.find((one) => !one.energised && now - one.pollDue > idleLate_ms) ?? due.find((one) => one.energised) ?? due[0];
  return poll === undefined ? undefined : { kind: "poll", station: poll.id, block: poll.block };
}
