// The picture in what a camera pushed, whatever its maker: a JPEG as it is, in a part of a form or behind a text, or one in base64 within JSON or a form. The largest is the whole
// frame; the others are cuttings of it. Only what is a picture from its first to its last byte counts.

/** A frame that is larger is none that a queue of exceptions needs. */
export const largestFrame = 1024 * 1024;
const shortestFrame = 64;
/** A push has a few pictures; of what only begins like one, no more is tried. */
const mostTries = 64;

const be16 = (bytes: Uint8Array, at: number): number => ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);

/** Where the JPEG that begins at `at` ends (ITU T.81 annex B: segments by their length, then the scan up to EOI); undefined where it is none, or only half of one. */
function jpegEnd(bytes: Uint8Array, from: number): number | undefined {
  let at = from + 2;
  let scanned = false;
  while (at + 1 < bytes.length) {
    if (bytes[at] !== 0xff) return undefined;
    const marker = bytes[at + 1] ?? 0;
    if (marker === 0xff) at += 1;
    else if (marker === 0xd9) return scanned ? at + 2 : undefined;
    else {
      const length = be16(bytes, at + 2);
      if (length < 2 || marker < 0xc0) return undefined;
      at += 2 + length;
      if (marker !== 0xda) continue;
      scanned = true;
      at = scanEnd(bytes, at);
    }
  }
  return undefined;
}

/** The first marker after the scan's data: FF00 is a byte of it, FFD0–FFD7 are restarts within it. */
function scanEnd(bytes: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(0xff, from); at >= 0; at = bytes.indexOf(0xff, at + 1)) {
    const next = bytes[at + 1] ?? 0;
    if (next !== 0 && !(next >= 0xd0 && next <= 0xd7) && next !== 0xff) return at;
  }
  return bytes.length;
}

/** Both alphabets of RFC 4648; -1: not of them. */
const sextets = new Int8Array(256).fill(-1);
for (const [value, letter] of [..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"].entries())
  sextets[letter.charCodeAt(0)] = value;
for (const [letter, value] of [
  ["+", 62],
  ["-", 62],
  ["/", 63],
  ["_", 63],
] as const)
  sextets[letter.charCodeAt(0)] = value;
const backslash = 0x5c;

/** The bytes of the base64 text at `from`, a slash written as JSON may write it, and where the text ends. */
function fromBase64(bytes: Uint8Array, from: number): { readonly decoded: Uint8Array; readonly end: number } {
  let end = from;
  let letters = 0;
  for (; end < bytes.length; end += 1) {
    if ((sextets[bytes[end] ?? 0] ?? -1) >= 0) letters += 1;
    else if (bytes[end] !== backslash) break;
  }
  const decoded = new Uint8Array(Math.floor((letters * 3) / 4));
  let [held, bits, at] = [0, 0, 0];
  for (let i = from; i < end && at < decoded.length; i += 1) {
    const value = sextets[bytes[i] ?? 0] ?? -1;
    if (value < 0) continue;
    held = ((held << 6) | value) & 0xffff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    decoded[at] = (held >> bits) & 0xff;
    at += 1;
  }
  return { decoded, end };
}

/** FF D8 FF in base64 is "/9j/"; the last letter belongs to the byte that follows as well. */
const isText = (bytes: Uint8Array, at: number): boolean => {
  const [first, nine, j] = [bytes[at], bytes[at + 1], bytes[at + 2]];
  return (first === 0x2f || first === 0x5f) && nine === 0x39 && j === 0x6a;
};

/** The first whole picture in a stream of bytes, and where it ends; `torn`: from where one begins that is not whole yet. */
export function firstJpeg(bytes: Uint8Array): { readonly picture?: Uint8Array; readonly rest: number } {
  for (let at = bytes.indexOf(0xff); at >= 0; at = bytes.indexOf(0xff, at + 1)) {
    if (at + 3 > bytes.length) return { rest: at };
    if (bytes[at + 1] !== 0xd8 || bytes[at + 2] !== 0xff) continue;
    const end = jpegEnd(bytes, at);
    if (end !== undefined) return { picture: bytes.slice(at, end), rest: end };
    if (bytes.length - at <= largestFrame) return { rest: at };
  }
  return { rest: bytes.length };
}

export function frameIn(bytes: Uint8Array): Uint8Array | undefined {
  let best: Uint8Array | undefined;
  let tries = 0;
  const take = (from: Uint8Array, at: number, end: number | undefined): void => {
    if (end === undefined || end - at < shortestFrame || end - at > largestFrame || end - at <= (best?.length ?? 0)) return;
    best = from.slice(at, end);
  };
  for (let at = 0; at < bytes.length - 3 && tries < mostTries; at += 1) {
    if (bytes[at] === 0xff && bytes[at + 1] === 0xd8 && bytes[at + 2] === 0xff) {
      tries += 1;
      const end = jpegEnd(bytes, at);
      take(bytes, at, end);
      if (end !== undefined) at = end - 1;
    } else if (isText(bytes, at)) {
      tries += 1;
      const { decoded, end } = fromBase64(bytes, at);
      if (decoded[0] === 0xff && decoded[1] === 0xd8) take(decoded, 0, jpegEnd(decoded, 0));
      at = end - 1;
    }
  }
  return best;
}
