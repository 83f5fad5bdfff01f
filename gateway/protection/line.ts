// One line with its stations: asks what the schedule says, and turns answers into samples. An OFF that is due goes out before anything else is done.
import type { Request } from "#protocols/modbus/frame.ts";
import { loadOf, roundMs } from "#protocols/modbus/load.ts";
import { after, type Monotonic, monotonic } from "#protocols/vocabulary/time.ts";
import { wireOf } from "../config/timing.ts";
import type { StationSample } from "../core/charging/sample.ts";
import type { StationDriver } from "../drivers/station.ts";
import { drivers } from "../drivers/table.ts";
import { patience } from "../lines/backoff.ts";
import type { Outcome } from "../lines/exchange.ts";
import { openExchange, senseOf } from "../lines/open.ts";
import { type Job, newSchedule } from "../lines/schedule.ts";
import { superviseLine } from "../lines/supervisor.ts";
import type { LineHealth } from "../link/messages.ts";
import type { Clock, Devices } from "../ports.ts";
import { behind } from "./watch/behind.ts";
import type { LineWiring, StationWiring } from "./wiring.ts";

export interface LineEvents {
  /** First of all that happens here: did we stand still? */
  readonly enter: () => unknown;
  readonly onSample: (station: string, sample: StationSample) => void;
  readonly onOffAnswered: (station: string, socket: number) => void;
  readonly onOffHanded: (station: string, socket: number) => void;
  readonly onOpen: (line: string) => void;
  readonly onLost: (line: string, why: string) => void;
  /** A device refused a range: how many questions a poll of it takes now, and how many ranges it does not have at all. */
  readonly onReplanned: (line: string, station: string, questions: number) => void;
  /** After anything that may have made work: facts are written now, behind the frame. */
  readonly onServed: () => void;
}

export interface ProtectionLine {
  readonly id: string;
  off(station: string, socket: number): void;
  on(station: string, socket: number): void;
  energised(station: string, is: boolean): void;
  /** Asks, if the line is free and something is due. */
  pump(): void;
  wakeAt(): Monotonic | undefined;
  offsWaiting(): number;
  isOpen(): boolean;
  health(): LineHealth;
  /** What of its work is not done, in words; see watch/behind.ts. */
  behind(now: Monotonic, grace_ms: number): string | undefined;
  /** As after a start: whatever is open is dropped. */
  restart(why: string): void;
  stop(): void;
}

export interface LineParts {
  readonly wiring: LineWiring;
  readonly stations: readonly StationWiring[];
  readonly clock: Clock;
  readonly devices: Devices;
  readonly events: LineEvents;
}

interface Polled {
  readonly driver: StationDriver;
  /** Answers of the poll under way, by block; of an older poll nobody wants any. */
  pdus: Map<number, Uint8Array>;
  poll: number;
  seen: Monotonic | undefined;
  /** Questions in a row without an answer, and when it was first asked in parts. */
  missed: number;
  partedAt: Monotonic | undefined;
}

/** However many every device on the line would allow. */
const mostInFlight = 32;
/** A device that refused a range is asked for it again after this; it may have been busy beginning. */
const partedFor_ms = 3_600_000;
const illegalAddress = "exception 2";

function requestOf(driver: StationDriver, job: Job): Request {
  if (job.kind === "poll") return driver.poll(job.block);
  if (job.kind === "off-all") throw new RangeError("no station is told that in one frame");
  return job.kind === "rearm" ? driver.rearm() : driver[job.kind](job.socket);
}

export function protectionLine(parts: LineParts): ProtectionLine {
  const { wiring, stations, clock, events } = parts;
  const polled = new Map<string, Polled>(
    stations.map((one) => [
      one.id,
      { driver: drivers.station(one), pdus: new Map(), poll: 0, seen: undefined, missed: 0, partedAt: undefined },
    ]),
  );
  const loads = stations.map(({ profile }) => loadOf(profile));
  const in_flight = Math.min(...loads.map((load) => load.in_flight), mostInFlight);
  const schedule = newSchedule(
    stations.map(({ id, profile }) => ({
      id,
      blocks: polled.get(id)?.driver.blocks.length ?? 0,
      ...(profile.read.pause_ms === undefined ? {} : { pause_ms: profile.read.pause_ms }),
    })),
    clock.monotonic(),
    { round_ms: stations.length === 0 ? 0 : Math.ceil(roundMs(loads, wireOf(wiring))) },
  );
  const echo = senseOf(wiring);
  /** OFF frames whose confirmation may have been our own echo. */
  let unsure: { readonly station: string; readonly socket: number }[] = [];
  /** Answers to questions of an earlier era are nobody's. */
  let era = 0;
  /** Members that are read; a contactor, say, is only switched. */
  const sampled = new Set(stations.map((one) => one.id));
  /** Which stations are energised, and since when any is; when one of them was last read; when the line last turned. */
  const live = new Set<string>();
  let liveSince: Monotonic | undefined;
  let readAt: Monotonic | undefined;
  let turnedAt = clock.monotonic();

  const supervised = superviseLine(
    { id: wiring.id, clock, connect: () => openExchange(wiring, { ...parts, echo, in_flight }) },
    {
      onFree: () => {
        events.enter();
        pump();
        events.onServed();
      },
      onOpen: () => {
        events.enter();
        turnedAt = clock.monotonic();
        events.onOpen(wiring.id);
        pump();
        events.onServed();
      },
      onLost: (why) => events.onLost(wiring.id, why),
    },
  );

  function pump(): void {
    while (supervised.free()) {
      const now = clock.monotonic();
      const job = schedule.next(now);
      const one = job === undefined ? undefined : polled.get(job.station);
      if (job === undefined || one === undefined) return;
      const asked = { era, poll: one.poll };
      turnedAt = now;
      supervised.ask(requestOf(one.driver, job), (outcome) => {
        events.enter();
        if (asked.era !== era) return;
        heard(job, outcome, asked.poll);
        pump();
        events.onServed();
      });
      if (job.kind === "off") events.onOffHanded(job.station, job.socket);
    }
  }

  function heard(job: Job, outcome: Outcome, poll: number): void {
    const own = job.kind === "poll" && polled.get(job.station)?.poll === poll;
    const sample = own && outcome.kind === "answer" ? sampleOf(job, outcome.pdu, outcome.seen) : undefined;
    const answered = outcome.kind === "answer" && sample !== "undecodable";
    const now = clock.monotonic();
    turnedAt = now;
    if (own && outcome.kind !== "answer" && outcome.detail === illegalAddress && replanned(job, now)) return;
    schedule.done(job, answered, now);
    maybeAnew(job.station, answered, now);
    if (job.kind === "off" && answered) events.onOffAnswered(job.station, job.socket);
    if (job.kind === "off" && outcome.kind === "answer" && outcome.unsure) unsure.push(job);
    if (unsure.length > 0 && echo.state !== "unknown") heardEcho();
    // A relay that was switched is work done; a mere re-arm is not: it would keep alive what nobody looks at.
    if (answered && (job.kind === "off" || job.kind === "on")) readAt = now;
    if (own && !answered) forget(job.station);
    if (sample === undefined || sample === "undecodable") return;
    const counts = live.has(job.station);
    events.onSample(job.station, sample);
    if (counts) readAt = now;
  }

  /** A refused range is asked in parts from now on; nothing smaller is left: then it is a failure like any other. */
  function replanned(job: Job & { kind: "poll" }, now: Monotonic): boolean {
    const one = polled.get(job.station);
    if (one === undefined || !one.driver.refused(job.block)) return false;
    one.missed = 0;
    one.partedAt ??= now;
    forget(job.station);
    schedule.replan(job.station, one.driver.blocks.length, { now, refused: job });
    events.onReplanned(wiring.id, job.station, one.driver.blocks.length);
    return true;
  }

  /** Back from silence it may be another device, or have another firmware; and what it refused an hour ago it may have by now. */
  function maybeAnew(station: string, answered: boolean, now: Monotonic): void {
    const one = polled.get(station);
    if (one === undefined) return;
    const back = answered && one.missed >= patience;
    one.missed = answered ? 0 : one.missed + 1;
    const due = one.partedAt !== undefined && now - one.partedAt >= partedFor_ms;
    if ((!back && !due) || !one.driver.anew()) return;
    one.partedAt = undefined;
    forget(station);
    schedule.replan(station, one.driver.blocks.length, { now });
  }

  /** The adapter echoes: what it confirmed before that was known is said again. Nothing has closed since: closing waits for readings, and the first reading told. */
  function heardEcho(): void {
    if (echo.state === "yes") for (const { station, socket } of unsure) schedule.off(station, socket);
    unsure = [];
  }

  function forget(station: string): void {
    const one = polled.get(station);
    if (one === undefined) return;
    one.pdus = new Map();
    one.poll += 1;
    one.seen = undefined;
  }

  /** A sample once every block is there; its time is the first byte that came of any. */
  function sampleOf(job: Job & { kind: "poll" }, pdu: Uint8Array, seen: Monotonic): StationSample | "undecodable" | undefined {
    const one = polled.get(job.station);
    if (one === undefined) return undefined;
    one.pdus.set(job.block, pdu);
    one.seen = monotonic(Math.min(seen, one.seen ?? seen));
    if (one.pdus.size < one.driver.blocks.length) return undefined;
    const first = one.seen;
    const said = one.driver.understand(one.driver.blocks.map((_, block) => one.pdus.get(block) ?? new Uint8Array(0)));
    forget(job.station);
    return "kind" in said ? "undecodable" : { ...said, seen: first };
  }

  return {
    id: wiring.id,
    off: schedule.off,
    on: schedule.on,
    energised(station, is) {
      const now = clock.monotonic();
      schedule.energised(station, is, now);
      if (sampled.has(station)) live[is ? "add" : "delete"](station);
      liveSince = live.size === 0 ? undefined : (liveSince ?? now);
    },
    pump,
    // A line that is busy calls by itself when it is free.
    wakeAt: () => (supervised.free() ? schedule.wakeAt() : supervised.open() ? undefined : after(clock.monotonic(), 1_000)),
    offsWaiting: schedule.offsWaiting,
    isOpen: supervised.open,
    health() {
      const { frames, timeouts, badFrames } = supervised.counts();
      return {
        line: wiring.id,
        open: supervised.open(),
        rotation_ms: schedule.rotation_ms() ?? null,
        frames,
        timeouts,
        bad_frames: badFrames,
      };
    },
    behind: (now, grace_ms) =>
      behind(
        {
          line: wiring.id,
          open: supervised.open(),
          free: supervised.free(),
          energisedSince: liveSince,
          readAt,
          turnedAt,
          dueAt: schedule.wakeAt(),
        },
        { now, grace_ms },
      ),
    restart(why) {
      era += 1;
      for (const station of polled.keys()) forget(station);
      schedule.dropped();
      supervised.restart(why);
    },
    stop: supervised.stop,
  };
}
