// SNTP as a server answers it (RFC 4330, §4 the packet, §5 client, §6 server, §8 kiss codes): 48 bytes, version and poll of the client copied, times as seconds since 1900.
// A clock that nobody vouches for says so: leap 3, stratum 0, INIT; the times are ours all the same, because a camera that follows us agrees with who judges its reads.
import { type Undecodable, undecodable } from "#protocols/vocabulary/faults.ts";
import type { Wall } from "#protocols/vocabulary/time.ts";

export const packetBytes = 48;
/** From 1900 to 1970, in seconds. */
const from1900_s = 2_208_988_800;
const era = 2 ** 32;
const clientMode = 3;
const serverMode = 4;
/** Behind whatever this machine follows, which it cannot ask: 2 is the least for a server that is no clock itself, 3 is usual behind a public pool. */
const usualStratum = 4;
/** 2^-10 s: a wall clock of milliseconds. */
const precision = -10;
const init = 0x494e4954;
/** "127.0.0.1": what we follow is this machine's own time service. */
const localReference = 0x7f000001;

export interface SntpRequest {
  readonly version: number;
  readonly poll: number;
  /** The client's transmit time, copied back as it came. */
  readonly transmit: Uint8Array;
}

export function decodeRequest(bytes: Uint8Array): SntpRequest | Undecodable {
  if (bytes.length < packetBytes) return undecodable(`shorter than ${packetBytes} bytes`, bytes.length);
  const [first = 0, , poll = 0] = bytes;
  const version = (first >> 3) & 7;
  if ((first & 7) !== clientMode) return undecodable("no client asks (mode 3)");
  if (version < 1 || version > 4) return undecodable("version 1 to 4");
  return { version, poll, transmit: bytes.slice(40, 48) };
}

export interface Told {
  readonly synchronised: boolean;
  /** When the question came, and when the answer goes. */
  readonly received: Wall;
  readonly sent: Wall;
}

function writeTime(view: DataView, at: number, wall: Wall): void {
  const seconds = Math.floor(wall / 1000);
  view.setUint32(at, (seconds + from1900_s) % era);
  view.setUint32(at + 4, Math.floor(((wall - seconds * 1000) / 1000) * era));
}

export function encodeAnswer({ version, poll, transmit }: SntpRequest, { synchronised, received, sent }: Told): Uint8Array {
  const bytes = new Uint8Array(packetBytes);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, ((synchronised ? 0 : 3) << 6) | (version << 3) | serverMode);
  view.setUint8(1, synchronised ? usualStratum : 0);
  view.setUint8(2, poll);
  view.setInt8(3, precision);
  // Root delay is not known; root dispersion: what a household clock behind a time server is off, 50 ms, in 16.16 seconds.
  view.setUint32(8, synchronised ? Math.round(0.05 * 65_536) : 0);
  view.setUint32(12, synchronised ? localReference : init);
  if (synchronised) writeTime(view, 16, received);
  bytes.set(transmit, 24);
  writeTime(view, 32, received);
  writeTime(view, 40, sent);
  return bytes;
}

/** What a client makes of an answer; for tests and for `doctor`. Era 0 until 2036, era 1 from then. */
export function readTime(bytes: Uint8Array, at: number): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const seconds = view.getUint32(at);
  const whole = seconds >= from1900_s ? seconds - from1900_s : seconds + era - from1900_s;
  return whole * 1000 + (view.getUint32(at + 4) * 1000) / era;
}
