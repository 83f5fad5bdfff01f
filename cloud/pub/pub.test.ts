// What the public pages are made of: receipts that nobody guesses, bars that stand where they should, places that are shared.
import { createHash, randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { publicText, yuan } from "./html.ts";
import { placed } from "./list.ts";
import { fallBar, fallsOf, meter, starRow } from "./pictures.ts";
import { readReceipt, receiptOf, receiptText } from "./receipts.ts";
import { say } from "./words.ts";

test("a receipt follows from the report's own key, is read as people type it, and no two keys share one", () => {
  const code = receiptOf("0123456789abcdef");
  expect(code).toBe(receiptOf("0123456789abcdef"));
  expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{10}$/);
  const typed = [receiptText(code), code.toLowerCase(), ` ${code.slice(0, 3)} ${code.slice(3)} `];
  expect(typed.map(readReceipt)).toEqual([code, code, code]);
  expect(readReceipt("oIl00-00000")).toBe("0110000000");
  expect(["", "ABC", `${code}0`, "AAAAAAAAA!", "ÄAAAAAAAAA", "UUUUUUUUUU"].map(readReceipt)).toEqual(Array(6).fill(undefined));
  expect(new Set(Array.from({ length: 5_000 }, () => receiptOf(randomUUID()))).size).toBe(5_000);
  // Its letters are spread: none is fixed.
  const letters = Array.from({ length: 200 }, (_, n) => receiptOf(createHash("sha256").update(String(n)).digest("hex")));
  for (let at = 0; at < 10; at += 1) expect(new Set(letters.map((one) => one[at])).size).toBeGreaterThan(20);
});

test("a waterfall: each bar begins where the one before ended, sums stand on the ground, below nothing there is room too", () => {
  const falls = fallsOf([
    { amount_fen: 600 },
    { amount_fen: 400 },
    { amount_fen: 1_000, sum: true },
    { amount_fen: -250 },
    { amount_fen: 750, sum: true },
  ]);
  expect(falls.map(({ from, length, kind }) => [from, length, kind])).toEqual([
    [0, 60, "in"],
    [60, 40, "in"],
    [0, 100, "sum"],
    [75, 25, "out"],
    [0, 75, "sum"],
  ]);
  expect(fallsOf([{ amount_fen: -50, sum: true }, { amount_fen: 100 }]).map(({ from, length }) => [from, length])).toEqual([
    [0, 50],
    [0, 100],
  ]);
  expect(fallsOf([]).length).toBe(0);
  expect(fallsOf([{ amount_fen: 0 }])).toEqual([{ from: 0, length: 0, kind: "in" }]);
  // One fen of a million is still to be seen, and nothing is not.
  expect(fallBar({ from: 100, length: 0.0001, kind: "in" })).toContain('x="99.2" width="0.8"');
  expect(fallBar({ from: 0, length: 0, kind: "out" })).toContain('width="0"');
  expect(meter([{ class: "done", n: 3 }], 0)).toContain('width="0"');
});

test("stars are said in words; places are shared, and who was not assessed stands last without one", () => {
  expect(starRow(3, "3 星").match(/class="full"/g)).toHaveLength(3);
  expect(starRow(0, "0 星")).not.toContain('"full"');
  const one = (name: string, score_milli: number | null) => ({
    compound: { id: name, name, compound_code: name },
    ...{ stars: score_milli === null ? null : 4, score_milli },
  });
  expect(
    placed([one("c", 90_000), one("d", null), one("b", 95_000), one("a", 90_000)]).map(({ compound, place }) => [compound.id, place]),
  ).toEqual([
    ["b", 1],
    ["a", 2],
    ["c", 2],
    ["d", null],
  ]);
});

test("money has its sign before its mark; plates and telephones leave no page; both languages say the same things", () => {
  expect([yuan(123_456_789), yuan(-12_500), yuan(0)]).toEqual(["¥1,234,567.89", "−¥125.00", "¥0.00"]);
  expect(publicText('闽CD12345 <b> 13800000000 "')).toBe("*** &lt;b&gt; *** &quot;");
  const shape = (value: unknown): unknown =>
    typeof value === "object" && value !== null
      ? Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, shape(inner)]))
      : typeof value;
  expect(shape(say.en)).toEqual(shape(say["zh-CN"]));
  const { poster: _, ...english } = say.en;
  expect(
    JSON.stringify(english, (_key, value) => (typeof value === "function" ? String(value) : value)).replace(/"(待|整|已)[^"]*":/g, ""),
  ).not.toMatch(/[一-龥]/);
});
