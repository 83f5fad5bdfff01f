// Sheets of other systems as they really look: names of columns, titles, encodings, dates; and each wrong cell by its place.
import { expect, test } from "vitest";
import { writeWorkbook } from "#protocols/excel/write.ts";
import { toRfc3339 } from "#protocols/vocabulary/time.ts";
import { endOf, letterOf, readSheet as readTables, type Sheet, type SheetColumn, whenOf } from "./sheet.ts";
import { tablesOf } from "./tables-of.ts";

const readSheet = (bytes: Uint8Array, of: readonly SheetColumn[]): Sheet => readTables(tablesOf(bytes), of);

test.each<[string, string | undefined]>([
  ["2026/1/5", "2026-01-06T00:00:00.000+08:00"],
  ["2026-12-31", "2027-01-01T00:00:00.000+08:00"],
  ["2026年12月31日", "2027-01-01T00:00:00.000+08:00"],
  ["20261231", "2027-01-01T00:00:00.000+08:00"],
  ["46387", "2027-01-01T00:00:00.000+08:00"],
  ["2026-12-31 23:59:59", "2027-01-01T00:00:00.000+08:00"],
  ["2026-12-31 23:59", "2027-01-01T00:00:00.000+08:00"],
  ["2026-12-31 18:00", "2026-12-31T18:00:00.000+08:00"],
  ["2026/2/30", undefined],
  ["31.12.2026", undefined],
  ["明年", undefined],
])("%s ends at %s", (text, end) => {
  const when = whenOf(text);
  expect(when === undefined ? undefined : toRfc3339(endOf(when))).toBe(end);
});

test.each<[number, string]>([
  [0, "A"],
  [25, "Z"],
  [26, "AA"],
  [701, "ZZ"],
])("column %i is %s", (column, letter) => {
  expect(letterOf(column)).toBe(letter);
});

const columns: SheetColumn[] = [
  { key: "plate", names: ["车牌号", "plate"], needed: true, example: "闽C12345", read: (cell) => (/^闽/.test(cell) ? cell : undefined) },
  { key: "until", names: ["到期日期"], needed: true, example: "2026-12-31", read: whenOf },
];
/** 车牌号,到期日期 and one row, in GBK as a spreadsheet saves it. */
const gbk = Buffer.from("b3b5c5c6bac52cb5bdc6dac8d5c6da0d0ac3f64331323334352c323032362f31322f33310d0a", "hex");

test("a title, columns in another order, unknown ones, quotes, a byte order mark, GBK: read; each wrong cell is told by its place", () => {
  const sheet = readSheet(
    Buffer.from(
      '\uFEFF月租车一览表,,\r\n备注,到期日期（含）,车牌号\r\n"老王,3栋",2026/12/31,闽C12345\r\n,后天,闽C67890\r\n,2026-01-01,\r\n,,\r\n',
    ),
    columns,
  );
  expect(sheet.rows.map(({ line, values }) => [line, values.plate])).toEqual([
    [3, "闽C12345"],
    [4, "闽C67890"],
    [5, undefined],
  ]);
  expect(sheet.complaints.map(({ cell, column, value }) => [cell, column, value])).toEqual([
    ["B4", "到期日期（含）", "后天"],
    ["C5", "车牌号", ""],
  ]);
  expect(sheet.ignored).toEqual(["备注"]);
  expect(readSheet(gbk, columns).rows.map(({ values }) => values.plate)).toEqual(["闽C12345"]);
  expect(readSheet(Buffer.from("a,b\n1,2\n"), columns).complaints).toMatchObject([
    { cell: "A1", zh: expect.stringContaining("车牌号、到期日期") },
  ]);
});

test("a workbook: the sheet with a head is found, dates and numbers read as a person sees them, wrong cells by their place; an old .xls and half a file are told", () => {
  const text = (name: string) => ({ head: name, kind: "text" as const, width: 12 });
  const date = { head: "到期日期", kind: "date" as const, width: 12 };
  const day = Date.UTC(2026, 11, 30, 16);
  const bytes = writeWorkbook([
    { name: "说明", title: "说明", info: "", columns: [text("月租车一览表")], rows: [["导出于 2026-11-26"]] },
    {
      name: "月租车",
      title: "月租车一览表",
      info: "导出",
      columns: [text("车牌号"), date, text("备注")],
      rows: [
        ["闽C12345", day, "老王"],
        ["粤B12345", day, null],
        [null, day, null],
      ],
    },
  ]);
  const sheet = readSheet(bytes, columns);
  expect(
    sheet.rows.map(({ values }) => [values.plate, values.until === undefined ? undefined : toRfc3339(endOf(values.until as never))]),
  ).toEqual([
    ["闽C12345", "2027-01-01T00:00:00.000+08:00"],
    [undefined, "2027-01-01T00:00:00.000+08:00"],
    [undefined, "2027-01-01T00:00:00.000+08:00"],
  ]);
  const lines = sheet.rows.map(({ line }) => line);
  expect(sheet.complaints.map(({ cell, value }) => [cell, value])).toEqual([
    [`A${lines[1]}`, "粤B12345"],
    [`A${lines[2]}`, ""],
  ]);
  expect(sheet.ignored).toEqual(["备注"]);
  expect(readSheet(bytes.subarray(0, bytes.length / 2), columns)).toMatchObject({ rows: [], complaints: [{ cell: "A1" }] });
  const large = writeWorkbook([
    { name: "大", title: "大", info: "", columns: [text("车牌号"), date], rows: Array.from({ length: 30_000 }, () => ["闽C12345", day]) },
  ]);
  expect(readSheet(large, columns)).toMatchObject({ rows: [], complaints: [{ zh: expect.stringContaining("请另存为 CSV") }] });
  expect(readSheet(new Uint8Array([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1]), columns)).toMatchObject({
    rows: [],
    complaints: [{ zh: expect.stringContaining("另存为 .xlsx") }],
  });
});
