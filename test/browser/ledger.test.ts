// The bureau's pages against the real demonstration: its processes, its ninety days. Checks by their numbers; by this file's name and in the full set.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { strFromU8, unzipSync } from "fflate";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { rungsOf, usualLadder } from "#cloud/ledger/clocks.ts";
import { usualPolicy } from "#cloud/ledger/policy.ts";
import { checkLedgerFile } from "#cloud/ledger/sheet/check.ts";
import type { Visitor } from "#command/demo/visitor.ts";
import type { HazardNotice } from "#protocols/api/hazards.ts";
import type { HazardView } from "#protocols/api/views.ts";
import { readWorkbook } from "#protocols/excel/workbook.ts";
import { writeWorkbook } from "#protocols/excel/write.ts";
import { fromRfc3339 } from "#protocols/vocabulary/time.ts";
import { counted } from "../promise.ts";
import { until } from "../world/program.ts";
import { type Demo, openDemo } from "./demo.ts";
import { actAs, look } from "./eyes.ts";

let demo: Demo;
let folder = "";
let browser: Browser;
let bureau: Visitor;
const url = (): string => demo.url();
const day = 86_400_000;
/** How far the cloud's clock is ahead. */
let moved = 0;
interface Figures {
  readonly total: number;
  readonly overdue: number;
}

beforeAll(async () => {
  demo = await openDemo({ history: true });
  ({ browser, folder } = demo);
  bureau = await demo.as("bureau");
  await until("the ninety days", async () => (await bureau.get<Figures>("/api/v1/ledger/figures")).total >= 253 || undefined, {
    within_ms: 60_000,
  });
}, 120_000);
afterAll(() => demo?.end());

const rows = (page: Page): Promise<string[]> =>
  page
    .locator("tr[data-hazard]")
    .evaluateAll((all) => (all as unknown as { dataset: { hazard: string } }[]).map((row) => row.dataset.hazard));
/** Whoever comes begins at his own first screen; from there to the list. */
async function asBureau(page: Page): Promise<void> {
  await page.goto(url());
  await page.locator("header .person").waitFor();
  await actAs(page, "bureau");
  await page.evaluate('location.hash = "#/ledger?view=all"');
  await page.locator("tr[data-hazard]").first().waitFor();
}
async function listed(page: Page, where: string): Promise<string[]> {
  await page.locator(`[data-pages^="${where}/"]`).waitFor();
  await page.waitForTimeout(600);
  return rows(page);
}
async function everything(visitor: Visitor, list = "all"): Promise<HazardView[]> {
  const found: HazardView[] = [];
  for (let page = 1; ; page += 1) {
    const answer = await visitor.get<{ items: HazardView[]; total: number }>(
      `/api/v1/hazards?list=${list}&matter=hazard&limit=100&page=${page}`,
    );
    found.push(...answer.items);
    if (answer.items.length < 100) return found;
  }
}

test("check 15: filters, sort and page stand in the address: the same rows after a reload, after Back, and for whoever may see them", async (context) => {
  const { page, seen, context: tab } = await look(browser, url());
  await asBureau(page);
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
  await other.page.goto(address);
  await other.page.locator("header .person").waitFor();
  expect(await other.page.inputValue('select[name="grade"]')).toBe("一般");
  expect(await other.page.inputValue('select[name="state"]')).toBe("已销号");
  expect(await other.page.inputValue('select[name="sort"]')).toBe("found");
  expect(await other.page.inputValue('input[name="text"]')).toBe("栋");
  // What the cloud gives this very person for this very question: the whole of it, page by page, of no other compound.
  const own = await demo.as("property");
  const question = `list=all&grade=${encodeURIComponent("一般")}&state=${encodeURIComponent("已销号")}&text=${encodeURIComponent("栋")}&sort=found&limit=50`;
  const asked = (number: number) => own.get<{ items: HazardView[]; total: number }>(`/api/v1/hazards?${question}&page=${number}`);
  const [page1, page2] = [await asked(1), await asked(2)];
  if (page2.items.length > 0) expect(await listed(other.page, "2")).toEqual(page2.items.map(({ id }) => id));
  await other.page.goto(address.replace("page=2", "page=1"));
  await other.page.locator("tr[data-hazard]").first().waitFor();
  const theirs = await listed(other.page, "1");
  expect(theirs).toEqual(page1.items.map(({ id }) => id));
  expect(theirs.every((id) => id.startsWith("JXHY-"))).toBe(true);
  expect(first.some((id) => !id.startsWith("JXHY-"))).toBe(true);
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
  const statuses: number[] = [];
  two.on("response", (response) => {
    if (response.request().method() === "POST" && response.url().endsWith("/transitions")) statuses.push(response.status());
  });
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
  for (const who of ["bureau", "street"]) expect(notes.filter((note) => note === `备注 ${who}`)).toHaveLength(1);
  expect(statuses).toEqual([412, 200]);
  // The second one's own timeline shows both.
  await two.locator(".steps .step-note", { hasText: "备注 bureau" }).waitFor();
  await two.locator(".steps .step-note", { hasText: "备注 street" }).waitFor();
  counted(context, { writers: 2, "refused with 412": 1, lost: 0 });
  await Promise.all(tabs.map(({ context: tab }) => tab.close()));
});

const rungs = (deadline: number, now: number) => rungsOf(usualPolicy.calendar, usualLadder, deadline).filter(({ at }) => at <= now);

/** What the demonstration's receiver took: titles and what each message tells. */
const inbox = async (): Promise<{ message: { notices: { zh: string }[] } }[]> =>
  (await (await fetch(`${demo.compound.simulator.control}/inbox`)).json()) as { message: { notices: { zh: string }[] } }[];

test("check 17: a day, three and seven after the deadline: days and level are right, every rung stands in the history once, with how far its notice came; a postponement keeps the first deadline in sight; a frozen week keeps its hash", async (context) => {
  const late = await everything(bureau, "overdue");
  expect(late.length).toBeGreaterThanOrEqual(47);
  for (const one of late)
    expect(one.overdue_days, one.id).toBe(Math.floor((Date.now() - (fromRfc3339(one.deadline ?? "") ?? 0)) / day) + 1);

  // One is postponed: asked for by the property, granted by an officer.
  const at = (one: HazardView): number => fromRfc3339(one.deadline ?? "") ?? 0;
  const open = (await everything(bureau, "open")).filter(
    ({ site, state, pending, postponements }) => site === "jinxiu" && state === "整改中" && pending === null && postponements === 0,
  );
  const ahead = open.filter((one) => at(one) > Date.now() + day).sort((a, b) => at(a) - at(b));
  const [watched, postponed] = [ahead[0], ahead[1]];
  if (watched === undefined || postponed === undefined) throw new Error("the demonstration has too few hazards that are not due yet");
  const move = async (person: string, id: string, body: object): Promise<void> => {
    const answer = await (await demo.as(person)).post(`/api/v1/hazards/${id}/transitions`, body);
    expect([person, answer.status, answer.ok ? "" : await answer.text()]).toEqual([person, 200, ""]);
  };
  const until_ = new Date(at(postponed) + 10 * day).toISOString().replace("Z", "+00:00");
  await move("property", postponed.id, { action: "ask-postponement", note: "配件到货晚", until: until_ });
  await move("street", postponed.id, { action: "grant-postponement", note: "同意" });

  const weeks = await bureau.get<{ weeks: { week: string; hash: string }[]; sound: boolean }>("/api/v1/ledger/snapshots");
  const { page, context: tab } = await look(browser, url());
  let stood = 0;
  const before = watched.steps.filter(({ action }) => action === "escalate").length;
  for (const days of [1, 3, 7]) {
    // Noon of that day after the deadline.
    const now = Date.now() + moved;
    const to = at(watched) + (days - 1) * day + day / 2;
    moved += to - now;
    await demo.ahead(Math.round(to - now));
    // Whoever was signed in days ago is not any more.
    bureau = await demo.as("bureau");
    const due = rungs(at(watched), to);
    const level = Math.max(0, ...due.map(({ rung }) => rung.level));
    // The ladder is walked once a minute; an officer may have it walked at once.
    if (days < 7) expect((await bureau.post("/api/v1/ledger/escalations", {})).status).toBe(200);
    const seen = await until(
      `level ${level} after ${days} days`,
      async () => {
        const one = await bureau.get<HazardView>(`/api/v1/hazards/${watched.id}`);
        return one.steps.filter(({ action }) => action === "escalate").length >= due.length ? one : undefined;
      },
      { within_ms: 90_000 },
    );
    const steps = seen.steps.filter(({ action }) => action === "escalate");
    expect([seen.overdue_days, seen.level, steps.length]).toEqual([days, level, due.length]);
    // Once each, in their order, with whom they told.
    expect(steps.map(({ note }) => note.split("（")[0])).toEqual(due.map(({ rung }) => rung.zh));
    expect(steps.every(({ note }) => note.includes("→"))).toBe(true);
    stood = steps.length;
    await page.goto(url());
    await page.locator("header .person").waitFor();
    await actAs(page, "bureau");
    await page.evaluate(`location.hash = "#/ledger?view=all&text=${watched.id}"`);
    await page.locator(`tr[data-hazard="${watched.id}"] .overdue`, { hasText: `逾 ${days} 天` }).waitFor();
  }
  // Each of these rungs told somebody: under its step stands that it arrived, and the receiver has it once. What came together waits a minute for its digest.
  await demo.ahead(2 * 60_000);
  moved += 2 * 60_000;
  const rungSteps = (await bureau.get<HazardView>(`/api/v1/hazards/${watched.id}`)).steps
    .filter(({ action }) => action === "escalate")
    .slice(before);
  expect(rungSteps.length).toBeGreaterThanOrEqual(3);
  const told = await until(
    "every notice arrived",
    async () => {
      const notices = await bureau.get<HazardNotice[]>(`/api/v1/hazards/${watched.id}/notices`);
      return notices.length >= rungSteps.length &&
        notices.every(({ deliveries }) => deliveries.length > 0 && deliveries.every(({ state }) => state === "delivered"))
        ? notices
        : undefined;
    },
    { within_ms: 60_000, every_ms: 500 },
  );
  expect(told.map(({ step }) => step)).toEqual(rungSteps.map(({ seq }) => seq));
  await page.evaluate(`location.hash = "#/ledger?view=all&show=hazard:${watched.id}"`);
  for (const { seq } of rungSteps)
    await page
      .locator(`[data-step="${seq}"] [data-told="${seq}"] [data-delivery="delivered"]`, { hasText: /演示收件箱 · 已送达/ })
      .waitFor();
  const arrived = (await inbox()).flatMap(({ message }) => message.notices).filter(({ zh }) => zh.includes(watched.id));
  expect(arrived.length).toBe(rungSteps.length);
  await page.keyboard.press("Escape");
  await page.waitForSelector("dialog", { state: "detached" });
  await page.evaluate(`location.hash = "#/ledger?view=all&text=${postponed.id}"`);
  await page.locator(`tr[data-hazard="${postponed.id}"] .first-deadline`, { hasText: /原定 \d\d-\d\d，延 1 次 \+10 天/ }).waitFor();
  // What is put right afterwards changes no week that was frozen; a new one may have been frozen meanwhile.
  const correction = { action: "correct", note: "更正位置", field: "place", value: "更正后的位置" };
  const target = late.find(({ found_at }) => (fromRfc3339(found_at) ?? Date.now()) < Date.now() - 21 * day) ?? late[0];
  expect((await bureau.post(`/api/v1/hazards/${target?.id}/transitions`, correction)).status).toBe(200);
  const after = await bureau.get<typeof weeks>("/api/v1/ledger/snapshots");
  const hashes = new Map(after.weeks.map(({ week, hash }) => [week, hash]));
  expect(weeks.weeks.map(({ week }) => hashes.get(week))).toEqual(weeks.weeks.map(({ hash }) => hash));
  expect([weeks.sound, after.sound]).toEqual([true, true]);
  counted(context, {
    overdue: late.length,
    moments: 3,
    "rungs of the one that was watched": stood,
    "notices that arrived": arrived.length,
    postponed: 1,
    weeks: weeks.weeks.length,
  });
  await tab.close();
}, 400_000);

/** The XML of one part of a workbook. */
const part = (file: string, name: RegExp): string[] => {
  const zip = unzipSync(new Uint8Array(readFileSync(file)));
  return Object.keys(zip)
    .filter((one) => name.test(one))
    .sort()
    .map((one) => strFromU8(zip[one] ?? new Uint8Array()));
};

test("check 18: the export is what the filter shows: title, frozen heading, numbers as dates, sums as the API's; csv cannot compute; and a file with two bad cells names both", async (context) => {
  bureau = await demo.as("bureau");
  const { page, context: tab } = await look(browser, url());
  await asBureau(page);
  const totals = await bureau.get<{ rows: number; overdue_days: number; actual_fen: number }>("/api/v1/ledger/totals?matter=hazard");
  expect(totals.rows).toBeGreaterThanOrEqual(253);
  const taken = async (as: string, name = "export"): Promise<string> => {
    const [download] = await Promise.all([page.waitForEvent("download"), page.click(`[data-export="${as}"]`)]);
    const path = join(folder, `${name}.${as}`);
    await download.saveAs(path);
    return path;
  };
  // What the filter shows and nothing else, all pages of it.
  await page.selectOption('select[name="state"]', "已销号");
  const closed = (await everything(bureau)).filter(({ state }) => state === "已销号").map(({ id }) => id);
  await page.locator(`[data-pages="1/${Math.ceil(closed.length / 50)}"]`).waitFor();
  const narrowed = readFileSync(await taken("csv", "narrowed"), "utf8").match(/(JXHY|CHYY|YDXC)-\d{8}-\d+/g) ?? [];
  expect([...new Set(narrowed)].sort()).toEqual([...closed].sort());
  await page.selectOption('select[name="state"]', "");
  await page.locator(`[data-pages="1/${Math.ceil(totals.rows / 50)}"]`).waitFor();
  const workbook = await taken("xlsx");
  const bytes = new Uint8Array(readFileSync(workbook));
  const sheets = readWorkbook(bytes);
  const lists = sheets.filter(({ name }) => !["汇总", "说明", "照片附件"].includes(name));
  expect(lists.length).toBe(3);
  const numbered = JSON.stringify(lists).match(/"(JXHY|CHYY|YDXC)-\d{8}-\d+"/g) ?? [];
  expect(new Set(numbered).size).toBe(totals.rows);
  // The sums of all sheets, in whole fen, are what the API says; every cell is of its kind.
  expect(checkLedgerFile(bytes, totals as Parameters<typeof checkLedgerFile>[1]).complaints).toEqual([]);
  const parts = part(workbook, /^xl\/worksheets\/sheet\d+\.xml$/);
  const frozen = parts.filter((xml) => /<pane [^>]*ySplit="3"[^>]*state="frozen"/.test(xml)).length;
  expect(frozen).toBeGreaterThanOrEqual(lists.length);
  const all = part(workbook, /^xl\/(worksheets\/sheet\d+|sharedStrings)\.xml$/).join("");
  expect(all).toContain("消防隐患与电动自行车停放充电隐患整改台账");
  // A date is a number with a form, counted from 1900 (about 46 000 in these years): every row has at least the one on which it was found. Its number and its place are texts.
  const dates = parts.join("").match(/<c [^>]*s="\d+"[^>]*>\s*<v>4[5-7]\d{3}(\.\d+)?<\/v>/g)?.length ?? 0;
  expect(dates).toBeGreaterThanOrEqual(totals.rows);
  expect(all).not.toMatch(/<v>[^<]*(JXHY|CHYY|YDXC)-/);
  // A cell that a sheet would take for a formula.
  const report = { site: "jinxiu", place: "=1+1", category: "演示", zh: "=1+1", source: "网格巡查" };
  expect((await bureau.post("/api/v1/hazards", report)).status).toBe(201);
  const csv = readFileSync(await taken("csv"), "utf8");
  expect(csv.charCodeAt(0)).toBe(0xfeff);
  expect(csv.trimEnd().split("\r\n").length).toBeGreaterThanOrEqual(totals.rows + 2);
  expect(csv).toContain("'=1+1");
  expect(csv).not.toMatch(/(^|,|")=1/m);

  // The same workbook, with a date and a grade that nobody can read.
  const bad = writeWorkbook([
    {
      ...{ name: "锦绣花园", title: "台账", info: "" },
      columns: ["小区", "发现时间", "部位/点位", "隐患类别", "隐患描述", "等级"].map((head) => ({
        head,
        kind: "text" as const,
        width: 16,
      })),
      rows: [
        ["锦绣花园（演示）", "2026-11-02", "3 栋 1 单元", "电气", "线路老化", "一般"],
        ["锦绣花园（演示）", "下个月", "3 栋 2 单元", "电气", "插座松动", "一般"],
        ["锦绣花园（演示）", "2026-11-04", "3 栋 3 单元", "电气", "飞线充电", "特级"],
      ],
    },
  ]);
  await page.click('[data-act="import"]');
  await page.setInputFiles('[name="ledger-file"]', { name: "bad.xlsx", mimeType: "application/octet-stream", buffer: Buffer.from(bad) });
  await page.locator('[data-import-errors="2"]').waitFor();
  const cells = await page
    .locator("[data-cell]")
    .evaluateAll((rows) =>
      rows.map((row) => [row.getAttribute("data-row"), row.getAttribute("data-cell"), row.textContent ?? ""] as const),
    );
  expect(cells.map(([row, cell]) => [row, cell])).toEqual([
    ["5", "B5"],
    ["6", "F6"],
  ]);
  expect(cells[0]?.[2]).toContain("发现时间");
  expect(cells[1]?.[2]).toContain("等级");
  const before = (await bureau.get<Figures>("/api/v1/ledger/figures")).total;
  await page.click('[data-act="import-good"]');
  await page.locator('[data-import="applied"]', { hasText: "已新增 1 条" }).waitFor();
  expect((await bureau.get<Figures>("/api/v1/ledger/figures")).total).toBe(before + 1);
  counted(context, {
    rows: totals.rows,
    "rows of the filter": closed.length,
    "dates as numbers": dates,
    sheets: lists.length,
    "frozen at row 3": frozen,
    "bad cells named": cells.length,
    imported: 1,
  });
  await tab.close();
});

test("check 19: a notice and a letter of supervision stand in the text area of an official paper, a list has its head on every sheet", async (context) => {
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
  const late =
    (await everything(bureau, "overdue")).find(({ dispatched_at, responsible }) => dispatched_at !== null && responsible !== null)?.id ??
    "";
  const edges: Record<string, number> = {};
  const papers: string[] = [];
  for (const [kind, of, words] of [
    ["notice", id, "整改通知书"],
    ["supervision", late, "督办单"],
  ] as const) {
    const paper = await printed(`${url()}/api/v1/hazards/${of}/paper?kind=${kind}`, `${kind}.pdf`);
    const boxes = [
      ...execFileSync("pdftotext", ["-bbox", paper, "-"])
        .toString()
        .matchAll(/xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)"/g),
    ];
    const mm = (points: string | undefined): number => (Number(points) / 72) * 25.4;
    // Words without spaces between them: each line is one or two.
    expect(boxes.length, kind).toBeGreaterThan(8);
    const left = Math.min(...boxes.map((box) => mm(box[1])));
    const right = Math.max(...boxes.map((box) => mm(box[3])));
    const top = Math.min(...boxes.map((box) => mm(box[2])));
    const bottom = Math.max(...boxes.map((box) => mm(box[4])));
    // GB/T 9704: 28 mm at the left, 37 at the top, 26 at the right, 35 at the foot, each within a millimetre; a sheet that is not full ends sooner.
    for (const [edge, at] of [
      [left, 28],
      [right, 210 - 26],
      [top, 37],
    ] as const)
      expect(Math.abs(edge - at), `${kind} ${at}`).toBeLessThanOrEqual(1);
    expect(bottom, kind).toBeLessThanOrEqual(297 - 35 + 1);
    const text = execFileSync("pdftotext", [paper, "-"]).toString();
    expect(text).toContain(words);
    expect(text).not.toMatch(/值班台|\ufffd/);
    Object.assign(edges, { [`${kind}: left, mm`]: Math.round(left * 10) / 10, [`${kind}: top, mm`]: Math.round(top * 10) / 10 });
    papers.push(paper);
  }
  await page.goto("about:blank");
  // The whole list of the filter, not the fifty rows of its first page.
  await page.addInitScript("window.print = () => { window.printed = true; }");
  await page.goto(`${url()}/#/ledger?view=all&state=${encodeURIComponent("已销号")}`);
  await page.locator("tr[data-hazard]").first().waitFor();
  await page.click('[data-act="print"]');
  const printing = "window.printed === true && document.querySelectorAll('tr[data-hazard]').length >= 120";
  await until("the whole list", async () => (await page.evaluate(printing)) || undefined, { within_ms: 15_000 });
  const many = await page.locator("tr[data-hazard]").count();
  const list = join(folder, "list.pdf");
  await writeFile(list, await page.pdf({ preferCSSPageSize: true }));
  const sheets = execFileSync("pdftotext", ["-layout", list, "-"])
    .toString()
    .split("\f")
    .filter((sheet) => sheet.trim() !== "");
  expect(sheets.length).toBeGreaterThan(1);
  for (const [index, sheet] of sheets.entries()) {
    expect(sheet, `sheet ${index + 1}`).toMatch(/编号/);
    expect(sheet, `sheet ${index + 1}`).toMatch(new RegExp(`${index + 1} / ${sheets.length}\\b`));
  }
  const whole = sheets.join("");
  expect(new Set(whole.match(/(JXHY|CHYY|YDXC)-\d{8}-\d+/g)).size).toBe(many);
  expect(whole).not.toContain("值班台");
  expect(whole).toContain("打印人 住建专员戊");
  // Every font is in the file: no box stands for a letter.
  for (const file of [...papers, list]) {
    const fonts = execFileSync("pdffonts", [file]).toString().trim().split("\n").slice(2);
    expect(fonts.length).toBeGreaterThan(0);
    expect(fonts.filter((font) => !/ yes +(yes|no) +yes /.test(font))).toEqual([]);
  }
  counted(context, { papers: papers.length, ...edges, rows: many, sheets: sheets.length });
  await tab.close();
});
