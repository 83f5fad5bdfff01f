// docs/safety.md promises nothing that no test shows: every line of a table "shown by" names tests, and each of them exists.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { houseFiles, readSource, root } from "./reading.ts";

const page = "docs/safety.md";

interface Line {
  readonly promise: string;
  readonly bound: string;
  readonly shownBy: string;
}

/** Rows of every table whose last column is "shown by". */
function promisedLines(text: string): Line[] {
  const found: Line[] = [];
  let inside = false;
  for (const row of text.split("\n")) {
    if (!row.startsWith("|")) inside = false;
    else if (/shown by\s*\|\s*$/.test(row)) inside = true;
    else if (inside && !/^\|\s*-/.test(row)) {
      const [promise = "", bound = "", shownBy = ""] = row
        .split("|")
        .slice(1)
        .map((cell) => cell.trim());
      found.push({ promise, bound, shownBy });
    }
  }
  return found;
}

// Not this file: what is planted below is no test.
const testFiles = houseFiles(/\.test\.tsx?$/)
  .filter((path) => path !== "test/house/safety.test.ts")
  .map((path) => readSource(path));
const titled = (title: string): boolean => testFiles.some(({ text }) => text.includes(`"${title}`) || text.includes(`\`${title}`));

/** What is named and does not exist; `none` when nothing is named at all. */
function missing(shownBy: string): string[] {
  const promises = [...shownBy.matchAll(/`(P \d\d\.[a-z0-9]+)`/g)].map((match) => match[1] ?? "");
  const files = [...shownBy.matchAll(/`([A-Za-z0-9_./-]+\.test\.tsx?)`(?: "([^"]+)")?/g)];
  const gone = promises.filter((promise) => !titled(promise));
  for (const [, path = "", title] of files) {
    if (!existsSync(join(root, path))) gone.push(path);
    else if (title !== undefined && !readSource(path).text.includes(title)) gone.push(`${path} "${title}"`);
  }
  const rest = shownBy.replace(/`[^`]+`( "[^"]+")?/g, "").replace(/[;,\s]/g, "");
  if (rest !== "") gone.push(`neither a promise nor a test file: ${rest}`);
  return promises.length + files.length === 0 ? ["none"] : gone;
}

test("every line of the safety page has a bound and names tests that exist", () => {
  const lines = promisedLines(readSource(page).text);
  expect(lines.length).toBeGreaterThan(10);
  for (const { promise, bound, shownBy } of lines) {
    expect(bound, promise).not.toBe("");
    expect(missing(shownBy), promise).toEqual([]);
  }
});

test.each([
  ["nothing", "", ["none"]],
  ["words", "by hand", ["none"]],
  ["a promise that is no test", "`P 09.nowhere`", ["P 09.nowhere"]],
  ["a file that is none", "`gateway/nowhere.test.ts`", ["gateway/nowhere.test.ts"]],
  ["a title that is not there", '`gateway/lines/trap.test.ts` "no such words"', ['gateway/lines/trap.test.ts "no such words"']],
  ["a promise and words", "`P 01.cut` and by hand", ["neither a promise nor a test file: andbyhand"]],
])("planted: %s", (_what, shownBy, gone) => expect(missing(shownBy)).toEqual(gone));

test("it says what it is not", () => {
  const { text } = readSource(page);
  for (const word of ["no safety integrity level", "RCBO", "breaker", "hard-wired"]) expect(text).toContain(word);
});
