// Sheds in the safety process: boards' answers become contacts, decisions become OFFs of stations and of the contactor's coil, on whatever lines they hang.
import type { DeviceValues } from "#protocols/modbus/decode.ts";
import { type Refusal, refusal } from "#protocols/vocabulary/faults.ts";
import type { Monotonic } from "#protocols/vocabulary/time.ts";
import { fixed } from "../core/charging/limits.ts";
import type { Input, Station } from "../core/charging/protection.ts";
import { good, type Sampled, type StationSample, whole } from "../core/charging/sample.ts";
import type { LoadFact, ShedEffect, ShedLatch } from "../core/charging/shed/facts.ts";
import { shedFixed } from "../core/charging/shed/limits.ts";
import { shedRefusalWords } from "../core/charging/shed/load-words.ts";
import { newShed, type Shed, type ShedInput, type StationShows, shedRefuses, shedStep, shedWakeAt } from "../core/charging/shed/shed.ts";
import { live } from "../core/charging/weld.ts";
import { drivers } from "../drivers/table.ts";
import type { ShedReading, SiteToSafety, WatchedReading } from "../link/messages.ts";
import { type Loads, startLoads } from "./loads.ts";
import { shedReading } from "./shed-readings.ts";
import type { Contact, ShedsWiring, ShedWiring } from "./shed-wiring.ts";

export interface ShedsParts {
  readonly wiring: ShedsWiring;
  readonly now: () => Monotonic;
  /** Names this run: in the names of trips. */
  readonly run: string;
  readonly latches: readonly ShedLatch[];
  readonly station: (id: string) => Station | undefined;
  readonly decide: (station: string, input: Input) => void;
  readonly contactor: (coil: string, order: "open" | "close") => void;
  /** `below`: whose OFF a trip waits for. */
  readonly take: (effects: readonly ShedEffect[], below: readonly string[]) => void;
  readonly say: (fact: LoadFact) => void;
}

export interface Sheds {
  has(station: string): boolean;
  begin(): void;
  onBoard(board: string, values: DeviceValues, seen: Monotonic): void;
  /** After the station's own decision about the sample. */
  onStation(state: Station, sample: StationSample): void;
  onWelded(station: string, socket: string, seen: Monotonic): void;
  onCoilAnswered(coil: string): void;
  /** Why this socket may not be energised now: its shed, or a budget above it. */
  refuses(station: string, socket: number): Refusal | undefined;
  reset(message: Extract<SiteToSafety, { type: "reset-shed" }>): void;
  told(message: Extract<SiteToSafety, { type: "fire" }>): void;
  timed(): void;
  wakeAt(): Monotonic | undefined;
  readings(): ShedReading[];
  /** Of facilities; what was never read is not among them. */
  watched(): WatchedReading[];
}

interface Kept {
  readonly wiring: ShedWiring;
  state: Shed;
  /** The newest of a feedback contact that hangs on another board than the relay. */
  feedback: { readonly said: Sampled<boolean>; readonly seen: Monotonic } | undefined;
}

/** Who is heard: the station; of one that is put together the socket alone, whose counts are its own. */
function speaks(state: Station, sample: StationSample): string {
  const present = state.sockets.filter(({ index }) => sample.sockets[index] !== undefined);
  const [only] = present;
  return present.length === 1 && only !== undefined ? only.name : state.id;
}

export function startSheds(parts: ShedsParts): Sheds {
  const { wiring, run, latches } = parts;
  const boards = new Map(wiring.boards.map((board) => [board.id, drivers.board(board)]));
  const sheds = new Map<string, Kept>(wiring.sheds.map((one) => [one.id, { wiring: one, state: newShedOf(one), feedback: undefined }]));
  const shedOf = new Map(wiring.sheds.flatMap(({ id, stations }) => stations.map((station) => [station, id] as const)));
  const loads: Loads = startLoads({ ...parts, stations: [...shedOf.keys()] });

  function newShedOf({ id, inputs, contactor, meter, blind_ms }: ShedWiring): Shed {
    const feeder = meter === undefined ? undefined : { id: meter.device, residual_alarm_mA: meter.residual_alarm_mA };
    const latch = latches.find(({ shed }) => shed === id);
    return newShed({ id, inputs, contactor: contactor !== undefined, feeder, blind_ms, latch, run }, parts.now());
  }

  const stationsOf = (kept: Kept): Station[] => kept.wiring.stations.flatMap((id) => parts.station(id) ?? []);
  const below = (kept: Kept): string[] => [
    ...(kept.wiring.contactor === undefined ? [] : [kept.wiring.contactor.coil]),
    ...stationsOf(kept).flatMap(({ sockets }) => sockets.map(({ name }) => name)),
  ];

  function step(kept: Kept, input: ShedInput): void {
    const { state, effects } = shedStep(kept.state, input, parts.now());
    kept.state = state;
    const coil = kept.wiring.contactor?.coil;
    for (const effect of effects) {
      if (effect.type === "contactor" && coil !== undefined) parts.contactor(coil, effect.order);
      if (effect.type !== "cut") continue;
      const { trip, seen, latched } = effect;
      for (const station of kept.wiring.stations) parts.decide(station, { type: "shed-cut", trip, seen, latched });
    }
    if (effects.length > 0) parts.take(effects, below(kept));
  }

  const levelOf = (board: string, values: DeviceValues, { place, active }: Contact): Sampled<boolean> =>
    boards.get(board)?.level(values, place, active) ?? "absent";

  function hearInputs(kept: Kept, board: string, { values, seen }: { values: DeviceValues; seen: Monotonic }): void {
    const here = kept.wiring.inputs.filter(({ device }) => device === board);
    if (here.length === 0) return;
    step(kept, { type: "inputs", seen, said: Object.fromEntries(here.map((input) => [input.id, levelOf(board, values, input)])) });
  }

  function hearContactor(kept: Kept, board: string, { values, seen }: { values: DeviceValues; seen: Monotonic }): void {
    const { contactor } = kept.wiring;
    if (contactor === undefined) return;
    const { relay, feedback } = contactor;
    const fed = feedback?.device === board ? levelOf(board, values, feedback) : undefined;
    if (fed !== undefined) kept.feedback = { said: fed, seen };
    if (relay === undefined) {
      // The board does not show its relays: the feedback contact alone says what the contactor does.
      if (fed !== undefined) step(kept, { type: "contactor", sample: { seen, relay: fed, feedback: "not-offered" } });
      return;
    }
    if (relay.device !== board) return;
    const known = kept.feedback !== undefined && seen - kept.feedback.seen <= shedFixed.warn_ms ? kept.feedback.said : "absent";
    const said = levelOf(board, values, { ...relay, active: 1 });
    step(kept, { type: "contactor", sample: { seen, relay: said, feedback: feedback === undefined ? "not-offered" : known } });
  }

  function hearMeter(kept: Kept, board: string, { values, seen }: { values: DeviceValues; seen: Monotonic }): void {
    const { meter } = kept.wiring;
    if (meter?.device !== board) return;
    const residual_mA = meter.residual === undefined ? "not-offered" : (boards.get(board)?.number(values, meter.residual) ?? "absent");
    step(kept, { type: "feeder", seen, residual_mA });
  }

  function shows({ id, sockets, answered }: Station): StationShows {
    const now = parts.now();
    const smoke = now - answered < shedFixed.warn_ms ? smokeOf.get(id) : undefined;
    const hot = sockets.find(
      ({ sample, seen }) => sample !== undefined && seen !== undefined && now - seen < shedFixed.warn_ms && live(sample),
    );
    return { station: id, smoke, live: hot?.name };
  }
  /** What each station's own detector said last. */
  const smokeOf = new Map<string, boolean | undefined>();

  /** The newest of each watched value. */
  const watchedAt = new Map<number, { readonly value: number | null; readonly seen: Monotonic }>();
  function hearWatched(board: string, values: DeviceValues, seen: Monotonic): void {
    for (const [n, { device, place, level }] of wiring.watched.entries()) {
      if (device !== board) continue;
      const said = level ? boards.get(board)?.level(values, place, 1) : boards.get(board)?.number(values, place);
      const value = typeof said === "boolean" ? Number(said) : typeof said === "number" && Number.isFinite(said) ? said : null;
      watchedAt.set(n, { value, seen });
    }
  }

  const keptOf = (station: string): Kept | undefined => sheds.get(shedOf.get(station) ?? "");

  return {
    has: (station) => shedOf.has(station),
    begin() {
      for (const kept of sheds.values()) step(kept, { type: "start" });
      loads.begin();
    },
    onBoard(board, values, seen) {
      const heard = { values, seen };
      for (const kept of sheds.values()) {
        hearInputs(kept, board, heard);
        hearContactor(kept, board, heard);
        hearMeter(kept, board, heard);
      }
      hearWatched(board, values, seen);
      for (const [budget, value] of wiring.meters)
        if (value.device === board) loads.metered(budget, boards.get(board)?.number(values, value.place) ?? "absent", seen);
    },
    onStation(state, sample) {
      const kept = keptOf(state.id);
      if (kept === undefined) return;
      smokeOf.set(state.id, typeof sample.smoke === "boolean" ? sample.smoke : undefined);
      if (sample.smoke === true) step(kept, { type: "station-smoke", station: state.id, seen: sample.seen });
      const flowing = sample.sockets.some((one) => whole(one) && (good(one.current_mA) ?? 0) > fixed.weld_mA);
      step(kept, { type: "station", station: speaks(state, sample), seen: sample.seen, flowing, open: openOf(stationsOf(kept)) });
      loads.balance();
    },
    onWelded(station, socket, seen) {
      const kept = keptOf(station);
      if (kept !== undefined) step(kept, { type: "welded", socket, seen });
    },
    onCoilAnswered(coil) {
      for (const kept of sheds.values()) if (kept.wiring.contactor?.coil === coil) step(kept, { type: "contactor-answered" });
    },
    refuses(station, socket) {
      const kept = keptOf(station);
      const one = parts.station(station)?.sockets[socket];
      if (kept === undefined || one === undefined) return undefined;
      const code = shedRefuses(kept.state, parts.now());
      if (code !== undefined) return refusal(code, shedRefusalWords[code].zh, shedRefusalWords[code].en);
      return loads.refuses(one);
    },
    reset({ shed, trip, person, reason }) {
      const kept = sheds.get(shed);
      if (kept !== undefined) step(kept, { type: "reset", trip, person, reason, stations: stationsOf(kept).map(shows) });
    },
    told({ shed, source, of, active }) {
      const kept = sheds.get(shed);
      if (kept !== undefined) step(kept, { type: "told", source, of, active, seen: parts.now() });
    },
    timed() {
      const now = parts.now();
      for (const kept of sheds.values()) {
        const due = shedWakeAt(kept.state);
        if (due !== undefined && due <= now) step(kept, { type: "time" });
      }
      loads.balance();
    },
    wakeAt() {
      const times = [...sheds.values()].flatMap(({ state }) => shedWakeAt(state) ?? []);
      const balance = loads.wakeAt();
      if (balance !== undefined) times.push(balance);
      return times.length === 0 ? undefined : (Math.min(...times) as Monotonic);
    },
    watched: () =>
      wiring.watched.flatMap(({ device, place }, n) => {
        const said = watchedAt.get(n);
        return said === undefined ? [] : [{ device, ...place, value: said.value, age_ms: parts.now() - said.seen }];
      }),
    readings: () => [...sheds.values()].map(({ wiring: one, state }) => shedReading(state, loads.readings(one), parts.now())),
  };
}

/** How many sockets there are, once every one of them is proven open. */
function openOf(stations: readonly Station[]): number | "not-all" {
  let count = 0;
  for (const { sockets } of stations)
    for (const { authority, check } of sockets) {
      if (authority !== undefined || check !== undefined) return "not-all";
      count += 1;
    }
  return count;
}
