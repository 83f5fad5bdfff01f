// A file for spreadsheets: what would be a formula is text, quotes stand twice, a number is a number.
import { expect, test } from "vitest";
import { csvText } from "./csv.ts";

test.each([
  ["=1+1", `"'=1+1"`],
  ["+86", `"'+86"`],
  ["-1", `"'-1"`],
  ["@SUM(A1)", `"'@SUM(A1)"`],
  ["\t=1", `"'\t=1"`],
  ['2 栋"东"', `"2 栋""东"""`],
  ["二行\n=1", `"二行\n=1"`],
  [-3.5, "-3.5"],
  [null, ""],
])("%j is written as %j", (cell, written) => {
  expect(csvText([[cell, "末"]])).toBe(`\uFEFF${written},"末"\r\n`);
});
