// P 09.excel: what is exported is checked by the command itself; what others keep in Excel is read, and every bad cell is named.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { strFromU8, strToU8, unzipSync, zipSync } from "fflate";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { openTestApi, type TestApi, tellEverything } from "#cloud/api/api-for-tests.ts";
import type { CloudConfig } from "#cloud/config/schema.ts";
import type { HazardView } from "#protocols/api/hazards.ts";
import { readWorkbook } from "#protocols/excel/workbook.ts";
import { csvLine, type Value } from "#protocols/excel/write.ts";
import { fromRfc3339 } from "#protocols/vocabulary/time.ts";
import { counted } from "#test/promise.ts";
import { type Answer, factsOfJinxiu, good, heads, sheetOf } from "#test/world/ledger-sheets.ts";
import { importFile, type Job, rankWeek, reconcile } from "../jobs.ts";
import { checkLedgerFile } from "./check.ts";
import { ledgerColumns, type Totals } from "./columns.ts";

const folder = mkdtempSync(join(tmpdir(), "cuobian-sheets-"));
let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
  await tellEverything(api.cloud);
});
afterAll(async () => {
  await api?.close();
  rmSync(folder, { recursive: true, force: true });
});

const post = async (role: "bureau-officer" | "property-manager" | "street-officer", url: string, payload: object) =>
  (await api.ask(role, { method: "POST", url, payload })).json();
const get = (url: string) => api.ask("bureau-officer", { method: "GET", url });

const take = async (bytes: Buffer, apply?: "all" | "good"): Promise<Answer> =>
  post("bureau-officer", "/api/v1/ledger/import", {
    name: "排查表.xlsx",
    base64: bytes.toString("base64"),
    ...(apply === undefined ? {} : { apply }),
  });

describe("P 09.excel", () => {
  beforeAll(async () => {
    const rule = await post("bureau-officer", "/api/v1/ledger/rules", {
      kind: "compound",
      scope: "jinxiu",
      valid_from: "2026-01-01",
      body: factsOfJinxiu,
      note: "建档",
    });
    expect(rule.version).toBe(1);
  });

  test("P 09.excel: an import with two bad cells names both, takes nothing, and takes the good lines when told to", async (context) => {
    const bad = good.map((row) => [...row]);
    (bad[0] as Value[])[9] = "13月底前";
    (bad[2] as Value[])[6] = "特大";
    const shown = await take(sheetOf(heads, bad), "all");
    expect(shown.errors.map(({ cell, head, zh }) => [cell, head, zh.slice(0, 8)])).toEqual([
      ["J4", "整改时限", "看不懂日期“13"],
      ["G6", "等级", "等级应为“一般”"],
    ]);
    expect([shown.applied, shown.added]).toEqual([false, ["排查表!5"]]);
    const unknown = good.map((row) => [...row]);
    (unknown[0] as Value[])[2] = "锦秀花园";
    (unknown[1] as Value[])[1] = "2026-02-30";
    expect((await take(sheetOf(heads, unknown))).errors.map(({ cell, zh }) => [cell, zh])).toEqual([
      ["C4", expect.stringContaining("是否想写“锦绣花园”")],
      ["C5", expect.stringContaining("没有小区")],
      ["B5", "没有这一天：2026-02-30"],
    ]);
    counted(context, { files: 2, "bad cells named": 5 });
  });

  test("P 09.excel: merged cells, 同上, 立行立改, 8月底前, 长期坚持 and aliases; taken twice it changes nothing, taken changed it says what", async (context) => {
    const first = await take(sheetOf(heads, good), "all");
    expect([first.errors, first.added.length, first.same]).toEqual([[], 3, 0]);
    const rows = await Promise.all(first.added.map(async (id) => (await get(`/api/v1/hazards/${id}`)).json() as HazardView));
    expect(
      rows.map((one) => [one.site, one.place, one.category, one.grade, one.deadline?.slice(0, 16) ?? null, one.state, one.source]),
    ).toEqual([
      ["jinxiu", "3 号楼", "消防设施", "一般", "2026-08-31T23:59", "待派单", "基线排查"],
      ["jinxiu", "地下室", "消防设施", "一般", "2026-03-02T23:59", "已销号", "基线排查"],
      ["jinxiu", "充电棚", "电动车", "重大", null, "整改中", "基线排查"],
    ]);
    expect(rows.map((one) => [one.responsible_person, one.responsible_phone, one.measure, one.actual_fen])).toEqual([
      ["张三", "13800000000", "检修管网；8月底前", null],
      ["张三", "13800000000", "更换；立行立改", 32_050],
      [null, null, "加隔墙；长期坚持", 1_200_000],
    ]);
    const again = await take(sheetOf(heads, good), "all");
    expect([again.added, again.changed, again.same]).toEqual([[], [], 3]);
    const moved = good.map((row) => [...row]);
    (moved[0] as Value[])[9] = "2026-09-30";
    (moved[0] as Value[])[7] = "新物业";
    const diff = await take(sheetOf(heads, moved));
    expect([diff.applied, diff.changed.map(({ changes }) => changes.map(({ field, now }) => `${field} ${String(now)}`))]).toEqual([
      false,
      [["responsible 新物业", "measure 检修管网", `deadline ${fromRfc3339("2026-09-30T23:59:59.999+08:00")}`], ["responsible 新物业"]],
    ]);
    const taken = await take(sheetOf(heads, moved), "all");
    // The second line says 同上: it follows.
    expect(taken.changed.map(({ id }) => id)).toEqual(first.added.slice(0, 2));
    const changed = (await get(`/api/v1/hazards/${first.added[0]}`)).json() as HazardView;
    expect([
      changed.responsible,
      changed.deadline?.slice(0, 10),
      changed.original_deadline?.slice(0, 10),
      changed.steps.at(-1)?.action,
    ]).toEqual([...["新物业", "2026-09-30", "2026-08-31", "import"]]);
    // One compound over three lines, merged.
    const merged = good.map((row, at) => [...row.slice(0, 2), at === 0 ? "锦绣花园" : null, ...row.slice(3)]);
    const read = await take(sheetOf(heads, merged, ["C4:C6"]));
    expect([read.errors, read.same + read.changed.length]).toEqual([[], 3]);
    counted(context, { lines: 3, imports: 5, "taken again, changed": 2 });
  });

  test("P 09.excel: full-width digits, Excel's own count of days, a workbook that counts from 1904; what is over is not before it was found, nor in the future", async () => {
    const lines = (more: readonly (readonly Value[])[], named = "读法"): Buffer =>
      sheetOf(
        ["小区名称", "点位位置", "隐患问题描述", "检查日期", "整改期限", "整改完成日期", "销号日期", "整改情况", "优先级", "实支金额"],
        more.map((cells, n) => ["锦绣花园", `${named} ${more.length}-${n} 号`, "疏散通道堆物", ...cells]),
      );
    const wide = await take(
      lines([["２０２６年３月２日", "８月底前", "２０２６－０３－０５", "2026/3/6", "已销号", "２", "￥１２３．５０"]]),
      "all",
    );
    const one = (await get(`/api/v1/hazards/${wide.added[0]}`)).json() as HazardView;
    expect([
      wide.errors,
      one.found_at.slice(0, 10),
      one.deadline?.slice(0, 10),
      one.rectified_at?.slice(0, 10),
      one.closed_at?.slice(0, 10),
    ]).toEqual([...[[], "2026-03-02", "2026-08-31", "2026-03-05", "2026-03-06"]]);
    expect([one.priority, one.actual_fen]).toEqual([2, 12_350]);
    // A day of closing alone says that it is closed; against a state that says otherwise it is a bad cell.
    const bad = await take(
      lines([
        ["2026-03-02", null, null, "2026-03-04", null],
        ["2026-03-02", null, null, "2026-03-04", "整改中"],
        ["2026-03-02", null, "2026-03-01", null, null],
        ["2026-03-02", null, "2099-01-01", null, null],
      ]),
    );
    expect([bad.errors.map(({ cell }) => cell), bad.added]).toEqual([["G5", "F6", "F7"], ["排查表!4"]]);
    // 46083 in a cell of no format is 2 March 2026; of a workbook that counts from 1904, in a cell of a date's format, 44621 is.
    const typed = (number: number, style: string, more = ""): Buffer => {
      const files = unzipSync(lines([["2026-01-01", null, null, null, null]], `打字 ${number}`));
      const edit = (path: string, from: RegExp, to: string): void => {
        files[path] = strToU8(strFromU8(files[path] ?? new Uint8Array()).replace(from, to));
      };
      edit("xl/worksheets/sheet1.xml", /<c r="D4".*?<\/c>/, `<c r="D4" s="${style}"><v>${number}</v></c>`);
      if (more !== "") edit("xl/workbook.xml", /<sheets>/, `${more}<sheets>`);
      return Buffer.from(zipSync(files));
    };
    const found: string[] = [];
    for (const [n, bytes] of [typed(46_083, "0"), typed(44_621, "5", '<workbookPr date1904="1"/>')].entries()) {
      const sheet = readWorkbook(new Uint8Array(bytes), { dates: "text" });
      found.push(sheet[0]?.rows.find(({ line }) => line === 4)?.kinds?.[3] ?? "", String(n));
      const taken = await take(Buffer.from(bytes), "all");
      const id = taken.added[0] ?? taken.changed[0]?.id ?? "";
      expect(taken.errors).toEqual([]);
      if (id !== "") found.push(((await get(`/api/v1/hazards/${id}`)).json() as HazardView).found_at.slice(0, 10));
    }
    expect(found.slice(0, 3)).toEqual(["number", "0", "2026-03-02"]);
    const sheet = readWorkbook(new Uint8Array(typed(44_621, "5", '<workbookPr date1904="1"/>')), { dates: "text" });
    expect(sheet[0]?.rows.find(({ line }) => line === 4)?.cells[3]).toBe("2026-03-02");
  });

  test("P 09.excel: whoever does the work does not close it by a sheet; what goes its way through the ledger moves by its own steps", async () => {
    const lines = (state: string, deadline: string): Buffer =>
      sheetOf(
        ["小区名称", "点位位置", "隐患问题描述", "整改期限", "整改情况", "整改措施"],
        [["锦绣花园", "9 号楼", "灭火器过期", deadline, state, "更换"]],
      );
    const brought = async (role: "property-manager" | "bureau-officer", bytes: Buffer): Promise<Answer> =>
      post(role, "/api/v1/ledger/import", { name: "自查.xlsx", base64: bytes.toString("base64"), apply: "all" });
    const own = await brought("property-manager", lines("已整改", "2027-03-01"));
    expect([own.applied, own.errors.map(({ cell, head }) => [cell, head])]).toEqual([false, [["E4", "状态及督办事项"]]]);
    const open = await brought("property-manager", lines("未整改", "2027-03-01"));
    const [id = ""] = open.added;
    expect([open.applied, open.added.length]).toEqual([true, 1]);
    const dispatched = await post("bureau-officer", `/api/v1/hazards/${id}/transitions`, {
      action: "dispatch",
      note: "请整改",
      responsible: "锦绣物业",
    });
    expect(dispatched.state).toBe("待签收");
    // Not the officer's either: it is re-inspected and closed by its steps, postponed by its steps.
    const later = await brought("bureau-officer", lines("已整改", "2027-06-30"));
    expect([later.applied, later.errors.map(({ cell }) => cell).sort()]).toEqual([false, ["D4", "E4"]]);
    const words = await brought(
      "property-manager",
      sheetOf(["小区名称", "点位位置", "隐患问题描述", "整改措施"], [["锦绣花园", "9 号楼", "灭火器过期", "更换并加锁"]]),
    );
    expect([words.applied, words.changed.map(({ changes }) => changes.map(({ field }) => field))]).toEqual([true, [["measure"]]]);
    expect(((await get(`/api/v1/hazards/${id}`)).json() as HazardView).state).toBe("待签收");
  });

  test("P 09.excel: the export has 28 typed columns and sums that are the API's, said by the command itself; a changed cell is named", async (context) => {
    const totals = (await get("/api/v1/ledger/totals")).json() as Totals;
    const { items } = (await get("/api/v1/hazards?limit=1")).json() as { items: readonly HazardView[] };
    const [{ id = "" } = {}] = items;
    const picture = { kind: "before", mime: "image/png", base64: "iVBORw0KGgo=", captured: true, place: "3 号楼东侧" };
    const { sha256 } = await post("bureau-officer", `/api/v1/hazards/${id}/evidence`, picture);
    const answer = await get("/api/v1/ledger/export");
    expect(answer.headers["content-disposition"]).toMatch(/filename\*=UTF-8''.*\.xlsx$/);
    const file = join(folder, "ledger.xlsx");
    writeFileSync(file, answer.rawPayload);
    writeFileSync(join(folder, "totals.json"), JSON.stringify(totals));
    const command = new URL("../main.ts", import.meta.url).pathname;
    const said = JSON.parse(
      execFileSync(process.execPath, [command, "check", file, "--totals", join(folder, "totals.json"), "--json"], { encoding: "utf8" }),
    );
    expect([said.complaints, said.columns, said.totals]).toEqual([[], 28, totals]);
    expect(totals.rows).toBeGreaterThan(4);
    expect(totals.actual_fen).toBe(1_244_400);
    expect(totals.overdue_days).toBeGreaterThan(0);
    // Typed: a date is a date to any reader, a number a number.
    const sheet = readWorkbook(answer.rawPayload, { dates: "text" }).find(({ name }) => name !== "汇总" && name !== "说明");
    // Every picture with its hash, its time, its place and the address at which it is read.
    const annex = readWorkbook(answer.rawPayload, { dates: "text" }).find(({ name }) => name === "照片附件");
    const one = annex?.rows.find(({ cells }) => cells[0] === id && cells[8] === sha256);
    expect([one?.cells[2], one?.kinds?.[3], one?.cells[4], one?.cells[6], one?.cells[11]]).toEqual([
      ...["整改前", "date", "页面拍摄", "3 号楼东侧", `/api/v1/hazards/${id}/evidence?sha256=${sha256}`],
    ]);
    const line = sheet?.rows.find(({ line: at }) => at === 4);
    expect(ledgerColumns.map(({ kind }, at) => (line?.kinds?.[at] === "empty" ? "empty" : kind === "wrapped" ? "text" : kind))).toEqual(
      line?.kinds?.map((kind, at) => (kind === "number" && ledgerColumns[at]?.kind === "money" ? "money" : kind)),
    );
    const xml = strFromU8(unzipSync(answer.rawPayload)["xl/worksheets/sheet2.xml"] ?? new Uint8Array());
    expect(xml).toContain('<pageSetup paperSize="9" orientation="landscape" fitToWidth="1" fitToHeight="0"/>');
    // Exported, the file is an import that changes nothing.
    const back = await take(Buffer.from(answer.rawPayload));
    expect([back.errors, back.added, back.changed.map(({ changes }) => changes)]).toEqual([[], [], []]);

    const broken = unzipSync(answer.rawPayload);
    const path = "xl/worksheets/sheet2.xml";
    const spoil = (from: RegExp, to: string, of = path) =>
      zipSync({ ...broken, [of]: strToU8(strFromU8(broken[of] ?? new Uint8Array()).replace(from, to)) });
    const third = "xl/worksheets/sheet3.xml";
    const spoilt: readonly (readonly [string, Uint8Array, RegExp])[] = [
      ["a heading", spoil(/整改时限/, "期限"), /Q3.*整改时限/],
      ["a date made text", spoil(/<c r="B4" s="5"><v>[^<]*<\/v>/, '<c r="B4" s="5" t="inlineStr"><is><t>去年</t></is>'), /B4.*日期/],
      ["an amount", spoil(/<v>320\.50<\/v>/, "<v>321.50</v>"), /R\d+.*合计/],
      ["a picture's hash", spoil(new RegExp(`>${sha256}<`), ">0abc<", third), /I\d+ 不是 SHA-256/],
      ["a picture of no hazard here", spoil(new RegExp(`>${id}<`), ">JX01-20200101-1<", third), /A\d+ 表中没有这条隐患/],
      ["a number with a fraction", spoil(/(<c r="L4"[^>]*><v>)\d<\/v>/, "$11.5</v>"), /L4.*整数/],
    ];
    for (const [what, bytes, words] of spoilt) {
      expect(
        checkLedgerFile(bytes, totals)
          .complaints.map(({ cell, zh }) => `${cell} ${zh}`)
          .join("\n"),
        what,
      ).toMatch(words);
      writeFileSync(file, bytes);
    }
    // By the name that people of money look for it is the same program.
    const income = spawnSync(process.execPath, [command, "income", "pay"], { encoding: "utf8" });
    expect([income.status, income.stderr]).toEqual([2, expect.stringContaining("cuobian income reconcile --config")]);
    const ended = spawnSync(process.execPath, [command, "check", file], { encoding: "utf8" });
    expect([ended.status, ended.stderr]).toEqual([1, expect.stringMatching(/L4/)]);
    counted(context, { rows: totals.rows, columns: said.columns, cells: said.cells, "spoilt, found": spoilt.length });
  });

  test("from a terminal: a sheet is shown, refused, taken in and taken again; a week is ranked as it stands and as it was frozen; a month without statements is not clean", async () => {
    const config = { sites: api.surroundings.compounds } as unknown as CloudConfig;
    const job = { file: undefined, week: undefined, month: undefined, site: undefined, apply: undefined, json: true };
    const run = async (work: typeof importFile, more: Partial<Job>) => {
      const said: string[] = [];
      const write = vi.spyOn(process.stdout, "write").mockImplementation((text) => said.push(String(text)) > 0);
      try {
        return {
          code: await work(api.cloud.store, config, { ...job, ...more, say: () => undefined }),
          said: JSON.parse(said.join("") || "null"),
        };
      } finally {
        write.mockRestore();
      }
    };
    const path = join(folder, "console.xlsx");
    const lines = good.map((row, n) => row.map((value, at) => (at === 5 ? `终端导入 ${n}` : at === 2 ? "锦绣花园" : value)));
    writeFileSync(path, sheetOf(heads, [...lines, ["4", "2026-02-30", ...(lines[0] ?? []).slice(2)]]));
    const shown = await run(importFile, { file: path, apply: "all" });
    expect([shown.code, shown.said.applied, shown.said.errors.map(({ cell }: { cell: string }) => cell)]).toEqual([1, false, ["B7"]]);
    writeFileSync(path, sheetOf(heads, lines));
    const preview = await run(importFile, { file: path });
    const taken = await run(importFile, { file: path, apply: "all" });
    const again = await run(importFile, { file: path, apply: "all" });
    expect([
      preview.said.applied,
      preview.said.added.length,
      taken.code,
      taken.said.added.length,
      again.said.added.length,
      again.said.same,
    ]).toEqual([false, 3, 0, 3, 0, 3]);
    const steps = ((await get(`/api/v1/hazards/${taken.said.added[0]}`)).json() as HazardView).steps;
    expect(steps[0]?.person_name).toBe("控制台");
    const ranked = await run(rankWeek, { week: "2026-W48" });
    const asked = (await get("/api/v1/ledger/ranking?week=2026-W48")).json();
    expect([ranked.code, ranked.said.frozen, ranked.said.units]).toEqual([0, null, asked.units]);
    expect((await run(rankWeek, { week: "2026-W77" })).code).toBe(2);
    const month = await run(reconcile, { site: "jinxiu", month: "2026-11" });
    expect([month.code, month.said.missing, (await run(reconcile, { site: "nowhere", month: "2026-11" })).code]).toEqual([
      1,
      ["channel", "bank"],
      2,
    ]);
  });

  test("CSV begins with its mark, and what a spreadsheet would take for a formula is none", async () => {
    await post("property-manager", "/api/v1/hazards", {
      site: "jinxiu",
      place: '=cmd|"/c calc"!A0',
      category: "其他",
      zh: '-1+1，"引号"',
      source: "物业自查",
    });
    const text = (await get("/api/v1/ledger/export?as=csv")).body;
    expect(text.startsWith("\ufeff隐患编号,")).toBe(true);
    expect(text).toContain(`"'=cmd|""/c calc""!A0"`);
    expect(text).toContain(`"'-1+1，""引号"""`);
    for (const line of text.split("\r\n")) expect(line).not.toMatch(/(^|,)"?[=+\-@]/);
    const guarded = ["=1", "+1", "-1", "@a", "\t=1", "\n=1", "  =1", "＝1", "＋1", "－1", "＠a", "\r=1"].filter((value) =>
      /^"?'/.test(csvLine([value])),
    );
    expect([guarded.length, csvLine(["a=1", "1-2", "a@b", -5])]).toEqual([12, "a=1,1-2,a@b,-5\r\n"]);
  });

  test("a phone number stands in the file of whoever must call, and in nobody else's", async () => {
    await post("property-manager", "/api/v1/hazards", {
      ...{ site: "jinxiu", place: "3 号楼", category: "其他", zh: "通道堵塞", source: "物业自查" },
    });
    await api.cloud.store.change((change) => change.updateTable("hazard").set({ responsible_phone: "13812345678" }).execute());
    const asRole = async (role: "bureau-officer" | "owners-committee"): Promise<string> =>
      (await api.ask(role, { method: "GET", url: "/api/v1/ledger/export?as=csv" })).body;
    expect(await asRole("bureau-officer")).toContain("13812345678");
    const owners = await asRole("owners-committee");
    expect([owners.includes("通道堵塞"), owners.includes("13812345678")]).toEqual([true, false]);
  });

  test("whoever sees one compound takes in nothing of another, and exports nothing of it", async () => {
    const answer = await api.ask("property-manager", { method: "GET", url: "/api/v1/ledger/export?site=yuehu" });
    expect(answer.statusCode).toBe(404);
  });
});
