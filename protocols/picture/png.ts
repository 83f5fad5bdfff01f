// How bright the points of a PNG are, and of which colour. Eight or sixteen bits a channel, or a palette of eight; not interlaced. Bounded; anything else is "nobody knows".
// Source: W3C PNG Specification (Third Edition) §§7, 9, 11.
import { unzlibSync } from "fflate";
import type { Grey } from "./grey.ts";

const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const channels: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };
const mostPoints = 24_000_000;

interface Header {
  readonly width: number;
  readonly height: number;
  readonly depth: number;
  readonly colour: number;
}

export function pngGrey(bytes: Uint8Array): Grey | undefined {
  const planes = pngPlanes(bytes);
  const [red, green, blue] = planes ?? [];
  if (red === undefined || green === undefined || blue === undefined) return undefined;
  const { width, height } = red;
  const values = red.values.map((value, at) => 0.299 * value + 0.587 * (green.values[at] ?? 0) + 0.114 * (blue.values[at] ?? 0));
  return { width, height, values };
}

/** Red, green and blue, each as large as the picture. */
export function pngPlanes(bytes: Uint8Array): readonly Grey[] | undefined {
  if (signature.some((byte, at) => bytes[at] !== byte)) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let header: Header | undefined;
  let palette = new Uint8Array();
  const data: Uint8Array[] = [];
  for (let at = 8; at + 12 <= bytes.length; ) {
    const length = view.getUint32(at);
    const kind = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    const part = bytes.subarray(at + 8, at + 8 + length);
    if (part.length < length) return undefined;
    if (kind === "IHDR") header = headerOf(part);
    else if (kind === "PLTE") palette = part.slice();
    else if (kind === "IDAT") data.push(part);
    else if (kind === "IEND") break;
    at += 12 + length;
  }
  return header === undefined ? undefined : unpacked(header, { palette, data });
}

function headerOf(part: Uint8Array): Header | undefined {
  if (part.length < 13) return undefined;
  const view = new DataView(part.buffer, part.byteOffset, part.byteLength);
  const [width, height, depth, colour] = [view.getUint32(0), view.getUint32(4), part[8] ?? 0, part[9] ?? 0];
  const known = channels[colour] !== undefined && (depth === 8 || (depth === 16 && colour !== 3));
  const plain = part[10] === 0 && part[11] === 0 && part[12] === 0;
  return known && plain && width > 0 && height > 0 && width * height <= mostPoints ? { width, height, depth, colour } : undefined;
}

function unpacked(
  { width, height, depth, colour }: Header,
  { palette, data }: { readonly palette: Uint8Array; readonly data: readonly Uint8Array[] },
): readonly Grey[] | undefined {
  const many = channels[colour] ?? 1;
  const step = many * (depth / 8);
  const line = width * step;
  const whole = new Uint8Array(data.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of data) {
    whole.set(part, at);
    at += part.length;
  }
  const raw = inflated(whole, (line + 1) * height);
  if (raw === undefined) return undefined;
  const planes = Array.from({ length: 3 }, (): Grey => ({ width, height, values: new Float32Array(width * height) }));
  let above: Uint8Array = new Uint8Array(line);
  for (let y = 0; y < height; y += 1) {
    const from = y * (line + 1);
    const mine = raw.subarray(from + 1, from + 1 + line);
    if (!unfilter(raw[from] ?? 0, { mine, above, step })) return undefined;
    const look = { colour, wide: depth === 16, palette };
    for (let x = 0; x < width; x += 1)
      for (const [n, { values }] of planes.entries()) values[y * width + x] = colourOf(mine, x * step, { ...look, n });
    above = mine;
  }
  return planes;
}

/** No more than the header says: a small file that unpacks without end is none. */
function inflated(packed: Uint8Array, size: number): Uint8Array | undefined {
  try {
    const out = unzlibSync(packed, { out: new Uint8Array(size) });
    return out.length === size ? out : undefined;
  } catch {
    return undefined;
  }
}

/** Undoes the line's filter where it stands. */
function unfilter(
  kind: number,
  { mine, above, step }: { readonly mine: Uint8Array; readonly above: Uint8Array; readonly step: number },
): boolean {
  if (kind > 4) return false;
  if (kind === 0) return true;
  for (let at = 0; at < mine.length; at += 1) {
    const left = at < step ? 0 : (mine[at - step] ?? 0);
    const up = above[at] ?? 0;
    const corner = at < step ? 0 : (above[at - step] ?? 0);
    const guess = kind === 1 ? left : kind === 2 ? up : kind === 3 ? (left + up) >> 1 : paeth(left, up, corner);
    mine[at] = ((mine[at] ?? 0) + guess) & 255;
  }
  return true;
}

function paeth(left: number, up: number, corner: number): number {
  const guess = left + up - corner;
  const [a, b, c] = [Math.abs(guess - left), Math.abs(guess - up), Math.abs(guess - corner)];
  return a <= b && a <= c ? left : b <= c ? up : corner;
}

interface Look {
  readonly colour: number;
  readonly wide: boolean;
  readonly palette: Uint8Array;
  /** 0 red, 1 green, 2 blue. */
  readonly n: number;
}

function colourOf(line: Uint8Array, at: number, { colour, wide, palette, n }: Look): number {
  if (colour === 0 || colour === 4) return line[at] ?? 0;
  if (colour === 3) return palette[(line[at] ?? 0) * 3 + n] ?? 0;
  return line[at + n * (wide ? 2 : 1)] ?? 0;
}
