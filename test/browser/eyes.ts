// One browser for the tests, and what it saw go wrong: console errors, broken policy, requests to anybody else.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { commandPath } from "../debian.ts";

const flags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export const launch = (): Promise<Browser> => chromium.launch({ executablePath: commandPath("chromium") ?? "chromium", args: flags });

export interface Seen {
  readonly errors: string[];
  /** Requests that went to another origin than the page's. */
  readonly foreign: string[];
  /** Bytes as sent, by path, of what the first page needs. */
  readonly paths: Set<string>;
}

export interface Look {
  readonly context: BrowserContext;
  readonly page: Page;
  readonly seen: Seen;
}

/** `asked` of a strict policy: a violation is an error in the console, so it is caught there. */
export async function look(browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<Look> {
  const context = await browser.newContext({ viewport: { width: 1366, height: 768 }, locale: "zh-CN", ...options });
  // What does not come within this will not come: a broken page must not eat the suite's budget. What is promised in seconds is measured, not waited for.
  context.setDefaultTimeout(20_000);
  const page = await context.newPage();
  const seen: Seen = { errors: [], foreign: [], paths: new Set() };
  page.on("console", (message) => {
    if (message.type() === "error") seen.errors.push(`${message.text()} ${message.location().url}`);
  });
  page.on("pageerror", (error) => seen.errors.push(error.message));
  page.on("request", (request) => {
    const target = new URL(request.url());
    if (target.origin === new URL(url).origin) seen.paths.add(target.pathname);
    else seen.foreign.push(request.url());
  });
  return { context, page, seen };
}

const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

interface AxeResults {
  readonly violations: readonly { readonly id: string; readonly nodes: readonly { readonly target: unknown }[] }[];
  readonly passes: readonly unknown[];
}

/** In the page's own world, past its policy: the context must be made with `bypassCSP`. */
export async function violations(page: Page): Promise<{ wrong: string[]; passed: number }> {
  await page.evaluate(axeSource);
  const results = (await page.evaluate(
    `axe.run(document, { runOnly: ${JSON.stringify(rules)}, resultTypes: ["violations"] })`,
  )) as AxeResults;
  const wrong = results.violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => String(node.target)).join(", ")}`);
  return { wrong, passed: results.passes.length };
}

/** Another place of the page that is open. */
export const goTo = (page: Page, hash: string): Promise<unknown> => page.evaluate(`location.hash = ${JSON.stringify(hash)}`);

/** The duty desk in both themes, widths and languages, each a page of its own past its policy. */
export async function inEveryLook(browser: Browser, url: string, visit: (page: Page, name: string) => Promise<void>): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const)
    for (const viewport of [
      { width: 1366, height: 768 },
      { width: 390, height: 844 },
    ])
      for (const language of ["zh", "en"]) {
        const { page, context } = await look(browser, url, { viewport, colorScheme, bypassCSP: true });
        await page.goto(`${url}/?lang=${language}#/duty`);
        await page.waitForSelector('[data-connection="live"]', { timeout: 20_000 });
        await visit(page, `${language} ${colorScheme} ${viewport.width}`);
        await context.close();
      }
}

/** Goes to a place of the page that is open, and looks: what axe knows, and whether it scrolls sideways. */
export async function axeAt(
  page: Page,
  { place, stands }: { place: string; stands: string },
): Promise<{ wrong: string[]; passed: number }> {
  await goTo(page, place);
  await page.locator(stands).first().waitFor();
  const found = await violations(page);
  const sideways = Number(await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"));
  return { wrong: sideways > 0 ? [...found.wrong, `${sideways} px sideways`] : found.wrong, passed: found.passed };
}

/** Signs in by the picker in the bar, as anybody would. */
export async function actAs(page: Page, person: string): Promise<void> {
  await page.click("header .person");
  await page.click(`[data-person="${person}"]`, { timeout: 20_000 });
  await page.waitForSelector("dialog", { state: "detached" });
}

/** Somebody at a place of the page. Who acts is chosen first: a page that asks a lot has nothing on its way then that would be refused to somebody else. */
export async function openedAs(browser: Browser, url: string, { person, place }: { person: string; place: string }): Promise<Look> {
  const one = await look(browser, url);
  await one.page.goto(url);
  await one.page.waitForSelector('[data-connection="live"]', { timeout: 20_000 });
  await actAs(one.page, person);
  await one.page.waitForSelector('[data-connection="live"]', { timeout: 20_000 });
  await one.page.evaluate(`location.hash = ${JSON.stringify(place)}`);
  await one.page.locator("main h1").first().waitFor();
  return one;
}
