// One line with its stations: asks what the schedule says, and turns answers into samples. An OFF that is due goes out before anything else is done.
import type { Request } from "#protocols/modbus/frame.ts";
import { after, type Monotonic } from "#protocols/vocabulary/time.ts";
import type { StationSample } from "../core/charging/sample.ts";
import type { StationDriver } from "../drivers/station.ts";
import { drivers } from "../drivers/table.ts";
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
  pdus: Uint8Array[];
  seen: Monotonic | undefined;
}

function requestOf(driver: StationDriver, job: Job): Request {
  if (job.kind === "poll") return driver.poll(job.block);
  return job.kind === "rearm" ? driver.rearm() : driver[job.kind](job.socket);
}

export function protectionLine(parts: LineParts): ProtectionLine {
  const { wiring, stations, clock, events } = parts;
  const polled = new Map<string, Polled>(stations.map((one) => [one.id, { driver: drivers.station(one), pdus: [], seen: undefined }]));
  const schedule = newSchedule(
    [...polled].map(([id, { driver }]) => ({ id, blocks: driver.blocks.length })),
    clock.monotonic(),
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
    { id: wiring.id, clock, connect: () => openExchange(wiring, { ...parts, echo }) },
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
    const now = clock.monotonic();
    if (!supervised.free()) return;
    const job = schedule.next(now);
    const driver = job === undefined ? undefined : polled.get(job.station)?.driver;
    if (job === undefined || driver === undefined) return;
    const asked = era;
    turnedAt = now;
    supervised.ask(requestOf(driver, job), (outcome) => {
      events.enter();
      if (asked !== era) return;
      heard(job, outcome);
      pump();
      events.onServed();
    });
    if (job.kind === "off") events.onOffHanded(job.station, job.socket);
  }

  function heard(job: Job, outcome: Outcome): void {
    const sample = outcome.kind === "answer" && job.kind === "poll" ? sampleOf(job, outcome.pdu, outcome.seen) : undefined;
    const answered = outcome.kind === "answer" && sample !== "undecodable";
    const now = clock.monotonic();
    turnedAt = now;
    schedule.done(job, answered, now);
    if (job.kind === "off" && answered) events.onOffAnswered(job.station, job.socket);
    if (job.kind === "off" && outcome.kind === "answer" && outcome.unsure) unsure.push(job);
    if (unsure.length > 0 && echo.state !== "unknown") heardEcho();
    // A relay that was switched is work done; a mere re-arm is not: it would keep alive what nobody looks at.
    if (answered && (job.kind === "off" || job.kind === "on")) readAt = now;
    if (job.kind === "poll" && !answered) forget(job.station);
    if (sample === undefined || sample === "undecodable") return;
    const counts = live.has(job.station);
    events.onSample(job.station, sample);
    if (counts) readAt = now;
  }

  /** The adapter echoes: what it confirmed before that was known is said again. Nothing has closed since: closing waits for readings, and the first reading told. */
  function heardEcho(): void {
    if (echo.state === "yes") for (const { station, socket } of unsure) schedule.off(station, socket);
    unsure = [];
  }

  function forget(station: string): void {
    const one = polled.get(station);
    if (one === undefined) return;
    one.pdus = [];
    one.seen = undefined;
  }

  /** A sample once the last block is there; its time is the first byte of the first block. */
  function sampleOf(job: Job & { kind: "poll" }, pdu: Uint8Array, seen: Monotonic): StationSample | "undecodable" | undefined {
    const one = polled.get(job.station);
    if (one === undefined) return undefined;
    one.pdus[job.block] = pdu;
    one.seen ??= seen;
    if (job.block + 1 < one.driver.blocks.length) return undefined;
    const first = one.seen;
    const said = one.driver.understand(one.pdus);
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
      supervised.restart(why);
    },
    stop: supervised.stop,
  };
}
