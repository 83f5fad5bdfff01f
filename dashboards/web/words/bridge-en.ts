// From passages to money, in English.
import type { bridgeZh } from "./bridge-zh.ts";
import type { Widen } from "./widen.ts";

export const bridgeEn = {
  title: "Passages and money",
  about: "Every passage of the month is in one class, and the classes add up; a number opens its rows.",
  month: "Month",
  sentence: (passages: number, charged: string, received: string) =>
    `${passages} ${passages === 1 ? "passage" : "passages"}, ${charged} charged, ${received} received.`,
  differs: (amount: string) => `The difference is ${amount}; the classes explain it.`,
  flagged: "The difference is over 5 % of what was charged: it is explained when the quarter is published.",
  nothing: "Nothing passed in this month.",
  byClass: "Where they went",
  byHand: "Let out by hand, by person",
  byOperator: "Payments, by who took them and how",
  what: "Class",
  whom: "By",
  times: "Times",
  slip: "By slip: nobody opened a gate",
  unattributed: "Said to be paid, and no payment arrived",
  entered: "In",
  left: "Out / paid",
  lane: "Lane",
  plate: "Plate",
  who: "By / why",
  charged: "Charged",
  received: "Received",
  total: "Total",
  rows: (n: number, charged: string, received: string) => `${n} ${n === 1 ? "row" : "rows"}, ${charged} charged, ${received} received`,
  received_only: (n: number, received: string) => `${n} ${n === 1 ? "payment" : "payments"}, ${received} received`,
  page: (page: number, last: number) => `page ${page} of ${last}`,
  earlier: "Previous",
  later: "Next",
  noRows: "No rows.",
  openStay: "Open this stay",
  takers: { demonstration: "demonstration" } as Readonly<Record<string, string>>,
  methods: { cash: "cash", wechat: "WeChat", alipay: "Alipay", sandbox: "sandbox, no real money", unionpay: "UnionPay" } as Readonly<
    Record<string, string>
  >,
  classes: {
    passes: "Covered by a pass",
    free: "Free",
    paid: "Paid",
    waived: "Waived",
    short: "Short, nobody said why",
    "by-hand": "Let out by hand",
    inside: "Still inside",
    unmatched: "No bill, let out by nobody",
  } as Readonly<Record<string, string>>,
} satisfies Widen<typeof bridgeZh>;
