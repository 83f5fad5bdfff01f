// The picture of a read that needed a person, on its way to the duty desk: in parts, so that no alarm waits behind one. The head of a part is one line of JSON, its bytes follow as they are.
// Nothing is acknowledged: a picture that is not whole at the cloud is none, and the desk says so.
import Type, { type Static } from "typebox";
import { idPattern } from "#protocols/vocabulary/ids.ts";

export const framePattern = "^[0-9a-f]{32}$";
/** A frame has so many bytes at most; a part is never so small that it takes more parts than this. */
export const largestPicture = 1024 * 1024;
export const mostParts = 1024;

export const FrameHead = Type.Object(
  {
    v: Type.Literal(1),
    gateway: Type.String({ pattern: idPattern }),
    frame: Type.String({ pattern: framePattern, description: "the read, as the event lane.exception names it" }),
    part: Type.Integer({ minimum: 1, maximum: mostParts }),
    parts: Type.Integer({ minimum: 1, maximum: mostParts }),
    bytes: Type.Integer({ minimum: 1, maximum: largestPicture, description: "of the whole picture" }),
    sha256: Type.String({ pattern: "^[0-9a-f]{64}$", description: "of the whole picture" }),
  },
  { additionalProperties: false },
);
export type FrameHead = Static<typeof FrameHead>;

const line = 0x0a;
const longestHead = 512;

export function encodeFramePart(head: FrameHead, bytes: Uint8Array): Uint8Array {
  const text = new TextEncoder().encode(JSON.stringify(head));
  const payload = new Uint8Array(text.length + 1 + bytes.length);
  payload.set(text);
  payload[text.length] = line;
  payload.set(bytes, text.length + 1);
  return payload;
}

/** Where the head ends; undefined where there is none. The head's shape is the caller's to check. */
export function splitFramePart(payload: Uint8Array): { readonly head: unknown; readonly bytes: Uint8Array } | undefined {
  const end = payload.subarray(0, longestHead).indexOf(line);
  if (end < 0) return undefined;
  try {
    return {
      head: JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(payload.subarray(0, end))),
      bytes: payload.subarray(end + 1),
    };
  } catch {
    return undefined;
  }
}
