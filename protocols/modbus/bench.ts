// The register bench: the same words read every way that devices are known to mean them, side by side, the likely ones marked.
// It answers the questions that a data sheet leaves open: counted from 0 or from 1, which byte order, one register too early or too late.
import { type Refusal, refusal } from "../vocabulary/faults.ts";
import { orderNames } from "./orders.ts";
import type { Point } from "./profile.ts";
import { patternOf, rawOf, type ShapeName } from "./shapes.ts";

type Table = Point["table"];
const leading: Readonly<Record<Table, string>> = { coil: "0", discrete: "1", input: "3", holding: "4" };
const tableOfDigit: Readonly<Record<string, Table>> = { "0": "coil", "1": "discrete", "3": "input", "4": "holding" };

/** One place under its names: 10 = 0x000A = 40011 = 400011. Five digits end at 9999 registers. */
export interface Place {
  readonly zero: number;
  readonly hex: string;
  readonly five?: string;
  readonly six: string;
}
export const placeOf = (table: Table, zero: number): Place => ({
  zero,
  hex: `0x${zero.toString(16).toUpperCase().padStart(4, "0")}`,
  ...(zero < 9_999 ? { five: `${leading[table]}${String(zero + 1).padStart(4, "0")}` } : {}),
  six: `${leading[table]}${String(zero + 1).padStart(5, "0")}`,
});

/** `one`: plain numbers, the first register is 1. */
export type Notation = "auto" | "zero" | "one" | "five" | "six";

/** "10", "0x0A", "000AH", "40011", "400011" -> table and zero-based address. `auto`: five or six digits that begin with 1, 3 or 4 (or 0) are a data sheet's notation. */
export function addressFrom(text: string, notation: Notation = "auto"): { readonly table?: Table; readonly address: number } | Refusal {
  const no = (zh: string, en: string): Refusal => refusal("no-address", `“${text}”${zh}`, `"${text}" ${en}`);
  const hex = text.match(/^0x([0-9a-f]+)$/i)?.[1] ?? text.match(/^([0-9a-f]+)h$/i)?.[1];
  const plain = hex !== undefined ? Number.parseInt(hex, 16) : /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isNaN(plain))
    return no("不是地址：写 10、0x000A、000AH、40011 或 400011", "is no address: write 10, 0x000A, 000AH, 40011 or 400011");
  const written = notation === "five" ? /^([0134])(\d{4})$/ : notation === "six" ? /^([0134])(\d{5})$/ : /^([0134])(\d{4,5})$/;
  const match = notation === "zero" || notation === "one" ? null : text.match(written);
  const table = tableOfDigit[match?.[1] ?? ""];
  if (match !== null && table !== undefined) {
    const number = Number(match[2]);
    return number >= 1 && number <= 65_536 ? { table, address: number - 1 } : no("的编号从 1 起", "counts from 1");
  }
  if (notation === "five" || notation === "six") return no("不是这种写法", "is not written so");
  const address = notation === "one" ? plain - 1 : plain;
  if (address < 0) return no("的编号从 1 起", "counts from 1");
  return address <= 65_535 ? { address } : no("超过 65535", "lies beyond 65535");
}

export interface Guess {
  readonly zh: string;
  readonly en: string;
  /** 0 … 10; from 2 on it is worth a look. */
  readonly score: number;
}

const bands: readonly (readonly [number, number, string, string, number])[] = [
  [85, 265, "电压 V", "voltage V", 6],
  [340, 460, "线电压 V", "line voltage V", 5],
  [49, 51, "频率 Hz", "frequency Hz", 7],
  [59, 61, "频率 Hz", "frequency Hz", 5],
];

const inBand = (value: number): Guess | undefined => {
  const band = bands.find(([low, high]) => value >= low && value <= high);
  return band === undefined ? undefined : { zh: band[2], en: band[3], score: band[4] };
};

/** Somebody looked at the display: is this that number, at some power of ten? */
function asExpected(value: number, expected: number | undefined): Guess | undefined {
  if (expected === undefined || expected === 0 || value === 0) return undefined;
  for (let power = -3; power <= 4; power += 1) {
    const away = Math.abs(value / (expected * 10 ** power) - 1);
    if (away < 0.005) {
      const scale = power === 0 ? "" : power > 0 ? ` ÷${10 ** power}` : ` ×${10 ** -power}`;
      return { zh: `与显示相符${scale}`, en: `as displayed${scale}`, score: 10 - Math.abs(power) / 10 - away * 100 };
    }
  }
  return undefined;
}

function guessFloat(value: number): Guess {
  const size = Math.abs(value);
  if (!Number.isFinite(value)) return { zh: "不是数", en: "no number", score: 0 };
  if (size === 0) return { zh: "零", en: "zero", score: 1 };
  if (size < 1e-4 || size > 1e9) return { zh: "", en: "", score: 0 };
  return inBand(value) ?? { zh: "可能", en: "possible", score: size >= 1e-3 && size <= 1e6 ? 3 : 2 };
}

/** Integers carry their scale in their heads: 2257 is 225.7 V. Only single registers; two that happen to look so are more often something else. */
const scaledBands: readonly (readonly [number, number, string, string])[] = [
  [198, 245, "电压 V", "voltage V"],
  [360, 430, "线电压 V", "line voltage V"],
  [49.5, 50.5, "频率 Hz", "frequency Hz"],
];

function guessWhole(value: number, single: boolean): Guess {
  if (value === 0) return { zh: "零", en: "zero", score: 1 };
  for (const divide of single ? [10, 100, 1] : []) {
    const band = scaledBands.find(([low, high]) => value / divide >= low && value / divide <= high);
    const scale = divide === 1 ? "" : ` ÷${divide}`;
    if (band !== undefined) return { zh: `${band[2]}${scale}`, en: `${band[3]}${scale}`, score: divide === 1 ? 2 : 4 };
  }
  return Math.abs(value) < 1e7 ? { zh: "计数", en: "count", score: 1.5 } : { zh: "", en: "", score: 0 };
}

export interface Reading {
  readonly type: ShapeName;
  readonly order?: string;
  readonly value: number;
  readonly guess: Guess;
}
export interface BenchRow {
  readonly place: Place;
  readonly words: readonly number[];
  /** u16 and i16 of the first word, then f32, u32 and i32 in four orders. */
  readonly readings: readonly Reading[];
  readonly best?: Reading;
}

function read(
  type: ShapeName,
  order: string | undefined,
  at: { readonly words: readonly number[]; readonly expected: number | undefined },
): Reading {
  const shaped = { type, ...(order === undefined ? {} : { order }) };
  const value = Number(rawOf(shaped, patternOf(shaped, at.words)) ?? Number.NaN);
  const guess = asExpected(value, at.expected) ?? (type === "f32" ? guessFloat(value) : guessWhole(value, at.words.length === 1));
  return { ...shaped, value, guess };
}

/** One row for each register from which a value could begin. `words` are those from `address` on. */
export function bench(table: Table, address: number, words: readonly number[], expected?: number): BenchRow[] {
  return words.map((first, index) => {
    const second = words[index + 1];
    const one = { words: [first], expected };
    const readings = [read("u16", undefined, one), ...(first >= 0x8000 ? [read("i16", undefined, one)] : [])];
    if (second !== undefined)
      for (const order of orderNames[4]) {
        const two = { words: [first, second], expected };
        readings.push(read("f32", order, two), read("u32", order, two));
        if (first >= 0x8000 || second >= 0x8000) readings.push(read("i32", order, two));
      }
    const best = readings.reduce<Reading | undefined>(
      (most, one_) => (one_.guess.score > (most?.guess.score ?? 1.9) ? one_ : most),
      undefined,
    );
    return {
      place: placeOf(table, address + index),
      words: second === undefined ? [first] : [first, second],
      readings,
      ...(best === undefined ? {} : { best }),
    };
  });
}

export interface OffsetVerdict {
  readonly offset: -1 | 0 | 1;
  readonly order: string;
  readonly type: "f32" | "u32";
  readonly likely: number;
  readonly of: number;
}

/** For 32-bit values: at which of −1, 0, +1 registers, and in which order, most of them make sense. Best first. */
export function offsetVerdicts(rows: readonly BenchRow[], from: number, count: number): OffsetVerdict[] {
  const verdicts: OffsetVerdict[] = [];
  for (const offset of [0, -1, 1] as const)
    for (const type of ["f32", "u32"] as const)
      for (const order of orderNames[4]) {
        let likely = 0;
        let of = 0;
        for (let at = from + offset; at + 1 < from + offset + count; at += 2) {
          const reading = rows.find(({ place }) => place.zero === at)?.readings.find((one) => one.type === type && one.order === order);
          if (reading === undefined) continue;
          of += 1;
          if (reading.guess.score >= 2) likely += 1;
        }
        if (of > 0) verdicts.push({ offset, order, type, likely, of });
      }
  return verdicts.sort((a, b) => b.likely / b.of - a.likely / a.of);
}

/**
 * The trap that costs most time: swapped words one register off take the high word of one value with the low word of its neighbour, and look nearly right.
 * True where words swapped at the asked register and plain words one register beside it make equal sense: only the display (`expected`) or the sheet can tell.
 */
export function hasTwins(verdicts: readonly OffsetVerdict[]): boolean {
  const full = verdicts.filter(({ likely, of, type }) => likely === of && type === "f32");
  return (
    full.some(({ offset, order }) => offset === 0 && order === "CDAB") && full.some(({ offset, order }) => offset !== 0 && order === "ABCD")
  );
}
