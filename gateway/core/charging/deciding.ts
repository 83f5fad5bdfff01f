// What one socket does with each thing that it hears: an authority, a release, a reset, a sample, the clock.
import { after, type Monotonic } from "#protocols/vocabulary/time.ts";
import { chargeAfter, endBySample, maxTimeAt, newCharge } from "./charge.ts";
import { cut, end, giveUp, lapse, waited } from "./cutting.ts";
import type { Authority, Effect, Latch, Trip } from "./facts.ts";
import { fixed } from "./limits.ts";
import { waitsUntil } from "./rearm.ts";
import { refusedFact } from "./refusals.ts";
import { good, isTrue, type SocketSample } from "./sample.ts";
import { risenAgain } from "./second-rise.ts";
import { energised, energyOf, type Held, type Move, nextTrip, remembered, type Socket, stay } from "./socket.ts";
import { endTrial, trialAfter, tripByTrial } from "./trial.ts";
import { warningsAfter } from "./warn.ts";
import { deadlines, forNewCharge, freshWatch, tooWarm, tripBySample, tripsIdle, type Verdict, type Watch, watchAfter } from "./watch.ts";
import { type Check, checkAfter, live, newCheck, offAnswered } from "./weld.ts";

/** As after a start: the relay's state is unknown, so OFF comes first and is checked. Latches stay. */
export function startSocket(socket: Socket, now: Monotonic): Move {
  const dropped = endTrial(socket, "dropped");
  return {
    socket: {
      ...socket,
      trial: undefined,
      waiting: undefined,
      authority: undefined,
      charge: undefined,
      check: newCheck(undefined, now),
      watch: { ...freshWatch, heat: socket.watch.heat, warmth: socket.watch.warmth },
      sample: undefined,
      seen: undefined,
      over: socket.authority === undefined ? socket.over : [...socket.over, socket.authority.id].slice(-remembered),
    },
    effects: [{ type: "off", socket: socket.index }, ...dropped.effects],
  };
}
export function energise(socket: Socket, authority: Authority, now: Monotonic): Move {
  const refuse = (code: string): Move => ({ socket, effects: [refusedFact(authority, code)] });
  if (socket.authority?.id === authority.id) return stay(socket);
  if (socket.over.includes(authority.id)) return refuse("over");
  if (socket.latch !== undefined) return refuse("latched");
  if (socket.authority !== undefined) return refuse("busy");
  if (socket.waiting !== undefined) return refuse("waiting");
  if (tooWarm(socket.watch, socket.limits)) return refuse("too-warm");
  if (!(Number.isFinite(authority.duration_ms) && authority.duration_ms > 0) || authority.id === "") return refuse("bad-authority");
  // However long the site would allow it: waiting for sight, closing, and the longest charge fit in here; "max-time" itself counts from the closed relay.
  const longest = socket.limits.blind.trip_ms + fixed.closeWithin_ms + socket.limits.max_time.end_s * 1000;
  const until = after(now, Math.min(authority.duration_ms, longest));
  return tryClose({ ...socket, authority: { id: authority.id, session: authority.session, since: now, until, on: undefined } }, now);
}

/** ON only for a socket that is seen now, whose relay is proven open, and on which nothing is beyond its limit. */
function tryClose(socket: Socket, now: Monotonic): Move {
  const { authority, limits, watch } = socket;
  if (authority === undefined || authority.on !== undefined || socket.check !== undefined || socket.latch !== undefined)
    return stay(socket);
  if (watch.wholeSeen === undefined || now - watch.wholeSeen > limits.blind.warn_ms) return stay(socket);
  if (Object.keys(watch.beyond).length > 0 || tooWarm(watch, limits)) return stay(socket);
  return {
    socket: { ...socket, authority: { ...authority, on: { first: now, last: now } }, watch: forNewCharge(watch) },
    effects: [{ type: "on", socket: socket.index }],
  };
}

export function release(socket: Socket, authority: string, now: Monotonic): Move {
  if (socket.authority?.id === authority) return end(socket, "released", now);
  return socket.waiting?.authority === authority ? lapse(socket) : stay(socket);
}

export function resetLatch(socket: Socket, by: { trip: string; person: string; reason: string }): Move {
  if (socket.latch === undefined || socket.latch.trip !== by.trip || by.person.trim() === "") return stay(socket);
  // A weld that is still there is found again by the next three samples.
  const check = socket.check === undefined ? undefined : { ...socket.check, welded: false, closed: 0 };
  return {
    // A person has looked: what was tried before is forgotten.
    socket: { ...socket, latch: undefined, rearms: [], check },
    effects: [
      { type: "unlatch", socket: socket.name },
      { type: "fact", fact: { kind: "latch-reset", socket: socket.name, ...by } },
    ],
  };
}

export const socketOffAnswered = (socket: Socket, now: Monotonic): Socket =>
  socket.check === undefined ? socket : { ...socket, check: offAnswered(socket.check, now) };

function closing(socket: Socket, held: Held, at: { seen: Monotonic; now: Monotonic }): Move {
  const { seen, now } = at;
  if (held.on === undefined || seen < held.on.first) return stay(socket);
  if (isTrue(socket.sample?.relay_closed)) {
    const fact = { kind: "closed", authority: held.id, session: held.session, socket: socket.name, energy_mWh: energyOf(socket) } as const;
    return { socket: { ...socket, charge: newCharge(now) }, effects: [{ type: "fact", fact }] };
  }
  if (now - held.on.last < fixed.offAgain_ms) return stay(socket);
  const authority = { ...held, on: { first: held.on.first, last: now } };
  return { socket: { ...socket, authority }, effects: [{ type: "on", socket: socket.index }] };
}

/** A socket without authority: its OFF is checked, and a live one that nobody energised is opened and checked. */
function unauthorised(socket: Socket, sample: SocketSample, at: { seen: Monotonic; now: Monotonic }): Move {
  const off: Effect = { type: "off", socket: socket.index };
  if (socket.check === undefined)
    return live(sample) ? { socket: { ...socket, check: newCheck(undefined, at.now) }, effects: [off] } : stay(socket);
  const { check } = socket;
  const outcome = checkAfter(check, sample, { ...at, limits: socket.limits });
  if (outcome.kind === "waiting") return stay({ ...socket, check: outcome.check });
  if (outcome.kind === "off-again") return { socket: { ...socket, check: outcome.check }, effects: [off] };
  if (outcome.kind === "open") {
    const open = { ...socket, check: undefined };
    if (check.trip === undefined) return tryClose(open, at.now);
    const fact = { kind: "opened", trip: check.trip, socket: socket.name, confirmed_after_ms: Math.max(0, at.now - check.offAt) } as const;
    return { socket: open, effects: [{ type: "fact", fact }] };
  }
  return weld({ ...socket, check: outcome.check }, outcome.check, at.now);
}

function weld(from: Socket, check: Check, now: Monotonic): Move {
  const named = check.trip ?? from.latch?.trip;
  const { trip, socket } = named === undefined ? nextTrip(from) : { trip: named, socket: from };
  const latch: Latch = { socket: socket.name, trip, cause: "welded" };
  const { current_mA, power_mW } = socket.sample ?? {};
  const fact = {
    kind: "welded",
    trip,
    socket: socket.name,
    current_mA: good(current_mA) ?? null,
    power_mW: good(power_mW) ?? null,
    waited_ms: Math.max(0, now - check.offAt),
  } as const;
  const lapsed = lapse(socket);
  const done: Move = {
    socket: { ...lapsed.socket, latch, check: { ...check, trip } },
    effects: [...lapsed.effects, { type: "latch", latch }, { type: "fact", fact }],
  };
  // Whoever waited for this socket waits in vain.
  if (done.socket.authority === undefined) return done;
  const refused = giveUp(done.socket, "latched", now);
  return { socket: { ...refused.socket, check: done.socket.check }, effects: [...done.effects, ...refused.effects] };
}

/** One sample of a poll. `sighted` false: the station itself said too little (smoke input unreadable), so this is no proof of anything. */
export function socketSampled(before: Socket, sample: SocketSample, at: { seen: Monotonic; now: Monotonic; sighted: boolean }): Move {
  if (before.seen !== undefined && at.seen < before.seen) return stay(before);
  const { socket, effects } = decided(before, sample, at);
  const { name, limits, charge } = socket;
  const { warnings, facts } = warningsAfter(socket.warnings, { socket: name, sample, closedAt: charge?.closedAt, seen: at.seen, limits });
  if (facts.length === 0) return { socket: { ...socket, warnings }, effects };
  return { socket: { ...socket, warnings }, effects: [...effects, ...facts.map((fact) => ({ type: "fact", fact }) as const)] };
}

function decided(before: Socket, sample: SocketSample, at: { seen: Monotonic; now: Monotonic; sighted: boolean }): Move {
  const { limits } = before;
  const read = at.sighted ? sample : ({ ...sample, relay_closed: "bad" } as const);
  const on = before.authority?.on?.first;
  const starting = on !== undefined && at.seen - on < limits.instantaneous.grace_ms;
  const watch = watchAfter(before.watch, read, { seen: at.seen, limits, starting });
  const trial = trialAfter(before.trial, read, { seen: at.seen, starting });
  const socket: Socket = { ...before, watch, trial, sample: read, seen: at.seen };
  const verdict = tripBySample(watch, read, { seen: at.seen, limits });
  const applies =
    verdict !== undefined && (energised(socket) || (tripsIdle(verdict.trip.cause) && idleAndUntold(socket, verdict.trip.cause)));
  if (verdict !== undefined && applies) return cut(socket, verdict, { now: at.now });
  const tested = energised(socket) ? tripByTrial(trial, read, at.seen) : undefined;
  if (tested !== undefined) return cutByTest(socket, tested, at.now);
  if (socket.authority === undefined || !energised(socket)) {
    const move = waits(unauthorised(socket, read, at), read, at);
    if (move.socket.check !== undefined || energised(move.socket)) return move;
    const close = tryClose(move.socket, at.now);
    return { socket: close.socket, effects: [...move.effects, ...close.effects] };
  }
  if (socket.charge === undefined) return closing(socket, socket.authority, at);
  const charge = chargeAfter(socket.charge, read, { seen: at.seen, limits });
  const again = risenAgain(charge.rise, at.seen, limits);
  if (again !== undefined)
    return cut({ ...socket, charge }, { trip: { cause: "second-rise", ...again, unit: "mW" }, seen: at.seen }, { now: at.now });
  const cause = endBySample(charge, at.seen, limits);
  return cause === undefined ? stay({ ...socket, charge }) : end({ ...socket, charge }, cause, at.now);
}

/** Neither locked nor waiting for this very cause to pass: then it has not been said yet. */
const idleAndUntold = ({ latch, waiting }: Socket, cause: Trip["cause"]): boolean => latch === undefined && waiting?.cause !== cause;

function waits(move: Move, sample: SocketSample, at: { seen: Monotonic; now: Monotonic }): Move {
  const next = waited(move.socket, sample, at);
  return { socket: next.socket, effects: [...move.effects, ...next.effects] };
}

/** The test has shown what it was begun for, and is over. */
function cutByTest(socket: Socket, verdict: Verdict, now: Monotonic): Move {
  const done = cut(socket, verdict, { now, ...(socket.trial === undefined ? {} : { test: socket.trial.test }) });
  const ended = endTrial(done.socket, "tripped");
  return { socket: ended.socket, effects: [...done.effects, ...ended.effects] };
}

interface Due {
  readonly at: Monotonic;
  readonly act: (now: Monotonic) => Move;
}

/** What falls due by the clock alone, first. */
function due(socket: Socket): Due | undefined {
  const { authority, charge, limits, trial, waiting, watch } = socket;
  let first: Due | undefined;
  const consider = (at: Monotonic, act: Due["act"]): void => {
    if (first === undefined || at < first.at) first = { at, act };
  };
  if (trial !== undefined) consider(trial.until, () => endTrial(socket, "expired"));
  if (waiting !== undefined) consider(waitsUntil(waiting), () => lapse(socket));
  if (authority === undefined) return first;
  consider(authority.until, (now) => end(socket, "expired", now));
  if (authority.on === undefined) {
    consider(after(authority.since, limits.blind.trip_ms), (now) => giveUp(socket, "blind", now));
    return first;
  }
  for (const { at, trip } of deadlines(watch, limits)) consider(at, (now) => cut(socket, byClock(trip, at, watch, now), { now }));
  if (charge === undefined) consider(after(authority.on.first, fixed.closeWithin_ms), (now) => giveUp(socket, "relay-did-not-close", now));
  else consider(maxTimeAt(charge, limits), (now) => end(socket, "max-time", now));
  return first;
}

function byClock(trip: Trip, at: Monotonic, watch: Watch, now: Monotonic): Verdict {
  if (trip.cause !== "blind" || watch.wholeSeen === undefined) return { trip, seen: at };
  return { trip: { ...trip, value: now - watch.wholeSeen }, seen: at };
}

export const socketWakeAt = (socket: Socket): Monotonic | undefined => due(socket)?.at;

export function socketTimed(socket: Socket, now: Monotonic): Move {
  const first = due(socket);
  return first !== undefined && first.at <= now ? first.act(now) : stay(socket);
}
