// Statements over the API, matched three ways, and a month that takes all that the edge knows of money; on both databases.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openTestApi, type TestApi } from "#cloud/api/api-for-tests.ts";
import { allSealed } from "#cloud/store/spoiling-for-tests.ts";
import type { Role } from "#protocols/api/views.ts";
import { fromRfc3339 } from "#protocols/vocabulary/time.ts";
import { bothByName } from "#test/world/databases.ts";
import { rule } from "../rule-for-tests.ts";
import type { SettlementBody } from "../settle.ts";

const at = (text: string): number => fromRfc3339(`${text}+08:00`) ?? Number.NaN;
describe.each(bothByName())("over $name", ({ place }) => {
  let api: TestApi;
  const site = "jinxiu";
  const tell = (now: number): void => {
    api.cloud.clock.now = now;
    api.forgetCookies();
  };
  const ask = async (role: Role, method: "GET" | "POST", url: string, payload?: object) => {
    const answer = await api.ask(role, { method, url, ...(payload === undefined ? {} : { payload }) });
    return { status: answer.statusCode, body: answer.json(), code: String(answer.json().type ?? "").replace("urn:cuobian:problem:", "") };
  };
  beforeAll(async () => {
    api = await openTestApi({ place: place() });
    tell(at("2028-03-10T10:00:00"));
  }, 60_000);
  afterAll(async () => {
    await allSealed(api.cloud.store);
    await api.close();
  });

  test("three-way match over the API; fees booked from the statement; refunds, charging and passes of the edge's own events; sandbox is no money; accrual; spending", async () => {
    const other = site;
    const write = (accounting: string, valid_from: string, order: readonly object[] = rule.order) =>
      ask("bureau-officer", "POST", "/api/v1/ledger/rules", {
        kind: "split",
        scope: other,
        valid_from,
        body: { ...rule, counted: "month", order, accounting },
        note: "协议",
      });
    expect((await write("cash", "2028-01-01")).status).toBe(201);
    const put = (payment: string, amount_fen: number, when: string, method: string) =>
      api.cloud.store.change((change) =>
        change
          .insertInto("payment")
          .values({ payment, visit: `v-${payment}`, site: other, lane: null, method, amount_fen, collector: "phone", at: at(when) })
          .execute(),
      );
    await put("charge-a1", 1000, "2028-01-05T08:00:00", "wechat");
    await put("charge-a2", 700, "2028-01-06T08:00:00", "wechat");
    await put("charge-a3", 99_999, "2028-01-06T09:00:00", "sandbox");
    let seq = 0;
    const event = (type: string, data: object, when: string) => {
      seq += 1;
      const row = {
        site: other,
        gateway: "gw-9",
        epoch: "e",
        stream: "money",
        seq,
        type,
        at: at(when),
        received_at: at(when),
        late: 0,
        subject: null,
      };
      return api.cloud.store.change((change) =>
        change
          .insertInto("event")
          .values({ ...row, stamp: "{}", clock: "true", data: JSON.stringify(data) })
          .execute(),
      );
    };
    await event(
      "money.entered",
      { entry: "entry-0001", kind: "refund", visit: "v", of: "charge-a2", amount_fen: 200 },
      "2028-01-07T08:00:00",
    );
    await event("money.entered", { entry: "entry-0002", kind: "waiver", visit: "v", of: null, amount_fen: 50 }, "2028-01-07T09:00:00");
    await event("session.billed", { session: "s", total_fen: 300, due_fen: 100 }, "2028-01-08T08:00:00");
    await event("pass.sold", { order: "o", amount_fen: 5000, method: "wechat" }, "2028-01-09T08:00:00");
    const statement = (kind: string, text: string, more: object = {}) =>
      ask("finance", "POST", "/api/v1/income/statements", {
        site: other,
        kind,
        name: `${kind}.csv`,
        base64: Buffer.from(text).toString("base64"),
        ...more,
      });
    const channelFile =
      "交易时间,微信订单号,商户订单号,订单金额,退款金额,手续费\n2028-01-05 08:00,W1,charge-a1,10.00,0,0.06\n2028-01-06 08:00,W2,charge-a2,7.00,2.00,0.04\n";
    const broken = await statement("channel", channelFile.replace("10.00", "10.0.0"), { apply: "all" });
    expect([broken.body.applied, broken.body.errors.map(({ cell }: { cell: string }) => cell)]).toEqual([false, ["D2"]]);
    const first = await statement("channel", channelFile, { apply: "all", book_fees: true });
    const again = await statement("channel", channelFile, { apply: "all", book_fees: true });
    expect([first.body.kept.added, first.body.kept.fee_fen, again.body.kept.added, again.body.kept.repeated]).toEqual([2, 10, 0, 2]);
    await statement("bank", "交易日期,摘要,收入,支出\n2028-01-06,微信结算,9.94,\n2028-01-07,微信结算,4.96,\n2028-01-20,利息,0.01,\n", {
      apply: "all",
    });
    const matched = (await ask("owners-committee", "GET", `/api/v1/income/match?site=${other}&month=2028-01`)).body;
    expect([matched.classes.matched.rows, matched.sums.edge_fen, matched.sums.banked_fen, matched.sums.not_banked_fen]).toEqual([
      2, 1700, 1490, 0,
    ]);
    expect([matched.bank_only.length, matched.missing, matched.refunds, matched.clean]).toEqual([
      1,
      [],
      { edge_fen: 200, channel_fen: 200 },
      false,
    ]);
    const settle = async (month: string) => (await ask("finance", "POST", "/api/v1/income/settlements", { site: other, month })).body;
    const january = (await settle("2028-01")).body as SettlementBody;
    expect([
      january.payments_fen,
      january.charging_fen,
      january.passes_fen,
      january.edge_refunds_fen,
      january.waived_fen,
      january.sandbox_fen,
    ]).toEqual([1700, 200, 5000, 200, 50, 99_999]);
    expect(january.base.steps.slice(0, 3).map(({ kind, left_fen }) => [kind, left_fen])).toEqual([
      ["gross", 6900],
      ["refunds", 6700],
      ["channel-fees", 6690],
    ]);
    // From February on as billed: a stay that nobody paid counts; one that was settled by its payment does not count again.
    expect((await write("accrual", "2028-02-01", [{ kind: "electricity", how: "booked" }])).status).toBe(201);
    const stay = (visit: string, total_fen: number, when: string) =>
      api.cloud.store.change((change) =>
        change
          .insertInto("visit")
          .values({
            visit,
            site: other,
            gateway: "gw-9",
            lot: "main",
            plate: null,
            plate_colour: null,
            offline: 0,
            state: "gone",
            lane_in: null,
            lane_out: null,
            entered_at: at(when) - 3_600_000,
            left_at: at(when),
            tariff: null,
            total_fen,
            paid_fen: 0,
          } as never)
          .execute(),
      );
    await stay("v-charge-a1", 1000, "2028-01-05T09:00:00");
    await stay("v-owed", 800, "2028-02-05T09:00:00");
    await event(
      "money.entered",
      { entry: "entry-0003", kind: "refund", visit: "v", of: "charge-a1", amount_fen: 30 },
      "2028-02-07T08:00:00",
    );
    await ask("finance", "POST", "/api/v1/income/entries", {
      site: other,
      kind: "management-fee",
      category: "管理费",
      amount_fen: 5,
      day: "2028-02-10",
      voucher: "凭证",
      words: "二月",
    });
    const homeless = await ask("finance", "POST", "/api/v1/income/settlements", { site: other, month: "2028-02" });
    expect([homeless.status, homeless.code]).toEqual([409, "no-place"]);
    expect((await write("accrual", "2028-02-01", [{ kind: "management-fee", how: "booked" }])).status).toBe(201);
    const february = (await settle("2028-02")).body as SettlementBody;
    expect([
      february.accounting,
      february.payments_fen,
      february.edge_refunds_fen,
      february.refunds_placed,
      february.base.base_fen,
    ]).toEqual(["accrual", 800, 30, false, 765]);
    const spend = (more: object) =>
      ask("owners-committee", "POST", "/api/v1/income/spending", {
        site: other,
        party: "owners",
        day: "2028-03-01",
        amount_fen: 100,
        payee: "园林公司",
        words: "补绿",
        decision: "业委会 2028-3 号",
        voucher: "发票 1",
        ...more,
      });
    expect([
      (await spend({ decision: undefined })).status,
      (await spend({ party: "fund" })).code,
      (await spend({ amount_fen: 10_000_000 })).code,
      (await spend({})).status,
    ]).toEqual([400, "no-party", "below-zero", 201]);
    const { balances, spending } = (await ask("owners-committee", "GET", `/api/v1/income?site=${other}`)).body;
    const owners = balances.find((one: { party: string }) => one.party === "owners");
    expect([spending.length, owners.spent_fen, owners.given_fen - 100]).toEqual([1, 100, owners.closing_fen]);
  });
});
