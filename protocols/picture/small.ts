// A picture made small, to be printed beside a line: as a PNG of at most so many points to a side, upright, with nothing of the camera's own words (when, where, whose) left in it.
// Source: W3C PNG Specification (Third Edition) §§5, 9, 11; ITU-T T.871 (JFIF) §7 for the colours.
import { zlibSync } from "fflate";
import { type Grey, sizedTo, upright } from "./grey.ts";
import { jpegPlanes } from "./jpeg.ts";
import { pngPlanes } from "./png.ts";

export interface Small {
  readonly bytes: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** Points to the longer side. */
export const longest = 240;

/** undefined: it is none that is read here, or it is broken. `orientation` as Exif has it. */
export function smallOf(bytes: Uint8Array, mime: string, orientation = 1): Small | undefined {
  const read = mime === "image/jpeg" ? jpegPlanes(bytes) : mime === "image/png" ? pngPlanes(bytes) : undefined;
  const [first] = read ?? [];
  if (read === undefined || first === undefined) return undefined;
  const scale = Math.min(1, longest / Math.max(first.width, first.height));
  const to = { width: Math.max(1, Math.round(first.width * scale)), height: Math.max(1, Math.round(first.height * scale)) };
  // Colours are often coded coarser than brightness: each plane is brought to the same size.
  const sized = read.slice(0, 3).map((plane): Grey => ({ ...to, values: Float32Array.from(sizedTo(plane, to)) }));
  const [red, green, blue] = (mime === "image/jpeg" ? fromYcc(sized) : sized).map((plane) => upright(plane, orientation));
  if (red === undefined || green === undefined || blue === undefined) return undefined;
  return { bytes: pngOf([red, green, blue]), width: red.width, height: red.height };
}

function fromYcc([bright, toBlue, toRed]: readonly Grey[]): readonly Grey[] {
  if (bright === undefined) return [];
  if (toBlue === undefined || toRed === undefined) return [bright, bright, bright];
  const made = (of: (y: number, b: number, r: number) => number): Grey => ({
    ...bright,
    values: bright.values.map((y, at) => of(y, (toBlue.values[at] ?? 128) - 128, (toRed.values[at] ?? 128) - 128)),
  });
  return [made((y, _, r) => y + 1.402 * r), made((y, b, r) => y - 0.344136 * b - 0.714136 * r), made((y, b) => y + 1.772 * b)];
}

/** Five bits of each colour: enough to see what was mended, and a quarter of the size. */
const coarse = (value: number): number => {
  const top = Math.min(31, Math.max(0, Math.round(value / 8)));
  return (top << 3) | (top >> 2);
};

function pngOf(planes: readonly [Grey, Grey, Grey]): Uint8Array {
  const [{ width, height }] = planes;
  const line = width * 3;
  const raw = new Uint8Array((line + 1) * height);
  for (let y = 0; y < height; y += 1) {
    const from = y * (line + 1);
    raw[from] = 1;
    const before = [0, 0, 0];
    for (let x = 0; x < width; x += 1)
      for (const [n, { values }] of planes.entries()) {
        const value = coarse(values[y * width + x] ?? 0);
        raw[from + 1 + x * 3 + n] = (value - (before[n] ?? 0)) & 255;
        before[n] = value;
      }
  }
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header.set([8, 2, 0, 0, 0], 8);
  return joined([
    Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a),
    part("IHDR", header),
    part("IDAT", zlibSync(raw, { level: 9 })),
    part("IEND", new Uint8Array()),
  ]);
}

function part(kind: string, data: Uint8Array): Uint8Array {
  const made = new Uint8Array(12 + data.length);
  const view = new DataView(made.buffer);
  view.setUint32(0, data.length);
  made.set(
    Array.from(kind, (letter) => letter.charCodeAt(0)),
    4,
  );
  made.set(data, 8);
  view.setUint32(8 + data.length, crcOf(made.subarray(4, 8 + data.length)));
  return made;
}

const crcs = Uint32Array.from({ length: 256 }, (_, n) => {
  let value = n;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value >>> 0;
});
function crcOf(bytes: Uint8Array): number {
  let value = 0xffffffff;
  for (const byte of bytes) value = (crcs[(value ^ byte) & 255] ?? 0) ^ (value >>> 8);
  return (value ^ 0xffffffff) >>> 0;
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const made = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const one of parts) {
    made.set(one, at);
    at += one.length;
  }
  return made;
}
