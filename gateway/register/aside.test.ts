// While a workbook is taken apart the process goes on serving: the loop turns, which it cannot while anything is read in its own thread.
import { expect, test } from "vitest";
import { writeWorkbook } from "#protocols/excel/write.ts";
import { counted } from "#test/promise.ts";
import { tablesAside } from "./aside.ts";
import { tablesOf } from "./tables-of.ts";

const rows = Array.from({ length: 100 }, (_, i) => [`闽C${String(10_000 + i)}`, "2026-12-31"]);
const columns = ["车牌号", "到期日期"].map((head) => ({ head, kind: "text" as const, width: 12 }));
const book = writeWorkbook([{ name: "月租", title: "月租车一览表", info: "", columns, rows }]);

/** How often the loop came round before this was answered. */
async function turnsDuring(work: () => Promise<unknown>): Promise<number> {
  let turns = 0;
  let over = false;
  const turn = (): void => {
    if (over) return;
    turns += 1;
    setImmediate(turn);
  };
  setImmediate(turn);
  await work();
  over = true;
  return turns;
}

test("P 06.sheets: the loop goes round while a workbook is read; read in its own thread it would stand", async (context) => {
  expect(await turnsDuring(async () => tablesOf(book))).toBe(0);
  const told: unknown[] = [];
  const turns = await turnsDuring(async () => told.push(...(await Promise.all([tablesAside(book), tablesAside(book)]))));
  expect(turns).toBeGreaterThan(0);
  expect(told).toEqual([tablesOf(book), tablesOf(book)]);
  counted(context, { workbooks: told.length, rows: rows.length });
});

test("what is no workbook is said as ever, also after one that was none", async () => {
  const broken = book.subarray(0, book.length / 2);
  expect(await tablesAside(broken)).toMatchObject({ tables: [], wrong: [{ line: 1, zh: expect.stringContaining("请另存为 CSV") }] });
  expect(await tablesAside(Buffer.from("a,b\n1,2\n"))).toMatchObject({ tables: [{ rows: [{ line: 1, cells: ["a", "b"] }, { line: 2 }] }] });
  expect((await tablesAside(book)).tables).toHaveLength(1);
});
