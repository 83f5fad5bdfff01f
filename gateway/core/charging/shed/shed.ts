// A shed: its contacts, its contactor, its latch. Pure: told the time, it answers with effects. Fire, a weld or a lost contact opens everything below at once;
// only a person on site takes a fire or a weld back, and only while nothing shows it any more.
import { after, type Monotonic } from "#protocols/vocabulary/time.ts";
import type { Sampled } from "../sample.ts";
import {
  against,
  type Contactor,
  type ContactorMove,
  type ContactorSample,
  closeContactor,
  contactorSampled,
  contactorTimed,
  missedAt,
  openAnswered,
  openContactor,
  seenClosed,
  seenOpen,
} from "./contactor.ts";
import type { InputKind } from "./facts.ts";
import { type ShedCause, type ShedEffect, type ShedFact, type ShedLatch, shedLatches } from "./facts.ts";
import { type FireInput, type InputSetup, inputHeard, inputTimed, newInput, provenClear, silentAt } from "./inputs.ts";
import { type Feeder, type FeederSetup, feederSampled, feederSilentAt, feederTimed, newFeeder } from "./leakage.ts";
import { shedFixed } from "./limits.ts";
import { resetRefusal } from "./reset.ts";

export interface ShedSetup {
  readonly id: string;
  readonly inputs: readonly InputSetup[];
  readonly contactor: boolean;
  readonly feeder?: FeederSetup | undefined;
  readonly blind_ms: number;
  /** From the spool. */
  readonly latch: ShedLatch | undefined;
  /** Names this run of the program: trips are "<run>-<shed>-<n>". */
  readonly run: string;
}

export interface Tripped {
  readonly trip: string;
  readonly cause: ShedCause;
  readonly source: string;
  readonly at: Monotonic;
  /** Everything below was seen open since. */
  readonly confirmed: boolean;
}

export interface Shed {
  readonly id: string;
  readonly run: string;
  readonly blind_ms: number;
  readonly inputs: readonly FireInput[];
  readonly contactor: Contactor | undefined;
  readonly feeder: Feeder | undefined;
  /** Fire devices that are not wired to us and say that it burns here. */
  readonly told: readonly string[];
  readonly tripped: Tripped | undefined;
  /** Since when every input has been proven clear without a break; a lost one begins it anew. */
  readonly clearSince: Monotonic | undefined;
  readonly trips: number;
}

/** A station of this shed by its newest sample; undefined where that is too old or says nothing. */
export interface StationShows {
  readonly station: string;
  readonly smoke: boolean | undefined;
  /** A socket that is live. */
  readonly live: string | undefined;
}

export type ShedInput =
  | { readonly type: "start" }
  /** One board's answer: its inputs by id. */
  | { readonly type: "inputs"; readonly seen: Monotonic; readonly said: Readonly<Record<string, Sampled<boolean>>> }
  /** A station of this shed has smoke at its own input. */
  | { readonly type: "station-smoke"; readonly station: string; readonly seen: Monotonic }
  | { readonly type: "welded"; readonly socket: string; readonly seen: Monotonic }
  /** What a whole sample of a station showed: current at any socket; and whether by now every socket of the shed is proven open. */
  | {
      readonly type: "station";
      readonly station: string;
      readonly seen: Monotonic;
      readonly flowing: boolean;
      readonly open: number | "not-all";
    }
  | { readonly type: "contactor"; readonly sample: ContactorSample }
  | { readonly type: "contactor-answered" }
  | { readonly type: "feeder"; readonly seen: Monotonic; readonly residual_mA: Sampled }
  | {
      readonly type: "reset";
      readonly trip: string;
      readonly person: string;
      readonly reason: string;
      readonly stations: readonly StationShows[];
    }
  /** A fire device that is not wired to us says that it burns, or no longer. */
  | { readonly type: "told"; readonly source: string; readonly of: InputKind; readonly active: boolean; readonly seen: Monotonic }
  | { readonly type: "time" };

export interface ShedStep {
  readonly state: Shed;
  readonly effects: readonly ShedEffect[];
}

export function newShed(setup: ShedSetup, now: Monotonic): Shed {
  const { id, run, blind_ms, latch } = setup;
  return {
    id,
    run,
    blind_ms,
    inputs: setup.inputs.map((input) => newInput(input, now)),
    contactor: setup.contactor ? openContactor(undefined, now) : undefined,
    feeder: setup.feeder === undefined ? undefined : newFeeder(setup.feeder, now),
    told: [],
    tripped: latch === undefined ? undefined : { trip: latch.trip, cause: latch.cause, source: latch.source, at: now, confirmed: false },
    clearSince: undefined,
    trips: 0,
  };
}

const stay = (state: Shed, effects: readonly ShedEffect[] = []): ShedStep => ({ state, effects });
const saying = (facts: readonly ShedFact[]): ShedEffect[] => facts.map((fact) => ({ type: "fact", fact }));

export const isLatched = ({ tripped }: Shed): boolean => tripped !== undefined && shedLatches(tripped.cause);

/** Why nothing may be energised in this shed now; undefined when it may. */
export function shedRefuses(shed: Shed, now: Monotonic): "shed-latched" | "shed-blind" | "contactor-open" | undefined {
  if (isLatched(shed)) return "shed-latched";
  if (shed.tripped !== undefined || !shed.inputs.every((input) => provenClear(input, now))) return "shed-blind";
  return shed.contactor === undefined || seenClosed(shed.contactor, now) ? undefined : "contactor-open";
}

export function shedStep(state: Shed, input: ShedInput, now: Monotonic): ShedStep {
  switch (input.type) {
    case "start":
      return start(state, now);
    case "inputs":
      return heard(state, input, now);
    case "station-smoke":
      return isLatched(state)
        ? stay(state)
        : trip(state, { cause: "smoke", source: input.station, seen: input.seen, silent_ms: null }, now);
    case "welded":
      return isLatched(state)
        ? stay(state)
        : trip(state, { cause: "welded", source: input.socket, seen: input.seen, silent_ms: null }, now);
    case "station":
      return below(state, input, now);
    case "contactor":
      return moved(state, (one) => contactorSampled(one, input.sample, { shed: state.id, trip: state.tripped?.trip ?? null, now }), now);
    case "contactor-answered":
      return moved(state, (one) => ({ contactor: openAnswered(one, now), facts: [] }), now);
    case "feeder": {
      if (state.feeder === undefined) return stay(state);
      const { feeder, facts } = feederSampled(state.id, state.feeder, input);
      return stay({ ...state, feeder }, saying(facts));
    }
    case "reset":
      return reset(state, input, now);
    case "told":
      return told(state, input, now);
    case "time":
      return timed(state, now);
  }
}

/** As after a start: nothing that was seen counts any more, and the contactor opens first. */
function start(state: Shed, now: Monotonic): ShedStep {
  const { contactor, feeder } = state;
  const fresh: Shed = {
    ...state,
    inputs: state.inputs.map((input) => newInput(input, now)),
    contactor: contactor === undefined ? undefined : openContactor(undefined, now),
    feeder: feeder === undefined ? undefined : newFeeder(feeder, now),
    clearSince: undefined,
    tripped: isLatched(state) ? state.tripped : undefined,
  };
  return stay(fresh, contactor === undefined ? [] : [{ type: "contactor", order: "open" }]);
}

interface Cause {
  readonly cause: ShedCause;
  readonly source: string;
  readonly seen: Monotonic;
  readonly silent_ms: number | null;
}

function trip(state: Shed, { cause, source, seen, silent_ms }: Cause, now: Monotonic): ShedStep {
  const name = `${state.run}-${state.id}-${state.trips + 1}`;
  const latched = shedLatches(cause);
  const effects: ShedEffect[] = [];
  if (state.contactor !== undefined) effects.push({ type: "contactor", order: "open" });
  effects.push({ type: "cut", trip: name, seen, latched });
  if (latched) effects.push({ type: "latch", latch: { shed: state.id, trip: name, cause, source } });
  effects.push({
    type: "fact",
    seen,
    fact: {
      kind: "shed-tripped",
      trip: name,
      shed: state.id,
      cause,
      source,
      contactor: state.contactor === undefined ? "none" : "opening",
      silent_ms,
      decided_after_ms: Math.max(0, now - seen),
      off_after_ms: 0,
      latched,
    },
  });
  const contactor = state.contactor === undefined ? undefined : openContactor(state.contactor, now);
  const tripped: Tripped = { trip: name, cause, source, at: now, confirmed: false };
  return { state: { ...state, contactor, tripped, trips: state.trips + 1, clearSince: undefined }, effects };
}

function heard(before: Shed, { said, seen }: Extract<ShedInput, { type: "inputs" }>, now: Monotonic): ShedStep {
  const moves = before.inputs.map((input) => inputHeard(before.id, input, { said: said[input.id], seen }));
  const state: Shed = { ...before, inputs: moves.map((move) => move.input) };
  const effects = saying(moves.flatMap((move) => move.facts));
  const active = state.inputs.find((input) => input.active === true && said[input.id] === true);
  if (active !== undefined && !isLatched(state)) {
    const tripped = trip(state, { cause: active.kind, source: active.id, seen, silent_ms: null }, now);
    return { state: tripped.state, effects: [...tripped.effects, ...effects] };
  }
  const next = sighted(state, now);
  return { state: next.state, effects: [...effects, ...next.effects] };
}

/** One word is enough to open the shed, and it is latched; that it burns no longer closes nothing, but is needed for the reset. */
function told(before: Shed, { source, of, active, seen }: Extract<ShedInput, { type: "told" }>, now: Monotonic): ShedStep {
  const others = before.told.filter((one) => one !== source);
  const state: Shed = { ...before, told: active ? [...others, source] : others };
  if (!active || isLatched(state)) return stay(state);
  return trip(state, { cause: of, source, seen, silent_ms: null }, now);
}

/** Everything is read and quiet: a shed that was blind serves again after a while, and a contactor that waits for sight is closed. */
function sighted(before: Shed, now: Monotonic): ShedStep {
  const clear = before.inputs.every((input) => provenClear(input, now));
  const state: Shed = { ...before, clearSince: clear ? (before.clearSince ?? now) : undefined };
  if (!clear || isLatched(state)) return stay(state);
  if (state.tripped === undefined) return closing(state, now);
  if (state.clearSince === undefined || now - state.clearSince < shedFixed.recover_ms) return stay(state);
  const closed = closing({ ...state, tripped: undefined }, now);
  const fact: ShedFact = { kind: "shed-sighted", trip: state.tripped.trip, shed: state.id };
  return { state: closed.state, effects: [...saying([fact]), ...closed.effects] };
}

function closing(state: Shed, now: Monotonic): ShedStep {
  const { contactor } = state;
  if (contactor === undefined || contactor.want === "closed") return stay(state);
  return { state: { ...state, contactor: closeContactor(contactor, now) }, effects: [{ type: "contactor", order: "close" }] };
}

function moved(state: Shed, move: (contactor: Contactor) => ContactorMove, now: Monotonic): ShedStep {
  if (state.contactor === undefined) return stay(state);
  const { contactor, facts } = move(state.contactor);
  return confirm({ ...state, contactor }, { facts, open: undefined, now });
}

function below(state: Shed, { station, seen, flowing, open }: Extract<ShedInput, { type: "station" }>, now: Monotonic): ShedStep {
  const { contactor: before, tripped } = state;
  if (before === undefined) return confirm(state, { facts: [], open, now });
  const heardOf = { shed: state.id, trip: tripped?.trip ?? null, evidence: "current", by: station, closed: flowing, seen, now } as const;
  const { contactor, facts } = against(before, heardOf);
  return confirm({ ...state, contactor }, { facts, open, now });
}

/** A trip is confirmed once every socket is proven open, and the contactor too where there is one. */
function confirm(
  state: Shed,
  { facts, open, now }: { facts: readonly ShedFact[]; open: number | "not-all" | undefined; now: Monotonic },
): ShedStep {
  const { tripped, contactor } = state;
  const effects = saying(facts);
  if (tripped === undefined || tripped.confirmed || typeof open !== "number") return { state, effects };
  if (contactor !== undefined && !seenOpen(contactor, now)) return { state, effects };
  const fact: ShedFact = {
    kind: "shed-opened",
    trip: tripped.trip,
    shed: state.id,
    confirmed_after_ms: Math.max(0, now - tripped.at),
    sockets: open,
  };
  return { state: { ...state, tripped: { ...tripped, confirmed: true } }, effects: [...effects, ...saying([fact])] };
}

function reset(state: Shed, asked: Extract<ShedInput, { type: "reset" }>, now: Monotonic): ShedStep {
  const { trip: name, person, reason } = asked;
  const refused = resetRefusal(state, { trip: name, stations: asked.stations, now });
  if (refused !== undefined) {
    const { code, zh, en } = refused;
    return stay(state, saying([{ kind: "shed-reset-refused", trip: name, shed: state.id, person, code, zh, en }]));
  }
  const closed = closing({ ...state, tripped: undefined }, now);
  return {
    state: closed.state,
    effects: [
      { type: "unlatch", shed: state.id },
      ...saying([{ kind: "shed-reset", trip: name, shed: state.id, person, reason }]),
      ...closed.effects,
    ],
  };
}

function timed(before: Shed, now: Monotonic): ShedStep {
  const moves = before.inputs.map((input) => inputTimed(before.id, input, now));
  const facts = moves.flatMap((move) => move.facts);
  const inputs = moves.map((move) => move.input);
  const clearSince = inputs.every((input) => provenClear(input, now)) ? before.clearSince : undefined;
  let state: Shed = { ...before, inputs, clearSince };
  if (state.feeder !== undefined) {
    const move = feederTimed(state.id, state.feeder, now);
    state = { ...state, feeder: move.feeder };
    facts.push(...move.facts);
  }
  if (state.contactor !== undefined) {
    const move = contactorTimed(state.contactor, state.id, now);
    state = { ...state, contactor: move.contactor };
    facts.push(...move.facts);
  }
  const lost = state.tripped === undefined ? state.inputs.find((input) => now >= blindAt(state, input)) : undefined;
  if (lost === undefined) return { state, effects: saying(facts) };
  const { id, seen } = lost;
  const tripped = trip(state, { cause: "blind", source: id, seen: blindAt(state, lost), silent_ms: now - seen }, now);
  return { state: tripped.state, effects: [...tripped.effects, ...saying(facts)] };
}

const blindAt = (shed: Shed, input: FireInput): Monotonic => after(input.seen, shed.blind_ms);

/** When `shedStep` wants to be called with "time" at the latest. */
export function shedWakeAt(shed: Shed): Monotonic | undefined {
  const times: Monotonic[] = [];
  for (const input of shed.inputs) {
    if (!input.silent) times.push(silentAt(input));
    if (shed.tripped === undefined) times.push(blindAt(shed, input));
  }
  if (shed.feeder !== undefined && !shed.feeder.silent) times.push(feederSilentAt(shed.feeder));
  const missed = shed.contactor === undefined ? undefined : missedAt(shed.contactor);
  if (missed !== undefined) times.push(missed);
  return times.reduce<Monotonic | undefined>((least, at) => (least === undefined || at < least ? at : least), undefined);
}
