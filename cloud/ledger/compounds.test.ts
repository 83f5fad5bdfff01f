// Compounds beside their hazards: what is built, what is open; and days overdue by the company of the time.
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestApi, type TestApi } from "#cloud/api/api-for-tests.ts";
import { dayMs, fromRfc3339 } from "#protocols/vocabulary/time.ts";
import { counted } from "#test/promise.ts";
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
