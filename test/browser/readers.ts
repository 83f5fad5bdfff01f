// Each page of the router as the role that reads it; whoever is not named is read by the property's manager.
import type { Page } from "playwright-core";
import { expect } from "vitest";
import { pages } from "../../dashboards/web/shell/address.ts";
import { actAs } from "./eyes.ts";

const readers: Readonly<Record<string, string>> = {
  ...{ overview: "bureau", ledger: "bureau", ranking: "bureau", papers: "bureau", works: "bureau", compounds: "bureau" },
  ...{ inspections: "bureau", awards: "bureau", stars: "bureau", income: "owners" },
  ...{ people: "admin", tokens: "admin" },
};
/** The router's own list, by reader, so that few change seats. */
export const inOrder = [...pages].sort((a, b) => (readers[a] ?? "").localeCompare(readers[b] ?? ""));

/** As whoever reads that page; `who` acts until now. */
export async function asReader(page: Page, name: string, who: string): Promise<string> {
  const wanted = readers[name] ?? "property";
  if (wanted === who) return who;
  await page.waitForSelector("dialog", { state: "detached" });
  await actAs(page, wanted);
  await page.waitForSelector('[data-connection="live"]', { timeout: 20_000 });
  return wanted;
}

/** A page that is not for whoever looks shows only that: it would be judged unseen. */
export const isForReader = async (page: Page, name: string): Promise<void> =>
  expect(await page.locator("[data-not-for-this-post]").count(), `${name}: its reader is not named (test/browser/readers.ts)`).toBe(0);
