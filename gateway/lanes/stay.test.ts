// What a tariff speaks of reaches it at a real exit: earlier stays, passes, coupons, the tariff that the car entered under, clocks that were set; also across restarts.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { wall } from "#protocols/vocabulary/time.ts";
import { booth } from "#test/world/booth.ts";
import { type ParkingSite, startParkingSite } from "#test/world/parking-site.ts";
import { repository } from "#test/world/program.ts";

let site: ParkingSite;
afterEach(() => site?.stop());
const minute = 60_000;
const hour = 60 * minute;
const tariff = (name: string): string => readFileSync(join(repository, "tariffs", `${name}.yaml`), "utf8");
const begin = async (text?: string): Promise<void> => {
  site = await startParkingSite({ console: true, ...(text === undefined ? {} : { tariff: text }) });
  await site.goOn(1_000);
};

/** Time goes by with nobody at the lanes. */
const pass = async (ms: number): Promise<void> => {
  site.clock.leap(ms);
  await site.goOn(400);
};

const comesIn = (license: string, colorType = 1) => site.push("in", { license, change: (plate) => Object.assign(plate, { colorType }) });
const atExit = (license: string, colorType = 1) => site.push("out", { license, change: (plate) => Object.assign(plate, { colorType }) });

/** Through the exit's arm and away. */
async function drivesOut(): Promise<void> {
  const board = site.board("out");
  Object.assign(board, { open: true, closed: false, opened: board.opened + 1 });
  await site.goOn(400);
  Object.assign(board, { open: false, closed: true, passed: board.passed + 1 });
  await site.goOn(400);
}

const bills = () => site.events("visit.billed").map(({ total_fen, due_fen }) => [total_fen, due_fen]);
const register = (entries: Record<string, unknown>) =>
  booth(site).ask("/api/v1/register", { method: "POST", body: JSON.stringify({ person: "物业甲", ...entries }) });

test("the first stop in 24 h is free for 2 h; the second is not, also after a restart; a taxi has none", async () => {
  await begin(tariff("quanzhou-station"));
  comesIn("闽CD12345", 0);
  await pass(2 * hour - 10 * minute);
  expect(atExit("闽CD12345", 0)).toMatchObject({ opens: true });
  await drivesOut();
  await site.restart(hour);
  await site.goOn(1_000);
  comesIn("闽CD12345", 5);
  await pass(2 * hour);
  expect(atExit("闽CD12345", 5)).toMatchObject({ opens: false });
  expect(await register({ vehicles: [{ plate: "闽CD67890", operating: true }] })).toMatchObject({ status: 200 });
  comesIn("闽CD67890", 5);
  await pass(2 * hour);
  atExit("闽CD67890", 5);
  expect(bills()).toEqual([
    [0, 0],
    [600, 600],
    [600, 600],
  ]);
});

test("several entries together cost at most their cap", async () => {
  await begin(tariff("several-entries-capped"));
  for (const _ of [1, 2]) {
    comesIn("闽C12345");
    await pass(3 * hour);
    atExit("闽C12345");
    const due = await booth(site).due("out");
    await booth(site).pay("out", {
      payment: `payment-${_}-0001`,
      bill: due.body?.bill,
      method: "cash",
      amount_fen: due.body?.due_fen,
      collector: "门岗",
    });
    await drivesOut();
  }
  expect(bills()).toEqual([
    [700, 700],
    [300, 300],
  ]);
});

test("a visit keeps the tariff that it entered under: its text is in the journal, whatever the file says now", async () => {
  await begin(tariff("residential-free-hour"));
  comesIn("闽C12345");
  await pass(hour);
  writeFileSync(join(site.folder, "tariff.yaml"), tariff("residential-free-hour").replace("price: 2 ", "price: 5 "));
  await site.restart(minute);
  await site.goOn(1_000);
  comesIn("闽C67890");
  await pass(2 * hour);
  atExit("闽C12345");
  atExit("闽C67890");
  writeFileSync(join(site.folder, "tariff.yaml"), "broken");
  await site.restart(20 * minute);
  await site.goOn(1_000);
  expect(atExit("闽C12345").reason).toBe("unpaid");
  expect(bills()).toEqual([
    [600, 600],
    [500, 500],
    [600, 600],
  ]);
  expect(site.journal().all("SELECT hash FROM tariff_text").length).toBe(2);
  comesIn("闽C11111");
  await pass(hour);
  expect(atExit("闽C11111").reason).toBe("no-tariff");
});

test("a pass covers its days, n spaces serve m cars, and what is not covered is charged", async () => {
  await begin();
  const month = { lot: "main", from: "2026-11-01", until: "2026-11-30" };
  expect(await register({ passes: [{ pass: "A-101", plates: ["闽C·12345", "闽C67890"], spaces: 1, ...month }] })).toMatchObject({
    status: 200,
    body: { passes: 1 },
  });
  comesIn("闽C12345");
  await pass(30 * minute);
  comesIn("闽C67890");
  await pass(3 * hour);
  await site.restart(minute);
  await site.goOn(1_000);
  expect(atExit("闽C12345")).toMatchObject({ opens: true });
  await drivesOut();
  expect(atExit("闽C67890")).toMatchObject({ opens: false, reason: "unpaid" });
  expect(bills()).toEqual([
    [0, 0],
    [600, 600],
  ]);
  expect(site.events("pass.written")).toMatchObject([{ pass: "A-101", spaces: 1, withdrawn: false }]);
});

test("a coupon is used once, by the stay that it made cheaper", async () => {
  await begin();
  const coupon = { coupon: "shop-0001", lot: "main", plate: "闽C12345", value: { kind: "minutes", minutes: 120 } };
  expect(await register({ coupons: [coupon] })).toMatchObject({ status: 200, body: { coupons: 1 } });
  for (const _ of [1, 2]) {
    comesIn("闽C12345");
    await pass(3 * hour);
    atExit("闽C12345");
    const due = await booth(site).due("out");
    if (due.body !== null)
      await booth(site).pay("out", {
        payment: `payment-${_}-0001`,
        bill: due.body.bill,
        method: "cash",
        amount_fen: due.body.due_fen,
        collector: "门岗",
      });
    await drivesOut();
  }
  // 3 h less 2 h lie in the free hour; the second time there is no coupon left.
  expect(bills()).toEqual([
    [0, 0],
    [400, 400],
  ]);
  expect(site.events("coupon.used")).toMatchObject([{ coupon: "shop-0001" }]);
  expect(await register({ coupons: [coupon] })).toMatchObject({ status: 409, body: { code: "register-refused" } });
});

test.each<[string, number]>([
  ["forward by nine hours", 9 * hour],
  ["back by nine hours", -9 * hour],
  ["forward by three years", 26_280 * hour],
])(
  "a clock that is set %s: the fee is no higher than either reading, a payment still counts, and the bill says its doubt",
  async (_, by) => {
    await begin(tariff("day-and-night").replace("versions:", "versions:"));
    comesIn("闽C12345");
    await pass(hour);
    site.clock.setWall(wall(site.clock.wall() + by));
    await pass(2 * hour);
    atExit("闽C12345");
    const due = await booth(site).due("out");
    // From 12:00 to 15:00 the day costs 30 yuan less its free half hour; at night it is 3.
    expect(due.body?.due_fen).toBeLessThanOrEqual(3000);
    expect(due.body?.due_fen).toBeGreaterThan(0);
    expect(JSON.stringify(due.body?.lines)).toContain("停车期间时钟调整过");
    await booth(site).pay("out", {
      payment: "payment-0001",
      bill: due.body?.bill,
      method: "cash",
      amount_fen: due.body?.due_fen,
      collector: "门岗",
    });
    await pass(20 * minute);
    atExit("闽C12345");
    expect(site.events("visit.billed").at(-1)).toMatchObject({ paid_fen: due.body?.due_fen });
    expect(site.events("visit.billed").at(-1)?.due_fen).toBeLessThanOrEqual(1000);
  },
);

test("what is put in is taken whole or not at all, with every wrong line told; a file says the same in YAML", async () => {
  await begin();
  const wrong = await register({
    passes: [{ pass: "A-1", lot: "north", plates: ["hello"], spaces: 1, from: "2026-11-30", until: "2026-11-01" }],
    vehicles: [{ plate: "闽C12345", class: "large" }],
  });
  expect(wrong).toMatchObject({
    status: 409,
    body: { code: "register-refused", detail_zh: expect.stringMatching(/没有停车场 north.*不是车牌：hello.*结束不晚于开始/) },
  });
  expect(site.journal().all("SELECT plate FROM vehicle")).toEqual([]);
  const yaml = (text: string) =>
    booth(site).ask("/api/v1/register/import", { method: "POST", body: JSON.stringify({ person: "物业甲", yaml: text }) });
  expect(
    await yaml("passes:\n  - { pass: A-1, lot: main, plates: [闽C12345], spaces: 1, from: 2026-11-01, until: 2026-11-30 }\n"),
  ).toMatchObject({ status: 200, body: { passes: 1 } });
  for (const text of ["- a", "passes: [", "passes: [{ pass: A-1 }]", "pases: []", "a: &a [*a]"])
    expect(await yaml(text)).toMatchObject({ status: 409 });
  expect(await booth(site, null).ask("/api/v1/register", { method: "POST", body: "{}" })).toMatchObject({ status: 401 });
});

/** Through the entry's arm. */
async function drivesIn(license: string): Promise<void> {
  comesIn(license);
  const board = site.board("in");
  Object.assign(board, { open: true, closed: false, opened: board.opened + 1 });
  await site.goOn(400);
  Object.assign(board, { open: false, closed: true, passed: board.passed + 1 });
  await site.goOn(400);
}

test("where a look-alike is inside no money is taken until a person has seen the plate", async () => {
  await begin();
  await drivesIn("闽C80123");
  await drivesIn("闽C8D123");
  await pass(3 * hour);
  atExit("闽C80123");
  const due = await booth(site).due("out");
  expect(due.body).toMatchObject({ plate: "闽C·80123", check: { zh: expect.stringContaining("闽C·8D123") } });
  const payment = { payment: "payment-0001", bill: due.body?.bill, method: "cash", amount_fen: due.body?.due_fen, collector: "门岗" };
  expect(await booth(site).pay("out", payment)).toMatchObject({ status: 409, body: { code: "check-plate" } });
  expect(site.events("visit.paid")).toHaveLength(0);
  expect(await booth(site).pay("out", { ...payment, plate_checked: true })).toMatchObject({ status: 200 });
  expect(site.events("visit.paid")).toHaveLength(1);
});

test("where two cars could be meant the booth sees which and why, and a person chooses before anything is charged", async () => {
  await begin();
  await drivesIn("闽C8D123");
  await drivesIn("闽C8Q123");
  await pass(3 * hour);
  expect(atExit("闽C80123")).toMatchObject({ opens: false, reason: "no-entry" });
  expect((await booth(site).due("out")).body).toBeNull();
  expect(site.events("lane.exception").at(-1)).toMatchObject({
    reason: "no-entry",
    candidates: [
      { cost: 0, characters: [{ at: 4, kind: "confusable", expected: "Q", read: "0" }] },
      { cost: 0, characters: [{ at: 4, kind: "confusable", expected: "D", read: "0" }] },
    ],
  });
  const path = "/api/v1/lanes/out/candidates";
  const seen = (await booth(site).ask(path)).body as { read: string; candidates: { visit: string; plate: string; zh: string }[] };
  expect([seen.read, seen.candidates.map(({ plate }) => plate)]).toEqual(["闽C·80123", ["闽C·8Q123", "闽C·8D123"]]);
  expect(seen.candidates[1]?.zh).toContain("第4位D读成0（易混）");
  const choose = (visit: string | undefined, command = "choice-0001") =>
    booth(site).ask(path, { method: "POST", body: JSON.stringify({ command, person: "门岗甲", visit }) });
  expect(await choose("visit-of-nobody", "choice-0000")).toMatchObject({ status: 409, body: { code: "visit-gone" } });
  const own = seen.candidates[1]?.visit;
  const chosen = await choose(own);
  expect(chosen).toMatchObject({ status: 200, body: { gate: null, due: { plate: "闽C·8D123", due_fen: 600 } } });
  expect(await choose(own)).toMatchObject({ status: 200, body: { due: { visit: own } } });
  expect(await choose(seen.candidates[0]?.visit)).toMatchObject({ status: 409, body: { code: "command-differs" } });
  expect(await choose(seen.candidates[0]?.visit, "choice-0002")).toMatchObject({ status: 409, body: { code: "no-candidate" } });
  expect(site.events("visit.chosen")).toMatchObject([{ lane: "out", person: "门岗甲", visit: own, read: "闽C80123", plate: "闽C8D123" }]);
  expect(site.events("visit.billed")).toMatchObject([{ visit: own }]);
  expect((await booth(site).ask(path)).body).toBeNull();
});

test("a table of passes is tried, refused with every wrong line, then written whole and listed; a spreadsheet's dates and names are understood", async () => {
  await begin();
  const csv = (list: string, text: string, more: object = {}) =>
    booth(site).ask("/api/v1/register/csv", { method: "POST", body: JSON.stringify({ person: "物业甲", list, csv: text, ...more }) });
  const head = "月卡编号,停车场,车牌,车位数,开始,结束\r\n";
  const wrong = `\uFEFF${head}A-101,main,闽C12345 闽C67890,1,2026/11/1,2026/11/30\r\nA-102,main,hello,1,2026-11-01,2026-11-30\r\nA-103,north,闽C11111,1,2026-11-01,2026-11-30\r\n`;
  expect(await csv("passes", wrong)).toMatchObject({
    status: 200,
    body: {
      written: false,
      rows: 3,
      complaints: [
        { line: 3, zh: "不是车牌：hello" },
        { line: 4, zh: "没有停车场 north" },
      ],
    },
  });
  expect((await csv("passes", "月卡编号,停车场,车牌,颜色\nA 1,main,,蓝\n")).body).toMatchObject({
    written: false,
    complaints: [
      { line: 1, zh: expect.stringMatching(/没有“颜色”这一列/) },
      { line: 1, zh: "缺少“车位数”这一列" },
      { line: 1, zh: "缺少“开始”这一列" },
      { line: 1, zh: "缺少“结束”这一列" },
      { line: 2, zh: "月卡编号 A 1：应写成 A-101" },
      { line: 2, zh: "车牌空着" },
    ],
  });
  const right = `${head}A-101,main,"闽C12345、闽C67890",1,2026/11/1,2026/11/30\n`;
  expect((await csv("passes", right, { dry_run: true })).body).toEqual({ written: false, rows: 1, complaints: [] });
  expect(site.events("pass.written")).toHaveLength(0);
  expect((await csv("passes", right)).body).toEqual({ written: true, rows: 1, complaints: [] });
  expect((await csv("vehicles", "plate,class,operating\n闽C55555,large,否\n")).body).toMatchObject({ written: true, rows: 1 });
  const coupons = "券号,停车场,车牌,种类,数值\nshop-1,main,闽C55555,cash,5.50\n";
  expect((await csv("coupons", coupons)).body).toMatchObject({ written: true });
  expect((await booth(site).ask("/api/v1/register/passes")).body).toMatchObject({
    rows: [{ pass: "A-101", plates: ["闽C·12345", "闽C·67890"], spaces: 1, withdrawn: false }],
    next: null,
  });
  expect((await booth(site).ask(`/api/v1/register/coupons?plate=${encodeURIComponent("闽C55555")}`)).body).toMatchObject({
    rows: [{ coupon: "shop-1", kind: "cash", used: false }],
  });
  expect((await booth(site).ask(`/api/v1/register/vehicles?plate=${encodeURIComponent("闽C12345")}`)).body).toMatchObject({ rows: [] });
});
