// What charging costs: one document with versions, as it is computed with. Rates are hundredths of a fen, for a kilowatt hour costs 0.5330 yuan; amounts are whole fen.
import type { Rounding } from "#protocols/vocabulary/money.ts";
import type { Wall } from "#protocols/vocabulary/time.ts";

export interface Words {
  readonly zh: string;
  readonly en: string;
}

/** Seconds of China's civil day; `until` is not in it. Never over midnight: such a span is two. */
export interface Span {
  readonly from: number;
  readonly until: number;
}

/** Peak, flat, valley: together they are the whole day, each second once. */
export interface Band {
  readonly id: string;
  readonly name: Words;
  readonly spans: readonly Span[];
}

export interface Tier {
  readonly id: string;
  /** Up to and with this power; the last has no end. */
  readonly upTo_mW: number | undefined;
}

/**
 * moment: each part of a session is priced at its own tier. highest: the whole session at the highest tier that it held for `hold_s` in all,
 * so that an inrush of a moment makes nothing dearer.
 */
export interface Tiers {
  readonly by: "moment" | "highest";
  readonly hold_s: number;
  readonly table: readonly Tier[];
}

/** `rates` are hundredths of a fen: for a kilowatt hour, one a band. */
export interface ByEnergy {
  readonly kind: "energy";
  readonly rates: readonly number[];
}

export interface TimeRate {
  readonly per_s: number;
  /** Hundredths of a fen. */
  readonly rate: number;
}

/** `rates`: one a tier. A part of a unit is counted exactly, or as a whole one at the end of the session. */
export interface ByTime {
  readonly kind: "time";
  readonly part: "exact" | "up";
  readonly rates: readonly TimeRate[];
}

export interface BySession {
  readonly kind: "session";
  readonly price_fen: number;
}

/** Electricity that is "included" is metered and shown, and paid with the service fee. */
export type ElectricityPrice = ByEnergy | { readonly kind: "included" };
export type ServicePrice = ByEnergy | ByTime | BySession | { readonly kind: "free" };

export interface FreeQuota {
  readonly seconds: number | undefined;
  readonly energy_mWh: number | undefined;
  /** counted: beyond it everything is priced; deducted: only what is beyond. */
  readonly whenExceeded: "counted" | "deducted";
}

export interface Discount {
  readonly id: string;
  readonly name: Words;
  readonly groups: readonly string[];
  readonly of: "service" | "everything";
  readonly percentOff: number;
}

/** A socket that is kept occupied after its charge is over. */
export interface Occupied {
  readonly grace_s: number;
  readonly per_s: number;
  readonly price_fen: number;
  readonly part: "up" | "down";
  readonly cap_fen: number;
}

export interface PriceVersion {
  readonly id: string;
  readonly from: Wall;
  readonly until: Wall | undefined;
  readonly bands: readonly Band[];
  readonly tiers: Tiers;
  readonly electricity: ElectricityPrice;
  readonly service: ServicePrice;
  readonly rounding: Rounding;
  readonly minimum_fen: number | undefined;
  readonly cap_fen: number | undefined;
  readonly free: FreeQuota | undefined;
  /** Energy that these groups have free in each month. */
  readonly monthly: { readonly energy_mWh: number; readonly groups: readonly string[] } | undefined;
  readonly discounts: readonly Discount[];
  readonly occupied: Occupied | undefined;
}

export interface ChargePrice {
  readonly id: string;
  readonly name: Words;
  readonly source: string | undefined;
  readonly demonstration: boolean;
  readonly versions: readonly PriceVersion[];
}

/** The version that is in force when a charge begins prices the whole of it; none is a refusal, never a price of 0. */
export const versionAt = (price: ChargePrice, began: Wall): PriceVersion | undefined =>
  price.versions.find(({ from, until }) => began >= from && (until === undefined || began < until));
