// The bureau's pages against the real demonstration: its processes, its ninety days. Checks by their numbers; by this file's name and in the full set.
import { execFileSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { rungsOf, usualLadder } from "#cloud/ledger/clocks.ts";
import { usualPolicy } from "#cloud/ledger/policy.ts";
import { type Compound, startCompound } from "#command/demo/compound.ts";
import { Visitor } from "#command/demo/visitor.ts";
import type { HazardView } from "#protocols/api/views.ts";
import { readWorkbook } from "#protocols/excel/workbook.ts";
import { fromRfc3339 } from "#protocols/vocabulary/time.ts";
import { counted } from "../promise.ts";
import { until } from "../world/program.ts";
import { actAs, launch, look } from "./eyes.ts";

let folder = "";
let compound: Compound;
let browser: Browser;
let bureau: Visitor;
const url = (): string => compound.cloud().ready.http;
interface Figures {
  readonly total: number;
  readonly overdue: number;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "cuobian-bureau-"));
  [compound, browser] = await Promise.all([
    startCompound({ folder, seed: 7, port: 0, steady: false, history: true, step: () => {}, note: () => {} }),
    launch(),
  ]);
  bureau = new Visitor(url());
  await bureau.signIn("bureau");
  await until("the ninety days", async () => (await bureau.get<Figures>("/api/v1/ledger/figures")).total >= 253 || undefined, {
    within_ms: 60_000,
  });
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await compound?.stop();
  await rm(folder, { recursive: true, force: true });
});

const rows = (page: Page): Promise<string[]> =>
  page
    .locator("tr[data-hazard]")
    .evaluateAll((all) => (all as unknown as { dataset: { hazard: string } }[]).map((row) => row.dataset.hazard));
async function listed(page: Page, where: string): Promise<string[]> {
  await page.locator(`[data-pages^="${where}/"]`).waitFor();
  await page.waitForTimeout(600);
  return rows(page);
}
async function everything(visitor: Visitor, list = "all"): Promise<HazardView[]> {
  const found: HazardView[] = [];
  for (let page = 1; ; page += 1) {
    const answer = await visitor.get<{ items: HazardView[]; total: number }>(`/api/v1/hazards?list=${list}&limit=100&page=${page}`);
    found.push(...answer.items);
    if (answer.items.length < 100) return found;
  }
}

test("check 15: filters, sort and page stand in the address: the same rows after a reload, after Back, and for whoever may see them", async (context) => {
  const { page, seen, context: tab } = await look(browser, url());
  await page.goto(`${url()}/#/ledger?view=all`);
  await page.locator("tr[data-hazard]").first().waitFor();
  await actAs(page, "bureau");
  await page.selectOption('select[name="grade"]', "一般");
  await page.selectOption('select[name="state"]', "已销号");
  await page.fill('input[name="text"]', "栋");
  await page.keyboard.press("Enter");
  await page.selectOption('select[name="sort"]', "found");
  const first = await listed(page, "1");
  await page.click('[data-page="later"]');
  const second = await listed(page, "2");
  expect([first.length, second.length]).toEqual([50, 50]);
  expect(first.filter((id) => second.includes(id))).toEqual([]);
  const address = page.url();
  await page.reload();
  expect(await listed(page, "2")).toEqual(second);
  await page.goBack();
  expect(await listed(page, "1")).toEqual(first);
  // To another role, as a link: the same filter, its own rows.
  const other = await look(browser, url());
  await other.page.goto(address.replace("page=2", "page=1"));
  await other.page.locator("tr[data-hazard]").first().waitFor();
  const theirs = await rows(other.page);
  expect(theirs.every((id) => id.startsWith("JXHY-"))).toBe(true);
  expect(await other.page.inputValue('select[name="state"]')).toBe("已销号");
  expect(await other.page.inputValue('input[name="text"]')).toBe("栋");
  expect([...seen.errors, ...other.seen.errors]).toEqual([]);
  expect([...seen.foreign, ...other.seen.foreign]).toEqual([]);
  counted(context, { rows: second.length, "of the second role": theirs.length, filters: 3 });
  await Promise.all([tab.close(), other.context.close()]);
});

test("check 16: two write on one hazard: the second is shown both, chooses, and the history has both", async (context) => {
  const id = (await everything(bureau, "open")).find((one) => one.state === "整改中" && one.site === "jinxiu")?.id ?? "";
  const tabs = await Promise.all(["bureau", "street"].map(async (who) => ({ who, ...(await look(browser, url())) })));
  for (const { page, who } of tabs) {
    await page.goto(`${url()}/#/ledger?view=all`);
    await page.locator("tr[data-hazard]").first().waitFor();
    await actAs(page, who);
    await page.evaluate(`location.hash = "#/ledger?view=all&show=hazard:${id}"`);
    await page.click('[data-hazard-detail] [data-action="comment"]');
    await page.fill('[data-form="comment"] textarea', `备注 ${who}`);
  }
  const [one, two] = tabs.map(({ page }) => page) as [Page, Page];
  await one.click('[data-form="comment"] button[type="submit"]');
  await one.locator('[data-form="comment"]').waitFor({ state: "detached" });
  await two.click('[data-form="comment"] button[type="submit"]');
  await two.locator("[data-conflict]").waitFor();
  expect(await two.locator("[data-mine]").textContent()).toBe("备注 street");
  await two.locator("[data-theirs]", { hasText: "备注 bureau" }).waitFor();
  await two.click('[data-keep="mine"]');
  await two.click('[data-form="comment"] button[type="submit"]');
  await two.locator('[data-form="comment"]').waitFor({ state: "detached" });
  const notes = (await bureau.get<HazardView>(`/api/v1/hazards/${id}`)).steps.map(({ note }) => note);
  for (const who of ["bureau", "street"]) expect(notes).toContain(`备注 ${who}`);
  counted(context, { writers: 2, refused: 1, lost: 0 });
  await Promise.all(tabs.map(({ context: tab }) => tab.close()));
});

test("check 17: days overdue, the ladder's level, the first deadline beside the new one; a frozen week keeps its hash", async (context) => {
  const late = await everything(bureau, "overdue");
  expect(late.length).toBeGreaterThanOrEqual(47);
  const now = Date.now();
  let rungs = 0;
  for (const one of late) {
    const deadline = fromRfc3339(one.deadline ?? "") ?? 0;
    expect(one.overdue_days, one.id).toBe(Math.floor((now - deadline) / 86_400_000) + 1);
    const stood = one.steps.filter(({ action }) => action === "escalate").length;
    // Every rung whose hour has come was stood on; one may have come while we looked.
    const due = rungsOf(usualPolicy.calendar, usualLadder, deadline).filter(({ at }) => at < now - 86_400_000);
    if (one.postponements === 0) expect(stood, one.id).toBeGreaterThanOrEqual(due.length);
    expect(one.level, one.id).toBeGreaterThanOrEqual(Math.max(0, ...due.map(({ rung }) => rung.level)));
    rungs += stood;
  }
  const postponed = late.find(({ postponements }) => postponements > 0);
  const { page, context: tab } = await look(browser, url());
  await page.goto(`${url()}/#/ledger?view=overdue`);
  await page.locator("tr[data-hazard]").first().waitFor();
  await actAs(page, "bureau");
  await page.evaluate(`location.hash = "#/ledger?view=overdue&text=${postponed?.id}"`);
  const row = page.locator(`tr[data-hazard="${postponed?.id}"]`);
  await row.locator(".first-deadline", { hasText: /原定 \d\d-\d\d，延 1 次 \+\d+ 天/ }).waitFor();
  await row.locator(".overdue", { hasText: `逾 ${postponed?.overdue_days} 天` }).waitFor();
  const weeks = await bureau.get<{ weeks: { week: string; hash: string }[]; sound: boolean }>("/api/v1/ledger/snapshots");
  const correction = { action: "correct", note: "更正位置", field: "place", value: "更正后的位置" };
  const target = late.find(({ found_at }) => (fromRfc3339(found_at) ?? now) < now - 21 * 86_400_000) ?? late[0];
  expect((await bureau.post(`/api/v1/hazards/${target?.id}/transitions`, correction)).status).toBe(200);
  const after = await bureau.get<typeof weeks>("/api/v1/ledger/snapshots");
  expect(after.weeks.map(({ hash }) => hash)).toEqual(weeks.weeks.map(({ hash }) => hash));
  expect([weeks.sound, after.sound]).toEqual([true, true]);
  counted(context, { overdue: late.length, rungs, weeks: after.weeks.length });
  await tab.close();
});

test("check 18: the export is what the filter shows: workbook and csv are read again, and their sums are the API's", async (context) => {
  const { page, context: tab } = await look(browser, url());
  await page.goto(`${url()}/#/ledger?view=all`);
  await page.locator("tr[data-hazard]").first().waitFor();
  await actAs(page, "bureau");
  await page.locator("tr[data-hazard]").first().waitFor();
  const totals = await bureau.get<{ rows: number; overdue_days: number; actual_fen: number }>("/api/v1/ledger/totals");
  const taken = async (as: string): Promise<Buffer> => {
    const [download] = await Promise.all([page.waitForEvent("download"), page.click(`[data-export="${as}"]`)]);
    const path = join(folder, `export.${as}`);
    await download.saveAs(path);
    return readFile(path);
  };
  const sheets = readWorkbook(new Uint8Array(await taken("xlsx")));
  const lists = sheets.filter(({ name }) => name !== "汇总" && name !== "说明");
  expect(lists.length).toBe(3);
  const numbered = JSON.stringify(lists).match(/"(JXHY|CHYY|YDXC)-\d{8}-\d+"/g) ?? [];
  expect(new Set(numbered).size).toBe(totals.rows);
  // A cell that a sheet would take for a formula.
  const report = { site: "jinxiu", place: "=1+1", category: "演示", zh: "=1+1", source: "网格巡查" };
  expect((await bureau.post("/api/v1/hazards", report)).status).toBe(201);
  const csv = (await taken("csv")).toString("utf8");
  expect(csv.charCodeAt(0)).toBe(0xfeff);
  expect(csv.trimEnd().split("\r\n").length).toBeGreaterThanOrEqual(totals.rows + 2);
  expect(csv).toContain("'=1+1");
  expect(csv).not.toMatch(/(^|,|")=1/m);
  counted(context, { rows: totals.rows, sheets: lists.length });
  await tab.close();
});

test("check 19: a notice stands in the text area of an official paper, a list has its head on every sheet", async (context) => {
  const id = (await everything(bureau)).find(({ received_at }) => received_at !== null)?.id ?? "";
  const { page, context: tab } = await look(browser, url());
  await page.goto(url());
  await page.locator("header .person").waitFor();
  await actAs(page, "bureau");
  const printed = async (where: string, name: string, options = {}): Promise<string> => {
    await page.goto(where);
    if (where.includes("#")) await page.locator("tr[data-hazard]").first().waitFor();
    const path = join(folder, name);
    await writeFile(path, await page.pdf({ format: "A4", preferCSSPageSize: true, ...options }));
    return path;
  };
  const paper = await printed(`${url()}/api/v1/hazards/${id}/paper?kind=notice`, "notice.pdf");
  const boxes = [
    ...execFileSync("pdftotext", ["-bbox", paper, "-"])
      .toString()
      .matchAll(/xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)"/g),
  ];
  const mm = (points: string | undefined): number => (Number(points) / 72) * 25.4;
  // Words without spaces between them: each line is one or two.
  expect(boxes.length).toBeGreaterThan(8);
  const left = Math.min(...boxes.map((box) => mm(box[1])));
  const right = Math.max(...boxes.map((box) => mm(box[3])));
  const top = Math.min(...boxes.map((box) => mm(box[2])));
  const bottom = Math.max(...boxes.map((box) => mm(box[4])));
  // GB/T 9704: 28 mm at the left, 37 at the top, 26 at the right, 35 at the foot, each within a millimetre.
  for (const [edge, at] of [
    [left, 28],
    [right, 210 - 26],
    [top, 37],
  ] as const)
    expect(Math.abs(edge - at)).toBeLessThanOrEqual(1);
  expect(bottom).toBeLessThanOrEqual(297 - 35 + 1);
  const text = execFileSync("pdftotext", [paper, "-"]).toString();
  expect(text).toContain("整改通知书");
  await page.goto("about:blank");
  const list = await printed(`${url()}/#/ledger?view=all`, "list.pdf");
  const sheets = execFileSync("pdftotext", ["-layout", list, "-"])
    .toString()
    .split("\f")
    .filter((sheet) => sheet.trim() !== "");
  expect(sheets.length).toBeGreaterThan(1);
  for (const sheet of sheets.slice(0, -1)) expect(sheet).toMatch(/编号/);
  expect(sheets.join("")).not.toContain("值班台");
  counted(context, { "left, mm": Math.round(left * 10) / 10, "top, mm": Math.round(top * 10) / 10, sheets: sheets.length });
  await tab.close();
});
