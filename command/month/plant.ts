// A shed in told time: simulated batteries and meters on one side, the safety process's own decisions on the other, and the link's messages to the site half.
// What truly flowed, and through which meter, is the simulator's count; nothing of it is taken from the gateway.

import type { Effect } from "#gateway/core/charging/facts.ts";
import type { Limits } from "#gateway/core/charging/limits.ts";
import { type Input, newStation, type Station, step, wakeAt } from "#gateway/core/charging/protection.ts";
import type { SocketSample } from "#gateway/core/charging/sample.ts";
import { energised } from "#gateway/core/charging/socket.ts";
import type { Authority, Fact, SafetyToSite, SiteToSafety, SocketReading, SpooledFact } from "#gateway/link/messages.ts";
import type { Clock } from "#gateway/ports.ts";
import { readingOf } from "#gateway/protection/readings.ts";
import type { Chance } from "#sim/chance.ts";
import { type Battery, charge, power_W } from "#sim/charging/battery.ts";
import { flow, newMeter, type PileMeter, shown_mWh } from "#sim/charging/meter.ts";

export interface Bay {
  readonly name: string;
  readonly chance: Chance;
  station: Station;
  relay: boolean;
  battery: Battery | undefined;
  readonly meter: PileMeter;
  request_seq: number;
  card: number;
  /** Counted when it was new here. */
  readonly first_mWh: number;
  /** What the counter showed in the newest sample. */
  read_mWh: number;
  power_W: number;
}

/** From OFF to open contacts: so long the current flows on. */
const opensWithin_s = 0.3;

export interface PlantParts {
  readonly clock: Clock;
  readonly chance: Chance;
  readonly limits: Limits;
  readonly sockets: number;
  readonly send: (message: SafetyToSite) => void;
}

export class Plant {
  readonly bays: readonly Bay[];
  /** Every leave to close that was asked for, and every relay that closed, in order. */
  readonly authorities: Authority[] = [];
  readonly closings: { readonly socket: string; readonly authority: string }[] = [];
  /** The supply is there, and the safety process runs. */
  supplied = true;
  readonly #parts: PlantParts;
  #run = 1;
  #facts: SpooledFact[] = [];
  #lastFact = 0;
  #ticks = 0;

  constructor(parts: PlantParts) {
    this.#parts = parts;
    this.bays = Array.from({ length: parts.sockets }, (_, n): Bay => {
      const chance = parts.chance.for(`bay-${n + 1}`);
      const meter = newMeter(chance);
      const station = this.#station(n + 1);
      return {
        name: `bay-${n + 1}/1`,
        chance,
        station,
        relay: false,
        battery: undefined,
        meter,
        request_seq: 1,
        card: 0,
        first_mWh: meter.counted_mWh,
        read_mWh: shown_mWh(meter),
        power_W: 0,
      };
    });
    this.#start();
  }

  #station(n: number): Station {
    const { limits, clock } = this.#parts;
    return newStation({ id: `bay-${n}`, sockets: 1, limits, latches: [], run: `run${this.#run}` }, clock.monotonic());
  }

  #start(): void {
    this.#fact({ kind: "started", boot: `run-${this.#run}`, after: "start" });
    for (const bay of this.bays) this.give(bay, { type: "start" });
  }

  /** The safety process began anew: it holds nothing, every relay is open, the spool is as it was. */
  restart(): void {
    this.#run += 1;
    for (const [n, bay] of this.bays.entries()) {
      this.#open(bay);
      bay.station = this.#station(n + 1);
    }
    this.#start();
    this.hello();
  }

  hello(): void {
    const authorities = this.bays.flatMap(({ station }) =>
      station.sockets.flatMap(({ authority }) => (authority === undefined ? [] : [authority.id])),
    );
    this.#parts.send({ type: "hello", boot: `run-${this.#run}`, authorities, spool: "spool-plant", last_fact: this.#lastFact });
    if (this.#facts.length > 0) this.#parts.send({ type: "facts", facts: this.#facts });
  }

  bay(name: string): Bay {
    const found = this.bays.find((one) => one.name === name);
    if (found === undefined) throw new Error(`no socket ${name}`);
    return found;
  }

  hear(message: SiteToSafety): void {
    if (message.type === "spool-taken") this.#facts = this.#facts.filter(({ id }) => id > message.upTo);
    if (!this.supplied) return;
    if (message.type === "energise") {
      this.authorities.push(message.authority);
      this.give(this.bay(message.authority.socket), { type: "energise", authority: message.authority, socket: 0 });
    }
    if (message.type === "release") this.give(this.bay(message.socket), { type: "release", authority: message.authority, socket: 0 });
    if (message.type === "reset-latch") this.give(this.bay(message.socket), { ...message, type: "reset-latch", socket: 0 });
  }

  #fact(fact: Fact): void {
    this.#lastFact += 1;
    this.#facts.push({ id: this.#lastFact, at: this.#parts.clock.stamp(), fact });
  }

  give(bay: Bay, input: Input): void {
    const { state, effects } = step(bay.station, input, this.#parts.clock.monotonic());
    bay.station = state;
    for (const effect of effects) this.#heed(bay, effect);
  }

  #heed(bay: Bay, effect: Effect): void {
    if (effect.type === "fact") this.#fact(effect.fact);
    if (effect.type === "on" && this.supplied) {
      if (!bay.relay) this.closings.push({ socket: bay.name, authority: bay.station.sockets[0]?.authority?.id ?? "none" });
      bay.relay = true;
    }
    if (effect.type === "rearm") this.give(bay, { type: "rearm-kept", socket: 0 });
    if (effect.type !== "off") return;
    this.#open(bay);
    this.give(bay, { type: "off-answered", socket: 0 });
  }

  #open(bay: Bay): void {
    if (bay.relay) this.#flow(bay, opensWithin_s);
    bay.relay = false;
    bay.power_W = 0;
  }

  #flow(bay: Bay, seconds: number): void {
    if (bay.battery === undefined || !this.supplied) return;
    bay.power_W = power_W(bay.battery, bay.chance);
    charge(bay.battery, seconds, bay.power_W);
    flow(bay.meter, (bay.power_W * seconds * 1_000) / 3_600);
  }

  /** Mains failure: nothing flows, nothing answers. */
  failSupply(): void {
    for (const bay of this.bays) this.#open(bay);
    this.supplied = false;
  }

  unplug(bay: Bay): void {
    bay.battery = undefined;
    bay.power_W = 0;
  }

  /** `between`: what happens on the way, after what flowed and before it is read. */
  tick(seconds: number, between: (bay: Bay) => void = () => undefined): void {
    if (!this.supplied) return;
    this.#ticks += 1;
    for (const bay of this.bays) {
      // A socket on which nothing happens is read every other time: that is often enough to be seen well.
      if (!this.#lives(bay) && this.#ticks % 2 === 0) continue;
      if (bay.relay) this.#flow(bay, seconds);
      between(bay);
      this.#timeUp(bay);
      this.give(bay, {
        type: "sample",
        sample: { seen: this.#parts.clock.monotonic(), smoke: false, leakage_mA: "not-offered", sockets: [this.#sample(bay)] },
      });
    }
    if (this.#facts.length > 0) this.#parts.send({ type: "facts", facts: this.#facts });
    this.#parts.send({ type: "readings", at: this.#parts.clock.stamp(), sockets: this.readings(), lines: [] });
  }

  /** What falls due by the clock alone is done. */
  #timeUp(bay: Bay): void {
    const now = this.#parts.clock.monotonic();
    for (let turn = 0; turn < 5; turn += 1) {
      const wake = wakeAt(bay.station);
      if (wake === undefined || wake > now) return;
      const before = bay.station;
      this.give(bay, { type: "time" });
      if (bay.station === before) return;
    }
  }

  readings(): SocketReading[] {
    const now = this.#parts.clock.monotonic();
    return this.bays.flatMap(({ station }) => station.sockets.map((socket) => readingOf(socket, now)));
  }

  #lives({ battery, relay, station: { sockets } }: Bay): boolean {
    const [socket] = sockets;
    return (
      battery !== undefined ||
      relay ||
      socket === undefined ||
      energised(socket) ||
      socket.check !== undefined ||
      socket.sample?.plugged === true
    );
  }

  #sample(bay: Bay): SocketSample {
    const power_mW = bay.relay ? Math.round(bay.power_W * 1000) : 0;
    bay.read_mWh = shown_mWh(bay.meter);
    return {
      relay_closed: bay.relay,
      plugged: bay.battery !== undefined,
      voltage_mV: 221_000,
      current_mA: Math.round(power_mW / 221 / 0.95),
      power_mW,
      temperature_mC: Math.round((bay.battery?.temperature_C ?? 25) * 1000),
      energy_mWh: bay.read_mWh,
      residual_mA: "not-offered",
      request_seq: bay.request_seq,
      request_card: bay.card,
    };
  }
}
