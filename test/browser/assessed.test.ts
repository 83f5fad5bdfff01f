// Inspections by lot and results of assessment against the real demonstration, each as the people whose part it is: drawn, handed in, a hazard; appealed, decided by two; a step of a replacement; a quarter frozen.
import type { Page } from "playwright-core";
import { expect } from "vitest";
import type { HazardView } from "#protocols/api/hazards.ts";
import { counted } from "../promise.ts";
import { bureauStage } from "./demo-stage.ts";
import { type Look, openedAs } from "./eyes.ts";
import { withBrowser } from "./stage.ts";

const on = bureauStage();

const opened = (person: string, place: string): Promise<Look> => openedAs(on.demo.browser, on.demo.url(), { person, place });

interface Shown {
  readonly id: string;
  readonly seed: string | null;
  readonly visits: readonly { readonly site: string; readonly answers: readonly { readonly hazard?: string }[] | null }[];
}

withBrowser(
  "inspections: the bureau draws, one of the two hands in by the keyboard alone, the finding is a hazard; who is looked at sees it afterwards and not before",
  async (context) => {
    const bureau = await opened("bureau", "#/inspections");
    const { page } = bureau;
    await page.click('[data-act="draw"]');
    await page.selectOption('[data-draw] select[name="checklist"]', "fire");
    await page.fill('[data-draw] input[name="compounds"]', "3");
    await page.fill('[data-draw] input[name="note"]', "冬季消防专项");
    await page.keyboard.press("Enter");
    const told = (await page.locator("[data-told]").textContent()) ?? "";
    const seed = /[0-9a-f]{32}/.exec(told)?.[0];
    const drawn = await (await on.demo.as("bureau")).get<Shown[]>("/api/v1/ledger/inspections");
    expect(drawn[0]?.seed).toBe(seed);
    // With three compounds drawn and two people who reach the other town, some of them are the bureau's.
    const mine = page.locator(`[data-visit-row^="${drawn[0]?.id}/"][data-mine="true"]`).first();
    const key = (await mine.getAttribute("data-visit-row")) ?? "";
    const site = key.split("/")[1] ?? "";
    const company = site === "jinxiu" ? "property" : `${site}-property`;
    const held = async (): Promise<string[]> =>
      (await (await on.demo.as(company)).get<Shown[]>("/api/v1/ledger/inspections")).flatMap(({ id, visits }) =>
        visits.map((visit) => `${id}/${visit.site}`),
      );
    expect(await held()).not.toContain(key);

    await mine.locator(".row-link").focus();
    await page.keyboard.press("Enter");
    await page.locator("[data-hand-in]").waitFor();
    for (const item of ["exits", "hydrant", "alarm", "water"]) {
      await page.locator(`[data-item="${item}"] input[type="radio"]`).first().focus();
      await page.keyboard.press("Space");
      if (item === "hydrant") await page.keyboard.press("ArrowRight");
    }
    await page.fill('[name="place-hydrant"]', "5 栋 2 层");
    await page.fill('[name="words-hydrant"]', "消火栓无水");
    await page.keyboard.press("Enter");
    const link = page.locator('[data-hazard-of="hydrant"]');
    await link.waitFor();
    const id = ((await link.textContent()) ?? "").replace(/^隐患 /, "");
    const hazard = await (await on.demo.as("bureau")).get<HazardView>(`/api/v1/hazards/${id}`);
    expect([hazard.source, hazard.place, hazard.zh, hazard.site, hazard.state]).toEqual([
      "双随机",
      "5 栋 2 层",
      "消火栓无水",
      site,
      "待派单",
    ]);
    await link.click();
    await page.locator("[data-hazard-detail]").waitFor();
    await page.keyboard.press("Escape");
    await page.locator(`[data-visit="${key}"]`).waitFor();
    expect(await held()).toContain(key);

    const theirs = await opened(company, "#/inspections");
    await theirs.page.locator(`[data-visit-row="${key}"]`).waitFor();
    expect(await theirs.page.locator('[data-act="draw"], [data-view="planned"]').count()).toBe(0);
    const asked = { checklist: "fire", compounds: 1, note: "不该" };
    expect((await (await on.demo.as(company)).post("/api/v1/ledger/inspections", asked)).status).toBe(403);
    expect([...bureau.seen.errors, ...theirs.seen.errors, ...bureau.seen.foreign]).toEqual([]);
    counted(context, { drawn: 3, items: 4, hazards: 1, refused: 1 });
    await Promise.all([bureau.context.close(), theirs.context.close()]);
  },
  60_000,
);

const entryOf = (page: Page, id: string) => page.locator(`[data-entry-id="${id}"]`);

withBrowser(
  "appeals: the company appeals, the scorer may not decide, two others do, each for himself; only then are the points given back",
  async (context) => {
    const company = await opened("yunding-property", "#/awards?view=entries");
    const box = company.page
      .locator('[data-entry-of="yunding"][data-source="town"]')
      .filter({ has: company.page.locator('[data-act="appeal"]') });
    const id = (await box.first().getAttribute("data-entry-id")) ?? "";
    expect(await company.page.locator('[data-act="write"], [data-act="decide"]').count()).toBe(0);
    const quarter = await company.page.locator('select[name="quarter"]').inputValue();
    const state = async (): Promise<string | undefined> => {
      const path = `/api/v1/assessment/entries?scheme=stars-third&period=${quarter}`;
      const { entries } = await (await on.demo.as("bureau")).get<{ entries: { id: string; state: string }[] }>(path);
      return entries.find((one) => one.id === id)?.state;
    };
    await entryOf(company.page, id).locator('[data-act="appeal"]').click();
    await company.page.fill('[data-form="appeal"] textarea', "该处已于当日整改");
    await company.page.click('[data-form="appeal"] [type="submit"]');
    await entryOf(company.page, id).locator('[data-appeal="waiting"]').waitFor();
    const looks: Look[] = [];
    for (const person of ["assessor", "bureau"]) {
      expect(await state()).toBe("standing");
      const one = await opened(person, "#/awards?view=entries&state=mine");
      looks.push(one);
      await entryOf(one.page, id).locator('[data-act="decide"]').click();
      await entryOf(one.page, id).locator('input[value="void"]').check();
      await entryOf(one.page, id).locator('[type="submit"]').click();
      await entryOf(one.page, id).waitFor({ state: "detached" });
    }
    expect(await state()).toBe("void");
    // The street wrote what the first compound appealed: it sees it, and has no part in it.
    const street = await opened("street", "#/awards?view=entries&state=appealed");
    await street.page.locator('[data-entry-of="jinxiu"] [data-appeal="waiting"]').waitFor();
    expect(await street.page.locator('[data-act="decide"]').count()).toBe(0);
    expect([company, street, ...looks].flatMap(({ seen }) => seen.errors)).toEqual([]);
    counted(context, { appealed: 1, "decided by": looks.length, "posts looked from": 4 });
    await Promise.all([company, street, ...looks].map(({ context: tab }) => tab.close()));
  },
  60_000,
);

withBrowser(
  "results: lists of a frozen quarter, the sample and where it disagrees, a replacement taken a step further by who may; a company that may not sees its road and no button",
  async (context) => {
    const bureau = await opened("bureau", "#/awards");
    const { page } = bureau;
    await page.locator("[data-award]").first().waitFor();
    const periods = await page.locator('select[name="period"] option').allTextContents();
    expect(periods.length).toBe(5);
    await page.selectOption('select[name="period"]', periods[1] ?? "");
    await page.click('[data-list="failed"]');
    await page.locator('[data-award="jinxiu"]').waitFor({ state: "detached" });
    expect(await page.locator("[data-award]").evaluateAll((all) => all.map((row) => row.getAttribute("data-award")))).toEqual(["yunding"]);
    const address = page.url();
    await page.reload();
    await page.locator('[data-award="yunding"]').waitFor();
    expect(page.url()).toBe(address);
    await page.click('[data-view="sample"]');
    await page.locator("[data-compared]").first().waitFor();
    expect([await page.locator("[data-town]").count(), await page.locator('[data-disagree="true"]').count()]).toEqual([2, 1]);
    await page.click('[data-view="replacement"]');
    const course = page.locator('[data-course][data-site="yunding"]');
    await course.locator('[data-road="order"][data-taken="true"]').waitFor();
    await course.locator('[data-step="mended"]').click();
    await page.fill('[data-step-form] input[name="reference"]', "复核意见 演示〔9〕号");
    await page.fill('[data-step-form] textarea[name="note"]', "款项已归还并公示");
    await page.click('[data-step-form] [type="submit"]');
    await page.locator('[data-course][data-site="yunding"][data-state="kept"]').waitFor();

    const company = await opened("yunding-property", "#/awards?view=replacement");
    await company.page.locator('[data-road="mended"][data-taken="true"]').waitFor();
    expect(await company.page.locator("[data-step], [data-act]").count()).toBe(0);
    const other = await opened("property", "#/awards?view=replacement");
    await other.page.locator(".empty").waitFor();
    const installer = await opened("installer", "#/awards");
    await installer.page.locator('[data-not-for-this-post="awards"]').waitFor();
    expect([bureau, company, other, installer].flatMap(({ seen }) => seen.errors)).toEqual([]);
    counted(context, { periods: periods.length, towns: 2, disagreements: 1, steps: 1, "posts looked from": 4 });
    await Promise.all([bureau, company, other, installer].map(({ context: tab }) => tab.close()));
  },
  60_000,
);
