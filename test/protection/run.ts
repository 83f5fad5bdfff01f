// A charge through the decision code: what the meter says, when it is asked, and what a fault makes of it.
import type { SocketSample, StationSample } from "#gateway/core/charging/sample.ts";
import type { Chance } from "#sim/chance.ts";
import { Bench, idle } from "./bench.ts";
import type { Healthy } from "./charges.ts";
import { Meter, type Model, type Truth } from "./models.ts";

/** What was asked and heard: `sample` undefined where nothing answered. Times from the closed relay. */
export interface Heard {
  readonly ms: number;
  readonly sample: SocketSample | undefined;
  readonly station: Partial<StationSample>;
}

/** A fault on a charge, from `onset_ms` on. */
export interface ActingFault {
  readonly onset_ms: number;
  /** How long it is watched at most. */
  readonly watch_ms: number;
  readonly truth?: (truth: Truth, ms: number) => Truth;
  /** What the station says instead; "silent": nothing. `seen_ms` before: an old answer. */
  readonly says?: (heard: {
    sample: SocketSample;
    ms: number;
    last: SocketSample;
  }) => { sample?: Partial<SocketSample>; station?: Partial<StationSample>; seen_ms?: number } | "silent";
  /** The session ends by itself here, and the relay should open. */
  readonly release?: true;
  readonly welded?: true;
}

export interface Run {
  readonly bench: Bench;
  /** When the relay was seen closed. */
  readonly begin: number;
  readonly heard: Heard[];
  /** Samples given. */
  readonly asked: number;
}

interface Asking {
  readonly model: Model;
  readonly charge: Healthy;
  readonly chance: Chance;
  /** Between two polls where something happens, and where nothing does. */
  readonly every_ms: number;
  readonly calm_ms: number;
  readonly fault?: ActingFault;
}

const noPlug = (model: Model): SocketSample => ({
  ...idle,
  plugged: model.plug ? true : "not-offered",
  voltage_mV: model.volt === undefined ? "not-offered" : 224_000,
  power_mW: model.watt === undefined ? "not-offered" : 0,
  temperature_mC: model.celsius === undefined ? "not-offered" : 24_000,
  energy_mWh: model.energy === undefined ? "not-offered" : 5_000_000,
  residual_mA: model.residual ? 2 : "not-offered",
});

export function run({ model, charge, chance, every_ms, calm_ms, fault }: Asking): Run {
  const bench = new Bench(model.limits);
  const truth = (ms: number): Truth => {
    const healthy = charge.truth(ms);
    const away = ms >= charge.away_ms && fault === undefined;
    const taken = away ? { ...healthy, power_mW: 0 } : healthy;
    return fault?.truth !== undefined && ms >= fault.onset_ms ? fault.truth(taken, ms) : taken;
  };
  const meter = new Meter(model, truth, chance.for("meter"));
  const feeder = chance.between(2, 120);
  const hasFeeder = model.limits.residual_feeder.active;
  const station = (): Partial<StationSample> => ({ leakage_mA: hasFeeder ? Math.round(feeder * chance.between(0.9, 1.1)) : "not-offered" });
  const open = noPlug(model);
  bench.sample(bench.now + 100, open, station());
  bench.energise();
  const begin = bench.now + 100;
  const heard: Heard[] = [];
  const events = charge.odds.map(({ from, ms }) => [from - 25_000, from + ms + 15_000] as const);
  const end = fault === undefined ? charge.away_ms + 120_000 : fault.onset_ms + fault.watch_ms;
  const wild = new Set(charge.odds.filter((odd) => odd.kind === "wild"));
  let last: SocketSample | undefined;
  let asked = 0;
  let released = false;
  for (let ms = 0; ms <= end && (bench.relay || fault?.welded === true); ) {
    if (fault?.release && ms >= fault.onset_ms && !released) {
      released = true;
      bench.until(begin + ms);
      bench.give({ type: "release", socket: 0, authority: "authority-1" });
    }
    const read = meter.read(ms);
    const odd = charge.odds.find(
      (one) => one.says !== undefined && ms >= one.from && (one.kind === "wild" ? wild.has(one) : ms < one.from + one.ms),
    );
    if (odd !== undefined) wild.delete(odd);
    const away = ms >= charge.away_ms && fault === undefined && model.plug;
    const said: SocketSample = { ...read, ...(away ? { plugged: false } : {}), ...odd?.says?.(read) };
    const silent = charge.odds.some((one) => one.kind === "silence" && ms >= one.from && ms < one.from + one.ms);
    const acting = fault !== undefined && ms >= fault.onset_ms ? fault.says?.({ sample: said, ms, last: last ?? said }) : undefined;
    asked += 1;
    if (silent || acting === "silent") {
      bench.until(begin + ms);
      if (fault !== undefined) heard.push({ ms, sample: undefined, station: {} });
    } else {
      const sample = { ...said, ...acting?.sample };
      const whole = { ...station(), ...acting?.station };
      bench.until(begin + ms);
      const seen = (begin + (acting?.seen_ms ?? ms)) as typeof bench.now;
      bench.give({ type: "sample", sample: { smoke: false, leakage_mA: "not-offered", sockets: [sample], ...whole, seen } });
      if (fault !== undefined) heard.push({ ms: acting?.seen_ms ?? ms, sample, station: whole });
      if (fault === undefined || ms < fault.onset_ms) last = sample;
    }
    const dense =
      ms < 40_000 ||
      ms > charge.away_ms - 10_000 ||
      (fault !== undefined && ms > fault.onset_ms - 10_000) ||
      events.some(([from, to]) => ms > from && ms < to);
    ms += dense ? every_ms : calm_ms;
  }
  return { bench, begin, heard, asked };
}
