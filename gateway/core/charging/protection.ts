// One station: its sockets, and what concerns all of them at once (smoke, leakage, silence). Pure: told the time, it answers with effects.
import { after, type Monotonic, monotonic } from "#protocols/vocabulary/time.ts";
import { cut, end, lapse, rearmKept } from "./cutting.ts";
import { energise, release, resetLatch, socketOffAnswered, socketSampled, socketTimed, socketWakeAt, startSocket } from "./deciding.ts";
import type { Authority, Effect, EndCause, Latch, Trip } from "./facts.ts";
import { active, type Limits } from "./limits.ts";
import { refusedFact } from "./refusals.ts";
import { good, type StationSample } from "./sample.ts";
import { type ShedCut, shedCut } from "./shed/socket-cut.ts";
import { energised, type Move, type Socket } from "./socket.ts";
import { beginTrial, cancelTrial, type TrialAsked } from "./trial.ts";
import { type Feeder, feederAfter, noWarnings, quietFeeder } from "./warn.ts";
import { freshWatch } from "./watch.ts";

export interface Station {
  readonly id: string;
  readonly limits: Limits;
  readonly sockets: readonly Socket[];
  /** When a good answer last came; at first, when we began to ask. */
  readonly answered: Monotonic;
  readonly silent: boolean;
  /** Residual current of the whole station. */
  readonly feeder: Feeder;
  /** Whether a leakage sensor was ever seen: one that is absent from the first is not fitted, one that vanishes is a fault. */
  readonly leakageFitted: boolean;
  /** It stands in a shed: smoke at its own input is the shed's matter, and opens more than this station. */
  readonly inShed: boolean;
}

export interface StationSetup {
  readonly id: string;
  readonly sockets: number;
  readonly limits: Limits;
  readonly latches: readonly Latch[];
  /** Re-arms of before, by socket, and how long ago they were given. */
  readonly rearms?: readonly { readonly socket: string; readonly session: string; readonly ago_ms: number }[];
  /** Names this run of the program: trips are "<run>-<station>-<socket>-<n>", unique over restarts. */
  readonly run: string;
  readonly inShed?: boolean;
}

export type Input =
  | { readonly type: "start" }
  | { readonly type: "sample"; readonly sample: StationSample }
  | { readonly type: "off-answered"; readonly socket: number }
  | { readonly type: "energise"; readonly authority: Authority; readonly socket: number }
  | { readonly type: "release"; readonly authority: string; readonly socket: number }
  | { readonly type: "reset-latch"; readonly socket: number; readonly trip: string; readonly person: string; readonly reason: string }
  /** The shed above opens every socket; the latch is the shed's. */
  | ({ readonly type: "shed-cut" } & ShedCut)
  /** Ended from above, orderly. */
  | { readonly type: "end"; readonly socket: number; readonly cause: EndCause }
  | ({ readonly type: "test-limit"; readonly socket: number } & TrialAsked)
  | { readonly type: "end-test"; readonly socket: number; readonly test: string }
  /** The count of a re-arm is on the disk. */
  | { readonly type: "rearm-kept"; readonly socket: number }
  | { readonly type: "time" };

export interface Step {
  readonly state: Station;
  readonly effects: readonly Effect[];
}

export function newStation(setup: StationSetup, now: Monotonic): Station {
  const sockets = Array.from({ length: setup.sockets }, (_, index): Socket => {
    const name = `${setup.id}/${index + 1}`;
    return {
      name,
      index,
      limits: setup.limits,
      authority: undefined,
      charge: undefined,
      latch: setup.latches.find((latch) => latch.socket === name),
      check: undefined,
      watch: freshWatch,
      warnings: noWarnings,
      trial: undefined,
      waiting: undefined,
      rearms: (setup.rearms ?? [])
        .filter((one) => one.socket === name)
        .map(({ session, ago_ms }) => ({ session, at: monotonic(now - ago_ms) })),
      sample: undefined,
      seen: undefined,
      over: [],
      tripName: `${setup.run}-${setup.id}-${index + 1}`,
      trips: 0,
    };
  });
  return {
    id: setup.id,
    limits: setup.limits,
    sockets,
    answered: now,
    silent: false,
    feeder: quietFeeder,
    leakageFitted: false,
    inShed: setup.inShed ?? false,
  };
}

/** Every socket through `move`, their effects in order. */
function each(state: Station, move: (socket: Socket) => Move): Step {
  const moves = state.sockets.map(move);
  return { state: { ...state, sockets: moves.map((one) => one.socket) }, effects: moves.flatMap((one) => one.effects) };
}

function one(state: Station, index: number, move: (socket: Socket) => Move): Step {
  return each(state, (socket) => (socket.index === index ? move(socket) : { socket, effects: [] }));
}

/** Their indexes. */
export const energisedSockets = (state: Station): number[] => state.sockets.filter(energised).map(({ index }) => index);

export function step(state: Station, input: Input, now: Monotonic): Step {
  switch (input.type) {
    case "start":
      return each({ ...state, answered: now, silent: false, feeder: quietFeeder }, (socket) => startSocket(socket, now));
    case "sample":
      return sampled(state, input.sample, now);
    case "off-answered":
      return one(state, input.socket, (socket) => ({ socket: socketOffAnswered(socket, now), effects: [] }));
    case "energise": {
      const socket = state.sockets[input.socket];
      if (socket === undefined) return { state, effects: [refusedFact(input.authority, "unknown-socket")] };
      if (socket.latch === undefined && leaks(state) !== undefined) return { state, effects: [refusedFact(input.authority, "leaking")] };
      return one(state, input.socket, (asked) => energise(asked, input.authority, now));
    }
    case "release":
      return one(state, input.socket, (socket) => release(socket, input.authority, now));
    case "reset-latch": {
      const { trip, person, reason } = input;
      return one(state, input.socket, (socket) => resetLatch(socket, { trip, person, reason }));
    }
    case "shed-cut":
      return each(state, (socket) => shedCut(socket, input, now));
    case "end":
      return one(state, input.socket, (socket) => end(socket, input.cause, now));
    case "test-limit":
      return one(state, input.socket, (socket) => beginTrial(socket, input, now));
    case "end-test":
      return one(state, input.socket, (socket) => cancelTrial(socket, input.test));
    case "rearm-kept":
      return one(state, input.socket, rearmKept);
    case "time":
      return timed(state, now);
  }
}

function timed(state: Station, now: Monotonic): Step {
  const stepped = each(state, (socket) => socketTimed(socket, now));
  if (state.silent || now < silentAt(state)) return stepped;
  const fact = { kind: "station-silent", station: state.id, silent_ms: now - state.answered } as const;
  return { state: { ...stepped.state, silent: true }, effects: [...stepped.effects, { type: "fact", fact }] };
}

const silentAt = (state: Station): Monotonic => after(state.answered, state.limits.blind.warn_ms);

/** When `step` wants to be called with "time" at the latest. */
export function wakeAt(state: Station): Monotonic | undefined {
  const times = state.sockets.map(socketWakeAt).filter((at) => at !== undefined);
  if (!state.silent) times.push(silentAt(state));
  return times.reduce<Monotonic | undefined>((least, at) => (least === undefined || at < least ? at : least), undefined);
}

function sampled(before: Station, sample: StationSample, now: Monotonic): Step {
  const leakage = good(sample.leakage_mA);
  const leakageFitted = before.leakageFitted || leakage !== undefined;
  const { feeder, facts } = feederAfter(before.feeder, leakage, { station: before.id, limits: before.limits });
  const state: Station = { ...before, answered: now, silent: false, feeder, leakageFitted };
  const said: Effect[] = facts.map((fact) => ({ type: "fact", fact }));
  if (before.silent) said.push({ type: "fact", fact: { kind: "station-answers", station: state.id } });
  const sighted = typeof sample.smoke === "boolean" || sample.smoke === "not-offered" ? leakageReadable(sample, leakageFitted) : false;
  const whole = wholeStation(state, sample, now);
  const rest = each(whole.state, (socket) => {
    const own = sample.sockets[socket.index];
    return own === undefined ? { socket, effects: [] } : socketSampled(socket, own, { seen: sample.seen, now, sighted });
  });
  return { state: rest.state, effects: [...whole.effects, ...rest.effects, ...said] };
}

function leakageReadable(sample: StationSample, fitted: boolean): boolean {
  return good(sample.leakage_mA) !== undefined || sample.leakage_mA === "not-offered" || (sample.leakage_mA === "absent" && !fitted);
}

/** Smoke opens and latches every socket of the station; leakage every energised one. */
function wholeStation(state: Station, sample: StationSample, now: Monotonic): Step {
  if (sample.smoke === true && !state.inShed) return smoke(state, { seen: sample.seen, now });
  const feeder = leaks(state);
  if (feeder === undefined) return { state, effects: [] };
  const trip: Trip = { cause: "feeder-leakage", value: good(sample.leakage_mA) ?? null, limit: feeder.limit_mA, unit: "mA" };
  return each(state, (socket) => (energised(socket) ? cut(socket, { trip, seen: sample.seen }, { now }) : waitingEnds(socket, now)));
}

/** The feeder's rule, while it holds every socket of the station open. */
function leaks({ limits, feeder }: Station): { readonly limit_mA: number } | undefined {
  const rule = active(limits.residual_feeder);
  return rule?.action === "trip" && feeder.high >= rule.samples ? rule : undefined;
}

/** Neither an authority that is not closed yet nor a cut that was to be tried again outlives a leaking feeder. */
const waitingEnds = (socket: Socket, now: Monotonic): Move =>
  socket.authority === undefined ? lapse(socket) : end(socket, "interrupted", now);

function smoke(state: Station, at: { seen: Monotonic; now: Monotonic }): Step {
  const trip: Trip = { cause: "smoke", value: null, limit: null, unit: "" };
  const fresh = state.sockets.filter((socket) => socket.latch === undefined || socket.authority !== undefined);
  // A fact for each session that ends; where none ends, one for the station: smoke is never silent.
  const speaking = fresh.filter((socket) => socket.authority !== undefined);
  const speaks = new Set((speaking.length > 0 ? speaking : fresh.slice(0, 1)).map((socket) => socket.index));
  return each(state, (socket) =>
    fresh.includes(socket)
      ? cut(socket, { trip, seen: at.seen }, { now: at.now, says: speaks.has(socket.index) })
      : { socket, effects: [] },
  );
}
