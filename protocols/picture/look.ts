// What a picture looks like, in 64 bits: whether each of its coarsest waves is above or below their median. Scaled, packed anew, brightened it keeps nearly all of them;
// another picture shares half of them by chance. Source: C. Zauner, Implementation and Benchmarking of Perceptual Image Hash Functions (2010) §3.2, the hash by cosine transform.
import { type Grey, squareOf } from "./grey.ts";

/** 16 hexadecimal digits. */
export type Look = string;

const side = 32;
const kept = 8;
/** A wall, a night, a finger on the lens: no waves to tell it by. */
const leastContrast = 4;
/** A picture of less than that in either direction says too little. */
const leastPoints = 8;

const waves = Array.from({ length: kept + 1 }, (_, u) =>
  Float64Array.from({ length: side }, (_, x) => Math.cos(((2 * x + 1) * u * Math.PI) / (2 * side))),
);

/** undefined: there is nothing to compare. */
export function lookOf(grey: Grey): { readonly plain: Look; readonly mirrored: Look } | undefined {
  if (grey.width < leastPoints || grey.height < leastPoints) return undefined;
  const square = squareOf(grey, side);
  const mean = square.reduce((sum, value) => sum + value, 0) / square.length;
  const spread = Math.sqrt(square.reduce((sum, value) => sum + (value - mean) ** 2, 0) / square.length);
  if (spread < leastContrast) return undefined;
  const found = transformed(square);
  // Mirrored left to right the waves of odd number across change their sign, and nothing else does.
  return { plain: bitsOf(found), mirrored: bitsOf(found.map((value, at) => (columnOf(at) % 2 === 1 ? -value : value))) };
}

const columnOf = (at: number): number => 1 + (at % kept);

/** The waves from 1 to 8 in both directions; the mean itself tells only how bright it is. */
function transformed(square: Float64Array): Float64Array {
  const rows = new Float64Array(side * kept);
  for (let y = 0; y < side; y += 1)
    for (let u = 0; u < kept; u += 1) {
      let sum = 0;
      for (let x = 0; x < side; x += 1) sum += (square[y * side + x] ?? 0) * (waves[u + 1]?.[x] ?? 0);
      rows[y * kept + u] = sum;
    }
  const made = new Float64Array(kept * kept);
  for (let v = 0; v < kept; v += 1)
    for (let u = 0; u < kept; u += 1) {
      let sum = 0;
      for (let y = 0; y < side; y += 1) sum += (rows[y * kept + u] ?? 0) * (waves[v + 1]?.[y] ?? 0);
      made[v * kept + u] = sum;
    }
  return made;
}

function bitsOf(values: Float64Array): Look {
  const sorted = [...values].sort((a, b) => a - b);
  const median = ((sorted[values.length / 2 - 1] ?? 0) + (sorted[values.length / 2] ?? 0)) / 2;
  let text = "";
  for (let at = 0; at < values.length; at += 4) {
    let nibble = 0;
    for (let n = 0; n < 4; n += 1) nibble = (nibble << 1) | ((values[at + n] ?? 0) > median ? 1 : 0);
    text += nibble.toString(16);
  }
  return text;
}

/** In how many of the 64 they differ. */
export function distanceOf(one: Look, other: Look): number {
  let count = 0;
  for (let at = 0; at < 16; at += 1) {
    let bits = Number.parseInt(one[at] ?? "0", 16) ^ Number.parseInt(other[at] ?? "0", 16);
    for (; bits > 0; bits &= bits - 1) count += 1;
  }
  return count;
}

/** So near, and two pictures are taken for one. */
export const nearest = 7;
/** Eight parts of eight bits: of two looks that differ in no more than seven, one part at least is the same. */
export const partsOf = (look: Look): number[] =>
  Array.from({ length: 8 }, (_, at) => at * 256 + Number.parseInt(look.slice(at * 2, at * 2 + 2), 16));
