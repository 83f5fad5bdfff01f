// A payment at the booth: counts once, opens once, over repeats, restarts and silent boards; other amounts and old bills are refused. Real HTTP and boards, told time.
import { afterEach, expect, test } from "vitest";
import { type Booth, type BoothAnswer, booth } from "#test/world/booth.ts";
import { type ParkingSite, startParkingSite } from "#test/world/parking-site.ts";

let site: ParkingSite;
afterEach(() => site?.stop());

const plate = "闽CD12345";
const minute = 60_000;

interface Owed {
  readonly at: Booth;
  readonly bill: string;
  readonly due_fen: number;
  payment(over?: Record<string, unknown>): Record<string, unknown>;
}

/** A car inside for so long stands at the exit and owes. The tariff: an hour free, then 2 yuan an hour begun. */
async function owing(stay_ms = 150 * minute): Promise<Owed> {
  site = await startParkingSite({ console: true });
  site.push("in", { license: plate });
  site.clock.leap(stay_ms);
  await site.goOn(1_000);
  expect(site.push("out", { license: plate })).toEqual({ reason: "unpaid", opens: false });
  const at = booth(site);
  const { status, body } = await at.due("out");
  expect(status).toBe(200);
  const { bill, due_fen } = body as { bill: string; due_fen: number };
  return {
    at,
    bill,
    due_fen,
    payment: (over = {}) => ({ payment: "payment-0001", bill, method: "cash", amount_fen: due_fen, collector: "门岗甲", ...over }),
  };
}
const money = (): unknown[] => site.events("visit.paid").map(({ payment, amount_fen }) => [payment, amount_fen]);
const said = ({ status, body }: BoothAnswer): unknown[] => [status, body?.code ?? body?.gate];

test("what is due can be read aloud, and asking again asks for the same", async () => {
  const { at, bill, due_fen } = await owing();
  const { body } = await at.due("out");
  expect(body).toMatchObject({ bill, total_fen: 400, paid_fen: 0, due_fen: 400, plate: expect.stringContaining("·") });
  const lines = body?.lines as { zh: string; amount_fen: number }[];
  expect(lines.reduce((sum, line) => sum + line.amount_fen, 0)).toBe(due_fen);
  for (const line of lines) expect(line.zh).toMatch(/[一-龥]/);
  expect((await at.due("in")).body).toBeNull();
  expect(site.events("visit.billed")).toHaveLength(1);
});

test("not opened while it owes; paid, one pulse; told again, no second one, nor after a restart", async () => {
  const { at, payment } = await owing();
  await site.goOn(1_000);
  expect(site.board("out").pulses).toBe(0);
  expect(said(await at.pay("out", payment()))).toEqual([200, "opening"]);
  expect(site.board("out").pulses).toBe(1);
  expect(said(await at.pay("out", payment()))).toEqual([200, "opening"]);
  await site.restart(5_000);
  expect(said(await booth(site).pay("out", payment()))).toEqual([200, "opening"]);
  await site.goOn(10_000);
  expect([site.board("out").pulses, money()]).toEqual([1, [["payment-0001", 400]]]);
  expect((await booth(site).due("out")).body).toBeNull();
});

test("told four times at once: one payment, one pulse, four equal answers", async () => {
  const { at, payment } = await owing();
  const answers = await Promise.all([1, 2, 3, 4].map(() => at.pay("out", payment())));
  for (const answer of answers) expect(answer.body).toEqual(answers[0]?.body);
  expect([said(answers[0] as BoothAnswer), site.board("out").pulses, money().length]).toEqual([[200, "opening"], 1, 1]);
});

test("two terminals pay one bill at once: one is taken, the other is told that it is settled", async () => {
  const { at, payment } = await owing();
  const answers = await Promise.all(["payment-aaaa", "payment-bbbb"].map((name) => at.pay("out", payment({ payment: name }))));
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
  expect([site.board("out").pulses, money().length]).toEqual([1, 1]);
});

test.each<[string, Record<string, unknown>, string, string]>([
  ["a fen too little", { amount_fen: 399 }, "out", "other-amount"],
  ["a fen too much", { amount_fen: 401 }, "out", "other-amount"],
  ["a bill nobody made", { bill: "bill-of-nobody" }, "out", "unknown-bill"],
  ["at an entry", {}, "in", "unknown-bill"],
])("refused with 409, nothing taken, nothing opened: %s", async (_, over, lane, code) => {
  const { at, payment } = await owing();
  expect(said(await at.pay(lane, payment(over)))).toEqual([409, code]);
  await site.goOn(1_000);
  expect([site.board("in").pulses, site.board("out").pulses, money()]).toEqual([0, 0, []]);
  // And then it is paid rightly.
  expect(said(await at.pay("out", payment()))).toEqual([200, "opening"]);
});

test.each<[string, Record<string, unknown>]>([
  ["amount", { amount_fen: 300 }],
  ["method", { method: "static-code" }],
  ["collector", { collector: "门岗乙" }],
])("a payment's name with another %s is another payment: refused", async (_, over) => {
  const { at, payment } = await owing();
  await at.pay("out", payment());
  expect(said(await at.pay("out", payment(over)))).toEqual([409, "payment-differs"]);
  expect([site.board("out").pulses, money().length]).toEqual([1, 1]);
});

test("a price that was told stands for its grace; after it the bill is replaced, and the old one is not taken", async () => {
  const { at, payment } = await owing(115 * minute);
  await site.goOn(1_000);
  site.clock.advance(16 * minute);
  site.push("out", { license: plate });
  const { body } = await at.due("out");
  expect(body).toMatchObject({ due_fen: 400 });
  expect(said(await at.pay("out", payment()))).toEqual([409, "bill-replaced"]);
  expect(said(await at.pay("out", payment({ bill: body?.bill, amount_fen: 400 })))).toEqual([200, "opening"]);
  expect(site.events("visit.billed").map(({ due_fen }) => due_fen)).toEqual([200, 400]);
});

test("paid, and read again at the exit: it opens in the reply; gone, it owes nothing and the visit ends once", async () => {
  const { at, payment } = await owing();
  await at.pay("out", payment());
  await site.goOn(6_000);
  expect(site.push("out", { license: plate })).toEqual({ reason: "opened", opens: true });
  Object.assign(site.board("out"), { open: true, closed: false, opened: 40_001 });
  await site.goOn(400);
  site.board("out").passed += 1;
  await site.goOn(400);
  expect(site.events("visit.closed")).toMatchObject([{ lane: "out", total_fen: 400, paid_fen: 400 }]);
  expect((await at.due("out")).body).toBeNull();
  expect(said(await at.pay("out", payment({ payment: "payment-late" })))).toEqual([409, "already-paid"]);
});

test("paid while another car stands before the arm: taken, not opened; the payer opens when it is read", async () => {
  const { at, payment } = await owing();
  site.push("in", { license: "闽CF00888" });
  site.clock.leap(150 * minute);
  // The first car's price is still the one that was told: paid late, it is asked anew.
  expect(said(await at.pay("out", payment()))).toEqual([409, "bill-replaced"]);
  site.push("out", { license: plate });
  const { body } = await at.due("out");
  site.push("out", { license: "闽CF00888" });
  expect(said(await at.pay("out", payment({ bill: body?.bill, amount_fen: body?.due_fen })))).toEqual([200, "not-opened"]);
  await site.goOn(4_000);
  expect([site.board("out").pulses, money().length]).toEqual([0, 1]);
  expect(site.push("out", { license: plate })).toEqual({ reason: "opened", opens: true });
});

test("the board is gone: the money is taken and the booth is told; back again, no late pulse", async () => {
  const { at, payment } = await owing();
  await site.boards.down();
  const answer = at.pay("out", payment());
  while (money().length === 0) await new Promise((resolve) => setImmediate(resolve));
  await site.goOn(6_000);
  expect(said(await answer)).toEqual([200, "not-opened"]);
  await site.boards.up();
  await site.goOn(10_000);
  expect(said(await at.pay("out", payment()))).toEqual([200, "not-opened"]);
  expect([site.board("out").pulses, money().length]).toEqual([0, 1]);
  // The car is read again, and leaves.
  expect(site.push("out", { license: plate })).toEqual({ reason: "opened", opens: true });
});

test("killed between the money and the pulse: taken, never opened late, and told so", async () => {
  const { at, payment } = await owing();
  await site.boards.down();
  const answer = at.pay("out", payment()).catch(() => undefined);
  while (money().length === 0) await new Promise((resolve) => setImmediate(resolve));
  await site.restart(2_000);
  await answer;
  await site.boards.up();
  await site.goOn(10_000);
  expect(said(await booth(site).pay("out", payment()))).toEqual([200, "not-opened"]);
  expect([site.board("out").pulses, money()]).toEqual([0, [["payment-0001", 400]]]);
});

test("no tariff: the booth is refused in words, and is never told 0", async () => {
  site = await startParkingSite({ console: true, tariff: null });
  site.push("in", { license: plate });
  site.clock.leap(150 * minute);
  site.push("out", { license: plate });
  expect(await booth(site).due("out")).toMatchObject({ status: 409, body: { code: "no-tariff" } });
});
