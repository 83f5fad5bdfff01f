// Healthy charges of e-bike batteries: lead-acid and lithium, 36 to 72 V, new and old; and all that is odd about them and yet no fault.
import type { SocketSample } from "#gateway/core/charging/sample.ts";
import type { Chance } from "#sim/chance.ts";
import type { Model, Truth } from "./models.ts";

const minute = 60_000;
const second = 1000;

export interface Battery {
  readonly chemistry: "lead-acid" | "lithium";
  readonly volts: 36 | 48 | 60 | 72;
  readonly plateau_mW: number;
  readonly powerFactor: number;
  /** Power grows with the battery's voltage while the current is constant. */
  readonly growth: number;
  readonly gentle_ms: number;
  readonly constant_ms: number;
  readonly decay_ms: number;
  readonly float_mW: number;
  /** Lithium: the charger shuts itself off near the end. */
  readonly shuts: boolean;
  /** Pulses while it floats. */
  readonly pulse: { readonly every_ms: number; readonly long_ms: number; readonly mW: number } | undefined;
}

export function newBattery(chance: Chance, model: Model): Battery {
  const chemistry = chance.pick(["lead-acid", "lithium"] as const);
  const old = chance.unit() < 0.3;
  const { limits } = model;
  const powerFactor = chance.between(0.6, 0.97);
  // What fits the socket: no more than 93 % of its rated current, growth included.
  const growth = chemistry === "lead-acid" ? chance.between(0.05, 0.2) : chance.between(0.03, 0.15);
  const most = (limits.socket.rated_mA * 0.93 * 208 * powerFactor) / (1 + growth);
  const within = limits.over_power.active ? Math.min(most, (limits.over_power.limit_mW * 0.93) / (1 + growth)) : most;
  const plateau_mW = Math.min(
    within,
    chance.pick([120_000, 165_000, 200_000, 240_000, 350_000, 480_000, 600_000]) * chance.between(0.9, 1.1),
  );
  const float_mW =
    chemistry === "lead-acid" ? (old ? chance.between(20_000, 45_000) : chance.between(6_000, 20_000)) : chance.between(3_500, 9_000);
  const pulsing = chance.unit() < 0.2;
  return {
    chemistry,
    volts: chance.pick([36, 48, 60, 72] as const),
    plateau_mW,
    powerFactor,
    growth,
    gentle_ms: chance.unit() < 0.15 ? chance.between(3, 25) * minute : 0,
    constant_ms: chance.between(old ? 15 : 40, 280) * minute,
    decay_ms: chance.between(20, old ? 70 : 40) * minute,
    float_mW,
    shuts: chemistry === "lithium" && chance.unit() < 0.5,
    pulse: pulsing
      ? { every_ms: chance.between(2, 10) * minute, long_ms: chance.between(5, 20) * second, mW: plateau_mW * chance.between(0.08, 0.25) }
      : undefined,
  };
}

/** Power so long after the relay closed. */
export function powerOf(battery: Battery, ms: number): number {
  const { plateau_mW, growth, gentle_ms, constant_ms, decay_ms, float_mW, shuts, pulse } = battery;
  if (ms < 2 * second) return plateau_mW * 0.05; // the charger thinks
  if (ms < gentle_ms) return plateau_mW * 0.1;
  const into = ms - gentle_ms;
  const soft = Math.min(1, (into - (gentle_ms > 0 ? 0 : 2 * second)) / (4 * second));
  if (into < constant_ms) return plateau_mW * (1 + growth * (into / constant_ms)) * Math.max(0.05, soft);
  const top = plateau_mW * (1 + growth);
  const falling = float_mW + (top - float_mW) * Math.exp(-(into - constant_ms) / decay_ms);
  if (shuts && falling < 0.12 * top) return 2_000;
  const floats = falling < 0.25 * top;
  return pulse !== undefined && floats && ms % pulse.every_ms < pulse.long_ms ? falling + pulse.mW : falling;
}

/** Something that lasts from here to there: a dip of the mains, a swell, a sample that is wild. */
export interface Odd {
  readonly kind: "mains-dip" | "sag" | "swell" | "silence" | "bad" | "wild" | "inrush";
  readonly from: number;
  readonly ms: number;
  /** What a single sample says instead. */
  readonly says?: (sample: SocketSample) => Partial<SocketSample>;
}

const times =
  (of: "current_mA" | "power_mW" | "voltage_mV" | "temperature_mC" | "energy_mWh" | "residual_mA", by: number) =>
  (sample: SocketSample): Partial<SocketSample> => {
    const value = sample[of];
    return typeof value === "number" ? { [of]: Math.round(value * by) } : {};
  };

function newOdds(chance: Chance, length: number, rated_mA: number): Odd[] {
  const odds: Odd[] = [];
  const somewhere = (): number => chance.between(3 * minute, Math.max(4 * minute, length - 3 * minute));
  const maybe = (share: number, most: number, make: () => Odd): void => {
    if (chance.unit() < share) for (let i = chance.whole(1, most); i > 0; i -= 1) odds.push(make());
  };
  // Tens of amperes for milliseconds: a meter shows nothing, or one refresh of somewhat more, or one sample that is wild.
  if (chance.unit() < 0.2)
    odds.push({ kind: "inrush", from: 0, ms: 1_200, says: () => ({ current_mA: Math.round(rated_mA * chance.between(1.1, 2.4)) }) });
  else if (chance.unit() < 0.25)
    odds.push({ kind: "wild", from: chance.between(0, 2) * second, ms: 0, says: () => ({ current_mA: chance.whole(20_000, 60_000) }) });
  maybe(0.15, 2, () => ({ kind: "mains-dip", from: somewhere(), ms: chance.between(0.4, 8) * second }));
  maybe(0.2, 3, () => ({ kind: "sag", from: somewhere(), ms: chance.between(0.5, 7) * second }));
  maybe(0.1, 2, () => ({ kind: "swell", from: somewhere(), ms: chance.between(0.2, 1.6) * second }));
  maybe(0.2, 2, () => ({ kind: "silence", from: somewhere(), ms: chance.between(1, 5.5) * second }));
  maybe(0.2, 3, () => {
    const point = chance.pick(["current_mA", "power_mW", "voltage_mV", "temperature_mC"] as const);
    const missing = chance.pick(["absent", "bad", Number.NaN] as const);
    return {
      kind: "bad",
      from: somewhere(),
      ms: chance.between(0.1, 5.5) * second,
      says: (sample) => (sample[point] === "not-offered" ? {} : { [point]: missing }),
    };
  });
  maybe(0.35, 5, () => {
    const of = chance.pick(["current_mA", "power_mW", "voltage_mV", "temperature_mC", "energy_mWh", "residual_mA"] as const);
    return { kind: "wild", from: somewhere(), ms: 0, says: times(of, chance.pick([0, 0.1, 1.5, 3, 10, 30])) };
  });
  // Each by itself: two dips in a row are a longer one, and that may be a fault.
  return odds.sort((a, b) => a.from - b.from).filter((odd, i) => i === 0 || odd.from - (odds[i - 1]?.from ?? 0) > 60 * second);
}

export interface Healthy {
  readonly battery: Battery;
  readonly odds: readonly Odd[];
  /** When its owner takes it away. */
  readonly away_ms: number;
  readonly truth: (ms: number) => Truth;
}

/** `lasting_ms`: its plateau lasts at least so long, nothing odd but its inrush happens, and nobody takes it away: a fault is to come. */
export function newCharge(chance: Chance, model: Model, lasting_ms = 0): Healthy {
  const any = newBattery(chance, model);
  const battery = { ...any, constant_ms: Math.max(any.constant_ms, lasting_ms) };
  const whole = battery.gentle_ms + battery.constant_ms + 3 * battery.decay_ms + 40 * minute;
  const away_ms = chance.unit() < 0.25 ? chance.between(5 * minute, whole) : whole + chance.between(0, 120) * minute;
  const all = newOdds(chance, Math.min(away_ms, 8 * 60 * minute), model.limits.socket.rated_mA);
  const odds = lasting_ms > 0 ? all.filter(({ kind }) => kind === "inrush") : all;
  const base_mV = chance.between(216_000, 236_000);
  const sways = chance.between(500, 2_500);
  const ambient = chance.between(4_000, 36_000);
  const perSquareAmpere = chance.between(500, Math.min(2_500, 20_000 / (model.limits.socket.rated_mA / 1000) ** 2));
  const warmth = chance.between(5, 12) * minute;
  const phase = chance.between(0, 100);
  const dip = (kind: Odd["kind"], ms: number): Odd | undefined =>
    odds.find((odd) => odd.kind === kind && ms >= odd.from && ms < odd.from + odd.ms);
  const sag_mV = chance.between(150_000, 175_000);
  const swell_mV = chance.between(264_500, 272_000);
  const sun = chance.unit() < 0.2 ? chance.between(3_000, 9_000) : 0;
  const warm = { mC: 0, at: 0 };
  return {
    battery,
    odds,
    away_ms: lasting_ms > 0 ? Number.POSITIVE_INFINITY : away_ms,
    truth: (ms) => {
      const dipped = odds.find((odd) => odd.kind === "mains-dip" && ms >= odd.from && ms < odd.from + odd.ms + 6 * second);
      const wanted = powerOf(battery, ms) * (1 + 0.015 * Math.sin(ms / 3_700 + phase));
      // After a dip the charger begins again, softly.
      const power_mW = dipped === undefined ? wanted : wanted * Math.min(1, Math.max(0, (ms - dipped.from - dipped.ms) / (6 * second)));
      const swaying = base_mV + sways * Math.sin(ms / 217_000 + phase) + 300 * Math.sin(ms / 2_300);
      const voltage_mV = dip("sag", ms) !== undefined ? sag_mV : dip("swell", ms) !== undefined ? swell_mV : swaying;
      // The socket warms with its own time constant; told in order, as a meter reads.
      const settled = perSquareAmpere * (power_mW / (base_mV / 1000) / battery.powerFactor / 1000) ** 2;
      warm.mC += (settled - warm.mC) * (1 - Math.exp(-Math.max(0, ms - warm.at) / warmth));
      warm.at = ms;
      const temperature_mC = ambient + warm.mC + sun * Math.min(1, ms / (40 * minute));
      return { power_mW, powerFactor: battery.powerFactor, voltage_mV, temperature_mC };
    },
  };
}
