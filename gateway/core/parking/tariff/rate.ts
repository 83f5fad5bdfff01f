// What a run of seconds under one rate costs. A unit is due at the second when its part exceeds what may be dropped, at the price of the step where it began.
import { type Fen, fen } from "#protocols/vocabulary/money.ts";
import type { Rate, Step } from "./types.ts";

/** Several units of one step, or what a bracket table adds. */
export interface Charge {
  readonly period: number;
  readonly step: number;
  readonly units: number;
  readonly unit: number;
  readonly price: Fen;
}

/** A unit that has begun and not ended. */
export interface OpenUnit {
  readonly charge: Charge;
  readonly size: number;
  readonly dropUpTo: number;
  used: number;
}

export interface Meter {
  /** Seconds of the rate used so far. */
  position: number;
  open: OpenUnit | undefined;
}

/** Lets an open unit run on; returns the seconds that it took. */
export function runOn(meter: Meter, length: number, charged: (charge: Charge) => void): number {
  const open = meter.open;
  if (open === undefined) return 0;
  const taken = Math.min(length, open.size - open.used);
  const before = open.used;
  open.used += taken;
  if (before <= open.dropUpTo && open.used > open.dropUpTo) charged(open.charge);
  if (open.used === open.size) meter.open = undefined;
  return taken;
}

/** Advances the meter by a run that lies wholly under one rate. */
export function run(meter: Meter, input: { rate: Rate; length: number; period: number }, charged: (charge: Charge) => void): void {
  const { rate, period } = input;
  if (rate.shape === "free") meter.position += input.length;
  else if (rate.shape === "brackets") {
    const before = bracketPrice(rate, meter.position);
    meter.position += input.length;
    const price = fen(bracketPrice(rate, meter.position) - before);
    if (price !== 0) charged({ period, step: bracketRow(rate, meter.position), units: 1, unit: meter.position, price });
  } else runSteps(meter, { steps: rate.steps, length: input.length, period }, charged);
}

function runSteps(
  meter: Meter,
  input: { steps: readonly Step[]; length: number; period: number },
  charged: (charge: Charge) => void,
): void {
  const { steps, period } = input;
  let length = input.length;
  while (length > 0) {
    const index = steps.findIndex((step) => step.until === undefined || meter.position < step.until);
    const step = steps[index];
    if (step === undefined) throw new RangeError("the last step of a rate has an end");
    const room = step.until === undefined ? Number.POSITIVE_INFINITY : step.until - meter.position;
    const units = Math.floor(Math.min(length, room) / step.unit);
    const charge = { period, step: index, units, unit: step.unit, price: step.price };
    if (units > 0) charged(charge);
    meter.position += units * step.unit;
    length -= units * step.unit;
    const size = Math.min(step.unit, room - units * step.unit);
    if (length === 0 || size === 0) continue;
    meter.open = { charge: { ...charge, units: 1 }, size, dropUpTo: step.dropUpTo, used: 0 };
    const taken = runOn(meter, length, charged);
    meter.position += taken;
    length -= taken;
  }
}

type Brackets = Extract<Rate, { shape: "brackets" }>;

const bracketRow = (rate: Brackets, position: number): number => {
  const index = rate.rows.findIndex((row) => row.upTo === undefined || position <= row.upTo);
  return index === -1 ? rate.rows.length : index;
};

/** The table's price of a length; nothing costs nothing. */
function bracketPrice(rate: Brackets, position: number): number {
  if (position === 0) return 0;
  const row = rate.rows[bracketRow(rate, position)];
  if (row !== undefined) return row.price;
  const last = rate.rows.at(-1);
  const beyond = rate.beyond;
  if (last?.upTo === undefined || beyond === undefined) throw new RangeError("a bracket table ends before the stay");
  const rest = position - last.upTo;
  const units = Math.floor(rest / beyond.unit) + (rest % beyond.unit > beyond.dropUpTo ? 1 : 0);
  return last.price + units * beyond.price;
}

/** From `start` on, a rate's price repeats every `every` seconds: positions beyond can be folded back. */
export function repeats(rate: Rate): { start: number; every: number } {
  if (rate.shape === "free") return { start: 0, every: 1 };
  if (rate.shape === "steps") return { start: rate.steps.at(-2)?.until ?? 0, every: rate.steps.at(-1)?.unit ?? 1 };
  const bounded = rate.rows.findLast((row) => row.upTo !== undefined)?.upTo ?? 0;
  return rate.beyond === undefined ? { start: bounded + 1, every: 1 } : { start: bounded, every: rate.beyond.unit };
}
