// A picture as a baseline JPEG with tables made for it (ITU-T T.81 annexes B, F and K.2; T.871 for the colours), in two steps: coefficients, of which a scene's are kept and only the parts that
// changed are made anew, and the bytes. Small and quick, because a simulated camera pushes twenty of them a second.
import type { Canvas } from "./canvas.ts";

export interface Coded {
  readonly width: number;
  readonly height: number;
  readonly quality: number;
  /** Of each 16 × 16 part: four blocks of brightness, one of each colour, in zigzag order. */
  readonly blocks: Int16Array;
}

export interface Part {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const blocksPerPart = 6;
const across = (width: number): number => Math.ceil(width / 16);

/** Table K.1 and K.2, by rows. */
const usualBright = [
  16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51, 87, 80, 62, 18, 22,
  37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99,
];
const usualColour = Array.from(
  { length: 64 },
  (_, at) => [17, 18, 24, 47, 18, 21, 26, 66, 24, 26, 56, 99, 47, 66, 99, 99][(at >> 3) * 4 + (at & 7)] ?? 99,
).map((value, at) => (at >> 3 > 3 || (at & 7) > 3 ? 99 : value));

/** Where the n-th coefficient stands, by rows. */
export const zigzag: readonly number[] = Array.from({ length: 64 }, (_, at) => at).sort((a, b) => {
  const [one, two] = [(a >> 3) + (a & 7), (b >> 3) + (b & 7)];
  if (one !== two) return one - two;
  return one % 2 === 0 ? (b >> 3) - (a >> 3) : (a >> 3) - (b >> 3);
});

/** Of brightness, and of colours, by rows. */
export function quantisers(quality: number): readonly [readonly number[], readonly number[]] {
  const scale = quality < 50 ? 5_000 / quality : 200 - 2 * quality;
  const scaled = (table: readonly number[]) => table.map((value) => Math.min(255, Math.max(1, Math.floor((value * scale + 50) / 100))));
  return [scaled(usualBright), scaled(usualColour)];
}

const cosines = Float64Array.from(
  { length: 64 },
  (_, at) => 0.5 * (at >> 3 === 0 ? Math.SQRT1_2 : 1) * Math.cos((((at & 7) * 2 + 1) * (at >> 3) * Math.PI) / 16),
);
const half = new Float64Array(64);

/** `from` 64 samples about zero; into `to` at `at`. */
function transform(from: Float64Array, quantiser: readonly number[], to: Int16Array, at: number): void {
  for (let y = 0; y < 8; y += 1)
    for (let u = 0; u < 8; u += 1) {
      let sum = 0;
      for (let x = 0; x < 8; x += 1) sum += (from[y * 8 + x] ?? 0) * (cosines[u * 8 + x] ?? 0);
      half[y * 8 + u] = sum;
    }
  for (let n = 0; n < 64; n += 1) {
    const place = zigzag[n] ?? 0;
    const [v, u] = [place >> 3, place & 7];
    let sum = 0;
    for (let y = 0; y < 8; y += 1) sum += (half[y * 8 + u] ?? 0) * (cosines[v * 8 + y] ?? 0);
    to[at + n] = Math.round(sum / (quantiser[place] ?? 1));
  }
}

const bright = Array.from({ length: 4 }, () => new Float64Array(64));
const [blue, red] = [new Float64Array(64), new Float64Array(64)];

function codePart({ width, height, pixels }: Canvas, column: number, row: number): void {
  blue.fill(0);
  red.fill(0);
  for (let y = 0; y < 16; y += 1)
    for (let x = 0; x < 16; x += 1) {
      const at = (Math.min(height - 1, row * 16 + y) * width + Math.min(width - 1, column * 16 + x)) * 3;
      const [r, g, b] = [pixels[at] ?? 0, pixels[at + 1] ?? 0, pixels[at + 2] ?? 0];
      const block = bright[(y >> 3) * 2 + (x >> 3)];
      if (block !== undefined) block[(y & 7) * 8 + (x & 7)] = 0.299 * r + 0.587 * g + 0.114 * b - 128;
      const coarse = (y >> 1) * 8 + (x >> 1);
      blue[coarse] = (blue[coarse] ?? 0) + (-0.168736 * r - 0.331264 * g + 0.5 * b) / 4;
      red[coarse] = (red[coarse] ?? 0) + (0.5 * r - 0.418688 * g - 0.081312 * b) / 4;
    }
}

function code(canvas: Canvas, into: Int16Array, { quality, parts }: { quality: number; parts: readonly Part[] }): void {
  const [ofBright, ofColour] = quantisers(quality);
  const columns = across(canvas.width);
  const done = new Set<number>();
  for (const { x, y, width, height } of parts)
    for (let row = y >> 4; row <= (y + height - 1) >> 4; row += 1)
      for (let column = x >> 4; column <= (x + width - 1) >> 4; column += 1) {
        const part = row * columns + column;
        if (done.has(part)) continue;
        done.add(part);
        codePart(canvas, column, row);
        const at = part * blocksPerPart * 64;
        bright.forEach((block, n) => {
          transform(block, ofBright, into, at + n * 64);
        });
        transform(blue, ofColour, into, at + 256);
        transform(red, ofColour, into, at + 320);
      }
}

export function codedOf(canvas: Canvas, quality: number): Coded {
  const { width, height } = canvas;
  const blocks = new Int16Array(across(width) * across(height) * blocksPerPart * 64);
  code(canvas, blocks, { quality, parts: [{ x: 0, y: 0, width, height }] });
  return { width, height, quality, blocks };
}

/** The same picture, but for what the canvas now shows in these parts. */
export function recoded(before: Coded, canvas: Canvas, parts: readonly Part[]): Coded {
  const blocks = before.blocks.slice();
  code(canvas, blocks, { quality: before.quality, parts });
  return { ...before, blocks };
}

const sizeOf = (value: number): number => 32 - Math.clz32(Math.abs(value));

/** What is said of one block: run and size, and the bits behind it. */
function symbolsOf(blocks: Int16Array, at: number, before: number, say: (symbol: number, value: number, first: boolean) => void): void {
  const difference = (blocks[at] ?? 0) - before;
  say(sizeOf(difference), difference, true);
  let run = 0;
  for (let n = 1; n < 64; n += 1) {
    const value = blocks[at + n] ?? 0;
    if (value === 0) {
      run += 1;
      continue;
    }
    for (; run > 15; run -= 16) say(0xf0, 0, false);
    say((run << 4) | sizeOf(value), value, false);
    run = 0;
  }
  if (run > 0) say(0, 0, false);
}

function eachBlock(blocks: Int16Array, work: (at: number, before: number, colour: 0 | 1) => void): void {
  const before = [0, 0, 0];
  for (let at = 0; at < blocks.length; at += 64) {
    const n = (at / 64) % blocksPerPart;
    const plane = Math.max(0, n - 3);
    work(at, before[plane] ?? 0, plane === 0 ? 0 : 1);
    before[plane] = blocks[at] ?? 0;
  }
}

interface Table {
  /** How many codes of each length, 1 to 16. */
  readonly lengths: readonly number[];
  readonly symbols: readonly number[];
  readonly codes: ReadonlyMap<number, readonly [code: number, length: number]>;
}

/** K.2: lengths by Huffman's way, none above 16, and no code of ones alone (symbol 256 is kept for it and left out). */
function tableOf(counts: ReadonlyMap<number, number>): Table {
  const nodes = [...counts, [256, 0.5] as const].map(([symbol, weight]) => ({ weight, symbols: [symbol] }));
  const lengthOf = new Map<number, number>();
  const takeLightest = () => {
    let lightest = 0;
    for (let n = 1; n < nodes.length; n += 1) if ((nodes[n]?.weight ?? 0) < (nodes[lightest]?.weight ?? 0)) lightest = n;
    return nodes.splice(lightest, 1)[0] ?? { weight: 0, symbols: [] };
  };
  while (nodes.length > 1) {
    const [one, two] = [takeLightest(), takeLightest()];
    const symbols = [...one.symbols, ...two.symbols];
    for (const symbol of symbols) lengthOf.set(symbol, (lengthOf.get(symbol) ?? 0) + 1);
    nodes.push({ weight: one.weight + two.weight, symbols });
  }
  const bits = new Array<number>(64).fill(0);
  for (const length of lengthOf.values()) bits[length] = (bits[length] ?? 0) + 1;
  for (let long = 63; long > 16; long -= 1)
    while ((bits[long] ?? 0) > 0) {
      let short = long - 2;
      while ((bits[short] ?? 0) === 0) short -= 1;
      bits[long] = (bits[long] ?? 0) - 2;
      bits[long - 1] = (bits[long - 1] ?? 0) + 1;
      bits[short + 1] = (bits[short + 1] ?? 0) + 2;
      bits[short] = (bits[short] ?? 0) - 1;
    }
  let longest = 16;
  while (longest > 0 && (bits[longest] ?? 0) === 0) longest -= 1;
  bits[longest] = (bits[longest] ?? 1) - 1;
  const symbols = [...lengthOf]
    .filter(([symbol]) => symbol !== 256)
    .sort(([a, one], [b, two]) => one - two || a - b)
    .map(([symbol]) => symbol);
  const codes = new Map<number, readonly [number, number]>();
  let [next, at] = [0, 0];
  for (let length = 1; length <= 16; length += 1, next <<= 1)
    for (let n = 0; n < (bits[length] ?? 0); n += 1, at += 1, next += 1) codes.set(symbols[at] ?? 0, [next, length]);
  return { lengths: bits.slice(1, 17), symbols, codes };
}

class Bits {
  readonly bytes: number[] = [];
  private held = 0;
  private count = 0;
  put(value: number, length: number): void {
    for (let bit = length - 1; bit >= 0; bit -= 1) {
      this.held = (this.held << 1) | ((value >> bit) & 1);
      this.count += 1;
      if (this.count < 8) continue;
      this.bytes.push(this.held);
      if (this.held === 0xff) this.bytes.push(0);
      this.held = 0;
      this.count = 0;
    }
  }
  end(): void {
    while (this.count !== 0) this.put(1, 1);
  }
}

const word = (value: number): readonly number[] => [value >> 8, value & 0xff];
const segment = (marker: number, bytes: readonly number[]): readonly number[] => [0xff, marker, ...word(bytes.length + 2), ...bytes];

export function jpegOf({ width, height, quality, blocks }: Coded): Uint8Array {
  const counts = Array.from({ length: 4 }, () => new Map<number, number>());
  eachBlock(blocks, (at, before, colour) =>
    symbolsOf(blocks, at, before, (symbol, _, first) => {
      const count = counts[colour * 2 + (first ? 0 : 1)];
      count?.set(symbol, (count.get(symbol) ?? 0) + 1);
    }),
  );
  const tables = counts.map(tableOf);
  const out = new Bits();
  eachBlock(blocks, (at, before, colour) =>
    symbolsOf(blocks, at, before, (symbol, value, first) => {
      const [code, length] = tables[colour * 2 + (first ? 0 : 1)]?.codes.get(symbol) ?? [0, 0];
      out.put(code, length);
      const size = symbol & 15;
      if (size > 0) out.put(value < 0 ? value + (1 << size) - 1 : value, size);
    }),
  );
  out.end();
  const huffman = tables.flatMap(({ lengths, symbols }, n) => segment(0xc4, [((n & 1) << 4) | (n >> 1), ...lengths, ...symbols]));
  return Uint8Array.from([
    ...[0xff, 0xd8],
    ...segment(0xe0, [0x4a, 0x46, 0x49, 0x46, 0, 1, 1, 0, 0, 1, 0, 1, 0, 0]),
    ...quantisers(quality).flatMap((table, n) => segment(0xdb, [n, ...zigzag.map((at) => table[at] ?? 1)])),
    ...segment(0xc0, [8, ...word(height), ...word(width), 3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1]),
    ...huffman,
    ...segment(0xda, [3, 1, 0x00, 2, 0x11, 3, 0x11, 0, 63, 0]),
    ...out.bytes,
    ...[0xff, 0xd9],
  ]);
}
