// Plates of every kind, with their colours; what is no plate; how a plate is shown and masked.
import { expect, test } from "vitest";
import {
  canonicalPlate,
  displayPlate,
  isNoPlate,
  maskedPlate,
  noPlateWords,
  type PlateColour,
  plateColour,
  plateKind,
  plateKinds,
  provinces,
} from "./plate.ts";

const rows: [text: string, canonical: string, kind: string, display: string, colour: PlateColour][] = [
  ["闽C·12345", "闽C12345", "ordinary", "闽C·12345", "blue"],
  ["闽c12345", "闽C12345", "ordinary", "闽C·12345", "blue"],
  ["闽C 1234A", "闽C1234A", "ordinary", "闽C·1234A", "yellow"],
  ["蓝浙AX2P12", "浙AX2P12", "ordinary", "浙A·X2P12", "blue"],
  ["京ＡＯ1234", "京A01234", "ordinary", "京A·01234", "blue"],
  ["闽CI2345", "闽C12345", "ordinary", "闽C·12345", "blue"],
  ["黑A12345", "黑A12345", "ordinary", "黑A·12345", "blue"],
  ["黄黑A12345", "黑A12345", "ordinary", "黑A·12345", "yellow"],
  ["黑AD12345", "黑AD12345", "new-energy-small", "黑A·D12345", "green"],
  ["黄绿闽C12345D", "闽C12345D", "new-energy-large", "闽C·12345D", "yellow-green"],
  ...[..."DABCEFGHJK"].map((letter): (typeof rows)[number] => [
    `闽C${letter}12345`,
    `闽C${letter}12345`,
    "new-energy-small",
    `闽C·${letter}12345`,
    "green",
  ]),
  ["闽CDA2345", "闽CDA2345", "new-energy-small", "闽C·DA2345", "green"],
  ...[..."DABCEFGHJK"].map((letter): (typeof rows)[number] => [
    `闽C12345${letter}`,
    `闽C12345${letter}`,
    "new-energy-large",
    `闽C·12345${letter}`,
    "yellow-green",
  ]),
  ["闽C1234警", "闽C1234警", "police", "闽C·1234警", "white"],
  ["WJ京12345", "WJ京12345", "armed-police", "WJ京·12345", "white"],
  ["WJ1234X", "WJ1234X", "armed-police", "WJ·1234X", "white"],
  ["VA12345", "VA12345", "military", "VA·12345", "white"],
  ["闽C1234学", "闽C1234学", "coach", "闽C·1234学", "yellow"],
  ["闽C1234挂", "闽C1234挂", "trailer", "闽C·1234挂", "yellow"],
  ["使123456", "使123456", "embassy", "使·123456", "black"],
  ["123456使", "123456使", "embassy", "123456使", "black"],
  ["沪A1234领", "沪A1234领", "consulate", "沪A·1234领", "black"],
  ["粤Z1234港", "粤Z1234港", "hong-kong", "粤Z·1234港", "black"],
  ["粤Z9065澳", "粤Z9065澳", "macao", "粤Z·9065澳", "black"],
  ["川X1234应急", "川X1234应急", "emergency", "川X·1234应急", "white"],
  ["民航A1234", "民航A1234", "civil-aviation", "民航·A1234", "green"],
  ["临C12345", "临C12345", "temporary", "临·C12345", "blue"],
  ["闽C1234临", "闽C1234临", "temporary", "闽C·1234临", "blue"],
];

test.each(rows)("%s is %s, a plate of kind %s, shown as %s", (text, canonical, kind, display, colour) => {
  const plate = canonicalPlate(text);
  expect(plate).toBe(canonical);
  if (plate === undefined) return;
  expect(plateKind(plate)).toBe(kind);
  expect(displayPlate(plate)).toBe(display);
  expect(plateKinds.find((entry) => entry.kind === kind)?.colours).toContain(colour);
  expect(canonicalPlate(display), "the display form is read back").toBe(canonical);
  const masked = maskedPlate(plate);
  expect(masked).not.toContain(canonical.slice(-5, -1));
  expect(masked).toContain("*");
});

test("every kind has a row", () => {
  expect(new Set(rows.map(([, , kind]) => kind))).toEqual(new Set(plateKinds.map((entry) => entry.kind)));
  expect(new Set(plateKinds.map((entry) => entry.kind)).size).toBe(15);
});

test("every province has its plates, with and without a camera's colour before them", () => {
  expect(new Set(provinces).size).toBe(31);
  for (const province of provinces)
    for (const [tail, kind] of [
      ["A12345", "ordinary"],
      ["AD12345", "new-energy-small"],
      ["A12345F", "new-energy-large"],
      ["A1234警", "police"],
    ] as const)
      for (const colour of ["", "蓝", "黄", "白", "黑", "绿", "黄绿"]) {
        const plate = canonicalPlate(`${colour}${province}${tail}`);
        expect(plate, `${colour}${province}${tail}`).toBe(`${province}${tail}`);
        expect(plate && plateKind(plate)).toBe(kind);
      }
});

test.each<[text: string, seen: PlateColour, colour: PlateColour]>([
  ["闽CD12345", "unknown", "green"],
  ["闽CD12345", "blue", "green"],
  ["闽C12345D", "green", "yellow-green"],
  ["闽C1234警", "blue", "white"],
  ["闽C12345", "unknown", "unknown"],
  ["闽C12345", "yellow", "yellow"],
  ["闽C12345", "green", "green"],
  ["闽C1234临", "unknown", "unknown"],
])("%s seen in %s is %s: a kind with one colour has that colour", (text, seen, colour) => {
  const plate = canonicalPlate(text);
  expect(plate && plateColour(plate, seen)).toBe(colour);
});

test.each([
  "",
  "_无_",
  "＿无＿",
  "无牌车",
  "无 牌 车",
  "无车牌",
  "noPlate",
  "NO_PLATE",
  "no-plate",
  "unknown",
  " NULL ",
  "0000000",
  "***",
  "？",
])("%o is a car without a plate, never a plate", (text) => {
  expect(isNoPlate(text)).toBe(true);
  expect(canonicalPlate(text)).toBeUndefined();
});

test.each(["闽", "C12345", "闽C123", "闽C123456789", "闽CD1234X", "hello", "闽C12-4警警", "外A12345"])(
  "%s is neither a plate nor a car without one",
  (text) => {
    expect(canonicalPlate(text)).toBeUndefined();
    expect(isNoPlate(text)).toBe(false);
  },
);

test("no word for a missing plate is a plate", () => {
  expect(noPlateWords.length).toBeGreaterThan(8);
  for (const word of noPlateWords) expect(canonicalPlate(word)).toBeUndefined();
});

test("I and O never stay in a serial", () => {
  for (const { pattern } of plateKinds) for (const letter of "IO") expect(pattern.test(`闽C${letter}2345`)).toBe(false);
});
