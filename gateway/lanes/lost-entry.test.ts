// A car that nobody saw come in, and a lot that lies in another one: what the lot's own file says of them holds at the real exit. Real journal and boards, told time.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { namedFileComplaints } from "#gateway/config/named-files.ts";
import { parseSiteConfig } from "#gateway/config/read.ts";
import { quote, type Stay } from "#gateway/core/parking/tariff.ts";
import { parseTariff } from "#gateway/tariff/file.ts";
import { fen } from "#protocols/vocabulary/money.ts";
import { canonicalPlate } from "#protocols/vocabulary/plate.ts";
import { wall } from "#protocols/vocabulary/time.ts";
import { type Booth, booth } from "#test/world/booth.ts";
import { type LaneName, type ParkingSite, startParkingSite } from "#test/world/parking-site.ts";
import { siteText } from "#test/world/parking-site-file.ts";

let site: ParkingSite | undefined;
afterEach(async () => {
  await site?.stop();
  site = undefined;
});
const here = (): ParkingSite => site ?? expect.fail("no site");
const minute = 60_000;
const hour = 60 * minute;

const hourly = (more: string, price = 2): string => `
tariff: lot-${price}
name: { zh: 试验, en: trial }
versions:
  - version: "1"
    from: 2025-01-01
    pricing: { rate: { part_unit: up, steps: [{ per: 1 h, price: ${price} }] } }
    classes: [{ id: police, name: { zh: 警车, en: police }, when: { kinds: [police] }, free: true }]
    passes: { when_space_falls_free: covered, tolerance: 15 min, rest_has_free_time: true }
    payment: { grace: 15 min, after_grace: whole-stay }
${more}`;
const lost = (rule: string): string => hourly(`    lost_entry: ${rule}\n`);

async function begin(tariff: string, inner?: string): Promise<void> {
  site = await startParkingSite({ console: true, tariff, ...(inner === undefined ? {} : { inner }) });
  await site.goOn(200);
}
const see = (lane: LaneName, license: string) => here().push(lane, { license });
const pass = async (ms: number): Promise<void> => {
  here().clock.advance(ms);
  await here().goOn(200);
};
async function drives(lane: LaneName): Promise<void> {
  const board = here().board(lane);
  Object.assign(board, { open: true, closed: false, opened: board.opened + 1, passed: board.passed + 1 });
  await here().goOn(200);
  Object.assign(board, { open: false, closed: true });
}
const bills = () =>
  here()
    .events("visit.billed")
    .map(({ total_fen, due_fen }) => [total_fen, due_fen]);
const visits = () => here().journal().all("SELECT plate, state, entry_lost, total_fen, paid_fen FROM visit ORDER BY entered_at, id");
const owing = async (plate: string) => (await booth(here()).ask(`/api/v1/arrears?plate=${encodeURIComponent(plate)}`)).body;
async function pays(lane: LaneName, name: string): ReturnType<Booth["pay"]> {
  const { body } = await booth(here()).due(lane);
  const payment = { payment: name, bill: body?.bill, method: "cash", amount_fen: body?.due_fen, collector: "门岗" };
  return booth(here()).pay(lane, payment);
}

test("a fixed price: said on the bill, paid, the gate opens, the stay is over; later, or read again, it asks no second time", async () => {
  await begin(lost("{ fixed: 10 }"));
  expect(see("out", "闽C12345")).toMatchObject({ opens: false, reason: "unpaid" });
  expect((await booth(here()).due("out")).body).toMatchObject({
    due_fen: 1000,
    lines: [{ zh: "无入场记录，按10.00元收费", amount_fen: 1000 }],
  });
  expect(here().events("lane.exception").at(-1)).toMatchObject({ reason: "unpaid", zh: expect.stringContaining("没有入场记录") });
  expect(here().events("visit.opened")).toMatchObject([{ plate: "闽C12345", lane: "out", entry_lost: true }]);
  await here().restart(minute);
  expect(await pays("out", "payment-0001")).toMatchObject({ status: 200, body: { gate: "opening" } });
  await pass(20 * minute);
  expect(see("out", "闽C12345")).toMatchObject({ opens: true });
  await drives("out");
  expect(visits()).toEqual([{ plate: "闽C12345", state: "gone", entry_lost: 1, total_fen: 1000, paid_fen: 1000 }]);
  expect(see("out", "闽C12345").reason).toBe("just-passed");
  expect([bills(), await owing("闽C12345")]).toEqual([
    [
      [1000, 1000],
      [1000, 0],
    ],
    [],
  ]);
});

test("who pays nothing is let out; a look-alike inside is that car; a misread is the same car; who drives back or comes in owes nothing; an arm kept up asks nobody", async () => {
  await begin(lost("{ fixed: 10 }"));
  const passes = [
    { pass: "A-101", lot: "main", plates: ["闽C12345"], spaces: 1, from: "2026-11-01", until: "2026-11-30" },
    { pass: "A-102", lot: "main", plates: ["闽C67890"], spaces: 1, from: "2026-10-01", until: "2026-10-31" },
  ];
  const body = JSON.stringify({ person: "物业甲", passes });
  expect(await booth(here()).ask("/api/v1/register", { method: "POST", body })).toMatchObject({ status: 200 });
  expect(see("out", "闽C12345").opens).toBe(true);
  await drives("out");
  expect(see("out", "闽C1234警").opens).toBe(true);
  await drives("out");
  expect(see("out", "闽C67890")).toMatchObject({ opens: false, reason: "unpaid" });
  expect(bills()).toEqual([
    [0, 0],
    [0, 0],
    [1000, 1000],
  ]);
  // The waiting car, misread, is the same car; the one that comes in now begins anew.
  see("out", "闽C6789D");
  see("in", "闽C67890");
  await drives("in");
  see("in", "闽C8D123");
  await drives("in");
  see("out", "闽C55555");
  expect(visits().filter((visit) => visit.entry_lost === 1).length).toBe(4);
  await pass(11 * minute);
  await here().goOn(1_000);
  expect(visits().filter((visit) => visit.entry_lost === 1 && visit.state !== "gone")).toEqual([]);
  await pass(80 * minute);
  see("out", "闽C67890");
  see("out", "闽C80123");
  expect(bills().slice(-2)).toEqual([
    [400, 400],
    [400, 400],
  ]);
  see("in", "闽C8Q123");
  await drives("in");
  expect(see("out", "闽C80123").reason).toBe("no-entry");
  const order = { mode: "held-open", person: "门岗甲", approver: "物业经理", reason: "搬家", minutes: 10 };
  await booth(here()).ask("/api/v1/lanes/out/mode", { method: "POST", body: JSON.stringify(order) });
  expect(see("out", "闽C77777").reason).toBe("no-entry");
  expect(visits().filter((visit) => visit.entry_lost === 1).length).toBe(4);
  for (const plate of ["闽C67890", "闽C55555"]) expect(await owing(plate)).toEqual([]);
});

test("time in the inner lot is paid there and not again outside, from the passages alone; an open record of an earlier stay takes nothing off", async () => {
  await begin(hourly("    inner_lots: excluded\n"), hourly("", 5));
  see("in", "闽C12345");
  await drives("in");
  await pass(hour);
  see("inner-in", "闽C12345");
  await drives("inner-in");
  await pass(90 * minute);
  see("inner-out", "闽C12345");
  await pays("inner-out", "payment-inner-1");
  await drives("inner-out");
  await pass(10 * minute);
  see("inner-in", "闽C12345");
  await drives("inner-in");
  await pass(5 * hour);
  // Not seen to leave the inner lot the second time: there until now. 1 h 10 min out here.
  see("out", "闽C12345");
  const due = await booth(here()).due("out");
  expect(due.body).toMatchObject({ due_fen: 400, lines: [{ zh: expect.stringContaining("内场停车6小时30分钟") }, {}] });
  await pays("out", "payment-0001");
  await drives("out");
  see("in", "闽C12345");
  await drives("in");
  await pass(90 * minute);
  see("out", "闽C12345");
  expect(bills()).toEqual([
    [1000, 1000],
    [400, 400],
    [400, 400],
  ]);
});

const at = (text: string) => wall(Date.parse(`2026-11-25T${text}+08:00`));
const stay = (more: Partial<Stay> = {}): Stay => ({
  entered: at("12:00:00"),
  left: at("12:00:00"),
  colour: "blue",
  entryLost: true,
  ...more,
});
const plateOf = (text: string) => canonicalPlate(text) ?? expect.fail(text);
const pastPass = { id: "p", from: at("00:00:00"), until: at("11:00:00") };

test.each<[string, string, Partial<Stay>, number | string]>([
  ["a fixed price", "{ fixed: 10 }", {}, 1000],
  ["less what was paid", "{ fixed: 10 }", { payments: [{ at: at("11:50:00"), amount: fen(400) }] }, 600],
  ["paid in full", "{ fixed: 10 }", { payments: [{ at: at("11:50:00"), amount: fen(1000) }] }, 0],
  ["a police car", "{ fixed: 10 }", { plate: plateOf("闽C1234警"), colour: "white" }, 0],
  ["a pass that is good now", "{ fixed: 10 }", { passes: [{ ...pastPass, until: at("12:00:00") }] }, 0],
  ["a pass that ended a second too early", "{ fixed: 10 }", { passes: [{ ...pastPass, until: at("11:59:59") }] }, 1000],
  [
    "a pass that is suspended",
    "{ fixed: 10 }",
    { passes: [{ ...pastPass, until: at("13:00:00"), suspended: [pastPass, { from: at("11:00:00"), until: at("12:30:00") }] }] },
    1000,
  ],
  [
    "the only space is taken by the household's other car",
    "{ fixed: 10 }",
    { passes: [{ ...pastPass, until: at("13:00:00"), spaces: { count: 1, others: [{ entered: at("08:00:00") }] } }] },
    1000,
  ],
  ["a length to assume", "{ assume: 3 h }", {}, 600],
  ["of it a pass covered a part", "{ assume: 3 h }", { passes: [{ ...pastPass, until: at("11:30:00") }] }, 200],
  ["left to a person", "{ ask: true }", {}, "lost-entry-ask"],
])("%s: %s", (_, rule, more, wanted) => {
  const read = parseTariff(lost(rule), "x");
  if ("complaints" in read) expect.fail(JSON.stringify(read.complaints));
  const found = quote(read.tariff, stay(more));
  expect("kind" in found ? found.code : found.total).toBe(wanted);
});

test("a site file whose lots lie in themselves, or in a lot whose tariff is silent about it, is refused in words", () => {
  const folder = mkdtempSync(join(tmpdir(), "cuobian-lots-"));
  for (const [name, text] of [
    ["tariff.yaml", hourly("")],
    ["inner.yaml", hourly("", 5)],
    ["booth.token", "of-this-test-only-1"],
    ["uplink.password", "x"],
  ] as const)
    writeFileSync(join(folder, name), text);
  const nothing = { lots: undefined, exit: undefined, top: undefined, payments: undefined, broker: undefined };
  const text = siteText(502, { camera: {}, commandKey: false, lot: {}, inner: true, board: "barriers/loop-board", ...nothing });
  const path = join(folder, "site.yaml");
  const complaints = (words: string): string[] => {
    const read = parseSiteConfig(words, path);
    return (read.kind === "complaints" ? read.complaints : namedFileComplaints(read)).map(({ en }) => en);
  };
  expect(complaints(text)).toEqual(["inner lies in main, and the tariff of main does not say how time in there counts (inner_lots)"]);
  expect(complaints(text.replace("within: main", "within: inner"))).toEqual([expect.stringContaining("lies within itself")]);
  rmSync(folder, { recursive: true });
});
