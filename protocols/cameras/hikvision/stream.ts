// alertStream: one HTTP answer without end, multipart/mixed. Parts come in lumps of any size; pictures between them are stepped over by their length.
// Source: ISAPI Event/notification/alertStream. Its boundary is "boundary" or "--boundary", its line ends are odd, and its heartbeat is a `videoloss inactive` event.
import { type Undecodable, undecodable } from "#protocols/vocabulary/faults.ts";
import { longestXml } from "../xml.ts";
import { decodeHikvision, type HikvisionPush } from "./event.ts";

const opening = new TextEncoder().encode("<EventNotificationAlert");
const closing = new TextEncoder().encode("EventNotificationAlert>");

function indexOf(bytes: Uint8Array, wanted: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(wanted[0] ?? 0, from); at >= 0; at = bytes.indexOf(wanted[0] ?? 0, at + 1))
    if (wanted.every((byte, offset) => bytes[at + offset] === byte)) return at;
  return -1;
}

/** A namespace prefix may stand before the name: <ns1:EventNotificationAlert …>. */
function openingAt(bytes: Uint8Array): number {
  const plain = indexOf(bytes, opening, 0);
  const named = indexOf(bytes, opening.subarray(1), 0);
  if (named < 0) return plain;
  const tag = bytes.lastIndexOf(0x3c, named);
  return tag >= 0 && named - tag <= 20 && bytes[tag + 1] !== 0x2f ? tag : plain;
}

export interface AlertStream {
  /** Events that are whole now. What is no event is skipped; an event without end is given up with a word. */
  take(bytes: Uint8Array): (HikvisionPush | Undecodable)[];
}

/** Holds at most one event's XML: pictures and noise are dropped as they come. */
export function alertStream(): AlertStream {
  let held: Uint8Array = new Uint8Array(0);
  return {
    take(bytes) {
      const joined = new Uint8Array(held.length + bytes.length);
      joined.set(held);
      joined.set(bytes, held.length);
      held = joined;
      const found: (HikvisionPush | Undecodable)[] = [];
      for (;;) {
        const from = openingAt(held);
        if (from < 0) {
          // Nothing begins here; only a torn beginning at the end is kept.
          held = held.slice(Math.max(0, held.length - 64));
          return found;
        }
        const end = indexOf(held, closing, from + opening.length);
        if (end < 0) {
          held = held.slice(from);
          if (held.length <= longestXml) return found;
          found.push(undecodable(`an event longer than ${longestXml} bytes`));
          held = held.slice(opening.length);
          continue;
        }
        const event = decodeHikvision("application/xml", held.slice(from, end + closing.length));
        found.push(event);
        held = held.slice(end + closing.length);
      }
    },
  };
}
