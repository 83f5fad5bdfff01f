// Pages that belong together have one entry in the rail; links above each of them lead to the others.
import type { Page } from "./address.ts";

export const placePages = ["lanes", "occupancy"] as const satisfies readonly Page[];
export const ledgerPages = [
  "overview",
  "ledger",
  "supervision",
  "ranking",
  "papers",
  "works",
  "compounds",
] as const satisfies readonly Page[];
export const moneyPages = ["income", "stars"] as const satisfies readonly Page[];
export const reportPages = ["reports", "handovers"] as const satisfies readonly Page[];
export const devicePages = ["devices", "orders"] as const satisfies readonly Page[];
export const accessPages = ["people", "tokens"] as const satisfies readonly Page[];

/** Each with the page that stands for it in the rail. */
export const sections: readonly { readonly entry: Page; readonly pages: readonly Page[] }[] = [
  { entry: "lanes", pages: placePages },
  { entry: "ledger", pages: ledgerPages },
  { entry: "income", pages: moneyPages },
  { entry: "reports", pages: reportPages },
  { entry: "devices", pages: devicePages },
  { entry: "people", pages: accessPages },
];

export const entryOf = (one: Page): Page => sections.find(({ pages }) => pages.includes(one))?.entry ?? one;
