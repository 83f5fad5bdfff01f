// Modbus bytes: PDUs, the CRC, RTU frames. Source: MODBUS Application Protocol V1.1b3 §§4–7; MODBUS over Serial Line V1.02 §§2.5, 6.2.2.

export interface Request {
  readonly unit: number;
  readonly pdu: Uint8Array;
  /** Not written: two. Some devices answer each register of a read with four (quirk "four-byte-registers"). */
  readonly registerBytes?: 4;
  /** The longest that this device ordinarily takes from the question's end to its answer's beginning, where its profile says so. */
  readonly turnaround_ms?: number;
}

export const functionCode = {
  readCoils: 1,
  readDiscrete: 2,
  readHolding: 3,
  readInput: 4,
  writeCoil: 5,
  writeRegister: 6,
  writeCoils: 15,
  writeRegisters: 16,
} as const;
export type ReadFunction = 1 | 2 | 3 | 4;

const word = (value: number): [number, number] => [(value >> 8) & 0xff, value & 0xff];

export const readRequest = (unit: number, fn: ReadFunction, address: number, count: number): Request => ({
  unit,
  pdu: Uint8Array.of(fn, address >> 8, address, count >> 8, count), // asked thousands of times a second; each is taken modulo 256
});
/** FC05. `value` is the raw word: 0xFF00 on, 0x0000 off; boards with flash-on use their own. */
export const writeCoilRequest = (unit: number, address: number, value: number): Request => ({
  unit,
  pdu: Uint8Array.of(5, ...word(address), ...word(value)),
});
export const writeRegisterRequest = (unit: number, address: number, value: number): Request => ({
  unit,
  pdu: Uint8Array.of(6, ...word(address), ...word(value)),
});
export const writeRegistersRequest = (unit: number, address: number, values: readonly number[]): Request => ({
  unit,
  pdu: Uint8Array.of(16, ...word(address), ...word(values.length), values.length * 2, ...values.flatMap(word)),
});

/** FC15. */
export const writeCoilsRequest = (unit: number, address: number, values: readonly boolean[]): Request => {
  const bytes = new Uint8Array(Math.ceil(values.length / 8));
  for (const [at, on] of values.entries()) if (on) bytes[at >> 3] = (bytes[at >> 3] ?? 0) | (1 << (at & 7));
  return { unit, pdu: Uint8Array.of(15, ...word(address), ...word(values.length), bytes.length, ...bytes) };
};

const crcTable = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xa001 : crc >>> 1;
  return crc;
});

/** CRC-16/MODBUS (poly 0xA001 reflected, init 0xFFFF); on the wire the low byte goes first. */
export function crc16(bytes: Uint8Array, from = 0, to = bytes.length): number {
  let crc = 0xffff;
  for (let i = from; i < to; i += 1) crc = (crc >>> 8) ^ (crcTable[(crc ^ (bytes[i] ?? 0)) & 0xff] ?? 0);
  return crc;
}

export function rtuFrame({ unit, pdu }: Request): Uint8Array {
  const frame = new Uint8Array(pdu.length + 3);
  frame[0] = unit;
  frame.set(pdu, 1);
  const crc = crc16(frame, 0, frame.length - 2);
  frame[frame.length - 2] = crc & 0xff;
  frame[frame.length - 1] = crc >> 8;
  return frame;
}

/** Modbus TCP: number, protocol 0, length, then unit and PDU. */
export function tcpFrame(number: number, { unit, pdu }: Request): Uint8Array {
  const frame = new Uint8Array(7 + pdu.length);
  frame[0] = number >> 8;
  frame[1] = number & 0xff;
  frame[4] = (pdu.length + 1) >> 8;
  frame[5] = (pdu.length + 1) & 0xff;
  frame[6] = unit;
  frame.set(pdu, 7);
  return frame;
}

export const rtuIntact = (frame: Uint8Array): boolean =>
  frame.length >= 4 && crc16(frame, 0, frame.length - 2) === ((frame[frame.length - 2] ?? 0) | ((frame[frame.length - 1] ?? 0) << 8));

/** Bytes that a good answer to this request has as an RTU frame: unit + PDU + CRC. */
export function rtuAnswerLength(pdu: Uint8Array, registerBytes: 2 | 4 = 2): number {
  const fn = pdu[0] ?? 0;
  const count = ((pdu[3] ?? 0) << 8) | (pdu[4] ?? 0);
  if (fn === 1 || fn === 2) return 5 + Math.ceil(count / 8);
  if (fn === 3 || fn === 4) return 5 + count * registerBytes;
  return 8;
}

/** Whether an answer to one could be taken for an answer to the other: nothing in its form tells them apart. */
export function confusable(a: Request, b: Request): boolean {
  const fn = a.pdu[0] ?? 0;
  if (a.unit !== b.unit || fn !== b.pdu[0]) return false;
  if (fn <= 4) return rtuAnswerLength(a.pdu, a.registerBytes) === rtuAnswerLength(b.pdu, b.registerBytes);
  return [1, 2, 3, 4].every((at) => a.pdu[at] === b.pdu[at]);
}

/** Milliseconds of one character (11 bits: start, 8 data, parity or second stop, stop) and of the silence t3.5; above 19200 baud 1.75 ms is fixed. */
export const characterMs = (baud: number): number => 11_000 / baud;
export const silenceMs = (baud: number): number => (baud > 19_200 ? 1.75 : 3.5 * characterMs(baud));

export const exceptionNames: Readonly<Record<number, string>> = {
  1: "illegal function",
  2: "illegal address",
  3: "illegal value",
  4: "device failure",
  5: "acknowledge",
  6: "busy",
  8: "memory parity",
  10: "gateway path unavailable",
  11: "gateway target silent",
};
