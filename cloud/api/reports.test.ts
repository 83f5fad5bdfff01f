// Reports: every number is the sum of the rows behind it, money that was no money is counted nowhere, and each post reads its part.
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Voice } from "#cloud/ingest/room-for-tests.ts";
import { isSandbox } from "#cloud/reports/report.ts";
import type { ReportRow, ReportView } from "#protocols/api/reports.ts";
import type { Role } from "#protocols/api/views.ts";
import { readWorkbook } from "#protocols/excel/workbook.ts";
import { counted } from "#test/promise.ts";
import { openTestApi, type TestApi, tellEverything } from "./api-for-tests.ts";

let api: TestApi;
let period = "";
let voice: Voice;
beforeAll(async () => {
  api = await openTestApi();
  voice = await tellEverything(api.cloud);
  const cars = [1, 2, 3, 4, 5, 6].map((n) =>
    voice.say(
      "lane.passed",
      { lane: n % 2 === 0 ? "east-in" : "east-out", direction: n % 2 === 0 ? "entry" : "exit", visit: null, count: n, known_late: false },
      300_000 + n,
    ),
  );
  const opened = (["read", "manual", "manual", "unknown"] as const).map((cause, n) =>
    voice.say("gate.opened", { lane: "east-in", cause, command: null, count: n, after_ms: null, known_late: false }, 310_000 + n),
  );
  await voice.tell(api.cloud, [...cars, ...opened]);
  const { now } = api.cloud.clock;
  const [from, to] = [new Date(now - 86_400_000), new Date(now + 86_400_000)];
  period = `site=jinxiu&from=${encodeURIComponent(from.toISOString())}&to=${encodeURIComponent(to.toISOString())}`;
});
afterAll(() => api?.close());

const report = async (role: Role = "property-manager"): Promise<ReportView> =>
  (await api.ask(role, { method: "GET", url: `/api/v1/reports?${period}` })).json() as ReportView;
const rows = async (of: string, key?: string, role: Role = "property-manager"): Promise<ReportRow[]> => {
  const url = `/api/v1/reports/rows?${period}&of=${of}${key === undefined ? "" : `&key=${encodeURIComponent(key)}`}`;
  return (await api.ask(role, { method: "GET", url })).json().items as ReportRow[];
};

test("P 11.reports: every number is the sum of the rows that it opens, in count, money and energy; the total is the sum of what was taken", async (context) => {
  const { figures, income_fen, sandbox_fen } = await report();
  let seen = 0;
  for (const { of, key, count, amount_fen, energy_mWh } of figures) {
    const behind = await rows(of, key);
    const sum = (name: "amount_fen" | "energy_mWh"): number => behind.reduce((total, row) => total + (row[name] ?? 0), 0);
    expect([of, key, behind.length], `${of} ${key}`).toEqual([of, key, count]);
    if (amount_fen !== null) expect(sum("amount_fen"), `${of} ${key}`).toBe(amount_fen);
    if (energy_mWh !== null) expect(sum("energy_mWh"), `${of} ${key}`).toBe(energy_mWh);
    // Each leads on: to an event, an alarm, or a stay.
    expect(behind.every((row) => row.event !== null || row.alarm !== null || row.visit !== null)).toBe(true);
    seen += behind.length;
  }
  const taken = figures.filter(({ of }) => ["parking", "charging-money", "passes", "given-back"].includes(of));
  expect(income_fen).toBe(taken.filter((one) => !isSandbox(one)).reduce((sum, { amount_fen }) => sum + (amount_fen ?? 0), 0));
  expect(sandbox_fen).toBe(taken.filter(isSandbox).reduce((sum, { amount_fen }) => sum + (amount_fen ?? 0), 0));
  expect(figures.find(({ of, key }) => of === "passed" && key === "east-in")?.count).toBeGreaterThanOrEqual(3);
  expect(figures.some(({ of }) => of === "entries")).toBe(true);
  expect(figures.find(({ of, key }) => of === "openings" && key === "manual")?.count).toBeGreaterThanOrEqual(2);
  const groups = new Set(figures.map(({ of }) => of));
  expect(groups.size).toBeGreaterThanOrEqual(10);
  counted(context, { groups: groups.size, figures: figures.length, rows: seen, wrong: 0 });
});

test("what lies outside of the period is not in it, and a period that is none is refused", async () => {
  const at = (days: number) => encodeURIComponent(new Date(api.cloud.clock.now + days * 86_400_000).toISOString());
  const ask = (query: string) => api.ask("property-manager", { method: "GET", url: `/api/v1/reports?${query}` });
  const before = (await ask(`site=jinxiu&from=${at(-20)}&to=${at(-10)}`)).json() as ReportView;
  expect([before.figures, before.income_fen, before.complete]).toEqual([[], 0, true]);
  expect((await report()).complete).toBe(false);
  for (const [from, to] of [
    [at(1), at(0)],
    [at(0), at(0)],
    [at(-33), at(0)],
    ["yesterday", at(0)],
  ])
    expect((await ask(`site=jinxiu&from=${from}&to=${to}`)).statusCode).toBe(400);
});

test("a treasurer reads money alone; plates are whole for those who let cars in", async () => {
  const treasurer = await report("finance");
  expect(treasurer.income_fen).toBe((await report()).income_fen);
  expect(
    [...new Set(treasurer.figures.map(({ of }) => of))].filter(
      (of) => !["parking", "charging-money", "passes", "given-back", "let-off"].includes(of),
    ),
  ).toEqual([]);
  const url = `/api/v1/reports/rows?${period}&of=entries`;
  expect((await api.ask("finance", { method: "GET", url })).statusCode).toBe(403);
  const platesOf = async (role: Role) => (await rows("parking", undefined, role)).flatMap(({ plate }) => (plate === null ? [] : [plate]));
  const [whole, masked] = [await platesOf("booth"), await platesOf("auditor")];
  expect(whole.length).toBeGreaterThan(0);
  expect(whole.some((plate) => plate.includes("**"))).toBe(false);
  expect(masked.every((plate) => plate.includes("**"))).toBe(true);
});

test("the same as a workbook and as CSV, with the total; no cell of them is a formula", async () => {
  const { income_fen, figures } = await report();
  const file = await api.ask("property-manager", { method: "GET", url: `/api/v1/reports?${period}&format=xlsx` });
  expect(file.headers["content-disposition"]).toMatch(/report-jinxiu-\d{4}-\d\d-\d\d\.xlsx/);
  const [sheet] = readWorkbook(new Uint8Array(file.rawPayload)) as unknown as { rows: readonly (readonly unknown[])[] }[];
  expect(JSON.stringify(sheet)).toContain("收入合计");
  const csv = (await api.ask("property-manager", { method: "GET", url: `/api/v1/reports?${period}&format=csv` })).body;
  const lines = csv
    .replace(/^\uFEFF/, "")
    .trimEnd()
    .split("\r\n");
  expect(csv.startsWith("\uFEFF")).toBe(true);
  expect(lines).toHaveLength(figures.length + 2);
  expect(lines.at(-1)).toBe(`"收入合计（不含沙箱）","",,${((income_fen ?? 0) / 100).toFixed(2)},`);
  expect(csv).not.toMatch(/(^|,)"[=+@-]/m);
});

test("shifts are as they were handed over: each begins where the one before it ended", async () => {
  const shift = (n: number, person: string) =>
    voice.say(
      "shift.ended",
      { shift: `shift-000${n}`, person, to: "下一位", payments: n, expected_fen: 1_000 * n, counted_fen: 1_000 * n, reason: "" },
      500_000 + n * 60_000,
    );
  await voice.tell(api.cloud, [shift(2, "门岗甲"), shift(3, "门岗乙")]);
  const [newest, before, first] = (await api.ask("booth", { method: "GET", url: "/api/v1/reports/shifts?site=jinxiu&days=30" })).json();
  expect(newest).toMatchObject({ shift: "shift-0003", person: "门岗乙", begun: before.ended, expected_fen: 3_000 });
  expect([before.begun, first.begun]).toEqual([first.ended, null]);
});
