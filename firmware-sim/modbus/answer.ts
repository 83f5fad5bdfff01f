// What a slave answers to a PDU: one function for the serial line and for TCP, so that both faces show one device.
// Source: MODBUS Application Protocol V1.1b3 §6 (limits and the order of checks: function, quantity, address, value) and §7 (exceptions).

/** What a board offers behind its registers. `undefined` and "address" mean: no such register. */
export interface Memory {
  /** Input and holding registers show the same image, unless a board looks at `table`. */
  word(address: number, table: "holding" | "input"): number | undefined;
  /** How it receives a question before it looks at its registers: as it is, otherwise, refused with an exception's number, or not at all. */
  receive?(pdu: Uint8Array): Uint8Array | number | "silent";
  /** Every register answers with four bytes (quirk "four-byte-registers"); `word` gives 32 bits. */
  readonly registerBytes?: 4;
  coil?(address: number): boolean | undefined;
  discrete?(address: number): boolean | undefined;
  writeCoil?(address: number, value: number): Written;
  writeRegister?(address: number, value: number): Written;
  /** May it be written at all? Asked for every address before the first is written. */
  holdsCoil?(address: number): boolean;
  holdsRegister?(address: number): boolean;
}
export type Written = "done" | "value";

const illegalFunction = 1;
const illegalAddress = 2;
const illegalValue = 3;

const exception = (fn: number, code: number): Uint8Array => Uint8Array.of(fn | 0x80, code);
const wordAt = (pdu: Uint8Array, at: number): number => ((pdu[at] ?? 0) << 8) | (pdu[at + 1] ?? 0);
const range = (from: number, count: number): number[] => Array.from({ length: count }, (_, i) => from + i);

function bitsAnswer(fn: number, bits: readonly boolean[]): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(bits.length / 8));
  bits.forEach((bit, i) => {
    if (bit) bytes[i >> 3] = (bytes[i >> 3] ?? 0) | (1 << (i & 7));
  });
  return Uint8Array.of(fn, bytes.length, ...bytes);
}

function readBits(pdu: Uint8Array, ask: ((address: number) => boolean | undefined) | undefined): Uint8Array {
  const fn = pdu[0] ?? 0;
  if (ask === undefined) return exception(fn, illegalFunction);
  const count = wordAt(pdu, 3);
  if (count < 1 || count > 2000) return exception(fn, illegalValue);
  const bits = range(wordAt(pdu, 1), count).map(ask);
  return bits.every((bit) => bit !== undefined) ? bitsAnswer(fn, bits) : exception(fn, illegalAddress);
}

function readWords(pdu: Uint8Array, memory: Memory): Uint8Array {
  const fn = pdu[0] ?? 0;
  const count = wordAt(pdu, 3);
  if (count < 1 || count > 125) return exception(fn, illegalValue);
  const words = range(wordAt(pdu, 1), count).map((address) => memory.word(address, fn === 3 ? "holding" : "input"));
  if (!words.every((word) => word !== undefined)) return exception(fn, illegalAddress);
  if (memory.registerBytes !== 4) return Uint8Array.of(fn, count * 2, ...words.flatMap((word) => [(word >> 8) & 0xff, word & 0xff]));
  if (count > 62) return exception(fn, illegalValue);
  return Uint8Array.of(fn, count * 4, ...words.flatMap((word) => [word >>> 24, (word >> 16) & 0xff, (word >> 8) & 0xff, word & 0xff]));
}

interface Writing {
  readonly holds: ((address: number) => boolean) | undefined;
  readonly write: ((address: number, value: number) => Written) | undefined;
  readonly most: number;
  /** Bytes that the values of `count` points take. */
  readonly bytes: (count: number) => number;
  readonly valueAt: (pdu: Uint8Array, index: number) => number;
}

function writeOne(pdu: Uint8Array, { holds, write }: Writing): Uint8Array {
  const fn = pdu[0] ?? 0;
  if (holds === undefined || write === undefined) return exception(fn, illegalFunction);
  if (!holds(wordAt(pdu, 1))) return exception(fn, illegalAddress);
  return write(wordAt(pdu, 1), wordAt(pdu, 3)) === "done" ? pdu.slice(0, 5) : exception(fn, illegalValue);
}

function writeMany(pdu: Uint8Array, writing: Writing): Uint8Array {
  const fn = pdu[0] ?? 0;
  const { holds, write, most, bytes, valueAt } = writing;
  if (holds === undefined || write === undefined) return exception(fn, illegalFunction);
  const count = wordAt(pdu, 3);
  if (count < 1 || count > most || pdu[5] !== bytes(count) || pdu.length !== 6 + bytes(count)) return exception(fn, illegalValue);
  const addresses = range(wordAt(pdu, 1), count);
  if (!addresses.every(holds)) return exception(fn, illegalAddress);
  const outcomes = addresses.map((address, index) => write(address, valueAt(pdu, index)));
  return outcomes.every((outcome) => outcome === "done") ? pdu.slice(0, 5) : exception(fn, illegalValue);
}

/** `undefined`: the device says nothing. */
export function answerPdu(memory: Memory, question: Uint8Array): Uint8Array | undefined {
  const pdu = memory.receive?.(question) ?? question;
  if (pdu === "silent") return undefined;
  return typeof pdu === "number" ? exception(question[0] ?? 0, pdu) : answerOf(memory, pdu);
}

function answerOf(memory: Memory, pdu: Uint8Array): Uint8Array {
  const fn = pdu[0] ?? 0;
  const coils: Writing = {
    holds: memory.holdsCoil,
    write: memory.writeCoil,
    most: 1968,
    bytes: (count) => Math.ceil(count / 8),
    valueAt: (from, index) => (((from[6 + (index >> 3)] ?? 0) >> (index & 7)) & 1 ? 0xff00 : 0),
  };
  const registers: Writing = {
    holds: memory.holdsRegister,
    write: memory.writeRegister,
    most: 123,
    bytes: (count) => count * 2,
    valueAt: (from, index) => wordAt(from, 6 + index * 2),
  };
  switch (fn) {
    case 1:
      return readBits(pdu, memory.coil);
    case 2:
      return readBits(pdu, memory.discrete);
    case 3:
    case 4:
      return readWords(pdu, memory);
    case 5:
      return writeOne(pdu, coils);
    case 6:
      return writeOne(pdu, registers);
    case 15:
      return writeMany(pdu, coils);
    case 16:
      return writeMany(pdu, registers);
    default:
      return exception(fn, illegalFunction);
  }
}
