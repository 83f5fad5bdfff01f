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
  "inspections",
] as const satisfies readonly Page[];
export const moneyPages = ["income", "stars", "awards"] as const satisfies readonly Page[];
export const reportPages = ["reports", "handovers"] as const satisfies readonly Page[];
export const devicePages = ["devices", "orders"] as const satisfies readonly Page[];
export const accessPages = ["people", "tokens"] as const satisfies readonly Page[];

/** Each with the page that stands for it in the rail; `or`: where a post may not open that one. */
export const sections: readonly { readonly entry: Page; readonly or?: Page; readonly pages: readonly Page[] }[] = [
  { entry: "lanes", pages: placePages },
  { entry: "ledger", pages: ledgerPages },
  { entry: "income", or: "stars", pages: moneyPages },
  { entry: "reports", pages: reportPages },
  { entry: "devices", pages: devicePages },
  { entry: "people", pages: accessPages },
];

export function entryOf(one: Page, open: readonly Page[]): Page {
  const section = sections.find(({ pages }) => pages.includes(one));
  if (section === undefined) return one;
  return section.or !== undefined && !open.includes(section.entry) ? section.or : section.entry;
}
