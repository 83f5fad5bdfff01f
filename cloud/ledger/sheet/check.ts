// Is a file the ledger's export? Its 28 columns, the type of every cell, and its sums: each compound's lines add up to its last line, those to the summary, and the summary to
// what the API says. What is wrong is named by sheet and cell. Lines are read one after another and forgotten: a hundred thousand need no more memory than their numbers.

import { type CellKind, type OpenSheet, openWorkbook, type SheetRow } from "#protocols/excel/workbook.ts";
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
  /** Beyond so many they are counted, and no longer named. */
  readonly more: number;
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

/** Named one by one; who has so many begins with the first. */
const mostNamed = 1_000;

class Complaints {
  readonly named: Complaint[] = [];
  more = 0;

  add(one: Complaint): void {
    if (this.named.length < mostNamed) this.named.push(one);
    else this.more += 1;
  }
}

/** A summary has a line for each compound. */
const mostSummed = 100_000;

export function checkLedgerFile(bytes: Uint8Array, api?: Totals): Checked {
  const [summary, ...others] = openWorkbook(bytes, { dates: "text", bytes: 2 * 1024 * 1024 * 1024 });
  const complaints = new Complaints();
  // A compound may be called like the annex: that is the last but one.
  const annex = others.at(-2)?.name === annexName ? others.at(-2) : undefined;
  const ledgers = others.filter((one) => one.name !== "说明" && one !== annex);
  if (summary?.name !== "汇总")
    complaints.add({ sheet: summary?.name ?? "", cell: "A1", zh: "第一张表应为“汇总”", en: "the first sheet is the summary" });
  let cells = 0;
  let totals = noTotals;
  const bySheet = new Map<string, Totals>();
  const known = new Set<string>();
  for (const sheet of ledgers) {
    const checked = checkSheet(sheet, { complaints, known });
    cells += checked.cells;
    totals = plus(totals, checked.totals);
    bySheet.set(sheet.name, checked.totals);
  }
  if (annex !== undefined) checkAnnex(annex, known, complaints);
  if (summary !== undefined) compareSummary(summary, { totals, ledgers, bySheet }, complaints);
  if (api !== undefined)
    for (const key of Object.keys(api) as (keyof Totals)[])
      if (api[key] !== totals[key])
        complaints.add({
          sheet: "汇总",
          cell: "",
          zh: `${key}：文件 ${totals[key]}，接口 ${api[key]}`,
          en: `${key}: the file says ${totals[key]}, the API ${api[key]}`,
        });
  const { named, more } = complaints;
  return { complaints: named, more, sheets: ledgers.length, columns: ledgerColumns.length, cells, totals };
}

/** Every picture is of a hazard that is in the file, and its hash is one. Files of before the annex have none. */
function checkAnnex({ name, rows }: OpenSheet, known: ReadonlySet<string>, complaints: Complaints): void {
  rows(({ line, cells }) => {
    if (line <= 3) return;
    if (!known.has(cells[0] ?? ""))
      complaints.add({
        ...{ sheet: name, cell: `A${line}` },
        zh: `表中没有这条隐患：${cells[0] ?? ""}`,
        en: `no such hazard in the file: ${cells[0] ?? ""}`,
      });
    if (!/^[0-9a-f]{64}$/.test(cells[8] ?? ""))
      complaints.add({ ...{ sheet: name, cell: `I${line}` }, zh: `不是 SHA-256：${cells[8] ?? ""}`, en: `no SHA-256: ${cells[8] ?? ""}` });
  });
}

interface Checking {
  readonly complaints: Complaints;
  /** The numbers of the hazards that were seen. */
  readonly known: Set<string>;
}

function checkSheet({ name, rows }: OpenSheet, { complaints, known }: Checking): { cells: number; totals: Totals } {
  const say = (cell: string, zh: string, en: string): void => complaints.add({ sheet: name, cell, zh, en });
  let headed = false;
  let cells = 0;
  let totals = noTotals;
  // The last line is the sums, if it says so: each waits until another follows it.
  let waiting: SheetRow | undefined;
  const take = (row: SheetRow): void => {
    cells += checkLine(row, say);
    // A copy: a piece of a text holds on to the whole that it was cut from, and that is the file.
    const id = Buffer.from(row.cells[0] ?? "").toString();
    if (id !== "" && known.has(id)) say(`A${row.line}`, `编号重复：${id}`, `this number stands twice: ${id}`);
    known.add(id);
    totals = plus(totals, lineTotals(row.cells));
  };
  rows((row) => {
    if (row.line < 3) return;
    if (row.line === 3) {
      headed = true;
      checkHeads(row.cells, say);
      return;
    }
    if (waiting !== undefined) take(waiting);
    waiting = row;
  });
  if (!headed) checkHeads([], say);
  if (waiting?.cells[0] === "合计") checkSums(waiting, totals, say);
  else {
    if (waiting !== undefined) take(waiting);
    say("A4", "缺少合计行", "the line of sums is missing");
  }
  return { cells, totals };
}

type Say = (cell: string, zh: string, en: string) => void;

function checkHeads(heads: readonly string[], say: Say): void {
  if (heads.length !== ledgerColumns.length)
    say("A3", `应有 ${ledgerColumns.length} 列，却有 ${heads.length} 列`, `${heads.length} columns, not ${ledgerColumns.length}`);
  for (const [at, { head }] of ledgerColumns.entries())
    if (heads[at] !== head)
      say(`${letters(at)}3`, `应为“${head}”，却是“${heads[at] ?? ""}”`, `should be "${head}", not "${heads[at] ?? ""}"`);
}

function checkLine({ line, cells: texts, kinds = [] }: SheetRow, say: Say): number {
  for (const [at, { kind, head }] of ledgerColumns.entries()) {
    const found = kinds[at] ?? "empty";
    if (!(wanted[kind] ?? []).includes(found))
      say(
        `${letters(at)}${line}`,
        `“${head}”应为${typeWords[kind]}，却是 ${found}：${texts[at] ?? ""}`,
        `${head} should be ${kind}, not ${found}: ${texts[at] ?? ""}`,
      );
    if (kind === "number" && found === "number" && !/^-?\d+$/.test(texts[at] ?? ""))
      say(`${letters(at)}${line}`, `“${head}”应为整数`, `${head} should be whole`);
  }
  return ledgerColumns.length;
}

function checkSums({ line, cells }: SheetRow, totals: Totals, say: Say): void {
  for (const key of ["postponements", "overdue", "actual"] as const) {
    const at = columnAt(key);
    const said = key === "actual" ? fenOf(cells[at] ?? "0") : Number(cells[at] ?? Number.NaN);
    const is = { postponements: totals.postponements, overdue: totals.overdue_days, actual: totals.actual_fen }[key];
    if (said !== is) say(`${letters(at)}${line}`, `合计应为 ${is}，却是 ${said}`, `the sum should be ${is}, not ${said}`);
  }
}

const typeWords: Readonly<Record<string, string>> = { text: "文本", wrapped: "文本", number: "整数", money: "金额", date: "日期" };

const places = new Map(ledgerColumns.map(({ key }, at) => [key, at]));
const columnAt = (key: string): number => places.get(key) ?? -1;

function lineTotals(texts: readonly string[]): Totals {
  const of = (key: string): string => texts[columnAt(key)] ?? "";
  const overdue_days = Number(of("overdue")) || 0;
  return {
    ...{ rows: 1, closed: of("state").startsWith("已销号") ? 1 : 0, overdue: overdue_days > 0 ? 1 : 0, overdue_days },
    ...{ postponements: Number(of("postponements")) || 0, actual_fen: of("actual") === "" ? 0 : (fenOf(of("actual")) ?? 0) },
  };
}

const summed: readonly (keyof Totals)[] = ["rows", "closed", "overdue", "overdue_days", "postponements", "actual_fen"];

interface Compared {
  readonly totals: Totals;
  readonly ledgers: readonly OpenSheet[];
  readonly bySheet: ReadonlyMap<string, Totals>;
}

function compareSummary({ name, rows }: OpenSheet, { totals, ledgers, bySheet }: Compared, complaints: Complaints): void {
  const body: SheetRow[] = [];
  rows((row) => {
    if (row.line > 3 && body.length < mostSummed) body.push(row);
  });
  for (const [n, row] of body.entries()) {
    const is = row.cells[0] === "合计" ? totals : bySheet.get(ledgers[n]?.name ?? "");
    for (const [at, key] of summed.entries()) {
      const text = row.cells[at + 2] ?? "";
      const said = key === "actual_fen" ? fenOf(text) : Number(text);
      if (is === undefined || said !== is[key])
        complaints.add({
          ...{ sheet: name, cell: `${letters(at + 2)}${row.line}` },
          ...{ zh: `应为 ${is?.[key] ?? "—"}，却是 ${text}`, en: `should be ${is?.[key] ?? "nothing"}, not ${text}` },
        });
    }
  }
  if (body.length !== ledgers.length + 1)
    complaints.add({
      sheet: name,
      cell: "A4",
      zh: `汇总 ${body.length} 行，应为 ${ledgers.length + 1} 行`,
      en: `${body.length} lines, not ${ledgers.length + 1}`,
    });
}
