// DER (X.690) as far as certificates need it: written in its one form, and read strictly: no other length forms, nothing behind the end.

export type Bytes = Uint8Array;

export const join = (...parts: readonly Bytes[]): Bytes => {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
};

function lengthOf(n: number): Bytes {
  if (n < 0x80) return Uint8Array.of(n);
  const bytes: number[] = [];
  for (let left = n; left > 0; left = Math.floor(left / 256)) bytes.unshift(left % 256);
  return Uint8Array.of(0x80 | bytes.length, ...bytes);
}

export const tagged = (tag: number, ...content: readonly Bytes[]): Bytes => {
  const inner = join(...content);
  return join(Uint8Array.of(tag), lengthOf(inner.length), inner);
};

export const sequence = (...items: readonly Bytes[]): Bytes => tagged(0x30, ...items);
export const set = (...items: readonly Bytes[]): Bytes => tagged(0x31, ...items);
export const octets = (bytes: Bytes): Bytes => tagged(0x04, bytes);
export const bits = (bytes: Bytes, unused = 0): Bytes => tagged(0x03, Uint8Array.of(unused), bytes);
export const truth = (value: boolean): Bytes => tagged(0x01, Uint8Array.of(value ? 0xff : 0));
const ascii = (text: string): Bytes => Uint8Array.from(text, (letter) => letter.charCodeAt(0));
/** Names are ids of ours and host names: ASCII, which is UTF-8 too. */
export const utf8 = (text: string): Bytes => tagged(0x0c, ascii(text));
export const contextText = (tag: number, text: string): Bytes => tagged(0x80 | tag, ascii(text));
export const explicit = (tag: number, ...items: readonly Bytes[]): Bytes => tagged(0xa0 | tag, ...items);

/** A whole number that is not negative, from its bytes. */
export function whole(bytes: Bytes): Bytes {
  let from = 0;
  while (from < bytes.length - 1 && bytes[from] === 0) from += 1;
  const content = bytes.subarray(from);
  return tagged(0x02, (content[0] ?? 0) >= 0x80 ? join(Uint8Array.of(0), content) : content);
}
export const small = (n: number): Bytes => whole(Uint8Array.of(n >> 8, n & 0xff));

export function oid(dotted: string): Bytes {
  const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number);
  const bytes = [first * 40 + second];
  for (const part of rest) {
    const digits = [part % 128];
    for (let left = Math.floor(part / 128); left > 0; left = Math.floor(left / 128)) digits.unshift(0x80 | (left % 128));
    bytes.push(...digits);
  }
  return tagged(0x06, Uint8Array.from(bytes));
}

/** `civil`: "20261126184100" in UTC. RFC 5280, 4.1.2.5: two-digit years until 2049. */
export const moment = (civil: string): Bytes =>
  civil < "2050" ? tagged(0x17, ascii(`${civil.slice(2)}Z`)) : tagged(0x18, ascii(`${civil}Z`));

export interface Element {
  readonly tag: number;
  readonly content: Bytes;
  /** With tag and length. */
  readonly whole: Bytes;
}

const mostBytes = 16 * 1024;

/** One element that fills `bytes`; undefined when it is not DER. */
export function read(bytes: Bytes): Element | undefined {
  const [one, ...others] = readAll(bytes) ?? [];
  return others.length === 0 ? one : undefined;
}

/** The elements of a content, one behind the other, to its end. */
export function readAll(bytes: Bytes): Element[] | undefined {
  if (bytes.length > mostBytes) return undefined;
  const found: Element[] = [];
  for (let at = 0; at < bytes.length; ) {
    const element = readAt(bytes, at);
    if (element === undefined) return undefined;
    found.push(element);
    at += element.whole.length;
  }
  return found;
}

function readAt(bytes: Bytes, at: number): Element | undefined {
  const [tag, first] = [bytes[at], bytes[at + 1]];
  // Tags of several bytes stand in no certificate of ours.
  if (tag === undefined || first === undefined || (tag & 0x1f) === 0x1f) return undefined;
  let length = first;
  let begin = at + 2;
  if (first >= 0x80) {
    const count = first & 0x7f;
    if (count === 0 || count > 2 || begin + count > bytes.length) return undefined;
    length = 0;
    for (let n = 0; n < count; n += 1) length = length * 256 + (bytes[begin + n] ?? 0);
    begin += count;
    if (length < 0x80 || (count === 2 && length < 0x100)) return undefined;
  }
  const end = begin + length;
  return end > bytes.length ? undefined : { tag, content: bytes.subarray(begin, end), whole: bytes.subarray(at, end) };
}
