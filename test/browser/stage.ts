// What a file of page tests begins with: the built page, a browser, a compound that has told its story; and its end.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, test } from "vitest";
import { buildWeb } from "../../dashboards/build.ts";
import { hasCommand } from "../debian.ts";
import { endEveryProgram } from "../world/program.ts";
import { type Compound, openCompound } from "./compound.ts";
import { launch } from "./eyes.ts";
import { tellStory } from "./story.ts";

export const withBrowser = test.skipIf(!hasCommand("chromium"));

export interface Stage {
  web: string;
  browser: Browser;
  compound: Compound;
}

/** Filled before the first test of the file that calls it. */
export function stage(): Stage {
  const own = {} as Stage;
  beforeAll(async () => {
    if (!hasCommand("chromium")) return;
    own.web = await mkdtemp(join(tmpdir(), "cuobian-page-"));
    await buildWeb(own.web);
    [own.browser, own.compound] = await Promise.all([launch(), openCompound(own.web)]);
    await tellStory(own.compound.voice);
  });
  afterAll(async () => {
    await own.browser?.close();
    await own.compound?.end();
    await endEveryProgram();
    if (own.web !== undefined) await rm(own.web, { recursive: true, force: true });
  });
  return own;
}

export const eventKeys = (page: Page): Promise<string[]> =>
  page.$$eval("[data-live-event]", (rows) => rows.map((row) => row.getAttribute("data-live-event") ?? ""));
