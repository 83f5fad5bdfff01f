// Reading what a device claims to be JSON: bounded before it is parsed, UTF-8 or nothing, and every member asked for by name and type.
import { type Undecodable, undecodable } from "#protocols/vocabulary/faults.ts";

/** A push with two pictures in base64 is a few hundred kilobytes; one of an eight-megapixel camera three megabytes. */
export const longestPush = 4 * 1024 * 1024;
const deepest = 32;

export type Members = Readonly<Record<string, unknown>>;
export const isMembers = (value: unknown): value is Members => typeof value === "object" && value !== null && !Array.isArray(value);

const utf8 = new TextDecoder("utf-8", { fatal: true });
const quote = 0x22;
const backslash = 0x5c;

/** Where the nesting gets deeper than any honest push, looking only at brackets outside strings. */
function tooDeepAt(bytes: Uint8Array): number | undefined {
  let depth = 0;
  let inString = false;
  for (let i = 0; i < bytes.length; i += 1) {
    const byte = bytes[i];
    if (inString) {
      if (byte === backslash) i += 1;
      else if (byte === quote) inString = false;
    } else if (byte === quote) inString = true;
    else if (byte === 0x7b || byte === 0x5b) {
      depth += 1;
      if (depth > deepest) return i;
    } else if (byte === 0x7d || byte === 0x5d) depth -= 1;
  }
  return undefined;
}

/** One JSON object, or why not. Some firmware ends its text with NUL bytes; they are dropped. */
export function readJson(bytes: Uint8Array): { readonly json: Members } | Undecodable {
  if (bytes.length > longestPush) return undecodable(`longer than ${longestPush} bytes`, longestPush);
  const deep = tooDeepAt(bytes);
  if (deep !== undefined) return undecodable(`nested deeper than ${deepest}`, deep);
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    return undecodable("not UTF-8 (the HTTP push is UTF-8; GBK belongs to the TCP protocol)");
  }
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/\0+$/, ""));
  } catch {
    return undecodable("not JSON");
  }
  return isMembers(value) ? { json: value } : undecodable("not a JSON object");
}

/** Own members only: what a prototype holds was not sent. */
export const member = (of: Members, name: string): unknown => (Object.hasOwn(of, name) ? of[name] : undefined);

/** A whole number, also when written as text; undefined when absent, null when it is nonsense. */
export function wholeMember(of: Members, name: string): number | null | undefined {
  const value = member(of, name);
  if (value === undefined || value === null) return undefined;
  const number = typeof value === "string" && /^-?\d{1,15}$/.test(value) ? Number(value) : value;
  return typeof number === "number" && Number.isSafeInteger(number) ? number : null;
}

/** Text of bounded length in whole characters (a lone surrogate is none); undefined when absent, null when it is nonsense. */
export function textMember(of: Members, name: string, longest: number): string | null | undefined {
  const value = member(of, name);
  if (value === undefined || value === null) return undefined;
  return typeof value === "string" && value.length <= longest && value.isWellFormed() ? value : null;
}
