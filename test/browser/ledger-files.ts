// What leaves the ledger as a file or on paper: the export and its way back in, notices and letters, the printed list. Checks by their numbers, told by ledger.test.ts on its demonstration.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { strFromU8, unzipSync } from "fflate";
import { expect, test } from "vitest";
import { checkLedgerFile } from "#cloud/ledger/sheet/check.ts";
import { readWorkbook } from "#protocols/excel/workbook.ts";
import { writeWorkbook } from "#protocols/excel/write.ts";
import { counted } from "../promise.ts";
import { until } from "../world/program.ts";
import { atTheLedger, type BureauStage, everything } from "./demo-stage.ts";
import { actAs, look } from "./eyes.ts";

interface Figures {
  readonly total: number;
}

/** The XML of one part of a workbook. */
const part = (file: string, name: RegExp): string[] => {
  const zip = unzipSync(new Uint8Array(readFileSync(file)));
  return Object.keys(zip)
    .filter((one) => name.test(one))
    .sort()
    .map((one) => strFromU8(zip[one] ?? new Uint8Array()));
};

export function ledgerFiles(on: BureauStage): void {
  const url = (): string => on.demo.url();

  test("check 18: the export is what the filter shows: title, frozen heading, numbers as dates, sums as the API's; csv cannot compute; and a file with two bad cells names both", async (context) => {
    on.bureau = await on.demo.as("bureau");
    const { page, context: tab } = await look(on.demo.browser, url());
    await atTheLedger(page, on);
    const totals = await on.bureau.get<{ rows: number; overdue_days: number; actual_fen: number }>("/api/v1/ledger/totals?matter=hazard");
    expect(totals.rows).toBeGreaterThanOrEqual(253);
    const taken = async (as: string, name = "export"): Promise<string> => {
      const [download] = await Promise.all([page.waitForEvent("download"), page.click(`[data-export="${as}"]`)]);
      const path = join(on.demo.folder, `${name}.${as}`);
      await download.saveAs(path);
      return path;
    };
    // What the filter shows and nothing else, all pages of it.
    await page.selectOption('select[name="state"]', "已销号");
    const closed = (await everything(on.bureau)).filter(({ state }) => state === "已销号").map(({ id }) => id);
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
    expect((await on.bureau.post("/api/v1/hazards", report)).status).toBe(201);
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
    const before = (await on.bureau.get<Figures>("/api/v1/ledger/figures")).total;
    await page.click('[data-act="import-good"]');
    await page.locator('[data-import="applied"]', { hasText: "已新增 1 条" }).waitFor();
    expect((await on.bureau.get<Figures>("/api/v1/ledger/figures")).total).toBe(before + 1);
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
    const id = (await everything(on.bureau)).find(({ received_at }) => received_at !== null)?.id ?? "";
    const { page, context: tab } = await look(on.demo.browser, url());
    await page.goto(url());
    await page.locator("header .person").waitFor();
    await actAs(page, "bureau");
    const printed = async (where: string, name: string, options = {}): Promise<string> => {
      await page.goto(where);
      if (where.includes("#")) await page.locator("tr[data-hazard]").first().waitFor();
      const path = join(on.demo.folder, name);
      await writeFile(path, await page.pdf({ format: "A4", preferCSSPageSize: true, ...options }));
      return path;
    };
    const late =
      (await everything(on.bureau, "overdue")).find(({ dispatched_at, responsible }) => dispatched_at !== null && responsible !== null)
        ?.id ?? "";
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
    const list = join(on.demo.folder, "list.pdf");
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
}
