// A faulty tariff is refused with a code, its line and a remedy; a sound one is not; the published schema is the one in the source.
import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { counted } from "#test/promise.ts";
import { checkTariffFile, parseTariff, tariffJsonSchema } from "./file.ts";
import { keyTable } from "./reference.ts";

const folder = new URL("../../tariffs/", import.meta.url);
const read = (name: string) => readFileSync(new URL(name, folder), "utf8");
const yamlIn = (where: string) => readdirSync(new URL(where, folder)).filter((name) => name.endsWith(".yaml"));

test("P 03.check planted faults of different kinds are found with code, line and remedy; good files have none", (context) => {
  const bad = yamlIn("bad/");
  const codes = new Set<string>();
  for (const name of bad) {
    const { complaints } = checkTariffFile(read(`bad/${name}`), name);
    expect(complaints.length, name).toBeGreaterThan(0);
    for (const complaint of complaints) {
      expect(complaint.code, name).toBe(name.replace(".yaml", ""));
      expect(complaint.line, name).toBeGreaterThan(4);
      expect(complaint.column).toBeGreaterThan(0);
      expect(complaint.zh.length * complaint.en.length, name).toBeGreaterThan(0);
      expect(complaint.example ?? "", `${name} says how to mend it`).not.toBe("");
      codes.add(complaint.code);
    }
  }
  const good = [...yamlIn("."), ...yamlIn("templates/").map((name) => `templates/${name}`)];
  let wrong = 0;
  for (const name of good) wrong += checkTariffFile(read(name), name).complaints.length;
  expect(wrong).toBe(0);
  expect(codes.size).toBeGreaterThanOrEqual(50);
  expect(
    [...codesOfTheSource()].filter((code) => !codes.has(code)),
    "a fault that is planted nowhere",
  ).toEqual([]);
  counted(context, { "planted faults": bad.length, codes: codes.size, "good files": good.length, "wrong complaints": wrong });
});

test.each([
  ["a rule of the sign that the file has no word for", "surcharge: { rain: 2 }", "unknown-key"],
  ["free minutes of a period", "free_per_period: 30 min", "unknown-key"],
])("what cannot be said is refused, never passed over: %s", (_what, line, code) => {
  const text = read("residential-free-hour.yaml").replace("    pricing:", `    ${line}\n    pricing:`);
  const found = parseTariff(text, "x");
  expect("complaints" in found && found.complaints.map((complaint) => complaint.code)).toEqual([code]);
});

test("all complaints come at once, each at its own place", () => {
  const text = read("residential-free-hour.yaml").replace("boundary: included, ", "").replace("price: 2", "price: -2");
  const found = parseTariff(text, "x");
  if (!("complaints" in found)) throw new Error("accepted");
  expect(found.complaints.map(({ code, path }) => [code, path])).toEqual([
    ["missing-key", "versions[0].pricing.free.boundary"],
    ["negative", "versions[0].pricing.rate.steps[0].price"],
  ]);
  expect(found.complaints[1]?.line).toBe(text.split("\n").findIndex((line) => line.includes("price: -2")) + 1);
});

test("the published schema is the source's: cuobian tariff schema > tariffs/tariff.schema.json", () => {
  expect(JSON.parse(read("tariff.schema.json"))).toEqual(JSON.parse(JSON.stringify(tariffJsonSchema())));
});

test("the reference page names every key and every code of the source", () => {
  const page = readFileSync(new URL("../../docs/reference/tariff.md", import.meta.url), "utf8");
  expect(page.match(/<!-- keys:[^>]*-->\n([\s\S]*?)\n<!-- \/keys -->/)?.[1]).toBe(keyTable());
  const codes = codesOfTheSource();
  for (const code of codes) expect(page, code).toContain(`\`${code}\``);
});

function codesOfTheSource(): Set<string> {
  const source = readdirSync(new URL("./", import.meta.url))
    .filter((name) => !name.endsWith(".test.ts"))
    .map((name) => readFileSync(new URL(name, import.meta.url), "utf8"))
    .join("\n");
  const codes = [...source.matchAll(/code: (?:[^"?\n]*\? )?"([a-z-]+)"(?: : "([a-z-]+)")?/g)].flatMap(([, one, other]) => [one, other]);
  return new Set(codes.filter((code) => code !== undefined));
}

test.each<[string, (good: string) => string, string]>([
  ["nothing", () => "", "wrong-type"],
  ["a list", () => "- a", "wrong-type"],
  ["two documents", (good) => `${good}---\n${good}`, "yaml"],
  ["a key twice", (good) => `${good}tariff: again\n`, "yaml"],
  ["an alias without its anchor", (good) => good.replace("price: 2", "price: *nowhere"), "yaml"],
  ["an alias within itself", (good) => good.replace("classes:", "classes: &a [*a]\n    x:"), "yaml"],
  [
    "aliases of aliases",
    () => `a: &a [${"x,".repeat(9)}]\nb: &b [${"*a,".repeat(9)}]\nc: &c [${"*b,".repeat(9)}]\nd: [${"*c,".repeat(9)}]`,
    "yaml",
  ],
  ["a tag of one's own", (good) => good.replace("price: 2", "price: !euro 2"), "yaml"],
  ["a list as key", (good) => `${good}? [a]\n: 1\n`, "yaml"],
  ["5,000 brackets", () => `tariff: ${"[".repeat(5_000)}`, "yaml"],
  ["a merge", (good) => good.replace("    payment:", "    <<: { until: 2026-01-01 }\n    payment:"), "unknown-key"],
  ["no number", (good) => good.replace("price: 2", "price: .nan"), "wrong-type"],
  ["no end of money", (good) => good.replace("price: 2", "price: 1e400"), "wrong-type"],
  ["a length without end", (good) => good.replace("time: 1 h", "time: 999999 d"), "out-of-range"],
  ["a name of two lines", (good) => good.replace("小区访客停车", '"小区\\n停车"'), "wrong-form"],
  ["a name of 200 letters", (good) => good.replace("小区访客停车", "长".repeat(200)), "wrong-size"],
  ["300 kB", (good) => `${good}# ${"x".repeat(300_000)}`, "wrong-size"],
])("malformed, %s: told with its place, never thrown", (_, change, code) => {
  const { complaints } = checkTariffFile(change(read("residential-free-hour.yaml")), "x");
  expect(complaints.length).toBeGreaterThan(0);
  expect(complaints.length).toBeLessThanOrEqual(50);
  for (const complaint of complaints)
    expect(complaint).toMatchObject({ line: expect.any(Number), zh: expect.stringMatching(/./), en: expect.stringMatching(/./) });
  expect(complaints.map((complaint) => complaint.code)).toContain(code);
});

const plain = read("residential-free-hour.yaml");
test.each([
  ["a kind of coupon twice", plain.replace("accepted: [free, percent,", "accepted: [free, percent, free,"), "id-twice"],
  ["a tolerance of two days", plain.replace("tolerance: 15 min", "tolerance: 2 d"), "out-of-range"],
  [
    "several entries within a minute",
    read("several-entries-capped.yaml").replace(/entries_cap: .*/, "entries_cap: { kind: rolling, length: 1 min, cap: 10 }"),
    "window-short",
  ],
])("%s is refused too", (_, text, code) => {
  expect([plain, read("several-entries-capped.yaml")]).not.toContain(text);
  expect(checkTariffFile(text, "x").complaints.map((complaint) => complaint.code)).toEqual([code]);
});
