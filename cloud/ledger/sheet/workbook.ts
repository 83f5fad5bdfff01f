// The ledger's Excel file, sheet after sheet as its pages are read: what is written is given on at once; sums and hash are kept, lines are not.
import { createHash } from "node:crypto";
import type { Row } from "#cloud/store/schema.ts";
import type { Queries } from "#cloud/store/store.ts";
import { bookParts, type Column, type SheetPen, sheetNames, sheetPath, sheetPen, stylesPart, type Value } from "#protocols/excel/write.ts";
import { photoKinds, takenWords } from "../photo-words.ts";
import { annexName, type Exported, ledgerColumns, noTotals, plus, type Totals, totalOf } from "./columns.ts";
import { filterText, type LedgerFile, moment, type Place } from "./export.ts";
import { openZip } from "./zip.ts";

interface Writing {
  readonly read: Queries;
  readonly places: readonly Place[];
  readonly pages: AsyncIterable<readonly Exported[]>;
  readonly asked: LedgerFile;
  readonly bytes: (bytes: Uint8Array) => void;
}

export async function writeWorkbookOf({ read, places, pages, asked, bytes }: Writing): Promise<void> {
  const compounds = places.filter(({ site }, at) => site !== places[at - 1]?.site);
  const names = sheetNames(["汇总", ...compounds.map(({ compound }) => compound), annexName, "说明"]);
  const book = openBook(names, { info: infoOf(asked), bytes });
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
  await writeAnnex(read, { book, at: names.length - 2, pictured, compounds: new Map(places.map(({ id, compound }) => [id, compound])) });
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
}

interface Book {
  readonly begin: (at: number, heading: Heading) => SheetPen;
  readonly write: (xml: string) => void;
  readonly sheet: (
    at: number,
    whole: Heading & { readonly lines: readonly (readonly Value[])[]; readonly totals?: readonly Value[] },
  ) => void;
  readonly end: () => void;
}

function openBook(names: readonly string[], { info, bytes }: { readonly info: string; readonly bytes: Writing["bytes"] }): Book {
  const zip = openZip(bytes);
  const prefixes = new Map<string, number>();
  const put = (path: string, xml: string): void => {
    zip.begin(path);
    zip.write(xml);
  };
  for (const [path, xml] of bookParts(names)) put(path, xml);
  const begin: Book["begin"] = (at, heading) => {
    const pen = sheetPen({ ...heading, info }, prefixes);
    put(sheetPath(at), pen.head());
    return pen;
  };
  return {
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
} as const;

const texts = (...columns: readonly (readonly [head: string, width: number])[]): Column[] =>
  columns.map(([head, width]) => ({ head, kind: "text", width }));
const annexHeads: readonly Column[] = [
  ...texts(["隐患编号", 20], ["小区", 16], ["类别", 10]),
  { head: "拍摄时间", kind: "date", width: 16 },
  ...texts(["时间依据", 12]),
  { head: "上传时间", kind: "date", width: 16 },
  { head: "地点", kind: "wrapped", width: 20 },
  ...texts(["上传人", 12], ["SHA-256", 66], ["与何处相同", 20]),
  { head: "字节", kind: "number", width: 10 },
  ...texts(["地址", 60]),
];

interface Annex {
  readonly book: Book;
  readonly at: number;
  /** Hazards with pictures, in the order of the sheets. */
  readonly pictured: readonly string[];
  readonly compounds: ReadonlyMap<string, string>;
}

/** Of every picture its hash, when and where, and the address at which whoever may see the hazard reads it. */
async function writeAnnex(read: Queries, { book, at, pictured, compounds }: Annex): Promise<void> {
  const pen = book.begin(at, { title: "整改台账照片附件", columns: annexHeads });
  for (let from = 0; from < pictured.length; from += 400) {
    const ids = pictured.slice(from, from + 400);
    const rows = await read
      .selectFrom("evidence")
      .selectAll()
      .where("hazard", "in", ids)
      .orderBy("uploaded_at")
      .orderBy("sha256")
      .execute();
    const byHazard = Map.groupBy(rows, ({ hazard }) => hazard);
    for (const id of ids)
      for (const one of byHazard.get(id) ?? [])
        book.write(
          pen.line([
            ...[
              id,
              compounds.get(id) ?? "",
              photoKinds[one.kind] ?? "其他",
              one.taken_at,
              takenWords[one.taken] ?? one.taken,
              one.uploaded_at,
            ],
            ...[one.place, one.person_name, one.sha256, one.used_before, one.bytes],
            `/api/v1/hazards/${id}/evidence?sha256=${one.sha256}`,
          ]),
        );
  }
  book.write(pen.foot());
}
