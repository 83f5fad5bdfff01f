// The safety process as one object: readings in, decisions, frames out; then the spool; then the link. It knows no database, broker or web page.
import { after, type Monotonic } from "#protocols/vocabulary/time.ts";
import type { Authority } from "../core/charging/facts.ts";
import { energisedSockets, type Input, newStation, type Station, step, wakeAt } from "../core/charging/protection.ts";
import { refusedFact, refusedWith } from "../core/charging/refusals.ts";
import type { SafetyToSite, SiteToSafety, SocketName } from "../link/messages.ts";
import type { Cancel, Clock, Devices } from "../ports.ts";
import { type FactsOut, factsOut } from "./facts.ts";
import { gapWatch, tick_ms, watchedClock, watchedDevices } from "./gap.ts";
import { type ProtectionLine, protectionLine } from "./line.ts";
import { readingsOf } from "./readings.ts";
import { noSheds } from "./shed-wiring.ts";
import { type Sheds, startSheds } from "./sheds.ts";
import type { Entry, Spool } from "./spool/spool.ts";
import type { Watch } from "./watch/watch.ts";
import { socketsIn, type Wiring } from "./wiring.ts";

export interface SafetyParts {
  readonly wiring: Pick<Wiring, "lines" | "stations"> & Partial<Pick<Wiring, "sheds" | "runs">>;
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
  const facts: FactsOut = factsOut({ clock, spool, send: link.send, log: log.fact, onKept });
  let cancelWake: Cancel = () => undefined;
  let readingsAt: Monotonic = clock.monotonic();
  let stopping: (() => void) | undefined;

  const wired = wiring.sheds ?? noSheds;
  const sheds: Sheds = startSheds({
    wiring: wired,
    now: () => clock.monotonic(),
    run,
    latches: spool.shedLatches(),
    station: (id) => states.get(id),
    decide,
    contactor(coil, order) {
      const line = lineOf.get(coil);
      line?.[order === "open" ? "off" : "on"](coil, 0);
      line?.energised(coil, order === "close" ? [0] : []);
    },
    take: facts.takeShed,
    say: (fact) => facts.say({ kind: "fact", fact }),
  });

  for (const one of wiring.stations) {
    const { id, limits } = one;
    const sockets = socketsIn(one);
    const remembered = { latches: spool.latches(), rearms: spool.rearms() };
    states.set(id, newStation({ id, sockets, limits, ...remembered, run, inShed: sheds.has(id) }, clock.monotonic()));
  }
  const lines = wiring.lines.map((line) =>
    protectionLine({
      wiring: line,
      stations: wiring.stations.filter((station) => station.line === line.id),
      boards: wired.boards.filter((board) => board.line === line.id),
      coils: wired.coils.filter((coil) => coil.line === line.id),
      clock,
      devices,
      events: {
        enter: gap.enter,
        onSample(station, sample) {
          decide(station, { type: "sample", sample });
          const state = states.get(station);
          if (state !== undefined) sheds.onStation(state, sample);
        },
        onBoard: sheds.onBoard,
        onOffAnswered(member, socket) {
          if (!states.has(member)) sheds.onCoilAnswered(member);
          for (const index of indexesOf(member, socket)) decide(member, { type: "off-answered", socket: index });
        },
        onOffHanded: (member, socket) =>
          facts.offHanded(states.has(member) ? indexesOf(member, socket).map((index) => `${member}/${index + 1}`) : [member]),
        onOpen: (id) => log.line("open", id),
        onLost: (id, why) => log.line("lost", id, why),
        onReplanned: (id, member, questions) => log.line("replanned", id, `${member} refuses a range: ${questions} questions a poll`),
        onServed: served,
      },
    }),
  );
  for (const member of [...wiring.stations, ...wired.coils]) {
    const line = lines.find((one) => one.id === member.line);
    if (line !== undefined) lineOf.set(member.id, line);
  }
  const indexesOf = (station: string, socket: number | "all"): number[] =>
    socket === "all" ? (states.get(station)?.sockets.map(({ index }) => index) ?? []) : [socket];

  /** One input to one station. Switching is queued before facts; the caller's pump sends it before any fact is written. */
  function decide(station: string, input: Input): void {
    const state = states.get(station);
    const line = lineOf.get(station);
    if (state === undefined || line === undefined) return;
    const stepped = step(state, input, clock.monotonic());
    states.set(station, stepped.state);
    if (input.type === "shed-cut") line.offAll(station);
    for (const effect of stepped.effects) {
      if (effect.type === "off" && input.type !== "shed-cut") line.off(station, effect.socket);
      if (effect.type === "on") line.on(station, effect.socket);
    }
    line.energised(station, energisedSockets(stepped.state));
    facts.take(stepped.effects);
    for (const effect of stepped.effects)
      if (effect.type === "fact" && effect.fact.kind === "welded")
        sheds.onWelded(station, effect.fact.socket, input.type === "sample" ? input.sample.seen : clock.monotonic());
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
    for (const at of [facts.wakeAt(), sheds.wakeAt(), ...lines.map((line) => line.wakeAt())]) if (at !== undefined) times.push(at);
    cancelWake = clock.wake(Math.max(now, Math.min(...times)) as Monotonic, timed);
  }

  function timed(): void {
    const now = clock.monotonic();
    for (const [id, state] of states) {
      const due = wakeAt(state);
      if (due !== undefined && due <= now) decide(id, { type: "time" });
    }
    sheds.timed();
    for (const line of lines) line.pump();
    facts.flush();
    if (now - readingsAt >= readingsEvery_ms) {
      readingsAt = now;
      spool.again();
      for (const line of lines) {
        const verdict = line.lateness(now);
        if (verdict !== undefined) facts.say({ kind: "fact", fact: { ...verdict, line: line.id } });
      }
      sayReadings(now);
      facts.sayAgain(now);
    }
    served();
  }

  function sayReadings(now: Monotonic): void {
    const sockets = [...states.values()].flatMap((state) => readingsOf(state, now));
    link.send({
      type: "readings",
      at: clock.stamp(),
      sockets,
      lines: lines.map((line) => line.health()),
      ...watchedOf(),
      sheds: sheds.readings(),
    });
  }

  function begin(why: "start" | "gap"): void {
    sheds.begin();
    for (const id of states.keys()) decide(id, { type: "start" });
    facts.say({ kind: "fact", fact: { kind: "started", boot: run, after: why } });
  }

  function onKept(sockets: readonly SocketName[]): void {
    gap.enter();
    for (const name of sockets) {
      const at = place(name);
      if (at !== undefined) decide(at.station, { type: "rearm-kept", socket: at.socket });
    }
    served();
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

  function energise(authority: Authority): void {
    const at = place(authority.socket);
    const socket = at === undefined ? undefined : states.get(at.station)?.sockets[at.socket];
    // A socket that is taken or latched says so itself; only a free one is a question to the shed.
    const free =
      socket !== undefined && socket.authority === undefined && socket.latch === undefined && !socket.over.includes(authority.id);
    const refused = at !== undefined && free ? sheds.refuses(at.station, at.socket) : undefined;
    if (at === undefined) facts.take([refusedFact(authority, "unknown-socket")]);
    else if (refused !== undefined) facts.take([refusedWith(authority, refused)]);
    else decide(at.station, { type: "energise", authority, socket: at.socket });
  }

  const watchedOf = () => (wired.watched.length === 0 ? {} : { points: sheds.watched() });

  begin("start");
  served();
  return {
    hear(message) {
      if (gap.enter()) return; // said before or while we stood
      if (message.type === "spool-taken") facts.taken(message.upTo);
      else if (message.type === "reset-shed") sheds.reset(message);
      else if (message.type === "fire") sheds.told(message);
      else if (message.type === "energise") energise(message.authority);
      else if (message.type !== "restart" && message.type !== "log-wanted") {
        const at = place(message.socket);
        if (at !== undefined) decide(at.station, { ...message, socket: at.socket });
      }
      served();
    },
    greeting() {
      gap.enter();
      facts.flush("all"); // so that whoever comes finds an end for every authority that we do not name
      const authorities = [...states.values()].flatMap((state) => state.sockets.flatMap((socket) => socket.authority?.id ?? []));
      const runs = wiring.runs === undefined ? {} : { runs: wiring.runs };
      return [{ type: "hello", boot: run, authorities, spool: spool.id, last_fact: spool.lastFact(), ...runs }, ...facts.untaken()];
    },
    stop(within_ms) {
      const done = new Promise<void>((resolve) => {
        const cancel = clock.wake(after(clock.monotonic(), within_ms), resolve);
        stopping = () => {
          cancel();
          resolve();
        };
      });
      sheds.begin();
      for (const id of states.keys()) decide(id, { type: "start" });
      served();
      return done.then(() => {
        cancelWake();
        for (const line of lines) line.stop();
      });
    },
  };
}
