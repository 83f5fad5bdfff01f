// P 11.plate-keys: at every position exactly the characters are offered that can follow, and what can be typed to its end is a plate of the vocabulary.
import { expect, test } from "vitest";
import { canonicalPlate, plateKinds, provinces as vocabulary } from "#protocols/vocabulary/plate.ts";
import { counted } from "#test/promise.ts";
import { digits, isWhole, kinds, letters, nextKeys, provinces, rowsFor } from "./grammar.ts";

test("P 11.plate-keys: province, letter, serial without I and O; whatever is typed whole is a plate, and every kind of plate can be typed", (context) => {
  expect([...provinces].sort()).toEqual([...vocabulary].sort());
  expect([...letters, ...digits]).toHaveLength(34);
  expect(letters).not.toMatch(/[IO]/);

  // The first and the last character of every position of every kind, the others at their first: typed key by key, only by keys that are offered.
  let typedPlates = 0;
  let keys = 0;
  const seen = new Set<string>();
  const wrong: string[] = [];
  for (const kind of kinds)
    for (let at = 0; at < kind.length; at += 1)
      for (const one of kind[at]!) {
        const plate = kind.map((set, position) => (position === at ? one : set[position % 2 === 0 ? 0 : set.length - 1]!)).join("");
        let typed = "";
        for (const character of plate) {
          if (!nextKeys(typed).has(character)) wrong.push(`${typed} then ${character}`);
          if (typed !== "" && !rowsFor(typed).includes(character)) wrong.push(`${typed} shows no ${character}`);
          typed += character;
          keys += 1;
        }
        if (!isWhole(plate) || canonicalPlate(plate) !== plate) wrong.push(plate);
        for (const { kind: name, pattern } of plateKinds) if (pattern.test(plate)) seen.add(name);
        typedPlates += 1;
      }
  expect(wrong).toEqual([]);
  expect([...seen].sort()).toEqual([...new Set(plateKinds.map(({ kind }) => kind))].sort());

  // By position.
  expect(rowsFor("", { home: "闽" })[0]).toBe("闽");
  expect(rowsFor("").slice(0, 31)).toEqual([...provinces]);
  expect([...nextKeys("闽")].sort()).toEqual([...letters].sort());
  expect([...nextKeys("闽C")].some((one) => one === "I" || one === "O")).toBe(false);
  expect(nextKeys("闽C12345")).toEqual(new Set(["临", ..."DABCEFGHJK"]));
  for (const none of ["闽C12345678", "CD", "Q", "闽闽"]) expect(isWhole(none)).toBe(false);
  expect(nextKeys("闽CD123456").size + nextKeys("闽闽").size + nextKeys("闽1").size).toBe(0);
  counted(context, { kinds: kinds.length, plates: typedPlates, keys });
});
