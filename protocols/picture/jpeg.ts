// How bright a JPEG is, and of which colour, one value for each block of eight by eight points: an eighth of the picture, which is what a comparison or a small print needs. Only Huffman-coded pictures of eight bits,
// baseline or progressive (of these the first scan alone). Bounded; what is strange or broken is "nobody knows".
// Source: ITU-T T.81 (ISO/IEC 10918-1) Annexes B, C, F, G.
import type { Grey } from "./grey.ts";

interface Component {
  readonly id: number;
  readonly across: number;
  readonly down: number;
  /** Its quantiser of the block's mean. */
  readonly table: number;
}

interface Frame {
  readonly width: number;
  readonly height: number;
  readonly progressive: boolean;
  readonly components: readonly Component[];
}

/** A code's symbol by its length and value: sixteen lengths at most. */
interface Huffman {
  readonly first: Int32Array;
  readonly last: Int32Array;
  readonly from: Int32Array;
  readonly symbols: Uint8Array;
  /** By the next eight bits: a short code's length, and its symbol below it; 0 for a long one. */
  readonly short: Uint16Array;
}

class Broken extends Error {}

const mostPoints = 60_000_000;

export const jpegGrey = (bytes: Uint8Array): Grey | undefined => jpegPlanes(bytes)?.[0];

/** Its components as they were coded, each of its own size: brightness first, in every colour model that cameras write; one where the first scan has no more. */
export function jpegPlanes(bytes: Uint8Array): readonly Grey[] | undefined {
  try {
    return decoded(bytes);
  } catch (error) {
    if (error instanceof Broken || error instanceof RangeError) return undefined;
    throw error;
  }
}

function decoded(bytes: Uint8Array): readonly Grey[] | undefined {
  const word = (at: number): number => ((bytes[at] ?? broken()) << 8) | (bytes[at + 1] ?? broken());
  if (word(0) !== 0xffd8) return undefined;
  const quantisers = new Map<number, number>();
  const codes = new Map<number, Huffman>();
  let frame: Frame | undefined;
  let restart = 0;
  for (let at = 2; at + 4 <= bytes.length; ) {
    if (bytes[at] !== 0xff) return broken();
    const marker = bytes[at + 1] ?? 0;
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    if (marker === 0xd9) return undefined;
    const from = at + 4;
    const to = at + 2 + word(at + 2);
    if (to > bytes.length || to < from) return broken();
    if (marker === 0xdb) readQuantisers(bytes, { from, to }, quantisers);
    else if (marker === 0xc4) readCodes(bytes, { from, to }, codes);
    else if (marker === 0xdd) restart = word(from);
    else if (marker === 0xc0 || marker === 0xc1 || marker === 0xc2) frame = frameOf(bytes, from, marker === 0xc2);
    else if (marker >= 0xc3 && marker <= 0xcf && marker !== 0xc8 && marker !== 0xcc) return undefined;
    else if (marker === 0xda) {
      if (frame === undefined) return broken();
      return means(bytes, { frame, codes, quantisers, restart, header: from, at: to });
    }
    at = to;
  }
  return undefined;
}

const broken = (): never => {
  throw new Broken();
};

interface Part {
  readonly from: number;
  readonly to: number;
}

function readQuantisers(bytes: Uint8Array, { from, to }: Part, into: Map<number, number>): void {
  for (let at = from; at < to; ) {
    const head = bytes[at] ?? 0;
    const wide = head >> 4 > 0;
    into.set(head & 15, wide ? ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0) : (bytes[at + 1] ?? 0));
    at += 1 + (wide ? 128 : 64);
  }
}

function readCodes(bytes: Uint8Array, { from, to }: Part, into: Map<number, Huffman>): void {
  for (let at = from; at + 17 <= to; ) {
    const head = bytes[at] ?? 0;
    const [first, last, start] = [new Int32Array(17), new Int32Array(17).fill(-1), new Int32Array(17)];
    let [code, total] = [0, 0];
    for (let length = 1; length <= 16; length += 1) {
      const many = bytes[at + length] ?? 0;
      first[length] = code;
      start[length] = total;
      if (many > 0) last[length] = code + many - 1;
      code = (code + many) << 1;
      total += many;
    }
    const symbols = bytes.slice(at + 17, at + 17 + total);
    into.set(head, { first, last, from: start, symbols, short: shortOf({ first, last, from: start, symbols }) });
    at += 17 + total;
  }
}

function shortOf({ first, last, from, symbols }: Omit<Huffman, "short">): Uint16Array {
  const made = new Uint16Array(256);
  for (let length = 1; length <= 8; length += 1)
    for (let code = first[length] ?? 0; code <= (last[length] ?? -1); code += 1) {
      const symbol = symbols[(from[length] ?? 0) + code - (first[length] ?? 0)] ?? broken();
      made.fill((length << 8) | symbol, code << (8 - length), (code + 1) << (8 - length));
    }
  return made;
}

function frameOf(bytes: Uint8Array, at: number, progressive: boolean): Frame {
  const of = (n: number): number => bytes[at + n] ?? broken();
  const [height, width, many] = [(of(1) << 8) | of(2), (of(3) << 8) | of(4), of(5)];
  if (of(0) !== 8 || width === 0 || height === 0 || width * height > mostPoints || many < 1 || many > 4) return broken();
  const components = Array.from({ length: many }, (_, n): Component => {
    const sampling = of(7 + n * 3);
    return { id: of(6 + n * 3), across: sampling >> 4, down: sampling & 15, table: of(8 + n * 3) };
  });
  if (components.some(({ across, down }) => across < 1 || across > 4 || down < 1 || down > 4)) return broken();
  return { width, height, progressive, components };
}

interface Scan {
  readonly frame: Frame;
  readonly codes: ReadonlyMap<number, Huffman>;
  readonly quantisers: ReadonlyMap<number, number>;
  readonly restart: number;
  readonly header: number;
  readonly at: number;
}

/** Where the means of one component go. */
interface Plane extends Grey {
  readonly component: Component;
  readonly quantiser: number;
}

/** The means of every component's blocks that the first scan has. */
function means(bytes: Uint8Array, { frame, codes, quantisers, restart, header, at }: Scan): readonly Grey[] {
  const many = bytes[header] ?? 0;
  // In a progressive picture the first scan may leave out the lowest bits of the means.
  const shift = frame.progressive ? (bytes[header + 3 + many * 2] ?? 0) & 15 : 0;
  const [most, tallest] = [
    Math.max(...frame.components.map(({ across }) => across)),
    Math.max(...frame.components.map(({ down }) => down)),
  ];
  const blocks = (size: number, share: number, of: number): number => Math.ceil(Math.ceil((size * share) / of) / 8);
  const planeOf = (component: Component): Plane => {
    const [width, height] = [blocks(frame.width, component.across, most), blocks(frame.height, component.down, tallest)];
    return {
      component,
      width,
      height,
      values: new Float32Array(width * height),
      quantiser: (quantisers.get(component.table) ?? 1) << shift,
    };
  };
  const inScan = Array.from({ length: many }, (_, n) => {
    const component = frame.components.find(({ id }) => id === bytes[header + 1 + n * 2]) ?? broken();
    const tables = bytes[header + 2 + n * 2] ?? 0;
    const mean = codes.get(tables >> 4) ?? broken();
    const rest = frame.progressive ? undefined : (codes.get(16 + (tables & 15)) ?? broken());
    return { plane: planeOf(component), mean, rest, predicted: 0 };
  });
  const bright = inScan.find(({ plane }) => plane.component === frame.components[0])?.plane ?? broken();
  const alone = many === 1;
  const [unitsAcross, unitsDown] = alone
    ? [bright.width, bright.height]
    : [Math.ceil(frame.width / (8 * most)), Math.ceil(frame.height / (8 * tallest))];
  const bits = bitsOf(bytes, at);
  for (let unit = 0; unit < unitsAcross * unitsDown; unit += 1) {
    if (restart > 0 && unit > 0 && unit % restart === 0) {
      bits.restart();
      for (const one of inScan) one.predicted = 0;
    }
    const [column, row] = [unit % unitsAcross, Math.floor(unit / unitsAcross)];
    for (const one of inScan) {
      const { width, height, values, quantiser, component } = one.plane;
      const { across, down } = alone ? { across: 1, down: 1 } : component;
      for (let n = 0; n < across * down; n += 1) {
        one.predicted += bits.signed(bits.symbol(one.mean));
        if (one.rest !== undefined) skipRest(bits, one.rest);
        const [x, y] = [column * across + (n % across), row * down + Math.floor(n / across)];
        if (x < width && y < height) values[y * width + x] = (one.predicted * quantiser) / 8 + 128;
      }
    }
  }
  return frame.components.flatMap((component) => inScan.find(({ plane }) => plane.component === component)?.plane ?? []);
}

interface Bits {
  readonly symbol: (code: Huffman) => number;
  /** A number of so many bits, as JPEG writes signed ones. */
  readonly signed: (size: number) => number;
  readonly skip: (size: number) => void;
  readonly restart: () => void;
}

function skipRest(bits: Bits, code: Huffman): void {
  for (let n = 1; n < 64; n += 1) {
    const symbol = bits.symbol(code);
    const size = symbol & 15;
    if (size === 0) {
      if (symbol !== 0xf0) return;
      n += 15;
      continue;
    }
    n += symbol >> 4;
    bits.skip(size);
  }
}

function bitsOf(bytes: Uint8Array, from: number): Bits {
  let [at, held, many, starved] = [from, 0, 0, 0];
  const fill = (): void => {
    let byte = bytes[at] ?? broken();
    if (byte === 0xff && (bytes[at + 1] ?? broken()) !== 0) {
      // A marker ends the data: what is missing is taken for noughts, as decoders do, and for no more than a look ahead.
      byte = 0;
      starved += 1;
      if (starved > 64) broken();
    } else at += byte === 0xff ? 2 : 1;
    held = ((held << 8) | byte) & 0xffffff;
    many += 8;
  };
  const take = (size: number): number => {
    while (many < size) fill();
    many -= size;
    return (held >> many) & ((1 << size) - 1);
  };
  return {
    symbol({ first, last, from: start, symbols, short }) {
      while (many < 8) fill();
      const seen = short[(held >> (many - 8)) & 255] ?? 0;
      if (seen > 0) {
        many -= seen >> 8;
        return seen & 255;
      }
      while (many < 16) fill();
      for (let length = 9; length <= 16; length += 1) {
        const code = (held >> (many - length)) & ((1 << length) - 1);
        if (code > (last[length] ?? -1)) continue;
        many -= length;
        return symbols[(start[length] ?? 0) + code - (first[length] ?? 0)] ?? broken();
      }
      return broken();
    },
    signed(size) {
      if (size === 0) return 0;
      if (size > 15) return broken();
      const value = take(size);
      return value < 1 << (size - 1) ? value - (1 << size) + 1 : value;
    },
    skip: (size) => void take(size),
    restart() {
      [held, many, starved] = [0, 0, 0];
      while (at + 1 < bytes.length && !(bytes[at] === 0xff && (bytes[at + 1] ?? 0) >= 0xd0 && (bytes[at + 1] ?? 0) <= 0xd7)) at += 1;
      at += 2;
    },
  };
}
