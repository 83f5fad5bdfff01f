// A picture made small: of the same colours, upright, and with nothing of the camera's own words in it.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { counted } from "#test/promise.ts";
import { jpegBare, pngBare } from "./bare.ts";
import { sizedTo } from "./grey.ts";
import { jpegGrey } from "./jpeg.ts";
import { pngPlanes } from "./png.ts";
import { longest, smallOf } from "./small.ts";

const file = (name: string): Uint8Array => new Uint8Array(readFileSync(new URL(`../../test/pictures/${name}`, import.meta.url)));
const small = (name: string, orientation = 1) => {
  const made = smallOf(file(name), name.endsWith(".png") ? "image/png" : "image/jpeg", orientation);
  if (made === undefined) throw new Error(`${name} was not read`);
  return made;
};
/** Sixteen by twelve points of each colour. */
const colours = (name: string, orientation = 1): Float64Array[] =>
  (pngPlanes(small(name, orientation).bytes) ?? []).map((plane) => sizedTo(plane, { width: 8, height: 6 }));
const apart = (one: readonly Float64Array[], other: readonly Float64Array[]): number =>
  Math.max(...one.map((plane, n) => plane.reduce((sum, value, at) => sum + Math.abs(value - (other[n]?.[at] ?? 0)), 0) / plane.length));

test("a JPEG and a PNG of one scene are of one colour when they are small, however they were coded", (context) => {
  const wanted = colours("small.png");
  expect(wanted.length).toBe(3);
  const names = ["a.jpg", "half.jpg", "progressive.jpg", "full-colour.jpg", "palette.png"];
  const worst = names.map((name) => apart(colours(name), wanted));
  expect(Math.max(...worst), names.map((name, at) => `${name} ${worst[at]?.toFixed(1)}`).join(", ")).toBeLessThan(14);
  // Colours are told apart: grey is not taken for it.
  const [red, , blue] = colours("grey.jpg");
  expect(apart([red ?? new Float64Array()], [blue ?? new Float64Array()])).toBeLessThan(1);
  // Turned as the camera says, it stands upright.
  expect(apart(colours("turned.jpg", 6), wanted)).toBeLessThan(20);
  expect(Math.max(...names.map((name) => Math.max(small(name).width, small(name).height)))).toBeLessThanOrEqual(longest);
  expect(smallOf(new Uint8Array(8), "image/jpeg")).toBeUndefined();
  expect(smallOf(file("a.jpg"), "image/webp")).toBeUndefined();
  counted(context, { pictures: names.length + 2 });
});

test("a bare JPEG is the same picture without what was written beside it, and what hangs behind its end is gone", () => {
  const bytes = file("turned.jpg");
  const [film, secret] = [new TextEncoder().encode("a film behind it"), new TextEncoder().encode("GPS 24.8N")];
  const comment = Uint8Array.of(0xff, 0xfe, 0, secret.length + 2, ...secret);
  const told = Uint8Array.from([...bytes.subarray(0, 2), ...comment, ...bytes.subarray(2), ...film]);
  const bare = jpegBare(told);
  const words = new TextDecoder("latin1").decode(bare?.bytes);
  expect(["Exif", "GPS 24.8N", "a film"].filter((one) => words.includes(one))).toEqual([]);
  expect(jpegGrey(bare?.bytes ?? new Uint8Array())).toEqual(jpegGrey(bytes));
  for (let at = 0; at < told.length; at += 97) expect(() => jpegBare(told.subarray(0, at))).not.toThrow();
  expect(jpegBare(file("small.png"))).toBeUndefined();
});

test("a bare PNG is the same picture without what was written beside it, and what hangs behind its end is gone; cut anywhere it is none", () => {
  const bytes = file("small.png");
  const beside = new TextEncoder().encode("tEXtGPS\u0000 24.7,118.6");
  const chunk = new Uint8Array(beside.length + 8);
  new DataView(chunk.buffer).setUint32(0, beside.length - 4);
  chunk.set(beside, 4);
  // After the signature and the header.
  const told = new Uint8Array([...bytes.subarray(0, 33), ...chunk, ...bytes.subarray(33), ...beside]);
  const bare = pngBare(told);
  expect(new TextDecoder("latin1").decode(bare?.bytes)).not.toContain("GPS");
  expect(pngPlanes(bare?.bytes ?? new Uint8Array())).toEqual(pngPlanes(bytes));
  const [red] = pngPlanes(bytes) ?? [];
  expect([bare?.width, bare?.height]).toEqual([red?.width, red?.height]);
  for (let length = 0; length < bytes.length; length += 97) expect(pngBare(bytes.subarray(0, length)), String(length)).toBeUndefined();
});
