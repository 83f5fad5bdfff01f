// Times that are not certain. A stay whose clock was set, or whose power failed, may have lain in several places: its price is the lowest of all of them.
// "All" is meant: between two seconds at which some rule turns no price changes, so it is enough to try those, and they are all tried.
import { wall } from "#protocols/vocabulary/time.ts";
import { day, localSecond } from "./days.ts";
import type { Doubt, Stay } from "./stay.ts";
import type { FreeTime, Pricing, Rate, Version } from "./types.ts";

/** A longer uncertainty of length than this is not searched beyond its shortest end: only a tariff that declares that longer may cost less could be cheaper there. */
const searched = 2 * day;
/** So many prices take about a second; a finer grid than they allow is thinned from the far end. */
const mostTrials = 60_000;

/** The stays that may have been, the one by the labels first, so that of equal prices the plain one is told. */
export function* possibleStays(stay: Stay, doubt: Doubt, versions: readonly Version[]): Generator<Stay> {
  yield stay;
  const { anchor } = doubt;
  const [first, last] = [localSecond(doubt.from), localSecond(doubt.until)];
  const [shortest, longest] = [Math.max(0, doubt.shortest_s), Math.min(doubt.longest_s, doubt.shortest_s + searched)];
  const grid = gridOf(versions, stay);
  let trials = 0;
  for (const length of shortest === longest ? [shortest] : lengthsBetween(shortest, longest, { grid, anchors: [first, last] })) {
    const other = anchor === "entered" ? length : -length;
    for (const at of first === last ? [first] : momentsBetween(first, last, { grid, shifts: [0, -other] })) {
      trials += 1;
      if (trials > mostTrials) return;
      yield moved(stay, anchor, anchor === "entered" ? { entered: at, left: at + length } : { entered: at - length, left: at });
    }
  }
}

/** Payments move with the end that the stay hangs on, and stay inside it. */
function moved(stay: Stay, anchor: Doubt["anchor"], { entered, left }: { entered: number; left: number }): Stay {
  const [from, until] = [wallAt(stay.entered, entered), wallAt(stay.left, left)];
  const shift = anchor === "entered" ? from - stay.entered : until - stay.left;
  const payments = stay.payments?.map((payment) => ({ ...payment, at: wall(Math.min(until, Math.max(from, payment.at + shift))) }));
  return { ...stay, entered: from, left: until, ...(payments === undefined ? {} : { payments }) };
}

/** That second of civil time, with the label's own fraction. */
const wallAt = (label: Stay["entered"], second: number) => wall(label + (second - localSecond(label)) * 1000);

/** Every length of the file and every hour of the day that it names is a multiple of `step`; `marks` are the stay's own moments, in seconds. */
interface Grid {
  readonly step: number;
  readonly marks: readonly number[];
}

/** Around a turn: the second before it, itself, and the ones after it that "more than" and a part that may be dropped add. */
const around = [-1, 0, 1, 2];

function momentsBetween(first: number, last: number, { grid, shifts }: { grid: Grid; shifts: readonly number[] }): Iterable<number> {
  const found = new Set<number>([first, last]);
  const residues = new Set<number>();
  for (const shift of shifts)
    for (const mark of [0, ...grid.marks]) for (const near of around) residues.add(modulo(mark + shift + near, grid.step));
  fill(found, { first, last, step: grid.step, residues });
  return found;
}

/** Shortest first: that is where the lowest price nearly always lies. */
function lengthsBetween(
  shortest: number,
  longest: number,
  { grid, anchors }: { grid: Grid; anchors: readonly number[] },
): Iterable<number> {
  const found = new Set<number>([shortest, longest]);
  const residues = new Set<number>(around.map((near) => modulo(near, grid.step)));
  for (const anchor of anchors)
    for (const mark of [0, ...grid.marks])
      for (const near of around) {
        residues.add(modulo(mark - anchor + near, grid.step));
        residues.add(modulo(anchor - mark + near, grid.step));
      }
  fill(found, { first: shortest, last: longest, step: grid.step, residues });
  return found;
}

function fill(found: Set<number>, range: { first: number; last: number; step: number; residues: ReadonlySet<number> }): void {
  const { first, last, step, residues } = range;
  for (let base = first - modulo(first, step); base <= last && found.size < mostTrials; base += step)
    for (const residue of residues) if (base + residue >= first && base + residue <= last) found.add(base + residue);
}

const modulo = (a: number, b: number): number => ((a % b) + b) % b;
const greatestCommon = (a: number, b: number): number => (b === 0 ? a : greatestCommon(b, a % b));

function gridOf(versions: readonly Version[], stay: Stay): Grid {
  const lengths = [...versions.flatMap(versionLengths), ...(stay.coupons ?? []).flatMap(couponLengths)];
  const spans = [
    ...(stay.passes ?? []).flatMap((pass) => [pass, ...(pass.suspended ?? [])]),
    ...(stay.inner ?? []),
    ...(stay.charging ?? []),
  ];
  const others = (stay.passes ?? []).flatMap((pass) => pass.spaces?.others ?? []);
  const moments = [
    ...spans.flatMap(({ from, until }) => [from, until]),
    ...others.flatMap(({ entered, left }) => (left === undefined ? [entered] : [entered, left])),
    ...(stay.history ?? []).flatMap(({ entered, left }) => [entered, left]),
    ...(stay.coupons ?? []).flatMap((coupon) => (coupon.kind === "valid-for" ? [coupon.given] : [])),
    ...(stay.payments ?? []).map(({ at }) => at),
  ];
  const step = lengths.reduce(greatestCommon, day);
  return { step, marks: [...new Set(moments.map((at) => modulo(localSecond(at), step)))] };
}

function versionLengths(version: Version): number[] {
  return [
    ...pricingLengths(version.pricing),
    ...version.classes.flatMap(({ effect }) => (effect.kind === "pricing" ? pricingLengths(effect.pricing) : [])),
    ...version.concessions.flatMap(({ give, when }) => [
      when.firstEntryIn ?? 0,
      ...(give.kind === "free-time" ? freeLengths(give.free) : give.kind === "charging-time" ? [give.most ?? 0] : []),
    ]),
    version.passes?.tolerance ?? 0,
    version.payment?.grace ?? 0,
    version.entries?.seconds ?? 0,
  ];
}

const couponLengths = (coupon: NonNullable<Stay["coupons"]>[number]): number[] =>
  coupon.kind === "minutes"
    ? [coupon.minutes * 60]
    : coupon.kind === "valid-for"
      ? [coupon.hours * 3600]
      : coupon.kind === "time-window"
        ? [coupon.from, coupon.until]
        : [];

const freeLengths = (free: FreeTime): number[] => [free.seconds, free.firstEntryIn ?? 0, free.notAfterExit ?? 0];

function pricingLengths({ free, windows, rate }: Pricing): number[] {
  const rates: readonly Rate[] = rate.shape === "periods" ? rate.periods.map((period) => period.rate) : [rate];
  return [
    ...(free === undefined ? [] : freeLengths(free)),
    ...(windows === undefined ? [] : [windows.seconds, windows.dayStarts, ...windows.capsByStay.map((row) => row.upTo ?? 0)]),
    ...(rate.shape === "periods" ? rate.periods.flatMap((period) => [period.from, period.until, period.free ?? 0]) : []),
    ...rates.flatMap((one) =>
      one.shape === "steps"
        ? one.steps.flatMap(stepLengths)
        : one.shape === "brackets"
          ? [...one.rows.map((row) => row.upTo ?? 0), ...(one.beyond === undefined ? [] : stepLengths(one.beyond))]
          : [],
    ),
  ];
}

/** What may be dropped is either nothing, a length of the file, or all of the unit but its last second. */
const stepLengths = ({ unit, until, dropUpTo }: { unit: number; until?: number; dropUpTo: number }): number[] => [
  unit,
  until ?? 0,
  dropUpTo === unit - 1 ? 0 : dropUpTo,
];
