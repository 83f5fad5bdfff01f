// Matching at the exit: every kind of misreading that is allowed, and no choice between two.
import fc from "fast-check";
import { expect, test } from "vitest";
import { canonicalPlate, type Plate, plateKinds } from "#protocols/vocabulary/plate.ts";
import { counted, full } from "#test/promise.ts";
import { confusables, differences, matchPlate, type OpenVisit } from "./plates.ts";

const plate = (text: string) => text as Plate;
const inside = (...plates: string[]): OpenVisit[] => plates.map((text, index) => ({ visit: `v${index + 1}`, plate: plate(text) }));

test.each<[read: string, inside: string[], outcome: string, said: RegExp]>([
  ["闽C80123", ["闽C99999", "闽C80123"], "exact v2", /完全一致/],
  ["闽C80123", ["闽C8D123"], "similar v1", /第4位D读成0（易混）/],
  ["闽CB0123", ["闽C8D123"], "similar v1", /第3位8读成B（易混），第4位D读成0/],
  ["闽C80123", ["闽C80124"], "similar v1", /第7位4读成3/],
  ["粤C80123", ["闽C80123"], "similar v1", /第1位闽读成粤/],
  ["粤C80123", ["闽C80124"], "none", /^$/],
  ["闽CD1234", ["闽CD12345"], "similar v1", /第8位5没有读到/],
  ["闽C12345", ["闽CD12345"], "similar v1", /第3位D没有读到/],
  ["闽C12345D", ["闽C12345"], "similar v1", /多读了D/],
  ["闽C80123", ["闽C8D123", "闽CB0123"], "ambiguous v1 v2", /.*/],
  ["闽C80123", ["闽C80124", "闽C80125"], "ambiguous v1 v2", /.*/],
  ["闽C80123", ["闽C80123", "闽C8D123"], "exact v1", /完全一致/],
  ["闽C80123", ["闽C80123", "闽C80123"], "exact v1", /完全一致/],
  ["闽C80123", [], "none", /^$/],
])("%s at the exit, inside %j: %s", (read, plates, outcome, said) => {
  const found = matchPlate({ plate: plate(read) }, inside(...plates));
  const text =
    found.kind === "none"
      ? "none"
      : found.kind === "ambiguous"
        ? `ambiguous ${found.candidates.map((c) => c.visit).join(" ")}`
        : `${found.kind} ${found.found.visit}`;
  expect(text).toBe(outcome);
  expect(found.kind === "exact" || found.kind === "similar" ? found.found.zh : "").toMatch(said);
});

test("the very plate under another colour, with a similar car of the right colour inside, is left to a person", () => {
  const visits: OpenVisit[] = [
    { visit: "a", plate: plate("闽CD1234"), colour: "blue" },
    { visit: "b", plate: plate("闽CD12345"), colour: "green" },
  ];
  expect(matchPlate({ plate: plate("闽CD1234"), colour: "green" }, visits).kind).toBe("ambiguous");
  expect(matchPlate({ plate: plate("闽CD1234"), colour: "blue" }, visits).kind).toBe("exact");
});

const serial = "ABCDEFGHJKLMNPQRSTUVWXYZ0123456789";
const aPlate = fc
  .tuple(
    fc.constantFrom("闽C", "闽D", "粤B"),
    fc.array(fc.constantFrom(..."0D8B12345"), { minLength: 5, maxLength: 5 }),
    fc.constantFrom("", "D", "F"),
  )
  .map(([head, tail, green]) =>
    canonicalPlate(green === "" ? `${head}${tail.join("")}` : `${head}${green}0${tail.slice(0, 4).join("").replace(/[DB]/g, "1")}`),
  )
  .filter((found) => found !== undefined);

/** What a camera makes of a plate: confusable characters, and at most one other edit. */
const misread = (original: Plate) =>
  fc
    .tuple(
      fc.array(fc.nat(99), { maxLength: 3 }),
      fc.constantFrom("none", "wrong", "missing", "added"),
      fc.nat(99),
      fc.constantFrom(...serial),
    )
    .map(([confuse, edit, at, letter]) => {
      const text = [...original];
      for (const where of confuse) {
        const index = 2 + (where % (text.length - 2));
        const group = confusables.find((one) => one.includes(text[index] ?? "-"));
        if (group !== undefined) text[index] = group[where % group.length] ?? "";
      }
      const index = at % text.length;
      if (edit === "wrong") text[index] = index === 0 ? "粤" : letter;
      if (edit === "missing") text.splice(Math.max(1, index), 1);
      if (edit === "added") text.splice(Math.max(2, index), 0, letter);
      return text.join("") as Plate;
    });

test("P 03.plates never a choice between two, and no car pays another's fee while its own visit is open", (context) => {
  let reads = 0;
  let matched = 0;
  let left = 0;
  let crowded = 0;
  let rivalled = 0;
  // Lots full of look-alikes: beside strangers there are cars whose plates are misreadings of the car's own.
  const scene = fc.tuple(fc.array(aPlate, { maxLength: 8 }), aPlate).chain(([strangers, own]) =>
    fc.tuple(fc.array(misread(own), { maxLength: 3 }), misread(own)).map(([twins, read]) => ({
      own,
      read,
      plates: [...new Set([own, ...twins.filter((twin) => canonicalPlate(twin) === twin), ...strangers])],
    })),
  );
  fc.assert(
    fc.property(scene, ({ plates, own, read }) => {
      const visits = inside(...plates);
      const found = matchPlate({ plate: read }, visits);
      reads += 1;
      const possible = plates.filter((one) => differences(one as Plate, read) !== undefined);
      if (possible.length > 1) crowded += 1;
      if (found.kind === "similar") {
        matched += 1;
        expect(possible).toHaveLength(1);
        expect(found.found.plate, `${own} was read as ${read}`).toBe(own);
      } else if (found.kind === "exact") {
        expect(found.found.plate).toBe(read);
        // The very plate of another car: its own is among those of which a person is told before money is taken.
        if (read !== own) {
          rivalled += 1;
          expect(found.rivals.map((rival) => rival.plate)).toContain(own);
        }
      } else left += 1;
      // The only fee that another car may be asked is under the plate that was read, letter by letter.
      if (found.kind === "exact" || found.kind === "similar") expect([own, read]).toContain(found.found.plate);
    }),
    { numRuns: full ? 200_000 : 5_000, seed: 3 },
  );
  const kinds = new Set(plateKinds.map((entry) => entry.kind)).size;
  counted(context, {
    kinds,
    "confusable groups": confusables.length,
    reads,
    "matched by likeness": matched,
    "several candidates": crowded,
    "read as another car inside, told of its look-alike": rivalled,
    "left to a person": left,
    "wrong choices": 0,
  });
});

test("every confusable pair is tolerated, both ways", () => {
  let pairs = 0;
  for (const group of confusables)
    for (const a of group)
      for (const b of group) {
        if (a === b) continue;
        pairs += 1;
        expect(differences(plate(`闽C1${a}111`), plate(`闽C1${b}112`))?.map((one) => one.kind)).toEqual(["confusable", "other"]);
      }
  expect(pairs).toBe(20);
});
