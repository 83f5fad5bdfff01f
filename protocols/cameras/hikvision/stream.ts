// alertStream: one HTTP answer without end, multipart/mixed. Parts come in lumps of any size; pictures between them are stepped over by their length.
// Source: ISAPI Event/notification/alertStream. Its boundary is "boundary" or "--boundary", its line ends are odd, and its heartbeat is a `videoloss inactive` event.
import { type Undecodable, undecodable } from "#protocols/vocabulary/faults.ts";
import { firstJpeg } from "../frame.ts";
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

/** A picture behind a plate's event, before the next event. */
interface StreamPicture {
  readonly kind: "picture";
  readonly serialno: string;
  readonly key: string;
  readonly bytes: Uint8Array;
}

export interface AlertStream {
  /** Events that are whole now, and pictures behind a plate. What is neither is skipped; an event without end is given up with a word. */
  take(bytes: Uint8Array): (HikvisionPush | StreamPicture | Undecodable)[];
}

/** A plate comes with its cutting, the car and the whole. */
const mostPictures = 4;

/** Holds at most one event's XML, or one picture: noise is dropped as it comes. */
export function alertStream(): AlertStream {
  let held: Uint8Array = new Uint8Array(0);
  let plate: { readonly serialno: string; readonly key: string; left: number } | undefined;

  /** Of bytes that hold no event: their whole pictures are told, and a torn one at the end stays. */
  function pictures(bytes: Uint8Array): { readonly found: StreamPicture[]; readonly torn: Uint8Array } {
    const found: StreamPicture[] = [];
    let rest = bytes;
    while (plate !== undefined && plate.left > 0) {
      const { picture, rest: from } = firstJpeg(rest);
      rest = rest.subarray(from);
      if (picture === undefined) return { found, torn: rest };
      plate.left -= 1;
      found.push({ kind: "picture", serialno: plate.serialno, key: plate.key, bytes: picture });
    }
    return { found, torn: new Uint8Array(0) };
  }
  return {
    take(bytes) {
      const joined = new Uint8Array(held.length + bytes.length);
      joined.set(held);
      joined.set(bytes, held.length);
      held = joined;
      const found: (HikvisionPush | StreamPicture | Undecodable)[] = [];
      for (;;) {
        const from = openingAt(held);
        if (from < 0) {
          const { found: more, torn } = pictures(held);
          found.push(...more);
          // Nothing else begins here; only a torn beginning at the end is kept.
          held = torn.length > 64 ? torn.slice() : held.slice(Math.max(0, held.length - 64));
          return found;
        }
        if (from > 0) found.push(...pictures(held.subarray(0, from)).found);
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
        plate = event.kind === "plate" ? { serialno: event.read.serialno, key: event.read.key, left: mostPictures } : undefined;
        held = held.slice(end + closing.length);
      }
    },
  };
}
