// The stream reader on the smallest framing there is: `[`, a length digit, so many letters, `]`.
import fc from "fast-check";
import { expect, test } from "vitest";
import { undecodable } from "#protocols/vocabulary/faults.ts";
import { cut, dice, hear } from "#test/streams.ts";
import { type Framing, freshStream, silence, step } from "./stream.ts";

const boxes: Framing<string> = {
  longest: 12,
  look(bytes) {
    const text = String.fromCharCode(...bytes);
    if (!text.startsWith("[")) return { kind: "none" };
    if (text.length < 2) return { kind: "more" };
    const size = 3 + Number(text[1]);
    if (Number.isNaN(size)) return { kind: "bad", size: 2, why: undecodable("no length", 1) };
    if (text.length < size) return { kind: "more" };
    if (text[size - 1] !== "]") return { kind: "bad", size, why: undecodable("no end", size - 1) };
    return { kind: "frame", size, frame: text.slice(2, size - 1) };
  },
};
const ascii = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));
const said = (bytes: Uint8Array) => String.fromCharCode(...bytes);

test.each([
  //  stream               frames            plain noise     refused
  ["[2ab][0][3abc]", ["ab", "", "abc"], "", []],
  ["xx[1a]yy[1b]z", ["a", "b"], "xxyyz", []],
  ["[1ab[1b]", ["b"], "", ["[1ab"]],
  ["[5a[1b]", ["b"], "", ["[5a[1b]"]],
  ["[[[1a]", ["a"], "", ["[[", "[["]],
  ["[9abc", [], "", ["[9abc"]],
])("%s", (stream, frames, noise, refused) => {
  const heard = hear(boxes, [ascii(stream)]);
  expect(heard.frames.map((one) => one.frame)).toEqual(frames);
  expect(
    heard.noise
      .filter((one) => one.why === undefined)
      .map((one) => said(one.bytes))
      .join(""),
  ).toBe(noise);
  expect(heard.noise.filter((one) => one.why !== undefined).map((one) => said(one.bytes))).toEqual(refused);
});

test("the same stream gives the same frames at the same places, however it is cut", () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom("[", "]", "1", "2", "a", "[1a]", "[2bc]")), fc.integer(), (pieces, seed) => {
      const stream = ascii(pieces.join(""));
      expect(hear(boxes, cut(stream, 5, dice(seed))).frames).toEqual(hear(boxes, [stream]).frames);
    }),
  );
});

test("an unfinished frame waits, and silence gives up only its start", () => {
  const waiting = step(boxes, freshStream, ascii("[9[1a]"));
  expect(waiting.frames).toEqual([]);
  expect(silence(boxes, waiting.state).frames.map((one) => one.frame)).toEqual(["a"]);
});
