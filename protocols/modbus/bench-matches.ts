// Somebody has read the display: which readings of these words, of every type and in every order, are that number at some power of ten? Nearest first.
import { type Place, placeOf } from "./bench.ts";
import { type Order, orderNames } from "./orders.ts";
import type { Point } from "./profile.ts";
import { patternOf, rawOf, type ShapeName, shapeNames, shapes } from "./shapes.ts";

export interface Match {
  readonly place: Place;
  readonly type: ShapeName;
  /** Not there where it is the plain one. */
  readonly order?: Order;
  readonly raw: number;
  /** The display shows raw × 10^power. */
  readonly power: number;
  /** How far off, of the whole. */
  readonly off: number;
}

/** What changes while one looks from the display to the screen. */
const nearEnough = 0.005;

function powerOf(raw: number, expected: number): { readonly power: number; readonly off: number } | undefined {
  if (raw === 0 || !Number.isFinite(raw) || Math.sign(raw) !== Math.sign(expected)) return undefined;
  const power = Math.round(Math.log10(expected / raw));
  const off = Math.abs((raw * 10 ** power) / expected - 1);
  return off <= nearEnough && power >= -6 && power <= 3 ? { power, off } : undefined;
}

/** `from` is the address of the first word. A reading that needs more words than there are is not looked at. */
export function matches(
  table: Point["table"],
  from: number,
  seen: { readonly words: readonly number[]; readonly expected: number },
): Match[] {
  const found: Match[] = [];
  for (let at = 0; at < seen.words.length; at += 1)
    for (const type of shapeNames) {
      const count = shapes[type].bytes / 2;
      const words = seen.words.slice(at, at + count);
      if (words.length < count) continue;
      for (const [index, order] of orderNames[shapes[type].bytes].entries()) {
        const raw = Number(rawOf({ type, order }, patternOf({ type, order }, words)) ?? Number.NaN);
        const fits = powerOf(raw, seen.expected);
        if (fits === undefined) continue;
        // A positive number is the same with a sign and without: the unsigned one is said.
        const twin = found.some(
          (one) => one.place.zero === from + at && one.raw === raw && one.order === (index === 0 ? undefined : order),
        );
        if (!(shapes[type].form === "integer" && shapes[type].signed && raw > 0 && twin))
          found.push({ place: placeOf(table, from + at), type, ...(index === 0 ? {} : { order }), raw, ...fits });
      }
    }
  // Beside an exact one, what is only nearly so is chance.
  const exact = found.some(({ off }) => off < 1e-4);
  const near = found.filter(({ off }) => !exact || off < 1e-3);
  return near.sort((a, b) => a.off - b.off || shapes[a.type].bytes - shapes[b.type].bytes || Math.abs(a.power) - Math.abs(b.power));
}
