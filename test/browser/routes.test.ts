// Check 2, check 20's public page, and the wall: every page there is, against the demonstration's own process tree with its ninety days. The lists of pages are read from the routers.
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import type { BrowserContextOptions, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect } from "vitest";
import { pages } from "../../dashboards/web/shell/address.ts";
import { hasCommand } from "../debian.ts";
import { counted } from "../promise.ts";
import { clippedText } from "./clipped.ts";
import { type Demo, openDemo } from "./demo.ts";
import { look } from "./eyes.ts";
import { asReader, inOrder, isForReader } from "./readers.ts";
import { cloudPages, driverPages, type Language, readRouters } from "./server-pages.ts";
import { setTheScene } from "./shots/scene.ts";
import { withBrowser } from "./stage.ts";

let demo: Demo;
const url = (): string => demo.url();
const gateway = (): string => demo.compound.gateway().ready.http;
const token = (): string => readFileSync(demo.compound.files.boothToken, "utf8").trim();
beforeAll(async () => {
  if (!hasCommand("chromium")) return;
  demo = await openDemo({ history: true, steady: true });
  await setTheScene(demo);
}, 180_000);
afterEach(async () => {
  for (const context of demo?.browser.contexts() ?? []) await context.close();
});
afterAll(() => demo?.end());

const gz = (bytes: ArrayBuffer | Buffer): number => gzipSync(Buffer.from(bytes as ArrayBuffer), { level: 9 }).length;
/** What these addresses weigh. */
async function weight(addresses: Iterable<string>): Promise<number> {
  const sizes = await Promise.all([...addresses].map(async (one) => gz(await (await fetch(one)).arrayBuffer())));
  return sizes.reduce((sum, one) => sum + one, 0);
}
const installerIn = async (page: Page, language: Language): Promise<void> => {
  await page.goto(`${gateway()}/installer?lang=${language}`);
  await page.fill('[name="token"]', token());
  await page.keyboard.press("Enter");
  await page.locator("[data-summary]").waitFor();
};
const boothIn = async (page: Page, language: Language): Promise<void> => {
  await page.goto(`${gateway()}/booth`);
  await page.fill('[name="token"]', token());
  await page.fill('[name="person"]', "门岗甲");
  await page.keyboard.press("Enter");
  await page.locator("#desk").waitFor();
  if (language === "en") {
    await page.keyboard.press("l");
    await page.locator("#exceptions-title", { hasText: "What needs a person" }).waitFor();
  }
};
/** The installer's own router. */
const installerViews = (page: Page): Promise<string[]> =>
  page.$$eval("#tabs a", (links) => links.map((link) => link.getAttribute("href")?.slice(1) ?? ""));

const kb = 1024;
/** A policy that lets nothing in from elsewhere and runs nothing inline. */
function strict(policy: string | null | undefined, where: string): void {
  expect(policy ?? "", where).toMatch(/default-src '(self|none)'/);
  expect(policy ?? "", where).not.toMatch(/unsafe-|https?:|\*/);
}

withBrowser(
  "check 2: every route asks of its own origin alone, breaks no policy, says no error; the console's first route, the gateway's pages, the wall and the public page are within their budgets",
  async (context) => {
    const listed = await readRouters();
    const { page, seen, context: tab } = await look(demo.browser, url());
    await page.addInitScript(
      "window.broken = []; addEventListener('securitypolicyviolation', (event) => window.broken.push(event.violatedDirective))",
    );
    strict((await page.goto(url()))?.headers()["content-security-policy"], "/");
    await page.waitForSelector('[data-connection="live"]', { timeout: 20_000 });
    // The first screen's own; other pages' files may have been fetched ahead, when all was there.
    const html = await (await fetch(url())).text();
    const first = [...html.matchAll(/([a-z-]+)="(\/assets\/[^"]+\.(?:js|css))"/g)].flatMap(([, name, path]) =>
      name === "data-far-sheet" ? [] : [`${url()}${path}`],
    );
    expect(first.length).toBeGreaterThanOrEqual(2);
    const console_bytes = await weight(first);
    expect(console_bytes).toBeLessThanOrEqual(110 * kb);
    let who = "property";
    for (const one of inOrder) {
      who = await asReader(page, one, who);
      await page.evaluate(`location.hash = "#/${one}"`);
      await page.locator("main h1").first().waitFor({ state: "attached" });
      await isForReader(page, one);
      await page.waitForTimeout(300);
    }
    expect(await page.evaluate("window.broken")).toEqual([]);
    // A frame that is still on its way is no fault of the page.
    expect([seen.errors.filter((line) => !/\b404\b/.test(line)), seen.foreign]).toEqual([[], []]);
    const requests = seen.paths.size;
    await tab.close();

    // The gateway's pages, as who works there sees them: everything that each asks for.
    const weights: Record<string, number> = {};
    for (const [name, enter] of [
      ["installer", installerIn],
      ["booth", boothIn],
    ] as const) {
      const own = await look(demo.browser, gateway());
      await own.page.addInitScript(
        "window.broken = []; addEventListener('securitypolicyviolation', (event) => window.broken.push(event.violatedDirective))",
      );
      await enter(own.page, "zh");
      if (name === "installer")
        for (const view of await installerViews(own.page)) {
          await own.page.locator(`#tabs a[href="#${view}"]`).click();
          await own.page.waitForTimeout(200);
        }
      strict((await fetch(`${gateway()}/${name}`)).headers.get("content-security-policy"), name);
      expect([name, await own.page.evaluate("window.broken"), own.seen.foreign]).toEqual([name, [], []]);
      expect(own.seen.errors.filter((line) => !/\b(404|409)\b/.test(line))).toEqual([]);
      const files = [...own.seen.paths].filter((path) => path.startsWith("/") && !path.startsWith("/api/"));
      weights[name] = await weight(files.map((path) => `${gateway()}${path}`));
      expect(weights[name], name).toBeLessThanOrEqual(60 * kb);
      await own.context.close();
    }
    // What servers hand out: nothing but itself, and readable without a script where it is for everybody.
    let largest = 0;
    for (const [origin, list] of [
      [url(), cloudPages],
      [gateway(), driverPages],
    ] as const)
      for (const [route, { at, status }] of Object.entries(list)) {
        const reader = await look(demo.browser, origin, { javaScriptEnabled: false });
        const answer = await reader.page.goto(`${origin}${at("zh")}`);
        expect([route, answer?.status()]).toEqual([route, status]);
        strict(answer?.headers()["content-security-policy"], route);
        expect([route, reader.seen.foreign, reader.seen.errors.filter((line) => !/\b(404|409)\b/.test(line))]).toEqual([route, [], []]);
        const bytes = await weight(
          [...reader.seen.paths]
            .filter((path) => path.startsWith("/"))
            .map((path) => `${origin}${path === new URL(answer?.url() ?? origin).pathname ? at("zh") : path}`),
        );
        expect(bytes, route).toBeLessThanOrEqual(30 * kb);
        largest = Math.max(largest, bytes);
        expect(((await reader.page.locator("body").textContent()) ?? "").replace(/\s/g, "").length, route).toBeGreaterThan(40);
        await reader.context.close();
      }
    const wall = await look(demo.browser, url());
    strict((await wall.page.goto(`${url()}/screen.html`))?.headers()["content-security-policy"], "/screen.html");
    await wall.page.waitForTimeout(500);
    const wall_bytes = await weight(
      [...wall.seen.paths].filter((path) => path.startsWith("/") && !path.startsWith("/api/")).map((path) => `${url()}${path}`),
    );
    expect(wall_bytes).toBeLessThanOrEqual(150 * kb);
    expect(wall.seen.foreign).toEqual([]);
    await wall.context.close();
    counted(context, {
      ...{ routes: pages.length, "pages of servers": listed, requests, "wrong: foreign": 0 },
      ...{ "first route, bytes gz": console_bytes, "installer, bytes gz": weights.installer ?? 0, "booth, bytes gz": weights.booth ?? 0 },
      ...{ "wall, bytes gz": wall_bytes, "largest page of a server, bytes gz": largest },
    });
  },
  180_000,
);

/** GA 36-2018: a province, a letter, five or six letters and digits; as it is read and as it is shown. */
const wholePlate = /[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Z][·\s]?[A-HJ-NP-Z0-9]{5,6}/u;

withBrowser(
  "check 20: the public page on a phone: it reads with scripts off, nothing is wider than the page, what a finger presses is large enough, no whole plate stands in it; in English no Chinese in its frame",
  async (context) => {
    let [read, pressed, letters] = [0, 0, 0];
    for (const language of ["zh", "en"] as const)
      for (const [route, { at }] of Object.entries(cloudPages)) {
        const phone: BrowserContextOptions = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
        const { page, seen, context: tab } = await look(demo.browser, url(), { ...phone, javaScriptEnabled: false });
        expect((await page.goto(`${url()}${at(language)}`))?.status()).toBe(200);
        // Scripts of the page are off; what the check itself asks runs in a world of its own, in a second browser where they are on.
        const text = (await page.locator("body").textContent()) ?? "";
        expect(text.trim().length, route).toBeGreaterThan(60);
        expect(text, route).not.toMatch(wholePlate);
        expect(await page.content(), route).not.toMatch(wholePlate);
        letters += text.length;
        await tab.close();
        const second = await look(demo.browser, url(), { ...phone, bypassCSP: true });
        await second.page.goto(`${url()}${at(language)}`);
        expect(
          await second.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"),
          route,
        ).toBeLessThanOrEqual(0);
        const small = (await second.page.evaluate(`(() => {
          const all = [...document.querySelectorAll("button, a, input, select, textarea, summary")].filter((one) => one.getClientRects().length > 0);
          const size = (one) => (one.closest("label") || one).getBoundingClientRect();
          // A link within a sentence is as large as its words (WCAG 2.5.8).
          const inline = (one) => one.tagName === "A" && getComputedStyle(one).display === "inline";
          return [all.length, all.filter((one) => !inline(one) && (size(one).height < 23.5 || size(one).width < 23.5)).map((one) => one.outerHTML.slice(0, 90))];
        })()`)) as [number, string[]];
        expect([route, small[1]]).toEqual([route, []]);
        pressed += small[0];
        if (language === "en" && !at("en").includes("poster")) {
          expect(await second.page.evaluate("document.documentElement.lang"), route).toBe("en");
          const chinese = await second.page.evaluate(`(() => {
            const found = [];
            const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
            for (let node = walker.nextNode(); node !== null; node = walker.nextNode())
              if (node.parentElement.closest("[lang^=zh]") === null && /\\p{Script=Han}/u.test(node.textContent)) found.push(node.textContent.trim());
            return found;
          })()`);
          expect([route, chinese]).toEqual([route, []]);
        }
        expect(seen.foreign).toEqual([]);
        read += 1;
        await second.context.close();
      }
    // The expression itself: it would have seen one.
    for (const plate of ["闽CD12345", "闽C·8D123", "粤B D12345"]) expect(plate).toMatch(wholePlate);
    counted(context, { pages: read, "may be pressed": pressed, letters, "wrong: whole plates": 0 });
  },
  120_000,
);

withBrowser(
  "the wall by a link with a token: nobody is signed in there, it lives, says no plate and may change nothing; on a wall of lamps it keeps its proportions",
  async (context) => {
    const admin = await demo.as("admin");
    const granted = await admin.post("/api/v1/tokens", {
      ...{ name: "大屏", person: "bureau", post: "bureau-officer@city", days: 30 },
      scopes: ["overview:read", "ledger:read", "hazards:read"],
    });
    expect([granted.status, granted.ok ? "" : await granted.text()]).toEqual([200, ""]);
    const { id } = (await granted.json()) as { id: string };
    const taken = await (await demo.as("bureau")).post(`/api/v1/tokens/${id}/secret`, {});
    expect([taken.status, taken.ok ? "" : await taken.text()]).toEqual([200, ""]);
    const { token: secret } = (await taken.json()) as { token: string };
    expect(secret.length).toBeGreaterThan(20);
    const { page, seen, context: tab } = await look(demo.browser, url(), { viewport: { width: 1920, height: 1080 } });
    const asked: string[] = [];
    page.on("request", (request) => asked.push(request.url()));
    await page.goto(`${url()}/screen.html?screen=1#token=${secret}`);
    await page.locator('[data-heard="live"]').waitFor({ timeout: 20_000 });
    const tiles = await page.locator("[data-tile]").count();
    expect(tiles).toBe(3);
    await page.locator('[data-number="overdue"]').waitFor();
    expect(await page.locator("body").textContent()).not.toMatch(wholePlate);
    // No cookie, no token in an address: neither a server nor a log sees it.
    expect(await tab.cookies()).toEqual([]);
    expect(asked.filter((one) => one.includes(secret))).toEqual([]);
    expect([seen.errors, seen.foreign, await clippedText(page)]).toEqual([[], [], []]);
    const headers = { authorization: `Bearer ${secret}`, "x-cuobian": "1", "content-type": "application/json" };
    const write = await fetch(`${url()}/api/v1/hazards`, {
      method: "POST",
      headers,
      body: JSON.stringify({ site: "jinxiu", place: "3 栋", category: "电气", zh: "试", source: "网格巡查" }),
    });
    expect([401, 403]).toContain(write.status);
    // A link whose token was taken back says so, and shows nothing.
    expect((await admin.post(`/api/v1/tokens/${id}/revocation`, {})).ok).toBe(true);
    await page.reload();
    await page.locator("p.word").waitFor();
    expect(await page.locator("[data-tile]").count()).toBe(0);
    await tab.close();

    const lamps = await look(demo.browser, url(), { viewport: { width: 3328, height: 1000 } });
    await lamps.page.request.post(`${url()}/api/v1/session`, { data: { person: "bureau" }, headers: { "x-cuobian": "1" } });
    await lamps.page.goto(`${url()}/screen.html?canvas=6656x1792`);
    await lamps.page.locator("[data-tile]").first().waitFor({ timeout: 20_000 });
    const box = await lamps.page.evaluate(
      "(() => { const { left, top, width, height } = document.getElementById('stage').getBoundingClientRect(); return [left, top, width, height].map(Math.round); })()",
    );
    // Half as large, letterboxed: 52 px above and below.
    expect(box).toEqual([0, 52, 3328, 896]);
    expect(await clippedText(lamps.page)).toEqual([]);
    counted(context, { tiles, "wrong: whole plates": 0, "canvas, width": 6656 });
    await lamps.context.close();
  },
  60_000,
);
