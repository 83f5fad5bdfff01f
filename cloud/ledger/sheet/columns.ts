// The ledger's 28 columns, as sheets of housing bureaus have them: one table for the export, its check, and the import, which also knows what others call them.

import type { Row } from "#cloud/store/schema.ts";
import type { HazardState } from "#protocols/api/hazards.ts";
import type { ColumnKind, Value } from "#protocols/excel/write.ts";
import { fen, yuanText } from "#protocols/vocabulary/money.ts";
import { overdueDays } from "../workflow.ts";

/** The sheet of the pictures. */
export const annexName = "照片附件";

export interface Exported {
  readonly row: Row<"hazard">;
  readonly photos: { readonly before: number; readonly after: number; readonly other: number };
  /** Town, community, grid. */
  readonly place: string;
  readonly now: number;
}

export interface LedgerColumn {
  readonly key: string;
  readonly head: string;
  readonly kind: ColumnKind;
  readonly width: number;
  readonly of: (one: Exported) => Value;
  /** What others write above it. */
  readonly aliases: readonly string[];
}

const level = ["", "黄牌", "镇街督办", "住建局督办", "约谈", "通报", "抄送消防、检察"];
const joined = (...parts: readonly (string | null | undefined | false)[]): string | null => parts.filter(Boolean).join("；") || null;
const column = (
  key: string,
  head: string,
  kind: ColumnKind,
  width: number,
  of: LedgerColumn["of"],
  aliases: readonly string[] = [],
): LedgerColumn => ({
  ...{ key, head, kind, width, of, aliases },
});

export const ledgerColumns: readonly LedgerColumn[] = [
  column("id", "隐患编号", "text", 20, ({ row }) => row.id, ["编号", "台账编号"]),
  column("found_at", "发现时间", "date", 16, ({ row }) => row.found_at, ["检查时间", "排查时间", "检查日期", "发现日期"]),
  column("source", "来源", "text", 10, ({ row }) => row.source, ["隐患来源", "发现来源", "检查方式"]),
  column("evidence", "来源证据", "wrapped", 16, ({ row, photos }) => {
    const events = (JSON.parse(row.events) as string[]).length;
    return joined(events > 0 && `事件 ${events} 条`, photos.before > 0 && `整改前照片 ${photos.before} 张`);
  }),
  column("area", "镇街/社区/网格", "wrapped", 16, ({ place }) => place, ["镇街", "街道", "社区", "所属社区"]),
  column("compound", "小区", "text", 16, ({ row }) => row.compound, ["小区名称", "住宅小区", "项目名称", "工点", "检查工点"]),
  column("place", "部位/点位", "wrapped", 16, ({ row }) => row.place, ["部位", "点位", "点位位置", "位置", "检查部位"]),
  column("category", "隐患类别", "text", 14, ({ row }) => row.category, ["类别", "隐患类型", "检查项目"]),
  column("zh", "隐患描述", "wrapped", 30, ({ row }) => row.zh, ["描述", "隐患问题描述", "存在问题", "现状问题", "问题描述"]),
  column("clause", "依据条款", "wrapped", 18, ({ row }) => row.clause, ["规则依据", "依据"]),
  column("grade", "等级", "text", 8, ({ row }) => row.grade, ["隐患等级", "级别"]),
  column("priority", "风险优先级", "number", 8, ({ row }) => row.priority, ["优先级"]),
  column("responsible", "责任单位", "wrapped", 16, ({ row }) => row.responsible, ["整改责任单位", "整改单位", "责任方"]),
  column("person", "责任人及电话", "wrapped", 16, ({ row }) => joined(row.responsible_person, row.responsible_phone), [
    "责任人",
    "整改责任人",
  ]),
  column("supervisor", "监管单位", "wrapped", 14, ({ row }) => row.supervisor, ["督办单位", "检查单位", "监督单位"]),
  column(
    "measure",
    "整改措施及资金安排",
    "wrapped",
    24,
    ({ row }) => {
      const budget = row.budget_fen === null ? "" : `，预算 ${yuanText(fen(row.budget_fen))} 元`;
      return joined(row.measure, row.funding_source !== null && `资金：${row.funding_source}${budget}`);
    },
    ["整改措施", "整改要求", "整改要求(措施)", "整改要求（措施）", "整改动作"],
  ),
  column("deadline", "整改时限", "date", 16, ({ row }) => row.deadline, ["整改期限", "期限", "完成时限", "整改完成时限"]),
  column(
    "actual",
    "资金来源及实支（元）",
    "money",
    16,
    ({ row }) =>
      row.actual_fen === null ? null : row.funding_source === null ? row.actual_fen : { value: row.actual_fen, prefix: row.funding_source },
    ["实支", "实际费用", "实支金额"],
  ),
  column("control", "临时管控措施/应急预案", "wrapped", 20, ({ row }) => row.interim_control, ["临时管控措施", "管控措施", "应急预案"]),
  column("dispatched_at", "派发时间", "date", 16, ({ row }) => row.dispatched_at),
  column("received_at", "签收时间", "date", 16, ({ row }) => row.received_at),
  column("rectified_at", "整改完成时间", "date", 16, ({ row }) => row.rectified_at, ["整改完成日期", "完成时间", "完成日期"]),
  column("reinspected_at", "复查时间", "date", 16, ({ row }) => row.reinspected_at),
  column("closed_at", "销号时间", "date", 16, ({ row }) => row.closed_at, ["销号日期"]),
  column("postponements", "延期次数", "number", 8, ({ row }) => row.postponements),
  column("overdue", "超期天数", "number", 8, ({ row, now }) =>
    overdueDays({ state: row.state as HazardState, deadline: row.deadline }, now),
  ),
  column(
    "state",
    "状态及督办事项",
    "wrapped",
    24,
    ({ row, photos }) => {
      const papers = (JSON.parse(row.papers) as { kind: string; reference: string | null }[]).map(({ kind, reference }) =>
        `${kind} ${reference ?? ""}`.trim(),
      );
      return joined(
        ...[row.state, row.false_alarm === 1 && "误报归档", row.merged_into !== null && `并入 ${row.merged_into}`],
        ...[row.level > 0 && (level[row.level] ?? `督办 ${row.level} 级`), row.listed === 1 && "挂牌督办", ...papers],
        ...[row.deadline_provisional === 1 && "时限暂定", photos.after > 0 && `整改后照片 ${photos.after} 张`],
      );
    },
    ["销号情况", "整改情况", "状态", "整改状态"],
  ),
  column("hash", "闭环哈希/版本", "text", 20, ({ row }) => `${row.head.slice(0, 16)}/${row.version}`),
];

/** What the sums of a sheet are, by its columns. */
export interface Totals {
  readonly rows: number;
  readonly closed: number;
  readonly overdue: number;
  readonly overdue_days: number;
  readonly postponements: number;
  readonly actual_fen: number;
}
export const noTotals: Totals = { rows: 0, closed: 0, overdue: 0, overdue_days: 0, postponements: 0, actual_fen: 0 };

export const plus = (a: Totals, b: Totals): Totals => ({
  ...{ rows: a.rows + b.rows, closed: a.closed + b.closed, overdue: a.overdue + b.overdue, overdue_days: a.overdue_days + b.overdue_days },
  ...{ postponements: a.postponements + b.postponements, actual_fen: a.actual_fen + b.actual_fen },
});

export const totalColumns = ["state", "deadline", "postponements", "actual_fen"] as const;

export function totalOf(row: Pick<Row<"hazard">, (typeof totalColumns)[number]>, now: number): Totals {
  const overdue_days = overdueDays({ state: row.state as HazardState, deadline: row.deadline }, now);
  const { postponements, actual_fen } = row;
  return {
    ...{ rows: 1, closed: row.state === "已销号" ? 1 : 0, overdue: overdue_days > 0 ? 1 : 0 },
    ...{ overdue_days, postponements, actual_fen: actual_fen ?? 0 },
  };
}
