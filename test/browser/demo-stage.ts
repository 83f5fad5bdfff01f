// What checks against the whole demonstration begin with: its process tree and a browser, the desk open as somebody; with its ninety days, the officer and the ledger's list; and their end.
import type { Page } from "playwright-core";
import { afterAll, beforeAll } from "vitest";
import type { Visitor } from "#command/demo/visitor.ts";
import type { HazardView } from "#protocols/api/views.ts";
import { hasCommand } from "../debian.ts";
import { until } from "../world/program.ts";
import { type Demo, openDemo } from "./demo.ts";
import { actAs, goTo, type Look, look } from "./eyes.ts";

export interface DemoStage {
  demo: Demo;
}
export interface BureauStage extends DemoStage {
  /** Signed in by the interface: whoever was days ago is not any more. */
  bureau: Visitor;
}

/** Filled before the first test of the file that calls it. */
export function demoStage(): DemoStage {
  const own = {} as DemoStage;
  beforeAll(async () => {
    if (hasCommand("chromium")) own.demo = await openDemo();
  }, 120_000);
  afterAll(() => own.demo?.end());
  return own;
}

/** The same with its ninety days, every hazard of them told. */
export function bureauStage(): BureauStage {
  const own = {} as BureauStage;
  beforeAll(async () => {
    if (!hasCommand("chromium")) return;
    own.demo = await openDemo({ history: true });
    own.bureau = await own.demo.as("bureau");
    const told = async () => (await own.bureau.get<{ total: number }>("/api/v1/ledger/figures")).total >= 253 || undefined;
    await until("the ninety days", told, { within_ms: 90_000 });
  }, 180_000);
  afterAll(() => own.demo?.end());
  return own;
}

async function liveAs({ page }: Look, url: string, person: string): Promise<void> {
  await page.goto(url);
  await page.waitForSelector('[data-connection="live"]', { timeout: 20_000 });
  await actAs(page, person);
  await page.waitForSelector('[data-connection="live"]', { timeout: 20_000 });
}

/** The page as somebody has it open: live, and acting as this person. */
export async function openAs({ demo }: DemoStage, person: string): Promise<Look> {
  const opened = await look(demo.browser, demo.url());
  await liveAs(opened, demo.url(), person);
  return opened;
}

/** The same at a place of the page; whatever is answered with a refusal is one of its errors. */
export async function openAt({ demo }: DemoStage, person: string, hash: string): Promise<Look> {
  const opened = await look(demo.browser, demo.url());
  opened.page.on("response", (answer) => {
    if (answer.status() >= 400) opened.seen.errors.push(`${answer.status()} ${answer.url()}`);
  });
  await liveAs(opened, demo.url(), person);
  await goTo(opened.page, hash);
  return opened;
}

export const attributes = (page: Page, selector: string, name: string): Promise<string[]> =>
  page
    .locator(selector)
    .evaluateAll(
      (all, key) => (all as unknown as { getAttribute(name: string): string | null }[]).map((one) => one.getAttribute(key) ?? ""),
      name,
    );

/** Every hazard of a list, page by page, as the cloud tells this person. */
export async function everything(visitor: Visitor, list = "all"): Promise<HazardView[]> {
  const found: HazardView[] = [];
  for (let page = 1; ; page += 1) {
    const answer = await visitor.get<{ items: HazardView[]; total: number }>(
      `/api/v1/hazards?list=${list}&matter=hazard&limit=100&page=${page}`,
    );
    found.push(...answer.items);
    if (answer.items.length < 100) return found;
  }
}

/** Whoever comes begins at his own first screen; from there to the list. */
export async function atTheLedger(page: Page, { demo }: DemoStage): Promise<void> {
  await page.goto(demo.url());
  // Who acts is chosen when the page has begun: until then the dialog may close again.
  await page.waitForSelector('[data-connection="live"]');
  await actAs(page, "bureau");
  await goTo(page, "#/ledger?view=all");
  await page.locator("tr[data-hazard]").first().waitFor();
}
