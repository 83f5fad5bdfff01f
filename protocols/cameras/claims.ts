// What every camera claims in its own words, read the same way: a plate or none, how sure, and when.
import { canonicalPlate, isNoPlate, type PlateColour } from "#protocols/vocabulary/plate.ts";
import { type Wall, wall } from "#protocols/vocabulary/time.ts";
import type { PlateRead } from "./plate-read.ts";

export const longestText = 64;

export function whichPlate(text: string, saysNone = false): Pick<PlateRead, "plate" | "noPlate" | "text"> {
  const noPlate = saysNone || isNoPlate(text);
  return { plate: noPlate ? null : (canonicalPlate(text) ?? null), noPlate, text };
}

// 2000-01-01 and 2100-01-01: a number beyond is no time of any camera.
const earliest = 946_684_800_000;
const latest = 4_102_444_800_000;
export const isOfThisCentury = (at: Wall): boolean => at >= earliest && at <= latest;

/** A clock without its battery begins anew at 1970, or on the day when its firmware was made. It is no time to open a gate by, and no reason to refuse the read: the camera would send it
 * for ever, and nobody would learn that its clock is lost. */
export const isLostClock = (at: Wall): boolean => at < earliest;

/** What a camera claims of when: believed to be of this century, null where its clock is lost, undefined where it is no moment at all. */
export const claimed = (at: Wall | undefined): Wall | null | undefined =>
  at === undefined ? undefined : isOfThisCentury(at) ? at : isLostClock(at) ? null : undefined;

/** A moment given as a number of `unit_ms` since 1970, as `claimed` takes it. */
export function momentOf(value: unknown, unit_ms: 1 | 1000): Wall | null | undefined {
  const number = typeof value === "string" && /^\d{1,16}(\.\d{1,9})?$/.test(value) ? Number(value) : value;
  if (typeof number !== "number" || !Number.isFinite(number) || number < 0) return undefined;
  return claimed(wall(Math.floor(number * unit_ms)));
}

/** A share of one (0.93) or of a hundred (93) as 0–100; null when absent or nonsense. `of` says which the maker writes. */
export function confidenceOf(value: unknown, of: 1 | 100): number | null {
  const number = typeof value === "string" && /^\d{1,3}(\.\d{1,9})?$/.test(value.trim()) ? Number(value) : value;
  if (typeof number !== "number" || !(number >= 0 && number <= of)) return null;
  return of === 1 ? Math.round(number * 100) : Math.round(number);
}

/** The colour's name as makers write it, compared without case and separators. */
const colourNames: Readonly<Record<string, PlateColour>> = {
  blue: "blue",
  蓝: "blue",
  蓝色: "blue",
  yellow: "yellow",
  黄: "yellow",
  黄色: "yellow",
  white: "white",
  白: "white",
  白色: "white",
  black: "black",
  黑: "black",
  黑色: "black",
  green: "green",
  绿: "green",
  绿色: "green",
  newenergygreen: "green",
  渐变绿: "green",
  newenergyyellowgreen: "yellow-green",
  yellowgreen: "yellow-green",
  黄绿: "yellow-green",
  黄绿色: "yellow-green",
  civilaviationblack: "black",
  civilaviationgreen: "green",
};
export const colourOf = (name: string): PlateColour => colourNames[name.toLowerCase().replaceAll(/[\s_-]/g, "")] ?? "unknown";
