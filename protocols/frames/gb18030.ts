// GB 18030 text (and with it GBK and GB 2312). Decoding is the platform's own; encoding is that decoder turned round once, so that the two can never disagree.
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
