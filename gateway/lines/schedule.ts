// What a line is asked next, told the time: OFF before everything, then re-arms that are due, then ON, then polls by their deadlines.
// Who does not answer cannot starve the others (backoff.ts); each probe of a member at rest says its pending OFF first.
import { after, type Monotonic, monotonic } from "#protocols/vocabulary/time.ts";
import { answered as answers, failed, newBackoff, newStanding, rests, type Standing } from "./backoff.ts";

export type Job =
  | { readonly kind: "off"; readonly station: string; readonly socket: number }
  /** Every socket of the station in one frame. */
  | { readonly kind: "off-all"; readonly station: string }
  | { readonly kind: "rearm"; readonly station: string }
  | { readonly kind: "on"; readonly station: string; readonly socket: number }
  | { readonly kind: "poll"; readonly station: string; readonly block: number };

/** A line whose planned round is longer re-arms once a round; the timing budget has held that against the re-arm window. */
export const rearmEvery_ms = 1_000;
/** At least so long between two polls of one station; a line with several is busier than that anyway. */
export const pollEnergised_ms = 200;
export const pollIdle_ms = 1_000;
/** So much later is an idle station's deadline than an energised one's. */
export const idleLate_ms = 1_000;

/** Whoever is asked on this line: a station, a board with contacts, a meter, or the coil of a contactor. */
export interface Member {
  readonly id: string;
  /** Questions of one poll; 0: it is never polled (a coil). */
  readonly blocks: number;
  /** Polled as often as an energised station, whatever happens: what it says decides about many. */
  readonly urgent?: boolean;
  /** Read between the others, and no part of their rotation: nothing is cut by what it says. */
  readonly background?: boolean;
  /** Silence that it needs behind each of its questions. */
  readonly pause_ms?: number;
}

interface Turn extends Standing {
  readonly id: string;
  blocks: number;
  readonly urgent: boolean;
  readonly background: boolean;
  readonly pause_ms: number;
  readonly offs: number[];
  /** Every socket is to be OFF at once. */
  offAll: boolean;
  readonly ons: number[];
  energised: boolean;
  rearmDue: Monotonic;
  pollDue: Monotonic;
  /** Blocks of the poll under way: asked, and answered. One of them failed: the rest is not asked. */
  asked: number;
  heardBlocks: number;
  spoilt: boolean;
  /** Counts polls, so that an answer to an older one's question changes nothing. */
  poll: number;
  /** What waits for its answer. */
  readonly flying: Flying[];
  notBefore: Monotonic;
  polledAt: Monotonic | undefined;
  rotation_ms: number | undefined;
}

interface Flying {
  readonly job: Job;
  readonly from: Monotonic;
  readonly poll: number;
}

export interface Schedule {
  off(station: string, socket: number): void;
  /** All of them in one frame, before single ones; `single` when the board does not know how. */
  offAll(station: string): void;
  single(station: string, sockets: number): void;
  on(station: string, socket: number): void;
  energised(station: string, is: boolean, now: Monotonic): void;
  /** The line is free: what it is asked. What is given counts as asked. */
  next(now: Monotonic): Job | undefined;
  /** When `next` has something again, if nothing else happens. */
  wakeAt(): Monotonic | undefined;
  done(job: Job, answered: boolean, now: Monotonic): void;
  /** Another number of questions from now on; the poll under way begins anew. `refused`: the question by which the device said so. */
  replan(station: string, blocks: number, at: { readonly now: Monotonic; readonly refused?: Job }): void;
  /** Nothing waits for its answer any more: the line was begun anew. */
  dropped(): void;
  /** Whether an OFF of a station that answers still waits. */
  offsWaiting(): number;
  /** The longest time between two whole polls of a station that answers. */
  rotation_ms(): number | undefined;
}

const never = monotonic(Number.POSITIVE_INFINITY);
const least = (times: readonly Monotonic[]): Monotonic | undefined => (times.length === 0 ? undefined : monotonic(Math.min(...times)));
const remove = <Item>(list: Item[], value: Item): void => {
  const at = list.indexOf(value);
  if (at >= 0) list.splice(at, 1);
};
const hurries = (one: Turn): boolean => one.energised || one.urgent;
// While an OFF is not answered the station is not re-armed: if it cannot be told, its dead-man window shall do it.
const rearms = (one: Turn): boolean => one.energised && one.offs.length === 0 && !one.offAll;
const flies = (one: Turn, kind: Job["kind"], socket?: number): boolean =>
  one.flying.some(({ job }) => job.kind === kind && (socket === undefined || ("socket" in job && job.socket === socket)));
const offOf = (one: Turn): number | "all" | undefined => {
  if (one.offAll) return flies(one, "off-all") ? undefined : "all";
  return one.offs.find((socket) => !flies(one, "off", socket));
};
const onOf = (one: Turn): number | undefined => one.ons.find((socket) => !flies(one, "on", socket));
/** The rest of a poll is due at once. */
const polling = (one: Turn): boolean => one.asked > 0 && one.asked < one.blocks && !one.spoilt;
const pollable = (one: Turn): boolean => one.blocks > 0 && (polling(one) || (one.asked === 0 && !flies(one, "poll")));

const newTurn = ({ id, blocks, urgent = false, background = false, pause_ms = 0 }: Member, now: Monotonic): Turn => ({
  ...newStanding(now),
  ...{ id, blocks, urgent, background, pause_ms, offs: [], offAll: false, ons: [] },
  ...{ energised: false, rearmDue: now, pollDue: now },
  ...{ asked: 0, heardBlocks: 0, spoilt: false, poll: 0, flying: [], notBefore: now, polledAt: undefined, rotation_ms: undefined },
});

/** `round_ms`: the planned round, everybody answering. */
export function newSchedule(members: readonly Member[], now: Monotonic, { round_ms = 0 }: { readonly round_ms?: number } = {}): Schedule {
  const turns = members.map((one) => newTurn(one, now));
  const backoff = newBackoff(turns, now);
  const rearmAfter_ms = Math.max(rearmEvery_ms, round_ms);
  /** Failures whose cost is known when the line is free again. */
  const uncharged: { readonly one: Turn; readonly from: Monotonic }[] = [];
  let lookedAt = now;
  const turn = (id: string): Turn => {
    const found = turns.find((one) => one.id === id);
    if (found === undefined) throw new RangeError(`no station ${id} on this line`);
    return found;
  };

  function taken(job: Job, at: Monotonic): Job {
    const one = turn(job.station);
    if (job.kind === "poll") one.asked += 1;
    one.flying.push({ job, from: at, poll: one.poll });
    return job;
  }

  function landed(job: Job, at: Monotonic): Turn {
    const one = turn(job.station);
    one.notBefore = after(at, one.pause_ms);
    const place = one.flying.findIndex((flight) => flight.job === job);
    if (place >= 0) one.flying.splice(place, 1);
    return one;
  }

  return {
    off(station, socket) {
      const one = turn(station);
      remove(one.ons, socket);
      if (!one.offs.includes(socket)) one.offs.push(socket);
    },
    offAll(station) {
      const one = turn(station);
      one.ons.length = 0;
      one.offAll = true;
    },
    single(station, sockets) {
      const one = turn(station);
      if (!one.offAll) return;
      one.offAll = false;
      for (let socket = 0; socket < sockets; socket += 1) if (!one.offs.includes(socket)) one.offs.push(socket);
    },
    on(station, socket) {
      const one = turn(station);
      if (!one.offAll && !one.offs.includes(socket) && !one.ons.includes(socket)) one.ons.push(socket);
    },
    energised(station, is, at) {
      const one = turn(station);
      if (is && !one.energised) one.rearmDue = after(at, rearmEvery_ms);
      one.energised = is;
    },
    next(at) {
      lookedAt = at;
      for (const { one, from } of uncharged.splice(0)) backoff.charge(one, at - from, { now: at, urgent: hurries(one) });
      const ready = turns.filter((one) => one.notBefore <= at);
      const wellDue = ready.some((one) => one.failures === 0 && wakeOf(one, at) <= at);
      const may = (one: Turn): boolean => one.restUntil <= at && (one.failures === 0 || !wellDue || backoff.yieldsUntil() <= at);
      const job = nextJob(ready, may, at) ?? nextJob(ready, idleProbe(turns, at), at);
      return job === undefined ? undefined : taken(job, at);
    },
    wakeAt: () => least(turns.map((one) => monotonic(Math.max(one.notBefore, wakeOf(one, lookedAt))))),
    done(job, answered, at) {
      const flight = turn(job.station).flying.find((other) => other.job === job);
      const one = landed(job, at);
      if (job.kind === "rearm" && answered) one.rearmDue = after(at, rearmAfter_ms);
      if (job.kind === "off" && answered) remove(one.offs, job.socket);
      if (job.kind === "off-all" && answered) {
        one.offAll = false;
        one.offs.length = 0;
      }
      // An ON is asked once; whoever still wants it asks again, with fresh sight.
      if (job.kind === "on") remove(one.ons, job.socket);
      if (job.kind === "poll" && (flight === undefined || flight.poll === one.poll)) polled(one, answered, at);
      if (answered) {
        answers(one, at);
        return;
      }
      failed(one);
      uncharged.push({ one, from: flight?.from ?? at });
      if (!rests(one)) return;
      one.rotation_ms = undefined;
      one.polledAt = undefined;
    },
    replan(station, blocks, { now: at, refused }) {
      if (refused !== undefined) answers(landed(refused, at), at); // it has spoken
      const one = turn(station);
      one.blocks = blocks;
      beginAnew(one);
    },
    dropped() {
      uncharged.length = 0;
      for (const one of turns) {
        one.flying.length = 0;
        beginAnew(one);
      }
    },
    offsWaiting: () => turns.filter((one) => !rests(one)).reduce((sum, one) => sum + one.offs.length + (one.offAll ? 1 : 0), 0),
    rotation_ms: () => {
      const known = turns.flatMap((one) => (one.rotation_ms === undefined || one.background ? [] : [one.rotation_ms]));
      return known.length === 0 ? undefined : Math.max(...known);
    },
  };
}

/** What still waits for its answer belongs to no poll any more. */
function beginAnew(one: Turn): void {
  one.asked = 0;
  one.heardBlocks = 0;
  one.spoilt = false;
  one.poll += 1;
}

function polled(one: Turn, answered: boolean, now: Monotonic): void {
  if (answered) one.heardBlocks += 1;
  else one.spoilt = true;
  const whole = one.heardBlocks === one.blocks;
  if (!whole && !(one.spoilt && !flies(one, "poll"))) return;
  beginAnew(one);
  one.pollDue = after(now, hurries(one) ? pollEnergised_ms : pollIdle_ms);
  if (!whole) return;
  if (one.polledAt !== undefined) one.rotation_ms = now - one.polledAt;
  one.polledAt = now;
}

/** When this one has something to be asked, as far as it alone knows. What waits for its answer is not asked again. */
function wakeOf(one: Turn, now: Monotonic): Monotonic {
  const off = offOf(one) !== undefined;
  if (off && !rests(one)) return now;
  const poll = !pollable(one) ? never : polling(one) ? now : one.pollDue;
  const rearm = rearms(one) && !flies(one, "rearm") ? one.rearmDue : never;
  const due = off || onOf(one) !== undefined ? now : monotonic(Math.min(poll, rearm));
  // On an idle line a member at rest may be asked sooner; if it was not a moment ago, somebody else is due first.
  return monotonic(Math.max(one.leastUntil > now ? one.leastUntil : one.restUntil, due));
}

/** Who rests may be asked all the same when nobody else is due before it would be over. */
function idleProbe(turns: readonly Turn[], now: Monotonic): (one: Turn) => boolean {
  const others = turns.filter((one) => one.restUntil <= now);
  const next = Math.min(...others.map((one) => wakeOf(one, now)));
  return (one) => one.leastUntil <= now && next - now >= one.wasted_ms;
}

function nextJob(turns: readonly Turn[], may: (one: Turn) => boolean, now: Monotonic): Job | undefined {
  // An OFF waits for nobody but a member at rest; whoever has answered last is told first.
  const told = turns.filter((one) => offOf(one) !== undefined && (may(one) || !rests(one))).sort((a, b) => a.failures - b.failures)[0];
  const off = told === undefined ? undefined : offOf(told);
  if (told !== undefined && off !== undefined)
    return off === "all" ? { kind: "off-all", station: told.id } : { kind: "off", station: told.id, socket: off };
  const awake = turns.filter(may);
  const rearm = awake
    .filter((one) => rearms(one) && one.rearmDue <= now && !flies(one, "rearm"))
    .sort((a, b) => a.rearmDue - b.rearmDue)[0];
  if (rearm !== undefined) return { kind: "rearm", station: rearm.id };
  for (const one of awake) {
    const socket = onOf(one);
    if (socket !== undefined) return { kind: "on", station: one.id, socket };
  }
  const deadline = (one: Turn): number => one.pollDue + (hurries(one) ? 0 : idleLate_ms);
  const due = awake.filter((one) => pollable(one) && (polling(one) || one.pollDue <= now));
  const poll = due.sort((a, b) => Number(polling(b)) - Number(polling(a)) || deadline(a) - deadline(b))[0];
  return poll === undefined ? undefined : { kind: "poll", station: poll.id, block: poll.asked };
}
