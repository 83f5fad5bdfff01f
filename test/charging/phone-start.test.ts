// A charge that a phone begins and pays for: the code on the socket, the page, the sandbox provider over real HTTP, the real cashier, sessions and protection, in told time.
// The money is on the disk before the relay is asked; what is not used goes back once; late, repeated, lost and crossed payments begin nothing twice.
import { afterEach, expect, test } from "vitest";
import { tokensOf } from "#gateway/sessions/tokens.ts";
import { type OnPhone, onPhone, phoneEnds } from "#test/parking/on-phone.ts";
import { type ChargingShed, chargingShed } from "#test/world/charging-shed.ts";
import { until } from "#test/world/program.ts";
import { price, rulesOfKill } from "./kill-price.ts";

afterEach(phoneEnds);

interface Row {
  readonly state: string;
  readonly back_fen: number;
  readonly session: string;
  readonly zh: string | null;
}
interface Bench extends OnPhone {
  readonly shed: ChargingShed;
  readonly token: string;
  readonly socket: string;
  /** Chooses on the page, and goes to the provider. */
  orders(form?: Record<string, string>): Promise<{ readonly order: string; readonly charge: string }>;
  row(order: string): Row;
  state(order: string): Promise<string | undefined>;
}

async function bench(options: { mute?: boolean } = {}): Promise<Bench> {
  const phone = await onPhone({
    ...options,
    parking: { shed: (clock) => chargingShed(clock, { sockets: 2, rules: rulesOfKill(price()) }) },
  });
  const { site } = phone;
  const { shed } = site;
  if (shed === undefined) throw new Error("no shed");
  const socket = shed.plug(1);
  const token = tokensOf(site.context().data).tokenOf(socket);
  return {
    ...{ ...phone, shed, token, socket },
    async orders(form = {}) {
      const { status, headers } = await phone.see(`/pay/socket/${token}`, { amount: "200", hours: "", method: "sandbox", ...form });
      expect(status).toBe(200);
      const [order, charge] = [headers.get("x-cuobian-order") ?? "", headers.get("x-cuobian-charge") ?? ""];
      phone.tellsHere(charge);
      return { order, charge };
    },
    row: (order) => site.journal().get<Row>("SELECT state, back_fen, session, zh FROM charge_order WHERE id = ?", order) as Row,
    state: async (order) => /data-state="([a-z-]+)"/.exec((await phone.see(`/pay/order/${order}`)).text)?.[1],
  };
}

/** What the provider tells is written: however long the machine takes for it. */
const moved = (at: Bench, order: string, from = "asked"): Promise<unknown> =>
  until(`the order leaves "${from}"`, () => at.row(order).state !== from || undefined);
const closed = (at: Bench): number => at.shed.plant.closings.length;

test("scanned, chosen, paid: the money is written before the relay is asked; ended by the phone; what was not used goes back, once", async () => {
  const at = await bench();
  const offer = await at.see(`/pay/socket/${at.token}`);
  expect(offer.status).toBe(200);
  expect(offer.text).toContain(at.socket);
  expect(offer.text).toMatch(/元\/度|元\/小时/);
  expect((await at.see("/pay/socket/bm9uZQ.AAAAAAAAAAAAAAAA")).status).toBe(404);
  const asked: string[] = [];
  const hear = at.shed.plant.hear.bind(at.shed.plant);
  const written = (): unknown[] =>
    at.site.journal().all("SELECT o.state, p.state AS money FROM charge_order o JOIN pay_charge p ON p.charge_order = o.id ORDER BY o.id");
  Object.assign(at.shed.plant, {
    hear: (message: Parameters<typeof hear>[0]) => {
      if (message.type === "energise") asked.push(JSON.stringify(written()));
      hear(message);
    },
  });
  const { order, charge } = await at.orders();
  at.shed.seconds(30);
  expect([await at.state(order), closed(at)]).toEqual(["asked", 0]);
  await at.presses(charge, "yes");
  await moved(at, order);
  expect(asked).toEqual([JSON.stringify([{ state: "paid", money: "paid" }])]);
  at.shed.seconds(120);
  expect([at.row(order).state, closed(at), await at.state(order)]).toEqual(["begun", 1, "charging"]);
  expect(at.site.events("session.asked")).toMatchObject([{ socket: at.socket, by: "phone", session: at.row(order).session }]);
  await at.see(`/pay/order/${order}/stop`, {});
  at.shed.seconds(5);
  at.shed.plant.unplug(at.shed.plant.bay(at.socket));
  at.shed.seconds(40);
  const [bill] = at.site.events("session.billed");
  expect(bill).toMatchObject({ paid_fen: 200, method: "sandbox", due_fen: 0 });
  expect((bill?.total_fen ?? 0) + (bill?.refund_fen ?? 0)).toBe(200);
  expect(at.row(order)).toMatchObject({ state: "settled", back_fen: bill?.refund_fen });
  at.shed.seconds(35);
  await until("it is given back", () => at.refunds(charge).length > 0 || undefined);
  at.shed.seconds(120);
  expect(at.refunds(charge)).toEqual([bill?.refund_fen]);
  const page = (await at.see(`/pay/order/${order}?lang=en`)).text;
  expect(page).toContain(`data-back="${bill?.refund_fen}"`);
  expect(page.replace(/<a class="other".*?<\/a>/, "").replace(/测试/g, "")).not.toMatch(/[一-龥]/);
});

test("told again, and asked for: one charge; a notification that never comes is asked for", async () => {
  const at = await bench();
  const first = await at.orders();
  await at.presses(first.charge, "yes");
  await moved(at, first.order);
  // The provider says it again, and once more.
  for (let n = 0; n < 2; n += 1) {
    at.tellsHere(first.charge);
    await at.presses(first.charge, "yes");
  }
  at.shed.seconds(20);
  expect([closed(at), at.site.events("session.asked").length, at.row(first.order).state]).toEqual([1, 1, "begun"]);
  await phoneEnds();
  const mute = await bench({ mute: true });
  const lost = await mute.orders();
  await mute.presses(lost.charge, "yes");
  mute.shed.seconds(1);
  expect(mute.row(lost.order).state).toBe("asked");
  await until("it is asked for", () => {
    mute.shed.seconds(5);
    return mute.row(lost.order).state !== "asked" || undefined;
  });
  mute.shed.seconds(3);
  expect([mute.row(lost.order).state, closed(mute)]).toEqual(["begun", 1]);
});

test("too late, unplugged meanwhile, cancelled, and two phones at one socket: nothing begins that should not, and the money goes back whole", async () => {
  const at = await bench();
  const late = await at.orders();
  at.shed.seconds(1);
  at.site.clock.leap(16 * 60_000);
  at.shed.seconds(3);
  await at.presses(late.charge, "yes");
  await moved(at, late.order);
  expect([at.row(late.order), closed(at)]).toMatchObject([{ state: "returned", back_fen: 200, zh: expect.stringContaining("太晚") }, 0]);

  const gone = await at.orders();
  at.shed.plant.unplug(at.shed.plant.bay(at.socket));
  at.shed.seconds(3);
  await at.presses(gone.charge, "yes");
  await moved(at, gone.order);
  at.shed.seconds(2);
  expect([at.row(gone.order).state, closed(at)]).toEqual(["returned", 0]);

  at.shed.plug(1);
  const [mine, yours, no] = [await at.orders(), await at.orders(), await at.orders()];
  await at.presses(no.charge, "no");
  await at.presses(mine.charge, "yes");
  await moved(at, mine.order);
  await at.presses(yours.charge, "yes");
  await moved(at, yours.order);
  at.shed.seconds(5);
  expect([at.row(mine.order).state, at.row(yours.order).state, at.row(no.order).state, closed(at)]).toEqual([
    "begun",
    "returned",
    "asked",
    1,
  ]);
  expect((await at.see(`/pay/socket/${at.token}`)).text).toContain('data-code="busy"');
  at.shed.seconds(40);
  await until("all three are given back", () => [late, gone, yours].every(({ charge }) => at.refunds(charge).length === 1) || undefined);
  expect([late, gone, yours].map(({ charge }) => at.refunds(charge))).toEqual([[200], [200], [200]]);
  expect(at.refunds(mine.charge)).toEqual([]);
  expect(at.site.events("session.asked")).toHaveLength(1);
});

test("paid while protection is not heard, and the gateway dies in between: it begins once when it is heard; never heard, all goes back", async () => {
  const at = await bench();
  const { order, charge } = await at.orders();
  at.shed.connected(false);
  await at.presses(charge, "yes");
  await moved(at, order);
  at.shed.seconds(5);
  expect([at.row(order).state, closed(at)]).toEqual(["paid", 0]);
  await at.site.restart(1_000);
  at.shed.seconds(3);
  at.shed.connected(true);
  at.shed.seconds(10);
  expect([at.row(order).state, closed(at), at.site.events("session.asked").length]).toEqual(["begun", 1, 1]);
  await phoneEnds();
  const deaf = await bench();
  const lost = await deaf.orders();
  deaf.shed.connected(false);
  await deaf.presses(lost.charge, "yes");
  await moved(deaf, lost.order);
  deaf.shed.seconds(125);
  expect([deaf.row(lost.order).state, closed(deaf)]).toEqual(["returned", 0]);
});

test("only what is offered may be bought; one socket's orders are bounded", async () => {
  const at = await bench();
  const post = (form: Readonly<Record<string, string>>) =>
    at.see(`/pay/socket/${at.token}`, { method: "sandbox", hours: "", amount: "200", ...form });
  const wrong: Readonly<Record<string, string>>[] = [
    { amount: "1" },
    { amount: "-200" },
    { amount: "NaN" },
    { hours: "24" },
    { method: "wechat" },
  ];
  for (const form of wrong) expect((await post(form)).status, JSON.stringify(form)).toBe(409);
  // The one that named no way to pay was an order too.
  for (let n = 0; n < 11; n += 1) expect((await post({})).status).toBe(200);
  const refused = await post({});
  expect([refused.status, refused.text.includes('data-code="too-often"')]).toEqual([409, true]);
});
