// Both families, byte for byte against frames that were not made here, cut, flipped and too long.
import { expect, test } from "vitest";
import { counted } from "#test/promise.ts";
import { bytesOf, toHex } from "../frames/bytes.ts";
import { decode64, encode64, line64, textOf64, voice64 } from "./card-64.ts";
import { decodeAa55, encodeAa55, phrases, screenAa55, textsOfAa55, voiceAa55 } from "./card-aa55.ts";

// Public samples of the vendors' protocol text.
const samples64 = [
  { hex: "0064FFFF301401BBB6D3ADB9E2C1D92CC7EBC8EBB3A1CDA3B3B5A936", command: 0x30, text: "欢迎光临,请入场停车" },
  { hex: "0064FFFF301201D4C14231323334352CBBB6D3ADB9E2C1D96A91", command: 0x30, text: "粤B12345,欢迎光临" },
  { hex: "0064FFFF0006313539373533FB06", command: 0x00, text: undefined },
  { hex: "0064FFFF3F104000000048656C6C6F20776F726C6421EA28", command: 0x3f, text: undefined },
] as const;
// Heard on sites.
const samplesAa55 = [
  { hex: "AA5500640013 0001 0A 762E AF", command: 0x13, texts: [] },
  { hex: "AA5500640027 000C 010A010042323838 34534350 36C9 AF", command: 0x27, texts: ["B2884SCP"] },
] as const;

test("P 06.frames: display and voice frames of both families, byte for byte", (context) => {
  let wrong = 0;
  let bytes = 0;
  let spoilt = 0;
  for (const { hex, command, text } of samples64) {
    const frame = decode64(bytesOf(hex));
    if ("kind" in frame || frame.command !== command || textOf64(frame) !== text) wrong += 1;
    else if (toHex(encode64(frame)) !== hex) wrong += 1;
    if (text !== undefined && toHex(voice64(text)) !== hex) wrong += 1;
    bytes += hex.length / 2;
  }
  for (const { hex, command, texts } of samplesAa55) {
    const plain = toHex(bytesOf(hex));
    const frame = decodeAa55(bytesOf(hex));
    if ("kind" in frame || frame.command !== command || textsOfAa55(frame).join() !== texts.join()) wrong += 1;
    else if (toHex(encodeAa55(frame)) !== plain) wrong += 1;
    bytes += plain.length / 2;
  }
  // Every bit of every sample turned, and every sample cut everywhere, is noticed.
  for (const { hex, decode } of [
    ...samples64.map(({ hex }) => ({ hex, decode: decode64 })),
    ...samplesAa55.map(({ hex }) => ({ hex, decode: decodeAa55 })),
  ]) {
    const whole = bytesOf(hex);
    for (let bit = 0; bit < whole.length * 8; bit += 1) {
      const turned = Uint8Array.from(whole, (byte, at) => (at === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));
      spoilt += 1;
      const read = decode(turned);
      // The 64 family's head is no part of what else could stand there; the AA 55 head and tail are outside the checksum, but fixed.
      if (!("kind" in read)) wrong += 1;
    }
    for (let end = 0; end < whole.length; end += 1) {
      spoilt += 1;
      if (!("kind" in decode(whole.subarray(0, end)))) wrong += 1;
    }
  }
  expect(wrong).toBe(0);
  counted(context, { samples: samples64.length + samplesAa55.length, bytes, spoilt, wrong });
});

test("a line of text says its text, colour and time", () => {
  const frame = decode64(line64({ line: 2, text: "闽C·D12345", colour: "green", seconds: 10 }));
  if ("kind" in frame) return expect.fail(frame.reason);
  expect(textOf64(frame)).toBe("闽C·D12345");
  expect([...frame.data.slice(0, 9)]).toEqual([2, 0x15, 1, 0, 10, 0x15, 1, 3, 1]);
  expect([...frame.data.slice(9, 17)]).toEqual([0, 0xff, 0, 0, 0, 0, 0, 0]);
  expect(() => line64({ line: 4, text: "", colour: "red", seconds: 0 })).toThrow(RangeError);
});

test("a screen has four lines; a voice mixes phrases and text; what is too long is cut between characters", () => {
  const screen = decodeAa55(
    screenAa55(7, [
      { text: "欢迎光临", colour: "red", seconds: 10 },
      { text: "余位 108", colour: "green", seconds: 0 },
    ]),
  );
  if ("kind" in screen) return expect.fail(screen.reason);
  expect([screen.sequence, textsOfAa55(screen)]).toEqual([7, ["欢迎光临", "余位 108", "", ""]]);
  const voice = decodeAa55(voiceAa55(0, ["闽C12345", phrases.pleasePay, "5元"]));
  if ("kind" in voice) return expect.fail(voice.reason);
  expect(textsOfAa55(voice)).toEqual(["闽C12345请缴费5元"]);
  const long = decode64(voice64("长".repeat(300)));
  if ("kind" in long) return expect.fail(long.reason);
  expect(textOf64(long)).toBe("长".repeat(127));
  expect(() =>
    screenAa55(
      0,
      Array.from({ length: 5 }, () => ({ text: "", colour: "red" as const, seconds: 0 })),
    ),
  ).toThrow(RangeError);
});
