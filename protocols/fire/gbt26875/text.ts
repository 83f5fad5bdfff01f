// GB 18030 text fields of a frame: of fixed size, or behind their length.
import { bytesOf, concat, toHex } from "#protocols/frames/bytes.ts";
import { plain } from "#protocols/frames/fields.ts";
import { fromGb18030, toGb18030 } from "#protocols/frames/gb18030.ts";
import type { Field } from "#protocols/frames/layout.ts";

/** Marks bytes that no text gives back: they are kept as hex behind it, so that nothing is lost and nothing invented. */
const rawMark = "raw:";

/** undefined: it does not give the same bytes again. */
function exactly(bytes: Uint8Array): string | undefined {
  const text = fromGb18030(bytes);
  if (text.includes(rawMark)) return undefined;
  const again = toGb18030(text);
  return again.length === bytes.length && again.every((byte, index) => byte === bytes[index]) ? text : undefined;
}
/** As much of it as is text, the rest as hex: a field that a device cut within a character still says where it burns. */
function read(bytes: Uint8Array): string {
  for (let end = bytes.length; end > 0; end -= 1) {
    const text = exactly(bytes.subarray(0, end));
    if (text !== undefined) return end === bytes.length ? text : `${text}${rawMark}${toHex(bytes.slice(end))}`;
  }
  return bytes.length === 0 ? "" : rawMark + toHex(bytes);
}
function withoutFill(bytes: Uint8Array): Uint8Array {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end -= 1;
  return bytes.subarray(0, end);
}
function write(text: string): Uint8Array {
  const raw = text.indexOf(rawMark);
  return raw < 0 ? toGb18030(text) : concat(toGb18030(text.slice(0, raw)), bytesOf(text.slice(raw + rawMark.length)));
}

/** For people: without what stands behind a zero byte, without filling, and "…" for what is no text. */
export function readable(text: string): string {
  const [said = ""] = text.split("\0");
  const raw = said.indexOf(rawMark);
  return raw <= 0 ? said.trim() : `${said.slice(0, raw).trim()}…`;
}

/** A text of fixed size filled up with zeros; what of it is no GB 18030 text reads as `raw:` and its hex digits. */
export const fixedText = <const Key extends string>(key: Key, text: string, size: number): Field<Key, string, false> =>
  plain(key, text, {
    size,
    read: (bytes) => read(withoutFill(bytes)),
    write(value) {
      const bytes = write(value);
      if (bytes.length > size) throw new RangeError(`${key}: "${value}" has ${bytes.length} bytes, at most ${size} (fitGb18030 shortens)`);
      const filled = new Uint8Array(size);
      filled.set(bytes);
      return filled;
    },
  });

/** A text behind its length in one byte. */
export const countedText = <const Key extends string>(key: Key, text: string): Field<Key, string, false> =>
  plain(key, text, {
    size: ({ bytes, at }) => 1 + (bytes[at] ?? Number.POSITIVE_INFINITY),
    read: (bytes) => read(bytes.subarray(1)),
    write(value) {
      const bytes = write(value);
      if (bytes.length > 255) throw new RangeError(`${key}: ${bytes.length} bytes of text, at most 255`);
      return Uint8Array.of(bytes.length, ...bytes);
    },
  });
