// Huaxia (华夏智信) and Qianyi (芊熠) form post: a plate, its offline replay, a heartbeat; commands travel in the reply of either.
// Source: the makers' HTTP protocol: application/x-www-form-urlencoded; base64 is altered ('+' to '-', '/' to '_', '=' to '.').
import { type Undecodable, undecodable } from "#protocols/vocabulary/faults.ts";
import { colourOf, confidenceOf, longestText, momentOf, whichPlate } from "../claims.ts";
import type { PlateRead } from "../plate-read.ts";

export type HuaxiaPush =
  | { readonly kind: "plate"; readonly read: PlateRead; readonly direction: "in" | "out" | undefined }
  | { readonly kind: "heartbeat"; readonly serialno: string };

/** Pictures are base64 in the form. */
export const longestForm = 6 * 1024 * 1024;
const longestField = 128;
const mostFields = 64;
const utf8 = new TextDecoder("utf-8", { fatal: true });
const gbk = new TextDecoder("gb18030", { fatal: true });

/** Percent escapes of GBK bytes are no UTF-8: then the whole is read as GBK. */
function unescaped(text: string): string | undefined {
  const bytes: number[] = [];
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at] ?? "";
    const hex = character === "%" ? /^[0-9A-Fa-f]{2}/.exec(text.slice(at + 1, at + 3))?.[0] : undefined;
    if (hex !== undefined) {
      bytes.push(Number.parseInt(hex, 16));
      at += 2;
    } else bytes.push(character === "+" ? 0x20 : character.charCodeAt(0));
  }
  for (const decoder of [utf8, gbk]) {
    try {
      return decoder.decode(Uint8Array.from(bytes));
    } catch {
      // the next encoding
    }
  }
  return undefined;
}

/** Short fields only: pictures are stepped over. */
function fieldsOf(bytes: Uint8Array): ReadonlyMap<string, string> | Undecodable {
  const text = new TextDecoder("latin1").decode(bytes);
  const pairs = text.split("&", mostFields + 1);
  if (pairs.length > mostFields) return undecodable(`more than ${mostFields} fields`);
  const fields = new Map<string, string>();
  for (const pair of pairs) {
    const equals = pair.indexOf("=");
    const name = pair.slice(0, equals);
    const value = pair.slice(equals + 1);
    if (equals < 1 || name.length > longestField || value.length > longestField * 3) continue;
    const plain = unescaped(value);
    if (plain === undefined) return undecodable(`${name.slice(0, 20)} is neither UTF-8 nor GBK`);
    if (!fields.has(name)) fields.set(name, plain);
  }
  return fields;
}

export function decodeHuaxia(bytes: Uint8Array): HuaxiaPush | Undecodable {
  if (bytes.length > longestForm) return undecodable(`longer than ${longestForm} bytes`, longestForm);
  const fields = fieldsOf(bytes);
  if ("kind" in fields) return fields;
  const field = (name: string): string => fields.get(name) ?? "";
  const serialno = field("cam_id");
  if (serialno === "" || serialno.length > longestText) return undecodable("cam_id is missing");
  const type = field("type");
  if (type === "heartbeat") return { kind: "heartbeat", serialno };
  if (type !== "online" && type !== "offline") return undecodable("type is none of online, offline, heartbeat");
  const text = field("plate_num");
  if (text.length > longestText) return undecodable(`plate_num is longer than ${longestText} characters`);
  const sec = momentOf(field("start_time"), 1000);
  if (sec === undefined) return undecodable("start_time is no time of this century: a repeat could not be told from a new car");
  const direction = field("vdc_type");
  return {
    kind: "plate",
    direction: direction === "in" || direction === "out" ? direction : undefined,
    read: {
      serialno,
      ...whichPlate(text),
      colour: colourOf(field("plate_color")),
      confidence: confidenceOf(field("confidence"), 100),
      seen: { sec, dec: null },
      offline: type === "offline",
      openedByCamera: /^(1|true)$/i.test(field("is_whitelist")) && type === "offline",
      key: [serialno, field("start_time"), text].join("/"),
      id: null,
      trigger: "automatic",
      image: null,
    },
  };
}

export interface HuaxiaReply {
  readonly open: boolean;
  /** Bytes for the cards behind the camera's RS-485 port. */
  readonly serial?: readonly Uint8Array[];
}

const hexOf = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

/** error_num 0 ends the resending; gpio_data io1 on opens. The reply of a heartbeat may carry the same: opening without a car's push. */
export function encodeHuaxiaReply(reply: HuaxiaReply): string {
  return JSON.stringify({
    error_num: 0,
    error_str: "noerror",
    ...(reply.open ? { gpio_data: [{ ionum: "io1", action: "on" }] } : {}),
    ...(reply.serial === undefined ? {} : { rs485_data: reply.serial.map((bytes) => ({ encodetype: "hex2string", data: hexOf(bytes) })) }),
  });
}

/** Back to ordinary base64. */
export const plainBase64 = (altered: string): string => altered.replaceAll("-", "+").replaceAll("_", "/").replaceAll(".", "=");
