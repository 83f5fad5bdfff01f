// Pictures read and told apart: the same scene however it was written, other scenes, and files that are broken in every way.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { counted } from "#test/promise.ts";
import { type Grey, squareOf, upright } from "./grey.ts";
import { jpegGrey } from "./jpeg.ts";
import { distanceOf, type Look, lookOf, nearest, partsOf } from "./look.ts";
import { pngGrey } from "./png.ts";

const file = (name: string): Uint8Array => new Uint8Array(readFileSync(new URL(`../../test/pictures/${name}`, import.meta.url)));
const grey = (name: string): Grey => {
  const read = name.endsWith(".png") ? pngGrey(file(name)) : jpegGrey(file(name));
  if (read === undefined) throw new Error(`${name} was not read`);
  return read;
};
const look = (name: string): { plain: Look; mirrored: Look } => {
  const found = lookOf(grey(name));
  if (found === undefined) throw new Error(`${name} has no look`);
  return found;
};

test("what is read of a JPEG is as bright as the scene, however it was written", (context) => {
  const wanted = squareOf(grey("small.png"), 8);
  const names = ["a.jpg", "half.jpg", "progressive.jpg", "grey.jpg", "full-colour.jpg", "grey.png", "palette.png"];
  for (const name of names) {
    const found = squareOf(grey(name), 8);
    const off = found.reduce((sum, value, at) => sum + Math.abs(value - (wanted[at] ?? 0)), 0) / 64;
    expect(off, `${name}: ${off}`).toBeLessThan(6);
  }
  expect([grey("a.jpg").width, grey("a.jpg").height, grey("half.jpg").width]).toEqual([32, 24, 16]);
  counted(context, { "ways of writing it": names.length });
});

test("the same scene is known again, another is not", (context) => {
  const { plain, mirrored } = look("a.jpg");
  const same = ["half.jpg", "progressive.jpg", "grey.jpg", "full-colour.jpg", "bright.jpg", "small.png", "palette.png", "grey.png"];
  const differs = same.map((name) => distanceOf(plain, look(name).plain));
  expect(Math.max(...differs), same.map((name, at) => `${name} ${differs[at]}`).join(", ")).toBeLessThanOrEqual(nearest);
  expect(distanceOf(mirrored, look("mirrored.jpg").plain)).toBeLessThanOrEqual(nearest);
  expect(distanceOf(plain, look("mirrored.jpg").plain)).toBeGreaterThan(nearest);
  const turned = lookOf(upright(grey("turned.jpg"), 6));
  expect(distanceOf(plain, turned?.plain ?? "")).toBeLessThanOrEqual(nearest);
  const others = ["other2.jpg", "other3.jpg"].flatMap((name) => [
    distanceOf(plain, look(name).plain),
    distanceOf(mirrored, look(name).plain),
  ]);
  expect(Math.min(...others)).toBeGreaterThan(2 * nearest);
  expect(lookOf(grey("flat.jpg"))).toBeUndefined();
  counted(context, {
    "known again": same.length + 2,
    "the worst of them differs in": Math.max(...differs),
    "the nearest other in": Math.min(...others),
  });
});

test("of two looks that differ in no more than seven bits one part is the same: none is missed by looking for the parts", (context) => {
  let seed = 1;
  const chance = (below: number): number => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed % below;
  };
  let pairs = 0;
  for (let n = 0; n < 2_000; n += 1) {
    const bits = Array.from({ length: 64 }, () => chance(2));
    const other = [...bits];
    const flips = chance(nearest + 1);
    for (let k = 0; k < flips; k += 1) {
      const at = chance(64);
      other[at] = 1 - (other[at] ?? 0);
    }
    const text = (from: readonly number[]): Look =>
      Array.from({ length: 16 }, (_, at) => Number.parseInt(from.slice(at * 4, at * 4 + 4).join(""), 2).toString(16)).join("");
    const [one, two] = [text(bits), text(other)];
    if (distanceOf(one, two) > nearest) continue;
    pairs += 1;
    expect(partsOf(one).some((part) => partsOf(two).includes(part))).toBe(true);
  }
  counted(context, { pairs });
});

test("a file that is cut off or spoilt anywhere is read as something or as nothing, never as an error", (context) => {
  let tried = 0;
  let seed = 7;
  for (const name of ["a.jpg", "progressive.jpg", "grey.jpg", "small.png", "palette.png"]) {
    const whole = file(name);
    const read = name.endsWith(".png") ? pngGrey : jpegGrey;
    for (let n = 0; n < 60; n += 1) {
      seed = (seed * 48_271) % 2_147_483_647;
      const cut = whole.slice(0, seed % whole.length);
      const spoilt = whole.slice();
      spoilt[seed % whole.length] = (seed >> 8) & 255;
      for (const bytes of [cut, spoilt]) {
        const found = read(bytes);
        if (found !== undefined) expect(found.values.length).toBe(found.width * found.height);
        tried += 1;
      }
    }
  }
  expect(jpegGrey(new Uint8Array())).toBeUndefined();
  expect(pngGrey(new Uint8Array(Buffer.from("89504e470d0a1a0a", "hex")))).toBeUndefined();
  // What claims to be larger than any photo is not even begun.
  const huge = file("small.png");
  new DataView(huge.buffer).setUint32(16, 2_000_000);
  new DataView(huge.buffer).setUint32(20, 2_000_000);
  expect(pngGrey(huge)).toBeUndefined();
  counted(context, { "files spoilt": tried });
});
