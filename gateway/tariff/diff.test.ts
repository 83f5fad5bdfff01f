// Two tariffs compared: whoever either of them tells apart is tried, whatever it calls him; also who comes again, stands on two bays, or has coupons.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { wall } from "#protocols/vocabulary/time.ts";
import { diffTool } from "./tools.ts";

const now = wall(Date.UTC(2026, 10, 25));
const ready = (name: string): string => readFileSync(new URL(`../../tariffs/${name}.yaml`, import.meta.url), "utf8");
const changed = (text: string, from: string | RegExp, to: string): string => {
  const made = text.replace(from, to);
  expect(made).not.toBe(text);
  return made;
};

const station = ready("quanzhou-station");
const several = ready("several-entries-capped");
const compound = ready("residential-free-hour");

test.each<[string, string, string, RegExp]>([
  ["nothing changed", compound, compound, /^$/],
  ["the first stop in 12 h, not in 24", station, changed(station, "first_entry_in: 24 h", "first_entry_in: 12 h"), /13小时前来过/],
  ["by bays, or twice", station, changed(station, "by_bays: true", "factor: 2"), /中大型车/],
  ["by bays, or as any other: one bay costs the same, two do not", station, changed(station, "by_bays: true", "factor: 1"), /占两个车位/],
  ["the cap over several entries", several, changed(several, /(entries_cap: .*cap: )\d+/, "$199"), /来过/],
  ["one coupon, or all", compound, changed(compound, "stacking: one,", "stacking: all,"), /时长券/],
  [
    "a class of the same name for other cars",
    changed(station, "when: { class: [medium, large] }", "when: { class: [medium] }"),
    changed(station, "when: { class: [medium, large] }", "when: { colours: [yellow] }"),
    /中大型车/,
  ],
])("%s", (_, before, after, who) => {
  const found = diffTool(before, after, now);
  if ("kind" in found) expect.fail(found.zh);
  const names = [...new Set(found.changes.map(({ visitor }) => visitor.zh))].join(" ");
  expect(names).toMatch(who);
  expect(found.changed === 0).toBe(before === after);
  expect([...found.gone, ...found.come].length === 0).toBe(before === after);
});

test("the other way round the same stays change, with their prices exchanged", () => {
  const [one, other] = [diffTool(several, compound, now), diffTool(compound, several, now)];
  if ("kind" in one || "kind" in other) expect.fail("refused");
  const told = (changes: typeof one.changes, back: boolean) =>
    changes
      .map(({ visitor, entered, from_s, until_s, before_fen, after_fen }) =>
        [visitor.zh, entered, from_s, until_s, ...(back ? [after_fen, before_fen] : [before_fen, after_fen])].join(),
      )
      .sort();
  expect([one.looked, one.changed, one.gone.length, one.come.length]).toEqual([
    other.looked,
    other.changed,
    other.come.length,
    other.gone.length,
  ]);
  expect(told(other.changes, true)).toEqual(told(one.changes, false));
});
