// A charging station of three sockets in told time, for the tests of its protection: polled, its meter going on as the power says, its line answering OFF.
import { expect } from "vitest";
import type { ChargingFact, Effect } from "#gateway/core/charging/facts.ts";
import { type Input, newStation, type Station, step, wakeAt } from "#gateway/core/charging/protection.ts";
import type { SocketSample, StationSample } from "#gateway/core/charging/sample.ts";
import { type Monotonic, monotonic } from "#protocols/vocabulary/time.ts";
import { readyLimits } from "#test/limits.ts";

export const idle: SocketSample = {
  relay_closed: false,
  plugged: true,
  voltage_mV: 220_000,
  current_mA: 0,
  power_mW: 0,
  temperature_mC: 27_000,
  energy_mWh: 5000,
  residual_mA: "not-offered",
  request_seq: 1,
  request_card: 7,
};
export const charging: SocketSample = { ...idle, relay_closed: true, current_mA: 2000, power_mW: 440_000 };
/** A whole answer of the station comes so often. */
export const rotation = 300;

/** A station with three sockets; the first is the one that tests look at. */
export class Told {
  now: Monotonic = monotonic(50_000);
  state: Station;
  readonly effects: { at: number; effect: Effect }[] = [];
  station: Omit<StationSample, "seen" | "sockets"> = { smoke: false, leakage_mA: 4 };
  sample: SocketSample = idle;
  others: SocketSample = idle;
  energy_mWh = 5000;
  private polledAt: number = this.now;
  constructor(over: Parameters<typeof readyLimits>[1] = {}, latches: { socket: string; trip: string; cause: "smoke" }[] = []) {
    this.state = newStation({ id: "station-1", sockets: 3, limits: readyLimits("e-bike-4a", over), latches, run: "run" }, this.now);
  }
  give(input: Input): void {
    const { state, effects } = step(this.state, input, this.now);
    this.state = state;
    for (const effect of effects) this.effects.push({ at: this.now, effect });
    // The line answers OFF after 20 ms; nothing else reads the clock.
    for (const effect of effects)
      if (effect.type === "off")
        this.state = step(this.state, { type: "off-answered", socket: effect.socket }, monotonic(this.now + 20)).state;
  }
  /** One answer of the station, its first byte 130 ms ago. */
  poll(sample = this.sample): void {
    const first = { ...sample, energy_mWh: this.counted(sample) };
    this.give({
      type: "sample",
      sample: { ...this.station, seen: monotonic(this.now - 130), sockets: [first, this.others, this.others] },
    });
  }
  /** The pile's meter goes on as the power says. */
  private counted({ energy_mWh, power_mW, relay_closed }: SocketSample): SocketSample["energy_mWh"] {
    const ms = this.now - this.polledAt;
    this.polledAt = this.now;
    if (relay_closed === true && typeof power_mW === "number" && power_mW < 2_000_000) this.energy_mWh += (power_mW * ms) / 3_600_000;
    return typeof energy_mWh === "number" ? Math.floor(this.energy_mWh / 1000) * 1000 : energy_mWh;
  }
  /** Time goes on; the clock is heeded, and the station polled unless it is silent. */
  go(ms: number, options: { silent?: boolean } = {}): this {
    const end = this.now + ms;
    while (this.now < end) {
      const next = Math.min(end, this.now + rotation);
      for (let wake = wakeAt(this.state); wake !== undefined && wake <= next; wake = wakeAt(this.state)) {
        this.now = monotonic(Math.max(this.now, wake));
        this.give({ type: "time" });
      }
      this.now = monotonic(next);
      if (options.silent !== true) this.poll();
    }
    return this;
  }
  until(what: (fact: ChargingFact) => boolean, most_ms: number): number {
    const began = this.now;
    while (this.now - began < most_ms) {
      this.go(rotation);
      if (this.facts().some(what)) return this.now - began;
    }
    return Number.POSITIVE_INFINITY;
  }
  facts(): ChargingFact[] {
    return this.effects.flatMap(({ effect }) => (effect.type === "fact" ? [effect.fact] : []));
  }
  of<K extends ChargingFact["kind"]>(kind: K): Extract<ChargingFact, { kind: K }>[] {
    return this.facts().filter((fact): fact is Extract<ChargingFact, { kind: K }> => fact.kind === kind);
  }
  switches(socket = 0): string[] {
    return this.effects.flatMap(({ effect }) =>
      (effect.type === "on" || effect.type === "off") && effect.socket === socket ? [effect.type] : [],
    );
  }
  energise(id = "a-1", socket = 0, duration_ms = 40_000_000): this {
    this.give({ type: "energise", socket, authority: { id, socket: `station-1/${socket + 1}`, session: `s-${id}`, duration_ms } });
    return this;
  }
  /** Started, seen open, authorised, closed and charging for two samples. */
  charge(): this {
    this.give({ type: "start" });
    this.go(600).energise();
    this.sample = charging;
    this.go(3600);
    expect(this.of("closed")).toHaveLength(1);
    return this;
  }
}
export const off = { active: false, reason: "in this test" } as const;
export const isCut = (fact: ChargingFact): boolean => fact.kind === "cut";
export const isEnd = (fact: ChargingFact): boolean => fact.kind === "ended";
