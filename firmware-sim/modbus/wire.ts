// Two wires, bit by bit: what a UART hears of what others say, at whatever speed, parity and polarity each of them has, and when two speak at once.
// Characters: a start bit 0, eight data bits with the lowest first, parity, stop bits 1 (MODBUS over Serial Line V1.02 §2.5.1). A driver that is off leaves the pair to its bias.
import type { Chance } from "../chance.ts";

export interface Settings {
  readonly baud: number;
  readonly parity: "none" | "even" | "odd";
  readonly stopBits: 1 | 2;
}

export interface Speech {
  readonly at_ms: number;
  readonly bytes: Uint8Array;
  readonly settings: Settings;
  /** Its A and B are exchanged. */
  readonly swapped?: boolean;
}

export interface Ear {
  readonly settings: Settings;
  readonly swapped?: boolean;
  /** How the pair rests when nobody drives it, seen with A and B as they should be. */
  readonly rests: 0 | 1;
  /** Bytes with a wrong stop bit: the kernel's UARTs drop them, many USB adapters hand them on. */
  readonly keepsBroken?: boolean;
}

export interface HeardByte {
  readonly at_ms: number;
  readonly byte: number;
}

const parityBit = (byte: number, parity: Settings["parity"]): number[] => {
  if (parity === "none") return [];
  let ones = 0;
  for (let bit = 0; bit < 8; bit += 1) ones += (byte >> bit) & 1;
  return [parity === "even" ? ones & 1 : 1 - (ones & 1)];
};

const bitsOf = (byte: number, { parity, stopBits }: Settings): number[] => [
  0,
  ...Array.from({ length: 8 }, (_, bit) => (byte >> bit) & 1),
  ...parityBit(byte, parity),
  ...Array.from({ length: stopBits }, () => 1),
];

const bitMs = ({ baud }: Settings): number => 1_000 / baud;

export const speechMs = ({ bytes, settings }: Pick<Speech, "bytes" | "settings">): number =>
  bytes.length * bitsOf(0, settings).length * bitMs(settings);

/** The level that one speaker puts on the pair at a moment; `undefined`: its driver is off. */
function driver(speech: Speech): (at: number) => number | undefined {
  const bits = Array.from(speech.bytes).flatMap((byte) => bitsOf(byte, speech.settings));
  const each = bitMs(speech.settings);
  return (at) => {
    const bit = bits[Math.floor((at - speech.at_ms) / each)];
    if (at < speech.at_ms || bit === undefined) return undefined;
    return speech.swapped === true ? 1 - bit : bit;
  };
}

const slicesPerBit = 4;

/** The pair's level over time. Two drivers against each other leave a difference near nothing: what a receiver makes of it is chance, a quarter of a bit long. */
function pair(speeches: readonly Speech[], { settings, rests }: Ear, chance: Chance): (at: number) => number {
  const drivers = speeches.map(driver);
  const slice = bitMs(settings) / slicesPerBit;
  const fought = new Map<number, number>();
  return (at) => {
    const levels = drivers.flatMap((one) => one(at) ?? []);
    const [first] = levels;
    if (first === undefined) return rests;
    if (levels.every((level) => level === first)) return first;
    const key = Math.floor(at / slice);
    const level = fought.get(key) ?? chance.whole(0, 1);
    fought.set(key, level);
    return level;
  };
}

const stepsPerBit = 16;

/** What comes out of a receiver that listens from `from_ms` to `to_ms`. */
export function received(
  speeches: readonly Speech[],
  ear: Ear,
  { from_ms, to_ms, chance }: { from_ms: number; to_ms: number; chance: Chance },
): HeardByte[] {
  const level = pair(speeches, ear, chance);
  const seen = (at: number): number => (ear.swapped === true ? 1 - level(at) : level(at));
  const bit = bitMs(ear.settings);
  const step = bit / stepsPerBit;
  const parity = ear.settings.parity !== "none";
  const heard: HeardByte[] = [];
  // A receiver that was switched off sees the pair high until it looks.
  let before = 1;
  for (let at = from_ms; at < to_ms; at += step) {
    const now = seen(at);
    const falls = before === 1 && now === 0;
    before = now;
    if (!falls || seen(at + bit / 2) !== 0) continue;
    let byte = 0;
    for (let index = 0; index < 8; index += 1) byte |= seen(at + bit * (1.5 + index)) << index;
    const stopAt = at + bit * (parity ? 10.5 : 9.5);
    const stop = seen(stopAt);
    const silent = byte === 0 && (!parity || seen(at + bit * 9.5) === 0);
    // A line that stays low is a break, and reads as one zero; other bytes without a stop bit are broken.
    if (stop === 1 || silent || ear.keepsBroken === true) heard.push({ at_ms: stopAt, byte });
    at = stopAt;
    before = stop;
    if (stop === 1) continue;
    while (at < to_ms && seen(at) === 0) at += step;
    before = 1;
  }
  return heard;
}
