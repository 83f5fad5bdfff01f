// What stands in for a function that an old browser does not have does what the function does: in a world of its own that does not have it.
import { readFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { createContext, runInContext } from "node:vm";
import { expect, test } from "vitest";

const asked = "[-3, -2, -1, 0, 1, 2, 1.9, NaN].map((index) => [[7, 8].at(index), 'ab'.at(index)])";

test("without Array.prototype.at and String.prototype.at their places are counted all the same", () => {
  const old = createContext({});
  runInContext("delete Array.prototype.at; delete String.prototype.at;", old);
  expect(() => runInContext(asked, old)).toThrow(/not a function/);
  runInContext(stripTypeScriptTypes(readFileSync(new URL("older.ts", import.meta.url), "utf8")), old);
  expect(JSON.stringify(runInContext(asked, old))).toBe(JSON.stringify(runInContext(asked, createContext({}))));
});
