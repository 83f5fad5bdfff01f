// How a slave finds frames in bytes: by the length that the function implies and the CRC; after noise, by silence.
// Source: MODBUS over Serial Line V1.02 §2.5.1.1. A pseudo-terminal hands bytes over in lumps, so the silence that separates frames is t3.5 plus the lumps' own delay.
import { rtuIntact, silenceMs } from "#protocols/modbus/frame.ts";

export interface Hearing {
  pending: Uint8Array;
  lastByteMs: number;
  /** After a bad frame nothing is believed until the line was silent. */
  deaf: boolean;
  badFrames: number;
}

const lumpMs = 10;
const longest = 256;

export const newHearing = (): Hearing => ({ pending: new Uint8Array(0), lastByteMs: Number.NEGATIVE_INFINITY, deaf: false, badFrames: 0 });

/** Bytes of a whole request, `undefined` while the count byte has not come, "any" for a function whose length we do not know. */
function requestLength(bytes: Uint8Array): number | "any" | undefined {
  const fn = bytes[1];
  if (fn === undefined) return undefined;
  if (fn >= 1 && fn <= 6) return 8;
  if (fn === 15 || fn === 16) return bytes[6] === undefined ? undefined : 9 + bytes[6];
  return "any";
}

function takeFrame(hearing: Hearing): Uint8Array | undefined {
  const length = requestLength(hearing.pending);
  if (length === undefined) return undefined;
  if (length !== "any" && hearing.pending.length < length) return undefined;
  const frame = length === "any" ? hearing.pending : hearing.pending.slice(0, length);
  if (!rtuIntact(frame)) {
    if (length === "any" && hearing.pending.length < longest) return undefined;
    hearing.badFrames += 1;
    hearing.deaf = true;
    hearing.pending = new Uint8Array(0);
    return undefined;
  }
  hearing.pending = hearing.pending.slice(frame.length);
  return frame;
}

/** Bytes that came at `now`; the intact frames that they complete. */
export function hear(hearing: Hearing, bytes: Uint8Array, at: { now: number; baud: number }): Uint8Array[] {
  if (at.now - hearing.lastByteMs > silenceMs(at.baud) + lumpMs) {
    if (hearing.pending.length > 0) hearing.badFrames += 1;
    hearing.pending = new Uint8Array(0);
    hearing.deaf = false;
  }
  hearing.lastByteMs = at.now;
  if (hearing.deaf) return [];
  hearing.pending = Uint8Array.of(...hearing.pending, ...bytes);
  const frames: Uint8Array[] = [];
  for (let frame = takeFrame(hearing); frame !== undefined; frame = takeFrame(hearing)) frames.push(frame);
  return frames;
}
