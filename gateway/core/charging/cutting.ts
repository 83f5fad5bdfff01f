// How a socket is opened: cut against its session's will, ended, or given up; and what follows a cut: a lock, a wait to be tried again, or nothing.
import type { Monotonic } from "#protocols/vocabulary/time.ts";
import { type Effect, type EndCause, type Latch, latching, type Trip } from "./facts.ts";
import { active } from "./limits.ts";
import { isLockedOut, lately, mayRearm, newWaiting, type Waiting, waitingAfter } from "./rearm.ts";
import { refusedFact } from "./refusals.ts";
import type { SocketSample } from "./sample.ts";
import { energyOf, type Move, nextTrip, released, type Socket, secondsOf, stay } from "./socket.ts";
import { tooWarm, type Verdict } from "./watch.ts";

/** Opens against the session's will. `says` false: another fact speaks for this socket (smoke of a whole station). */
export function cut(from: Socket, { trip: why, seen }: Verdict, at: { now: Monotonic; says?: boolean; test?: string }): Move {
  const { now, test } = at;
  const lapsed = lapse(from);
  const { trip, socket } = nextTrip(lapsed.socket);
  const { latch, latched, waiting } = afterCut(socket, { trip, why, now, test: test !== undefined });
  const effects: Effect[] = [{ type: "off", socket: socket.index }, ...lapsed.effects];
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
        ...(waiting === undefined ? {} : { rearm: true }),
      },
    });
  // Where no cut is said, no "opened" follows under its name; a weld still is.
  return { socket: { ...released(socket, at.says === false ? undefined : trip, now), latch, waiting }, effects };
}

/** Locked until a person has looked, to be tried again by itself, or neither: then a new charge may begin. */
function afterCut(
  socket: Socket,
  { trip, why, now, test }: { trip: string; why: Trip; now: Monotonic; test: boolean },
): { latch: Latch | undefined; latched: boolean; waiting: Waiting | undefined } {
  const { name, authority, limits, rearms } = socket;
  const asked = { limits, cause: why.cause, session: authority?.session ?? "", given: rearms, now };
  const again = authority !== undefined && !test && socket.latch === undefined && mayRearm(asked) !== undefined;
  if (again) return { latch: undefined, latched: false, waiting: newWaiting(trip, authority, why, now) };
  const latched = latching[why.cause] || (authority !== undefined && !test && isLockedOut(asked));
  return { latch: latched ? { socket: name, trip, cause: why.cause } : socket.latch, latched, waiting: undefined };
}

/** Nobody waits for this socket any more. */
export function lapse(socket: Socket): Move {
  const { waiting } = socket;
  if (waiting === undefined) return stay(socket);
  return { socket: { ...socket, waiting: undefined }, effects: [rearmFact(socket, waiting, false)] };
}

function rearmFact(socket: Socket, { trip, session }: Waiting, ready: boolean): Effect {
  const of = active(socket.limits.rearm)?.per_session ?? 0;
  const n = socket.rearms.filter((one) => one.session === session).length;
  return { type: "fact", fact: { kind: "rearm", trip, socket: socket.name, session, ready, n, of } };
}

/** A socket that waits, and what this sample of it says. */
export function waited(socket: Socket, sample: SocketSample, at: { seen: Monotonic; now: Monotonic }): Move {
  const { waiting, limits, check, index, name } = socket;
  if (waiting === undefined) return stay(socket);
  const seen = socket.watch.wholeSeen === at.seen && sample.relay_closed === false && check === undefined && !tooWarm(socket.watch, limits);
  const next = waitingAfter(waiting, sample, { seen: at.seen, sighted: seen, limits });
  if (next === "lapsed") return lapse(socket);
  if (next !== "ready") return stay({ ...socket, waiting: next });
  const rearms = [...lately(socket.rearms, at.now), { session: waiting.session, at: at.now }];
  const keeping = { ...socket, rearms, waiting: { ...waiting, keeping: true } };
  return { socket: keeping, effects: [{ type: "rearm", socket: index, name, session: waiting.session }] };
}

/** The count of this re-arm is on the disk: now the site may be told. */
export function rearmKept(socket: Socket): Move {
  const { waiting } = socket;
  if (waiting?.keeping !== true) return stay(socket);
  return { socket: { ...socket, waiting: undefined }, effects: [rearmFact(socket, waiting, true)] };
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

export function giveUp(socket: Socket, code: string, now: Monotonic): Move {
  const { authority } = socket;
  if (authority === undefined) return stay(socket);
  return {
    socket: released(socket, undefined, now),
    effects: [{ type: "off", socket: socket.index }, refusedFact({ ...authority, socket: socket.name }, code)],
  };
}
