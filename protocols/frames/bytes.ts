// Bytes as people write them, and bytes put together.
import { type Undecodable, undecodable } from "#protocols/vocabulary/faults.ts";

/** Two capital hexadecimal digits a byte, in the order of the wire. */
export const toHex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).toUpperCase().padStart(2, "0")).join("");

const between = /0x|[\s,:;_-]+/gi;

/** Reads hex as documents and log files print it: spaces, commas, colons, dashes and `0x` between the bytes are allowed. */
export function fromHex(text: string): Uint8Array | Undecodable {
  const digits = text.replace(between, "");
  const wrong = /[^0-9a-f]/i.exec(digits);
  if (wrong !== null) return undecodable(`"${wrong[0]}" is no hexadecimal digit`, text.indexOf(wrong[0]));
  if (digits.length % 2 !== 0) return undecodable("an odd number of hexadecimal digits", text.length);
  return Uint8Array.from({ length: digits.length / 2 }, (_, index) => Number.parseInt(digits.slice(index * 2, index * 2 + 2), 16));
}

export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** For hex that stands in the source: a slip there is a bug. */
export function bytesOf(hex: string): Uint8Array {
  const bytes = fromHex(hex);
  if (!(bytes instanceof Uint8Array)) throw new RangeError(`"${hex}": ${bytes.reason}`);
  return bytes;
}
