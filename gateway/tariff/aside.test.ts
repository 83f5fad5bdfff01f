// A heartbeat keeps running while a tariff is checked and compared: held against how long the same work takes when it is done in its way.
import { readFileSync } from "node:fs";
import { performance } from "node:perf_hooks";
import { expect, test } from "vitest";
import { wall } from "#protocols/vocabulary/time.ts";
import { counted } from "#test/promise.ts";
import { checkAside, diffAside } from "./aside.ts";
import { checkTool } from "./tools.ts";

/** Every class has prices of its own, so that each is tried for itself. */
function heavy(classes: number): string {
  const station = readFileSync(new URL("../../tariffs/airport-escalating.yaml", import.meta.url), "utf8");
  const version = station.slice(0, station.indexOf("    classes:"));
  const rows = Array.from(
    { length: classes },
    (_, nth) =>
      `      - { id: c${nth}, name: { zh: 甲, en: a }, when: { class: [word-${nth}] }, pricing: { rate: { part_unit: up, steps: [{ per: 30 min, price: 1 }] }, windows: { kind: rolling, length: 24 h, rate: restarts, cap: 20 } } }`,
  );
  return `${version}    classes:\n${rows.join("\n")}\n`;
}

test("a heartbeat keeps running while a heavy tariff is checked and compared", { timeout: 60_000 }, async (context) => {
  const text = heavy(40);
  await checkAside("tariff: x");
  const begun = performance.now();
  const direct = checkTool(text);
  const blocked = performance.now() - begun;
  let beats = 0;
  let longest = 0;
  let last = performance.now();
  let beating = true;
  const beat = () => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
    beats += 1;
    if (beating) setTimeout(beat, 1);
  };
  beat();
  const [checked, compared] = await Promise.all([checkAside(text), diffAside(text, text.replace("price: 1 ", "price: 2 "), wall(0))]);
  beating = false;
  expect(checked).toEqual(direct);
  expect(direct).toEqual({ ok: true, complaints: [] });
  expect("changed" in compared && compared.changed).toBeGreaterThan(0);
  expect(longest, `${Math.round(blocked)} ms when done in the way`).toBeLessThan(blocked / 2);
  counted(context, { beats, "longest pause, ms": Math.round(longest), "in the way, ms": Math.round(blocked) });
});

test("what goes wrong in the thread is told, and the next question is answered", async () => {
  await expect(checkAside(undefined as unknown as string)).rejects.toThrow();
  expect((await checkAside("tariff: x")).ok).toBe(false);
});
