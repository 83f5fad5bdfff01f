// What is known of a tariff's windows: a full window that begins at the same hour, on the same kinds of day, in the same state, costs what it cost before, in this stay or in any other.
// Everything here can be forgotten at any time: it changes what a price costs to find, never the price.
import { day, dayCode, dayOf, type Interval, periodFits } from "./days.ts";
import { type Alike, alikeIn, type DayTable, dayTable } from "./kinds-ahead.ts";
import type { Content, Task } from "./one-window.ts";
import type { Place } from "./told.ts";
import type { Calendar, FreeTime, PeriodRates, Pricing, Windows } from "./types.ts";
import { freshState, later, type State, stateText } from "./window.ts";

/** A full window already priced, and what runs on from it. */
export interface Known {
  readonly content: Content;
  /** The state at its end, counted from the day on which the next window begins. */
  readonly after: number;
}

/** Windows that come round: from each of them on the same ones follow, until a holiday or a hole. `at`: which of them is meant. */
export interface Cycle {
  readonly turns: readonly Known[];
  readonly at: number;
}

/** The windows from one place in the year to beyond the next holidays, as they are told: the same for every stay that covers them. Counted from the first of them. */
export interface Leap {
  readonly windows: number;
  /** The state at its end. */
  readonly after: number;
  readonly told: readonly (Place & { readonly content: Content })[];
}

export interface Memory {
  readonly rule: Windows | undefined;
  readonly free: FreeTime | undefined;
  readonly calendar: Calendar | undefined;
  readonly windows: Map<string | number, Known>;
  readonly cycles: Map<number, Cycle>;
  /** By state and hour: what the window costs that begins so, by the pattern of its days. */
  readonly alike: Map<number, Known[]>;
  /** By which neighbours a window touches. */
  readonly tables: DayTable[];
  /** Holidays and make-up days in order. */
  readonly exceptions: readonly number[];
  readonly leaps: Map<number, Leap>;
  /** Windows that a stay does not fill, and goes on after. */
  readonly parts: Map<string, Known>;
  /** What full windows cost, each told in one way: equal texts are one content. */
  readonly contents: Map<string, Content>;
  /** Every state met, counted from the day on which its window begins; the first is the fresh one. */
  readonly states: State[];
  readonly stateIds: Map<string, number>;
  /** Day code -> the kinds of day that this tariff tells apart, numbered from 0. */
  readonly kinds: readonly number[];
  readonly kindCount: number;
  /** The second of the day at which, on every day, one period ends and another begins. */
  readonly cut: number | undefined;
}

const memories = new WeakMap<Pricing["rate"], Memory[]>();
/** Beyond so many windows a memory begins anew: cars enter at any second of the day. */
const mostKnown = 20_000;
/** Windows, calendars and free times that one rate is used with. */
const mostMemories = 8;

const isSmall = ({ windows, states }: Memory): boolean => windows.size < mostKnown && states.length < mostKnown;

/** Of a unit that runs on from day to day there is a leap for each second of it and each group of holidays; beyond so many they are walked anew. */
const mostLeaps = 40_000;

export function keepLeap({ leaps }: Memory, key: number, leap: Leap): void {
  if (leaps.size >= mostLeaps) leaps.clear();
  leaps.set(key, leap);
}

export function memoryOf({ pricing, calendar, byDay }: Task): Memory {
  const free = pricing.free?.again === "each-window" ? pricing.free : undefined;
  const all = memories.get(pricing.rate) ?? [];
  const found = all.find((memory) => memory.free === free && memory.calendar === calendar && memory.rule === pricing.windows);
  if (found !== undefined && isSmall(found)) return found;
  const kinds = byDay ? kindsOf(pricing) : [];
  const memory: Memory = {
    rule: pricing.windows,
    free,
    calendar,
    windows: new Map(),
    cycles: new Map(),
    alike: new Map(),
    tables: [],
    exceptions: byDay && calendar !== undefined ? [...calendar.holidays, ...calendar.makeUpDays].sort((a, b) => a - b) : [],
    leaps: new Map(),
    parts: new Map(),
    contents: new Map(),
    states: [freshState()],
    stateIds: new Map([[stateText(freshState()), 0]]),
    kinds,
    kindCount: Math.max(0, ...kinds) + 1,
    cut: cutOf(pricing),
  };
  memories.set(pricing.rate, [memory, ...all.filter((other) => other !== found)].slice(0, mostMemories));
  return memory;
}

/** Equal texts are one content, so that windows alike are found by it. */
export function oneContent({ contents }: Memory, content: Content): Content {
  const known = contents.get(content.like);
  if (known !== undefined) return known;
  contents.set(content.like, content);
  return content;
}

/** Some cars have coupons for every day of a year: what is remembered of windows with holes is forgotten after so many. */
const mostParts = 4_000;

export function keepPart({ parts }: Memory, key: string, known: Known): Known {
  if (parts.size >= mostParts) parts.clear();
  parts.set(key, known);
  return known;
}

/** A state as it stands at some second, counted from its day; states that go on alike have one number. */
export function stateId({ states, stateIds, cut }: Memory, state: State, second: number, rates: Pricing["rate"]): number {
  const today = dayOf(second);
  const atCut = rates.shape === "periods" && second - today * day === cut;
  const relative = later(atCut ? betweenPeriods(state, rates) : state, -today);
  const text = stateText(relative);
  const known = stateIds.get(text);
  if (known !== undefined) return known;
  stateIds.set(text, states.length);
  states.push(relative);
  return states.length - 1;
}

/** What one period leaves to the next. */
function betweenPeriods({ position, open, owner }: State, { unitsAcross, stepsAcross }: PeriodRates): State {
  const carried = unitsAcross === "carried" && open !== undefined;
  return {
    position: stepsAcross === "restart" ? 0 : position,
    open: carried ? open : undefined,
    current: undefined,
    owner: carried ? owner : undefined,
  };
}

export const stateOf = ({ states }: Memory, id: number, dayNumber: number): State => later(states[id] ?? freshState(), dayNumber);

/** The hour at which a window begins, the kinds of the days that it touches and of the evening before, and its state: windows alike in this cost the same. Without periods no window differs from another. */
export function windowKey(memory: Memory, task: Task, window: Interval, state: number): string | number {
  const { pricing, calendar, byDay } = task;
  if (pricing.rate.shape !== "periods") return state;
  const [first, last] = [dayOf(window.from), dayOf(window.until - 1)];
  const hour = window.from - first * day;
  if (!byDay) return state * day + hour;
  let days = 0;
  for (let at = firstThatMatters(memory, first, hour); at <= last; at += 1) days = days * memory.kindCount + kindOf(memory, at, calendar);
  const key = (days * mostStates + state) * day + hour;
  return state < mostStates && Number.isSafeInteger(key)
    ? key
    : `${state} ${hour} ${kindsText(memory, { first: firstThatMatters(memory, first, hour), last }, calendar)}`;
}

/** A period of the evening before may run into the window, except where periods meet. */
const firstThatMatters = ({ cut }: Memory, first: number, hour: number): number => (hour === cut ? first : first - 1);

/** What the windows cost that begin at this hour in this state, by the pattern of their days: filled by the walk. */
export function alikeKnown({ alike }: Memory, state: number, hour: number): Known[] {
  const place = state * day + hour;
  const found = alike.get(place) ?? [];
  if (found.length === 0) alike.set(place, found);
  return found;
}

/** Windows of a day each that begin at this hour, on these days: how many of them look alike. */
export function alikeFrom(memory: Memory, calendar: Calendar | undefined, hour: number, { from, until }: Interval): Alike[] {
  const { tables, exceptions, kinds, cut } = memory;
  const touched = { before: hour !== cut, after: hour !== 0 };
  const at = (touched.before ? 2 : 0) + (touched.after ? 1 : 0);
  const table =
    tables[at] ??
    dayTable(
      { kindOn: (dayNumber) => kindOf(memory, dayNumber, calendar), plainKind: (weekday) => kinds[weekday] ?? 0 },
      exceptions,
      touched,
    );
  tables[at] = table;
  return alikeIn(table, from, until);
}

/** Beyond, and for windows of many days, keys are texts. */
const mostStates = 65_536;

const kindOf = ({ kinds }: Memory, at: number, calendar: Calendar | undefined): number => kinds[dayCode(at, calendar)] ?? 0;

function kindsText(memory: Memory, { first, last }: { first: number; last: number }, calendar: Calendar | undefined): string {
  let text = "";
  for (let at = first; at <= last; at += 1) text += `${kindOf(memory, at, calendar)},`;
  return text;
}

const dayCodes = 21;

/** Two days are of one kind when the same periods hold on them. */
function kindsOf({ rate }: Pricing): number[] {
  const seen = new Map<string, number>();
  return Array.from({ length: dayCodes }, (_, code) => {
    const holds = rate.shape === "periods" ? rate.periods.map((period) => (periodFits(period, code) ? 1 : 0)).join("") : "";
    const kind = seen.get(holds) ?? seen.size;
    seen.set(holds, kind);
    return kind;
  });
}

/** Every day begins with the same first period after this second, whatever kind of day it is and was yesterday. */
function cutOf({ rate }: Pricing): number | undefined {
  if (rate.shape !== "periods") return undefined;
  const codes = Array.from({ length: dayCodes }, (_, code) => code).filter((code) =>
    rate.periods.some((period) => periodFits(period, code)),
  );
  const meets = (from: number) => codes.every((code) => rate.periods.some((period) => period.from === from && periodFits(period, code)));
  const found = rate.periods.map(({ from }) => from).find(meets);
  return found === undefined ? undefined : found + (rate.boundary === "previous" ? 1 : 0);
}
