// How much may be on its way at once: what the link carries in half a second, measured by the cloud's own answers, and shared by all classes but urgent.
// A full socket buffer would hold an alarm up for many seconds (17 s at 64 kbit/s), so nothing is handed to the socket that is not about to leave it.
import type { Stream } from "#protocols/vocabulary/ids.ts";

/** More than this is never in one message. */
export const largestBytes = 65_536;
const smallestBytes = 1024;
/** On a link that nobody has measured yet: half a second of 32 kbit/s. */
const firstBytes = 2048;
/** What the lower classes may keep the link busy with; with headers and the answers on their way back it stays under half a second. */
const wantedMs = 400;
/** A round trip that is longer is no property of the link: something stood in its way. */
const longestBaseMs = 3000;

/** Whose turn it is: money every second time, so that no backlog of it stops the rest for ever. */
const turns: readonly Exclude<Stream, "urgent">[] = ["money", "state", "money", "bulk"];

export interface Pace {
  /** Bytes that a batch of this stream may have now; 0: not yet, something of the lower classes has to land first. */
  room(stream: Stream): number;
  /** The classes in the order in which they may be asked for a batch. */
  order(): readonly Stream[];
  sent(stream: Stream, bytes: number): void;
  /** Answered `elapsed_ms` after it was sent, without the time that the cloud itself took. */
  landed(stream: Stream, elapsed_ms: number): void;
  /** Never answered. */
  lost(stream: Stream): void;
  /** A new connection: nothing is on its way, and `roundTrip_ms` is what a small message takes, if that is known. */
  begin(roundTrip_ms?: number): void;
  readonly window: number;
}

export function createPace(): Pace {
  let window = firstBytes;
  let base = longestBaseMs;
  let turn = 0;
  const onTheWay = new Map<Stream, { bytes: number; filled: boolean }>();
  const busy = (): number => {
    let sum = 0;
    for (const [stream, { bytes }] of onTheWay) if (stream !== "urgent") sum += bytes;
    return sum;
  };
  const resize = (to: number): void => {
    window = Math.min(largestBytes, Math.max(smallestBytes, Math.floor(to)));
  };

  return {
    room: (stream) => {
      if (stream === "urgent") return window;
      const taken = busy();
      const left = window - taken;
      return taken === 0 || left >= smallestBytes ? left : 0;
    },
    order: () => ["urgent", ...new Set(turns.map((_, i) => turns[(turn + i) % turns.length] ?? "bulk"))],
    sent: (stream, bytes) => {
      if (stream !== "urgent") {
        // The turn that was used is over; the others keep theirs.
        const used = turns.findIndex((_, i) => turns[(turn + i) % turns.length] === stream);
        turn = (turn + used + 1) % turns.length;
      }
      onTheWay.set(stream, { bytes, filled: busy() + bytes >= window * 0.75 });
    },
    landed: (stream, elapsed_ms) => {
      const filled = onTheWay.get(stream)?.filled === true;
      onTheWay.delete(stream);
      base = Math.min(base, elapsed_ms);
      const waited = elapsed_ms - base;
      // A batch that filled the window and was through in less than half of the time: the link carries twice as much.
      if (waited > wantedMs) resize(window * Math.max(0.5, wantedMs / waited));
      else if (filled && waited * 2 < wantedMs) resize(window * 2);
    },
    lost: (stream) => {
      onTheWay.delete(stream);
      resize(window / 2);
    },
    begin: (roundTrip_ms = longestBaseMs) => {
      onTheWay.clear();
      base = Math.min(longestBaseMs, roundTrip_ms);
    },
    get window() {
      return window;
    },
  };
}
