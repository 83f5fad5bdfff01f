// Both languages say everything: codes of the contract have words, and English is English.
import { readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { hazardActions, hazardStates, roles } from "#protocols/api/views.ts";
import { cutCauses, endCauses } from "#protocols/uplink/events.ts";
import { en } from "./en.ts";
import { type Messages, zh } from "./zh.ts";

const leaves = (value: unknown, path = ""): [string, string][] => {
  if (typeof value === "string") return [[path, value]];
  if (typeof value === "function") return [[path, String((value as (...values: unknown[]) => unknown)("7", "8", 9))]];
  return Object.entries(value as Record<string, unknown>).flatMap(([key, inner]) => leaves(inner, `${path}.${key}`));
};

test("every text is there in both, and none is empty", () => {
  const [chinese, english] = [leaves(zh), leaves(en)];
  expect(english.map(([path]) => path).sort()).toEqual(chinese.map(([path]) => path).sort());
  expect(chinese.length).toBeGreaterThan(150);
  for (const [path, text] of [...chinese, ...english]) expect(text, path).not.toBe("");
});

const files = readdirSync(new URL(".", import.meta.url));
const rooms = files.filter((name) => name.endsWith("-zh.ts")).map((name) => name.slice(0, -6));
const dictionaryIn = async (name: string): Promise<unknown> =>
  Object.values((await import(/* @vite-ignore */ new URL(`${name}.ts`, import.meta.url).href)) as object)[0];

test.each(rooms)("a room's own words stand in both, none is empty, and its English is English: %s", async (room) => {
  const [chinese, english] = [leaves(await dictionaryIn(`${room}-zh`)), leaves(await dictionaryIn(`${room}-en`))];
  expect(english.map(([path]) => path).sort()).toEqual(chinese.map(([path]) => path).sort());
  for (const [path, text] of [...chinese, ...english]) expect(text, path).not.toBe("");
  expect(english.filter(([, text]) => /[\u4e00-\u9fff]/.test(text))).toEqual([]);
});

test("English has no Chinese in it, but for the switch to Chinese", () => {
  const mixed = leaves(en).filter(([path, text]) => /[\u4e00-\u9fff]/.test(text) && !path.startsWith(".switches.language"));
  expect(mixed).toEqual([]);
});

test.each([
  ["zh", zh],
  ["en", en],
] as [string, Messages][])("%s has a word for every code of the contract", (_, say) => {
  const tables: [Readonly<Record<string, string>>, readonly string[]][] = [
    [say.roles, roles],
    [say.cause, [...cutCauses, ...endCauses]],
    [say.ledger.state, hazardStates],
    [say.ledger.action, hazardActions],
    [say.ledger.hint, hazardActions],
  ];
  let checked = 0;
  for (const [table, codes] of tables)
    for (const code of codes) {
      expect(table[code], code).toBeTruthy();
      checked += 1;
    }
  expect(checked).toBe(roles.length + cutCauses.length + endCauses.length + hazardStates.length + 2 * hazardActions.length);
});
