// One socket: authority, relay, latch. Every way out of "energised" passes through OFF first; nothing closes without authority, sight and a proven open relay.
import { after, type Monotonic } from "#protocols/vocabulary/time.ts";
import { type Charge, chargeAfter, endBySample, maxTimeAt, newCharge } from "./charge.ts";
import { type Authority, type Effect, type EndCause, type Latch, latching, type SocketName, type Trip } from "./facts.ts";
import { fixed, type Limits } from "./limits.ts";
import { refusedFact } from "./refusals.ts";
import { good, isTrue, type SocketSample } from "./sample.ts";
import { risenAgain } from "./second-rise.ts";
import { endTrial, type Trial, trialAfter, tripByTrial } from "./trial.ts";
import { type Warnings, warningsAfter } from "./warn.ts";
import { deadlines, forNewCharge, freshWatch, tooWarm, tripBySample, tripsIdle, type Verdict, type Watch, watchAfter } from "./watch.ts";
import { type Check, checkAfter, live, newCheck, offAnswered } from "./weld.ts";

export interface Held {
  readonly id: string;
  readonly session: string;
  readonly since: Monotonic;
  readonly until: Monotonic;
  /** When ON was first and last asked for; before that the authority waits for sight and an open relay. */
  readonly on: { readonly first: Monotonic; readonly last: Monotonic } | undefined;
}

export interface Socket {
  readonly name: SocketName;
  readonly index: number;
  readonly limits: Limits;
  readonly authority: Held | undefined;
  readonly charge: Charge | undefined;
  readonly latch: Latch | undefined;
  readonly check: Check | undefined;
  readonly watch: Watch;
  readonly warnings: Warnings;
  /** A trip test that is running: a lower limit beside its own. */
  readonly trial: Trial | undefined;
  readonly sample: SocketSample | undefined;
  readonly seen: Monotonic | undefined;
  /** Authorities that are over, newest last: a repeated message must not close a relay again. */
  readonly over: readonly string[];
  /** What the next trip will be called. */
  readonly tripName: string;
  readonly trips: number;
}

export interface Move {
  readonly socket: Socket;
  readonly effects: readonly Effect[];
}

const stay = (socket: Socket): Move => ({ socket, effects: [] });
const remembered = 16;
export const energised = (socket: Socket): boolean => socket.authority?.on !== undefined;
export const energyOf = (socket: Socket): number | null => good(socket.sample?.energy_mWh) ?? null;

/** As after a start: the relay's state is unknown, so OFF comes first and is checked. Latches stay. */
export function startSocket(socket: Socket, now: Monotonic): Move {
  const dropped = endTrial(socket, "dropped");
  return {
    socket: {
      ...socket,
      trial: undefined,
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

export const nextTrip = (socket: Socket): { trip: string; socket: Socket } => ({
  trip: `${socket.tripName}-${socket.trips + 1}`,
  socket: { ...socket, trips: socket.trips + 1 },
});

export function released(socket: Socket, trip: string | undefined, now: Monotonic): Socket {
  const { authority } = socket;
  return {
    ...socket,
    authority: undefined,
    charge: undefined,
    check: newCheck(trip, now),
    over: authority === undefined ? socket.over : [...socket.over, authority.id].slice(-remembered),
  };
}

export const secondsOf = (socket: Socket, now: Monotonic): number =>
  socket.charge === undefined ? 0 : Math.max(0, Math.round((now - socket.charge.closedAt) / 1000));

/** Opens against the session's will. `says` false: another fact speaks for this socket (smoke of a whole station). */
export function cut(from: Socket, { trip: why, seen }: Verdict, at: { now: Monotonic; says?: boolean; test?: string }): Move {
  const { now, test } = at;
  const { trip, socket } = nextTrip(from);
  const latched = latching[why.cause];
  const latch: Latch | undefined = latched ? { socket: socket.name, trip, cause: why.cause } : socket.latch;
  const effects: Effect[] = [{ type: "off", socket: socket.index }];
  if (latched && latch !== undefined) effects.push({ type: "latch", latch });
  if (at.says !== false)
    effects.push({
      type: "fact",
      seen,
      fact: {
        kind: "cut",
        trip,
        socket: socket.name,
        authority: socket.authority?.id ?? null,
        session: socket.authority?.session ?? null,
        ...why,
        decided_after_ms: Math.max(0, now - seen),
        off_after_ms: 0,
        latched,
        energy_mWh: energyOf(socket),
        seconds: secondsOf(socket, now),
        ...(test === undefined ? {} : { test }),
      },
    });
  // Where no cut is said, no "opened" follows under its name; a weld still is.
  return { socket: { ...released(socket, at.says === false ? undefined : trip, now), latch }, effects };
}

export function end(socket: Socket, cause: EndCause, now: Monotonic): Move {
  const { authority } = socket;
  if (authority === undefined) return stay(socket);
  return {
    socket: released(socket, undefined, now),
    effects: [
      { type: "off", socket: socket.index },
      {
        type: "fact",
        fact: {
          kind: "ended",
          authority: authority.id,
          session: authority.session,
          socket: socket.name,
          cause,
          energy_mWh: energyOf(socket),
          seconds: secondsOf(socket, now),
        },
      },
    ],
  };
}

function giveUp(socket: Socket, code: string, now: Monotonic): Move {
  const { authority } = socket;
  if (authority === undefined) return stay(socket);
  return {
    socket: released(socket, undefined, now),
    effects: [{ type: "off", socket: socket.index }, refusedFact({ ...authority, socket: socket.name }, code)],
  };
}

export function energise(socket: Socket, authority: Authority, now: Monotonic): Move {
  const refuse = (code: string): Move => ({ socket, effects: [refusedFact(authority, code)] });
  if (socket.authority?.id === authority.id) return stay(socket);
  if (socket.over.includes(authority.id)) return refuse("over");
  if (socket.latch !== undefined) return refuse("latched");
  if (socket.authority !== undefined) return refuse("busy");
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
  return socket.authority?.id === authority ? end(socket, "released", now) : stay(socket);
}

export function resetLatch(socket: Socket, by: { trip: string; person: string; reason: string }): Move {
  if (socket.latch === undefined || socket.latch.trip !== by.trip) return stay(socket);
  // A weld that is still there is found again by the next three samples.
  const check = socket.check === undefined ? undefined : { ...socket.check, welded: false, closed: 0 };
  return {
    socket: { ...socket, latch: undefined, check },
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
  const done: Move = {
    socket: { ...socket, latch, check: { ...check, trip } },
    effects: [
      { type: "latch", latch },
      { type: "fact", fact },
    ],
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
  const applies = verdict !== undefined && (energised(socket) || (tripsIdle(verdict.trip.cause) && socket.latch === undefined));
  if (verdict !== undefined && applies) return cut(socket, verdict, { now: at.now });
  const tested = energised(socket) ? tripByTrial(trial, read, at.seen) : undefined;
  if (tested !== undefined) return cutByTest(socket, tested, at.now);
  if (socket.authority === undefined || !energised(socket)) {
    const move = unauthorised(socket, read, at);
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
  const { authority, charge, limits, trial, watch } = socket;
  let first: Due | undefined;
  const consider = (at: Monotonic, act: Due["act"]): void => {
    if (first === undefined || at < first.at) first = { at, act };
  };
  if (trial !== undefined) consider(trial.until, () => endTrial(socket, "expired"));
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
