// An Excel file of hazards as anybody keeps it, read: headings by their many names, merged cells, "同上", compounds by their aliases. Every cell that cannot be read is named, all
// at once; a line with one is not taken. Pure.

import { type Calendar, dayOf } from "#cloud/calendar/calendar.ts";
import { type Sheet, type SheetRow, serialText } from "#protocols/excel/workbook.ts";
import { letters } from "#protocols/excel/write.ts";
import { nearest } from "#protocols/vocabulary/nearest.ts";
import { annexName, ledgerColumns } from "./columns.ts";
import { ditto, type Read, readDeadline, readGrade, readMoment, readPriority, readSource, readState } from "./words.ts";

export interface CellComplaint {
  readonly sheet: string;
  readonly row: number;
  /** "C12" */
  readonly cell: string;
  readonly head: string;
  readonly zh: string;
  readonly en: string;
}

/** One line, understood. What the sheet does not say is not there. */
export interface ReadLine {
  readonly sheet: string;
  readonly row: number;
  readonly site: string;
  readonly id?: string;
  readonly place: string;
  readonly category: string;
  readonly zh: string;
  readonly found_at: number;
  readonly source: string;
  readonly grade?: "一般" | "重大";
  readonly priority?: number;
  readonly clause?: string;
  readonly responsible?: string;
  readonly responsible_person?: string;
  readonly responsible_phone?: string;
  readonly supervisor?: string;
  readonly measure?: string;
  readonly interim_control?: string;
  readonly deadline?: number | null;
  readonly actual_fen?: number;
  readonly state?: "已销号" | "整改中" | "待派单";
  readonly rectified_at?: number;
  readonly closed_at?: number;
}

export interface KnownCompound {
  readonly id: string;
  readonly name: string;
  readonly aliases: readonly string[];
}

export interface ReadLedger {
  readonly lines: readonly ReadLine[];
  readonly complaints: readonly CellComplaint[];
  /** Lines that were not taken because of one. */
  readonly refused: number;
  /** Where each sheet has which of our columns. */
  readonly columns: ReadonlyMap<string, ReadonlyMap<string, number>>;
}

/** What is wrong with one cell of a sheet that was read. */
export function complaintAt(
  columns: ReadLedger["columns"],
  { sheet, row }: Pick<ReadLine, "sheet" | "row">,
  key: string,
  words: { readonly zh: string; readonly en: string },
): CellComplaint {
  const at = Math.max(0, columns.get(sheet)?.get(key) ?? 0);
  const head = ledgerColumns.find((one) => one.key === key)?.head ?? key;
  return { sheet, row, cell: `${letters(at)}${row}`, head, ...words };
}

const bare = (text: string): string => text.normalize("NFKC").replace(/[\s*＊（）()]/g, "");
const byHead = new Map(ledgerColumns.flatMap(({ key, head, aliases }) => [head, ...aliases].map((one) => [bare(one), key] as const)));
/** Ours only: made by the ledger, never read back. */
const notRead = new Set(["evidence", "area", "dispatched_at", "received_at", "reinspected_at", "postponements", "overdue", "hash"]);

/** The row that names most columns, among the first ten; what stands above are titles. */
function headingOf(rows: readonly SheetRow[]): { readonly at: number; readonly columns: ReadonlyMap<string, number> } | undefined {
  let best: { at: number; columns: Map<string, number> } | undefined;
  for (const [at, row] of rows.slice(0, 10).entries()) {
    const columns = new Map<string, number>();
    for (const [index, text] of row.cells.entries()) {
      const key = byHead.get(bare(text));
      if (key !== undefined && !columns.has(key)) columns.set(key, index);
    }
    if (columns.size >= 3 && columns.size > (best?.columns.size ?? 0)) best = { at, columns };
  }
  return best;
}

/** The moment of reading, and which days are worked. */
export interface ReadingDay {
  readonly now: number;
  readonly calendar: Calendar;
}

export function readLedger(sheets: readonly Sheet[], compounds: readonly KnownCompound[], day: ReadingDay): ReadLedger {
  const complaints: CellComplaint[] = [];
  const lines: ReadLine[] = [];
  const columns = new Map<string, ReadonlyMap<string, number>>();
  let refused = 0;
  for (const { name, rows } of sheets) {
    if (["汇总", "说明", annexName].includes(name)) continue;
    const heading = headingOf(rows);
    if (heading === undefined) {
      if (rows.length > 0)
        complaints.push({
          ...{ sheet: name, row: rows[0]?.line ?? 1, cell: `A${rows[0]?.line ?? 1}`, head: "" },
          ...{ zh: "找不到表头（至少要有小区、部位、隐患描述）", en: "no heading found: it takes at least 小区, 部位, 隐患描述" },
        });
      continue;
    }
    const missing = (["compound", "zh"] as const).filter(
      (key) => !heading.columns.has(key) && !(key === "compound" && compoundOf(name, compounds) !== undefined),
    );
    for (const key of missing) {
      const line = rows[heading.at]?.line ?? 1;
      const head = ledgerColumns.find((one) => one.key === key)?.head ?? key;
      complaints.push({ sheet: name, row: line, cell: `A${line}`, head, zh: `缺少“${head}”一列`, en: `the column ${head} is missing` });
    }
    if (missing.length > 0) continue;
    const body = rows
      .slice(heading.at + 1)
      .filter(({ cells }) => !/^(合计|总计|小计)/.test(cells[0] ?? "") && cells.some((text) => text !== ""));
    columns.set(name, heading.columns);
    const taken = readRows({ sheet: name, body, columns: heading.columns }, compounds, day);
    lines.push(...taken.lines);
    complaints.push(...taken.complaints);
    refused += body.length - taken.lines.length;
  }
  return { lines, complaints, refused, columns };
}

export function compoundOf(text: string, compounds: readonly KnownCompound[]): KnownCompound | undefined {
  const wanted = bare(text).replace(/小区$/, "");
  const names = (one: KnownCompound): string[] => [one.name, one.id, ...one.aliases].map((name) => bare(name).replace(/小区$/, ""));
  return (
    compounds.find((one) => names(one).includes(wanted)) ??
    compounds.find((one) => names(one).some((name) => name.replace(/演示$/, "") === wanted))
  );
}

interface Table {
  readonly sheet: string;
  readonly body: readonly SheetRow[];
  readonly columns: ReadonlyMap<string, number>;
}

function readRows(
  { sheet, body, columns }: Table,
  compounds: readonly KnownCompound[],
  day: ReadingDay,
): { lines: ReadLine[]; complaints: CellComplaint[] } {
  const complaints: CellComplaint[] = [];
  const lines: ReadLine[] = [];
  const above = new Map<string, string>();
  for (const row of body) {
    const before = complaints.length;
    const place = (key: string): number => columns.get(key) ?? -1;
    const say = (key: string, zh: string, en: string): void => {
      const at = Math.max(0, place(key));
      const head = ledgerColumns.find((one) => one.key === key)?.head ?? key;
      complaints.push({ sheet, row: row.line, cell: `${letters(at)}${row.line}`, head, zh, en });
    };
    const texts = new Map<string, string>();
    for (const [key, at] of columns) {
      const trouble = row.troubles?.get(at);
      if (trouble !== undefined && !notRead.has(key)) say(key, trouble.zh, trouble.en);
      const written = writtenIn(row, at, key);
      if (ditto(written) && !above.has(key)) say(key, "“同上”的上面没有内容", "there is nothing above this 同上");
      const text = ditto(written) ? (above.get(key) ?? "") : written;
      if (text !== "") above.set(key, text);
      texts.set(key, text);
    }
    const line = lineOf(texts, { sheet, row: row.line, compounds, ...day, say });
    if (complaints.length === before && line !== undefined) lines.push(line);
  }
  return { lines, complaints };
}

/** Days and numbers, not words: typed with a Chinese keyboard they are full-width, and a day in a cell of no format is Excel's own count of days. */
const dated = new Set(["found_at", "deadline", "rectified_at", "closed_at"]);
const counted = new Set([...dated, "id", "grade", "priority", "state", "actual", "person"]);
const [first, last] = [36_526, 73_050];

function writtenIn({ cells, kinds }: SheetRow, at: number, key: string): string {
  const text = (cells[at] ?? "").trim();
  if (!counted.has(key)) return text;
  const narrow = text.replace(/[\uff05\uff0d-\uff1a\uff21-\uff3a\uff41-\uff5a\u3000]/g, (letter) =>
    letter === "\u3000" ? " " : String.fromCharCode(letter.charCodeAt(0) - 0xfee0),
  );
  const serial = Number(narrow);
  return dated.has(key) && kinds?.[at] === "number" && serial >= first && serial <= last ? serialText(serial) : narrow;
}

interface Around extends ReadingDay {
  readonly sheet: string;
  readonly row: number;
  readonly compounds: readonly KnownCompound[];
  readonly say: (key: string, zh: string, en: string) => void;
}

function lineOf(texts: ReadonlyMap<string, string>, { sheet, row, compounds, now, calendar, say }: Around): ReadLine | undefined {
  const of = (key: string): string => texts.get(key) ?? "";
  /** The reading of a cell, or undefined after its complaint; empty cells say nothing. */
  const read = <Value>(key: string, reader: (text: string) => Read<Value>): Value | undefined => {
    const text = of(key);
    if (text === "") return undefined;
    const found = reader(text);
    if ("value" in found) return found.value;
    say(key, found.zh, found.en);
    return undefined;
  };
  const named = of("compound") === "" && !texts.has("compound") ? sheet : of("compound");
  const compound = compoundOf(named, compounds);
  if (named === "") say("compound", "没有写小区", "the compound is not named");
  else if (compound === undefined) {
    const guess = nearest(
      named,
      compounds.flatMap(({ name, aliases }) => [name.replace(/（.*）$/, ""), ...aliases]),
    );
    say(
      "compound",
      `没有小区“${named}”${guess === undefined ? "" : `，是否想写“${guess}”？`}`,
      `no such compound: "${named}"${guess === undefined ? "" : `; did you mean "${guess}"?`}`,
    );
  }
  if (of("zh") === "") say("zh", "没有写隐患描述", "what is wrong is not written");
  const found_at = read("found_at", readMoment) ?? now;
  if (found_at > now + 86_400_000) say("found_at", "发现时间在将来", "it was found in the future");
  const deadline = read("deadline", (text) => readDeadline(text, found_at, calendar));
  /** What is over happened after it was found, and has happened. */
  const over = (key: "rectified_at" | "closed_at", name: string): number | undefined => {
    const at = read(key, readMoment);
    if (at !== undefined && at > now + 86_400_000) say(key, `${name}在将来`, "it lies in the future");
    else if (at !== undefined && of("found_at") !== "" && dayOf(at) < dayOf(found_at))
      say(key, `${name}早于发现时间`, "it lies before the day on which it was found");
    return at;
  };
  const rectified_at = over("rectified_at", "整改完成时间");
  const closed_at = over("closed_at", "销号时间");
  const said = read("state", readState);
  if (closed_at !== undefined && said !== undefined && said !== "已销号")
    say("closed_at", `有销号时间，状态却是“${of("state")}”`, `it has a day of closing, and its state is "${of("state")}"`);
  const state = closed_at === undefined ? said : "已销号";
  const person = /^(.*?)[；;，,、\s]*(1\d{10}|0\d{2,3}-?\d{7,8}|\d{7,8})?$/.exec(of("person"));
  const control = of("control");
  const kept: Partial<ReadLine> = {
    ...given("id", of("id")),
    ...given("clause", of("clause")),
    ...given("responsible", of("responsible")),
    ...given("responsible_person", (person?.[1] ?? "").trim()),
    ...given("responsible_phone", person?.[2] ?? ""),
    ...given("supervisor", of("supervisor")),
    ...given("measure", [of("measure").replace(/；?资金：.*$/, ""), deadline?.words ?? ""].filter((text) => text !== "").join("；")),
    ...given("interim_control", control),
    ...given("grade", read("grade", readGrade)),
    ...given("priority", read("priority", readPriority)),
    ...given("state", state),
    ...given("rectified_at", rectified_at),
    ...given("closed_at", closed_at),
    ...given("actual_fen", read("actual", readMoney)),
    ...(deadline === undefined ? {} : { deadline: deadline.at }),
  };
  if (compound === undefined) return undefined;
  const source = read("source", readSource) ?? "基线排查";
  return {
    sheet,
    row,
    site: compound.id,
    place: of("place") || "小区内",
    category: of("category") || "其他",
    zh: of("zh"),
    found_at,
    source,
    ...kept,
  };
}

const given = <Key extends string, Value>(key: Key, value: Value | undefined): { readonly [K in Key]?: Value } =>
  (value === undefined || (value as unknown) === "" ? {} : { [key]: value }) as { readonly [K in Key]?: Value };

/** Yuan as people write them; "1.2万" too. */
function readMoney(text: string): Read<number> {
  const match = /^[¥￥]?\s*(-?[\d,，]+(?:\.\d{1,6})?)\s*(万)?\s*元?$/.exec(text);
  const yuan = Number((match?.[1] ?? "").replace(/[,，]/g, ""));
  const fen = Math.round(yuan * (match?.[2] === undefined ? 100 : 1_000_000));
  if (match === null || !Number.isSafeInteger(fen) || fen < 0) return { zh: `金额看不懂：“${text}”`, en: `no amount of money: "${text}"` };
  return { value: fen };
}
