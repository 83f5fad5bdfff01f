// BCD numbers of DL/T 645-2007, low byte first, before the 33H is added. A register that the meter does not have reads all F: null.
import { plain } from "#protocols/frames/fields.ts";
import type { Field } from "#protocols/frames/layout.ts";

export interface Bcd {
  readonly bytes: number;
  /** How much one step is worth in the unit of the key. */
  readonly each: number;
  /** The highest bit is the sign: flow towards the grid. [From memory; to be verified against DL/T 645-2007 annex A.] */
  readonly signed?: true;
}

export function bcd<const Key extends string>(
  key: Key,
  text: string,
  { bytes: size, each, signed }: Bcd,
): Field<Key, number | null, false> {
  return plain<Key, number | null>(key, text, {
    size,
    read(bytes) {
      const high = bytes.toReversed();
      if (high.every((byte) => byte === 0xff)) return null;
      const negative = signed === true && ((high[0] ?? 0) & 0x80) !== 0;
      if (negative) high[0] = (high[0] ?? 0) & 0x7f;
      let value = 0;
      for (const byte of high) {
        if (byte >>> 4 > 9 || (byte & 15) > 9) return undefined;
        value = value * 100 + (byte >>> 4) * 10 + (byte & 15);
      }
      return negative ? -value * each : value * each;
    },
    write(value) {
      if (value === null) return new Uint8Array(size).fill(0xff);
      const negative = value < 0 || Object.is(value, -0);
      const digits = String(Math.abs(value / each)).padStart(size * 2, "0");
      const tooBig = digits.length > size * 2 || (signed === true && (digits[0] ?? "9") > "7");
      if (!/^\d+$/.test(digits) || tooBig || (negative && signed !== true)) throw new RangeError(`${key}: ${value} cannot be sent`);
      const bytes = Uint8Array.from({ length: size }, (_, index) =>
        Number.parseInt(digits.slice(digits.length - 2 * index - 2, digits.length - 2 * index || undefined), 16),
      );
      if (negative) bytes[size - 1] = (bytes[size - 1] ?? 0) | 0x80;
      return bytes;
    },
  });
}
