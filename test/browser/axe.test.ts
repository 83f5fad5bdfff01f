// Check 4: what axe knows of every page of every router, with every view, drawer and dialog that the pictures show (test/browser/shots), in both languages, themes and widths; and nothing wider than its window.
// Against the demonstration's own process tree, with its ninety days. By the file's name and in the full set.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, expect } from "vitest";
import { pages } from "../../dashboards/web/shell/address.ts";
import { hasCommand } from "../debian.ts";
import { phoneEnds } from "../parking/on-phone.ts";
import { counted } from "../promise.ts";
import { endEveryProgram } from "../world/program.ts";
import { type Demo, openDemo } from "./demo.ts";
import { violations } from "./eyes.ts";
import { shootConsole } from "./shots/console.ts";
import { bareGateway, brokenGateway, firstRun, shootEdge } from "./shots/edge.ts";
import type { Camera, Look } from "./shots/looks.ts";
import { shootOpen } from "./shots/open.ts";
import { openPhoneWorld } from "./shots/phone-world.ts";
import { readRoutes } from "./shots/routes.ts";
import { setTheScene } from "./shots/scene.ts";
import { withBrowser } from "./stage.ts";

const looks: readonly Look[] = [
  { width: 1366, height: 768 },
  { width: 390, height: 844 },
].flatMap((size) =>
  [{}, { dark: true as const }].flatMap((theme) =>
    [{}, { language: "en" as const }].map((language) => ({
      ...size,
      ...theme,
      ...language,
      name: `${"language" in language ? "en" : "zh"} ${"dark" in theme ? "dark" : "light"} ${size.width}`,
    })),
  ),
);

let demo: Demo;
const folder = mkdtempSync(join(tmpdir(), "cuobian-axe-"));
beforeAll(async () => {
  if (hasCommand("chromium")) demo = await openDemo({ history: true, steady: true });
}, 120_000);
afterAll(async () => {
  await Promise.all([demo?.end(), phoneEnds()]);
  await endEveryProgram();
  rmSync(folder, { recursive: true, force: true });
});

/** The same browser, whose pages let axe in past their policy. */
const lettingIn = (browser: Browser): Browser =>
  new Proxy(browser, {
    get: (target, name) =>
      name === "newContext"
        ? (options: BrowserContextOptions = {}) => target.newContext({ ...options, bypassCSP: true })
        : Reflect.get(target, name, target),
  });

withBrowser(
  "check 4: axe on every route of the routers, with their views, drawers and dialogs, in both languages, themes and widths: nothing wrong",
  async (context) => {
    const receipt = await setTheScene(demo);
    const routes = await readRoutes();
    const browser = lettingIn(demo.browser);
    const places = { browser, demo, routes, empty: demo.url(), phone: await openPhoneWorld(), receipt };
    const gateways = {
      fresh: await firstRun(join(folder, "fresh"), true),
      untouched: await firstRun(join(folder, "untouched"), false),
      bare: await bareGateway(join(folder, "bare")),
      broken: await brokenGateway(join(folder, "broken")),
    };
    const views = new Map<string, readonly string[]>();
    const seen = new Map<string, Set<string>>();
    const notThere = new Set<string>();
    const wrong: string[] = [];
    let [passed, looked] = [0, 0];
    const cameraOf = (one: Look): Camera => ({
      one,
      wanted: () => true,
      async take(page: Page, name: string) {
        const found = await violations(page);
        const sideways = Number(await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"));
        wrong.push(...[...found.wrong, ...(sideways > 0 ? [`${sideways} px sideways`] : [])].map((what) => `${name} ${one.name}: ${what}`));
        seen.set(name, (seen.get(name) ?? new Set()).add(one.name));
        passed += found.passed;
        looked += 1;
      },
      none: (name) => void notThere.add(`${name} ${one.name}`),
      wrong: (line) => void wrong.push(line),
    });
    const tour = async (one: Look): Promise<void> => {
      const camera = cameraOf(one);
      await shootConsole(camera, { browser, url: demo.url(), views });
      await shootOpen(camera, places);
      await shootEdge(camera, { browser, demo, routes, ...gateways });
    };
    // The first look finds the views of each page; the others go two by two: each waits for its pages as often as for the machine.
    const [first, ...others] = looks;
    if (first !== undefined) await tour(first);
    const turns = [...others];
    const worker = async (): Promise<void> => {
      for (let one = turns.shift(); one !== undefined; one = turns.shift()) await tour(one);
    };
    await Promise.all([worker(), worker()]);
    expect(wrong).toEqual([]);
    const missing = [...seen.keys()].flatMap((name) =>
      looks.flatMap((one) =>
        seen.get(name)?.has(one.name) === true || notThere.has(`${name} ${one.name}`) ? [] : [`${name} ${one.name}`],
      ),
    );
    expect(missing).toEqual([]);
    for (const name of pages) expect(seen.has(name), name).toBe(true);
    counted(context, {
      ...{ routes: pages.length, "pages of servers": routes.open.length + routes.handed.length + routes.built.length },
      ...{ "pages, views, drawers": seen.size, languages: 2, themes: 2, widths: 2, looked, "rules passed": passed, wrong: wrong.length },
    });
  },
  1_200_000,
);
