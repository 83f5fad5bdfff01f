// Who acts and what they may ask of gateways, in a real browser: posts and tabs, orders and the second person, tokens, the first administrator, devices and reports.
import { readFile } from "node:fs/promises";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect } from "vitest";
import { counted } from "../promise.ts";
import { type Compound, openCompound } from "./compound.ts";
import { actAs, axeAt, goTo, inEveryLook, look } from "./eyes.ts";
import { stage, withBrowser } from "./stage.ts";

const on = stage();

/** As one of several posts of one person. */
async function actAsPost(page: Page, person: string, post: string): Promise<void> {
  await page.click("header .person");
  await page.click(`.role-list [data-person="${person}"][data-post="${post}"]`);
  await page.waitForSelector("dialog", { state: "detached" });
  await page.waitForSelector(`header [data-acting="${post}"]`);
}

withBrowser(
  "two tabs that sign in at the same moment: a question that was sent with the sign-in that the other ended is asked again",
  async (context) => {
    const { page, context: browser } = await look(on.browser, on.compound.url);
    const other = await browser.newPage();
    // As the cloud answers whoever's sign-in has just ended; once for each of the two.
    const late = new Set(["/api/v1/overview", "/api/v1/hazards"]);
    await browser.route("**/api/v1/**", (route) => {
      const { pathname } = new URL(route.request().url());
      if (!late.delete(pathname)) return route.continue();
      const problem = { type: "urn:cuobian:problem:signed-out", status: 401, title: "", detail: "" };
      return route.fulfill({ status: 401, contentType: "application/problem+json", body: JSON.stringify(problem) });
    });
    await Promise.all([page.goto(on.compound.url), other.goto(`${on.compound.url}/#/ledger?view=overdue`)]);
    for (const tab of [page, other]) await tab.waitForSelector('[data-connection="live"]');
    await page.locator(".alarms-panel").waitFor();
    await other.locator("main table, main .empty").first().waitFor();
    expect([...late]).toEqual([]);
    counted(context, { tabs: 2, "asked again": 2 });
    await browser.close();
  },
);

withBrowser(
  "one person of two posts chooses as whom to act, by the keyboard alone; every page is that post's, and another tab goes on as its own",
  async (context) => {
    const { page, seen, context: browser } = await look(on.browser, on.compound.url);
    await page.goto(on.compound.url);
    await page.waitForSelector('[data-connection="live"]');
    await actAsPost(page, "deputy", "booth@jinxiu");
    expect(await page.locator('.rail a[href^="#/income"]').count()).toBe(0);
    // The second tab of the same browser is the same person at the same post.
    const other = await browser.newPage();
    await other.goto(`${on.compound.url}/#/orders`);
    await other.waitForSelector('header [data-acting="booth@jinxiu"]');
    await page.bringToFront();
    await page.keyboard.press("g");
    await page.keyboard.press("p");
    await page.waitForSelector(".my-posts [data-choice]");
    expect(await page.evaluate("document.activeElement.dataset.post")).toBe("booth@jinxiu");
    await page.keyboard.press("ArrowDown");
    expect(await page.evaluate("document.activeElement.dataset.post")).toBe("property-manager@jinxiu");
    await page.keyboard.press("2");
    await page.waitForSelector('header [data-acting="property-manager@jinxiu"]');
    await page.waitForSelector('[data-connection="live"]');
    expect(await page.locator('.rail a[href^="#/income"]').count()).toBe(1);
    // The other tab is the booth as before, live, and asks as the booth; each is what it was when it is read anew.
    await other.bringToFront();
    await other.waitForSelector('[data-connection="live"]');
    const posts = async (tab: Page): Promise<string> =>
      String(
        await tab.evaluate(
          `fetch("/api/v1/session?acting=" + encodeURIComponent(sessionStorage.getItem("cuobian.acting"))).then((answer) => answer.json()).then((one) => one.post)`,
        ),
      );
    expect([await posts(page), await posts(other)]).toEqual(["property-manager@jinxiu", "booth@jinxiu"]);
    await Promise.all([page.reload(), other.reload()]);
    for (const [tab, post, links] of [
      [page, "property-manager@jinxiu", 1],
      [other, "booth@jinxiu", 0],
    ] as const) {
      await tab.waitForSelector(`header [data-acting="${post}"]`);
      await tab.waitForSelector('[data-connection="live"]');
      expect(await tab.locator('.rail a[href^="#/income"]').count()).toBe(links);
      expect(await tab.locator('[data-act="follow"]').count()).toBe(0);
    }
    // Another person signs in: then both stop, and say so.
    await actAs(page, "manager");
    await other.bringToFront();
    await other.locator('[data-act="follow"]').waitFor();
    expect(await other.locator('header [data-acting="booth@jinxiu"]').count()).toBe(1);
    await other.keyboard.press("Escape");
    expect(await other.locator('[data-act="follow"]').count()).toBe(1);
    await other.click('[data-act="follow"]');
    await other.waitForSelector('header [data-acting="property-manager@jinxiu"]');
    await other.waitForSelector('[data-act="follow"]', { state: "detached" });
    expect(seen.errors.filter((one) => !one.includes("409"))).toEqual([]);
    counted(context, { tabs: 2, posts: 2, "acted as another wrongly": 0 });
    await browser.close();
  },
);

withBrowser(
  "an order stands as issued until its gateway says more; a dangerous one waits for another human being, and expires when nobody hears it",
  async (context) => {
    const { page, seen, context: browser } = await look(on.browser, on.compound.url);
    await page.goto(`${on.compound.url}/#/orders`);
    await page.waitForSelector('[data-connection="live"]');
    await actAsPost(page, "deputy", "booth@jinxiu");
    const give = async (action: string, reason: string): Promise<void> => {
      if ((await page.locator("[data-give][open]").count()) === 0) await page.click("[data-give] summary");
      await page.selectOption('[name="action"]', action);
      await page.selectOption('[name="target"]', { index: 1 });
      await page.click('[data-order-form] button[type="submit"]');
      // Without a reason the browser itself refuses.
      expect(await page.locator("[data-order-form]").count()).toBe(1);
      await page.fill('[data-order-form] [name="reason"]', reason);
      await page.click('[data-order-form] button[type="submit"]');
      await page.waitForSelector(".following");
      await page.locator(".give-form > .form-acts button, .give-form .form-acts button").last().click();
    };
    await give("gate.close", "设备故障");
    const closing = page.locator("[data-order]").filter({ hasText: "落杆" }).first();
    await closing.waitFor();
    // No gateway of this test listens to orders: it is issued, then late, then expired; never in place.
    await closing.and(page.locator('[data-standing="not-received"], [data-standing="expired"]')).waitFor();
    expect(await closing.locator('[data-step="received"]').getAttribute("data-how")).not.toBe("told");
    await give("gate.lock", "道闸检修");
    const waiting = page.locator("[data-awaiting]").filter({ hasText: "道闸检修" });
    await waiting.waitFor();
    expect(await waiting.locator(".approval").getAttribute("data-may")).toBe("wrong-role");
    // As the manager he is still the same human being.
    await actAsPost(page, "deputy", "property-manager@jinxiu");
    await waiting.locator('.approval[data-may="same-person"]').waitFor();
    expect(await waiting.locator('[data-act="approve"]').count()).toBe(0);
    expect(await page.locator('.rail a[href^="#/devices"] .rail-count').textContent()).toBe("1");
    await actAs(page, "manager");
    await waiting.locator('[data-act="approve"]').click();
    await waiting.waitFor({ state: "detached" });
    const locking = page.locator("[data-order]").filter({ hasText: "封闭车道" }).first();
    expect(await locking.locator('[data-step="approved"]').getAttribute("data-how")).toBe("told");
    await closing.and(page.locator('[data-standing="expired"]')).waitFor({ timeout: 20_000 });
    expect(await closing.locator('[data-step="ended"]').getAttribute("data-how")).not.toBe("now");
    // What the gateway says moves it.
    const id = (await locking.getAttribute("data-order")) ?? "";
    await on.compound.voice.say("command.received", { command: id, action: "gate.lock", person: "deputy" });
    await on.compound.voice.say("command.ended", {
      command: id,
      outcome: "refused",
      code: "fire",
      zh: "消防联动中，须先解除",
      en: "a fire holds this lane open: end that first",
    });
    await page.locator(`[data-order="${id}"][data-standing="refused"]`).filter({ hasText: "消防联动中" }).waitFor();
    await page.locator(`[data-order="${id}"] .row-link`).click();
    await page.locator(`[data-order-detail="${id}"]`).filter({ hasText: "物业经理乙" }).waitFor();
    expect(seen.errors).toEqual([]);
    counted(context, { orders: 2, "wrong: shown in place before it was told": 0 });
    await browser.close();
  },
);

withBrowser("a diagnosis is read as checks and numbers, the bad ones first", async () => {
  const { page, seen, context: browser } = await look(on.browser, on.compound.url);
  await page.goto(`${on.compound.url}/#/devices`);
  await page.waitForSelector('[data-connection="live"]');
  await actAs(page, "manager");
  const panel = page.locator('[data-gateway-panel="gw-1"]');
  await panel.locator('[data-reach="online"]').waitFor();
  await panel.locator('[data-order-action="gateway.diagnose"]').click();
  await panel.locator('[name="reason"]').fill("例行检查");
  await panel.locator('[data-order-form] button[type="submit"]').click();
  const id = (await panel.locator(".following").getAttribute("data-order")) ?? "";
  const checks = [
    { name: "journal", ok: true, zh: "日志库可写", en: "journal can be written" },
    { name: "disk", ok: false, zh: "磁盘将满", en: "disk nearly full" },
  ];
  await on.compound.voice.say("gateway.diagnosed", {
    command: id,
    version: "0.1.0",
    checks,
    numbers: [{ name: "queue", of: "state", value: 3 }],
    left_out: 2,
  });
  await on.compound.voice.say("command.ended", { command: id, outcome: "done", code: "done", zh: "已完成", en: "done" });
  await panel.locator(".following .text").click();
  await page.locator(`[data-diagnosed="${id}"]`).waitFor();
  expect(await page.locator("[data-diagnosed] .checks li").first().getAttribute("data-ok")).toBe("false");
  expect(await page.locator("[data-diagnosed]").textContent()).toMatch(/1 \/ 2 项正常.*另有 2 项/);
  expect(seen.errors).toEqual([]);
  await browser.close();
});

withBrowser(
  "a token is granted by an administrator, taken once by its person, works within its scopes, and is revoked",
  async (context) => {
    const { page, seen, context: browser } = await look(on.browser, on.compound.url);
    await page.goto(`${on.compound.url}/#/tokens`);
    await page.waitForSelector('[data-connection="live"]');
    await actAs(page, "admin");
    await goTo(page, "#/people");
    await page.locator('[data-holder="deputy"] [data-post]').nth(1).waitFor();
    await goTo(page, "#/tokens");
    await page.click("[data-grant] summary");
    await page.fill('.grant-form [name="name"]', "大屏看板");
    await page.selectOption('.grant-form [name="person"]', "manager");
    await page.click('.grant-form button[type="submit"]');
    await page.locator(".grant-form .problem").waitFor();
    await page.check('[data-scope="alarms:read"]');
    await page.click('.grant-form button[type="submit"]');
    await page.locator('[data-token][data-state="waiting"]').waitFor();
    // Whoever grants it never holds it.
    expect(await page.locator('[data-act="take"]').count()).toBe(0);
    await actAs(page, "manager");
    await page.locator('[data-act="take"]').click();
    const secret = (await page.locator("[data-secret] code").first().textContent()) ?? "";
    expect(secret).toMatch(/^cuobian_[\w-]{43}$/);
    const ask = async (path: string): Promise<number> =>
      (await fetch(`${on.compound.url}${path}`, { headers: { authorization: `Bearer ${secret}` } })).status;
    expect([await ask("/api/v1/alarms"), await ask("/api/v1/events")]).toEqual([200, 403]);
    await page.locator("[data-secret] button").last().click();
    await page.locator('[data-token][data-state="good"]').waitFor();
    expect(await page.locator("body").textContent()).not.toContain(secret);
    await page.click('[data-act="revoke"]');
    await page.click('[data-act="revoke-sure"]');
    await page.locator('[data-token][data-state="revoked"]').waitFor();
    expect(await ask("/api/v1/alarms")).toBe(401);
    expect(seen.errors).toEqual([]);
    counted(context, { granted: 1, "wrong: shown twice": 0 });
    await browser.close();
  },
);

withBrowser(
  "P 11.reports: a number of a report opens as many rows as it says, they lead on, and the workbook is there",
  async (context) => {
    const { page, seen, context: browser } = await look(on.browser, on.compound.url);
    await page.goto(`${on.compound.url}/#/reports`);
    await page.waitForSelector('[data-connection="live"]');
    const figures = page.locator("[data-figure] .open-rows");
    await figures.first().waitFor();
    const names = await page.locator("[data-figure]").evaluateAll((all) => all.map((one) => one.getAttribute("data-figure") ?? ""));
    let rows = 0;
    for (const name of names) {
      const button = page.locator(`[data-figure="${name}"] .open-rows`);
      const said = Number((await button.textContent())?.replace(/\D/g, ""));
      await button.click();
      await page.locator("[data-report-rows]").waitFor();
      expect(Number(await page.getAttribute("[data-report-rows]", "data-report-rows")), name).toBe(said);
      rows += said;
      await page.keyboard.press("Escape");
      await page.waitForSelector("dialog", { state: "detached" });
    }
    const coming = page.waitForEvent("download");
    await page.click('[data-export="xlsx"]');
    expect((await readFile(await (await coming).path())).subarray(0, 2).toString()).toBe("PK");
    await page.click('[data-view="shift"]');
    await page.locator(".empty").waitFor();
    await page.goBack();
    await figures.first().waitFor();
    // Whom it is not for is told who may, and nothing is asked.
    await actAs(page, "street");
    await page.locator('[data-not-for-this-post="reports"]').filter({ hasText: "物业经理" }).waitFor();
    expect(seen.errors).toEqual([]);
    counted(context, { figures: names.length, rows, wrong: 0 });
    await browser.close();
  },
);

const mine = [
  ["admin", "#/people", "[data-holder]"],
  ["admin", "#/tokens", ".tokens, .empty"],
  ["manager", "#/orders", "[data-order]"],
  ["manager", "#/devices", "[data-gateway-panel]"],
  ["manager", "#/devices?view=devices", ".empty, .device-table"],
  ["manager", "#/devices?view=documents", ".empty, .documents-table"],
  ["manager", "#/reports", "[data-figure]"],
  ["manager", "#/reports?view=month", "[data-figure]"],
  ["street", "#/reports", "[data-not-for-this-post]"],
] as const;

withBrowser(
  "these pages as each post sees them: axe finds nothing and nothing runs out of the page, in both languages, themes and widths",
  async (context) => {
    const wrong: string[] = [];
    let looked = 0;
    await inEveryLook(on.browser, on.compound.url, async (page, name) => {
      let who = "";
      for (const [person, place, stands] of mine) {
        if (person !== who) await actAs(page, person);
        who = person;
        await page.waitForSelector('[data-connection="live"]');
        const found = await axeAt(page, { place, stands });
        wrong.push(...found.wrong.map((one) => `${name} ${place}: ${one}`));
        looked += 1;
      }
    });
    expect(wrong).toEqual([]);
    counted(context, { looked, wrong: wrong.length });
  },
  300_000,
);

let empty: Compound | undefined;
beforeAll(async () => {
  if (on.web !== undefined) empty = await openCompound(on.web, { empty: true });
});
afterAll(() => empty?.end());

withBrowser(
  "a cloud at its first start asks for the code that its terminal shows: a wrong one keeps what was typed, the right one makes the administrator, once",
  async () => {
    const cloud = empty as Compound;
    const code = /\b([2-9A-HJ-NP-Z]{4}-){3}[2-9A-HJ-NP-Z]{4}\b/.exec(cloud.cloud.log())?.[0] ?? "";
    expect(code).not.toBe("");
    const { page, context: browser } = await look(on.browser, cloud.url);
    await page.goto(cloud.url);
    await page.locator('.first-form [name="code"]').waitFor();
    const typed = { code: "ABCD-EFGH-JKLM-NPQR", id: "lin", name: "林", organisation: "住建局", password: "a long one of my own" };
    for (const [name, value] of Object.entries(typed)) await page.fill(`.first-form [name="${name}"]`, value);
    await page.click('.first-form button[type="submit"]');
    await page.locator(".first-form .problem").filter({ hasText: "重启云端" }).waitFor();
    expect(await page.inputValue('.first-form [name="name"]')).toBe("林");
    await page.fill('.first-form [name="code"]', code.toLowerCase());
    await page.click('.first-form button[type="submit"]');
    await page.waitForSelector('header [data-acting="administrator@all"]');
    await page.click("header .person");
    await page.click(".leave");
    // From now on there is somebody: it asks for a name and a password.
    await page.locator('[name="username"]').waitFor();
    expect(await page.locator(".first-form").count()).toBe(0);
    await page.fill('[name="username"]', "lin");
    await page.fill('[name="password"]', typed.password);
    await page.keyboard.press("Enter");
    await page.waitForSelector('header [data-acting="administrator@all"]');
    await browser.close();
  },
);
