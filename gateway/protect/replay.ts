// Recorded samples through the very decisions of the safety process: the same step, told the time of each sample, and woken at every deadline between them.
// What a recording cannot hold is put beside it and said: who authorised the charge, and that the line answers every OFF at once.
import { type Monotonic, monotonic } from "#protocols/vocabulary/time.ts";
import type { ChargingFact, Effect } from "../core/charging/facts.ts";
import type { Limits } from "../core/charging/limits.ts";
import { type Input, newStation, type Station, step, wakeAt } from "../core/charging/protection.ts";
import type { SocketSample, StationSample } from "../core/charging/sample.ts";
import { type SocketState, stateOf } from "../core/charging/state.ts";
import type { Moment, StationRecording } from "./recording.ts";

export interface ReplayWishes {
  readonly limits: Limits;
  /** "recorded": the relay is what the recording read back. "follow": it does as our decisions command, and behind an open relay nothing flows. */
  readonly relay: "recorded" | "follow";
  /** "by itself": a socket that charges in the recording was authorised in time. "recorded": only what the column `event` says. */
  readonly authority: "by itself" | "recorded";
  /** How long the silence after the last sample is followed. */
  readonly after_ms: number;
}

/** One thing that became different, or was said. */
export interface Change {
  /** From the recording's first row; before it: 0. */
  readonly ms: number;
  /** The recording's own time, where this fell on a sample. */
  readonly label: string | undefined;
  /** undefined: of the whole station. */
  readonly socket: string | undefined;
  readonly from: SocketState | undefined;
  readonly to: SocketState | undefined;
  readonly facts: readonly ChargingFact[];
}

export interface SocketReport {
  readonly socket: string;
  readonly samples: number;
  /** Cells that were absent. */
  readonly absent: number;
  readonly peak_mA: number | undefined;
  /** Highest state of the inverse-time integral and of the thermal model, thousandths; 1000 trips. */
  readonly heat_permille: number;
  readonly warmth_permille: number | undefined;
  readonly state: SocketState;
  /** Every cut and weld, in order. */
  readonly trips: readonly { readonly ms: number; readonly cause: string }[];
}

export interface StationReplay {
  readonly id: string;
  readonly changes: readonly Change[];
  readonly sockets: readonly SocketReport[];
}

/** The moments of told time: no clock begins at 0. */
const begin = 1_000_000;
/** Before the first sample of a charge the socket was seen open, and authorised. */
const before_ms = 100;
const idle: SocketSample = {
  relay_closed: false,
  plugged: "not-offered",
  voltage_mV: "not-offered",
  current_mA: 0,
  power_mW: "not-offered",
  temperature_mC: "not-offered",
  energy_mWh: "not-offered",
  residual_mA: "not-offered",
  request_seq: "not-offered",
  request_card: "not-offered",
};

interface Tally {
  samples: number;
  absent: number;
  peak_mA: number | undefined;
  heat: number;
  warmth: number | undefined;
  readonly trips: { ms: number; cause: string }[];
}

class Run {
  state: Station;
  now: Monotonic = monotonic(begin);
  label: string | undefined;
  readonly changes: Change[] = [];
  readonly relays: boolean[];
  readonly tallies: Tally[];
  #authorities = 0;
  #quiet = true;

  constructor({ id, sockets }: StationRecording, limits: Limits) {
    this.state = newStation({ id, sockets, limits, latches: [], run: "replay" }, this.now);
    this.relays = Array.from({ length: sockets }, () => false);
    this.tallies = Array.from({ length: sockets }, () => ({
      samples: 0,
      absent: 0,
      peak_mA: undefined,
      heat: 0,
      warmth: undefined,
      trips: [],
    }));
  }

  give(input: Input): void {
    const states = this.state.sockets.map((socket) => stateOf(socket, this.now));
    const stepped = step(this.state, input, this.now);
    this.state = stepped.state;
    for (const effect of stepped.effects) this.#heed(effect);
    this.#note(
      states,
      stepped.effects.flatMap((effect) => (effect.type === "fact" ? [effect.fact] : [])),
    );
  }

  /** The line of a replay is ideal: what is commanded is done, and answered at once. */
  #heed(effect: Effect): void {
    if (effect.type === "on") this.relays[effect.socket] = true;
    if (effect.type !== "off") return;
    this.relays[effect.socket] = false;
    this.state = step(this.state, { type: "off-answered", socket: effect.socket }, this.now).state;
  }

  #note(before: readonly SocketState[], facts: readonly ChargingFact[]): void {
    for (const [index, socket] of this.state.sockets.entries()) {
      const own = facts.filter((fact) => "socket" in fact && fact.socket === socket.name);
      const [from, to] = [before[index], stateOf(socket, this.now)];
      const tally = this.tallies[index];
      if (tally !== undefined) {
        tally.heat = Math.max(tally.heat, socket.watch.heat.level);
        if (socket.watch.warmth !== undefined) tally.warmth = Math.max(tally.warmth ?? 0, socket.watch.warmth.level);
        for (const fact of own)
          if (fact.kind === "cut" || fact.kind === "welded")
            tally.trips.push({ ms: this.ms(), cause: fact.kind === "cut" ? fact.cause : "welded" });
      }
      if (!this.#quiet && (own.length > 0 || from !== to)) this.#say({ socket: socket.name, from, to, facts: own });
    }
    const ofStation = facts.filter((fact) => "station" in fact && fact.station !== null);
    if (!this.#quiet && ofStation.length > 0) this.#say({ socket: undefined, from: undefined, to: undefined, facts: ofStation });
  }

  #say(change: Omit<Change, "ms" | "label">): void {
    this.changes.push({ ms: this.ms(), label: this.label, ...change });
  }

  ms = (): number => Math.max(0, Math.round(this.now - begin));

  /** Time goes on; what falls due between two samples is decided at its own time. A sample that comes in the very millisecond of a deadline has come. */
  until(at: number): void {
    for (let wake = wakeAt(this.state); wake !== undefined && wake < at; wake = wakeAt(this.state)) {
      this.now = monotonic(Math.max(this.now, wake));
      this.give({ type: "time" });
    }
    this.now = monotonic(Math.max(this.now, at));
  }

  energise(socket: number): void {
    this.#authorities += 1;
    const name = `${this.state.id}/${socket + 1}`;
    const authority = { id: `replay-${this.#authorities}`, socket: name, session: `replay-${this.#authorities}`, duration_ms: 86_400_000 };
    this.give({ type: "energise", socket, authority });
  }

  act(socket: number, what: Moment["events"][number]["what"]): void {
    if (what === "energise") this.energise(socket);
    const held = this.state.sockets[socket];
    if (what === "release" && held?.authority !== undefined) this.give({ type: "release", socket, authority: held.authority.id });
    if (what === "reset" && held?.latch !== undefined)
      this.give({ type: "reset-latch", socket, trip: held.latch.trip, person: "replay", reason: "event: reset" });
  }

  /** From here on what happens is said. */
  speak(): void {
    this.#quiet = false;
  }

  sample(sample: StationSample): void {
    this.give({ type: "sample", sample });
  }
}

/** Whether a socket charges in this moment: its relay is read back closed, or, where no relay was recorded, current flows. */
const charges = (sample: SocketSample | undefined, relay: ReplayWishes["relay"]): boolean | undefined => {
  if (sample === undefined) return undefined;
  if (relay === "follow") return true;
  return typeof sample.relay_closed === "boolean" ? sample.relay_closed : undefined;
};

/** At which moments each socket must have been authorised, so that the charge that follows was allowed: after the last moment in which it was seen open, or before its first. */
function authorities(
  { sockets, moments }: StationRecording,
  relay: ReplayWishes["relay"],
): { first: Set<number>; after: Map<number, number[]> } {
  const first = new Set<number>();
  const after = new Map<number, number[]>();
  for (let socket = 0; socket < sockets; socket += 1) {
    let open: number | undefined;
    let known: boolean | undefined;
    for (const [index, moment] of moments.entries()) {
      const now = charges(moment.sockets.get(socket), relay);
      if (now === true && known !== true) {
        if (open === undefined) first.add(socket);
        else after.set(open, [...(after.get(open) ?? []), socket]);
      }
      if (now === false) open = index;
      known = now ?? known;
    }
  }
  return { first, after };
}

/** Behind a relay that we opened nothing flows; its counter stands. */
function behind(sample: SocketSample, closed: boolean): SocketSample {
  if (closed) return { ...sample, relay_closed: true };
  const zero = (value: SocketSample["power_mW"]): SocketSample["power_mW"] => (value === "not-offered" ? value : 0);
  return { ...sample, relay_closed: false, current_mA: 0, power_mW: zero(sample.power_mW) };
}

/** The array of a station's answer, without the sockets of which this moment says nothing. */
function answerOf(count: number, sample: (socket: number) => SocketSample | undefined): readonly SocketSample[] {
  const found: SocketSample[] = [];
  for (let socket = 0; socket < count; socket += 1) {
    const own = sample(socket);
    if (own !== undefined) found[socket] = own;
  }
  return found;
}

export function replayStation(recording: StationRecording, wishes: ReplayWishes): StationReplay {
  const run = new Run(recording, wishes.limits);
  const { sockets, moments } = recording;
  const given =
    wishes.authority === "by itself"
      ? authorities(recording, wishes.relay)
      : { first: new Set<number>(), after: new Map<number, number[]>() };
  /** A socket's first row: seen open and authorised just before it. */
  const prelude = new Map<number, number[]>();
  for (const socket of given.first) {
    const index = moments.findIndex((moment) => moment.sockets.has(socket));
    prelude.set(index, [...(prelude.get(index) ?? []), socket]);
  }
  run.now = monotonic(begin - 2 * before_ms);
  run.give({ type: "start" });
  for (const [index, moment] of moments.entries()) {
    const fresh = prelude.get(index) ?? [];
    if (fresh.length > 0) seenOpen(run, fresh, { at: begin + moment.ms - before_ms, sockets });
    if (index === 0) run.speak();
    run.until(begin + moment.ms);
    run.label = moment.label;
    run.sample(sampleOf(run, moment, wishes));
    for (const socket of given.after.get(index) ?? []) run.energise(socket);
    if (wishes.authority === "recorded") for (const { socket, what } of moment.events) run.act(socket, what);
    run.label = undefined;
  }
  run.until(begin + (moments.at(-1)?.ms ?? 0) + wishes.after_ms + (wishes.after_ms > 0 ? 1 : 0));
  return { id: recording.id, changes: run.changes, sockets: reports(run) };
}

function seenOpen(run: Run, fresh: readonly number[], { at, sockets }: { at: number; sockets: number }): void {
  run.until(at);
  const answer = answerOf(sockets, (socket) => (fresh.includes(socket) ? idle : undefined));
  run.sample({ seen: monotonic(at), smoke: "not-offered", leakage_mA: "not-offered", sockets: answer });
  for (const socket of fresh) run.energise(socket);
}

function sampleOf(run: Run, moment: Moment, { relay }: ReplayWishes): StationSample {
  const count = run.state.sockets.length;
  const answer = answerOf(count, (socket) => {
    const own = moment.sockets.get(socket);
    if (own === undefined) return undefined;
    const tally = run.tallies[socket];
    if (tally !== undefined) {
      tally.samples += 1;
      tally.absent += Object.values(own).filter((value) => value === "absent").length;
      if (typeof own.current_mA === "number") tally.peak_mA = Math.max(tally.peak_mA ?? 0, own.current_mA);
    }
    return relay === "recorded" ? own : behind(own, run.relays[socket] ?? false);
  });
  return { seen: run.now, smoke: moment.smoke, leakage_mA: moment.leakage_mA, sockets: answer };
}

const reports = (run: Run): SocketReport[] =>
  run.state.sockets.map((socket, index): SocketReport => {
    const { samples = 0, absent = 0, peak_mA, heat = 0, warmth, trips = [] } = run.tallies[index] ?? {};
    return {
      socket: socket.name,
      samples,
      absent,
      peak_mA,
      heat_permille: Math.round(heat * 1000),
      warmth_permille: warmth === undefined ? undefined : Math.round(warmth * 1000),
      state: stateOf(socket, run.now),
      trips,
    };
  });
