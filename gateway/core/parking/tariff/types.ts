// What a tariff can say: a small set of orthogonal parts. Lengths are whole seconds, money is whole fen, hours of the day are seconds after midnight in China.
import type { Fen, Rounding } from "#protocols/vocabulary/money.ts";
import type { PlateColour } from "#protocols/vocabulary/plate.ts";
import type { Wall } from "#protocols/vocabulary/time.ts";

export interface Words {
  readonly zh: string;
  readonly en: string;
}

/** One lot's tariff file, all its versions, oldest first. */
export interface Tariff {
  readonly id: string;
  readonly name: Words;
  readonly demonstration: boolean;
  readonly source?: string;
  readonly versions: readonly Version[];
}

/** A visit keeps the version that it entered under. */
export interface Version {
  readonly id: string;
  readonly from: Wall;
  /** The first moment that is no longer covered. */
  readonly until?: Wall;
  readonly calendar?: Calendar;
  readonly pricing: Pricing;
  /** The first one that fits decides. */
  readonly classes: readonly VehicleClass[];
  /** The cheapest one that applies is taken; they are never added up. */
  readonly concessions: readonly Concession[];
  readonly coupons?: CouponRule;
  readonly passes?: PassRule;
  readonly inner?: "excluded" | "counted";
  readonly lostEntry?: LostEntryRule;
  readonly entries?: EntriesCap;
  readonly rounding?: { readonly to: Fen; readonly way: Rounding };
  readonly payment?: PaymentRule;
  /** Declared by the author: a longer stay may cost less (a cap by total stay, a per-visit day price). */
  readonly longerMayCostLess: boolean;
  /** Declared by the author: the sign names a cap that its rates never reach. */
  readonly idleCaps: boolean;
}

/** Seconds: a longer stay is priced by a person. Twenty years: whatever a file says, its price stays a whole number that is exact. */
export const longestStay = 20 * 366 * 86_400;
/** Fen that a day may cost in a file: more is a slip of the pen. */
export const dearestDay = 100_000_000;

/** How time becomes money. A class may bring its own. */
export interface Pricing {
  readonly free?: FreeTime;
  readonly windows?: Windows;
  readonly rate: Rate | PeriodRates;
  /** The whole stay never costs more. */
  readonly stayCap?: Fen;
}

export interface FreeTime {
  readonly seconds: number;
  /** Whether a stay of exactly this length is free. */
  readonly boundary: "included" | "excluded";
  /** Once exceeded: is the free time charged after all ("counted"), or is only the part above it ("deducted")? */
  readonly whenExceeded: "counted" | "deducted";
  /** Once a stay, or again in every window. */
  readonly again: "once" | "each-window";
  /** Only for the first entry in any so many seconds (counted from the first entry of the group). */
  readonly firstEntryIn?: number;
  /** Not when the car left less than so many seconds ago. */
  readonly notAfterExit?: number;
}

/** A long stay is cut into windows; a window has a cap, and the rate either starts anew in it or runs on. */
export interface Windows {
  readonly kind: "rolling" | "calendar-day";
  /** Rolling: the length. Calendar day: always a day. */
  readonly seconds: number;
  /** Calendar day: when the day begins, in seconds after midnight. */
  readonly dayStarts: number;
  readonly rate: "restarts" | "continues";
  /** Of the first window, the second, …; the last one holds for all later ones. Empty: no cap. */
  readonly caps: readonly Fen[];
  /** Instead of `caps`: every window's cap depends on the length of the whole stay. */
  readonly capsByStay: readonly { readonly upTo?: number; readonly cap: Fen }[];
}

export type Rate =
  | { readonly shape: "free" }
  /** `upTo` absent: whatever the length (a price per visit). `beyond`: what follows the last row. */
  | {
      readonly shape: "brackets";
      readonly rows: readonly { readonly upTo?: number; readonly price: Fen }[];
      readonly beyond?: Step;
    }
  | { readonly shape: "steps"; readonly steps: readonly Step[] };

/** Until so many seconds of the rate (absent: without end), each unit costs this. */
export interface Step {
  readonly until?: number;
  readonly unit: number;
  readonly price: Fen;
  /** A part of a unit that is no longer than this is dropped: 0 = every started unit counts; unit − 1 = only full units count. */
  readonly dropUpTo: number;
}

export interface PeriodRates {
  readonly shape: "periods";
  /** A unit that was started before the boundary: ends there, or runs on into the next period at the old price. */
  readonly unitsAcross: "cut" | "carried";
  /** Does the next period start at the first step of its rate, or at the length reached? */
  readonly stepsAcross: "restart" | "continue";
  /** To which period the boundary's own second belongs. */
  readonly boundary: "next" | "previous";
  readonly together: "sum" | "highest";
  readonly periods: readonly Period[];
}

export interface Period {
  readonly id: string;
  readonly name: Words;
  /** Seconds after midnight; until ≤ from: over midnight. The period belongs to the day on which it begins. */
  readonly from: number;
  readonly until: number;
  readonly days: readonly DayWord[];
  /** "Mondays to Saturdays, public holidays excepted". */
  readonly except?: readonly DayWord[];
  readonly rate: Exclude<Rate, { shape: "periods" }>;
  /** The first seconds of each occurrence that are not charged. */
  readonly free?: number;
  readonly cap?: Fen;
}

export const weekdayWords = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] as const;
export const dayWords = ["every-day", "workday", "weekend", "holiday", ...weekdayWords] as const;
export type DayWord = (typeof dayWords)[number];

/** Day numbers since 1970-01-01 (China). A stay outside `from`–`until` cannot be priced where the kind of day matters. */
export interface Calendar {
  readonly from: number;
  readonly until: number;
  readonly holidays: ReadonlySet<number>;
  /** Weekend days that are worked (调休). */
  readonly makeUpDays: ReadonlySet<number>;
}

export interface VehicleWhen {
  readonly classes?: readonly string[];
  readonly colours?: readonly PlateColour[];
  /** Kinds of the plate grammar: police, military, emergency … */
  readonly kinds?: readonly string[];
}

export interface VehicleClass {
  readonly id: string;
  readonly name: Words;
  readonly when: VehicleWhen;
  readonly effect:
    | { readonly kind: "free" }
    | { readonly kind: "factor"; readonly numerator: number; readonly denominator: number }
    /** Every price and cap times the number of bays that the vehicle stands on. */
    | { readonly kind: "bays" }
    | { readonly kind: "pricing"; readonly pricing: Pricing };
}

export interface Concession {
  readonly id: string;
  readonly name: Words;
  readonly when: {
    readonly colours?: readonly PlateColour[];
    readonly classes?: readonly string[];
    /** false: taxis and ride-hailing cars are excluded. */
    readonly operating?: boolean;
    readonly chargedAtLeast_mWh?: number;
    /** Only the first stop in any so many seconds. */
    readonly firstEntryIn?: number;
  };
  readonly give:
    | { readonly kind: "free-time"; readonly free: FreeTime }
    | { readonly kind: "percent-off"; readonly percent: number }
    /** The time while charging is not charged as parking; `most`: at most so many seconds. */
    | { readonly kind: "charging-time"; readonly most?: number };
}

export const couponKinds = ["free", "percent", "minutes", "cash", "valid-for", "time-window"] as const;
export type CouponKind = (typeof couponKinds)[number];

export interface CouponRule {
  readonly accepted: readonly CouponKind[];
  /** One coupon (the most favourable); one of each kind; or all. */
  readonly stacking: "one" | "one-of-each-kind" | "all";
  readonly afterPartialPayment: boolean;
  readonly withConcession: boolean;
}

export interface PassRule {
  /** The (n + 1)th car of n spaces: stays temporary, or is covered from the moment when a space falls free. */
  readonly whenSpaceFallsFree: "covered" | "temporary";
  /** A space that falls free within so many seconds of the entry counts as free at the entry. */
  readonly tolerance: number;
  /** The uncovered rest of a stay: has the lot's free time, or not. */
  readonly freeTimeForRest: boolean;
}

export type LostEntryRule =
  | { readonly kind: "fixed"; readonly price: Fen }
  | { readonly kind: "assume"; readonly seconds: number }
  | { readonly kind: "ask" };

/** Stays that begin in one group (rolling from the first entry, or the calendar day) together cost at most `cap` per started period. */
export interface EntriesCap {
  readonly kind: "rolling" | "calendar-day";
  readonly seconds: number;
  readonly cap: Fen;
}

export interface PaymentRule {
  readonly grace: number;
  /** After the grace: the whole stay is priced and what was paid is taken off; or a new stay begins with the payment. */
  readonly afterGrace: "whole-stay" | "new-stay";
}
