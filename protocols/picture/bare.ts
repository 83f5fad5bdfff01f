// A JPEG or a PNG with nothing in it but the picture: what a camera wrote beside it (when, where, whose, a second picture, a film behind it) is left out.
// Source: ITU-T T.81 Annex B; Exif 2.32 §4; W3C PNG Specification (Third Edition) §§5.2, 5.3, 11.
import type { Small } from "./small.ts";

/** undefined: it is no whole JPEG. */
export function jpegBare(bytes: Uint8Array): Small | undefined {
  const word = (at: number): number => ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
  if (word(0) !== 0xffd8) return undefined;
  const kept: Uint8Array[] = [bytes.subarray(0, 2)];
  let size: { readonly width: number; readonly height: number } | undefined;
  for (let at = 2; at + 4 <= bytes.length; ) {
    const marker = bytes[at + 1] ?? 0;
    if (bytes[at] !== 0xff) return undefined;
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    if (marker === 0xd9) break;
    let to = at + 2 + word(at + 2);
    if (to < at + 4 || to > bytes.length) return undefined;
    if (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc)
      size = { height: word(at + 5), width: word(at + 7) };
    if (marker === 0xda) to = endOfScan(bytes, to);
    if (!isBeside(marker)) kept.push(bytes.subarray(at, to));
    at = to;
  }
  if (size === undefined || size.width === 0 || size.height === 0) return undefined;
  kept.push(Uint8Array.of(0xff, 0xd9));
  return { bytes: joined(kept), ...size };
}

const pictureChunks: readonly string[] = ["IHDR", "PLTE", "tRNS", "IDAT", "IEND"];

/** undefined: it is no whole PNG. */
export function pngBare(bytes: Uint8Array): Small | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 33 || view.getUint32(0) !== 0x89504e47 || view.getUint32(4) !== 0x0d0a1a0a) return undefined;
  const kept: Uint8Array[] = [bytes.subarray(0, 8)];
  for (let at = 8; at + 12 <= bytes.length; ) {
    const to = at + 12 + view.getUint32(at);
    const kind = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    if (to > bytes.length || (at === 8 && kind !== "IHDR")) return undefined;
    if (pictureChunks.includes(kind)) kept.push(bytes.subarray(at, to));
    if (kind === "IEND") return { bytes: joined(kept), width: view.getUint32(16), height: view.getUint32(20) };
    at = to;
  }
  return undefined;
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

/** Application parts and comments; of them JFIF's own (how it is to be read) and Adobe's (its colours) belong to the picture. */
const isBeside = (marker: number): boolean => (marker >= 0xe1 && marker <= 0xef && marker !== 0xee) || marker === 0xfe;

/** Up to the next marker that is no restart and no stuffed byte. */
function endOfScan(bytes: Uint8Array, from: number): number {
  for (let at = from; at + 1 < bytes.length; at += 1) {
    const next = bytes[at + 1] ?? 0;
    if (bytes[at] === 0xff && next !== 0 && next !== 0xff && !(next >= 0xd0 && next <= 0xd7)) return at;
  }
  return bytes.length;
}
