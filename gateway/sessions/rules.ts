// What the site file says of charging as a service: the price, the hours without charging, how charges return after a mains failure, cards with a balance.

import type { Wall } from "#protocols/vocabulary/time.ts";
import type { ChargePrice, PriceVersion, Span } from "../core/charging/price/types.ts";
import { versionAt } from "../core/charging/price/types.ts";

export interface ChargingRules {
  /** none: the site asks no money; broken: it does, and its file is not readable: then nothing begins. */
  readonly price: ChargePrice | "none" | "broken";
  readonly night: readonly Span[];
  /** Whether a charge whose authority was lost goes on, and how far apart such charges return. */
  readonly goOn: boolean;
  readonly spacing_ms: number;
  /** Cards have a balance here, of which so much is held while a charge runs. */
  readonly cards: { readonly hold_fen: number } | undefined;
  /** A start beyond a limit waits, and one may be put off to the valley; a charge until full is taken to last so long. Not written: it is refused. */
  readonly planning?: { readonly assumed_s: number } | undefined;
}

export const noRules: ChargingRules = { price: "none", night: [], goOn: true, spacing_ms: 0, cards: undefined };

export interface Priced {
  readonly id: string;
  readonly version: PriceVersion;
}

/** undefined: nothing is asked; "no-price": it cannot be priced, and is refused. */
export function pricedAt({ price }: ChargingRules, began: Wall): Priced | undefined | "no-price" {
  if (price === "none") return undefined;
  if (price === "broken") return "no-price";
  const version = versionAt(price, began);
  return version === undefined ? "no-price" : { id: price.id, version };
}
