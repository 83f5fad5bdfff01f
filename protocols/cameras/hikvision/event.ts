// Hikvision ISAPI: EventNotificationAlert -> PlateRead. The same XML comes pushed (multipart or bare) and from alertStream; recorders forward it with other prefixes.
// Source: ISAPI ANPR event as firmware V5.4–V5.8 of DS-TCG cameras and NVRs writes it, and the vendor's commented schema.
import { type Undecodable, undecodable } from "#protocols/vocabulary/faults.ts";
import { fromRfc3339 } from "#protocols/vocabulary/time.ts";
import { claimed, colourOf, confidenceOf, longestText, whichPlate } from "../claims.ts";
import { isMembers, type Members } from "../json.ts";
import { readMultipart } from "../multipart.ts";
import type { PlateRead } from "../plate-read.ts";
import { plainText, readXml } from "../xml.ts";

export type HikvisionPush =
  | {
      readonly kind: "plate";
      readonly read: PlateRead;
      /** The plate comes first and the pictures later, in a second event with the same UUID: one passage, two posts. */
      readonly more: boolean;
    }
  /** Anything else on the same address: motion, video loss (which is the heartbeat of alertStream), … */
  | { readonly kind: "other"; readonly eventType: string; readonly serialno: string };

/** Pictures come along; more than this is no event. */
export const longestEvent = 8 * 1024 * 1024;
const root = "EventNotificationAlert";

/** A pushed body of either form, or one part of alertStream. */
export function decodeHikvision(contentType: string, bytes: Uint8Array): HikvisionPush | Undecodable {
  if (bytes.length > longestEvent) return undecodable(`longer than ${longestEvent} bytes`, longestEvent);
  const xml = /^multipart\//i.test(contentType) ? xmlPart(contentType, bytes) : bytes;
  if (!(xml instanceof Uint8Array)) return xml;
  const read = readXml(xml, root);
  return "kind" in read ? read : understand(read.xml);
}

/** Firmware names the part anpr.xml, xml_file, …, and its type text/xml, application/xml or nothing: the first part that begins like XML is it. */
function xmlPart(contentType: string, bytes: Uint8Array): Uint8Array | Undecodable {
  const parts = readMultipart(contentType, bytes);
  if ("kind" in parts) return parts;
  const found = parts.find((part) => {
    const first = part.bytes.findIndex((byte) => byte > 0x20 && byte !== 0xef && byte !== 0xbb && byte !== 0xbf);
    return part.bytes[first] === 0x3c;
  });
  return found?.bytes ?? undecodable("no part is XML");
}

function text(of: Members, ...names: readonly string[]): string {
  for (const name of names) {
    const value = Object.hasOwn(of, name) ? of[name] : undefined;
    if (typeof value === "string" && value !== "") return plainText(value);
  }
  return "";
}
const inside = (of: Members, name: string): Members => (isMembers(of[name]) ? of[name] : {});
const isYes = (value: string): boolean => /^(true|1|yes)$/i.test(value);

function understand(event: Members): HikvisionPush | Undecodable {
  const serialno = text(event, "deviceUUID", "deviceID", "macAddress", "ipAddress").slice(0, longestText);
  const channel = text(event, "channelID", "dynChannelID");
  const eventType = text(event, "eventType").slice(0, longestText);
  if (eventType === "") return undecodable("eventType is missing");
  if (serialno === "") return undecodable("the event names no device: deviceUUID, macAddress or ipAddress");
  if (!/^(anpr|vehicledetection)$/i.test(eventType)) return { kind: "other", eventType, serialno };
  const anpr = inside(event, "ANPR");
  // Older firmware writes the plate beside ANPR, or without that element.
  const names = ["licensePlate", "plate", "plateNumber", "originalLicensePlate"] as const;
  const plateText = text(anpr, ...names) || text(event, ...names);
  if (plateText.length > longestText) return undecodable(`licensePlate is longer than ${longestText} characters`);
  // Older firmware leaves the colon out of the zone.
  const when = text(event, "dateTime").replace(/([+-]\d\d)(\d\d)$/, "$1:$2");
  const seen = when === "" ? null : claimed(fromRfc3339(when));
  if (seen === undefined) return undecodable("dateTime is no time of this century");
  const uuid = text(event, "UUID").slice(0, longestText);
  if (uuid === "" && when === "") return undecodable("neither UUID nor dateTime: a repeat could not be told from a new car");
  const hasZone = /(Z|[+-]\d{2}:?\d{2})$/i.test(when);
  const confidence = text(anpr, "confidenceLevel", "confidence");
  const characters = text(anpr, "plateCharBelieve")
    .split(",")
    .filter((one) => one !== "")
    .map((one) => confidenceOf(one, 100));
  const direction = text(anpr, "direction");
  return {
    kind: "plate",
    more: isYes(text(event, "hasMoreData")),
    read: {
      serialno,
      ...whichPlate(plateText),
      colour: colourOf(text(anpr, "plateColor")),
      confidence: confidenceOf(confidence, 100),
      // With an offset the moment is certain; without, it is the camera's own wall clock.
      seen: { sec: hasZone ? seen : null, dec: hasZone ? null : seen },
      offline: isYes(text(event, "isDataRetransmission")),
      openedByCamera: false,
      key: [serialno, channel, uuid === "" ? `-${plateText}` : uuid, uuid === "" ? when : ""].join("/"),
      id: null,
      trigger: "automatic",
      ...(direction === "forward" || direction === "reverse" ? { heading: direction } : {}),
      ...(characters.length > 0 && characters.every((one) => one !== null) ? { characters } : {}),
      image: null,
    },
  };
}
