// When a JPEG says that it was taken, and how it is to be turned: the tag DateTimeOriginal of its Exif part, as civil time in China. Bounded reading; anything strange is "nobody knows".
// Source: Exif 2.32 (JEITA CP-3451) §4.5, TIFF 6.0 §2.
import { fromRfc3339 } from "#protocols/vocabulary/time.ts";

const original = 0x9003;
const exifPart = 0x8769;
const orientation = 0x0112;

export function exifTime(bytes: Uint8Array): number | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    const tiff = tiffOf(view);
    if (tiff === undefined) return undefined;
    const little = view.getUint16(tiff) === 0x4949;
    const inner = entryOf(view, { tiff, little, at: tiff + view.getUint32(tiff + 4, little), tag: exifPart });
    if (inner === undefined) return undefined;
    const said = entryOf(view, { tiff, little, at: tiff + view.getUint32(inner + 8, little), tag: original });
    if (said === undefined || view.getUint32(said + 4, little) !== 20) return undefined;
    const from = tiff + view.getUint32(said + 8, little);
    const text = String.fromCharCode(...bytes.subarray(from, from + 19));
    const match = /^(\d{4}):(\d{2}):(\d{2}) (\d{2}:\d{2}:\d{2})$/.exec(text);
    return match === null ? undefined : fromRfc3339(`${match[1]}-${match[2]}-${match[3]}T${match[4]}+08:00`);
  } catch (error) {
    // Beyond the end of what is there.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** Where the TIFF header of the APP1 segment begins. */
function tiffOf(view: DataView): number | undefined {
  if (view.byteLength < 4 || view.getUint16(0) !== 0xffd8) return undefined;
  for (let at = 2; at + 10 < view.byteLength; ) {
    const marker = view.getUint16(at);
    if (marker === 0xffe1 && view.getUint32(at + 4) === 0x45786966) return at + 10;
    if ((marker & 0xff00) !== 0xff00 || marker === 0xffda) return undefined;
    at += 2 + view.getUint16(at + 2);
  }
  return undefined;
}

/** How the picture is to be turned, 1 to 8; 1 where nothing is said. */
export function exifOrientation(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    const tiff = tiffOf(view);
    if (tiff === undefined) return 1;
    const little = view.getUint16(tiff) === 0x4949;
    const said = entryOf(view, { tiff, little, at: tiff + view.getUint32(tiff + 4, little), tag: orientation });
    const value = said === undefined ? 1 : view.getUint16(said + 8, little);
    return value >= 1 && value <= 8 ? value : 1;
  } catch (error) {
    if (error instanceof RangeError) return 1;
    throw error;
  }
}

function entryOf(view: DataView, { at, little, tag }: { tiff: number; little: boolean; at: number; tag: number }): number | undefined {
  const entries = Math.min(view.getUint16(at, little), 200);
  for (let n = 0; n < entries; n += 1) {
    const entry = at + 2 + n * 12;
    if (view.getUint16(entry, little) === tag) return entry;
  }
  return undefined;
}
