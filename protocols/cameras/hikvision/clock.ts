// Hikvision ISAPI: the camera's clock, read and set. Source: ISAPI System/time; its timeZone is written the other way round (CST-8:00:00 is UTC+8).
import { type Undecodable, undecodable } from "#protocols/vocabulary/faults.ts";
import { fromRfc3339, type Wall } from "#protocols/vocabulary/time.ts";
import { textMember } from "../json.ts";
import { civilText } from "../listed.ts";
import { readXml } from "../xml.ts";
import type { HttpRequest } from "./gate.ts";

const path = "/ISAPI/System/time";
export const timeRequest: HttpRequest = { method: "GET", path, body: "" };

/** By hand, in China's zone and without summer time. A camera that followed a time server follows us from now on. */
export const setTimeRequest = (at: Wall): HttpRequest => ({
  method: "PUT",
  path,
  body: `<?xml version="1.0" encoding="UTF-8"?><Time><timeMode>manual</timeMode><localTime>${civilText(at, "T")}+08:00</localTime><timeZone>CST-8:00:00</timeZone></Time>`,
});

export function decodeTime(bytes: Uint8Array): { readonly at: Wall } | Undecodable {
  const read = readXml(bytes, "Time");
  if ("kind" in read) return read;
  const at = fromRfc3339(textMember(read.xml, "localTime", 64) ?? "");
  return at === undefined ? undecodable("Time without a localTime") : { at };
}
