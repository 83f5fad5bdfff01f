// Papers: what is not so yet cannot be printed; a Word file holds what the page holds; the weekly text's every number has its footnote; silence is not zero.
import { execFileSync } from "node:child_process";
import { strFromU8, unzipSync } from "fflate";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestApi, type TestApi } from "#cloud/api/api-for-tests.ts";
import { rank } from "#cloud/assessment/ranking.ts";
import { weekOf } from "#cloud/assessment/weeks.ts";
import { openCalendar } from "#cloud/calendar/calendar.ts";
import { fromRfc3339 } from "#protocols/vocabulary/time.ts";
import { text, writeDocument } from "#protocols/word/write.ts";
import { dueReports } from "./due.ts";
import { weeklyText } from "./weekly.ts";

const at = (moment: string): number => fromRfc3339(`2026-${moment}:00+08:00`) ?? Number.NaN;
let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
});
afterAll(() => api?.close());
const documentOf = (bytes: Uint8Array): string => strFromU8(unzipSync(bytes)["word/document.xml"] ?? new Uint8Array());

test("a notice, an opinion, a closure slip: each from its step on, as a page and as Word", async () => {
  const report = { site: "jinxiu", place: "3 号楼", category: "消防设施", zh: "消防栓无压 <b>&", source: "网格巡查" };
  const { id } = (await api.ask("grid-worker", { method: "POST", url: "/api/v1/hazards", payload: report })).json();
  const paper = (kind: string, as = "html") =>
    api.ask("street-officer", { method: "GET", url: `/api/v1/hazards/${id}/paper?kind=${kind}&as=${as}` });
  expect([(await paper("notice")).statusCode, (await paper("closure")).statusCode]).toEqual([409, 409]);
  await api.ask("street-officer", {
    method: "POST",
    url: `/api/v1/hazards/${id}/transitions`,
    payload: { action: "dispatch", note: "请整改", responsible: "锦绣物业" },
  });
  const page = await paper("notice");
  expect(page.headers["content-type"]).toBe("text/html; charset=utf-8");
  for (const words of ["隐患整改通知书", id, "锦绣物业：", "消防栓无压 &lt;b&gt;&amp;", "演示单位", "2026年11月25日"])
    expect(page.body).toContain(words);
  expect(page.body).not.toMatch(/<script|style="/);
  const css = (await api.server.inject({ method: "GET", url: "/pub/paper.css" })).body;
  expect(css).toContain("@page{size:A4;margin:37mm 26mm 35mm 28mm}");
  expect(css).toContain("16pt/29pt");
  const docx = documentOf((await paper("notice", "docx")).rawPayload);
  for (const words of ["隐患整改通知书", "消防栓无压 &lt;b&gt;&amp;", 'w:top="2098"', 'w:left="1587"']) expect(docx).toContain(words);
});

test("a Word file is the same for the same words, and any zip reader opens it", () => {
  const bytes = writeDocument([text("title", "标题"), { kind: "paragraph", pieces: [{ text: "五处", note: "逐条见台账" }] }]);
  expect(writeDocument([text("title", "标题"), { kind: "paragraph", pieces: [{ text: "五处", note: "逐条见台账" }] }])).toEqual(bytes);
  expect(strFromU8(unzipSync(bytes)["word/footnotes.xml"] ?? new Uint8Array())).toContain("逐条见台账");
  const script =
    "import sys,zipfile,io,xml.dom.minidom as m; z=zipfile.ZipFile(io.BytesIO(sys.stdin.buffer.read())); [m.parseString(z.read(n)) for n in z.namelist()]; print(len(z.namelist()))";
  expect(execFileSync("python3", ["-c", script], { input: Buffer.from(bytes), encoding: "utf8" }).trim()).toBe("5");
});

test("the weekly text: numbers of the frozen week with their footnotes, this week beside the last; who was silent is named", () => {
  const week = weekOf(at("11-25T12:00"));
  const units = [
    { id: "town:青阳街道", name: "青阳街道", kind: "town" as const, sites: ["a", "b"], spoke: true },
    { id: "a", name: "甲小区", kind: "compound" as const, sites: ["a"], spoke: true },
    { id: "b", name: "乙小区", kind: "compound" as const, sites: ["b"], spoke: false },
  ];
  const hazard = {
    id: "1",
    site: "a",
    source: "网格巡查",
    found_at: week.from + 1,
    closed_at: null,
    deadline: week.from + 2,
    false_alarm: 0,
    merged_into: null,
  };
  const { units: ranked } = rank([hazard], units, week);
  const body = {
    week: week.name,
    number: 7,
    from: "2026-11-23T00",
    to: "2026-11-30T00",
    frozen_at: "",
    formulas: ["甲 = 乙"],
    units: ranked,
    rows_hash: "",
  };
  const blocks = weeklyText({ body, hash: "abc", before: undefined, issuer: "住建局", day: "2026年11月30日" });
  const pieces = blocks.flatMap((block) => (block.kind === "table" ? [] : block.pieces));
  expect(pieces.filter(({ note }) => note !== undefined).map(({ text: words }) => words)).toEqual([
    "本周发现隐患 1 处",
    "销号 0 处",
    "在册未销 1 处",
    "逾期 1 处",
  ]);
  expect(pieces.map(({ text: words }) => words).join("")).toContain("未报送：乙小区。未报送不等于零隐患。");
  expect(documentOf(writeDocument(blocks))).toContain("甲小区");
});

test("reported, zero, late, not reported, not due yet", () => {
  const rows = [
    { town: "a", month: "2026-09", count: 3, person: "x", at: at("10-09T10:00") },
    { town: "b", month: "2026-09", count: 0, person: "x", at: at("10-13T23:59") },
    { town: "c", month: "2026-09", count: 5, person: "x", at: at("10-14T00:00") },
  ];
  const said = (now: string) =>
    dueReports(["a", "b", "c", "d"], "2026-09", { rows, calendar: openCalendar(), now: at(now) }).map(({ state }) => state);
  // The fifth working day of October 2026 is Tuesday the 13th: after the holidays 8, 9, the worked Saturday 10, 12, 13.
  expect(said("10-14T09:00")).toEqual(["reported", "zero", "late", "not-reported"]);
  expect(said("10-13T09:00").at(-1)).toBe("not-due-yet");
});
