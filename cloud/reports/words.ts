// What the groups and keys of a report are called, for files that are printed. The page has its own words in both languages.
import type { ReportFigure, ReportSource, ReportView } from "#protocols/api/reports.ts";

const groups: Readonly<Record<ReportSource, string>> = {
  parking: "停车缴费",
  "charging-money": "充电收费",
  passes: "月卡收款",
  "given-back": "退款与冲正",
  "let-off": "免收（未计入）",
  entries: "入场车次",
  exits: "出场车次",
  passed: "道闸计数通过",
  openings: "开闸",
  exceptions: "车道异常",
  operators: "人工开闸",
  sessions: "充电结束",
  cuts: "保护断电",
  alarms: "告警",
};

const items: Readonly<Record<string, string>> = {
  ...{ cash: "现金", wechat: "微信", alipay: "支付宝", sandbox: "沙箱（非真钱）" },
  ...{ refund: "退款", void: "冲正", waiver: "免收", "pass.refunded": "月卡退款" },
  ...{ read: "识别放行", payment: "缴费放行", manual: "人工", unknown: "原因不明" },
};

export function wordsOfFigure(
  { of, key }: Pick<ReportFigure, "of" | "key">,
  { lanes }: Pick<ReportView, "lanes">,
): { group: string; item: string } {
  const group = groups[of];
  if (of === "alarms") return { group, item: `${["一", "二", "三", "四"][Number(key) - 1] ?? key}级` };
  if (of === "entries" || of === "exits" || of === "passed") return { group, item: lanes.find(({ id }) => id === key)?.name ?? key };
  return { group, item: items[key] ?? key };
}
