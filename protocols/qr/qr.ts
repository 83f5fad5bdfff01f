// A QR code of an address, made here: byte mode, level M (15 % may be dirty), versions 1 to 10, which hold 213 bytes. Pure; the picture is an SVG path of black runs.
// Source: ISO/IEC 18004:2015 (§7.4 data, §7.5 error correction, §7.7 placement, §7.8 masks, §7.9 and §7.10 format and version).

/** Per version: codewords of error correction in each block; data codewords of each block; centres of the alignment patterns. Tables 9 and E.1. */
const versions: readonly (readonly [correction: number, blocks: readonly number[], centres: readonly number[]])[] = [
  [10, [16], []],
  [16, [28], [6, 18]],
  [26, [44], [6, 22]],
  [18, [32, 32], [6, 26]],
  [24, [43, 43], [6, 30]],
  [16, [27, 27, 27, 27], [6, 34]],
  [18, [31, 31, 31, 31], [6, 22, 38]],
  [22, [38, 38, 39, 39], [6, 24, 42]],
  [22, [36, 36, 36, 37, 37], [6, 26, 46]],
  [26, [43, 43, 43, 43, 44], [6, 28, 50]],
];

/** GF(256) by x^8 + x^4 + x^3 + x^2 + 1. */
const powers: number[] = [];
for (let n = 0, value = 1; n < 255; n += 1) {
  powers.push(value);
  value = value < 128 ? value * 2 : (value * 2) ^ 0x11d;
}
const logs = new Map(powers.map((value, n) => [value, n]));
export const multiplied = (a: number, b: number): number =>
  a === 0 || b === 0 ? 0 : (powers[((logs.get(a) ?? 0) + (logs.get(b) ?? 0)) % 255] ?? 0);

function correctionOf(data: readonly number[], count: number): number[] {
  let generator = [1];
  for (let n = 0; n < count; n += 1) {
    const next = [...generator, 0];
    for (const [at, value] of generator.entries()) next[at + 1] = (next[at + 1] ?? 0) ^ multiplied(value, powers[n] ?? 0);
    generator = next;
  }
  const rest = [...data, ...Array<number>(count).fill(0)];
  for (let at = 0; at < data.length; at += 1) {
    const factor = rest[at] ?? 0;
    for (const [n, value] of generator.entries()) rest[at + n] = (rest[at + n] ?? 0) ^ multiplied(value, factor);
  }
  return rest.slice(data.length);
}

function codewordsOf(bytes: Uint8Array): { readonly version: number; readonly codewords: readonly number[] } {
  const version = versions.findIndex(([, blocks], at) => blocks.reduce((a, b) => a + b, 0) >= bytes.length + (at + 1 >= 10 ? 3 : 2)) + 1;
  const [correction, blocks] = versions[version - 1] ?? [];
  if (correction === undefined || blocks === undefined)
    throw new RangeError(`${bytes.length} bytes are more than a code of version 10 holds`);
  const bits: number[] = [];
  const push = (value: number, count: number): void => {
    for (let n = count - 1; n >= 0; n -= 1) bits.push((value >> n) & 1);
  };
  push(4, 4);
  push(bytes.length, version >= 10 ? 16 : 8);
  for (const byte of bytes) push(byte, 8);
  push(0, 4);
  const data: number[] = [];
  const whole = blocks.reduce((a, b) => a + b, 0);
  for (let at = 0; at + 7 < bits.length && data.length < whole; at += 8)
    data.push(bits.slice(at, at + 8).reduce((sum, bit) => sum * 2 + bit, 0));
  for (let pad = 0xec; data.length < whole; pad = pad === 0xec ? 0x11 : 0xec) data.push(pad);
  let from = 0;
  const parts = blocks.map((length) => {
    const part = data.slice(from, from + length);
    from += length;
    return part;
  });
  const corrections = parts.map((part) => correctionOf(part, correction));
  const mixed = (lists: readonly (readonly number[])[]): number[] =>
    Array.from({ length: Math.max(...lists.map(({ length }) => length)) }, (_, at) =>
      lists.flatMap((list) => (at < list.length ? [list[at] ?? 0] : [])),
    ).flat();
  return { version, codewords: [...mixed(parts), ...mixed(corrections)] };
}

/** The rest of the division: format and version carry their own correction. */
const remainder = (value: number, generator: number, bits: number): number => {
  let rest = value;
  for (let n = 0; n < bits; n += 1) rest = (rest << 1) ^ ((rest >> (bits - 1)) * generator);
  return rest;
};

export const masks: readonly ((x: number, y: number) => boolean)[] = [
  (x, y) => (x + y) % 2 === 0,
  (_, y) => y % 2 === 0,
  (x) => x % 3 === 0,
  (x, y) => (x + y) % 3 === 0,
  (x, y) => (Math.floor(x / 3) + Math.floor(y / 2)) % 2 === 0,
  (x, y) => ((x * y) % 2) + ((x * y) % 3) === 0,
  (x, y) => (((x * y) % 2) + ((x * y) % 3)) % 2 === 0,
  (x, y) => (((x + y) % 2) + ((x * y) % 3)) % 2 === 0,
];

/** Dark modules, row by row. */
export function qrModules(text: string): readonly (readonly boolean[])[] {
  const { version, codewords } = codewordsOf(new TextEncoder().encode(text));
  const size = version * 4 + 17;
  const dark = Array.from({ length: size }, () => Array<boolean>(size).fill(false));
  const fixed = Array.from({ length: size }, () => Array<boolean>(size).fill(false));
  const set = (x: number, y: number, value: boolean): void => {
    const [row, held] = [dark[y], fixed[y]];
    if (row === undefined || held === undefined || x < 0 || x >= size) return;
    row[x] = value;
    held[x] = true;
  };
  drawPatterns(version, size, set);
  drawFormat(0, size, set);
  let bit = 0;
  // Two columns at a time from the right, up and down by turns; the column of the timing pattern is passed over.
  for (let right = size - 1; right >= 1; right -= right === 8 ? 3 : 2)
    for (let step = 0; step < size; step += 1)
      for (const x of [right, right - 1]) {
        const y = ((right + 1) & 2) === 0 ? size - 1 - step : step;
        const row = dark[y];
        if (row === undefined || fixed[y]?.[x] === true) continue;
        row[x] = (((codewords[bit >> 3] ?? 0) >> (7 - (bit & 7))) & 1) === 1;
        bit += 1;
      }
  const all = masks.map((mask, n) => {
    const copy = dark.map((row, y) => row.map((value, x) => (fixed[y]?.[x] === true ? value : value !== mask(x, y))));
    drawFormat(n, size, (x, y, value) => {
      const row = copy[y];
      if (row !== undefined) row[x] = value;
    });
    return { copy, cost: costOf(copy) };
  });
  return all.reduce((best, next) => (next.cost < best.cost ? next : best)).copy;
}

type Set = (x: number, y: number, value: boolean) => void;

function drawPatterns(version: number, size: number, set: Set): void {
  for (let at = 0; at < size; at += 1) {
    set(6, at, at % 2 === 0);
    set(at, 6, at % 2 === 0);
  }
  for (const [x, y] of [
    [3, 3],
    [size - 4, 3],
    [3, size - 4],
  ] as const)
    for (let dy = -4; dy <= 4; dy += 1)
      for (let dx = -4; dx <= 4; dx += 1) {
        const ring = Math.max(Math.abs(dx), Math.abs(dy));
        set(x + dx, y + dy, ring !== 2 && ring !== 4);
      }
  const centres = versions[version - 1]?.[2] ?? [];
  const last = centres.at(-1);
  for (const x of centres)
    for (const y of centres) {
      if ((x === 6 && (y === 6 || y === last)) || (y === 6 && x === last)) continue;
      for (let dy = -2; dy <= 2; dy += 1)
        for (let dx = -2; dx <= 2; dx += 1) set(x + dx, y + dy, Math.max(Math.abs(dx), Math.abs(dy)) !== 1);
    }
  if (version < 7) return;
  const bits = (version << 12) | remainder(version, 0x1f25, 12);
  for (let n = 0; n < 18; n += 1) {
    const [a, b] = [size - 11 + (n % 3), Math.floor(n / 3)];
    set(a, b, ((bits >> n) & 1) === 1);
    set(b, a, ((bits >> n) & 1) === 1);
  }
}

/** Level M is 00. */
function drawFormat(mask: number, size: number, set: Set): void {
  const bits = ((mask << 10) | remainder(mask, 0x537, 10)) ^ 0x5412;
  const bit = (n: number): boolean => ((bits >> n) & 1) === 1;
  for (let n = 0; n <= 5; n += 1) set(8, n, bit(n));
  set(8, 7, bit(6));
  set(8, 8, bit(7));
  set(7, 8, bit(8));
  for (let n = 9; n < 15; n += 1) set(14 - n, 8, bit(n));
  for (let n = 0; n < 8; n += 1) set(size - 1 - n, 8, bit(n));
  for (let n = 8; n < 15; n += 1) set(8, size - 15 + n, bit(n));
  set(8, size - 8, true);
}

/** Runs, squares, what looks like a finder, and how far from half: the mask that disturbs a reader least. */
function costOf(dark: readonly (readonly boolean[])[]): number {
  let cost = 0;
  const lines = [...dark, ...dark.map((_, x) => dark.map((row) => row[x] ?? false))];
  for (const line of lines) {
    const text = line.map((one) => (one ? "1" : "0")).join("");
    for (const run of text.match(/0{5,}|1{5,}/g) ?? []) cost += run.length - 2;
    cost += 40 * (text.match(/(?=10111010000|00001011101)/g) ?? []).length;
  }
  let black = 0;
  for (const [y, row] of dark.entries())
    for (const [x, value] of row.entries()) {
      if (value) black += 1;
      if (value === row[x + 1] && value === dark[y + 1]?.[x] && value === dark[y + 1]?.[x + 1]) cost += 3;
    }
  return cost + 10 * Math.floor(Math.abs(black * 20 - dark.length * dark.length * 10) / (dark.length * dark.length));
}

/** Four modules of white around it, as the standard asks. */
export function qrSvg(text: string, label: string): string {
  const modules = qrModules(text);
  const size = modules.length + 8;
  const path = modules
    .map((row, y) =>
      [
        ...row
          .map((one) => (one ? "1" : "0"))
          .join("")
          .matchAll(/1+/g),
      ]
        .map((run) => `M${run.index + 4} ${y + 4}h${run[0].length}v1h-${run[0].length}z`)
        .join(""),
    )
    .join("");
  return `<svg class="qr" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size} ${size}" role="img" aria-label="${label}" shape-rendering="crispEdges"><path fill="#fff" d="M0 0h${size}v${size}H0z"/><path d="${path}"/></svg>`;
}
