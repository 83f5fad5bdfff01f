// One line with its stations, boards and coils: asks what the schedule says, and turns answers into samples. An OFF that is due goes out before anything else is done.
import type { DeviceValues } from "#protocols/modbus/decode.ts";
import { roundMs } from "#protocols/modbus/load.ts";
import { after, type Monotonic, monotonic } from "#protocols/vocabulary/time.ts";
import { wireOf } from "../config/timing.ts";
import type { StationSample } from "../core/charging/sample.ts";
import { patience } from "../lines/backoff.ts";
import type { Outcome } from "../lines/exchange.ts";
import { newLateness, type Verdict } from "../lines/lateness.ts";
import { openExchange, senseOf } from "../lines/open.ts";
import { type Job, newSchedule } from "../lines/schedule.ts";
import { superviseLine } from "../lines/supervisor.ts";
import type { LineHealth } from "../link/messages.ts";
import type { Clock, Devices } from "../ports.ts";
import type { Speaker } from "./speaker.ts";
import { speakers } from "./speakers.ts";
import { behind } from "./watch/behind.ts";
import type { BoardOnLine, CoilOnLine, LineWiring, StationWiring } from "./wiring.ts";

export interface LineEvents {
  /** First of all that happens here: did we stand still? */
  readonly enter: () => unknown;
  readonly onSample: (station: string, sample: StationSample) => void;
  readonly onBoard: (board: string, values: DeviceValues, seen: Monotonic) => void;
  readonly onOffAnswered: (member: string, socket: number | "all") => void;
  readonly onOffHanded: (member: string, socket: number | "all") => void;
  readonly onOpen: (line: string) => void;
  readonly onLost: (line: string, why: string) => void;
  /** A device refused a range: how many questions a poll of it takes now, and how many ranges it does not have at all. */
  readonly onReplanned: (line: string, member: string, questions: number) => void;
  /** After anything that may have made work: facts are written now, behind the frame. */
  readonly onServed: () => void;
}

export interface ProtectionLine {
  readonly id: string;
  off(station: string, socket: number): void;
  /** Every socket of the station, in one frame where its board knows how. */
  offAll(station: string): void;
  on(station: string, socket: number): void;
  /** Which of its sockets are meant to be closed. */
  energised(station: string, sockets: readonly number[]): void;
  /** Asks, if the line is free and something is due. */
  pump(): void;
  wakeAt(): Monotonic | undefined;
  offsWaiting(): number;
  isOpen(): boolean;
  health(): LineHealth;
  /** Called about once a second: whether it has become late, or in time again. */
  lateness(now: Monotonic): Verdict | undefined;
  /** What of its work is not done, in words; see watch/behind.ts. */
  behind(now: Monotonic, grace_ms: number): string | undefined;
  /** As after a start: whatever is open is dropped. */
  restart(why: string): void;
  stop(): void;
}

export interface LineParts {
  readonly wiring: LineWiring;
  readonly stations: readonly StationWiring[];
  readonly boards?: readonly BoardOnLine[];
  readonly coils?: readonly CoilOnLine[];
  readonly clock: Clock;
  readonly devices: Devices;
  readonly events: LineEvents;
}

interface Polled {
  readonly speaker: Speaker;
  /** Answers of the poll under way, by block; of an older poll nobody wants any. */
  pdus: Map<number, Uint8Array>;
  poll: number;
  seen: Monotonic | undefined;
  /** Questions in a row without an answer, and when it was first asked in parts. */
  missed: number;
  partedAt: Monotonic | undefined;
}

/** A whole reading, and when its first byte came. */
interface Said {
  readonly seen: Monotonic;
  readonly tell: () => void;
}

/** However many every device on the line would allow. */
const mostInFlight = 32;
/** A device that refused a range is asked for it again after this; it may have been busy beginning. */
const partedFor_ms = 3_600_000;
const illegalAddress = "exception 2";

export function protectionLine(parts: LineParts): ProtectionLine {
  const { wiring, clock, events } = parts;
  const members = speakers(parts);
  const polled = new Map<string, Polled>(
    members.map((speaker) => [speaker.id, { speaker, pdus: new Map(), poll: 0, seen: undefined, missed: 0, partedAt: undefined }]),
  );
  const loads = members.map(({ load }) => load);
  const in_flight = Math.min(...loads.map((load) => load.in_flight), mostInFlight);
  const schedule = newSchedule(
    members.map(({ id, blocks, urgent, background, load: { pause_ms } }) => ({ id, blocks: blocks(), urgent, background, pause_ms })),
    clock.monotonic(),
    { round_ms: members.length === 0 ? 0 : Math.ceil(roundMs(loads, wireOf(wiring))) },
  );
  const lateness = newLateness(wiring.cutoff_ms);
  const echo = senseOf(wiring);
  /** OFF frames whose confirmation may have been our own echo. */
  let unsure: (Job & { kind: "off" | "off-all" })[] = [];
  /** Answers to questions of an earlier era are nobody's. */
  let era = 0;
  /** Members with sockets that are read; a contactor, say, is only switched. */
  const sampled = new Set(members.filter(({ blocks, sockets }) => blocks() > 0 && sockets > 0).map(({ id }) => id));
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
      supervised.ask(one.speaker.request(job), (outcome) => {
        events.enter();
        if (asked.era !== era) return;
        heard(job, outcome, asked.poll);
        pump();
        events.onServed();
      });
      if (job.kind === "off" || job.kind === "off-all") events.onOffHanded(...placeOf(job));
    }
  }

  function heard(job: Job, outcome: Outcome, poll: number): void {
    const own = job.kind === "poll" && polled.get(job.station)?.poll === poll;
    const said = own && outcome.kind === "answer" ? saidBy(job, outcome.pdu, outcome.seen) : undefined;
    const answered = outcome.kind === "answer" && said !== "undecodable";
    const now = clock.monotonic();
    turnedAt = now;
    if (own && outcome.kind !== "answer" && outcome.detail === illegalAddress && replanned(job, now)) return;
    schedule.done(job, answered, now);
    maybeAnew(job.station, answered, now);
    if (job.kind === "off" || job.kind === "off-all") heardOff(job, outcome);
    if (unsure.length > 0 && echo.state !== "unknown") heardEcho();
    // A relay that was switched is work done; a mere re-arm is not: it would keep alive what nobody looks at.
    if (answered && (job.kind === "off" || job.kind === "off-all" || job.kind === "on")) readAt = now;
    if (own && !answered) forget(job.station);
    if (said === undefined || said === "undecodable") return;
    const counts = live.has(job.station);
    said.tell();
    if (counts) lateness.decided(job.station, { now: clock.monotonic(), seen: said.seen });
    if (counts) readAt = now;
  }

  function heardOff(job: Job & { kind: "off" | "off-all" }, outcome: Outcome): void {
    if (outcome.kind === "answer") {
      events.onOffAnswered(...placeOf(job));
      if (outcome.unsure) unsure.push(job);
    } else if (job.kind === "off-all" && outcome.code === "exception") {
      // The board has no such function, whatever its profile says: one by one, then.
      schedule.single(job.station, socketsOf(job.station));
    }
  }

  const socketsOf = (station: string): number => polled.get(station)?.speaker.sockets ?? 0;

  /** A refused range is asked in parts from now on; nothing smaller is left: then it is a failure like any other. */
  function replanned(job: Job & { kind: "poll" }, now: Monotonic): boolean {
    const one = polled.get(job.station);
    if (one === undefined || !one.speaker.refused(job.block)) return false;
    one.missed = 0;
    one.partedAt ??= now;
    forget(job.station);
    schedule.replan(job.station, one.speaker.blocks(), { now, refused: job });
    events.onReplanned(wiring.id, job.station, one.speaker.blocks());
    return true;
  }

  /** Back from silence it may be another device, or have another firmware; and what it refused an hour ago it may have by now. */
  function maybeAnew(station: string, answered: boolean, now: Monotonic): void {
    const one = polled.get(station);
    if (one === undefined) return;
    const back = answered && one.missed >= patience;
    one.missed = answered ? 0 : one.missed + 1;
    if (one.missed >= patience) lateness.gone(station); // silence is said elsewhere
    const due = one.partedAt !== undefined && now - one.partedAt >= partedFor_ms;
    if ((!back && !due) || !one.speaker.anew()) return;
    one.partedAt = undefined;
    forget(station);
    schedule.replan(station, one.speaker.blocks(), { now });
  }

  /** The adapter echoes: what it confirmed before that was known is said again. Nothing has closed since: closing waits for readings, and the first reading told. */
  function heardEcho(): void {
    if (echo.state === "yes")
      for (const job of unsure)
        if (job.kind === "off") schedule.off(job.station, job.socket);
        else schedule.offAll(job.station);
    unsure = [];
  }

  /** The socket of a station in the words of whoever speaks for it. */
  function to(station: string, socket: number, order: (member: string, socket: number) => void): void {
    const speaker = members.find(
      ({ serves, sockets }) => serves.station === station && socket >= serves.first && socket < serves.first + sockets,
    );
    if (speaker !== undefined) order(speaker.id, socket - speaker.serves.first);
  }
  /** And back. */
  function placeOf(job: Job & { kind: "off" | "off-all" }): [station: string, socket: number | "all"] {
    const { station, first } = polled.get(job.station)?.speaker.serves ?? { station: job.station, first: 0 };
    return [station, job.kind === "off" ? first + job.socket : "all"];
  }

  function forget(station: string): void {
    const one = polled.get(station);
    if (one === undefined) return;
    one.pdus = new Map();
    one.poll += 1;
    one.seen = undefined;
  }

  /** What is told once every block is there; its time is the first byte that came of any. */
  function saidBy(job: Job & { kind: "poll" }, pdu: Uint8Array, first: Monotonic): Said | "undecodable" | undefined {
    const one = polled.get(job.station);
    if (one === undefined) return undefined;
    one.pdus.set(job.block, pdu);
    const seen = monotonic(Math.min(first, one.seen ?? first));
    one.seen = seen;
    const blocks = one.speaker.blocks();
    if (one.pdus.size < blocks) return undefined;
    const pdus = Array.from({ length: blocks }, (_, block) => one.pdus.get(block) ?? new Uint8Array(0));
    const tell = one.speaker.understood(pdus, seen);
    forget(job.station);
    return typeof tell === "function" ? { seen, tell } : "undecodable";
  }

  return {
    id: wiring.id,
    off: (station, socket) => to(station, socket, schedule.off),
    offAll(station) {
      for (const speaker of members)
        if (speaker.serves.station !== station) continue;
        else if (speaker.together) schedule.offAll(speaker.id);
        else for (let socket = 0; socket < speaker.sockets; socket += 1) schedule.off(speaker.id, socket);
    },
    on: (station, socket) => to(station, socket, schedule.on),
    energised(station, sockets) {
      const now = clock.monotonic();
      for (const { id, serves, sockets: count } of members) {
        if (serves.station !== station) continue;
        const is = sockets.some((socket) => socket >= serves.first && socket < serves.first + count);
        schedule.energised(id, is, now);
        if (sampled.has(id)) live[is ? "add" : "delete"](id);
        if (!is) lateness.gone(id);
      }
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
        promised_ms: wiring.cutoff_ms ?? null,
        age_ms: lateness.age_ms(),
        late: lateness.late(),
        frames,
        timeouts,
        bad_frames: badFrames,
      };
    },
    lateness: lateness.look,
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
