// Is a file the ledger's export? Its 28 columns, the type of every cell, and its sums: each compound's lines add up to its last line, those to the summary, and the summary to
// what the API says. What is wrong is named by sheet and cell.

import { type CellKind, readWorkbook, type Sheet } from "#protocols/excel/workbook.ts";
import { letters } from "#protocols/excel/write.ts";
import { annexName, ledgerColumns, noTotals, plus, type Totals } from "./columns.ts";

export interface Complaint {
  readonly sheet: string;
  /** "C12" */
  readonly cell: string;
  readonly zh: string;
  readonly en: string;
}

export interface Checked {
  readonly complaints: readonly Complaint[];
  readonly sheets: number;
  readonly columns: number;
  readonly cells: number;
  readonly totals: Totals;
}

const wanted: Readonly<Record<string, readonly CellKind[]>> = {
  text: ["text", "empty"],
  wrapped: ["text", "empty"],
  number: ["number"],
  money: ["number", "empty"],
  date: ["date", "empty"],
};

/** "1234.5" -> 123450: exact, without a float between. */
export function fenOf(text: string): number | undefined {
  const match = /^(-?)(\d{1,13})(?:\.(\d{1,2}))?$/.exec(text);
  if (match === null) return undefined;
  const size = Number(match[2]) * 100 + Number((match[3] ?? "").padEnd(2, "0"));
  return match[1] === "-" ? -size : size;
}

export function checkLedgerFile(bytes: Uint8Array, api?: Totals): Checked {
  const sheets = readWorkbook(bytes, { dates: "text", rows: 200_000, bytes: 1024 * 1024 * 1024 });
  const complaints: Complaint[] = [];
  const [summary, ...others] = sheets;
  // A compound may be called like the annex: that is the last but one.
  const annex = others.at(-2)?.name === annexName ? others.at(-2) : undefined;
  const ledgers = others.filter((one) => one.name !== "说明" && one !== annex);
  if (summary?.name !== "汇总")
    complaints.push({ sheet: summary?.name ?? "", cell: "A1", zh: "第一张表应为“汇总”", en: "the first sheet is the summary" });
  let cells = 0;
  let totals = noTotals;
  const bySheet = new Map<string, Totals>();
  for (const sheet of ledgers) {
    const checked = checkSheet(sheet, complaints);
    cells += checked.cells;
    totals = plus(totals, checked.totals);
    bySheet.set(sheet.name, checked.totals);
  }
  if (annex !== undefined) checkAnnex(annex, ledgers, complaints);
  if (summary !== undefined) compareSummary(summary, { totals, ledgers, bySheet }, complaints);
  if (api !== undefined)
    for (const key of Object.keys(api) as (keyof Totals)[])
      if (api[key] !== totals[key])
        complaints.push({
          sheet: "汇总",
          cell: "",
          zh: `${key}：文件 ${totals[key]}，接口 ${api[key]}`,
          en: `${key}: the file says ${totals[key]}, the API ${api[key]}`,
        });
  return { complaints, sheets: ledgers.length, columns: ledgerColumns.length, cells, totals };
}

/** Every picture is of a hazard that is in the file, and its hash is one. Files of before the annex have none. */
function checkAnnex({ name, rows }: Sheet, ledgers: readonly Sheet[], complaints: Complaint[]): void {
  const known = new Set(ledgers.flatMap((sheet) => sheet.rows.filter(({ line }) => line > 3).map(({ cells }) => cells[0] ?? "")));
  for (const { line, cells } of rows.filter((row) => row.line > 3)) {
    if (!known.has(cells[0] ?? ""))
      complaints.push({
        ...{ sheet: name, cell: `A${line}` },
        zh: `表中没有这条隐患：${cells[0] ?? ""}`,
        en: `no such hazard in the file: ${cells[0] ?? ""}`,
      });
    if (!/^[0-9a-f]{64}$/.test(cells[8] ?? ""))
      complaints.push({ ...{ sheet: name, cell: `I${line}` }, zh: `不是 SHA-256：${cells[8] ?? ""}`, en: `no SHA-256: ${cells[8] ?? ""}` });
  }
}

function checkSheet({ name, rows }: Sheet, complaints: Complaint[]): { cells: number; totals: Totals } {
  const say = (cell: string, zh: string, en: string): void => void complaints.push({ sheet: name, cell, zh, en });
  const heading = rows.find(({ line }) => line === 3);
  const heads = heading?.cells ?? [];
  if (heads.length !== ledgerColumns.length)
    say("A3", `应有 ${ledgerColumns.length} 列，却有 ${heads.length} 列`, `${heads.length} columns, not ${ledgerColumns.length}`);
  for (const [at, { head }] of ledgerColumns.entries())
    if (heads[at] !== head)
      say(`${letters(at)}3`, `应为“${head}”，却是“${heads[at] ?? ""}”`, `should be "${head}", not "${heads[at] ?? ""}"`);
  const body = rows.filter(({ line }) => line > 3);
  const last = body.at(-1);
  const lines = last?.cells[0] === "合计" ? body.slice(0, -1) : body;
  if (lines.length === body.length) say("A4", "缺少合计行", "the line of sums is missing");
  let cells = 0;
  let totals = noTotals;
  for (const { line, cells: texts, kinds = [] } of lines) {
    for (const [at, { kind, head }] of ledgerColumns.entries()) {
      const found = kinds[at] ?? "empty";
      cells += 1;
      if (!(wanted[kind] ?? []).includes(found))
        say(
          `${letters(at)}${line}`,
          `“${head}”应为${typeWords[kind]}，却是 ${found}：${texts[at] ?? ""}`,
          `${head} should be ${kind}, not ${found}: ${texts[at] ?? ""}`,
        );
      if (kind === "number" && found === "number" && !/^-?\d+$/.test(texts[at] ?? ""))
        say(`${letters(at)}${line}`, `“${head}”应为整数`, `${head} should be whole`);
    }
    totals = plus(totals, lineTotals(texts));
  }
  if (last !== undefined && lines.length < body.length)
    for (const key of ["postponements", "overdue", "actual"] as const) {
      const at = ledgerColumns.findIndex((column) => column.key === key);
      const said = key === "actual" ? fenOf(last.cells[at] ?? "0") : Number(last.cells[at] ?? Number.NaN);
      const is = { postponements: totals.postponements, overdue: totals.overdue_days, actual: totals.actual_fen }[key];
      if (said !== is) say(`${letters(at)}${last.line}`, `合计应为 ${is}，却是 ${said}`, `the sum should be ${is}, not ${said}`);
    }
  return { cells, totals };
}

const typeWords: Readonly<Record<string, string>> = { text: "文本", wrapped: "文本", number: "整数", money: "金额", date: "日期" };

function lineTotals(texts: readonly string[]): Totals {
  const of = (key: string): string => texts[ledgerColumns.findIndex((column) => column.key === key)] ?? "";
  const overdue_days = Number(of("overdue")) || 0;
  return {
    ...{ rows: 1, closed: of("state").startsWith("已销号") ? 1 : 0, overdue: overdue_days > 0 ? 1 : 0, overdue_days },
    ...{ postponements: Number(of("postponements")) || 0, actual_fen: of("actual") === "" ? 0 : (fenOf(of("actual")) ?? 0) },
  };
}

const summed: readonly (keyof Totals)[] = ["rows", "closed", "overdue", "overdue_days", "postponements", "actual_fen"];

function compareSummary(
  { name, rows }: Sheet,
  {
    totals,
    ledgers,
    bySheet,
  }: { readonly totals: Totals; readonly ledgers: readonly Sheet[]; readonly bySheet: ReadonlyMap<string, Totals> },
  complaints: Complaint[],
): void {
  const body = rows.filter(({ line }) => line > 3);
  for (const [n, row] of body.entries()) {
    const is = row.cells[0] === "合计" ? totals : bySheet.get(ledgers[n]?.name ?? "");
    for (const [at, key] of summed.entries()) {
      const text = row.cells[at + 2] ?? "";
      const said = key === "actual_fen" ? fenOf(text) : Number(text);
      if (is === undefined || said !== is[key])
        complaints.push({
          ...{ sheet: name, cell: `${letters(at + 2)}${row.line}` },
          ...{ zh: `应为 ${is?.[key] ?? "—"}，却是 ${text}`, en: `should be ${is?.[key] ?? "nothing"}, not ${text}` },
        });
    }
  }
  if (body.length !== ledgers.length + 1)
    complaints.push({
      sheet: name,
      cell: "A4",
      zh: `汇总 ${body.length} 行，应为 ${ledgers.length + 1} 行`,
      en: `${body.length} lines, not ${ledgers.length + 1}`,
    });
}
