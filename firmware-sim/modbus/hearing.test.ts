// Frames are found in bytes as they come: in pieces, in one lump, with noise between.
import { describe, expect, it } from "vitest";
import { readRequest, rtuFrame, writeCoilRequest, writeRegistersRequest } from "#protocols/modbus/frame.ts";
import { hear, newHearing } from "./hearing.ts";

const read = rtuFrame(readRequest(1, 4, 0, 108));
const off = rtuFrame(writeCoilRequest(2, 9, 0));
const many = rtuFrame(writeRegistersRequest(1, 256, [1]));
const unknown = rtuFrame({ unit: 1, pdu: Uint8Array.of(0x2b, 0x0e, 1, 0) });
const spoiled = read.map((byte, i) => (i === 3 ? byte ^ 0x10 : byte));
const join = (...parts: readonly Uint8Array[]) => Uint8Array.of(...parts.flatMap((part) => [...part]));

describe("frames in bytes", () => {
  const table: readonly { what: string; heard: readonly [ms: number, bytes: Uint8Array][]; frames: readonly Uint8Array[]; bad: number }[] =
    [
      { what: "one frame in one lump", heard: [[0, read]], frames: [read], bad: 0 },
      { what: "a function of unknown length", heard: [[0, unknown]], frames: [unknown], bad: 0 },
      { what: "a frame with a byte count", heard: [[0, many]], frames: [many], bad: 0 },
      {
        what: "split, a few ms apart",
        heard: [
          [0, read.slice(0, 3)],
          [4, read.slice(3, 7)],
          [9, read.slice(7)],
        ],
        frames: [read],
        bad: 0,
      },
      { what: "two in one lump", heard: [[0, join(read, off)]], frames: [read, off], bad: 0 },
      {
        what: "a frame and a half, then the rest",
        heard: [
          [0, join(read, off.slice(0, 5))],
          [3, off.slice(5)],
        ],
        frames: [read, off],
        bad: 0,
      },
      { what: "a bad CRC", heard: [[0, spoiled]], frames: [], bad: 1 },
      {
        what: "good bytes right behind bad ones are not believed",
        heard: [
          [0, spoiled],
          [5, read],
        ],
        frames: [],
        bad: 1,
      },
      {
        what: "after a silence they are",
        heard: [
          [0, spoiled],
          [50, read],
        ],
        frames: [read],
        bad: 1,
      },
      {
        what: "half a frame, a silence, a whole one",
        heard: [
          [0, read.slice(0, 5)],
          [50, off],
        ],
        frames: [off],
        bad: 1,
      },
      {
        what: "noise of any length",
        heard: [
          [0, new Uint8Array(300).fill(0xff)],
          [400, off],
        ],
        frames: [off],
        bad: 1,
      },
    ];
  it.each(table)("$what", ({ heard, frames, bad }) => {
    const hearing = newHearing();
    const got = heard.flatMap(([now, bytes]) => hear(hearing, bytes, { now, baud: 19_200 }));
    expect(got.map((frame) => [...frame])).toEqual(frames.map((frame) => [...frame]));
    expect(hearing.badFrames).toBe(bad);
  });
});
