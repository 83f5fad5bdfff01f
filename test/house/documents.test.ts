// Documents are held to the source: generated pages are what the source makes today, links lead somewhere, promises named in documents have their test.
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { houseFiles, readSource, root } from "./reading.ts";
import { pages } from "./reference.ts";

test.each(Object.entries(pages))("%s is what the source says (else: node test/house/reference.ts)", (path, page) => {
  expect(readSource(path).text).toBe(page());
});

const documents = houseFiles(/\.md$/);

test("every relative link and every named file of the documents exists", () => {
  let links = 0;
  for (const path of documents) {
    for (const [, target = ""] of readSource(path).text.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)) {
      if (/^[a-z]+:/.test(target)) continue;
      links += 1;
      expect(existsSync(join(root, dirname(path), target)), `${path} -> ${target}`).toBe(true);
    }
    for (const [, target = ""] of readSource(path).text.matchAll(
      /`((?:gateway|cloud|protocols|firmware-sim|dashboards|test|command|tariffs|docs)\/[A-Za-z0-9_./-]*\.(?:ts|json|yaml|md))`/g,
    )) {
      links += 1;
      expect(existsSync(join(root, target)), `${path} names ${target}`).toBe(true);
    }
  }
  expect(links).toBeGreaterThan(5);
});

test("every promise that a document names is a test", () => {
  const tests = houseFiles(/\.test\.ts$/)
    .map((path) => readSource(path).text)
    .join("\n");
  const named = new Set(documents.flatMap((path) => [...readSource(path).text.matchAll(/P \d\d\.[a-z0-9]+/g)].map((match) => match[0])));
  expect(named.size).toBeGreaterThan(2);
  for (const promise of named) expect(tests, `no test is named "${promise}"`).toContain(promise);
});

test("nothing names the machine that built it", () => {
  for (const path of houseFiles(/\.(ts|tsx|md|json|ya?ml|mjs|css|html)$/))
    expect(readSource(path).text, path).not.toMatch(new RegExp(["/wo" + "rk/", "\\.\\./sha" + "red"].join("|")));
});
