// Read back by the standard's own steps, beginning from the modules alone: format, mask, codewords, their correction, the text. A flaw anywhere shows.
import { expect, test } from "vitest";
import { masks, multiplied, qrModules, qrSvg } from "./qr.ts";

/** Blocks of level M: how many, and how many codewords of correction in each (table 9). */
const blocksOf = [0, 1, 1, 1, 2, 2, 4, 4, 4, 5, 5];
const correctionOf = [0, 10, 16, 26, 18, 24, 16, 18, 22, 22, 26];
const wholeOf = [0, 26, 44, 70, 100, 134, 172, 196, 242, 292, 346];

function readBack(modules: readonly (readonly boolean[])[]): {
  readonly text: string;
  readonly version: number;
  readonly syndromes: number;
} {
  const size = modules.length;
  const version = (size - 17) / 4;
  const at = (x: number, y: number): boolean => modules[y]?.[x] ?? false;
  // The format beside the upper left finder, most significant bit first.
  const places = [...[0, 1, 2, 3, 4, 5, 7].map((x) => [x, 8]), [8, 8], ...[7, 5, 4, 3, 2, 1, 0].map((y) => [8, y])];
  const format = places.reduce((sum, [x = 0, y = 0]) => sum * 2 + (at(x, y) ? 1 : 0), 0) ^ 0x5412;
  expect(format >> 13).toBe(0);
  const mask = masks[(format >> 10) & 7] ?? (() => false);
  const centres = version === 1 ? [] : [6, ...(version >= 7 ? [6 + Math.round((size - 13) / 4) * 2] : []), size - 7];
  const patterned = (x: number, y: number): boolean => {
    if (x === 6 || y === 6) return true;
    if ((x <= 8 && y <= 8) || (x >= size - 8 && y <= 8) || (x <= 8 && y >= size - 8)) return true;
    if (version >= 7 && ((x >= size - 11 && y <= 5) || (y >= size - 11 && x <= 5))) return true;
    return centres.some((cx) =>
      centres.some(
        (cy) =>
          Math.abs(x - cx) <= 2 &&
          Math.abs(y - cy) <= 2 &&
          !(cx === 6 && cy === size - 7) &&
          !(cx === size - 7 && cy === 6) &&
          !(cx === 6 && cy === 6),
      ),
    );
  };
  const bits: number[] = [];
  const columns = Array.from({ length: size }, (_, n) => size - 1 - n).filter((x) => x !== 6);
  for (let pair = 0; pair * 2 < columns.length; pair += 1)
    for (let step = 0; step < size; step += 1)
      for (const x of columns.slice(pair * 2, pair * 2 + 2)) {
        const y = pair % 2 === 0 ? size - 1 - step : step;
        if (!patterned(x, y)) bits.push(at(x, y) !== mask(x, y) ? 1 : 0);
      }
  const words = Array.from({ length: wholeOf[version] ?? 0 }, (_, n) =>
    bits.slice(n * 8, n * 8 + 8).reduce((sum, bit) => sum * 2 + bit, 0),
  );
  const [count = 1, correction = 0] = [blocksOf[version], correctionOf[version]];
  const data = words.length - count * correction;
  const lengths = Array.from({ length: count }, (_, n) => Math.floor(data / count) + (n >= count - (data % count) ? 1 : 0));
  const blocks = lengths.map((): number[] => []);
  let next = 0;
  for (let n = 0; n < Math.max(...lengths); n += 1)
    for (const [b, length] of lengths.entries()) if (n < length) blocks[b]?.push(words[next++] ?? 0);
  const whole = blocks.map((block) => [...block]);
  for (let n = 0; n < correction; n += 1) for (const block of whole) block.push(words[next++] ?? 0);
  let syndromes = 0;
  for (const block of whole)
    for (let n = 0, root = 1; n < correction; n += 1, root = multiplied(root, 2)) {
      let value = 0;
      for (const word of block) value = multiplied(value, root) ^ word;
      if (value !== 0) syndromes += 1;
    }
  const text = blocks.flat().flatMap((word) => Array.from({ length: 8 }, (_, n) => (word >> (7 - n)) & 1));
  const number = (from: number, length: number): number => text.slice(from, from + length).reduce((sum, bit) => sum * 2 + bit, 0);
  expect(number(0, 4)).toBe(4);
  const wide = version >= 10 ? 16 : 8;
  const bytes = Uint8Array.from({ length: number(4, wide) }, (_, n) => number(4 + wide + n * 8, 8));
  return { text: new TextDecoder().decode(bytes), version, syndromes };
}

test("a code is read back by the standard's steps, of every version up to the tenth; what is longer is refused", () => {
  const seen = new Set<number>();
  for (let length = 1; length <= 213; length += 7) {
    const text = `https://厝边.example/${"abcdefghij".repeat(22)}`.slice(0, length);
    if (new TextEncoder().encode(text).length > 213) break;
    const read = readBack(qrModules(text));
    expect([read.text, read.syndromes]).toEqual([text, 0]);
    seen.add(read.version);
  }
  expect([...seen].sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  expect(() => qrModules("x".repeat(214))).toThrow(RangeError);
});

test("the picture is black runs on white, four modules around it", () => {
  const svg = qrSvg("https://example.org/pub/JX01/zh-CN", "公示");
  expect(svg).toMatch(/^<svg class="qr" [^>]*viewBox="0 0 (\d+) \1"/);
  expect(svg).toContain("M4 4h7v1h-7z");
});
