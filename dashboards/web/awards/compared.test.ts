// Which two versions are laid side by side, in what order, and points as they are.
import { expect, test } from "vitest";
import type { ComparedCompound, CompareLine as Line, SchemeVersionView as Version } from "#protocols/api/comparison.ts";
import { exactPoints, inOrder, makersOf, pairOf, sharesMoved, signedPoints } from "./compared.ts";

const share = (denominator: number) => ({ numerator: 1, denominator });
const version = (key: string, kind: string, safety: number): Version => ({
  ...{ key, id: key.slice(0, -2), kind, zh: key, version: Number(key.at(-1)), valid_from: null },
  modules: [
    { id: "safety", zh: "消防安全", en: "fire safety", share: share(safety) },
    { id: "order", zh: "秩序", en: "order", share: share(6) },
  ],
  ...{ town_share: { numerator: 3, denominator: 5 }, disagreement_milli: 10_000 },
});
const third = version("third@0", "星级评价", 3);
const fifth = version("fifth@0", "星级评价", 5);
const fine = version("fine@1", "精细化考评", 3);

test.each([
  [[third, fifth, fine], {}, "fifth@0 third@0"],
  [[fine, third, fifth], {}, "fifth@0 third@0"],
  [[third, fifth, fine], { a: "third@0" }, "third@0 fifth@0"],
  [[third, fifth, fine], { a: "third@0", b: "third@0" }, "third@0 third@0"],
  // Of another kind than the one that is asked for: never taken.
  [[third, fifth, fine], { a: "fine@1" }, "fifth@0 third@0"],
  [[third, fifth, fine], { kind: "精细化考评" }, "none"],
  [[third], {}, "none"],
  [[], {}, "none"],
])("of %j asked %j: %s", (versions, asked, wanted) => {
  const pair = pairOf(versions, asked);
  expect(pair === undefined ? "none" : `${pair.a.key} ${pair.b.key}`).toBe(wanted);
  expect(pair?.offered.every(({ kind }) => kind === pair.kind) ?? true).toBe(true);
});

test("points are what they are; only shares that moved are named", () => {
  expect([exactPoints(93_333), exactPoints(95_000), exactPoints(-1_300), signedPoints(1_333), signedPoints(-7), signedPoints(0)]).toEqual([
    ...["93.333", "95", "−1.3", "+1.333", "−0.007", "0"],
  ]);
  expect(sharesMoved(fifth, third)).toEqual([{ zh: "消防安全", en: "fire safety", a: share(5), b: share(3) }]);
  expect(sharesMoved(third, third)).toEqual([]);
});

test("as B ranks them, the unassessed last; the line that makes most of the difference first", () => {
  const one = (name: string, rank: number | null): ComparedCompound =>
    ({ site: name, name, a: null, b: rank === null ? null : { rank }, difference_milli: null, lines: [] }) as unknown as ComparedCompound;
  expect(inOrder([one("c", null), one("b", 2), one("a", 2), one("d", 1)]).map(({ name }) => name)).toEqual(["d", "a", "b", "c"]);
  const line = (difference_milli: number) => ({ difference_milli }) as Line;
  expect(makersOf({ lines: [line(0), line(100), line(-900)] }).map(({ difference_milli }) => difference_milli)).toEqual([-900, 100]);
});
