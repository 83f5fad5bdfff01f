// What is known of one stay when its price is asked: the two labels of time, the car, and what it brings along.
import type { Fen } from "#protocols/vocabulary/money.ts";
import type { Plate, PlateColour } from "#protocols/vocabulary/plate.ts";
import type { Wall } from "#protocols/vocabulary/time.ts";
import type { CouponKind } from "./types.ts";

/** From this moment up to, not including, that one. */
export interface Span {
  readonly from: Wall;
  readonly until: Wall;
}

export interface Stay {
  readonly entered: Wall;
  readonly left: Wall;
  readonly colour: PlateColour;
  readonly plate?: Plate;
  /** The word that the tariff uses for the vehicle: "large", "taxi", … */
  readonly class?: string;
  readonly bays?: number;
  /** A taxi or ride-hailing car. Absent: not known, which is treated as not operating. */
  readonly operating?: boolean;
  /** Earlier stays of the same car in the same lot, and what they were charged. */
  readonly history?: readonly EarlierStay[];
  readonly passes?: readonly Pass[];
  readonly coupons?: readonly Coupon[];
  readonly payments?: readonly Payment[];
  readonly charging?: readonly (Span & { readonly energy_mWh: number })[];
  /** Time spent in inner lots that charge for themselves. */
  readonly inner?: readonly Span[];
  /** The entry record was lost: `entered` is only a placeholder. */
  readonly entryLost?: boolean;
  /** The times are not certain: then the lowest price that they allow. */
  readonly doubt?: Doubt;
}

/** Where else the stay may have lain: one end somewhere in a span, and a length between two. */
export interface Doubt {
  readonly anchor: "entered" | "left";
  readonly from: Wall;
  readonly until: Wall;
  readonly shortest_s: number;
  readonly longest_s: number;
  /** Why, for the bill. */
  readonly zh: string;
  readonly en: string;
}

export interface EarlierStay {
  readonly entered: Wall;
  readonly left: Wall;
  readonly charged: Fen;
}

/** A monthly card or the like; `until` is the first moment that it no longer covers. */
export interface Pass extends Span {
  readonly id: string;
  readonly suspended?: readonly Span[];
  /** n spaces for m cars: how many spaces, and when the other cars of the pass were inside (`left` absent: still are). */
  readonly spaces?: { readonly count: number; readonly others: readonly { readonly entered: Wall; readonly left?: Wall }[] };
}

/** `presented`: when it was shown; a coupon that was shown before a payment was no afterthought. Absent: at the exit. */
export type Coupon = { readonly id: string; readonly presented?: Wall } & (
  | { readonly kind: "free" }
  | { readonly kind: "percent"; readonly percent: number }
  | { readonly kind: "minutes"; readonly minutes: number }
  | { readonly kind: "cash"; readonly amount: Fen }
  /** Covers so many hours from the moment when it was given. */
  | { readonly kind: "valid-for"; readonly given: Wall; readonly hours: number }
  /** Covers these hours of every day; seconds after midnight, until ≤ from: over midnight. */
  | { readonly kind: "time-window"; readonly from: number; readonly until: number }
) & { readonly kind: CouponKind };

export interface Payment {
  readonly at: Wall;
  readonly amount: Fen;
}
