// DL/T 645-2007 frames: wake-up FEs, 68, address, 68, control code, length, data + 33H, sum, 16. Source: DL/T 645-2007 §5.2.
import { bytesOf, concat, toHex } from "#protocols/frames/bytes.ts";
import type { Framing, Look } from "#protocols/frames/stream.ts";
import { undecodable } from "#protocols/vocabulary/faults.ts";

export interface Dlt645Frame {
  /** Wake-up bytes FE before the frame: four by the standard, which the receiver may lose. */
  readonly preamble: number;
  /** 12 digits, high first; AA for "any" from the high end, 999999999999 for all. */
  readonly address: string;
  readonly control: number;
  /** Without the 33H. */
  readonly data: Uint8Array;
}

/** A frame carries at most 200 bytes when read (§5.2.5). */
const mostData = 200;
const mostPreamble = 8;
export const broadcast = "999999999999";
export const anyAddress = "AAAAAAAAAAAA";

export const dlt645Sum = (bytes: Uint8Array): number => bytes.reduce((sum, byte) => sum + byte, 0) & 0xff;

export function encodeFrame({ preamble, address, control, data }: Dlt645Frame): Uint8Array {
  if (data.length > mostData) throw new RangeError(`${data.length} bytes of data, at most ${mostData}`);
  const body = concat(
    Uint8Array.of(0x68),
    bytesOf(address).toReversed(),
    Uint8Array.of(0x68, control, data.length),
    data.map((byte) => byte + 0x33),
  );
  return concat(new Uint8Array(preamble).fill(0xfe), body, Uint8Array.of(dlt645Sum(body), 0x16));
}

function lookCore(bytes: Uint8Array, preamble: number): Look<Dlt645Frame> {
  if (bytes.length > 7 && bytes[7] !== 0x68) return { kind: "none" };
  const length = bytes[9];
  if (length === undefined) return { kind: "more" };
  if (length > mostData) return { kind: "bad", size: 10, why: undecodable(`length ${length}, at most ${mostData}`, preamble + 9) };
  const size = 12 + length;
  if (bytes.length < size) return { kind: "more" };
  if (bytes[size - 1] !== 0x16)
    return { kind: "bad", size, why: undecodable(`ends with ${toHex(bytes.subarray(size - 1, size))}, should be 16`, preamble + size - 1) };
  const expected = dlt645Sum(bytes.subarray(0, size - 2));
  if (bytes[size - 2] !== expected)
    return {
      kind: "bad",
      size,
      why: undecodable(
        `checksum ${toHex(bytes.subarray(size - 2, size - 1))}, should be ${toHex(Uint8Array.of(expected))}`,
        preamble + size - 2,
      ),
    };
  const frame: Dlt645Frame = {
    preamble,
    address: toHex(bytes.slice(1, 7).toReversed()),
    control: bytes[8] ?? 0,
    data: bytes.slice(10, size - 2).map((byte) => byte - 0x33),
  };
  return { kind: "frame", size, frame };
}

export const dlt645: Framing<Dlt645Frame> = {
  longest: mostPreamble + 12 + mostData,
  look(bytes) {
    let preamble = 0;
    while (bytes[preamble] === 0xfe) preamble += 1;
    if (preamble > mostPreamble) return { kind: "none" };
    if (preamble === bytes.length) return { kind: "more" };
    if (bytes[preamble] !== 0x68) return { kind: "none" };
    const look = lookCore(bytes.subarray(preamble), preamble);
    return "size" in look ? { ...look, size: look.size + preamble } : look;
  },
};
