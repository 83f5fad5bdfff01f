// Compounds beside their hazards: what is built, what is open; and days overdue by the company of the time, each number the sum of its rows.
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestApi, type TestApi } from "#cloud/api/api-for-tests.ts";
import { dayMs, fromRfc3339 } from "#protocols/vocabulary/time.ts";
import { counted } from "#test/promise.ts";
import { daysBegun } from "./companies.ts";
import { beginHazard } from "./steps.ts";

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
});
afterAll(() => api?.close());

const at = (moment: string): number => fromRfc3339(`2026-${moment}:00+08:00`) ?? Number.NaN;
const facts = (company: string, finished: number, fire_facilities = "部分故障") => ({
  ...{
    town: "青阳街道",
    community: "锦绣社区",
    kind: "商品房",
    aliases: [],
    company,
    households: 800,
    area_m2: 90_000,
    e_bikes: 900,
    sheds: 2,
  },
  ...{ ports: { planned: 200, started: 150, finished, in_use: 80 }, fire_facilities, control_room: true },
});
const write = async (valid_from: string, body: object): Promise<number> =>
  (
    await api.ask("bureau-officer", {
      method: "POST",
      url: "/api/v1/ledger/rules",
      payload: { kind: "compound", scope: "jinxiu", valid_from, body, note: "换物业" },
    })
  ).statusCode;
const get = async (url: string) => (await api.ask("bureau-officer", { method: "GET", url })).json();

test("days overdue belong to the company that managed the compound when they began; what is built stands beside what is open", async (context) => {
  api.cloud.clock.now = at("11-20T12:00");
  api.forgetCookies();
  const nothing = await get("/api/v1/ledger/compounds");
  expect([nothing.progress.compounds, nothing.progress.written, nothing.compounds[0].facts]).toEqual([1, 0, null]);
  expect([await write("2026-01-01", facts("旧物业", 100)), await write("2026-11-11", facts("新物业", 120, "维修中"))]).toEqual([201, 201]);
  const hazard = async (id: string, deadline: number, closed_at: number | null): Promise<void> => {
    const row = {
      id,
      site: "jinxiu",
      compound: "锦绣花园",
      place: "某处",
      category: "其他",
      zh: "某事",
      en: "it",
      found_at: at("10-20T09:00"),
    };
    await api.cloud.store.change((change) =>
      beginHazard(
        change,
        { ...row, source: "双随机", deadline, state: closed_at === null ? "整改中" : "已销号", closed_at },
        { at: at("10-20T09:00"), person: null, action: "found", note: "发现" },
      ),
    );
  };
  // Late from the 8th: 8, 9, 10 are the old company's, 11 to 13 the new one's (closed on the 14th before its day began).
  await hazard("A-1", at("11-07T23:59"), at("11-13T12:00"));
  // Still open and late by half a day: day 1.
  await hazard("A-2", at("11-20T00:00"), null);
  // In time, and not late yet.
  await hazard("A-3", at("11-15T00:00"), at("11-14T00:00"));
  await hazard("A-4", at("11-25T00:00"), null);
  const { rows } = await get("/api/v1/ledger/companies?from=2026-11-01&to=2026-11-30");
  expect(rows).toEqual([
    { company: "旧物业", site: "jinxiu", hazards: 1, days_overdue: 4 },
    { company: "新物业", site: "jinxiu", hazards: 2, days_overdue: 3 },
  ]);
  // Cut into two spans they are the same days.
  const parts = await Promise.all([
    get("/api/v1/ledger/companies?from=2026-11-01&to=2026-11-09"),
    get("/api/v1/ledger/companies?from=2026-11-10&to=2026-11-30"),
  ]);
  const days = parts.flatMap((part) => part.rows as { days_overdue: number }[]).reduce((sum, one) => sum + one.days_overdue, 0);
  expect(days).toBe(7);
  const { progress, towns, compounds } = await get("/api/v1/ledger/compounds");
  expect([progress.ports, progress.fire_facilities, towns.map(({ town, open }: { town: string; open: number }) => [town, open])]).toEqual([
    { planned: 200, started: 150, finished: 120, in_use: 80 },
    { 维修中: 1 },
    [["青阳街道", 2]],
  ]);
  expect([compounds[0].facts.company, compounds[0].facts.version, compounds[0].open, compounds[0].closed, compounds[0].overdue]).toEqual([
    ...["新物业", 2, 2, 2, 1],
  ]);
  const wrong = await api.ask("bureau-officer", { method: "GET", url: "/api/v1/ledger/companies?from=2026-11-31&to=2026-12-01" });
  expect([wrong.statusCode, dayMs]).toEqual([400, 86_400_000]);
  counted(context, { companies: rows.length, "days overdue": 7, compounds: compounds.length });
});

interface Late {
  readonly total: number;
  readonly days_overdue: number;
  readonly items: readonly { readonly hazard: string; readonly days: number }[];
}
const span = "from=2026-11-01&to=2026-11-30";
const behind = (company: string, more = ""): Promise<Late> =>
  get(`/api/v1/ledger/companies/days?${span}${company === "" ? "" : `&company=${encodeURIComponent(company)}`}${more}`);

test("every number of a company opens as many rows with its sum; who managed when is told, and a version that was written wrongly never held", async (context) => {
  const { rows } = await get(`/api/v1/ledger/companies?${span}`);
  for (const { company, site, hazards, days_overdue } of rows as {
    company: string;
    site: string;
    hazards: number;
    days_overdue: number;
  }[]) {
    const found = await behind(company, `&site=${site}`);
    expect([found.total, found.days_overdue, found.items.reduce((n, { days }) => n + days, 0)], company).toEqual([
      ...[hazards, days_overdue, days_overdue],
    ]);
  }
  expect((await behind("旧物业")).items.map(({ hazard, days }) => [hazard, days])).toEqual([["A-1", 4]]);
  expect((await behind("新物业", "&page=2")).items).toEqual([]);
  expect(await behind("没有这家")).toMatchObject({ total: 0, days_overdue: 0 });
  const companiesNow = async () =>
    (await get(`/api/v1/ledger/companies?${span}`)).managed.map(
      (one: { company: string | null; from: string | null; until: string | null }) => [
        ...[one.company, one.from?.slice(0, 10) ?? null, one.until?.slice(0, 10) ?? null],
      ],
    );
  const before = [
    [null, null, "2026-01-01"],
    ["旧物业", "2026-01-01", "2026-11-11"],
    ["新物业", "2026-11-11", null],
  ];
  expect(await companiesNow()).toEqual(before);
  // Written wrongly, and once more for the same day: it never held. One that says what holds already is no change.
  expect([await write("2026-11-15", facts("写错的物业", 120)), await write("2026-11-15", facts("新物业", 130))]).toEqual([201, 201]);
  expect(await companiesNow()).toEqual(before);
  expect((await get(`/api/v1/ledger/companies?${span}`)).rows).toEqual(rows);
  // Before anybody wrote a company the days are nobody's, and they are not lost.
  const early = await get("/api/v1/ledger/companies?from=2025-01-01&to=2026-11-30");
  expect(early.rows).toEqual(rows);
  counted(context, { companies: rows.length, "rows opened": rows.length, versions: 4 });
});

test("the days of a hazard are counted once whatever the cuts", () => {
  const deadline = at("11-07T23:59");
  const end = at("11-20T12:00");
  const whole = daysBegun(deadline, deadline, end);
  let cuts = 0;
  for (let cut = deadline - 2 * dayMs; cut < end + 2 * dayMs; cut += dayMs / 7) {
    expect(daysBegun(deadline, deadline, Math.min(cut, end)) + daysBegun(deadline, Math.min(cut, end), end)).toBe(whole);
    cuts += 1;
  }
  expect([whole, daysBegun(deadline, deadline, deadline), daysBegun(deadline, deadline, deadline + 1), cuts > 90]).toEqual([
    13,
    0,
    1,
    true,
  ]);
});

test("what is open of charging and of fire facilities is the list of the same name; the tables hold what the answers hold, and CSV computes nothing", async (context) => {
  const add = async (id: string, category: string): Promise<void> => {
    const row = { id, site: "jinxiu", compound: "锦绣花园", place: "某处", category, zh: "某事", en: "it", found_at: at("11-18T09:00") };
    await api.cloud.store.change((change) =>
      beginHazard(
        change,
        { ...row, source: "双随机", deadline: null, state: "整改中", closed_at: null },
        { at: at("11-18T09:00"), person: null, action: "found", note: "发现" },
      ),
    );
  };
  for (const [nth, category] of ["消防栓", "应急照明", "楼道充电", "=1+1"].entries()) await add(`B-${nth}`, category);
  const [one] = (await get("/api/v1/ledger/compounds")).compounds;
  expect(one.about).toEqual({ charging: 1, fire: 2 });
  for (const [about, n] of Object.entries(one.about)) {
    const list = await get(`/api/v1/hazards?list=open&matter=hazard&site=jinxiu&about=${about}&page=1`);
    expect([about, list.total]).toEqual([about, n]);
  }
  const file = async (url: string): Promise<{ lines: string[]; type: string }> => {
    const answer = await api.ask("bureau-officer", { method: "GET", url });
    return { lines: answer.body.replace("\ufeff", "").trim().split("\r\n"), type: String(answer.headers["content-type"]) };
  };
  expect(await write("2026-11-16", facts("=物业", 130))).toBe(201);
  const works = await file("/api/v1/ledger/compounds?as=csv");
  expect([works.type, works.lines.length]).toEqual(["text/csv; charset=utf-8", 2]);
  expect(works.lines[1]).toContain("'=物业");
  const companies = await file(`/api/v1/ledger/companies?${span}&as=csv`);
  const { rows } = await get(`/api/v1/ledger/companies?${span}`);
  expect(companies.lines).toHaveLength(1 + rows.length);
  for (const as of ["compounds?as=xlsx", `companies?${span}&as=xlsx`]) {
    const answer = await api.ask("bureau-officer", { method: "GET", url: `/api/v1/ledger/${as}` });
    expect([answer.statusCode, answer.rawPayload.subarray(0, 2).toString()]).toEqual([200, "PK"]);
  }
  counted(context, { "csv lines": works.lines.length + companies.lines.length, workbooks: 2, abouts: 2 });
});

test("of another compound nothing is told: neither its companies nor its days", async () => {
  for (const url of ["compounds", `companies?${span}`, `companies/days?${span}&company=${encodeURIComponent("旧物业")}`]) {
    const answer = await api.ask("property-manager", { method: "GET", url: `/api/v1/ledger/${url}` });
    expect(answer.statusCode, url).toBe(200);
  }
  const elsewhere = await api.ask("property-manager", { method: "GET", url: `/api/v1/ledger/companies/days?${span}&site=nowhere` });
  const finance = await api.ask("finance", { method: "GET", url: `/api/v1/ledger/companies?${span}` });
  expect([elsewhere.statusCode, finance.statusCode]).toEqual([404, 403]);
});
