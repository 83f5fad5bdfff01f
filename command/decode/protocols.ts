// The protocols that `decode` knows: how each finds its frames in bytes, and explains one.

import { explainGbt26875 } from "#protocols/fire/gbt26875/explain.ts";
import { gbt26875 } from "#protocols/fire/gbt26875/frame.ts";
import { type Profile, standard } from "#protocols/fire/gbt26875/profile.ts";
import type { Explanation } from "#protocols/frames/explain.ts";
import { type Framing, freshStream, type Noise, silence } from "#protocols/frames/stream.ts";
import { dc589 } from "#protocols/piles/dc589/codec.ts";
import { explainDc589 } from "#protocols/piles/dc589/explain.ts";
import { explainDlt645 } from "#protocols/piles/dlt645/explain.ts";
import { dlt645 } from "#protocols/piles/dlt645/frame.ts";
import type { Direction } from "#protocols/piles/dny/codec.ts";
import { explainDny } from "#protocols/piles/dny/explain.ts";
import { dny } from "#protocols/piles/dny/frame.ts";
import { explainModbus, modbus } from "./modbus.ts";

export interface Options {
  /** DNY: who sent it, where the body alone does not say. */
  readonly from?: Direction;
  /** GB/T 26875.3: which deviations are allowed. */
  readonly profile?: Profile;
}

export interface Item {
  /** refused: it began like a frame and is none. */
  readonly kind: "frame" | "refused" | "noise";
  readonly at: number;
  readonly bytes: Uint8Array;
  readonly explanation?: Explanation;
  readonly reason?: string;
}

interface Reading<Frame> {
  readonly framing: Framing<Frame>;
  readonly explain: (bytes: Uint8Array, frame?: Frame) => Explanation;
}

function read<Frame>({ framing, explain }: Reading<Frame>, bytes: Uint8Array): readonly Item[] {
  const { frames, noise } = silence(framing, { ...freshStream, pending: bytes });
  const refused = ({ why, ...rest }: Noise): Item =>
    why === undefined ? { kind: "noise", ...rest } : { kind: "refused", ...rest, reason: why.reason, explanation: explain(rest.bytes) };
  const good = frames.map(({ frame, ...rest }): Item => ({ kind: "frame", ...rest, explanation: explain(rest.bytes, frame) }));
  return [...good, ...noise.map(refused)].sort((a, b) => a.at - b.at);
}

export const protocols: Readonly<Record<string, (bytes: Uint8Array, options: Options) => readonly Item[]>> = {
  dny: (bytes, { from }) => read({ framing: dny, explain: (frame, heard) => explainDny(frame, heard, from) }, bytes),
  dc589: (bytes) => read({ framing: dc589, explain: explainDc589 }, bytes),
  dlt645: (bytes) => read({ framing: dlt645, explain: explainDlt645 }, bytes),
  gbt26875: (bytes, { profile = standard }) => read({ framing: gbt26875(profile), explain: explainGbt26875 }, bytes),
  modbus: (bytes) => read({ framing: modbus, explain: explainModbus }, bytes),
};
