// How a shed is really wired: which outlet a relay feeds, which outlet a meter measures, which way round, with whose voltage. Right unless it is said otherwise.
import type { Measured } from "./socket.ts";

export interface Wires {
  /** Relay n (from 0) feeds this outlet. */
  readonly outputs: ReadonlyMap<number, number>;
  /** Meter n has its transformer around this outlet's wire. */
  readonly transformers: ReadonlyMap<number, number>;
  /** A second wire runs through this meter's transformer. */
  readonly shared: ReadonlyMap<number, number>;
  /** Transformers that are turned round. */
  readonly turned: ReadonlySet<number>;
  /** Meters whose voltage comes from another phase. */
  readonly phases: ReadonlySet<number>;
  readonly silentMeters: ReadonlySet<number>;
  readonly frozenMeters: ReadonlySet<number>;
  /** Current shown, in thousandths of the true one. */
  readonly ratios: ReadonlyMap<number, number>;
  /** Relays whose contact never closes. */
  readonly deadRelays: ReadonlySet<number>;
  /** Outlets that are live whatever their relay does. */
  readonly bypassed: ReadonlySet<number>;
}

export const rightWires: Wires = {
  outputs: new Map(),
  transformers: new Map(),
  shared: new Map(),
  turned: new Set(),
  phases: new Set(),
  silentMeters: new Set(),
  frozenMeters: new Set(),
  ratios: new Map(),
  deadRelays: new Set(),
  bypassed: new Set(),
};

/** cos 120°, by which the voltage of the next phase turns the power. */
const otherPhase = -0.5;

/** Two exchanged: 3:5 is 3 at 5's place and 5 at 3's. */
export const exchanged = (a: number, b: number): [number, number][] => [
  [a, b],
  [b, a],
];

/** Whose relay feeds this outlet. */
export function feederOf(wires: Wires, outlet: number): number {
  for (const [relay, fed] of wires.outputs) if (fed === outlet) return relay;
  return outlet;
}

/** What meter n shows of the outlets; undefined: it says nothing. `shownAt`: what a right meter at that outlet would show. */
export function metered(wires: Wires, meter: number, shownAt: (outlet: number) => Measured): Measured | undefined {
  if (wires.silentMeters.has(meter)) return undefined;
  const own = shownAt(meter);
  const measured = shownAt(wires.transformers.get(meter) ?? meter);
  const also = wires.shared.get(meter);
  const second = also === undefined ? undefined : shownAt(also);
  const ratio = (wires.ratios.get(meter) ?? 1_000) / 1_000;
  const current_mA = (measured.current_mA + (second?.current_mA ?? 0)) * ratio;
  const power_mW = (measured.power_mW + (second?.power_mW ?? 0)) * ratio;
  const turned = (wires.turned.has(meter) ? -1 : 1) * (wires.phases.has(meter) ? otherPhase : 1);
  return { voltage_mV: own.voltage_mV, temperature_mC: own.temperature_mC, current_mA, power_mW: power_mW * turned };
}

const option = /^(\d+)(?::(\d+))?$/;
type Given = Readonly<Record<WireOption, readonly string[] | undefined>>;
export const wireOptions = [
  "crossed",
  "outputs",
  "shared",
  "reversed",
  "phase",
  "silent-meter",
  "frozen-meter",
  "ratio",
  "dead-relay",
  "bypassed",
] as const;
export type WireOption = (typeof wireOptions)[number];

/** As they are typed, from 1: crossed 3:5, outputs 2:7, shared 4:6, reversed 4, phase 6, ratio 1:500. Words where they cannot be meant. */
export function wiresFrom(given: Partial<Given>, count: number): Wires | string {
  const wrong: string[] = [];
  const numbers = (name: WireOption, parts: 1 | 2): number[][] =>
    (given[name] ?? []).flatMap((text) => {
      const match = text.match(option);
      const found = [match?.[1], match?.[2]].slice(0, parts).map((part) => Number(part) - 1);
      const places = name === "ratio" ? found.slice(0, 1) : found;
      if (match !== null && found.every(Number.isInteger) && places.every((at) => at >= 0 && at < count)) return [found];
      wrong.push(`--${name}: ${parts === 1 ? "3" : "3:5"}, 1 … ${count}, not "${text}"`);
      return [];
    });
  const pairs = (name: WireOption): [number, number][] => numbers(name, 2).map(([a = 0, b = 0]) => [a, b]);
  const places = (name: WireOption): Set<number> => new Set(numbers(name, 1).map(([at = 0]) => at));
  const wires: Wires = {
    transformers: new Map(pairs("crossed").flatMap(([a, b]) => exchanged(a, b))),
    outputs: new Map(pairs("outputs").flatMap(([a, b]) => exchanged(a, b))),
    shared: new Map(pairs("shared")),
    turned: places("reversed"),
    phases: places("phase"),
    silentMeters: places("silent-meter"),
    frozenMeters: places("frozen-meter"),
    ratios: new Map(pairs("ratio").map(([at, permille]) => [at, permille + 1])),
    deadRelays: places("dead-relay"),
    bypassed: places("bypassed"),
  };
  return wrong.length > 0 ? wrong.join("; ") : wires;
}
