// Frames out of a stream of bytes: however it was cut, whatever stands between them, and again in step after a broken one.
import { type Undecodable, undecodable } from "#protocols/vocabulary/faults.ts";
import { concat } from "./bytes.ts";

/** What stands at the start of these bytes. `bad`: it began like a frame of `size` bytes and is none; only its first byte is given up, because the next good frame may begin inside it. */
export type Look<Frame> =
  | { readonly kind: "frame"; readonly size: number; readonly frame: Frame }
  | { readonly kind: "bad"; readonly size: number; readonly why: Undecodable }
  | { readonly kind: "more" }
  | { readonly kind: "none" };

export interface Framing<Frame> {
  /** No frame is longer: so many bytes are the most that wait. */
  readonly longest: number;
  look(bytes: Uint8Array): Look<Frame>;
}

export interface Framed<Frame> {
  /** Bytes from the start of the stream. */
  readonly at: number;
  readonly bytes: Uint8Array;
  readonly frame: Frame;
}
/** Bytes that belong to no frame; with `why`, bytes that pretended to be one. `inside`: it began within a pretence that was already reported, so it may only be a piece of that. */
export interface Noise {
  readonly at: number;
  readonly bytes: Uint8Array;
  readonly why?: Undecodable;
  readonly inside?: true;
}

export interface StreamState {
  readonly at: number;
  readonly pending: Uint8Array;
  /** Bytes before this place were already reported as a broken frame, and are not reported again as noise. */
  readonly reportedTo: number;
}
export const freshStream: StreamState = { at: 0, pending: new Uint8Array(0), reportedTo: 0 };

export interface Stepped<Frame> {
  readonly state: StreamState;
  readonly frames: readonly Framed<Frame>[];
  readonly noise: readonly Noise[];
}

interface Found<Frame> {
  readonly frames: Framed<Frame>[];
  readonly noise: Noise[];
}

function read<Frame>(framing: Framing<Frame>, state: StreamState, ended: boolean): Stepped<Frame> {
  const { at: base, pending } = state;
  const found: Found<Frame> = { frames: [], noise: [] };
  let { reportedTo } = state;
  let offset = 0;
  let noiseFrom = 0;
  const closeNoise = () => {
    const from = Math.max(noiseFrom, reportedTo - base);
    if (from < offset) found.noise.push({ at: base + from, bytes: pending.slice(from, offset) });
    noiseFrom = offset;
  };
  while (offset < pending.length) {
    const rest = pending.subarray(offset);
    const look = framing.look(rest);
    if (look.kind === "frame") {
      closeNoise();
      found.frames.push({ at: base + offset, bytes: rest.slice(0, look.size), frame: look.frame });
      offset += look.size;
      noiseFrom = offset;
      continue;
    }
    if (look.kind === "more" && !ended) {
      if (rest.length >= framing.longest) throw new RangeError(`a reader asks for more than ${framing.longest} bytes`);
      break;
    }
    if (look.kind !== "none") {
      closeNoise();
      const size = look.kind === "bad" ? Math.min(look.size, rest.length) : rest.length;
      const why = look.kind === "bad" ? look.why : undecodable("the frame is not complete", base + pending.length);
      const inside = base + offset < reportedTo;
      found.noise.push({ at: base + offset, bytes: rest.slice(0, size), why, ...(inside && { inside }) });
      reportedTo = Math.max(reportedTo, base + offset + size);
    }
    offset += 1;
  }
  closeNoise();
  return { state: { at: base + offset, pending: pending.slice(offset), reportedTo }, ...found };
}

/** Takes bytes as they come. The same stream gives the same frames, however it is cut. */
export const step = <Frame>(framing: Framing<Frame>, state: StreamState, bytes: Uint8Array): Stepped<Frame> =>
  read(framing, { ...state, pending: concat(state.pending, bytes) }, false);

/** Nothing more is coming (the line fell silent, or closed): what waited for its end is no frame, and what stood behind its start is looked at. */
export const silence = <Frame>(framing: Framing<Frame>, state: StreamState): Stepped<Frame> => read(framing, state, true);
