// Visits of inspections: mine first, what was held by its day, and a hand-in that says of no item what nobody ticked.
import { expect, test } from "vitest";
import type { Inspection, Visit } from "../data/inspections-api.ts";
import { answersOf, inView, visitsOf } from "./visits.ts";

const visit = (site: string, given: Partial<Visit> = {}): Visit => ({
  ...{ site, name: site, pair: [], answers: null, handed_by: null, handed_at: null, mine: false },
  ...given,
});
const inspection = (id: string, at: string, visits: readonly Visit[]): Inspection => ({
  ...{ id, at, visits, day: at.slice(0, 10), note: "", person_name: "", seed: "", pool: null, sound: true },
  checklist: { id: "fire", zh: "", en: "", items: [] },
});
const held = (site: string, handed_at: string, wrong: number): Visit =>
  visit(site, { handed_at, answers: [{ item: "a", ok: true }, ...Array.from({ length: wrong }, () => ({ item: "b", ok: false }))] });

test("what waits: mine first, then the newest draw; what was held: the newest day first, with what was not in order", () => {
  const all = visitsOf([
    inspection("1", "2026-11-01", [visit("a"), held("b", "2026-11-03", 2)]),
    inspection("2", "2026-11-20", [visit("c"), visit("d", { mine: true }), held("e", "2026-11-21", 0)]),
  ]);
  expect(inView(all, "planned").map(({ key }) => key)).toEqual(["2/d", "2/c", "1/a"]);
  expect(inView(all, "held").map(({ key, wrong }) => [key, wrong])).toEqual([
    ["2/e", 0],
    ["1/b", 2],
  ]);
});

test("an item that nobody ticked is not said to be in order; words are said only of what is not", () => {
  const items = ["a", "b", "c", "d"].map((id) => ({ id, zh: id, category: "" }));
  const ticked = { a: { ok: true, place: "3 栋" }, b: { ok: false, place: " 3 栋 ", words: "  " }, d: { ok: false, words: "无水" } };
  expect(answersOf({ items }, ticked)).toEqual([
    { item: "a", ok: true },
    { item: "b", ok: false, place: "3 栋" },
    { item: "d", ok: false, words: "无水" },
  ]);
});
