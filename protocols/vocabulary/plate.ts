// What a plate is. Canonical form: upper case, no separators, the province first (闽CD12345). A camera's word for "no plate" is never a plate.
declare const plateBrand: unique symbol;
/** A canonical plate. */
export type Plate = string & { readonly [plateBrand]: true };

export const plateColours = ["unknown", "blue", "yellow", "white", "black", "green", "yellow-green"] as const;
export type PlateColour = (typeof plateColours)[number];

export const provinces = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼";
const province = `[${provinces}]`;
const letter = "[A-HJ-NP-Z]";
const serial = "[A-HJ-NP-Z0-9]";

/** `head` is what the display form writes before the dot. Sources: GA 36-2018 and, where marked, common practice only. */
interface Kind {
  readonly kind: string;
  readonly zh: string;
  readonly colours: readonly PlateColour[];
  readonly pattern: RegExp;
}

const kind = (name: string, zh: string, rest: { colours: readonly PlateColour[]; head: string; tail: string }): Kind => ({
  kind: name,
  zh,
  colours: rest.colours,
  pattern: new RegExp(`^(?<head>${rest.head})(?<tail>${rest.tail})$`),
});

const city = `${province}${letter}`;
/** In order: the first that fits names the kind. Since 2021 a new-energy plate carries any of D A B C E (battery) or F G H J K. */
export const plateKinds: readonly Kind[] = [
  kind("new-energy-small", "小型新能源汽车", { colours: ["green"], head: city, tail: `[DABCEFGHJK]${serial}[0-9]{4}` }),
  kind("new-energy-large", "大型新能源汽车", { colours: ["yellow-green"], head: city, tail: "[0-9]{5}[DABCEFGHJK]" }),
  kind("police", "警车", { colours: ["white"], head: city, tail: `${serial}{4}警` }),
  kind("coach", "教练车", { colours: ["yellow"], head: city, tail: `${serial}{4}学` }),
  kind("trailer", "挂车", { colours: ["yellow"], head: city, tail: `${serial}{4}挂` }),
  kind("hong-kong", "香港出入境车", { colours: ["black"], head: "粤Z", tail: `${serial}{4}港` }),
  kind("macao", "澳门出入境车", { colours: ["black"], head: "粤Z", tail: `${serial}{4}澳` }),
  kind("consulate", "领馆车", { colours: ["black"], head: city, tail: `${serial}{4}领` }),
  kind("embassy", "使馆车", { colours: ["black"], head: "使", tail: "[0-9]{6}" }),
  kind("embassy", "使馆车", { colours: ["black"], head: "", tail: "[0-9]{6}使" }),
  kind("emergency", "应急救援车", { colours: ["white"], head: `${province}X`, tail: `${serial}{4}应急` }),
  kind("civil-aviation", "民航车", { colours: ["green"], head: "民航", tail: `${serial}{5}` }),
  kind("temporary", "临时号牌", { colours: ["blue", "white"], head: "临", tail: `${letter}${serial}{4,6}` }),
  kind("temporary", "临时号牌", { colours: ["blue", "white"], head: city, tail: `${serial}{4,5}临` }),
  kind("armed-police", "武警车", { colours: ["white"], head: `WJ${province}?`, tail: `[0-9]{4}[0-9A-HJ-NP-Z]` }),
  kind("military", "军车", { colours: ["white"], head: `${letter}{2}`, tail: "[0-9]{5}" }),
  kind("ordinary", "普通汽车", { colours: ["blue", "yellow", "black"], head: city, tail: `${serial}{5}` }),
];

/** What cameras say when they see a car without a plate, or cannot read it; compared without case, spaces and separators. */
export const noPlateWords: readonly string[] = [
  "",
  "无",
  "无牌",
  "无牌车",
  "无牌照",
  "无车牌",
  "无号牌",
  "未上牌",
  "未知",
  "未识别",
  "车牌",
  "noplate",
  "nolicense",
  "unlicensed",
  "unknown",
  "undefined",
  "null",
  "none",
  "nil",
];

/** A row of nothing but zeros, stars or question marks is a word for "none" too. */
const blank = /^[0*?？＊]+$/;
const bareWord = (text: string): string => text.normalize("NFKC").replaceAll(separators, "").toLowerCase();
export const isNoPlate = (text: string): boolean => noPlateWords.includes(bareWord(text)) || blank.test(bareWord(text));

/** Hikvision writes the colour before the plate: one character, or two for the yellow-green of large new-energy vehicles. 黑 is also a province: only what still is a plate without it was a colour. */
const colourWords = /^(?:黄绿|渐变绿|[蓝黄白黑绿])/;
const separators = /[\s·•・‧.,\-_—–|/]/g;

/** The canonical form, or undefined when it is no plate of any kind: then ask `isNoPlate`. I and O never occur in a serial and are read as 1 and 0. */
export function canonicalPlate(text: string): Plate | undefined {
  if (isNoPlate(text)) return undefined;
  const bare = text.normalize("NFKC").toUpperCase().replaceAll(separators, "");
  const plain = digitsOf(bare);
  if (kindOf(plain) !== undefined) return plain as Plate;
  const coloured = bare.replace(colourWords, "");
  const rest = digitsOf(coloured);
  return coloured !== bare && kindOf(rest) !== undefined ? (rest as Plate) : undefined;
}

function digitsOf(bare: string): string {
  const serialFrom = bare.startsWith("WJ") || bare.startsWith("民航") ? 2 : 1;
  return `${bare.slice(0, serialFrom)}${bare.slice(serialFrom).replaceAll("O", "0").replaceAll("I", "1")}`;
}

const kindOf = (text: string): Kind | undefined => plateKinds.find((entry) => entry.pattern.test(text));

/** The kind's name in `plateKinds`. */
export function plateKind(plate: Plate): string {
  return kindOf(plate)?.kind ?? "unknown";
}

/** The colour that a plate of this kind has: what was seen where its kind comes in that colour, else the kind's own where it has only one. A new-energy plate is green whatever a camera says at night. */
export function plateColour(plate: Plate, seen: PlateColour): PlateColour {
  const colours = kindOf(plate)?.colours ?? [];
  const [only, another] = colours;
  return colours.includes(seen) || only === undefined || another !== undefined ? seen : only;
}

function parts(plate: Plate): { head: string; tail: string } {
  const groups = kindOf(plate)?.pattern.exec(plate)?.groups;
  return { head: groups?.head ?? "", tail: groups?.tail ?? plate };
}

/** 闽CD12345 -> 闽C·D12345 */
export function displayPlate(plate: Plate): string {
  const { head, tail } = parts(plate);
  return head === "" ? tail : `${head}·${tail}`;
}

/** 闽CD12345 -> 闽C·D***45: enough for the driver to know the car, not enough for others. */
export function maskedPlate(plate: Plate): string {
  const { head, tail } = parts(plate);
  const masked = `${tail.slice(0, 1)}${"*".repeat(Math.max(1, tail.length - 3))}${tail.slice(-2)}`;
  return head === "" ? masked : `${head}·${masked}`;
}
