// Statements as channels and banks write them, and the three-way match: every row in one class, every sum explained by its rows.
import { describe, expect, test } from "vitest";
import { readCsv } from "#protocols/excel/csv.ts";
import { fromRfc3339, toRfc3339, wall } from "#protocols/vocabulary/time.ts";
import { keysOf } from "./keep.ts";
import { type BankLine, type ChannelLine, type EdgePayment, threeWay } from "./match.ts";
import { fenOf, readStatement } from "./read.ts";

const at = (text: string): number => fromRfc3339(`${text}+08:00`) ?? Number.NaN;
const csv = (text: string) => readCsv(new TextEncoder().encode(text), "文件.csv");

describe("reading", () => {
  test("a channel's own file: backticks, more places than fen, a footer of sums; nothing of it is a line", () => {
    const read = readStatement(
      [
        csv(
          "\ufeff交易时间,微信订单号,商户订单号,交易状态,应结订单金额,退款金额,手续费\r\n`2026-11-01 08:00:05,`4200001,`charge-0001,`SUCCESS,`5.00,`0.00,`0.03000\r\n`2026-11-01 09:30:00,`4200002,`charge-0002,`REFUND,`0.00,`5.00,`-0.03000\r\n总交易单数,应结订单总金额\r\n`2,`5.00\r\n",
        ),
      ],
      "channel",
    );
    expect(read.troubles).toEqual([]);
    expect(
      read.lines.map((one) => [
        toRfc3339(wall(one.at)).slice(0, 16),
        one.amount_fen,
        one.refund_fen,
        one.fee_fen,
        one.reference,
        one.serial,
      ]),
    ).toEqual([
      ["2026-11-01T08:00", 500, 0, 3, "charge-0001", "4200001"],
      ["2026-11-01T09:30", 0, 500, -3, "charge-0002", "4200002"],
    ]);
  });

  test("a bank's file in its own encoding: in and out, balances; a cell that is wrong and a line that is missing are named", () => {
    // 日期,摘要,收入,支出,余额 in GB18030.
    const head = Uint8Array.from([
      0xc8, 0xd5, 0xc6, 0xda, 0x2c, 0xd5, 0xaa, 0xd2, 0xaa, 0x2c, 0xca, 0xd5, 0xc8, 0xeb, 0x2c, 0xd6, 0xa7, 0xb3, 0xf6, 0x2c, 0xd3, 0xe0,
      0xb6, 0xee, 0x0a,
    ]);
    const body = new TextEncoder().encode(
      "20261101,a,100.00,,1100.00\n20261102,b,,20.50,1079.50\n20261104,c,5.00,,1084.60\n20261105,d,1.2.3,,1084.60\n2026-13-01,e,1,,\n",
    );
    const read = readStatement([readCsv(Uint8Array.from([...head, ...body]), "流水.csv")], "bank");
    expect(read.troubles.map(({ cell, head: column }) => `${cell} ${column}`)).toEqual(["C5 收入金额", "A6 交易时间", "E4 账户余额"]);
    expect(read.lines.map(({ row, amount_fen }) => [row, amount_fen])).toEqual([
      [2, 10_000],
      [3, -2050],
      [4, 500],
    ]);
    const falling = csv("日期,收入,支出,余额\n2026-11-03,1.00,,7.00\n2026-11-02,,4.00,6.00\n2026-11-01,10.00,,10.00\n");
    expect(readStatement([falling], "bank").troubles).toEqual([]);
    expect(readStatement([csv("a,b\n1,2\n")], "bank").troubles.map(({ cell }) => cell)).toEqual(["A1"]);
  });

  test("the same line in two files is one; two alike in one file are two", () => {
    const one = csv("日期,收入,摘要\n2026-11-01,1.00,停车\n2026-11-01,1.00,停车\n");
    const { lines } = readStatement([one], "bank");
    expect([new Set(keysOf(lines)).size, keysOf(lines)]).toEqual([2, keysOf(lines)]);
    expect(keysOf(lines.slice(0, 1))).toEqual(keysOf(lines).slice(0, 1));
  });

  test.each([
    ["1,234.50", 123_450],
    ["¥-5", -500],
    ["0.03000", 3],
    ["0.035", undefined],
    ["1,23.00", undefined],
    ["", undefined],
    ["1e3", undefined],
  ])("money written as %s", (text, wanted) => {
    expect(fenOf(text)).toBe(wanted);
  });
});

const payment = (id: string, amount_fen: number, when: string, method = "wechat"): EdgePayment => ({
  payment: id,
  method,
  amount_fen,
  at: at(when),
});
const channel = (key: string, amount_fen: number, when: string, more: Partial<ChannelLine> = {}): ChannelLine => ({
  ...{ key, at: at(when), amount_fen, refund_fen: 0, fee_fen: 0, reference: "", serial: "", batch: "" },
  ...more,
});
const bank = (key: string, amount_fen: number, when: string, words = ""): BankLine => ({ key, at: at(when), amount_fen, words });
const dayOf = (when: number): string => toRfc3339(wall(when)).slice(0, 10);

test("three ways: by number, by amount and time, the rest by name; a week-end is paid out at once; each sum is its rows'", () => {
  const payments = [
    payment("p1", 500, "2026-11-06T08:00:00"),
    payment("p2", 700, "2026-11-06T09:00:00"),
    payment("p3", 700, "2026-11-06T09:04:00"),
    payment("p4", 900, "2026-11-07T10:00:00"),
    payment("p5", 300, "2026-11-07T11:00:00"),
    payment("p6", 400, "2026-11-07T12:00:00", "cash"),
  ];
  const lines = [
    channel("c1", 500, "2026-11-06T08:00:03", { reference: "p1", fee_fen: 3 }),
    channel("c2", 700, "2026-11-06T09:00:30", { fee_fen: 4 }),
    channel("c3", 700, "2026-11-06T09:03:50", { fee_fen: 4 }),
    channel("c4", 800, "2026-11-07T10:00:00", { reference: "p4", fee_fen: 5 }),
    channel("c5", 300, "2026-11-07T23:00:00", { refund_fen: 100 }),
    channel("c6", 50, "2026-11-09T08:00:00"),
  ];
  const money = [
    bank("b1", 500 + 700 + 700 - 11 + 800 - 5 + 300 - 100, "2026-11-09T12:00:00", "微信支付 结算"),
    bank("b2", 10_000, "2026-11-10T12:00:00", "电梯广告 凭证7"),
    bank("b3", -2000, "2026-11-12T12:00:00", "补绿"),
    bank("b4", 1, "2026-11-20T12:00:00", "利息"),
  ];
  const booked = [
    { id: "e1", amount_fen: 10_000, at: at("2026-11-08T12:00:00"), voucher: "凭证7" },
    { id: "e2", amount_fen: -2000, at: at("2026-11-12T12:00:00"), voucher: "凭证8" },
    { id: "e3", amount_fen: 777, at: at("2026-11-12T12:00:00"), voucher: "凭证9" },
  ];
  const done = threeWay({ payments, channel: lines, bank: money, booked, dayOf });
  expect(done.rows.map((row) => `${row.payment ?? "-"} ${row.channel ?? "-"} ${row.class} ${row.by ?? ""}`.trim()).sort()).toEqual([
    "- c5 channel-only",
    "- c6 channel-only",
    "p1 c1 matched reference",
    "p2 c2 matched amount-and-time",
    "p3 c3 matched amount-and-time",
    "p4 c4 differs reference",
    "p5 - edge-only",
    "p6 - cash",
  ]);
  expect(done.batches.map(({ batch, net_fen, bank: key }) => [batch, net_fen, key])).toEqual([
    ["2026-11-06", 1889, "b1"],
    ["2026-11-07", 995, "b1"],
    ["2026-11-09", 50, null],
  ]);
  expect([done.booked.map(({ bank: key }) => key), done.bank_only.map(({ bank: key }) => key)]).toEqual([["b2", "b3", null], ["b4"]]);
  const sum = (of: (one: (typeof done.classes)["cash"]) => number) =>
    Object.values(done.classes).reduce((total, one) => total + of(one), 0);
  expect([sum((one) => one.edge_fen), sum((one) => one.channel_fen), done.sums.banked_fen + done.sums.not_banked_fen]).toEqual([
    done.sums.edge_fen,
    done.sums.channel_fen,
    done.sums.channel_net_fen,
  ]);
  expect(done.clean).toBe(false);
  // Whatever order the files have, the same is matched.
  const turned = threeWay({ payments: [...payments].reverse(), channel: [...lines].reverse(), bank: [...money].reverse(), booked, dayOf });
  expect([turned.batches, turned.classes, turned.bank_only]).toEqual([done.batches, done.classes, done.bank_only]);
});
