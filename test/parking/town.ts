// A script played against the real lanes: cars drive, arms move, cameras speak through their codecs, drivers pay; and, where it is asked for, noise.
import { cpSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cameraProtocol } from "#gateway/drivers/cameras/table.ts";
import type { Journal, Transaction } from "#gateway/journal/journal.ts";
import type { Seen } from "#protocols/cameras/sources-for-tests.ts";
import { wall } from "#protocols/vocabulary/time.ts";
import { newBarrier, pulse } from "#sim/parking/barrier.ts";
import { advanceLane, type Lane as DrivenLane, newLane } from "#sim/parking/lane.ts";
import { type ToldClock, toldChance, toldClock } from "../told-clock.ts";
import { repository } from "../world/program.ts";
import { type Made, madeOf } from "./made.ts";
import { type Delivery, type Noise, planOf, wireOf } from "./noise.ts";
import { type LaneScript, type Script, type Trip, whole } from "./script.ts";
import { openToldSite, type ToldSite } from "./told-site.ts";

export interface PlayOptions {
  /** undefined: the clean run. */
  readonly noise?: Noise;
  /** The gateway as it would be if it did not know a repeat by its key. */
  readonly forgetsReads?: true;
}

export interface Played {
  readonly made: Made;
  /** How often an arm really went up. */
  readonly armsUp: number;
  /** Of each trip, from the recognition that let it in to the one that it left by. */
  readonly stays_ms: ReadonlyMap<Trip, number>;
  readonly done: Readonly<Record<string, number>>;
}

const step_ms = 100;
const look_ms = 200;
/** No script is longer than some hours. */
const longest_ms = 3 * 86_400_000;
const opensInReply = /"info":"ok"|"ionum":"io1","action":"on"/;

interface Place {
  readonly script: LaneScript;
  readonly driven: DrivenLane;
  readonly coming: Trip[];
  trip: Trip | undefined;
  /** The driver at the exit takes out the phone. */
  paysAt: number;
}

interface Telling {
  at: number;
  readonly lane: string;
  readonly payment: Record<"payment" | "bill" | "collector", string> & {
    readonly method: "cash";
    readonly amount_fen: number;
    readonly plate_checked: true;
  };
}

interface Town {
  readonly folder: string;
  readonly options: PlayOptions;
  readonly places: readonly Place[];
  readonly deliveries: Delivery[];
  readonly tellings: Telling[];
  readonly deaths: number[];
  readonly clocks: number[];
  readonly numbers: Map<string, number>;
  readonly entered: Map<string, number>;
  readonly stays: Map<Trip, number>;
  readonly done: Record<string, number>;
  now: number;
  clock: ToldClock;
  boots: number;
  lives: number;
  site: ToldSite | undefined;
  backAt: number;
}

const never = Number.POSITIVE_INFINITY;
const comes = (trip: Trip, lane: LaneScript): number => (lane.direction === "exit" ? trip.leaves : trip.arrives);

const forgetful = (real: Journal): Journal => ({
  ...real,
  commit: (work) =>
    real.commit((tx) => {
      const get: Transaction["get"] = (sql, ...values) => (/FROM camera_read WHERE key/.test(sql) ? undefined : tx.get(sql, ...values));
      return work({ ...tx, get });
    }),
});

export async function play(script: Script, options: PlayOptions = {}): Promise<Played> {
  // A disk without a spindle, where there is one: what an fsync promises is held elsewhere.
  const folder = mkdtempSync(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "cuobian-history-"));
  cpSync(join(repository, "tariffs/residential-free-hour.yaml"), join(folder, "tariff.yaml"));
  const town = newTown(script, folder, options);
  try {
    await open(town);
    while (!quiet(town) || next(town) !== never) {
      if (town.now > longest_ms)
        throw new Error(`a car that never leaves: ${JSON.stringify(town.places.map(({ script, trip }) => [script.id, trip?.plate]))}`);
      await step(town);
    }
    const made = madeOf((await open(town)).journal);
    const armsUp = town.places.reduce((sum, { driven }) => sum + driven.barrier.openings, 0);
    return { made, armsUp, stays_ms: town.stays, done: town.done };
  } finally {
    town.site?.die();
    rmSync(folder, { recursive: true, force: true });
  }
}

function newTown(script: Script, folder: string, options: PlayOptions): Town {
  const place = (lane: LaneScript): Place => ({
    script: lane,
    driven: newLane({ id: lane.id, direction: lane.direction, barrier: newBarrier(1_000, 0) }),
    coming: script.trips
      .filter(({ entry, exit }) => (lane.direction === "entry" ? entry : exit) === lane.id)
      .sort((x, y) => comes(x, lane) - comes(y, lane)),
    trip: undefined,
    paysAt: never,
  });
  return {
    folder,
    options,
    places: script.lanes.map(place),
    deliveries: [],
    tellings: [],
    ...planOf(script, options.noise),
    numbers: new Map(),
    entered: new Map(),
    stays: new Map(),
    done: {},
    now: 0,
    clock: toldClock(),
    boots: 1,
    lives: 0,
    site: undefined,
    backAt: never,
  };
}

const count = (town: Town, what: string): void => {
  town.done[what] = (town.done[what] ?? 0) + 1;
};
const placeOf = (town: Town, id: string): Place => town.places.find(({ script }) => script.id === id) ?? fail(id);

async function open(town: Town): Promise<ToldSite> {
  if (town.site !== undefined) return town.site;
  town.lives += 1;
  town.backAt = never;
  town.site = await openToldSite({
    folder: town.folder,
    lanes: town.places.map(({ script: { id, direction, protocol, serialno } }) => ({ id, direction, camera: { protocol, serialno } })),
    clock: town.clock,
    chance: toldChance(town.lives),
    board: (id) => ({ pulse: () => pulse(placeOf(town, id).driven.barrier, "open", town.now) }),
    ...(town.options.forgetsReads ? { journal: forgetful } : {}),
  });
  look(town);
  return town.site;
}

const next = ({ places, deliveries, tellings, deaths, clocks, backAt }: Town): number =>
  Math.min(
    ...places.map(({ coming: [trip], script }) => (trip === undefined ? never : comes(trip, script))),
    ...deliveries.map(({ at }) => at),
    ...tellings.map(({ at }) => at),
    deaths[0] ?? never,
    clocks[0] ?? never,
    backAt,
  );

const quiet = ({ places }: Town): boolean =>
  places.every(({ driven: { front, queue, barrier } }) => front === undefined && queue.length === 0 && barrier.arm === "closed");

async function step(town: Town): Promise<void> {
  const idle = quiet(town) ? Math.floor((next(town) - town.now) / step_ms - 1) * step_ms : 0;
  if (idle > 0) {
    town.now += idle;
    town.clock.leap(idle);
    look(town);
  }
  town.now += step_ms;
  town.clock.advance(step_ms);
  suffer(town);
  if (town.now >= town.backAt) await open(town);
  for (const place of town.places) drive(town, place);
  if (town.now % look_ms === 0) look(town);
  deliver(town);
  await pay(town);
}

/** The process dies, the power fails, the clock is set. */
function suffer(town: Town): void {
  const { noise } = town.options;
  if (noise === undefined) return;
  const { random, kind } = noise;
  while ((town.clocks[0] ?? never) <= town.now) {
    town.clocks.shift();
    // A time server that corrects, or one that is heard for the first time.
    const most = random() < 0.6 ? 40_000 : 2 * 3_600_000;
    town.clock.setWall(wall(town.clock.wall() + whole(random, -most, most)));
    count(town, "clocks set");
  }
  while ((town.deaths[0] ?? never) <= town.now) {
    town.deaths.shift();
    if (town.site === undefined) continue;
    town.site.die();
    town.site = undefined;
    town.backAt = town.now + whole(random, 0, 20_000);
    count(town, kind === "reboots" ? "reboots" : "restarts");
    if (kind !== "reboots") continue;
    town.boots += 1;
    town.clock = toldClock({ wall: town.clock.wall(), mono: whole(random, 1_000, 9_000), boot: `boot-${town.boots}` });
  }
}

function drive(town: Town, place: Place): void {
  const { script, driven, coming } = place;
  for (let [trip] = coming; trip !== undefined && comes(trip, script) <= town.now; [trip] = coming) {
    coming.shift();
    place.trip = trip;
    driven.queue.push({ plate: trip.plate, stay_ms: undefined, steady: false });
  }
  for (const effect of advanceLane(driven, town.now)) {
    if (effect.kind === "read") recognise(town, place, place.trip ?? fail(script.id));
    else {
      place.trip = undefined;
      place.paysAt = never;
    }
  }
}

function recognise(town: Town, place: Place, trip: Trip): void {
  const { script, driven } = place;
  const number = (): number => {
    const n = (town.numbers.get(script.serialno) ?? 0) + 1;
    town.numbers.set(script.serialno, n);
    return n;
  };
  const again = (): Seen => ({ plate: trip.plate, at: town.clock.wall(), number: number() });
  const stored = trip.stored && script.direction === "entry";
  const { deliveries, done } = wireOf(town.options.noise, { lane: script, seen: again(), now: town.now, stored, again });
  town.deliveries.push(...deliveries);
  for (const what of done) count(town, what);
  if (stored) pulse(driven.barrier, "open", town.now);
  if (script.direction === "entry") town.entered.set(trip.plate, town.now);
  else {
    town.stays.set(trip, town.now - (town.entered.get(trip.plate) ?? town.now));
    if (place.paysAt === never) place.paysAt = town.now + 5_000;
  }
}

/** Every board is heard, as often as the real driver asks it. */
function look({ site, places, clock }: Town): void {
  if (site === undefined) return;
  for (const { script, driven } of places) {
    const { arm, loops, openings, passages } = driven.barrier;
    site.listeners.get(script.id)?.onLook({
      asked: clock.monotonic(),
      open: arm === "open",
      closed: arm === "closed",
      moving: arm === "opening" || arm === "closing",
      ...loops,
      fault: false,
      opened: 40_000 + openings,
      passed: 39_000 + passages,
    });
  }
}

const due = <T extends { at: number }>(list: T[], now: number): T[] => {
  const ready = list.filter(({ at }) => at <= now).sort((x, y) => x.at - y.at);
  for (const one of ready) list.splice(list.indexOf(one), 1);
  return ready;
};

function deliver(town: Town): void {
  for (const one of due(town.deliveries, town.now)) {
    // Nobody listens: cameras try again.
    if (town.site === undefined) town.deliveries.push(Object.assign(one, { at: town.now + 1_000 }));
    else if (say(town.site, one) && one.deaf !== true) pulse(placeOf(town, one.lane.id).driven.barrier, "open", town.now);
  }
}

/** Whether the camera is told to open. */
function say({ lanes }: ToldSite, { lane, bytes }: Delivery): boolean {
  const { source } = lane;
  const protocol = cameraProtocol(lane.protocol);
  if (source.http !== undefined) {
    const { path, type } = source.http;
    const answer = lanes.push(protocol, { path, contentType: type, peer: "127.0.0.1", secret: undefined, bytes });
    if (answer.kind !== "answer" || answer.reason === "unknown-camera") throw new Error(`${source.name}: ${answer.reason}`);
    return opensInReply.test(answer.body);
  }
  const reads = source.decode(bytes);
  if ("kind" in reads) throw new Error(`${source.name}: ${reads.reason}`);
  const opened = reads.map((read) => lanes.lane(lane.id)?.read(read).opens ?? false);
  return protocol.opensBy === "reply" && opened.includes(true);
}

async function pay(town: Town): Promise<void> {
  const { site, now } = town;
  for (const place of town.places.filter(({ paysAt }) => paysAt <= now)) {
    place.paysAt = now + 1_000;
    const lane = site?.lanes.lane(place.script.id);
    const asked = lane && site?.payments.due(lane);
    if (asked === undefined || asked === null || "kind" in asked) continue;
    place.paysAt = never;
    const payment = {
      payment: `payment-${asked.bill}`,
      bill: asked.bill,
      method: "cash",
      amount_fen: asked.due_fen,
      collector: "门岗",
      // The town's guard looks at the plate.
      plate_checked: true,
    } as const;
    for (const at of tellings(town)) town.tellings.push({ at, lane: place.script.id, payment });
  }
  const ready = due(town.tellings, now);
  if (site === undefined) for (const one of ready) town.tellings.push(Object.assign(one, { at: now + 1_000 }));
  else await Promise.all(ready.map(({ lane, payment }) => site.payments.pay(site.lanes.lane(lane) ?? fail(lane), payment)));
}

function tellings({ options: { noise }, now, done }: Town): number[] {
  if (noise === undefined) return [now];
  const { random } = noise;
  const more = [0.4, 0.3, 0.3].filter((chance) => random() < chance);
  done["payments told again"] = (done["payments told again"] ?? 0) + more.length;
  return [now, ...more.map((chance) => (chance === 0.4 ? now : now + whole(random, 100, 120_000)))];
}

function fail(what: string): never {
  throw new Error(`nobody at ${what}`);
}
