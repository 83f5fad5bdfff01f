// The rest of the page as people use it, by its name and in the full set: what a reader does beside the numbered checks.
import { expect } from "vitest";
import { counted } from "../promise.ts";
import { alarmCare } from "./alarm-care.ts";
import { actAs, look } from "./eyes.ts";
import { stage, withBrowser } from "./stage.ts";
import { reading } from "./story.ts";

const on = stage();

withBrowser("an alarm is acknowledged by a person, and every other screen sees who it was", async () => {
  const [one, other] = [await look(on.browser, on.compound.url), await look(on.browser, on.compound.url)];
  await one.page.goto(on.compound.url);
  await other.page.goto(on.compound.url);
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
  const { page, seen, context: tab } = await look(on.browser, on.compound.url);
  await page.goto(on.compound.url);
  expect(await page.locator('[data-lane="east-in"] .plate').textContent()).toMatch(/^闽C·[A-Z0-9]{5,6}$/);
  await page.click("header .person");
  await page.click(".leave");
  await page.waitForSelector(".gate .role-list");
  expect(await page.locator("[data-lane], [data-alarm], [data-live-event]").count()).toBe(0);
  await page.click('[data-person="street"]');
  await page.waitForSelector('[data-connection="live"]');
  // Whoever comes next begins at his own first screen.
  await page.waitForURL((url) => url.hash === "#/ledger");
  await page.evaluate('location.hash = "#/duty"');
  expect(await page.locator('[data-lane="east-in"] .plate').textContent()).toContain("**");
  expect(seen.errors).toEqual([]);
  await tab.close();
});

withBrowser("a cut-off stands in the property's own list with the times between, and is handled with a note", async () => {
  const { page, seen, context: tab } = await look(on.browser, on.compound.url);
  await page.goto(`${on.compound.url}/#/entries`);
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
  const { page, context: tab } = await look(on.browser, on.compound.url);
  await page.goto(on.compound.url);
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
  const { page, context: tab } = await look(on.browser, on.compound.url);
  await page.goto(on.compound.url);
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

withBrowser("stays: filters stand in the address, Back undoes them, a plate opens its bill line by line", async (context) => {
  const { page, seen, context: tab } = await look(on.browser, on.compound.url);
  await page.goto(`${on.compound.url}/#/stays`);
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

withBrowser("a socket's curve ends where readings end, shows its limit and where it was cut; no line crosses a gap", async (context) => {
  // Two minutes of readings, a minute of silence, one more minute; the cut of station-1/3 stands in the story.
  const begin = Date.now() - 240_000;
  const seconds = Array.from({ length: 120 }, (_, index) => index * 2).filter((second) => second < 120 || second >= 180);
  const fieldsAt = (second: number) => ({ ...reading(470_000), temperature_mC: 25_000 + second * 10 });
  const readings = seconds.map((second) => ({ at: begin + second * 1000, fields: fieldsAt(second) }));
  await on.compound.voice.measured("station-1", 3, readings);
  const { page, seen, context: tab } = await look(on.browser, on.compound.url);
  await page.goto(on.compound.url);
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
        for (const [x = 0, width = 0] of holes) expect((xs[index - 1] ?? 0) <= x + 0.2 && (xs[index] ?? 0) >= x + width - 0.2).toBe(false);
    }
  }
  expect(seen.errors).toEqual([]);
  counted(context, { curves: drawn.length, lines: drawn.reduce((sum, { lines }) => sum + lines.length, 0) });
  await tab.close();
});

withBrowser('"?" shows the keys, g and a letter goes to a page, and both can be switched off', async () => {
  const { page, seen, context: tab } = await look(on.browser, on.compound.url);
  await page.goto(on.compound.url);
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
  const { page, context: tab } = await look(on.browser, on.compound.url);
  await page.goto(on.compound.url);
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
  await on.compound.voice.say("station.answers", { station: 5 } as never);
  const { page, seen, context: tab } = await look(on.browser, on.compound.url);
  await page.goto(on.compound.url);
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
  await on.compound.voice.say("stream.gap", {
    count: 1,
    from: Date.UTC(2026, 10, 25, 4),
    to: Date.UTC(2026, 10, 25, 5, 30),
    reason: "limit",
  });
  const { page, seen, context: tab } = await look(on.browser, on.compound.url);
  await page.goto(on.compound.url);
  await page.locator("[data-gateway] button", { hasText: "缺口 1 处" }).click();
  expect(await page.locator("dialog [data-gap]").first().textContent()).toMatch(/状态事件.*存满上限.*12:00.*13:30.*1 条/);
  expect(seen.errors).toEqual([]);
  await tab.close();
});

withBrowser("a shed shows its power beside its limit; smoke latches it, and the page says who frees it", async () => {
  const { page, seen, context: tab } = await look(on.browser, on.compound.url);
  await page.goto(on.compound.url);
  const line = page.locator('[data-shed="shed-1"]');
  await line.waitFor();
  const supply = { power_mW: 4_000_000, power_limit_mW: 16_000_000, residual_mA: 42, l1_mA: 14_000, l1_limit_mA: 32_000 };
  await on.compound.voice.measureShed("shed-1", { state: 1, ...supply });
  await page.locator('[data-shed="shed-1"][data-state="serving"]').waitFor();
  expect(await line.textContent()).toMatch(/正常.*4000 W \/ 16\.0 kW.*L1 14\.0\/32\.0 A.*42 mA/);
  const [trip, cause, source] = ["run-1-shed-1-1", "smoke", "smoke-1"] as const;
  const times = { silent_ms: null, decided_after_ms: 3, off_after_ms: 60 };
  await on.compound.voice.say("shed.input", { shed: "shed-1", input: source, of: "smoke", active: true });
  await on.compound.voice.say("shed.tripped", { trip, shed: "shed-1", cause, source, contactor: "opening", latched: true, ...times });
  await page.locator('[data-shed="shed-1"][data-state="latched"]').waitFor();
  expect(await line.textContent()).toMatch(
    /已断电并锁定.*烟雾 · smoke-1.*烟感 smoke-1 报警.*site reset --shed shed-1 --trip run-1-shed-1-1/,
  );
  expect(seen.errors).toEqual([]);
  await tab.close();
});

withBrowser("on a phone the bar holds every page: none is squeezed, and the one that is open is in sight", async (context) => {
  const { page, seen, context: tab } = await look(on.browser, on.compound.url, { viewport: { width: 390, height: 844 }, hasTouch: true });
  await page.goto(on.compound.url);
  await page.waitForSelector('[data-connection="live"]');
  const entries = page.locator(".rail a");
  const many = await entries.count();
  expect(many).toBeGreaterThanOrEqual(6);
  const wrong: string[] = [];
  for (let n = 0; n < many; n += 1) {
    const entry = entries.nth(n);
    await entry.click();
    await page.locator(".rail a[aria-current]").nth(0).waitFor();
    const box = await entry.boundingBox();
    if (box === null || box.width < 44 || box.height < 44) wrong.push(`entry ${n} is too small to touch: ${JSON.stringify(box)}`);
    else if (box.x < -1 || box.x + box.width > 391) wrong.push(`entry ${n} is open and out of sight: ${JSON.stringify(box)}`);
  }
  expect(Number(await page.evaluate("document.documentElement.scrollWidth"))).toBeLessThanOrEqual(390);
  expect([...wrong, ...seen.errors]).toEqual([]);
  counted(context, { entries: many, wrong: wrong.length });
  await tab.close();
});

alarmCare(on);
