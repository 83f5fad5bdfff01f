// Papers: what is not so yet cannot be printed; a Word file holds what the page holds; the weekly text's every number has its footnote; silence is not zero.
import { execFileSync } from "node:child_process";
import { strFromU8, unzipSync } from "fflate";
import { afterAll, beforeAll, expect, test } from "vitest";
import { usualEscalation } from "#cloud/alarms/escalation.ts";
import { openTestApi, type TestApi } from "#cloud/api/api-for-tests.ts";
import { rank } from "#cloud/assessment/ranking.ts";
import { weekOf } from "#cloud/assessment/weeks.ts";
import { openCalendar } from "#cloud/calendar/calendar.ts";
import { openTree } from "#cloud/identity/tree.ts";
import type { Channel } from "#cloud/notify/channel.ts";
import { wants } from "#cloud/notify/plan.ts";
import { sealsWrong } from "#cloud/store/seals.ts";
import type { Role } from "#protocols/api/views.ts";
import { fromRfc3339, toRfc3339, wall } from "#protocols/vocabulary/time.ts";
import { pieceOf, text, writeDocument } from "#protocols/word/write.ts";
import { counted } from "#test/promise.ts";
import { remindOnce } from "../walks.ts";
import { dueReports, reportTown } from "./due.ts";
import { plannedReminders } from "./remind.ts";
import { soFarOf, weeklyText } from "./weekly.ts";

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

test("a letter that presses whoever is late: from the deadline on and not before, with the days and the first deadline; once it is closed there is nobody to press", async () => {
  const report = { site: "jinxiu", place: "7 号楼", category: "消防设施", zh: "疏散通道堆物", source: "网格巡查" };
  const { id } = (await api.ask("grid-worker", { method: "POST", url: "/api/v1/hazards", payload: report })).json();
  const move = (role: Role, payload: object) => api.ask(role, { method: "POST", url: `/api/v1/hazards/${id}/transitions`, payload });
  const letter = () => api.ask("street-officer", { method: "GET", url: `/api/v1/hazards/${id}/paper?kind=supervision` });
  expect((await letter()).statusCode).toBe(409);
  const before = api.cloud.clock.now;
  const deadline = "2026-11-26T18:00:00+08:00";
  await move("street-officer", { action: "dispatch", note: "请整改", responsible: "锦绣物业", deadline });
  expect((await letter()).statusCode).toBe(409);
  api.cloud.clock.now = at("11-26T18:00");
  api.forgetCookies();
  expect((await letter()).statusCode).toBe(409);
  api.cloud.clock.now = at("11-28T09:00");
  api.forgetCookies();
  const late = await letter();
  expect(late.statusCode).toBe(200);
  for (const words of ["督办单", id, "锦绣物业：", "疏散通道堆物", "整改时限为2026年11月26日", "截至2026年11月28日已逾期 2 天"])
    expect(late.body).toContain(words);
  expect(late.body).not.toContain("原定");
  await api.cloud.store.change((change) =>
    change
      .updateTable("hazard")
      .set({ closed_at: at("11-28T08:00") })
      .where("id", "=", id)
      .execute(),
  );
  expect((await letter()).statusCode).toBe(409);
  api.cloud.clock.now = before;
  api.forgetCookies();
});

test("who may issue what: the fire service, the bureau, the town, each with its titles and clocks; everybody else is refused in words", async () => {
  api.cloud.clock.now = at("11-25T09:00");
  api.forgetCookies();
  const ask = (role: Role, method: "GET" | "POST", url: string, payload?: object) =>
    api.ask(role, { method, url, ...(payload === undefined ? {} : { payload }) });
  const { id } = (
    await ask("grid-worker", "POST", "/api/v1/hazards", {
      site: "jinxiu",
      place: "5 号楼",
      category: "消防设施",
      zh: "应急灯不亮",
      source: "网格巡查",
    })
  ).json();
  await ask("street-officer", "POST", `/api/v1/hazards/${id}/transitions`, { action: "dispatch", note: "请整改", responsible: "锦绣物业" });
  const notice = (role: Role, kind = "notice") => ask(role, "GET", `/api/v1/hazards/${id}/paper?kind=${kind}`);
  const refusedTo = await notice("property-manager");
  expect([refusedTo.statusCode, refusedTo.json().type, refusedTo.json().detail ?? refusedTo.body]).toEqual([
    ...[403, "urn:cuobian:problem:wrong-issuer", expect.stringContaining("消防救援机构、住房和城乡建设局、镇街")],
  ]);
  // One of the alliance's bodies is the fire service; this one is not.
  expect([
    (await notice("alliance")).statusCode,
    (await notice("bureau-officer")).statusCode,
    (await notice("auditor")).statusCode,
  ]).toEqual([403, 200, 403]);
  const due = async (role: Role) =>
    (await ask(role, "GET", `/api/v1/hazards/${id}/papers`)).json() as {
      issuer: string;
      kind: string;
      mine: boolean;
      ready: boolean;
      due_at: string;
      late: boolean;
    }[];
  expect((await due("street-officer")).filter(({ mine }) => mine).map(({ issuer, kind, ready }) => `${issuer} ${kind} ${ready}`)).toEqual([
    ...["town notice true", "town opinion false", "town closure false", "town supervision false"],
  ]);
  const own = {
    ...{ id: "fire", zh: "晋江市消防救援大队", en: "fire brigade", roles: ["alliance"], organisation: "演示" },
    ...{
      papers: [{ kind: "notice", title: "责令限期改正通知书", closing: "对本通知不服的，可依法申请复议。" }],
      clocks: { notice_working_days: 1, reinspection_working_days: 7 },
    },
  };
  const write = (body: object) =>
    ask("bureau-officer", "POST", "/api/v1/ledger/rules", { kind: "issuers", scope: "", valid_from: "2026-11-25", note: "出具权限", body });
  expect((await write([own, own])).json().type).toMatch(/rule-wrong/);
  expect((await write([own])).statusCode).toBe(201);
  const printed = await notice("alliance");
  expect(printed.statusCode).toBe(200);
  for (const words of ["责令限期改正通知书", "自收到申请之日起 7 个工作日内复查", "可依法申请复议"]) expect(printed.body).toContain(words);
  // The town's right is gone with the rule that had it.
  expect([(await notice("street-officer")).statusCode, (await notice("alliance", "closure")).statusCode]).toEqual([403, 403]);
  // Found and dispatched on a Wednesday: Thursday's end by the fire service's own clock, and it was kept.
  expect((await due("alliance")).map(({ kind, mine, due_at, late }) => `${kind} ${mine} ${due_at.slice(0, 10)} ${late}`)).toEqual([
    "notice true 2026-11-26 false",
  ]);
});

test("the pictures to a hazard: a print page with thumbnails and hashes for whoever may see it; none, and there is no such page", async () => {
  const report = { site: "jinxiu", place: "6 号楼", category: "消防设施", zh: "灭火器过期", source: "网格巡查" };
  const { id } = (await api.ask("grid-worker", { method: "POST", url: "/api/v1/hazards", payload: report })).json();
  const annex = (as: string) => api.ask("booth", { method: "GET", url: `/api/v1/hazards/${id}/paper?kind=photos&as=${as}` });
  expect((await annex("html")).statusCode).toBe(409);
  const picture = { kind: "before", mime: "image/png", base64: "iVBORw0KGgo=", captured: true, place: "6 号楼 <大堂>" };
  const { sha256 } = (await api.ask("grid-worker", { method: "POST", url: `/api/v1/hazards/${id}/evidence`, payload: picture })).json();
  const page = (await annex("html")).body;
  for (const words of [
    "照片附件",
    sha256,
    "6 号楼 &lt;大堂&gt;",
    "（页面拍摄）",
    `<img src="/api/v1/hazards/${id}/evidence?sha256=${sha256}"`,
  ])
    expect(page).toContain(words);
  expect(page).not.toMatch(/<script|style="/);
  const read = await api.ask("grid-worker", { method: "GET", url: `/api/v1/hazards/${id}/evidence?sha256=${sha256}` });
  expect([read.statusCode, read.headers["content-type"]]).toEqual([200, "image/png"]);
  expect(documentOf((await annex("docx")).rawPayload)).toContain(sha256);
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
  const blocks = weeklyText({
    body,
    hash: "abc",
    before: undefined,
    so_far: soFarOf([body, body]),
    issuer: "住建局",
    day: "2026年11月30日",
  });
  const pieces = blocks.flatMap((block) => (block.kind === "table" ? [] : block.pieces));
  expect(pieces.filter(({ note }) => note !== undefined).map(({ text: words }) => words)).toEqual([
    "本周发现隐患 1 处",
    "销号 0 处",
    "在册未销 1 处",
    "逾期 1 处",
  ]);
  expect(pieces.map(({ text: words }) => words).join("")).toContain("未报送：乙小区。未报送不等于零隐患。");
  // This week, so far, and the change; every number of it, and every line of the tables, says which rows are behind it.
  const tables = blocks.flatMap((block) => (block.kind === "table" ? [block] : []));
  const [overall, , compounds] = tables;
  expect(overall?.rows.map((cells) => cells.map((cell) => pieceOf(cell).text).join(" "))).toEqual([
    ...["发现 1 2 —", "销号 0 0 —", "在册未销（期末） 1 — —", "逾期（期末） 1 — —"],
  ]);
  for (const cells of overall?.rows ?? [])
    expect(cells.filter((cell) => /^\d+$/.test(pieceOf(cell).text)).every((cell) => pieceOf(cell).note !== undefined)).toBe(true);
  for (const cells of compounds?.rows ?? []) expect(pieceOf(cells[1] ?? "").note).toContain("unit=");
  const written = unzipSync(writeDocument(blocks));
  const notes = strFromU8(written["word/footnotes.xml"] ?? new Uint8Array());
  expect(strFromU8(written["word/document.xml"] ?? new Uint8Array()).match(/footnoteReference/g)?.length).toBe(
    notes.match(/footnoteRef\//g)?.length,
  );
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

test("a town reports its month once; another number later is a word of its own with its reason, and what was said first stays, sealed", async (context) => {
  const month = "2026-10";
  const compounds = [{ id: "jinxiu", name: "锦绣花园", compound_code: "JX01", area: "qingyang" }];
  const tree = openTree([{ id: "qingyang", name: "青阳街道", kind: "street" }], compounds);
  const own = await openTestApi({ given: { tree, compounds } });
  const ask = (payload: object) =>
    own.ask("street-officer", { method: "POST", url: "/api/v1/ledger/reports", payload: { month, ...payload } });
  const read = async () =>
    (await own.ask("street-officer", { method: "GET", url: `/api/v1/ledger/reports?month=${month}` })).json<
      { town: string; count: number | null; state: string; due_at: string; words: { count: number; reason: string | null; at: string }[] }[]
    >();
  const [first] = await read();
  if (first === undefined) throw new Error("no town is seen");
  const { town } = first;
  expect(first).toMatchObject({ count: null, words: [] });
  const answers = [
    await ask({ town, count: 3 }),
    // Pressed twice: the word that stands.
    await ask({ town, count: 3 }),
    await ask({ town, count: 5 }),
    await ask({ town, count: 5, reason: "漏计青阳社区两处" }),
    await ask({ town: "别处", count: 1 }),
    await ask({ town, count: -1 }),
  ];
  expect(answers.map(({ statusCode }) => statusCode)).toEqual([201, 201, 409, 201, 404, 400]);
  const [now] = (await read()).filter((one) => one.town === town);
  expect(now?.words.map(({ count, reason }) => [count, reason])).toEqual([
    [3, null],
    [5, "漏计青阳社区两处"],
  ]);
  expect(now?.count).toBe(5);
  const wrong = async () => (await sealsWrong(own.cloud.store.read)).wrong;
  expect(await wrong()).toEqual([]);
  await own.cloud.store.change((change) => change.updateTable("town_report").set({ count: 4 }).where("seq", "=", 1).execute());
  expect(await wrong()).toEqual([expect.stringContaining(`镇街月报（${town} ${month} 1）`)]);
  await own.cloud.store.change((change) => change.updateTable("town_report").set({ count: 3 }).where("seq", "=", 1).execute());
  await own.close();
  counted(context, { "words of one month": now?.words.length ?? 0, refused: answers.filter(({ statusCode }) => statusCode >= 400).length });
});

test("towns that owe a report are reminded through the channels, the day before and the day after, each once; who has reported is left in peace", async () => {
  const { store } = api.cloud;
  const compounds = [
    { id: "jinxiu", name: "锦绣花园", compound_code: "JX01", area: "qingyang" },
    { id: "yuehu", name: "月湖花园", compound_code: "YH01", area: "meiling" },
  ];
  const areas = [
    { id: "qingyang", name: "青阳街道", kind: "street" as const },
    { id: "meiling", name: "梅岭街道", kind: "street" as const },
  ];
  const where = { tree: openTree(areas, compounds), compounds };
  let now = at("10-13T08:59");
  const walk = () => remindOnce({ store, live: api.live, now: () => now, log: api.cloud.rooms.log, ...where });
  // The rehearsal: the fifth working day of October 2026 is the 13th.
  const rehearsed = await plannedReminders(store.read, where, { now: at("10-12T08:00"), until: at("10-20T00:00") });
  expect(rehearsed.map(({ town, stage, at: when }) => `${town} ${stage} ${toRfc3339(wall(when)).slice(5, 16)}`)).toEqual([
    ...["梅岭街道 soon 10-12T09:00", "青阳街道 soon 10-12T09:00", "梅岭街道 overdue 10-14T09:00", "青阳街道 overdue 10-14T09:00"],
  ]);
  expect(await store.read.selectFrom("notice").select("id").where("rule", "=", "report.due").execute()).toEqual([]);
  now = at("10-12T08:59");
  const walked = [await walk()];
  now = at("10-12T09:00");
  walked.push(await walk(), await walk());
  await store.change((change) =>
    reportTown(change, { town: "青阳街道", month: "2026-09", count: 0, reason: null, person: "x", at: at("10-13T09:00") }),
  );
  now = at("10-14T09:00");
  walked.push(await walk(), await walk());
  expect(walked).toEqual([0, 2, 0, 1, 0]);
  const notices = await store.read.selectFrom("notice").selectAll().where("rule", "=", "report.due").orderBy("at").orderBy("id").execute();
  expect(notices.map(({ zh, priority }) => `${priority} ${zh}`)).toEqual([
    "4 梅岭街道 2026-09 月报 2026-10-13 到期，尚未报送",
    "4 青阳街道 2026-09 月报 2026-10-13 到期，尚未报送",
    "3 梅岭街道 2026-09 月报已过 2026-10-13，未报送",
  ]);
  // The street's channel is told, the property's is not; a channel may be deaf to it.
  const channel = (more: Partial<Channel>): Channel => ({ ...api.surroundings.notifier.channels[0], sites: undefined, ...more }) as Channel;
  const [notice] = notices;
  if (notice === undefined) throw new Error("no notice");
  const told = (more: Partial<Channel>): boolean => wants(channel(more), notice, { escalation: usualEscalation, told: false });
  expect([told({ roles: ["street-officer"] }), told({ roles: ["property-manager"] }), told({ mute: ["report.due"] }), told({})]).toEqual([
    true,
    false,
    false,
    true,
  ]);
});
