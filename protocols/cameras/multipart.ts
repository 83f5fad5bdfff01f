// multipart/form-data and multipart/mixed (RFC 7578, RFC 2046) as cameras send it: bounded, closed, and cut by bytes, since pictures lie between the texts.
import { type Undecodable, undecodable } from "#protocols/vocabulary/faults.ts";

export interface Part {
  /** "" where the part says none. */
  readonly name: string;
  readonly filename: string;
  readonly type: string;
  readonly bytes: Uint8Array;
}

const mostParts = 32;
const longestHead = 4_096;
const ascii = new TextDecoder("latin1");
const encoder = new TextEncoder();

/** Where `wanted` begins in `bytes` at or after `from`; -1 when it does not. */
function indexOf(bytes: Uint8Array, wanted: Uint8Array, from: number): number {
  const first = wanted[0] ?? 0;
  for (let at = bytes.indexOf(first, from); at >= 0 && at + wanted.length <= bytes.length; at = bytes.indexOf(first, at + 1)) {
    let same = 1;
    while (same < wanted.length && bytes[at + same] === wanted[same]) same += 1;
    if (same === wanted.length) return at;
  }
  return -1;
}

/** `contentType` is the header of the whole. A body whose closing delimiter is missing is half a body, and refused. */
export function readMultipart(contentType: string, bytes: Uint8Array): readonly Part[] | Undecodable {
  const [, quoted, plain] = /^multipart\/[a-z-]+\s*;.*?boundary=(?:"([^"]{1,70})"|([^;\s]{1,70}))/i.exec(contentType) ?? [];
  const boundary = quoted ?? plain;
  if (boundary === undefined) return undecodable("not multipart with a boundary");
  // Some firmware names its boundary with the two dashes that the delimiter has anyway.
  const delimiter = encoder.encode(`--${boundary.replace(/^--(?=.)/, "")}`);
  const parts: Part[] = [];
  let at = indexOf(bytes, delimiter, 0);
  if (at < 0) return undecodable("the boundary that the header names does not occur");
  for (;;) {
    at += delimiter.length;
    if (bytes[at] === 0x2d && bytes[at + 1] === 0x2d) return parts.length > 0 ? parts : undecodable("no part");
    const next = indexOf(bytes, delimiter, at);
    if (next < 0) return undecodable("the form is not closed: half of it is missing", at);
    if (parts.length === mostParts) return undecodable(`more than ${mostParts} parts`, at);
    const part = readPart(bytes, at, next);
    if ("kind" in part) return part;
    parts.push(part);
    at = next;
  }
}

function readPart(bytes: Uint8Array, from: number, to: number): Part | Undecodable {
  let start = from;
  // The delimiter's own line end; then an empty line ends the head. Line ends are CRLF, or LF alone with some firmware.
  while (bytes[start] === 0x2d || bytes[start] === 0x20) start += 1;
  if (bytes[start] === 0x0d) start += 1;
  if (bytes[start] === 0x0a) start += 1;
  const headBytes = ascii.decode(bytes.subarray(start, Math.min(to, start + longestHead)));
  const empty = /\r?\n\r?\n/.exec(headBytes);
  if (empty === null) return undecodable("a part without the empty line after its header", start);
  const head = headBytes.slice(0, empty.index);
  let end = to;
  while (bytes[end - 1] === 0x2d) end -= 1; // a delimiter written with more dashes than it was named with
  if (bytes[end - 1] === 0x0a) end -= 1;
  if (bytes[end - 1] === 0x0d) end -= 1;
  const begin = start + empty.index + empty[0].length;
  return {
    name: /content-disposition:[^\r\n]*[;\s]name="?([^"\r\n;]{1,64})"?/i.exec(head)?.[1] ?? "",
    filename: /filename="?([^"\r\n;]{1,128})"?/i.exec(head)?.[1] ?? "",
    type: /content-type:\s*([^\r\n;]{1,64})/i.exec(head)?.[1]?.trim().toLowerCase() ?? "",
    bytes: bytes.subarray(begin, Math.max(begin, end)),
  };
}

/** JPEG by its first two bytes, whatever type the part claims. */
export const isJpeg = (bytes: Uint8Array): boolean => bytes[0] === 0xff && bytes[1] === 0xd8;
