// The ledger's Excel file, sheet after sheet as its pages are read: what is written is given on at once; sums and hash are kept, lines are not.
import { createHash } from "node:crypto";
import type { Row } from "#cloud/store/schema.ts";
import type { Queries } from "#cloud/store/store.ts";
import { drawingTypes } from "#protocols/excel/drawing.ts";
import { bookParts, type Column, type SheetPen, sheetNames, sheetPath, sheetPen, stylesPart, type Value } from "#protocols/excel/write.ts";
import { writeAnnex } from "./annex.ts";
import { annexName, type Exported, ledgerColumns, noTotals, plus, type Totals, totalOf } from "./columns.ts";
import { filterText, hasFewPictures, type LedgerFile, moment, type Place } from "./export.ts";
import { openZip, type Zip } from "./zip.ts";

interface Writing {
  readonly read: Queries;
  readonly places: readonly Place[];
  readonly pages: AsyncIterable<readonly Exported[]>;
  readonly asked: LedgerFile;
  readonly bytes: (bytes: Uint8Array) => void;
  /** All lines are written, and it still goes on. */
  readonly alive: () => void;
}

export async function writeWorkbookOf({ read, places, pages, asked, bytes, alive }: Writing): Promise<void> {
  const compounds = places.filter(({ site }, at) => site !== places[at - 1]?.site);
  const names = sheetNames(["汇总", ...compounds.map(({ compound }) => compound), annexName, "说明"]);
  const drawn = asked.pictures && !(await hasFewPictures(read, asked, 0));
  const book = openBook(names, { info: infoOf(asked), bytes, more: drawn ? drawingTypes : "" });
  const hash = createHash("sha256").update("[");
  const sums: Totals[] = [];
  const pictured: Row<"hazard">["id"][] = [];
  let pen: SheetPen | undefined;
  let site: string | undefined;
  let rows = 0;
  const finish = (): void => {
    if (pen !== undefined) book.write(pen.foot(lastLine(sums.at(-1) ?? noTotals)));
  };
  for await (const page of pages)
    for (const one of page) {
      const { row, photos } = one;
      if (pen === undefined || row.site !== site) {
        finish();
        site = row.site;
        pen = book.begin(1 + sums.length, { title: `${row.compound} 消防隐患与电动自行车停放充电隐患整改台账`, columns: ledgerHeads });
        sums.push(noTotals);
      }
      book.write(pen.line(ledgerColumns.map((column) => column.of(one))));
      hash.update(`${rows === 0 ? "" : ","}${JSON.stringify([row.id, row.head])}`);
      sums[sums.length - 1] = plus(sums.at(-1) ?? noTotals, totalOf(row, asked.now));
      if (photos.before + photos.after + photos.other > 0) pictured.push(row.id);
      rows += 1;
    }
  finish();
  await writeAnnex(read, {
    ...{ zip: book.zip, begin: book.begin, at: names.length - 2, pictured, alive, drawn },
    compounds: new Map(places.map(({ id, compound }) => [id, compound])),
  });
  book.sheet(names.length - 1, {
    title: "字段说明",
    columns: noteHeads,
    lines: notes({ rows, now: asked.now, hash: hash.update("]").digest("hex") }),
  });
  book.sheet(0, {
    ...{ title: "整改台账汇总", columns: summaryHeads },
    lines: compounds.map(({ site: of, compound }, at) => [asked.places[of] ?? "", compound, ...summed(sums[at] ?? noTotals)]),
    totals: ["合计", `${compounds.length} 个小区`, ...summed(sums.reduce(plus, noTotals))],
  });
  book.end();
}

interface Heading {
  readonly title: string;
  readonly columns: readonly Column[];
  /** Pictures hang on it. */
  readonly drawn?: boolean;
}

interface Book {
  readonly zip: Zip;
  readonly begin: (at: number, heading: Heading) => SheetPen;
  readonly write: (xml: string) => void;
  readonly sheet: (
    at: number,
    whole: Heading & { readonly lines: readonly (readonly Value[])[]; readonly totals?: readonly Value[] },
  ) => void;
  readonly end: () => void;
}

function openBook(
  names: readonly string[],
  { info, bytes, more }: { readonly info: string; readonly bytes: Writing["bytes"]; readonly more: string },
): Book {
  const zip = openZip(bytes);
  const prefixes = new Map<string, number>();
  const put = (path: string, xml: string): void => {
    zip.begin(path);
    zip.write(xml);
  };
  for (const [path, xml] of bookParts(names, more)) put(path, xml);
  const begin: Book["begin"] = (at, heading) => {
    const pen = sheetPen({ ...heading, info }, prefixes);
    put(sheetPath(at), pen.head());
    return pen;
  };
  return {
    zip,
    begin,
    write: zip.write,
    sheet: (at, { lines, totals, ...heading }) => {
      const pen = begin(at, heading);
      for (const line of lines) zip.write(pen.line(line));
      zip.write(pen.foot(totals));
    },
    end: () => {
      put(...stylesPart(prefixes));
      zip.end();
    },
  };
}

const infoOf = ({ filter, now, person }: LedgerFile): string =>
  `筛选：${filterText(filter)} · 制表时间：${moment(now)} · 制表人：${person} · 单位公章：`;

const ledgerHeads = ledgerColumns.map(({ head, kind, width }): Column => ({ head, kind, width }));
const summaryHeads: readonly Column[] = [
  { head: "镇街/社区/网格", kind: "text", width: 22 },
  { head: "小区", kind: "text", width: 20 },
  ...["隐患数", "已销号", "逾期数", "超期天数", "延期次数"].map((head): Column => ({ head, kind: "number", width: 10 })),
  { head: "实支（元）", kind: "money", width: 16 },
];
const summed = ({ rows, closed, overdue, overdue_days, postponements, actual_fen }: Totals): Value[] => [
  ...[rows, closed, overdue, overdue_days, postponements, actual_fen],
];

/** What can be summed is, under the lines. */
function lastLine({ postponements, overdue_days, actual_fen }: Totals): Value[] {
  const values: Readonly<Record<string, Value>> = { id: "合计", postponements, overdue: overdue_days, actual: actual_fen };
  return ledgerColumns.map(({ key }) => values[key] ?? null);
}

const noteHeads: readonly Column[] = [
  { head: "项目", kind: "text", width: 24 },
  { head: "说明", kind: "wrapped", width: 90 },
];
const notes = ({ rows, now, hash }: { readonly rows: number; readonly now: number; readonly hash: string }): Value[][] => [
  ...ledgerColumns.map(({ head, kind }): Value[] => [head, kindWords[kind]]),
  ["记录数", String(rows)],
  ["数据截至", moment(now)],
  ["各行编号与闭环哈希的 SHA-256", hash],
];
const kindWords = {
  text: "文本",
  wrapped: "文本",
  number: "整数",
  money: "金额（元，两位小数；合计以分计算）",
  date: "日期时间（北京时间）；空白为未发生",
  exact: "数值",
} as const;
