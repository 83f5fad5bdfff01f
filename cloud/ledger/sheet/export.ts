// The ledger as an Excel file: a summary, one sheet per compound, and what the columns mean. What the filter shows is what is in it, all of it.
import { createHash } from "node:crypto";
import type { SelectQueryBuilder } from "kysely";
import type { Scope } from "#cloud/identity/scope.ts";
import type { Database, Row } from "#cloud/store/schema.ts";
import type { Queries } from "#cloud/store/store.ts";
import { type Column, csvLine, csvMark, type Value, type WrittenSheet, writeWorkbook } from "#protocols/excel/write.ts";
import { toRfc3339, wall } from "#protocols/vocabulary/time.ts";
import { photoKinds, takenWords } from "../papers/papers.ts";
import { filtered, type HazardFilter } from "../query.ts";
import { annexName, type Exported, ledgerColumns, noTotals, plus, type Totals, totalColumns, totalOf } from "./columns.ts";

export type { Exported } from "./columns.ts";

export interface Asked {
  readonly filter: HazardFilter;
  readonly scope: Scope;
  readonly now: number;
  readonly person: string;
  /** "青阳街道/…" of a compound, as far as is known. */
  readonly placeOf: (site: string) => string;
}

/** A file goes from hand to hand: nothing of a mediation is in it, whoever makes it. */
const printable = <Output>(rows: SelectQueryBuilder<Database, "hazard", Output>): SelectQueryBuilder<Database, "hazard", Output> =>
  rows.where("matter", "!=", "mediation");

export async function exportedRows(read: Queries, { filter, scope, now, placeOf }: Asked): Promise<Exported[]> {
  const rows = await filtered(printable(read.selectFrom("hazard").selectAll()), filter, { scope, now })
    .orderBy("site")
    .orderBy("found_at")
    .orderBy("id")
    .execute();
  const photos = await read
    .selectFrom("evidence")
    .selectAll()
    .where("hazard", "in", filtered(printable(read.selectFrom("hazard").select("id")), filter, { scope, now }))
    .orderBy("uploaded_at")
    .orderBy("sha256")
    .execute();
  const byHazard = new Map<string, Row<"evidence">[]>();
  for (const one of photos) {
    const mine = byHazard.get(one.hazard);
    if (mine === undefined) byHazard.set(one.hazard, [one]);
    else mine.push(one);
  }
  return rows.map((row) => {
    const evidence = byHazard.get(row.id) ?? [];
    const count = (kind: string): number => evidence.filter((one) => one.kind === kind).length;
    return { ...{ row, now, place: placeOf(row.site), evidence }, photos: { before: count("before"), after: count("after") } };
  });
}

/** The same sums, of four columns: nobody fetches a hundred thousand whole rows for six numbers. */
export async function totalsFor(read: Queries, { filter, scope, now }: Pick<Asked, "filter" | "scope" | "now">): Promise<Totals> {
  const rows = await filtered(printable(read.selectFrom("hazard").select([...totalColumns])), filter, { scope, now }).execute();
  return rows.reduce((sum, row) => plus(sum, totalOf(row, now)), noTotals);
}

/** The same sums as the file's, for the API. */
export function totalsOf(rows: readonly Exported[]): Totals {
  return rows.reduce((sum, { row, now }) => plus(sum, totalOf(row, now)), noTotals);
}

const heads: readonly Column[] = [
  { head: "镇街/社区/网格", kind: "text", width: 22 },
  { head: "小区", kind: "text", width: 20 },
  ...["隐患数", "已销号", "逾期数", "超期天数", "延期次数"].map((head): Column => ({ head, kind: "number", width: 10 })),
  { head: "实支（元）", kind: "money", width: 16 },
];
const sums = ({ rows, closed, overdue, overdue_days, postponements, actual_fen }: Totals): Value[] => [
  ...[rows, closed, overdue, overdue_days, postponements, actual_fen],
];

const moment = (at: number): string => toRfc3339(wall(at)).slice(0, 16).replace("T", " ");

export function filterText(filter: HazardFilter): string {
  const parts = Object.entries(filter).flatMap(([key, value]) => (value === undefined ? [] : [`${key}=${String(value)}`]));
  return parts.length === 0 ? "全部" : parts.join("，");
}

/** One sheet of the 28 columns; its last line sums what can be summed. */
function ledgerSheet(name: string, rows: readonly Exported[], info: string): WrittenSheet {
  const total = totalsOf(rows);
  const summed: Readonly<Record<string, Value>> = {
    ...{ id: "合计", postponements: total.postponements, overdue: total.overdue_days, actual: total.actual_fen },
  };
  return {
    ...{ name, title: `${name} 消防隐患与电动自行车停放充电隐患整改台账`, info },
    columns: ledgerColumns.map(({ head, kind, width }) => ({ head, kind, width })),
    rows: rows.map((one) => ledgerColumns.map((column) => column.of(one))),
    totals: ledgerColumns.map(({ key }) => summed[key] ?? null),
  };
}

export function ledgerWorkbook(rows: readonly Exported[], { filter, now, person }: Pick<Asked, "filter" | "now" | "person">): Uint8Array {
  const info = `筛选：${filterText(filter)} · 制表时间：${moment(now)} · 制表人：${person} · 单位公章：`;
  const bySite = new Map<string, Exported[]>();
  for (const one of rows) {
    const mine = bySite.get(one.row.site);
    if (mine === undefined) bySite.set(one.row.site, [one]);
    else mine.push(one);
  }
  const compounds = [...bySite.values()];
  const summary: WrittenSheet = {
    ...{ name: "汇总", title: "整改台账汇总", info, columns: heads },
    rows: compounds.map((mine) => [mine[0]?.place ?? "", mine[0]?.row.compound ?? "", ...sums(totalsOf(mine))]),
    totals: ["合计", `${compounds.length} 个小区`, ...sums(totalsOf(rows))],
  };
  const hash = createHash("sha256")
    .update(JSON.stringify(rows.map(({ row }) => [row.id, row.head])))
    .digest("hex");
  const notes: WrittenSheet = {
    ...{
      name: "说明",
      title: "字段说明",
      info,
      columns: [
        { head: "项目", kind: "text", width: 24 },
        { head: "说明", kind: "wrapped", width: 90 },
      ],
    },
    rows: [
      ...ledgerColumns.map(({ head, kind }): Value[] => [head, kindWords[kind]]),
      ["记录数", String(rows.length)],
      ["数据截至", moment(now)],
      ["各行编号与闭环哈希的 SHA-256", hash],
    ],
  };
  const ledgers = compounds.map((mine) => ledgerSheet(mine[0]?.row.compound ?? "", mine, info));
  return writeWorkbook([summary, ...ledgers, annexOf(rows, info), notes]);
}

/** Of every picture its hash, when and where, and the address at which whoever may see the hazard reads it. */
function annexOf(rows: readonly Exported[], info: string): WrittenSheet {
  const columns: readonly Column[] = [
    ...[
      { head: "隐患编号", width: 20 },
      { head: "小区", width: 16 },
      { head: "类别", width: 10 },
    ].map((one): Column => ({ ...one, kind: "text" })),
    { head: "拍摄时间", kind: "date", width: 16 },
    { head: "时间依据", kind: "text", width: 12 },
    { head: "上传时间", kind: "date", width: 16 },
    { head: "地点", kind: "wrapped", width: 20 },
    ...[
      { head: "上传人", width: 12 },
      { head: "SHA-256", width: 66 },
      { head: "与何处相同", width: 20 },
    ].map((one): Column => ({ ...one, kind: "text" })),
    { head: "字节", kind: "number", width: 10 },
    { head: "地址", kind: "text", width: 60 },
  ];
  return {
    ...{ name: annexName, title: "整改台账照片附件", info, columns },
    rows: rows.flatMap(({ row, evidence }) =>
      evidence.map((one): Value[] => [
        ...[row.id, row.compound, photoKinds[one.kind] ?? "其他", one.taken_at, takenWords[one.taken] ?? one.taken, one.uploaded_at],
        ...[one.place, one.person_name, one.sha256, one.used_before, one.bytes],
        `/api/v1/hazards/${row.id}/evidence?sha256=${one.sha256}`,
      ]),
    ),
  };
}

const kindWords = {
  text: "文本",
  wrapped: "文本",
  number: "整数",
  money: "金额（元，两位小数；合计以分计算）",
  date: "日期时间（北京时间）；空白为未发生",
} as const;

export function ledgerCsv(rows: readonly Exported[]): string {
  const plain = (value: Value, kind: Column["kind"]): string | number | null => {
    if (typeof value === "object" && value !== null) return value.value / 100;
    if (kind === "date") return typeof value === "number" ? moment(value) : null;
    return kind === "money" && typeof value === "number" ? value / 100 : value;
  };
  const lines = rows.map((one) => csvLine(ledgerColumns.map((column) => plain(column.of(one), column.kind))));
  return `${csvMark}${csvLine(ledgerColumns.map(({ head }) => head))}${lines.join("")}`;
}

export const fileName = (compound: string, now: number, ending: string): string =>
  `台账_${compound}_${moment(now).replace(/[-:]/g, "").replace(" ", "_")}.${ending}`;
