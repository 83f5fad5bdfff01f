// The page as people use it: a real browser in front of the real cloud, fed by a gateway's real messages.
import { randomUUID } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { buildWeb } from "../../dashboards/build.ts";
import { hasCommand } from "../debian.ts";
import { counted, full, plain } from "../promise.ts";
import { endEveryProgram } from "../world/program.ts";
import { type Compound, openCompound } from "./compound.ts";
import { actAs, launch, look, violations } from "./eyes.ts";
import { enterCar, reading, tellStory } from "./story.ts";

const withBrowser = test.skipIf(!hasCommand("chromium"));
const budgetBytes = 110 * 1024;

let web = "";
let browser: Browser;
let compound: Compound;

beforeAll(async () => {
  if (!hasCommand("chromium")) return;
  web = await mkdtemp(join(tmpdir(), "cuobian-page-"));
  await buildWeb(web);
  [browser, compound] = await Promise.all([launch(), openCompound(web)]);
  await tellStory(compound.voice);
});

afterAll(async () => {
  await browser?.close();
  await compound?.end();
  await endEveryProgram();
  await rm(web, { recursive: true, force: true });
});

const eventKeys = (page: Page): Promise<string[]> =>
  page.$$eval("[data-live-event]", (rows) => rows.map((row) => row.getAttribute("data-live-event") ?? ""));

withBrowser(
  "P 01.page: the first screen shows all that happened, live events come by themselves, and nothing is asked of anybody else",
  async (context) => {
    const { page, seen, context: tab } = await look(browser, compound.url);
    await page.goto(compound.url);
    await page.waitForSelector('[data-connection="live"]');
    expect(await page.locator("[data-lane]").count()).toBe(3);
    expect(await page.locator("[data-socket]").count()).toBe(20);
    expect(await page.locator('[data-socket="station-1/3"]').getAttribute("data-state")).toBe("cut");
    expect(await page.locator('[data-socket="station-2/4"]').getAttribute("data-state")).toBe("welded");
    expect(await page.locator('[data-lane="east-out"][data-exception]').count()).toBe(1);
    expect(await page.locator('[data-alarm][data-priority="1"]').count()).toBe(1);
    // The whole desk stands on one screen: only lists inside their panels may scroll.
    expect(await page.evaluate("document.documentElement.scrollHeight - innerHeight")).toBeLessThanOrEqual(0);
    const before = await eventKeys(page);
    await enterCar(compound.voice, "闽C5T902", 3);
    await page
      .locator("[data-live-event]")
      .nth(before.length + 2)
      .waitFor();
    const after = await eventKeys(page);
    expect(after.slice(3)).toEqual(before);
    expect(await page.locator('[data-lane="east-in"] .count b').first().textContent()).toBe("3");
    expect(seen.errors).toEqual([]);
    expect(seen.foreign).toEqual([]);
    const sizes = await Promise.all(
      [...seen.paths]
        .filter((path) => /\.(js|css)$/.test(path))
        .map(async (path) => gzipSync(await readFile(join(web, path)), { level: 9 }).length),
    );
    const bytes = sizes.reduce((sum, one) => sum + one, 0);
    expect(bytes).toBeLessThanOrEqual(budgetBytes);
    counted(context, { events: after.length, "script and style, bytes gz": bytes });
    await tab.close();
  },
);

withBrowser("a strict content security policy stands in the answer and keeps inline code out", async () => {
  const answer = await fetch(compound.url);
  const policy = answer.headers.get("content-security-policy") ?? "";
  expect(policy).toMatch(/default-src 'self'|default-src 'none'/);
  expect(policy).not.toContain("unsafe-");
  expect(policy).not.toMatch(/https?:/);
});

withBrowser("an alarm is acknowledged by a person, and every other screen sees who it was", async () => {
  const [one, other] = [await look(browser, compound.url), await look(browser, compound.url)];
  await one.page.goto(compound.url);
  await other.page.goto(compound.url);
  await actAs(one.page, "booth");
  const weld = '[data-alarm][data-priority="1"]';
  await one.page.click(`${weld} .acknowledge`);
  for (const { page } of [one, other]) {
    await page.waitForSelector(`${weld} .alarm-ack`);
    expect(await page.locator(`${weld} .alarm-ack`).textContent()).toContain("值班员甲");
  }
  expect([...one.seen.errors, ...other.seen.errors]).toEqual([]);
  await one.context.close();
  await other.context.close();
});

withBrowser("who leaves sees nothing of the compound; who comes in sees what the role may see", async () => {
  const { page, seen, context: tab } = await look(browser, compound.url);
  await page.goto(compound.url);
  expect(await page.locator('[data-lane="east-in"] .plate').textContent()).toMatch(/^闽C·[A-Z0-9]{5,6}$/);
  await page.click("header .person");
  await page.click(".leave");
  await page.waitForSelector(".gate .role-list");
  expect(await page.locator("[data-lane], [data-alarm], [data-live-event]").count()).toBe(0);
  await page.click('[data-person="street"]');
  await page.waitForSelector('[data-connection="live"]');
  expect(await page.locator('[data-lane="east-in"] .plate').textContent()).toContain("**");
  expect(seen.errors).toEqual([]);
  await tab.close();
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
  const { page, seen, context: tab } = await look(browser, compound.url);
  await page.goto(`${compound.url}/#/ledger`);
  await page.waitForSelector("[data-hazard]");
  const id = (await page.locator("[data-hazard]").first().getAttribute("data-hazard")) ?? "";
  expect(id).toMatch(/^JX01-\d{8}-1$/);
  let refused = 0;
  for (const [person, action, state] of steps) {
    await actAs(page, person);
    await page.click(`[data-hazard="${id}"] .row-link`);
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

withBrowser("a cut-off stands in the property's own list with the times between, and is handled with a note", async () => {
  const { page, seen, context: tab } = await look(browser, compound.url);
  await page.goto(`${compound.url}/#/entries`);
  const cut = page.locator("[data-entry]").filter({ hasText: "+14 ms" });
  await cut.waitFor();
  const chain = await cut.locator(".chain b").allTextContents();
  expect(chain.slice(1, 4).map((text) => text.replace(/\s/g, ""))).toEqual(["+8ms", "+14ms", "+1240ms"]);
  await actAs(page, "manager");
  await cut.locator("button", { hasText: "登记处理" }).click();
  await cut.locator("textarea").fill("已更换充电器");
  await cut.locator('button[type="submit"]').click();
  await cut.locator(".entry-handled", { hasText: "已更换充电器" }).waitFor();
  expect(seen.errors).toEqual([]);
  await tab.close();
});

withBrowser("every number opens its evidence", async (context) => {
  const { page, context: tab } = await look(browser, compound.url);
  await page.goto(compound.url);
  const doors = [
    '[data-count="cutoffs"]',
    '[data-count="passages"]',
    "[data-alarm] h3 button",
    '[data-socket="station-1/3"]',
    '[data-lane="east-in"] .count',
  ];
  let opened = 0;
  for (const door of doors) {
    await page.locator(door).first().click();
    await page.locator("dialog [data-live-event]").first().waitFor();
    await page.locator("dialog [data-live-event] button").first().click();
    await page.waitForSelector("dialog .fields");
    await page.keyboard.press("Escape");
    await page.waitForSelector("dialog", { state: "detached" });
    opened += 1;
  }
  expect(opened).toBe(doors.length);
  counted(context, { opened });
  await tab.close();
});

withBrowser("the language is switched at once and kept; English has no Chinese in the frame", async () => {
  const { page, context: tab } = await look(browser, compound.url);
  await page.goto(compound.url);
  await page.waitForSelector("[data-lane]");
  expect(await page.getAttribute("html", "lang")).toBe("zh-CN");
  await page.click(".switches button:first-child");
  expect(await page.getAttribute("html", "lang")).toBe("en");
  await page.reload();
  await page.waitForSelector("[data-lane]");
  expect(await page.getAttribute("html", "lang")).toBe("en");
  const frame = await page.locator(".rail, .panel-head, .facts-line, .totals, .alarm-action").allTextContents();
  expect(frame.length).toBeGreaterThan(8);
  expect(frame.filter((text) => /[\u4e00-\u9fff]/.test(text))).toEqual([]);
  await tab.close();
});

withBrowser("cut off from the cloud it says so, hatches every value, and afterwards has each event once", async (context) => {
  const { page, context: tab } = await look(browser, compound.url);
  await page.goto(compound.url);
  await page.waitForSelector('[data-connection="live"]');
  await compound.voice.measure("station-1", { 1: reading(470_000) });
  await page.waitForSelector('[data-socket="station-1/1"][data-freshness="fresh"]');
  const before = await eventKeys(page);
  await tab.setOffline(true);
  await page.waitForSelector('[data-connection="lost"]', { timeout: 20_000 });
  await page.waitForSelector('[data-socket="station-1/1"]:not([data-freshness="fresh"])');
  await enterCar(compound.voice, "闽C66B08", 4);
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

withBrowser("stays: filters stand in the address, Back undoes them, a plate opens its bill line by line", async (context) => {
  const { page, seen, context: tab } = await look(browser, compound.url);
  await page.goto(`${compound.url}/#/stays`);
  const rows = page.locator("[data-stay]");
  await rows.first().waitFor();
  const all = await rows.count();
  await page.click('.segments [data-view="billed"]');
  await page.locator('[data-stay][data-state="inside"]').first().waitFor({ state: "detached" });
  expect(await rows.count()).toBe(1);
  await page.fill('[name="plate"]', "闽c·d1?345");
  await page.keyboard.press("Enter");
  await page.waitForURL((url) => decodeURIComponent(url.hash).includes("plate=闽CD1?345"));
  expect(await rows.count()).toBe(1);
  await page.reload();
  await rows.first().waitFor();
  expect([await rows.count(), await page.inputValue('[name="plate"]')]).toEqual([1, "闽CD1?345"]);
  await page.locator("[data-stay] .row-link").first().click();
  await page.locator("[data-bill-line]").first().waitFor();
  expect(await page.locator("[data-bill-line]").allTextContents()).toEqual([
    expect.stringMatching(/首 30 分钟免费.*¥0\.00/),
    expect.stringMatching(/按 2 个小时.*¥10\.00/),
  ]);
  expect(await page.locator(".bill tfoot .number").allTextContents()).toEqual(["¥10.00", "¥0.00", "¥10.00"]);
  await page.keyboard.press("Escape");
  await page.waitForSelector("dialog", { state: "detached" });
  await page.fill('[name="plate"]', "粤B99999");
  await page.keyboard.press("Enter");
  await page.locator(".empty").waitFor();
  await page.goBack();
  await rows.first().waitFor();
  await actAs(page, "street");
  expect(await page.locator('.rail a[href^="#/stays"]').count()).toBe(0);
  expect(seen.errors.filter((error) => !error.includes("403"))).toEqual([]);
  counted(context, { stays: all, "bill lines": 2 });
  await tab.close();
});

withBrowser("check 11: seven tabs of one browser are live by two connections at most, and each has a new event once", async (context) => {
  const { page: first, context: browserOf } = await look(browser, compound.url);
  await first.goto(compound.url);
  await first.waitForSelector('[data-connection="live"]');
  const others = await Promise.all(Array.from({ length: 6 }, () => browserOf.newPage()));
  await Promise.all(others.map((tab) => tab.goto(compound.url)));
  const tabs = [first, ...others];
  await Promise.all(tabs.map((tab) => tab.waitForSelector('[data-connection="live"]', { timeout: 5_000 })));
  const metrics = await (await fetch(`${compound.url}/metrics`)).text();
  const listeners = Number(/^cuobian_cloud_stream_listeners (\d+)/m.exec(metrics)?.[1]);
  expect(listeners).toBeLessThanOrEqual(2);
  const key = await compound.voice.say("station.answers", { station: "station-1" });
  for (const tab of tabs) {
    await tab.waitForSelector(`[data-live-event="${key}"]`);
    expect(await tab.locator(`[data-live-event="${key}"]`).count()).toBe(1);
  }
  counted(context, { tabs: tabs.length, connections: listeners });
  await browserOf.close();
});

withBrowser(
  "check 9: a socket's curve ends where readings end, shows its limit and where it was cut; no line crosses a gap",
  async (context) => {
    // Two minutes of readings, a minute of silence, one more minute; the cut of station-1/3 stands in the story.
    const begin = Date.now() - 240_000;
    const seconds = Array.from({ length: 120 }, (_, index) => index * 2).filter((second) => second < 120 || second >= 180);
    const fieldsAt = (second: number) => ({ ...reading(470_000), temperature_mC: 25_000 + second * 10 });
    const readings = seconds.map((second) => ({ at: begin + second * 1000, fields: fieldsAt(second) }));
    await compound.voice.measured("station-1", 3, readings);
    const { page, seen, context: tab } = await look(browser, compound.url);
    await page.goto(compound.url);
    await page.locator('[data-socket="station-1/3"]').click();
    await page.locator(".curve svg").first().waitFor();
    const drawn = await page.$$eval(".curve svg", (all) =>
      all.map((svg) => ({
        label: svg.getAttribute("aria-label"),
        lines: [...svg.querySelectorAll(".curve-line")].map((path) => path.getAttribute("d") ?? ""),
        holes: [...svg.querySelectorAll("[data-hole]")].map((hole) => [Number(hole.getAttribute("x")), Number(hole.getAttribute("width"))]),
        marks: svg.querySelectorAll("[data-mark]").length,
      })),
    );
    expect(drawn.length).toBe(3);
    for (const { lines, holes, marks, label } of drawn) {
      expect(lines.length).toBeGreaterThanOrEqual(2);
      expect(marks).toBe(1);
      expect(label).toMatch(/缺口 [2-9] 处/);
      for (const line of lines) {
        const xs = [...line.matchAll(/[ML]([\d.]+) /g)].map(([, x]) => Number(x));
        for (const [x = 0, width = 0] of holes) expect(xs.some((one) => one > x + 0.2 && one < x + width - 0.2)).toBe(false);
        for (let index = 1; index < xs.length; index += 1)
          for (const [x = 0, width = 0] of holes)
            expect((xs[index - 1] ?? 0) <= x + 0.2 && (xs[index] ?? 0) >= x + width - 0.2).toBe(false);
      }
    }
    expect(seen.errors).toEqual([]);
    counted(context, { curves: drawn.length, lines: drawn.reduce((sum, { lines }) => sum + lines.length, 0) });
    await tab.close();
  },
);

withBrowser(
  "check 14: dumb until somebody has clicked, and it says so; then it is heard, and stops when it is acknowledged",
  async (context) => {
    const { page, seen, context: tab } = await look(browser, compound.url);
    await page.goto(compound.url);
    await page.waitForSelector('[data-connection="live"]');
    await actAs(page, "booth");
    const sound = () => page.getAttribute("html", "data-sound");
    const weld = async (socket: string): Promise<void> => {
      await compound.voice.say("charging.welded", { trip: randomUUID(), socket, current_mA: 2_300, power_mW: 512_000, waited_ms: 4_200 });
      await page.locator(`[data-alarm][data-priority="1"] .acknowledge`).first().waitFor();
    };
    await weld("station-2/5");
    await page.waitForSelector("[data-sound-off]");
    expect(await sound()).toBe("locked");
    // Without a person's click nothing is heard; a click of a script is none, so the page is really clicked.
    await page.locator("[data-sound-off]").click();
    await page.waitForSelector("html[data-sound=sounding-1]");
    // The second level has its voice too: all that call are acknowledged.
    const acknowledged = page.locator('[data-alarm][data-priority="1"] .acknowledge, [data-alarm][data-priority="2"] .acknowledge');
    const before = await acknowledged.count();
    // The next tone is waited for, so that the click comes while it sounds.
    await page.waitForSelector("html[data-sound=ready]");
    await page.waitForSelector("html[data-sound=sounding-1]");
    for (let left = before; left > 0; left -= 1) {
      await acknowledged.first().click();
      await acknowledged.nth(left - 1).waitFor({ state: "detached" });
    }
    // Once the page shows it, the tone has ended.
    await page.waitForSelector("html[data-sound=ready]", { timeout: 200 });
    expect(await sound()).toBe("ready");
    expect(seen.errors).toEqual([]);
    counted(context, { alarms: before, wrong: 0 });
    await tab.close();
  },
);

withBrowser('"?" shows the keys, g and a letter goes to a page, and both can be switched off', async () => {
  const { page, seen, context: tab } = await look(browser, compound.url);
  await page.goto(compound.url);
  await page.waitForSelector('[data-connection="live"]');
  await page.keyboard.press("?");
  await page.waitForSelector("dialog .keys");
  await page.keyboard.press("Escape");
  await page.waitForSelector("dialog", { state: "detached" });
  for (const [letter, place] of [
    ["l", "#/ledger"],
    ["e", "#/entries"],
    ["d", "#/duty"],
  ] as const) {
    await page.keyboard.press("g");
    await page.keyboard.press(letter);
    await page.waitForURL((url) => url.hash.startsWith(place));
  }
  await page.keyboard.press("?");
  await page.click(".keys-switch input");
  await page.keyboard.press("Escape");
  await page.waitForSelector("dialog", { state: "detached" });
  await page.keyboard.press("?");
  await page.waitForTimeout(200);
  expect(await page.locator("dialog").count()).toBe(0);
  expect(seen.errors).toEqual([]);
  await tab.close();
});

withBrowser("the keyboard alone: into the wall, along it, into the evidence and back to where it was", async () => {
  const { page, context: tab } = await look(browser, compound.url);
  await page.goto(compound.url);
  await page.locator('[data-index="0"]').focus();
  for (const key of ["ArrowRight", "ArrowRight", "ArrowDown", "ArrowUp"]) await page.keyboard.press(key);
  expect(await page.evaluate("document.activeElement.dataset.socket")).toBe("station-1/3");
  await page.keyboard.press("Enter");
  await page.waitForSelector("dialog[open]");
  await page.keyboard.press("Escape");
  await page.waitForSelector("dialog", { state: "detached" });
  expect(await page.evaluate("document.activeElement.dataset.socket")).toBe("station-1/3");
  await tab.close();
});

withBrowser("a dead letter shows its reason, and a person's requeue stands under it", async () => {
  await compound.voice.say("station.answers", { station: 5 } as never);
  const { page, seen, context: tab } = await look(browser, compound.url);
  await page.goto(compound.url);
  await actAs(page, "manager");
  await page.locator('[data-count="dead_letters"]').click();
  const letter = page.locator("[data-letter]").first();
  expect(await letter.textContent()).toMatch(/state\/\d+.*station/);
  await letter.locator(".requeue").click();
  await letter.locator('[data-outcome="refused"]', { hasText: "物业经理乙" }).waitFor();
  expect(seen.errors).toEqual([]);
  await tab.close();
});

withBrowser("what a gateway let go is shown: of which class, from when to when, how much", async () => {
  await compound.voice.say("stream.gap", { count: 1, from: Date.UTC(2026, 10, 25, 4), to: Date.UTC(2026, 10, 25, 5, 30), reason: "limit" });
  const { page, seen, context: tab } = await look(browser, compound.url);
  await page.goto(compound.url);
  await page.locator("[data-gateway] button", { hasText: "缺口 1 处" }).click();
  expect(await page.locator("dialog [data-gap]").first().textContent()).toMatch(/状态事件.*存满上限.*12:00.*13:30.*1 条/);
  expect(seen.errors).toEqual([]);
  await tab.close();
});

withBrowser("a shed shows its power beside its limit; smoke latches it, and the page says who frees it", async () => {
  const { page, seen, context: tab } = await look(browser, compound.url);
  await page.goto(compound.url);
  const line = page.locator('[data-shed="shed-1"]');
  await line.waitFor();
  const supply = { power_mW: 4_000_000, power_limit_mW: 16_000_000, residual_mA: 42, l1_mA: 14_000, l1_limit_mA: 32_000 };
  await compound.voice.measureShed("shed-1", { state: 1, ...supply });
  await page.locator('[data-shed="shed-1"][data-state="serving"]').waitFor();
  expect(await line.textContent()).toMatch(/正常.*4000 W \/ 16\.0 kW.*L1 14\.0\/32\.0 A.*42 mA/);
  const [trip, cause, source] = ["run-1-shed-1-1", "smoke", "smoke-1"] as const;
  const times = { silent_ms: null, decided_after_ms: 3, off_after_ms: 60 };
  await compound.voice.say("shed.input", { shed: "shed-1", input: source, of: "smoke", active: true });
  await compound.voice.say("shed.tripped", { trip, shed: "shed-1", cause, source, contactor: "opening", latched: true, ...times });
  await page.locator('[data-shed="shed-1"][data-state="latched"]').waitFor();
  expect(await line.textContent()).toMatch(
    /已断电并锁定.*烟雾 · smoke-1.*烟感 smoke-1 报警.*site reset --shed shed-1 --trip run-1-shed-1-1/,
  );
  expect(seen.errors).toEqual([]);
  await tab.close();
});

const combinations = (["light", "dark"] as const).flatMap((colorScheme) =>
  [
    { width: 1366, height: 768 },
    { width: 390, height: 844 },
  ].flatMap((viewport) => ["zh", "en"].map((language) => ({ colorScheme, viewport, language }))),
);
const places = [
  ["#/stays", "[data-stay]"],
  ["#/entries", "[data-entry]"],
  ["#/ledger?view=all", "[data-hazard]"],
  ["#/duty?show=count:cutoffs", "dialog [data-live-event]"],
  ["#/duty?show=count:dead_letters", "dialog [data-letter]"],
  ["#/duty?show=count:missing", "dialog [data-gap]"],
] as const;

withBrowser(
  "P 01.accessible: no axe violation and no sideways scrolling in either language, theme and size, with lists and drawers",
  async (context) => {
    // What the drawers show, also where this test is run alone.
    await compound.voice.say("station.answers", { station: 6 } as never);
    const lost = { count: 1, from: Date.UTC(2026, 10, 25, 6), to: Date.UTC(2026, 10, 25, 7), reason: "limit" } as const;
    await compound.voice.say("stream.gap", lost);
    let passed = 0;
    const looked: string[] = [];
    const wrong: string[] = [];
    // In a whole plain run each theme, size and language is looked at twice, and every place once.
    const chosen = plain ? [0, 3, 5, 6].map((index) => combinations[index]!) : combinations;
    for (const [index, { colorScheme, viewport, language }] of chosen.entries()) {
      const { page, context: tab } = await look(browser, compound.url, { colorScheme, viewport, bypassCSP: true });
      await page.goto(`${compound.url}/?lang=${language}`);
      // The short run looks at the desk and at one other place each time; the long one looks everywhere each time.
      const others = places.filter((_, place) => full || (plain ? place % 4 === index : place === index % places.length));
      for (const [hash, ready] of [["#/duty", "[data-lane]"] as const, ...others]) {
        await page.evaluate(`location.hash = ${JSON.stringify(hash)}`);
        await page.locator(ready).first().waitFor();
        const found = await violations(page);
        const where = `${language} ${colorScheme} ${viewport.width} ${hash}`;
        wrong.push(...found.wrong.map((one) => `${where}: ${one}`));
        const sideways = Number(await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"));
        if (sideways > 0) wrong.push(`${where}: ${sideways} px sideways`);
        looked.push(where);
        passed += found.passed;
      }
      await tab.close();
    }
    expect(wrong).toEqual([]);
    expect(new Set(looked).size).toBe(full ? 8 * (places.length + 1) : plain ? 4 + places.length : 16);
    counted(context, { looked: looked.length, "rules passed": passed, wrong: wrong.length });
  },
);
