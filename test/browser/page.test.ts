// The page as people use it: a real browser in front of the real cloud, fed by a gateway's real messages. The promises and the shortest checks; the others are in pages.test.ts.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect } from "vitest";
import { counted } from "../promise.ts";
import { actAs, axeAt, look } from "./eyes.ts";
import { eventKeys, stage, withBrowser } from "./stage.ts";
import { enterCar, reading } from "./story.ts";

const budgetBytes = 110 * 1024;
const on = stage();

withBrowser(
  "P 01.page: the first screen shows all that happened, live events come by themselves, and nothing is asked of anybody else",
  async (context) => {
    const { page, seen, context: tab } = await look(on.browser, on.compound.url);
    await page.goto(on.compound.url);
    await page.waitForSelector('[data-connection="live"]');
    // What the first screen needs: other pages' files come afterwards.
    const needed = [...seen.paths].filter((path) => /\.(js|css)$/.test(path));
    expect(await page.locator("[data-lane]").count()).toBe(3);
    expect(await page.locator("[data-socket]").count()).toBe(20);
    expect(await page.locator('[data-socket="station-1/3"]').getAttribute("data-state")).toBe("cut");
    expect(await page.locator('[data-socket="station-2/4"]').getAttribute("data-state")).toBe("welded");
    expect(await page.locator('[data-lane="east-out"][data-exception]').count()).toBe(1);
    expect(await page.locator('[data-alarm][data-priority="1"]').count()).toBe(1);
    // The whole desk stands on one screen: only lists inside their panels may scroll.
    expect(await page.evaluate("document.documentElement.scrollHeight - innerHeight")).toBeLessThanOrEqual(0);
    const before = await eventKeys(page);
    await enterCar(on.compound.voice, "闽C5T902", 3);
    await page
      .locator("[data-live-event]")
      .nth(before.length + 2)
      .waitFor();
    const after = await eventKeys(page);
    expect(after.slice(3)).toEqual(before);
    expect(await page.locator('[data-lane="east-in"] .count b').first().textContent()).toBe("3");
    expect(seen.errors).toEqual([]);
    expect(seen.foreign).toEqual([]);
    const sizes = await Promise.all(needed.map(async (path) => gzipSync(await readFile(join(on.web, path)), { level: 9 }).length));
    const bytes = sizes.reduce((sum, one) => sum + one, 0);
    expect(bytes).toBeLessThanOrEqual(budgetBytes);
    counted(context, { events: after.length, "script and style, bytes gz": bytes });
    await tab.close();
  },
);

withBrowser("a strict content security policy stands in the answer and keeps inline code out", async () => {
  const answer = await fetch(on.compound.url);
  const policy = answer.headers.get("content-security-policy") ?? "";
  expect(policy).toMatch(/default-src 'self'|default-src 'none'/);
  expect(policy).not.toContain("unsafe-");
  expect(policy).not.toMatch(/https?:/);
});

/** Each row: who acts, by which button, and what the state is then. */
const steps = [
  ["street", "dispatch", "待签收"],
  ["manager", "receive", "整改中"],
  ["manager", "request-reinspection", "待复查"],
  ["street", "reinspect", "待复查"],
  ["bureau", "close", "已销号"],
] as const;

withBrowser("P 01.ledger: a weld is a hazard, and people take it to 已销号, each with the buttons that are theirs", async (context) => {
  const { page, seen, context: tab } = await look(on.browser, on.compound.url);
  await page.goto(`${on.compound.url}/#/ledger`);
  await page.waitForSelector("[data-hazard]");
  const id = (await page.locator("[data-hazard]").first().getAttribute("data-hazard")) ?? "";
  expect(id).toMatch(/^JX01-\d{8}-1$/);
  let refused = 0;
  for (const [person, action, state] of steps) {
    await actAs(page, person);
    await page.click(`[data-hazard="${id}"] .row-link`);
    await page.locator("[data-action]").first().waitFor();
    const buttons = await page.locator("[data-action]").evaluateAll((all) => all.map((button) => button.getAttribute("data-action")));
    expect(buttons).toContain(action);
    expect(buttons.includes("close")).toBe(action === "close");
    await page.click(`[data-action="${action}"]`);
    await page.click('[data-form] button[type="submit"]');
    // Without a note the browser itself refuses: nothing has moved.
    expect(await page.locator("[data-form]").count()).toBe(1);
    refused += 1;
    if (action === "request-reinspection")
      await page.setInputFiles('[name="photo"]', {
        name: "after.png",
        mimeType: "image/png",
        buffer: Buffer.from("iVBORw0KGgo=", "base64"),
      });
    if (action === "dispatch") await page.fill('[name="responsible"]', "物业经理乙");
    await page.fill('[name="note"]', `浏览器测试：${action}`);
    await page.click('[data-form] button[type="submit"]');
    await page.waitForSelector("[data-form]", { state: "detached" });
    await page.waitForSelector(`[data-hazard-detail][data-state="${state}"]`);
    await page.keyboard.press("Escape");
    await page.waitForSelector("dialog", { state: "detached" });
    await page.click('[data-view="all"]');
  }
  await page.click(`[data-hazard="${id}"] .row-link`);
  const chain = await page.locator(".steps [data-to]").evaluateAll((all) => all.map((one) => one.getAttribute("data-to")));
  // The picture is a step too.
  expect(chain.reverse()).toEqual(["待派单", "待签收", "整改中", "整改中", "待复查", "待复查", "已销号"]);
  expect(await page.locator('[data-evidence="after"]').count()).toBe(1);
  expect(seen.errors).toEqual([]);
  counted(context, { steps: chain.length, "without a note, refused": refused });
  await tab.close();
});

withBrowser("check 10: cut off from the cloud it says so, hatches every value, and afterwards has each event once", async (context) => {
  const { page, context: tab } = await look(on.browser, on.compound.url);
  await page.goto(on.compound.url);
  await page.waitForSelector('[data-connection="live"]');
  await on.compound.voice.measure("station-1", { 1: reading(470_000) });
  await page.waitForSelector('[data-socket="station-1/1"][data-freshness="fresh"]');
  const before = await eventKeys(page);
  await tab.setOffline(true);
  await page.waitForSelector('[data-connection="lost"]', { timeout: 20_000 });
  await page.waitForSelector('[data-socket="station-1/1"]:not([data-freshness="fresh"])');
  await enterCar(on.compound.voice, "闽C66B08", 4);
  await tab.setOffline(false);
  await page.waitForSelector('[data-connection="live"]', { timeout: 20_000 });
  await page
    .locator("[data-live-event]")
    .nth(before.length + 2)
    .waitFor();
  const after = await eventKeys(page);
  expect(new Set(after).size).toBe(after.length);
  expect(after.slice(3)).toEqual(before);
  counted(context, { "events, each once": after.length });
  await tab.close();
});

withBrowser("check 11: seven tabs of one browser are live by two connections at most, and each has a new event once", async (context) => {
  const { page: first, context: browserOf } = await look(on.browser, on.compound.url);
  await first.goto(on.compound.url);
  await first.waitForSelector('[data-connection="live"]');
  const others = await Promise.all(Array.from({ length: 6 }, () => browserOf.newPage()));
  await Promise.all(others.map((tab) => tab.goto(on.compound.url)));
  const tabs = [first, ...others];
  await Promise.all(tabs.map((tab) => tab.waitForSelector('[data-connection="live"]', { timeout: 5_000 })));
  const metrics = await (await fetch(`${on.compound.url}/metrics`)).text();
  const listeners = Number(/^cuobian_cloud_stream_listeners (\d+)/m.exec(metrics)?.[1]);
  expect(listeners).toBeLessThanOrEqual(2);
  const key = await on.compound.voice.say("station.answers", { station: "station-1" });
  for (const tab of tabs) {
    await tab.waitForSelector(`[data-live-event="${key}"]`);
    expect(await tab.locator(`[data-live-event="${key}"]`).count()).toBe(1);
  }
  counted(context, { tabs: tabs.length, connections: listeners });
  await browserOf.close();
});

/** The long form, every route in every look, is check 4 (pages.test.ts). */
const looks = [
  { language: "zh", colorScheme: "light", viewport: { width: 1366, height: 768 }, hash: "#/ledger?view=all", ready: "[data-hazard]" },
  {
    language: "en",
    colorScheme: "dark",
    viewport: { width: 390, height: 844 },
    hash: "#/duty?show=count:cutoffs",
    ready: "dialog [data-live-event]",
  },
] as const;

withBrowser(
  "P 01.accessible: no axe violation and no sideways scrolling in either language, theme and size, with a list and a drawer",
  async (context) => {
    let passed = 0;
    const wrong: string[] = [];
    for (const { language, hash, ready, ...options } of looks) {
      const { page, context: tab } = await look(on.browser, on.compound.url, { ...options, bypassCSP: true });
      await page.goto(`${on.compound.url}/?lang=${language}`);
      for (const [place, stands] of [
        ["#/duty", "[data-lane]"],
        [hash, ready],
      ] as const) {
        const found = await axeAt(page, { place, stands });
        wrong.push(...found.wrong.map((one) => `${language} ${place}: ${one}`));
        passed += found.passed;
      }
      await tab.close();
    }
    expect(wrong).toEqual([]);
    counted(context, { looked: 2 * looks.length, "rules passed": passed, wrong: wrong.length });
  },
);
