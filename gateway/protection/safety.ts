// The safety process as one object: readings in, decisions, frames out; then the spool; then the link. It knows no database, broker or web page.
import { after, type Monotonic } from "#protocols/vocabulary/time.ts";
import { anyEnergised, type Input, newStation, type Station, step, wakeAt } from "../core/charging/protection.ts";
import { refusedFact } from "../core/charging/refusals.ts";
import { drivers } from "../drivers/table.ts";
import type { SafetyToSite, SiteToSafety, SocketName } from "../link/messages.ts";
import type { Cancel, Clock, Devices } from "../ports.ts";
import { type FactsOut, factsOut } from "./facts.ts";
import { gapWatch, tick_ms, watchedClock, watchedDevices } from "./gap.ts";
import { type ProtectionLine, protectionLine } from "./line.ts";
import { readingsOf } from "./readings.ts";
import type { Entry, Spool } from "./spool/spool.ts";
import type { Watch } from "./watch/watch.ts";
import type { Wiring } from "./wiring.ts";

export interface SafetyParts {
  readonly wiring: Pick<Wiring, "lines" | "stations">;
  readonly clock: Clock;
  readonly devices: Devices;
  readonly spool: Spool;
  /** Names this run: in hello, in "started", and in the names of trips. */
  readonly run: string;
  readonly link: { send(message: SafetyToSite): boolean; cutAll(): void };
  readonly log: {
    fact(entry: Entry): void;
    line(what: "open" | "lost" | "replanned", line: string, why?: string): void;
    gap(stood_ms: number): void;
  };
  /** Told after every turn of the work whether anything of it is behind. */
  readonly watch?: Pick<Watch, "grace_ms" | "worked">;
}

export interface Safety {
  hear(message: SiteToSafety): void;
  /** What a client that has just connected is told. */
  greeting(): SafetyToSite[];
  /** OFF to every socket; resolves when each was answered, or is known not to answer. */
  stop(within_ms: number): Promise<void>;
}

const readingsEvery_ms = 1_000;

export function startSafety(parts: SafetyParts): Safety {
  const { wiring, spool, run, link, log, watch } = parts;
  const gap = gapWatch(parts.clock, onGap);
  const clock = watchedClock(parts.clock, gap.enter);
  const devices = watchedDevices(parts.devices, gap.enter);
  const states = new Map<string, Station>();
  const lineOf = new Map<string, ProtectionLine>();
  const facts: FactsOut = factsOut({ clock, spool, send: link.send, log: log.fact });
  let cancelWake: Cancel = () => undefined;
  let readingsAt: Monotonic = clock.monotonic();
  let stopping: (() => void) | undefined;

  for (const { id, profile, unit, limits } of wiring.stations) {
    const { sockets } = drivers.station({ profile, unit });
    states.set(id, newStation({ id, sockets, limits, latches: spool.latches(), run }, clock.monotonic()));
  }
  const lines = wiring.lines.map((line) =>
    protectionLine({
      wiring: line,
      stations: wiring.stations.filter((station) => station.line === line.id),
      clock,
      devices,
      events: {
        enter: gap.enter,
        onSample: (station, sample) => decide(station, { type: "sample", sample }),
        onOffAnswered: (station, socket) => decide(station, { type: "off-answered", socket }),
        onOffHanded: (station, socket) => facts.offHanded(`${station}/${socket + 1}`),
        onOpen: (id) => log.line("open", id),
        onLost: (id, why) => log.line("lost", id, why),
        onReplanned: (id, station, questions) => log.line("replanned", id, `${station} refuses a range: ${questions} questions a poll`),
        onServed: served,
      },
    }),
  );
  for (const station of wiring.stations) {
    const line = lines.find((one) => one.id === station.line);
    if (line !== undefined) lineOf.set(station.id, line);
  }

  /** One input to one station. Switching is queued before facts; the caller's pump sends it before any fact is written. */
  function decide(station: string, input: Input): void {
    const state = states.get(station);
    const line = lineOf.get(station);
    if (state === undefined || line === undefined) return;
    const stepped = step(state, input, clock.monotonic());
    states.set(station, stepped.state);
    for (const effect of stepped.effects) {
      if (effect.type === "off") line.off(station, effect.socket);
      if (effect.type === "on") line.on(station, effect.socket);
    }
    line.energised(station, anyEnergised(stepped.state));
    facts.take(stepped.effects);
  }

  /** After every input: the lines first, then what waits to be written, then the next alarm clock. */
  function served(): void {
    for (const line of lines) line.pump();
    facts.flush();
    if (stopping !== undefined && lines.every((line) => !line.isOpen() || line.offsWaiting() === 0)) stopping();
    const now = clock.monotonic();
    watch?.worked(now, behindOf(now, watch.grace_ms));
    rewind();
  }

  /** The first of what is not done: a deadline that no decision has taken, a line that is not read or does not turn. */
  function behindOf(now: Monotonic, grace_ms: number): string | undefined {
    for (const [id, state] of states) {
      const due = wakeAt(state);
      if (due !== undefined && now - due > grace_ms) return `${id}: a decision has been due for ${now - due} ms`;
    }
    return lines.map((line) => line.behind(now, grace_ms)).find((what) => what !== undefined);
  }

  function rewind(): void {
    cancelWake();
    const now = clock.monotonic();
    const times: Monotonic[] = [after(now, tick_ms)];
    for (const state of states.values()) times.push(wakeAt(state) ?? after(now, tick_ms));
    for (const at of [facts.wakeAt(), ...lines.map((line) => line.wakeAt())]) if (at !== undefined) times.push(at);
    cancelWake = clock.wake(Math.max(now, Math.min(...times)) as Monotonic, timed);
  }

  function timed(): void {
    const now = clock.monotonic();
    for (const [id, state] of states) {
      const due = wakeAt(state);
      if (due !== undefined && due <= now) decide(id, { type: "time" });
    }
    for (const line of lines) line.pump();
    facts.flush();
    if (now - readingsAt >= readingsEvery_ms) {
      readingsAt = now;
      spool.again();
      sayReadings(now);
      facts.sayAgain(now);
    }
    served();
  }

  function sayReadings(now: Monotonic): void {
    const sockets = [...states.values()].flatMap((state) => readingsOf(state, now));
    link.send({ type: "readings", at: clock.stamp(), sockets, lines: lines.map((line) => line.health()) });
  }

  function begin(why: "start" | "gap"): void {
    for (const id of states.keys()) decide(id, { type: "start" });
    facts.say({ kind: "fact", fact: { kind: "started", boot: run, after: why } });
  }

  function onGap(stood_ms: number): void {
    // What lies in buffers was said while we stood: connections and lines are begun anew, and nothing that was energised stays so.
    link.cutAll();
    for (const line of lines) line.restart("this process stood still");
    begin("gap");
    log.gap(stood_ms);
  }

  function place(name: SocketName): { station: string; socket: number } | undefined {
    const slash = name.lastIndexOf("/");
    const station = name.slice(0, slash);
    const socket = Number(name.slice(slash + 1)) - 1;
    return states.has(station) && Number.isInteger(socket) ? { station, socket } : undefined;
  }

  begin("start");
  served();
  return {
    hear(message) {
      if (gap.enter()) return; // said before or while we stood
      if (message.type === "spool-taken") facts.taken(message.upTo);
      else {
        const at = place(message.type === "energise" ? message.authority.socket : message.socket);
        if (at !== undefined) decide(at.station, { ...message, socket: at.socket });
        else if (message.type === "energise") facts.take([refusedFact(message.authority, "unknown-socket")]);
      }
      served();
    },
    greeting() {
      gap.enter();
      facts.flush("all"); // so that whoever comes finds an end for every authority that we do not name
      const authorities = [...states.values()].flatMap((state) => state.sockets.flatMap((socket) => socket.authority?.id ?? []));
      return [{ type: "hello", boot: run, authorities, spool: spool.id, last_fact: spool.lastFact() }, ...facts.untaken()];
    },
    stop(within_ms) {
      const done = new Promise<void>((resolve) => {
        const cancel = clock.wake(after(clock.monotonic(), within_ms), resolve);
        stopping = () => {
          cancel();
          resolve();
        };
      });
      for (const id of states.keys()) decide(id, { type: "start" });
      served();
      return done.then(() => {
        cancelWake();
        for (const line of lines) line.stop();
      });
    },
  };
}
