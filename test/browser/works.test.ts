// Construction, compounds and companies, the register of papers, and the bridge of the income page, against the real demonstration and its ninety days. By its name and in the full set.
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import type { Visitor } from "#command/demo/visitor.ts";
import { counted } from "../promise.ts";
import { clippedText } from "./clipped.ts";
import { attributes, bureauStage, openAt } from "./demo-stage.ts";
import { actAs, axeAt, goTo, inEveryLook } from "./eyes.ts";
import { paperChecks } from "./paper-checks.ts";

const on = bureauStage();
const url = (): string => on.demo.url();

interface CompoundRow {
  readonly site: string;
  readonly name: string;
  readonly facts: { readonly ports: Readonly<Record<string, number>>; readonly fire_facilities: string; readonly version: number } | null;
  readonly open: number;
  readonly overdue: number;
  readonly about: { readonly charging: number; readonly fire: number };
}
const compoundsOf = async (visitor: Visitor): Promise<CompoundRow[]> =>
  (await visitor.get<{ compounds: CompoundRow[] }>("/api/v1/ledger/compounds")).compounds;

test("construction: its sums are the API's, a state narrows the list, every count opens its rows, and what contradicts the ledger is marked", async (context) => {
  const { page, seen, context: tab } = await openAt(on, "bureau", "#/works");
  const all = await compoundsOf(on.bureau);
  await page.locator("tr[data-compound]").first().waitFor();
  for (const stage of ["planned", "started", "finished", "in_use"])
    expect(Number(await page.locator(`[data-sum="${stage}"]`).textContent()), stage).toBe(
      all.reduce((n, { facts }) => n + (facts?.ports[stage] ?? 0), 0),
    );
  expect(await page.locator("tr[data-compound]").count()).toBe(all.length);
  expect(await page.locator("tr[data-town]").count()).toBe(2);
  const odd = all.filter(({ facts, about }) => facts?.fire_facilities === "完好" && about.fire > 0);
  expect(await page.locator("tr[data-compound] .amiss-words").count()).toBe(odd.length);
  expect(odd.length).toBeGreaterThan(0);
  // A door by the keyboard: narrowed, and in the address.
  await page.locator('[data-narrow="维修中"]').focus();
  await page.keyboard.press("Enter");
  const mending = all.filter(({ facts }) => facts?.fire_facilities === "维修中").map(({ site }) => site);
  await page.locator("tr[data-compound]").nth(mending.length).waitFor({ state: "detached" });
  expect(await attributes(page, "tr[data-compound]", "data-compound")).toEqual(mending);
  expect(decodeURIComponent(page.url())).toContain("state=维修中");
  await page.goBack();
  await page
    .locator("tr[data-compound]")
    .nth(all.length - 1)
    .waitFor();
  const one = all.find(({ about }) => about.fire > 0) as CompoundRow;
  await page.click(`tr[data-compound="${one.site}"] [data-about="fire"]`);
  await page.locator("tr[data-hazard]").first().waitFor();
  expect(await page.locator("tr[data-hazard]").count()).toBe(Math.min(50, one.about.fire));
  expect(await page.inputValue('select[name="about"]')).toBe("fire");
  expect([seen.errors, seen.foreign]).toEqual([[], []]);
  counted(context, { compounds: all.length, "marked as contradicting": odd.length, narrowed: mending.length });
  await tab.close();
});

test("each post sees what is its own: the bureau all compounds, the town its own, a property company its one; who reads no hazards is told who may", async (context) => {
  const seen: Record<string, number> = {};
  for (const [who, compounds] of [
    ["street", ["jinxiu"]],
    ["property", ["jinxiu"]],
    ["cuihu-property", ["cuihu"]],
  ] as const) {
    const { page, context: tab } = await openAt(on, who, "#/works");
    await page.locator("tr[data-compound]").first().waitFor();
    expect(await attributes(page, "tr[data-compound]", "data-compound")).toEqual(compounds);
    await goTo(page, "#/compounds?view=companies");
    await page.locator("tr[data-company]").first().waitFor();
    const visitor = await on.demo.as(who);
    const today = new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10);
    const told = await visitor.get<{ managed: { site: string }[] }>(`/api/v1/ledger/companies?from=${today}&to=${today}`);
    expect([...new Set(told.managed.map(({ site }) => site))]).toEqual(compounds);
    await goTo(page, "#/papers");
    await page.locator("tr[data-paper]").first().waitFor();
    const prefix = compounds[0] === "jinxiu" ? "JXHY-" : "CHYY-";
    const hazards = await page.locator("tr[data-paper] .hazard-link").allTextContents();
    expect(hazards.every((id) => id.startsWith(prefix))).toBe(true);
    seen[who] = hazards.length;
    await goTo(page, `#/compounds?unit=${compounds[0]}`);
    await page.locator("dialog [data-version]").first().waitFor();
    // The bureau writes the facts; others read them.
    expect(await page.locator('dialog [data-act="write"]').count()).toBe(0);
    await tab.close();
  }
  const installer = await openAt(on, "installer", "#/works");
  for (const one of ["works", "compounds", "papers", "overview"]) {
    await goTo(installer.page, `#/${one}`);
    await installer.page.locator(`[data-not-for-this-post="${one}"]`).waitFor();
  }
  expect(installer.seen.errors).toEqual([]);
  counted(context, { ...seen, refused: 4 });
  await installer.context.close();
});

test("companies: each number of days is the sum of the rows that it opens, at each compound and in all; a row opens its hazard; five years tell who managed before", async (context) => {
  const { page, seen, context: tab } = await openAt(on, "bureau", "#/compounds?view=companies");
  await page.locator("tr[data-company]").first().waitFor();
  const names = await attributes(page, "tr[data-company]", "data-company");
  expect(names).toContain("湖畔物业（演示）");
  expect(names).toContain("翠湖物业（演示）");
  let opened = 0;
  for (const name of names) {
    const days = Number(await page.locator(`tr[data-company="${name}"] [data-days]`).getAttribute("data-days"));
    await page.locator(`tr[data-company="${name}"] .row-link`).focus();
    await page.keyboard.press("Enter");
    const drawer = page.locator("dialog[open]");
    await drawer.locator(`[data-company-days="${days}"]`).waitFor();
    if (days > 0) {
      await drawer.locator(`[data-behind-days="${days}"]`).waitFor();
      const rows = (await attributes(page, "dialog [data-late] [data-days]", "data-days")).map(Number);
      expect(
        rows.reduce((sum, n) => sum + n, 0),
        name,
      ).toBe(days);
      opened += rows.length;
    }
    await page.keyboard.press("Escape");
    await page.waitForSelector("dialog", { state: "detached" });
  }
  // Of one compound alone; then its hazard, on top; and back.
  const company = names.find((name) => name.startsWith("湖畔")) ?? "";
  await page.locator(`tr[data-company="${company}"] .row-link`).click();
  await page.locator('dialog [data-days-of="cuihu"]').click();
  await page.locator('dialog [data-days-of="cuihu"][aria-pressed="true"]').waitFor();
  const first = (await attributes(page, "dialog [data-late]", "data-late"))[0] ?? "";
  await page.locator(`dialog [data-late="${first}"] .row-link`).click();
  await page.locator(`[data-hazard-detail="${first}"]`).waitFor();
  await page.keyboard.press("Escape");
  await page.waitForSelector("[data-hazard-detail]", { state: "detached" });
  await page.locator('dialog [data-days-of="cuihu"]').waitFor();
  await page.keyboard.press("Escape");
  await page.waitForSelector("dialog", { state: "detached" });
  await page.click('[data-span="five"]');
  await page.locator('tr[data-company="旧锦物业（演示）"]').waitFor();
  expect(await page.locator("[data-band]").count()).toBe(3);
  expect([seen.errors, seen.foreign]).toEqual([[], []]);
  counted(context, { companies: names.length, "rows opened": opened });
  await tab.close();
});

test("a compound's facts: the bureau writes a change from a day on, the versions say what changed; two who write at once are told, and nothing is lost", async (context) => {
  const tabs = await Promise.all([openAt(on, "bureau", "#/compounds?unit=cuihu"), openAt(on, "bureau", "#/compounds?unit=cuihu")]);
  const [one, two] = tabs.map(({ page }) => page) as [Page, Page];
  const versionOf = async (): Promise<number> => (await compoundsOf(on.bureau)).find(({ site }) => site === "cuihu")?.facts?.version ?? 0;
  const before = await versionOf();
  for (const page of [one, two]) {
    await page.locator("dialog [data-version]").first().waitFor();
    expect(await page.locator("dialog [data-version]").count()).toBe(before);
    await page.click('dialog [data-act="write"]');
  }
  expect(await one.inputValue('[data-form="compound"] [name="company"]')).toBe("翠湖物业（演示）");
  await one.fill('[data-form="compound"] [name="finished"]', "52");
  // Without a reason the browser itself refuses.
  await one.click('[data-form="compound"] button[type="submit"]');
  expect(await one.locator('[data-form="compound"]').count()).toBe(1);
  await one.fill('[data-form="compound"] [name="note"]', "三期通电");
  await one.keyboard.press("Enter");
  await one.locator(`[data-saved="${before + 1}"]`).waitFor();
  await one.locator(`[data-version="${before + 1}"][data-standing="now"] [data-changed="finished"]`, { hasText: /44\s*→\s*52/ }).waitFor();
  await two.fill('[data-form="compound"] [name="manager"]', "新经理（演示）");
  await two.fill('[data-form="compound"] [name="note"]', "换项目经理");
  await two.keyboard.press("Enter");
  await two.locator('[data-form="compound"] .problem').waitFor();
  expect(await versionOf()).toBe(before + 1);
  // What was typed is still there.
  expect(await two.inputValue('[data-form="compound"] [name="manager"]')).toBe("新经理（演示）");
  await two.click('[data-act="over-newest"]');
  await two.click('[data-form="compound"] button[type="submit"]');
  await two.locator(`[data-saved="${before + 2}"]`).waitFor();
  expect(await versionOf()).toBe(before + 2);
  const errors = tabs.flatMap(({ seen }) => seen.errors).filter((text) => !text.includes("412"));
  expect(errors).toEqual([]);
  counted(context, { versions: before + 2, "told of each other": 1 });
  await Promise.all(tabs.map(({ context: tab }) => tab.close()));
});

paperChecks(on);

test("the bridge from passages to money: the month that runs stands first, classes add up to all, every number opens as many rows page by page, and a stay opens its bill", async (context) => {
  const { page, seen, context: tab } = await openAt(on, "owners", "#/income?site=jinxiu");
  await page.locator("[data-bridge-passages]").waitFor();
  const now = new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 7);
  expect(await attributes(page, '[data-month][aria-pressed="true"]', "data-month")).toEqual([now]);
  const months = (await attributes(page, "[data-month]", "data-month")).filter((month) => month <= now);
  const month = months[months.length - 1] ?? now;
  await page.click(`[data-month="${month}"]`);
  const owners = await on.demo.as("owners");
  const { bridge } = await owners.get<{
    bridge: {
      passages: number;
      classes: Record<string, { passages: number }>;
      by_operator: { operator: string; method: string; payments: number }[];
    };
  }>(`/api/v1/income?site=jinxiu&month=${month}`);
  await page.locator("[data-bridge-passages]").waitFor();
  const shown = Number((await attributes(page, "[data-bridge-passages]", "data-bridge-passages"))[0]);
  expect(shown).toBeGreaterThanOrEqual(bridge.passages);
  expect(Number(await page.locator("[data-bridge-sum]").first().textContent())).toBe(shown);
  let opened = 0;
  const doors = await attributes(page, ".bridge-lines [data-bridge]", "data-bridge");
  for (const door of doors) {
    await page.locator(`.bridge-lines [data-bridge="${door}"]`).focus();
    await page.keyboard.press("Enter");
    const wanted = Number((await attributes(page, "[data-behind-passages]", "data-behind-passages"))[0]);
    await page.locator("dialog [data-bridge-rows]").waitFor();
    // The demonstration's own lanes go on: a number that has grown since is not wrong.
    const total = Number((await attributes(page, "[data-behind-total]", "data-behind-total"))[0]);
    expect(total, door).toBeGreaterThanOrEqual(wanted === 0 ? 1 : wanted - 2);
    let rows = await page.locator("dialog [data-passage]").count();
    while ((await page.locator('dialog [data-page="later"]:not([disabled])').count()) > 0) {
      const before = await page.locator("dialog [data-pages]").getAttribute("data-pages");
      const first = (await attributes(page, "dialog [data-passage]", "data-passage"))[0];
      await page.click('dialog [data-page="later"]');
      await page.locator(`dialog [data-pages="${before}"]`).waitFor({ state: "detached" });
      await page.locator(`dialog [data-passage="${first}"]`).waitFor({ state: "detached" });
      rows += await page.locator("dialog [data-passage]").count();
    }
    expect(Math.abs(rows - total), door).toBeLessThanOrEqual(2);
    opened += rows;
    await page.keyboard.press("Escape");
    await page.waitForSelector("dialog", { state: "detached" });
  }
  await page.click('.bridge-lines [data-bridge="paid"]');
  await page.locator("dialog [data-passage] .row-link").first().click();
  await page.locator("[data-bill-line]").first().waitFor();
  expect(seen.errors).toEqual([]);
  expect(opened).toBeGreaterThan(100);
  counted(context, { passages: shown, doors: doors.length, "rows opened": opened });
  await tab.close();
}, 240_000);

test("the new pages: axe in both languages, themes and widths; no text cut off; what was refused or is empty says so", async (context) => {
  const places = [
    ["#/works", "tr[data-compound]"],
    ["#/compounds", "tr[data-compound]"],
    ["#/compounds?unit=cuihu", "dialog [data-version]"],
    ["#/compounds?view=companies", "tr[data-company]"],
    [`#/compounds?view=companies&unit=${encodeURIComponent("湖畔物业（演示）")}`, "dialog [data-late]"],
    ["#/papers", "tr[data-paper]"],
    ["#/papers?text=%E6%B2%A1%E6%9C%89", ".empty"],
    ["#/works?state=%E5%81%9C%E7%94%A8", ".empty"],
    ["#/income?site=jinxiu", "[data-bridge-passages]"],
  ] as const;
  const wrong: string[] = [];
  let [looked, passed] = [0, 0];
  await inEveryLook(on.demo.browser, url(), async (page, name) => {
    await actAs(page, "bureau");
    await page.waitForSelector('[data-connection="live"]', { timeout: 20_000 });
    for (const [place, stands] of places) {
      const found = await axeAt(page, { place, stands });
      const said = [...found.wrong, ...(await clippedText(page))];
      wrong.push(...said.map((one) => `${name} ${place}: ${one}`));
      passed += found.passed;
      looked += 1;
      await page.keyboard.press("Escape");
      await page.waitForSelector("dialog", { state: "detached" });
    }
  });
  // The store does not answer: a problem with a button, and it goes on when it does again.
  const { page, context: tab } = await openAt(on, "bureau", "#/duty");
  let down = true;
  await page.route("**/api/v1/ledger/{compounds,companies,papers}**", (route) =>
    down
      ? route.fulfill({
          status: 503,
          contentType: "application/problem+json",
          body: JSON.stringify({ type: "about:blank", title: "数据库暂时没有应答", status: 503, detail: "" }),
        })
      : route.fallback(),
  );
  for (const [place, stands] of [places[0], places[1], places[3], places[5]]) {
    down = true;
    await goTo(page, place);
    await page.locator(".problem").first().waitFor();
    down = false;
    await page.locator(".problem button").first().click();
    await page.locator(stands).first().waitFor();
    await goTo(page, "#/duty");
    await page.locator("[data-lane]").first().waitFor();
  }
  await tab.close();
  expect(wrong).toEqual([]);
  counted(context, { places: places.length, looked, "rules passed": passed, wrong: wrong.length, "problems mended": 4 });
}, 400_000);

test("what towns owe every month: silence is shown as silence, the street puts a number right with its reason, and both numbers stay in sight", async (context) => {
  const { page, seen, context: tab } = await openAt(on, "street", "#/supervision");
  const table = page.locator("[data-town-reports]");
  await table.locator("tr[data-town]").first().waitFor();
  const month = (await table.getAttribute("data-town-reports")) ?? "";
  const street = await on.demo.as("street");
  const dues = async () =>
    street.get<{ town: string; state: string; count: number | null; words: { count: number; reason: string | null }[] }[]>(
      `/api/v1/ledger/reports?month=${month}`,
    );
  const before = await dues();
  expect(await attributes(page, "tr[data-town]", "data-state")).toEqual(before.map(({ state }) => state));
  const [mine] = before;
  if (mine === undefined) throw new Error("the street sees no town");
  const row = table.locator(`tr[data-town="${mine.town}"]`);
  await row.locator('[data-act="report"]').click();
  const form = page.locator(`[data-report-form="${mine.town}"]`);
  await form.locator('[name="count"]').fill("77");
  if (mine.words.length > 0) await form.locator('[name="reason"]').fill("补报巡查发现");
  await form.locator('button[type="submit"]').click();
  await row.locator(".town-word b", { hasText: /^77$/ }).waitFor();
  const after = (await dues()).find(({ town }) => town === mine.town);
  expect(after?.words.map(({ count }) => count)).toEqual([...mine.words.map(({ count }) => count), 77]);
  expect(await clippedText(page)).toEqual([]);
  const axe = await axeAt(page, { place: "#/supervision", stands: "tr[data-town]" });
  expect(axe.wrong).toEqual([]);
  // Whoever looks on has no button.
  const onlooker = await openAt(on, "bureau", "#/supervision");
  await onlooker.page.locator("tr[data-town]").first().waitFor();
  expect(await onlooker.page.locator('[data-act="report"]').count()).toBe(0);
  const states = await attributes(onlooker.page, "tr[data-town]", "data-state");
  expect(states).toContain("not-reported");
  expect([seen.errors, onlooker.seen.errors]).toEqual([[], []]);
  counted(context, {
    towns: states.length,
    silent: states.filter((state) => state === "not-reported").length,
    words: after?.words.length ?? 0,
  });
  await tab.close();
  await onlooker.context.close();
});
