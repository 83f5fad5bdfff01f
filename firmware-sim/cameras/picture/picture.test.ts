// The picture of a simulated read, read back by the product's own decoder: the same read is the same bytes, small, with the right colours of the plate, and its signs are what was read.
import { expect, test } from "vitest";
import { sizedTo } from "#protocols/picture/grey.ts";
import { jpegPlanes } from "#protocols/picture/jpeg.ts";
import { wall } from "#protocols/vocabulary/time.ts";
import { counted } from "#test/promise.ts";
import { plateClass } from "../../parking/plates.ts";
import { newCanvas } from "./canvas.ts";
import { entryPicture } from "./entry-picture.ts";
import { isKnown, sign } from "./glyphs.ts";
import { type Coded, codedOf, jpegOf, quantisers, zigzag } from "./jpeg.ts";
import { plate } from "./plate.ts";

const day = wall(Date.UTC(2026, 10, 27, 2, 15, 9));
const night = wall(Date.UTC(2026, 10, 27, 13, 15, 9));
const pictureOf = (plate: string, at = day, camera = "0A1B2C3D") =>
  entryPicture({ plate, colorType: plateClass(plate).colorType, at, camera });

/** Of each eight by eight points the mean, as the product's own decoder reads it: one slip of a bit, and all that follows is another picture. */
function means(bytes: Uint8Array) {
  const planes = jpegPlanes(bytes);
  const [bright] = planes ?? [];
  if (planes === undefined || bright === undefined) throw new Error("no picture");
  const { width, height } = bright;
  const [y, b, r] = planes.map((plane) => sizedTo(plane, { width, height }));
  return {
    width,
    height,
    /** Red, green and blue where this point lies. */
    at(px: number, py: number): readonly [number, number, number] {
      const at = Math.floor(py / 8) * width + Math.floor(px / 8);
      const [light, blue, red] = [y?.[at] ?? 0, (b?.[at] ?? 128) - 128, (r?.[at] ?? 128) - 128];
      return [light + 1.402 * red, light - 0.344136 * blue - 0.714136 * red, light + 1.772 * blue];
    },
  };
}

test("P 11.picture the same read is the same picture; it is small by day and by night, for every colour of plate; another plate or second is another", (context) => {
  const plates = ["闽C12345", "闽CA8K29", "闽CD12345", "闽C12345D", "闽C1234学", "闽C1234警", "粤Z9065澳", "_无_"];
  const sizes: number[] = [];
  for (const at of [day, night])
    for (const plate of plates) {
      const { frame, cutting } = pictureOf(plate, at);
      expect(Buffer.from(frame).equals(Buffer.from(pictureOf(plate, at).frame))).toBe(true);
      const { width, height } = means(frame);
      expect([width, height]).toEqual([80, 45]);
      expect(means(cutting).height).toBe(7);
      expect(cutting.length).toBeLessThan(frame.length);
      sizes.push(frame.length);
    }
  expect(Math.max(...sizes)).toBeLessThanOrEqual(25_000);
  const others = [
    pictureOf("闽C12345"),
    pictureOf("闽C12346"),
    pictureOf("闽C12345", wall(day + 1_000)),
    pictureOf("闽C12345", day, "FFFFFFFF"),
  ];
  expect(new Set(others.map(({ frame }) => Buffer.from(frame).toString("base64"))).size).toBe(4);
  counted(context, { pictures: sizes.length, "smallest, bytes": Math.min(...sizes), "largest, bytes": Math.max(...sizes) });
});

test.each<[string, string, (colour: readonly [number, number, number]) => boolean]>([
  ["blue", "闽C12345", ([r, g, b]) => b > r + 50 && b > g + 35],
  ["green of a small new-energy car, at its foot", "闽CD12345", ([r, g, b]) => g > r + 15 && g > b + 10],
  ["yellow", "闽C1234学", ([r, g, b]) => r > b + 60 && g > b + 30],
  ["yellow-green of a large new-energy car", "闽C12345D", ([r, g, b]) => g > r + 15 && g > b + 10],
  ["white", "闽C1234警", ([r, g, b]) => Math.min(r, g, b) > 120 && Math.max(r, g, b) - Math.min(r, g, b) < 40],
  ["black", "粤Z9065澳", ([r, g, b]) => Math.max(r, g, b) < 110],
])("the ground of a plate is %s, by day and by night, also when the picture was coded", (_what, text, is) => {
  for (const at of [day, night]) {
    const { frame, plate } = pictureOf(text, at);
    const colour = means(frame).at(plate.x + plate.width * 0.7, plate.y + plate.height - 14);
    expect(is(colour), JSON.stringify(colour)).toBe(true);
  }
});

test("what is written is read, coded as coarsely as the frame is: every other sign at every place is far off", () => {
  const drawn = (text: string): Uint8ClampedArray => {
    const canvas = newCanvas(160, 48);
    plate(canvas, text, { colour: "blue", hung: { x: 2, y: 1, width: 148, height: 47, light: 1 } });
    return brightnessOf(codedOf(canvas, 60), 160, 48);
  };
  const text = "闽C7K3B5";
  const found = drawn(text);
  let [tried, nearest] = [0, Number.POSITIVE_INFINITY];
  for (const at of [2, 3, 4, 5, 6])
    for (const letter of "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ") {
      if (letter === text[at]) continue;
      tried += 1;
      const other = drawn(text.slice(0, at) + letter + text.slice(at + 1));
      nearest = Math.min(
        nearest,
        other.reduce((sum, value, point) => sum + (Math.abs(value - (found[point] ?? 0)) > 50 ? 1 : 0), 0),
      );
    }
  expect(tried).toBe(5 * 33);
  // Points of a sign of some 14 by 31.
  expect(nearest).toBeGreaterThan(18);
});

/** The coefficients turned back into brightness (T.81 A.3.3), written apart from the encoder. */
function brightnessOf({ blocks }: Coded, width: number, height: number): Uint8ClampedArray {
  const made = new Uint8ClampedArray(width * height);
  const order = zigzag;
  const table = quantisers(60)[0];
  for (let part = 0; part * 384 < blocks.length; part += 1)
    for (let n = 0; n < 4; n += 1) {
      const [left, top] = [(part % (width / 16)) * 16 + (n % 2) * 8, Math.floor(part / (width / 16)) * 16 + (n >> 1) * 8];
      const values = new Float64Array(64);
      for (let k = 0; k < 64; k += 1) values[order[k] ?? 0] = (blocks[part * 384 + n * 64 + k] ?? 0) * (table[order[k] ?? 0] ?? 1);
      for (let y = 0; y < 8; y += 1)
        for (let x = 0; x < 8; x += 1) {
          let sum = 0;
          for (let v = 0; v < 8; v += 1)
            for (let u = 0; u < 8; u += 1) {
              const value = values[v * 8 + u] ?? 0;
              if (value === 0) continue;
              const scale = (u === 0 ? Math.SQRT1_2 : 1) * (v === 0 ? Math.SQRT1_2 : 1);
              sum += scale * value * Math.cos(((2 * x + 1) * u * Math.PI) / 16) * Math.cos(((2 * y + 1) * v * Math.PI) / 16);
            }
          made[(top + y) * width + left + x] = sum / 4 + 128;
        }
    }
  return made;
}

test("every letter and figure of a plate has strokes, and no two look alike; a sign that is not known is a blot", () => {
  const signs = [..."0123456789ABCDEFGHJKLMNPQRSTUVWXYZ闽粤京沪浙苏皖鲁湘桂津川云吉甘青宁晋贵学澳挂"];
  const drawn = new Map(
    signs.map((one) => {
      const canvas = newCanvas(16, 22);
      sign(canvas, one, { x: 1, y: 1, width: 14, height: 20, pen: 2, paint: [255, 255, 255] });
      return [one, canvas.pixels] as const;
    }),
  );
  const alike: string[] = [];
  for (const [one, a] of drawn)
    for (const [other, b] of drawn) {
      if (one >= other) continue;
      const different = a.reduce((sum, value, at) => sum + (Math.abs(value - (b[at] ?? 0)) > 128 ? 1 : 0), 0) / 3;
      if (different < 14) alike.push(`${one}${other} ${different}`);
    }
  expect(alike).toEqual([]);
  expect(signs.filter((one) => !isKnown(one))).toEqual([]);
  expect(isKnown("藏")).toBe(false);
});

test("the encoder: what it writes is what was drawn, for sizes that are no multiple of its parts too", () => {
  for (const [width, height] of [
    [16, 16],
    [48, 64],
    [80, 32],
  ] as const) {
    const canvas = newCanvas(width, height);
    for (let y = 0; y < height; y += 1)
      for (let x = 0; x < width; x += 1) canvas.pixels.set([(x * 255) / width, (y * 255) / height, 128], (y * width + x) * 3);
    const picture = means(jpegOf(codedOf(canvas, 95)));
    expect([picture.width, picture.height]).toEqual([Math.ceil(width / 8), Math.ceil(height / 8)]);
    let worst = 0;
    for (let y = 0; y + 16 <= height; y += 16)
      for (let x = 0; x + 16 <= width; x += 16) {
        // Colours lie in sixteen by sixteen, brightness in eight by eight: the mean of the four is that of the place.
        const four = [0, 8].flatMap((dy) => [0, 8].map((dx) => picture.at(x + dx, y + dy)));
        const mean = (n: 0 | 1): number => four.reduce((sum, one) => sum + one[n], 0) / 4;
        worst = Math.max(worst, Math.abs(mean(0) - ((x + 7.5) * 255) / width), Math.abs(mean(1) - ((y + 7.5) * 255) / height));
      }
    expect(worst, `${width} × ${height}`).toBeLessThan(6);
  }
  for (const [width, height] of [
    [17, 31],
    [50, 9],
  ] as const) {
    const picture = means(jpegOf(codedOf(newCanvas(width, height), 60)));
    expect([picture.width, picture.height]).toEqual([Math.ceil(width / 8), Math.ceil(height / 8)]);
  }
});
