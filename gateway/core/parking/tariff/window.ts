// One window of a stay: cut into runs of one period each, every run priced, the caps of the periods applied. What runs on into the next window is the state.
import { type Fen, fen } from "#protocols/vocabulary/money.ts";
import { type Interval, occurrenceAt } from "./days.ts";
import { type Charge, type Meter, repeats, run, runOn } from "./rate.ts";
import type { Calendar, PeriodRates, Pricing, Rate } from "./types.ts";

/** What one occurrence of a period (or the only rate) costs in a window. */
export interface Item {
  readonly period: number;
  readonly charges: readonly Charge[];
  /** Seconds of the period's own free time that were taken off. */
  readonly freed: number;
  readonly uncapped: Fen;
  readonly amount: Fen;
}

/** An occurrence of a period, and how much of its cap is used. */
interface Running {
  readonly period: number;
  readonly day: number;
  used: number;
  /** Seconds of the period's free time that are left in this occurrence. */
  free: number;
}

/** The day on which the only rate's one occurrence began: it stays the same however far a state is moved. */
const always = Number.NEGATIVE_INFINITY;

/** What runs on from one window into the next. */
export interface State extends Meter {
  current: Running | undefined;
  /** The occurrence in which the open unit began: its cap counts. */
  owner: Running | undefined;
}

export const freshState = (): State => ({ position: 0, open: undefined, current: undefined, owner: undefined });

/** The same state so many days later. */
export function later(state: State, days: number): State {
  const move = (running: Running | undefined) => running && { ...running, day: running.day + days };
  const current = move(state.current);
  return {
    position: state.position,
    open: state.open && { ...state.open },
    current,
    owner: state.owner === state.current ? current : move(state.owner),
  };
}

/** Equal texts, equal states: what runs on, and whose cap counts. */
export function stateText({ position, open, current, owner }: State): string {
  const running = (one: Running | undefined) => (one === undefined ? "" : `${one.period},${one.day},${one.used},${one.free}`);
  if (open === undefined) return `${position} ${running(current)}`;
  const whose = owner === current ? "own" : running(owner);
  return `${position} ${running(current)} ${open.used}/${open.size} ${open.charge.period}.${open.charge.step} ${whose}`;
}

type Tally = { period: number; charges: Charge[]; freed: number; uncapped: number; amount: number };

/** Prices the chargeable parts of one window and moves the state to their end. */
export function priceParts(parts: readonly Interval[], input: { pricing: Pricing; calendar: Calendar | undefined; state: State }): Item[] {
  const { pricing, calendar, state } = input;
  const rates = pricing.rate.shape === "periods" ? pricing.rate : undefined;
  const tallies = new Map<Running, Tally>();
  const tallyOf = (running: Running): Tally => {
    const tally = tallies.get(running) ?? { period: running.period, charges: [], freed: 0, uncapped: 0, amount: 0 };
    tallies.set(running, tally);
    return tally;
  };
  const chargeTo = (running: Running) => (charge: Charge) => {
    const tally = tallyOf(running);
    const amount = charge.units * charge.price;
    const cap = rates?.periods[running.period]?.cap;
    const charged = cap === undefined ? amount : Math.min(amount, cap - running.used);
    if (cap !== undefined) running.used += charged;
    addCharge(tally.charges, charge);
    tally.uncapped += amount;
    tally.amount += charged;
  };
  for (const part of parts)
    for (let from = part.from; from < part.until; ) {
      const found = rates === undefined ? { period: 0, day: always, until: part.until } : occurrenceAt(from, rates, calendar);
      if (found === undefined) throw new RangeError("the periods of a tariff leave a gap");
      const until = Math.min(part.until, found.until);
      const current = enter(state, found, rates);
      const rate = rates === undefined ? pricing.rate : rates.periods[found.period]?.rate;
      if (rate === undefined || rate.shape === "periods") throw new RangeError("a period without a rate");
      const freed = priceRun(state, { rate, length: until - from, current, continues: rates?.stepsAcross === "continue" }, chargeTo);
      if (freed > 0) tallyOf(current).freed += freed;
      from = until;
    }
  if (rates === undefined || rates.stepsAcross === "continue")
    fold(state, rates === undefined ? [pricing.rate] : rates.periods.map((period) => period.rate));
  return [...tallies.values()].map((tally) => ({ ...tally, uncapped: fen(tally.uncapped), amount: fen(tally.amount) }));
}

interface Run {
  readonly rate: Rate;
  readonly length: number;
  readonly current: Running;
  readonly continues: boolean;
}

/** A unit that has begun runs on; then the period's free time; then its rate. Returns the free seconds. */
function priceRun(
  state: State,
  { rate, length, current, continues }: Run,
  chargeTo: (running: Running) => (charge: Charge) => void,
): number {
  const owner = state.owner ?? current;
  const taken = runOn(state, length, chargeTo(owner));
  if (owner === current || continues) state.position += taken;
  if (taken === length) return 0;
  const freed = Math.min(current.free, length - taken);
  current.free -= freed;
  run(state, { rate, length: length - taken - freed, period: current.period }, chargeTo(current));
  state.owner = state.open === undefined ? undefined : current;
  return freed;
}

/** A new occurrence of a period: the open unit ends or runs on, the steps start anew or run on. */
function enter(state: State, found: { period: number; day: number }, rates: PeriodRates | undefined): Running {
  const { current } = state;
  if (current !== undefined && current.period === found.period && current.day === found.day) return current;
  if (current !== undefined && rates?.unitsAcross === "cut") {
    state.open = undefined;
    state.owner = undefined;
  }
  if (rates?.stepsAcross !== "continue") state.position = 0;
  state.current = { period: found.period, day: found.day, used: 0, free: rates?.periods[found.period]?.free ?? 0 };
  return state.current;
}

function addCharge(charges: Charge[], charge: Charge): void {
  const last = charges.at(-1);
  if (last !== undefined && last.step === charge.step && last.unit === charge.unit && last.price === charge.price)
    charges[charges.length - 1] = { ...last, units: last.units + charge.units };
  else charges.push(charge);
}

/** Beyond the last step a position says nothing but where in the unit it stands: folded back, it comes round, and windows can repeat. */
function fold(state: State, rates: readonly (Rate | PeriodRates)[]): void {
  let start = 0;
  let every = 1;
  for (const rate of rates) {
    if (rate.shape === "periods") continue;
    const cycle = repeats(rate);
    start = Math.max(start, cycle.start);
    every = leastCommon(every, cycle.every);
  }
  if (state.position > start + every) state.position = start + ((state.position - start) % every) + every;
}

const greatestCommon = (a: number, b: number): number => (b === 0 ? a : greatestCommon(b, a % b));
const leastCommon = (a: number, b: number): number => (a / greatestCommon(a, b)) * b;
