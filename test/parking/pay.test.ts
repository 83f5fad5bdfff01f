// Money by phone: signed by openssl, told once, many times, at once, falsely, wrongly or never. One credit, and the gate opens at most once.
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { counted } from "../promise.ts";
import { booth } from "../world/booth.ts";
import { type ParkingSite, startParkingSite } from "../world/parking-site.ts";
import { type Message, type PayWorld, startPayWorld } from "../world/pay-providers.ts";
import { until } from "../world/program.ts";
import { mine, minute, other, quickScene, type Scene } from "./at-the-lane.ts";

const providers = ["wechat", "alipay"] as const;
type ProviderId = (typeof providers)[number];
let world: PayWorld;
let site: ParkingSite | undefined;
beforeAll(async () => {
  world = await startPayWorld(() => site?.clock.wall() ?? 0);
});
afterEach(async () => {
  await site?.stop();
  site = undefined;
  world.queried.clear();
  world.refunds.length = 0;
});
afterAll(() => world.stop());

interface Owing extends Scene {
  readonly site: ParkingSite;
  readonly charge: string;
  readonly amount_fen: number;
  readonly qr: string;
  tell(message: Message): Promise<{ status: number; text: string }>;
  credits(): number;
}

/** A car stands at the exit, owes 4 yuan, and the phone has the code. */
async function owing(provider: ProviderId): Promise<Owing> {
  const started = await startParkingSite({ console: true, payments: world.payments, files: world.files });
  site = started;
  await started.goOn(1_000);
  const scene = quickScene(started);
  await scene.parks();
  expect(scene.atExit(mine, 150 * minute)).toBe("unpaid");
  await started.goOn(400);
  const { body } = await scene.post("/lanes/out/charges", { provider });
  return {
    ...scene,
    site: started,
    ...(body as { charge: string; amount_fen: number; qr: string }),
    async tell({ headers, body: said }) {
      const answer = await fetch(`${started.http()}/pay/notify/${provider}`, { method: "POST", headers, body: said });
      return { status: answer.status, text: await answer.text() };
    },
    credits: () => started.events("visit.paid").length,
  };
}

const happy: Readonly<Record<ProviderId, string>> = { wechat: "SUCCESS", alipay: "success" };

test("P 06.pay: 15 repeats, two at once, four forgeries, wrong amount and currency, never told: one credit, at most one opening", async (context) => {
  const sums = { providers: 0, notices: 0, forgeries: 0, credits: 0, openings: 0, "credited wrongly": 0 };
  for (const provider of providers) {
    // Told, and told again.
    const first = await owing(provider);
    const { charge, amount_fen } = first;
    expect([amount_fen, first.qr]).toEqual([400, expect.stringContaining(charge)]);
    expect((await first.post("/lanes/out/charges", { provider })).body).toMatchObject({ charge });
    const now = first.site.clock.wall();
    const right = world.notice(provider, { charge, amount_fen }, now);
    const forged: Message[] = [
      world.notice(provider, { charge, amount_fen }, now, { signer: "stranger" }),
      world.notice(provider, { charge, amount_fen: 1 }, now, {
        after: (body) => body.replace(/.(?=.{40}$)/s, (was) => (was === "x" ? "y" : "x")),
      }),
      world.notice(provider, { charge, amount_fen }, now, { merchant: "1900000999" }),
      provider === "wechat"
        ? world.notice(provider, { charge, amount_fen }, now, { age_s: 301 })
        : world.notice(provider, { charge, amount_fen }, now, { after: (body) => body.replace("sign_type=RSA2", "sign_type=RSA") }),
    ];
    for (const message of forged) expect((await first.tell(message)).status).toBe(400);
    expect(
      (
        await first.tell({
          headers: { ...right.headers, "wechatpay-signature": "WECHATPAY/SIGNTEST/" },
          body: right.body.replace("sign=", "sing="),
        })
      ).status,
    ).toBe(400);
    expect([first.credits(), first.pulses("out")]).toEqual([0, 0]);
    const atOnce = await Promise.all([first.tell(right), first.tell(right)]);
    for (let again = 0; again < 15; again += 1) atOnce.push(await first.tell(right));
    for (const { status, text } of atOnce) expect([status, text]).toEqual([200, expect.stringContaining(happy[provider])]);
    expect([first.credits(), first.pulses("out")]).toEqual([1, 1]);
    await first.site.restart(2_000);
    await first.site.goOn(1_000);
    const late = world.notice(provider, { charge, amount_fen }, first.site.clock.wall());
    expect((await first.tell(late)).status).toBe(200);
    expect([first.credits(), first.pulses("out")]).toEqual([1, 1]);
    sums.notices += atOnce.length + 1;
    sums.forgeries += forged.length + 1;
    sums.credits += first.credits();
    sums.openings += first.pulses("out");
    await first.site.stop();

    // The wrong sum, and the wrong money: kept, said once, never credited, given back by an entry.
    for (const wrong of [{ amount_fen: 399 }, { amount_fen: 400, currency: "USD" }]) {
      const wronged = await owing(provider);
      const message = world.notice(provider, { charge: wronged.charge, ...wrong }, wronged.site.clock.wall());
      for (let again = 0; again < 3; again += 1) expect((await wronged.tell(message)).status).toBe(200);
      expect([wronged.credits(), wronged.pulses("out"), wronged.site.events("money.unmatched").length]).toEqual([0, 0, 1]);
      await wronged.post(`/payments/${wronged.charge}/refund`, {
        entry: "refund-0001",
        amount_fen: wrong.amount_fen,
        person: "物业甲",
        reason: "金额不符",
      });
      await given(wronged, [["refund-0001", wrong.amount_fen]]);
      await wronged.site.stop();
      sums.notices += 3;
    }

    // Nothing is ever told.
    const silent = await owing(provider);
    await silent.site.goOn(6_000);
    expect(silent.credits()).toBe(0);
    world.queried.set(silent.charge, { charge: silent.charge, amount_fen: silent.amount_fen });
    await until("the query is answered", () => {
      silent.site.clock.advance(1_000);
      return silent.credits() === 1 || undefined;
    });
    await silent.site.goOn(60_000);
    expect([silent.credits(), silent.pulses("out")]).toEqual([1, 1]);
    sums.credits += 1;
    sums.openings += 1;
    await silent.site.stop();
    site = undefined;
    world.queried.clear();
    sums.providers += 1;
  }
  counted(context, sums);
}, 120_000);

/** The provider was asked to give it back, once by name. */
async function given(scene: Owing, expected: [string, number][]): Promise<void> {
  await until("the refund is ordered", () => {
    scene.site.clock.advance(1_000);
    return world.refunds.length > 0 || undefined;
  });
  await until("and written", () => scene.site.journal().get("SELECT 1 FROM money_entry WHERE done IS NOT NULL") ?? undefined);
  expect(world.refunds).toEqual(expected);
  world.refunds.length = 0;
}

test("paid in cash while the phone pays too: one credit, the other is said and given back", async () => {
  const scene = await owing("wechat");
  expect((await scene.pays()).status).toBe(200);
  const { charge, amount_fen } = scene;
  expect((await scene.tell(world.notice("wechat", { charge, amount_fen }, scene.site.clock.wall()))).status).toBe(200);
  expect([scene.credits(), scene.pulses("out")]).toEqual([1, 1]);
  expect(scene.site.events("money.unmatched")).toMatchObject([{ why: "already-paid", amount_fen: 400 }]);
  await scene.post(`/payments/${charge}/refund`, { entry: "refund-0001", amount_fen: 400, person: "物业甲", reason: "重复支付" });
  await given(scene, [["refund-0001", 400]]);
});

test("the phone's money comes when the price was asked anew: it counts, and only the rest is due", async () => {
  const scene = await owing("alipay");
  scene.site.clock.advance(40 * minute);
  expect(scene.site.push("out", { license: mine }).reason).toBe("unpaid");
  const { charge, amount_fen } = scene;
  const message = world.notice("alipay", { charge, amount_fen }, scene.site.clock.wall());
  expect((await scene.tell(message)).status).toBe(200);
  expect((await scene.tell(message)).status).toBe(200);
  expect([scene.credits(), scene.site.events("money.unmatched").length]).toEqual([1, 0]);
  const { body } = await booth(scene.site).due("out");
  expect([body?.total_fen, body?.due_fen]).toEqual([600, 200]);
});

test("refund, void and waiver are entries of their own; sums follow, names make repeats harmless", async () => {
  const scene = await owing("wechat");
  await scene.pays("payment-0001");
  const order = { person: "物业甲", reason: "输错金额" };
  const visit = () => scene.site.journal().get("SELECT state, total_fen, paid_fen, waived_fen FROM visit");
  const refund = { ...order, entry: "entry-0001", amount_fen: 100 };
  for (let again = 0; again < 2; again += 1)
    expect((await scene.post("/payments/payment-0001/refund", refund)).body).toEqual({ entry: "entry-0001", amount_fen: 100 });
  expect(visit()).toMatchObject({ state: "settled", total_fen: 300, paid_fen: 300 });
  expect((await scene.post("/payments/payment-0001/refund", { ...refund, entry: "entry-0002", amount_fen: 301 })).body).toMatchObject({
    code: "too-much",
  });
  expect((await scene.post("/payments/payment-0001/void", { ...order, entry: "entry-0003" })).body).toEqual({
    entry: "entry-0003",
    amount_fen: 300,
  });
  expect(visit()).toMatchObject({ state: "quoted", paid_fen: 0 });
  const due = (await booth(scene.site).due("out")).body;
  expect(due).toMatchObject({ due_fen: 400, paid_fen: 0 });
  expect((await scene.post(`/bills/${due?.bill}/waive`, { person: "物业经理", reason: "系统故障", entry: "entry-0004" })).body).toEqual({
    entry: "entry-0004",
    amount_fen: 400,
  });
  expect(visit()).toMatchObject({ state: "settled", paid_fen: 0, waived_fen: 400 });
  expect(scene.site.push("out", { license: mine }).opens).toBe(true);
  expect(scene.site.events("money.entered").map(({ kind, amount_fen }) => [kind, amount_fen])).toEqual([
    ["refund", 100],
    ["void", 300],
    ["waiver", 400],
  ]);
  // Neither paid nor let off is money that was paid.
  expect(scene.credits()).toBe(1);
});

test("a car that left and owed is known by what it owes; one that was let off owes nothing", async () => {
  const scene = await owing("wechat");
  await scene.armGoesUp("out");
  await scene.goesUnder("out");
  await scene.isThrough("out");
  const { body } = await booth(scene.site).ask(`/api/v1/arrears?plate=${encodeURIComponent(mine)}`);
  expect(body).toEqual([{ visit: expect.any(String), owed_fen: 400 }]);
});

test("a shift: what must lie in the drawer, what was counted, and why it differs", async () => {
  const scene = await owing("wechat");
  const { shift } = (await scene.post("/shifts", { person: "门岗甲" })).body as { shift: string };
  expect((await scene.post("/shifts", { person: "门岗甲" })).body).toEqual({ shift });
  await scene.pays("payment-0001");
  await scene.post("/payments/payment-0001/refund", { entry: "entry-0001", amount_fen: 100, person: "门岗甲", reason: "多收" });
  const over = (counted_fen: number, reason?: string) =>
    scene.post(`/shifts/${shift}/hand-over`, { to: "门岗乙", counted_fen, ...(reason ? { reason } : {}) });
  expect((await over(290)).body).toMatchObject({ code: "difference" });
  expect((await over(290, "少 1 角硬币")).body).toEqual({ shift, expected_fen: 300, counted_fen: 290 });
  expect((await over(300)).body).toMatchObject({ code: "no-shift" });
  expect(scene.site.events("shift.ended")).toMatchObject([
    { person: "门岗甲", to: "门岗乙", payments: 1, expected_fen: 300, counted_fen: 290 },
  ]);
});

test("P 06.pay: two merchants on one site: what one of them tells is never about the other's charge, however well it is signed", async (context) => {
  const owners = "1900000002";
  const wechat = (world.payments as { wechat: object }).wechat;
  const payments = {
    ...world.payments,
    payees: [{ id: "owners", name: "业主委员会", lots: ["main"], wechat: { ...wechat, mchid: owners } }],
  };
  const started = await startParkingSite({ console: true, payments, files: world.files });
  site = started;
  await started.goOn(1_000);
  const scene = quickScene(started);
  await scene.parks();
  expect(scene.atExit(mine, 150 * minute)).toBe("unpaid");
  await started.goOn(400);
  const { charge, amount_fen } = (await scene.post("/lanes/out/charges", { provider: "wechat" })).body as {
    charge: string;
    amount_fen: number;
  };
  const tell = async (path: string, merchant: string): Promise<number> => {
    const { headers, body } = world.notice("wechat", { charge, amount_fen }, started.clock.wall(), { merchant });
    return (await fetch(`${started.http()}/pay/notify/${path}`, { method: "POST", headers, body })).status;
  };
  const credits = () => started.events("visit.paid").length;
  const refused = [
    ["wechat", "1900000001"],
    ["owners.wechat", "1900000001"],
    ["wechat", owners],
    ["alipay", owners],
    ["owners.alipay", owners],
  ] as const;
  for (const [path, merchant] of refused) expect([path, merchant, (await tell(path, merchant)) >= 400]).toEqual([path, merchant, true]);
  expect([credits(), scene.pulses("out")]).toEqual([0, 0]);
  for (let again = 0; again < 3; again += 1) expect(await tell("owners.wechat", owners)).toBe(200);
  expect([credits(), scene.pulses("out")]).toEqual([1, 1]);
  expect(started.events("visit.paid")).toMatchObject([{ payee: "owners", method: "wechat" }]);
  counted(context, { merchants: 2, refused: refused.length, credits: credits(), openings: scene.pulses("out") });
});

test("a car had left under another one's visit: the money moves by entries, one is gone and the other is inside since it came", async () => {
  const scene = await owing("wechat");
  const { site: at } = scene;
  at.push("in", { license: other });
  await scene.drives("in");
  await scene.pays("payment-0001");
  await scene.armGoesUp("out");
  await scene.goesUnder("out");
  await scene.isThrough("out");
  const [wrong, right] = [mine, other].map(
    (plate) => at.journal().get<{ id: string }>("SELECT id FROM visit WHERE plate = ?", plate)?.id ?? "",
  );
  const order = { entry: "rematch-0001", to: right, person: "物业甲", reason: "出口识别错配" };
  const { body } = await scene.post(`/visits/${wrong}/rematch`, order);
  expect(body).toMatchObject({ moved_fen: 400, total_fen: 0, owed_fen: 0 });
  expect((await scene.post(`/visits/${wrong}/rematch`, order)).body).toEqual(body);
  expect((await scene.post(`/visits/${wrong}/rematch`, { ...order, to: wrong })).body).toMatchObject({ code: "entry-differs" });
  expect(scene.visits().toSorted()).toEqual([`${mine} gone`, `${mine} inside`, `${other} gone`].toSorted());
  const rows = at.journal().all("SELECT plate, state, total_fen, paid_fen FROM visit ORDER BY plate, state");
  expect(rows).toContainEqual({ plate: mine, state: "gone", total_fen: 0, paid_fen: 0 });
  expect(rows).toContainEqual(expect.objectContaining({ plate: other, state: "gone", paid_fen: 400 }));
  expect(at.events("money.entered")).toMatchObject([{ kind: "move", of: "payment-0001", to: right, amount_fen: 400 }]);
  // Nobody owes, and the car that is still here leaves for what it costs.
  expect((await booth(at).ask(`/api/v1/arrears?plate=${encodeURIComponent(mine)}`)).body).toEqual([]);
  expect(at.push("out", { license: mine }).reason).toBe("unpaid");
});

test("arrears are collected once at the next visit; a dispute is answered with or without money", async () => {
  const scene = await owing("wechat");
  await scene.armGoesUp("out");
  await scene.goesUnder("out");
  await scene.isThrough("out");
  const debts = async () =>
    (await booth(scene.site).ask(`/api/v1/arrears?plate=${encodeURIComponent(mine)}`)).body as unknown as { visit: string }[];
  const [debt] = await debts();
  const paid = { payment: "arrears-0001", amount_fen: 400, method: "cash", collector: "门岗甲" };
  // It comes again: the booth sees with the new price what is still owed for the old one.
  await scene.parks();
  expect(scene.atExit(mine, 150 * minute)).toBe("unpaid");
  expect((await booth(scene.site).due("out")).body).toMatchObject({ due_fen: 400, arrears_fen: 400 });
  expect((await scene.post(`/arrears/${debt?.visit}`, { ...paid, amount_fen: 300 })).body).toMatchObject({ code: "other-amount" });
  for (let again = 0; again < 2; again += 1)
    expect((await scene.post(`/arrears/${debt?.visit}`, paid)).body).toEqual({ payment: "arrears-0001" });
  expect([await debts(), scene.credits()]).toEqual([[], 1]);
  expect((await scene.post(`/arrears/${debt?.visit}`, { ...paid, payment: "arrears-0002" })).body).toMatchObject({ code: "no-debt" });

  const dispute = { dispute: "dispute-0001", visit: debt?.visit, words: "我 5 分钟就走了", person: "门岗甲" };
  expect((await scene.post("/disputes", dispute)).body).toEqual({ dispute: "dispute-0001" });
  expect((await scene.post("/disputes", { ...dispute, dispute: "dispute-0002" })).body).toEqual({ dispute: "dispute-0001" });
  const verdict = { person: "物业甲", answer: "道闸未落，实际已离场", refund: { entry: "refund-0009", amount_fen: 400 } };
  for (let again = 0; again < 2; again += 1)
    expect((await scene.post("/disputes/dispute-0001/end", verdict)).body).toEqual({ dispute: "dispute-0001", state: "upheld" });
  expect((await scene.post("/disputes/dispute-0001/end", { person: "物业甲", answer: "不成立" })).body).toMatchObject({
    code: "no-dispute",
  });
  expect(scene.site.events("money.entered")).toMatchObject([{ kind: "refund", of: "arrears-0001", amount_fen: 400 }]);
  expect(scene.site.events("money.dispute-ended")).toMatchObject([{ outcome: "upheld", entry: "refund-0009" }]);
});
