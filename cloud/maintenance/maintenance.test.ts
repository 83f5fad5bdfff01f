// With the maintenance company: alarms in the window of their zone are tests, outside they are real, what still burns at the end becomes real; dates; forms out of the data.
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestApi, type TestApi } from "#cloud/api/api-for-tests.ts";
import { noon, Voice } from "#cloud/ingest/room-for-tests.ts";
import { readWorkbook } from "#protocols/excel/workbook.ts";
import { dayMs, minuteMs } from "#protocols/vocabulary/time.ts";
import { tickDated } from "./dated.ts";
import { csvOf } from "./forms.ts";
import { tickWindows } from "./windows.ts";

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
});
afterAll(() => api?.close());
const post = async (url: string, payload: object) => (await api.ask("fire-maintenance", { method: "POST", url, payload })).json();
const get = async (url: string) => (await api.ask("property-manager", { url })).json();
const told = async (): Promise<string[]> =>
  (await api.cloud.store.read.selectFrom("notice").select(["kind", "source"]).orderBy("at").execute()).map(
    ({ kind, source }) => `${kind} ${source}`,
  );
const quiet = () => ({ store: api.cloud.store, committed: () => undefined });

const voice = new Voice();
const at = (): number => api.cloud.clock.now - noon;
const point = (n: number, zone: string) => ({ device: "panel-1", point: `1.1.${n}`, zone });
const burn = (n: number, zone: string, cause: "fire" | "fault" = "fire") =>
  voice.tell(api.cloud, [
    voice.say("fire.raised", { ...point(n, zone), cause, shed: null, text: `烟感 ${n}`, said_at: null, under_test: true }, at()),
  ]);
const over = (n: number, zone: string, cause: "fire" | "fault" = "fire") =>
  voice.tell(api.cloud, [voice.say("fire.over", { ...point(n, zone), cause }, at())]);

test("a window by zone: 35 of 36 tested and the missing one named; nobody woken; outside it is real; what still burns at the end becomes real", async () => {
  const points = Array.from({ length: 36 }, (_, n) => ({ source: `panel-1/1.1.${n + 1}`, name: `烟感 ${n + 1}` }));
  await post("/api/v1/maintenance/zones", { site: "jinxiu", zone: "building-1", points });
  // One that burned before the works is no test.
  await burn(36, "building-1", "fault");
  expect(await told()).toEqual(["raised panel-1/1.1.36"]);
  const opened = await post("/api/v1/maintenance", {
    site: "jinxiu",
    zone: "building-1",
    minutes: 120,
    company: "安泰维保",
    reason: "季度检测",
  });
  expect(opened).toMatchObject({ zone: "building-1", coverage: { of: 36 } });
  expect(await post("/api/v1/maintenance", { site: "jinxiu", zone: "building-1", minutes: 5, company: "x", reason: "y" })).toMatchObject({
    status: 409,
  });
  const before = (await told()).length;
  for (let n = 1; n <= 34; n += 1) {
    api.cloud.clock.now += minuteMs;
    await burn(n, "building-1");
    if (n !== 34) await over(n, "building-1");
  }
  await burn(36, "building-1", "fault");
  expect((await told()).length).toBe(before);
  const alarms = (await get("/api/v1/alarms?limit=500")).items;
  expect(alarms.filter((one: { test: boolean }) => one.test).length).toBe(34);
  // Another zone is real, whatever goes on here.
  await burn(99, "building-2");
  expect((await told()).at(-1)).toBe("raised panel-1/1.1.99");
  const [shown] = await get("/api/v1/maintenance?site=jinxiu");
  expect(shown.coverage).toMatchObject({ of: 36, covered: 35, missing: [{ source: "panel-1/1.1.35", name: "烟感 35" }], unlisted: [] });
  expect(shown.coverage.zh).toBe("36 个点位中 35 个已试；缺 panel-1/1.1.35（烟感 35）");

  api.cloud.clock.now += 120 * minuteMs;
  expect(await tickWindows(quiet(), api.cloud.clock.now)).toBe(1);
  expect(await tickWindows(quiet(), api.cloud.clock.now)).toBe(0);
  // 34 still burns: it is real now, and calls. The others were tests, and are over.
  expect((await told()).at(-1)).toBe("raised panel-1/1.1.34");
  const left = (await get("/api/v1/alarms?limit=500")).items.filter(({ source }: { source: string }) => source.startsWith("panel-1/1.1."));
  expect(
    left.map(({ source, test: is, state }: { source: string; test: boolean; state: string }) => `${source} ${is} ${state}`).sort(),
  ).toEqual([
    "panel-1/1.1.34 false active-unacknowledged",
    "panel-1/1.1.36 false active-unacknowledged",
    "panel-1/1.1.99 false active-unacknowledged",
  ]);
  await burn(1, "building-1");
  expect((await told()).at(-1)).toBe("raised panel-1/1.1.1");
});

test("a person ends a window early; it is written down who", async () => {
  const { id } = await post("/api/v1/maintenance", {
    site: "jinxiu",
    zone: "building-3",
    minutes: 60,
    company: "安泰维保",
    reason: "更换",
  });
  await burn(7, "building-3");
  expect(await post(`/api/v1/maintenance/${id}/end`, {})).toMatchObject({ ended_by: "fire-maintenance" });
  expect((await told()).at(-1)).toBe("raised panel-1/1.1.7");
  expect(await post(`/api/v1/maintenance/${id}/end`, {})).toMatchObject({ status: 409 });
});

test("dated items: due within thirty days, overdue, done, and due again", async () => {
  const due = "2026-11-25T12:00:00+08:00";
  const item = await post("/api/v1/dated-items", { site: "jinxiu", kind: "contract", what: "消防维保合同", due });
  const dated = async () =>
    (await get("/api/v1/alarms?state=all&limit=500")).items
      .filter(({ source }: { source: string }) => source === item.id)
      .map((one: { rule: string; state: string; zh: string }) => `${one.rule} ${one.state} ${one.zh}`)
      .sort();
  const day = noon;
  await tickDated(quiet(), day - 31 * dayMs);
  expect(await dated()).toEqual([]);
  await tickDated(quiet(), day - 30 * dayMs);
  await tickDated(quiet(), day - 29 * dayMs);
  expect(await dated()).toEqual(["dated.soon active-unacknowledged 即将到期 消防维保合同"]);
  await tickDated(quiet(), day);
  expect(await dated()).toEqual([
    "dated.overdue active-unacknowledged 已过期 消防维保合同",
    "dated.soon cleared-unacknowledged 即将到期 消防维保合同",
  ]);
  await post(`/api/v1/dated-items/${item.id}/done`, { note: "已续签一年", next_due: "2027-12-30T00:00:00+08:00" });
  expect((await dated())[0]).toContain("cleared-unacknowledged");
  const items = await get("/api/v1/dated-items?site=jinxiu");
  expect(items.map(({ due: when, done_by }: { due: string; done_by: string | null }) => [when.slice(0, 10), done_by])).toEqual([
    ["2026-11-25", "fire-maintenance"],
    ["2027-12-30", null],
  ]);
});

test("forms are filled from what is on record, and a cell is never a formula", async () => {
  await voice.tell(api.cloud, [
    voice.say("fire.sentry-asked", { device: "panel-1", check: "check-9", within_min: 5, by: "centre" }, 0),
    voice.say("fire.sentry-answered", { device: "panel-1", check: "check-9", operator: "值班甲", after_ms: 1 }, 40_000),
  ]);
  const form = (kind: string) => get(`/api/v1/forms/2026-11?site=jinxiu&kind=${kind}`);
  const duty = await form("duty");
  expect(duty.rows.filter((row: string[]) => row[1]?.startsWith("查岗")).map((row: string[]) => [row[1], row[3]])).toEqual([
    ["查岗", ""],
    ["查岗应答", "值班甲"],
  ]);
  expect((await form("test")).rows[0]).toEqual(
    expect.arrayContaining(["building-1", "安泰维保", "36 个点位中 35 个已试；缺 panel-1/1.1.35（烟感 35）"]),
  );
  expect((await form("repair")).rows).toEqual([expect.arrayContaining(["panel-1/1.1.36", "未修复"])]);
  expect((await get("/api/v1/forms/2026-11?site=jinxiu&kind=patrol")).rows).toEqual([
    expect.arrayContaining(["到期事项", "消防维保合同", "fire-maintenance 某", "已续签一年"]),
  ]);
  const csv = await api.ask("property-manager", { url: "/api/v1/forms/2026-11?site=jinxiu&kind=test&format=csv" });
  expect([csv.statusCode, csv.headers["content-type"], csv.body.charCodeAt(0)]).toEqual([200, "text/csv; charset=utf-8", 0xfeff]);
  const xlsx = await api.ask("property-manager", { url: "/api/v1/forms/2026-11?site=jinxiu&kind=test&format=xlsx" });
  const [sheet] = readWorkbook(new Uint8Array(xlsx.rawPayload));
  const written = JSON.stringify(sheet);
  expect([xlsx.statusCode, sheet?.name]).toEqual([200, "2026-11"]);
  const { columns, rows } = (await api.ask("property-manager", { url: "/api/v1/forms/2026-11?site=jinxiu&kind=test" })).json();
  expect(rows.length).toBeGreaterThan(0);
  for (const text of [...columns, ...rows.flat(), "签字"].filter((one: string) => one !== ""))
    expect(written).toContain(JSON.stringify(text).slice(1, -1));
  expect(csvOf({ title_zh: "", title_en: "", columns: ["a"], rows: [['=1+1 "x"']] })).toBe('\uFEFF"a"\r\n"\'=1+1 ""x"""\r\n');
});

test("a patrol is written down by whoever walked it, within three days, and stands in the month's form beside what rounds have found; names, not ids", async () => {
  const patrol = (role: "booth" | "owners-committee" | "fire-maintenance", body: object) =>
    api.ask(role, { method: "POST", url: "/api/v1/patrols", payload: { site: "jinxiu", place: "1号棚", result: "normal", ...body } });
  const when = (ms: number): string => new Date(api.cloud.clock.now + ms).toISOString();
  api.forgetCookies();
  expect((await patrol("owners-committee", {})).statusCode).toBe(403);
  expect((await patrol("booth", {})).json()).toMatchObject({ place: "1号棚", result: "normal", person: "booth", note: null });
  expect((await patrol("booth", { result: "problem" })).json().type).toContain("no-note");
  expect((await patrol("booth", { at: when(3_600_000) })).json().type).toContain("in-the-future");
  expect((await patrol("booth", { at: when(-4 * dayMs) })).json().type).toContain("too-late");
  expect((await patrol("booth", { at: "yesterday" })).statusCode).toBe(400);
  expect(
    (await patrol("fire-maintenance", { at: when(-dayMs), result: "problem", note: "灭火器压力不足", place: "3栋1层" })).statusCode,
  ).toBe(200);
  const month = new Date(api.cloud.clock.now - dayMs + 8 * 3_600_000).toISOString().slice(0, 7);
  const rows: string[][] = (await get(`/api/v1/forms/${month}?site=jinxiu&kind=patrol`)).rows.filter(
    ([, kind]: string[]) => kind === "巡查",
  );
  expect(rows.map(([, ...row]) => row)).toEqual(
    expect.arrayContaining([["巡查", "3栋1层", "发现问题", "fire-maintenance 某", "灭火器压力不足"]]),
  );
  expect((await get("/api/v1/patrols?site=jinxiu")).length).toBe(2);
  // The same cameras for whoever sees the alarms; another compound's are not there.
  expect(await get("/api/v1/videos?site=jinxiu")).toEqual([
    { name: "1号棚球机", url: "https://nvr.example.cn/live/3", sources: ["shed-1", "panel-1/1.1"] },
  ]);
});
