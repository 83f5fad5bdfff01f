// The heartbeat and registration form (multipart/form-data). It carries the camera's account in clear: user and password are stepped over and never leave this file.
import { type Undecodable, undecodable } from "#protocols/vocabulary/faults.ts";

export interface Heartbeat {
  readonly serialno: string;
  readonly deviceName: string;
  readonly address: string;
  readonly channels: number | null;
}

export const longestHeartbeat = 16 * 1024;
const mostParts = 32;
const kept = ["device_name", "ipaddr", "serialno", "channel_num"];

/** Every byte is one character here; the values that are kept are read as UTF-8 afterwards. */
const latin1 = (bytes: Uint8Array): string => Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
const utf8 = new TextDecoder("utf-8");
const asUtf8 = (text: string): string => utf8.decode(Uint8Array.from(text, (c) => c.charCodeAt(0)));

/** RFC 7578 as far as a camera needs it: named text fields. `contentType` is the HTTP header. */
export function decodeHeartbeat(contentType: string, bytes: Uint8Array): Heartbeat | Undecodable {
  if (bytes.length > longestHeartbeat) return undecodable(`longer than ${longestHeartbeat} bytes`, longestHeartbeat);
  const [, quoted, plain] = /^multipart\/form-data\s*;.*?boundary=(?:"([^"]{1,70})"|([^;\s]{1,70}))/i.exec(contentType) ?? [];
  const boundary = quoted ?? plain;
  if (boundary === undefined) return undecodable("not multipart/form-data with a boundary");
  const body = `\r\n${latin1(bytes)}`;
  const pieces = body.split(`\r\n--${boundary}`);
  if (pieces.length > mostParts + 2) return undecodable(`more than ${mostParts} parts`);
  if (pieces.length < 3 || !pieces.at(-1)?.startsWith("--")) return undecodable("the form is not closed: half of it is missing");
  const fields = new Map<string, string>();
  for (const piece of pieces.slice(1, -1)) {
    const headEnds = piece.indexOf("\r\n\r\n");
    if (headEnds < 0) return undecodable("a part without the empty line after its header");
    const name = /content-disposition:[^\r\n]*[;\s]name="([^"\r\n]{1,64})"/i.exec(piece.slice(0, headEnds))?.[1];
    if (name !== undefined && kept.includes(name)) fields.set(name, asUtf8(piece.slice(headEnds + 4)).trim());
  }
  const serialno = fields.get("serialno") ?? "";
  if (serialno === "" || serialno.length > 64) return undecodable("no serialno");
  const channels = fields.get("channel_num") ?? "";
  return {
    serialno,
    deviceName: (fields.get("device_name") ?? "").slice(0, 64),
    address: (fields.get("ipaddr") ?? "").slice(0, 64),
    channels: /^\d{1,4}$/.test(channels) ? Number(channels) : null,
  };
}
