// One socket in told time, decided on by the very code that the safety process runs: samples in, effects out, deadlines kept to the millisecond.
import type { ChargingFact, Effect } from "#gateway/core/charging/facts.ts";
import type { Limits } from "#gateway/core/charging/limits.ts";
import { type Input, newStation, type Station, step, wakeAt } from "#gateway/core/charging/protection.ts";
import type { SocketSample, StationSample } from "#gateway/core/charging/sample.ts";
import { type Monotonic, monotonic } from "#protocols/vocabulary/time.ts";

export const idle: SocketSample = {
  relay_closed: false,
  plugged: true,
  voltage_mV: 220_000,
  current_mA: 0,
  power_mW: 0,
  temperature_mC: 27_000,
  energy_mWh: 5_000_000,
  residual_mA: "not-offered",
  request_seq: 1,
  request_card: 7,
};
export const closed = (over: Partial<SocketSample>): SocketSample => ({ ...idle, relay_closed: true, ...over });

export class Bench {
  now: Monotonic = monotonic(1_000_000);
  state: Station;
  readonly said: { readonly at: number; readonly fact: ChargingFact }[] = [];
  relay = false;
  /** When the relay was last commanded open or closed. */
  switchedAt = 0;
  private authorities = 0;

  constructor(limits: Limits) {
    this.state = newStation({ id: "station-1", sockets: 1, limits, latches: [], run: "run" }, this.now);
    this.give({ type: "start" });
  }

  give(input: Input): void {
    const { state, effects } = step(this.state, input, this.now);
    this.state = state;
    for (const effect of effects) this.heed(effect);
  }

  private heed(effect: Effect): void {
    if (effect.type === "fact") this.said.push({ at: this.now, fact: effect.fact });
    if (effect.type !== "on" && effect.type !== "off") return;
    if (this.relay !== (effect.type === "on")) this.switchedAt = this.now;
    this.relay = effect.type === "on";
    if (effect.type === "off") this.state = step(this.state, { type: "off-answered", socket: 0 }, this.now).state;
  }

  /** Time goes on to `at`; what falls due by the clock is done at its time. */
  until(at: number): void {
    for (let wake = wakeAt(this.state); wake !== undefined && wake <= at; wake = wakeAt(this.state)) {
      this.now = monotonic(Math.max(this.now, wake));
      this.give({ type: "time" });
    }
    this.now = monotonic(Math.max(this.now, at));
  }

  /** A whole answer of the station whose first byte comes at `at`. */
  sample(at: number, sample: SocketSample, station: Partial<StationSample> = {}): void {
    this.until(at);
    this.give({ type: "sample", sample: { smoke: false, leakage_mA: "not-offered", seen: monotonic(at), sockets: [sample], ...station } });
  }

  energise(duration_ms = 80_000_000): void {
    this.authorities += 1;
    const id = `authority-${this.authorities}`;
    this.give({
      type: "energise",
      socket: 0,
      authority: { id, socket: "station-1/1", session: `session-${this.authorities}`, duration_ms },
    });
  }

  /** Seen open, authorised, seen closed with this sample: the charge goes on from here. */
  charge(sample: SocketSample): void {
    this.sample(this.now + 100, idle);
    this.energise();
    this.sample(this.now + 100, sample);
    if (this.of("closed").length === 0) throw new Error("the socket did not close");
  }

  of<K extends ChargingFact["kind"]>(kind: K): Extract<ChargingFact, { kind: K }>[] {
    return this.said.map(({ fact }) => fact).filter((fact): fact is Extract<ChargingFact, { kind: K }> => fact.kind === kind);
  }

  cut(): { readonly at: number; readonly cause: string } | undefined {
    const found = this.said.find(({ fact }) => fact.kind === "cut");
    return found?.fact.kind === "cut" ? { at: found.at, cause: found.fact.cause } : undefined;
  }
}
