// GB 18030 text. Decoding is the platform's own; encoding is that decoder turned round once, so that the two can never disagree.
import { bytesOf, toHex } from "#protocols/frames/bytes.ts";
import { plain } from "#protocols/frames/fields.ts";
import type { Field } from "#protocols/frames/layout.ts";

const decoder = new TextDecoder("gb18030");
export const fromGb18030 = (bytes: Uint8Array): string => decoder.decode(bytes);

const fourBytes = (linear: number): readonly number[] => [
  0x81 + Math.floor(linear / 12_600),
  0x30 + (Math.floor(linear / 1260) % 10),
  0x81 + (Math.floor(linear / 10) % 126),
  0x30 + (linear % 10),
];
/** Four-byte codes of the basic plane: 81308130 to 8431A439 (GB 18030-2005 §4.4). */
const basicFourByteCodes = 39_420;
/** From 90308130 on the other planes follow in their order. */
const otherPlanes = (0x90 - 0x81) * 12_600;

/** Two bytes: 81–FE and 40–FE; the code 7F in the second place does not exist. */
const twoByteCodes = 126 * 191;
const twoBytes = (at: number): readonly number[] => [0x81 + Math.floor(at / 191), 0x40 + (at % 191)];

/** Decodes every code at once, a line each, and gives each code's line. A code that is none gives no single character. */
function everyLine(count: number, codeAt: (at: number) => readonly number[]): readonly string[] {
  const width = codeAt(0).length + 1;
  const bytes = new Uint8Array(count * width).fill(0x0a);
  for (let at = 0; at < count; at += 1) bytes.set(codeAt(at), at * width);
  return decoder.decode(bytes).split("\n");
}

let inverse: Uint32Array | undefined;

/** Code unit → its bytes as one number. Two-byte codes come first and win, and of two codes for one character the smaller. */
function inverted(): Uint32Array {
  if (inverse !== undefined) return inverse;
  const table = new Uint32Array(0x1_0000);
  for (const [count, codeAt] of [[twoByteCodes, twoBytes] as const, [basicFourByteCodes, fourBytes] as const]) {
    const lines = everyLine(count, codeAt);
    for (let at = 0; at < count; at += 1) {
      const text = lines[at] ?? "";
      if (text.length !== 1 || text === "\ufffd" || (table[text.charCodeAt(0)] ?? 0) !== 0) continue;
      table[text.charCodeAt(0)] = codeAt(at).reduce((number, byte) => number * 256 + byte, 0);
    }
  }
  inverse = table;
  return table;
}

function codeOf(character: string): readonly number[] {
  const point = character.codePointAt(0) ?? 0;
  if (point < 0x80) return [point];
  if (point >= 0x1_0000) return fourBytes(otherPlanes + point - 0x1_0000);
  const code = inverted()[point] ?? 0;
  // A lone surrogate, or a private character without a code: as a question mark, which every panel can show.
  if (code === 0) return [0x3f];
  return code > 0xffff ? [code >>> 24, (code >>> 16) & 0xff, (code >>> 8) & 0xff, code & 0xff] : [code >>> 8, code & 0xff];
}

export const toGb18030 = (text: string): Uint8Array => Uint8Array.from(Array.from(text).flatMap(codeOf));

/** As much of a text as fits, cut between characters. */
export function fitGb18030(text: string, size: number): string {
  let used = 0;
  let kept = "";
  for (const character of text) {
    used += codeOf(character).length;
    if (used > size) return kept;
    kept += character;
  }
  return kept;
}

/** Marks bytes that no text gives back: they are kept as hex behind it, so that nothing is lost and nothing invented. */
const rawMark = "raw:";

function read(bytes: Uint8Array): string {
  const text = fromGb18030(bytes);
  const again = toGb18030(text);
  const same = !text.startsWith(rawMark) && again.length === bytes.length && again.every((byte, index) => byte === bytes[index]);
  return same ? text : rawMark + toHex(bytes);
}
function withoutFill(bytes: Uint8Array): Uint8Array {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end -= 1;
  return bytes.subarray(0, end);
}
const write = (text: string): Uint8Array => (text.startsWith(rawMark) ? bytesOf(text.slice(rawMark.length)) : toGb18030(text));

/** A text of fixed size filled up with zeros; what is no GB 18030 text reads as `raw:` and its hex digits. */
export const fixedText = <const Key extends string>(key: Key, text: string, size: number): Field<Key, string, false> =>
  plain(key, text, {
    size,
    read: (bytes) => read(withoutFill(bytes)),
    write(value) {
      const bytes = write(value);
      if (bytes.length > size) throw new RangeError(`${key}: "${value}" has ${bytes.length} bytes, at most ${size} (fitGb18030 shortens)`);
      const filled = new Uint8Array(size);
      filled.set(bytes);
      return filled;
    },
  });

/** A text behind its length in one byte. */
export const countedText = <const Key extends string>(key: Key, text: string): Field<Key, string, false> =>
  plain(key, text, {
    size: ({ bytes, at }) => 1 + (bytes[at] ?? Number.POSITIVE_INFINITY),
    read: (bytes) => read(bytes.subarray(1)),
    write(value) {
      const bytes = write(value);
      if (bytes.length > 255) throw new RangeError(`${key}: ${bytes.length} bytes of text, at most 255`);
      return Uint8Array.of(bytes.length, ...bytes);
    },
  });
