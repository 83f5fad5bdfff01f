// All rooms share one journal: no two of them make a table or an index of one name, and a file that was made is opened again.
import { expect, test } from "vitest";
import { openJournal } from "#gateway/journal/journal.ts";
import { toldChance, toldClock } from "#test/told-clock.ts";
import { tables } from "./tables.ts";

test("the tables of all rooms stand side by side in one journal", () => {
  const journal = openJournal({ path: ":memory:", clock: toldClock(), chance: toldChance(), tables });
  const made = journal.all<{ name: string }>("SELECT name FROM sqlite_schema WHERE type = 'table'").map(({ name }) => name);
  expect(made).toEqual(expect.arrayContaining(["charge", "pay_charge", "visit", "command"]));
  expect(new Set(tables.map(({ name }) => name)).size).toBe(tables.length);
  journal.close();
});
