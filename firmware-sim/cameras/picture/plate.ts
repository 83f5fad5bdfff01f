// A number plate as it hangs on a car: the colours and forms of GA 36 (blue, yellow, white, black, the green of small and the yellow-green of large new-energy cars), drawn by our own strokes.
import { area, between, box, type Canvas, type Colour, type Paint, roundBox } from "./canvas.ts";
import { sign } from "./glyphs.ts";

/** As Vzenith's `colorType` counts them. */
export type PlateColour = "blue" | "yellow" | "white" | "black" | "green" | "yellow-green";
const byColourType: Readonly<Record<number, PlateColour>> = {
  1: "blue",
  2: "yellow",
  3: "white",
  4: "black",
  5: "green",
  6: "yellow-green",
};
export const plateColour = (colorType: number): PlateColour | undefined => byColourType[colorType];

const white: Colour = [246, 248, 250];
const black: Colour = [14, 16, 20];
const green: Colour = [92, 202, 112];
const yellow: Colour = [247, 190, 18];

interface Look {
  readonly ground: (place: { readonly x: number; readonly y: number }) => Colour;
  readonly ink: Colour;
}
const looks: Readonly<Record<PlateColour, Look>> = {
  blue: { ground: () => [13, 66, 188], ink: white },
  yellow: { ground: () => yellow, ink: black },
  white: { ground: () => white, ink: black },
  black: { ground: () => black, ink: white },
  green: { ground: ({ y }) => between([238, 250, 240], green, Math.min(1, Math.max(0, y * 1.25 - 0.2))), ink: black },
  "yellow-green": { ground: ({ x }) => (x < 0.25 ? yellow : green), ink: black },
};

export interface Hung {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** How bright it is lit, 1 by day. */
  readonly light: number;
}

/** Plates are 440 or 480 by 140 mm. */
export const proportion = (letters: number): number => (letters > 7 ? 480 : 440) / 140;

export function plate(canvas: Canvas, text: string, { colour, hung }: { colour: PlateColour; hung: Hung }): void {
  const letters = [...text.replace(/[·. ]/g, "")];
  const { ground, ink } = looks[colour];
  const { x, y, width, height, light } = hung;
  const lit = ([red, green, blue]: Colour): Colour => [red * light, green * light, blue * light];
  const paint: Paint = (px, py) => lit(ground({ x: (px - x) / width, y: (py - y) / height }));
  area(canvas, roundBox(x - 2, y - 2, width + 4, height + 4, 5), lit([40, 44, 50]));
  area(canvas, roundBox(x, y, width, height, 4), paint);
  // The line within its edge.
  const rim = height * 0.055;
  for (const [rx, ry, rw, rh] of [
    [x + rim, y + rim, width - 2 * rim, rim * 0.7],
    [x + rim, y + height - 1.7 * rim, width - 2 * rim, rim * 0.7],
    [x + rim, y + rim, rim * 0.7, height - 2 * rim],
    [x + width - 1.7 * rim, y + rim, rim * 0.7, height - 2 * rim],
  ] as const)
    area(canvas, box(rx, ry, rw, rh), lit(ink), colour === "green" || colour === "yellow-green" ? 0.25 : 0.85);
  const gap = width * 0.035;
  const each = (width - 4 * rim - gap) / letters.length;
  letters.forEach((letter, n) => {
    const left = x + 2 * rim + n * each + (n > 1 ? gap : 0);
    sign(canvas, letter, {
      ...{ x: left + each * 0.13, y: y + height * 0.17, width: each * 0.74, height: height * 0.66 },
      // The sign of a province has many strokes.
      pen: letter.charCodeAt(0) > 127 ? Math.max(1.5, height * 0.062) : Math.max(2, height * 0.105),
      paint: lit(colour === "white" && letter === "警" ? [200, 24, 30] : ink),
    });
  });
  if (colour !== "green" && colour !== "yellow-green") {
    const middle = x + 2 * rim + 2 * each + gap / 2;
    area(canvas, roundBox(middle - height * 0.05, y + height * 0.45, height * 0.1, height * 0.1, height * 0.04), lit(ink));
  }
}
