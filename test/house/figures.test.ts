// docs/how-to/scale.md says nothing of its own: every figure stands before the key under which a benchmark wrote it down, and is that figure.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { citationsIn, same, withFigures } from "../bench/cloud/citations.ts";
import { counted } from "../promise.ts";

const measured = JSON.parse(readFileSync(new URL("../../docs/how-to/scale.json", import.meta.url), "utf8")) as {
  readonly machine: string;
  readonly figures: Readonly<Record<string, number>>;
};
const document = readFileSync(new URL("../../docs/how-to/scale.md", import.meta.url), "utf8");

/** What is measured, and never said without where it was measured. */
const unitPattern = /(\d[\d,]*(?:\.\d+)?)\s?(?:×|values\/s|events\/s|messages\/s|ms|µs|MB|cores?|bytes|GB)(?![A-Za-z])/g;

/** What is wrong with a text, against these figures. */
function complaints(text: string, figures: Readonly<Record<string, number>>): string[] {
  const wrong: string[] = [];
  for (const [at, line] of text.split("\n").entries()) {
    const where = `line ${at + 1}`;
    const cited = citationsIn(line);
    for (const { key, written } of cited) {
      const figure = figures[key];
      if (figure === undefined) wrong.push(`${where}: no benchmark has written ${key}`);
      else if (written === undefined) wrong.push(`${where}: no figure stands before ${key}`);
      else if (!same(written, figure)) wrong.push(`${where}: ${key} is ${figure}, not ${written}`);
    }
    for (const found of line.matchAll(unitPattern))
      if (!cited.some(({ at: place }) => place === found.index)) wrong.push(`${where}: "${found[0]}" does not say where it was measured`);
  }
  return wrong;
}

test("P 04.figures: every figure of scale.md is a benchmark's, and a planted wrong one is caught", (context) => {
  expect(complaints(document, measured.figures)).toEqual([]);
  const keys = document.split("\n").flatMap((line) => citationsIn(line).map(({ key }) => key));
  expect(new Set(keys).size).toBeGreaterThan(15);
  let planted = 0;
  for (const key of new Set(keys)) {
    const figure = measured.figures[key] ?? 0;
    const moved = { ...measured.figures, [key]: figure * 1.2 + 1 };
    expect(
      complaints(document, moved).some((one) => one.includes(key)),
      key,
    ).toBe(true);
    const { [key]: _, ...without } = measured.figures;
    expect(
      complaints(document, without).some((one) => one.includes(key)),
      key,
    ).toBe(true);
    planted += 2;
  }
  for (const invented of ["it takes 12,000 values/s", "an alarm within 5 ms", "memory: 300 MB"]) {
    expect(complaints(invented, measured.figures)).toHaveLength(1);
    planted += 1;
  }
  // Whoever measures again writes the new figures into the same words.
  const again = Object.fromEntries(Object.entries(measured.figures).map(([key, figure]) => [key, figure * 1.7]));
  expect(complaints(withFigures(document, again), again)).toEqual([]);
  counted(context, { figures: keys.length, planted });
});
