// What a stream reader is put through: every cut, frames run together, noise between them, and chance that can be repeated.
import { concat, toHex } from "#protocols/frames/bytes.ts";
import { type Framed, type Framing, freshStream, type Noise, silence, step } from "#protocols/frames/stream.ts";

export interface Heard<Frame> {
  readonly frames: readonly Framed<Frame>[];
  readonly noise: readonly Noise[];
}

/** Feeds the pieces one after another, then lets the line fall silent. */
export function hear<Frame>(framing: Framing<Frame>, pieces: readonly Uint8Array[]): Heard<Frame> {
  const frames: Framed<Frame>[] = [];
  const noise: Noise[] = [];
  let state = freshStream;
  for (const piece of pieces) {
    const stepped = step(framing, state, piece);
    if (stepped.state.pending.length >= framing.longest) throw new Error("more bytes wait than the longest frame has");
    state = stepped.state;
    frames.push(...stepped.frames);
    noise.push(...stepped.noise);
  }
  const last = silence(framing, state);
  return { frames: [...frames, ...last.frames], noise: [...noise, ...last.noise] };
}

export const hexes = <Frame>({ frames }: Heard<Frame>): string[] => frames.map((one) => toHex(one.bytes));

/** Whole numbers below `below`, the same for the same seed (xorshift32). */
export function dice(seed: number): (below: number) => number {
  let state = seed | 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

/** Cuts a stream into pieces of 0 … `most` bytes. */
export function cut(bytes: Uint8Array, most: number, roll: (below: number) => number): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; ) {
    const size = roll(most + 1);
    pieces.push(bytes.slice(at, at + size));
    at += size;
  }
  return pieces;
}

export interface Torture {
  readonly splits: number;
  readonly merged: number;
  readonly noisy: number;
  readonly wrong: string[];
}

/** Each vector cut in two at each byte and byte by byte; all of them in one piece; all with noise before, between and behind, in pieces of every kind. */
export function torture<Frame>(framing: Framing<Frame>, vectors: readonly Uint8Array[], noises: readonly Uint8Array[]): Torture {
  const wrong: string[] = [];
  const check = (what: string, heard: Heard<Frame>, sent: readonly Uint8Array[], noiseBytes: number) => {
    const expected = sent.map(toHex);
    if (hexes(heard).join() !== expected.join()) wrong.push(`${what}: frames`);
    // Every byte is in a frame or in the noise, none in both; a refused pretence is reported whole, so its bytes may stand twice.
    const plain = heard.noise.filter((one) => one.why === undefined).reduce((sum, one) => sum + one.bytes.length, 0);
    if (plain > noiseBytes) wrong.push(`${what}: ${plain} bytes of noise of ${noiseBytes}`);
  };
  let splits = 0;
  for (const vector of vectors) {
    for (let at = 1; at < vector.length; at += 1) {
      check(`${toHex(vector)} cut at ${at}`, hear(framing, [vector.slice(0, at), vector.slice(at)]), [vector], 0);
      splits += 1;
    }
    check(
      `${toHex(vector)} byte by byte`,
      hear(
        framing,
        Array.from(vector, (byte) => Uint8Array.of(byte)),
      ),
      [vector],
      0,
    );
    splits += 1;
  }
  check("merged", hear(framing, [concat(...vectors)]), vectors, 0);
  const roll = dice(7);
  let noisy = 0;
  for (const noise of noises) {
    const stream = concat(noise, ...vectors.flatMap((vector) => [vector, noise]));
    for (const most of [1, 3, 17, 400]) {
      check(`noise ${toHex(noise)}`, hear(framing, cut(stream, most, roll)), vectors, noise.length * (vectors.length + 1));
      noisy += vectors.length;
    }
  }
  return { splits, merged: vectors.length, noisy, wrong };
}
