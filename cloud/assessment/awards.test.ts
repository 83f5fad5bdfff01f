// Results frozen, the lists that follow from them, a compound's history, the way of replacement; and the fund's works with the days that they stood in each step.
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestApi, people, type TestApi } from "#cloud/api/api-for-tests.ts";
import { syncPeople } from "#cloud/identity/people.ts";
import { openTree } from "#cloud/identity/tree.ts";
import { allSealed } from "#cloud/store/spoiling-for-tests.ts";
import type { Role } from "#protocols/api/views.ts";
import { fromRfc3339 } from "#protocols/vocabulary/time.ts";
import { counted } from "#test/promise.ts";

const sites = ["jinxiu", "yuehu", "hepan"].map((id, n) => ({ id, name: `小区 ${n}`, compound_code: `C${n}X` }));
let api: TestApi;
beforeAll(async () => {
  api = await openTestApi({
    given: {
      tree: openTree(
        [{ id: "city", name: "市", kind: "city" }],
        sites.map((one) => ({ ...one, area: "city" })),
      ),
      compounds: sites,
      sites: sites.map(({ id, name }) => ({ id, name })),
    },
  });
  await syncPeople(
    api.cloud.store,
    // Whoever sees every compound freezes, by whatever word his area says so.
    people.map((one) => ({ ...one, area: one.role === "bureau-officer" ? "city" : "all" })),
  );
});
afterAll(async () => {
  await allSealed(api.cloud.store);
  await api.close();
});

const clock = (day: string, hour = "10:00"): void => {
  api.cloud.clock.now = fromRfc3339(`${day}T${hour}:00+08:00`) ?? Number.NaN;
  api.forgetCookies();
};
const ask = async (role: Role, url: string, payload?: object) => {
  const answer = await api.ask(role, payload === undefined ? { method: "GET", url } : { method: "POST", url, payload });
  return { code: answer.statusCode, body: answer.json() };
};
const scheme = "stars-third";
const entry = (role: Role, period: string, site: string, item: string) =>
  ask(role, "/api/v1/assessment/entries", { scheme, period, site, item, reason: "现场" });
const freeze = (period: string, role: Role = "bureau-officer") => ask(role, "/api/v1/assessment/awards", { scheme, period });
const listed = async (list: string, period: string): Promise<string[]> =>
  (await ask("auditor", `/api/v1/assessment/awards?scheme=${scheme}&period=${period}&list=${list}`)).body.awards.map(
    ({ site }: { site: string }) => site,
  );

test("frozen once when the period is over: five stars, four stars, model after four in a row, failed with its replacement opened; the history stays", async (context) => {
  clock("2025-12-20");
  await ask("bureau-officer", "/api/v1/ledger/rules", {
    ...{ kind: "compound", scope: "hepan", valid_from: "2025-01-01", note: "建档" },
    body: {
      ...{
        town: "青阳街道",
        community: "河畔",
        kind: "商品房",
        aliases: [],
        company: "河畔物业",
        households: 1,
        area_m2: 1,
        e_bikes: 0,
        sheds: 0,
      },
      ...{ ports: { planned: 0, started: 0, finished: 0, in_use: 0 }, fire_facilities: "完好", control_room: false },
    },
  });
  const periods = ["2025-Q4", "2026-Q1", "2026-Q2", "2026-Q3"];
  const ends = ["2026-01-05", "2026-04-05", "2026-07-05", "2026-10-05"];
  const unseen: string[][] = [];
  for (const [n, period] of periods.entries()) {
    await entry("street-officer", period, "jinxiu", "visit");
    // Ten of a module's hundred, with a share of a sixth: two of them leave four stars.
    await entry("street-officer", period, "yuehu", "visit");
    for (let k = 0; k < 6; k += 1) await entry("street-officer", period, "yuehu", "order-parking");
    for (let k = 0; k < 4; k += 1) await entry("street-officer", period, "yuehu", "clean-waste");
    if (n === 3) await entry("street-officer", period, "hepan", "veto-fire");
    if (n === 0) expect((await freeze(period)).code).toBe(409);
    clock(ends[n] ?? "");
    expect((await freeze(period, "street-officer")).code).toBe(403);
    const mayFreeze = async (role: Role): Promise<string[]> =>
      (await ask(role, `/api/v1/assessment/awards?scheme=${scheme}`)).body.to_freeze;
    expect([await mayFreeze("bureau-officer"), await mayFreeze("street-officer")]).toEqual([[period], []]);
    const done = await freeze(period);
    expect(done.code, JSON.stringify(done.body)).toBe(201);
    unseen.push(done.body.unseen);
    expect((await freeze(period)).code).toBe(409);
  }
  expect(unseen).toEqual([["hepan"], ["hepan"], ["hepan"], []]);
  expect([await listed("five-star", "2026-Q3"), await listed("four-star", "2026-Q3"), await listed("failed", "2026-Q3")]).toEqual([
    ["jinxiu"],
    ["yuehu"],
    ["hepan"],
  ]);
  expect([await listed("model", "2026-Q2"), await listed("model", "2026-Q3")]).toEqual([[], ["jinxiu"]]);
  const history = (await ask("auditor", `/api/v1/assessment/awards?scheme=${scheme}&site=yuehu`)).body;
  expect([history.sound, history.awards.map(({ period, stars }: { period: string; stars: number }) => `${period} ${stars}`)]).toEqual([
    true,
    periods.map((period) => `${period} 4`),
  ]);
  // What is written afterwards changes the score of today and nothing that was frozen.
  await entry("street-officer", "2026-Q3", "jinxiu", "veto-refusal");
  expect(await listed("five-star", "2026-Q3")).toEqual(["jinxiu"]);

  // As a file.
  const file = await api.ask("property-manager", { method: "GET", url: `/api/v1/assessment/awards?scheme=${scheme}&site=hepan&as=csv` });
  expect([file.statusCode, file.headers["content-type"], file.body.split("\r\n").length]).toEqual([200, "text/csv; charset=utf-8", 3]);
  expect(file.body).toMatch(/"2026-Q3","小区 2","河畔物业",.*,0,"不合格"/);
  // Frozen is frozen: nobody appeals against it any more.
  const [line] = (await ask("property-manager", `/api/v1/assessment/entries?scheme=${scheme}&period=2026-Q3&site=hepan`)).body.entries;
  expect([line.zh, line.kind, line.may]).toEqual(["因失职发生火灾", "veto", []]);
  expect((await ask("property-manager", "/api/v1/assessment/appeals", { entry: line.id, words: "不服" })).body.type).toBe(
    "urn:cuobian:problem:frozen",
  );

  const { courses } = (await ask("auditor", "/api/v1/assessment/replacements")).body;
  const [{ id, about, stands_in }] = courses;
  expect([courses.length, about, stands_in]).toEqual([1, "河畔物业", "opened"]);
  const step = (role: Role, name: string, day: string, reference?: string) =>
    ask(role, `/api/v1/assessment/replacements/${id}/steps`, {
      step: name,
      day,
      note: "办理",
      ...(reference === undefined ? {} : { reference }),
    });
  clock("2026-12-31");
  const refused = [
    await step("street-officer", "order", "2026-10-12", "函 1"),
    await step("street-officer", "talk", "2026-10-12"),
    await step("street-officer", "talk", "2026-10-01", "纪要 1"),
    await step("owners-committee", "talk", "2026-10-12", "纪要 1"),
    await step("street-officer", "talk", "2027-01-01", "纪要 1"),
  ].map(({ code }) => code);
  expect(refused).toEqual([409, 409, 409, 403, 409]);
  expect((await step("street-officer", "talk", "2026-10-12", "纪要 1")).body.stands_in).toBe("talk");
  expect((await step("street-officer", "order", "2026-10-20", "通知 7")).code).toBe(200);
  expect((await step("owners-committee", "vote", "2026-11-30", "业主大会 3 号")).body.type).toBe("urn:cuobian:problem:no-vote");
  const vote = {
    ...{ site: "hepan", number: "业主大会 3 号", subject: "解聘物业", matter: "company", day: "2026-11-29" },
    ...{
      all: { heads: 100, areas_milli: 9_000 },
      taking_part: { heads: 80, areas_milli: 7_000 },
      agreeing: { heads: 60, areas_milli: 5_000 },
    },
  };
  const onMoney = { ...vote, number: "业主大会 2 号", matter: "use-fund", amount_fen: 1 };
  for (const one of [vote, onMoney]) expect((await ask("owners-committee", "/api/v1/fund/votes", one)).code).toBe(201);
  // A vote on something else dismisses nobody.
  const wrong = await step("owners-committee", "vote", "2026-11-30", "业主大会 2 号");
  expect(wrong.body.type).toBe("urn:cuobian:problem:vote-matter");
  expect((await step("owners-committee", "vote", "2026-11-30", "业主大会 3 号")).code).toBe(200);
  expect((await step("community-committee", "selected", "2026-12-20", "合同 9")).code).toBe(200);
  const over = (await step("bureau-officer", "handed-over", "2026-12-30", "交接单")).body;
  expect([over.state, over.sound, over.days, over.steps.map(({ days }: { days: number | null }) => days)]).toEqual([
    "replaced",
    true,
    86,
    [7, 8, 41, 20, 10, null],
  ]);
  expect((await step("bureau-officer", "withdrawn", "2026-12-31", "x")).code).toBe(409);
  counted(context, {
    periods: periods.length,
    awards: 9,
    "model after": 4,
    "steps refused": refused.length + 2,
    "days from failing to another company": over.days,
  });
});

test("work paid by the fund: days in each step, ten working days of notice over National Day, a vote that passed; what was paid stands beside", async (context) => {
  clock("2026-09-01");
  const { id } = (
    await ask("property-manager", "/api/v1/fund/works", { site: "jinxiu", title: "换消防泵", note: "申报", budget_fen: 8_000_000 })
  ).body;
  clock("2026-12-31");
  const step = (role: Role, name: string, day: string, reference?: string) =>
    ask(role, `/api/v1/fund/works/${id}/steps`, { step: name, day, note: "办理", ...(reference === undefined ? {} : { reference }) });
  expect((await step("property-manager", "estimate", "2026-09-08", "预算书")).code).toBe(200);
  const vote = {
    ...{ site: "jinxiu", number: "业主大会 1 号", subject: "换消防泵", day: "2026-09-20", amount_fen: 8_000_000 },
    ...{
      all: { heads: 100, areas_milli: 9_000 },
      taking_part: { heads: 80, areas_milli: 7_000 },
      agreeing: { heads: 60, areas_milli: 5_000 },
    },
  };
  expect((await ask("owners-committee", "/api/v1/fund/votes", vote)).code).toBe(201);
  expect((await step("owners-committee", "vote", "2026-09-21", "业主大会 1 号")).code).toBe(200);
  expect((await step("property-manager", "notice", "2026-09-25", "公示 1 号")).code).toBe(200);
  const early = await step("street-officer", "approved", "2026-10-09", "备案 1");
  const day = /\d{4}-\d{2}-\d{2}/.exec(JSON.stringify(early.body))?.[0] ?? "";
  expect([early.code, early.body.type, day > "2026-10-09"]).toEqual([409, "urn:cuobian:problem:too-short", true]);
  expect((await step("street-officer", "approved", day, "备案 1")).code).toBe(409);
  expect((await step("street-officer", "approved", "2026-10-26", "备案 1")).code).toBe(200);
  expect((await step("property-manager", "begun", "2026-11-02")).code).toBe(200);
  const here = (await ask("bureau-officer", "/api/v1/fund/works")).body.courses[0];
  expect([here.stands_in, here.days_there, here.budget_fen, here.steps.map(({ days }: { days: number }) => days)]).toEqual([
    "begun",
    59,
    8_000_000,
    [7, 13, 4, 31, 7, 59],
  ]);
  counted(context, { steps: here.steps.length, "notice hangs until": Number(day.replaceAll("-", "")) });
});
