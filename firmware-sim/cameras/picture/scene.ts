// What a camera at a compound's lane sees: the lane, the wall and the trees behind it, the island with the barrier's post, and the front of a car that stopped before it; by day, or by the car's own light.
import type { Chance } from "../../chance.ts";
import { area, between, box, type Canvas, type Colour, glow, newCanvas, oval, type Point, roundBox, shade, stroke } from "./canvas.ts";

export const width = 640;
export const height = 360;
const middle = 316;

export interface Car {
  readonly paint: Colour;
  readonly body: "saloon" | "tall" | "van";
}
const paints: readonly Colour[] = [
  [226, 228, 230],
  [150, 156, 163],
  [44, 47, 54],
  [96, 28, 34],
  [38, 62, 104],
  [188, 176, 152],
];
export const cars: readonly Car[] = paints.map((paint, n) => ({ paint, body: n % 3 === 1 ? "tall" : "saloon" }));
export const van: Car = { paint: [232, 226, 205], body: "van" };

/** Where its plate hangs, middle and height; how wide its pixels are lies with the plate. */
export const plateAt: Readonly<Record<Car["body"], { readonly y: number; readonly height: number }>> = {
  saloon: { y: 268, height: 47 },
  tall: { y: 262, height: 47 },
  van: { y: 276, height: 47 },
};
export const plateMiddle = middle;

function surroundings(canvas: Canvas, night: boolean, chance: Chance): void {
  const dim = night ? 0.2 : 1;
  const of = (colour: Colour): Colour => shade(colour, dim);
  const sky: readonly [Colour, Colour] = night
    ? [
        [10, 13, 22],
        [24, 28, 40],
      ]
    : [
        [168, 196, 224],
        [222, 231, 238],
      ];
  area(canvas, box(0, 0, width, 110), (_, y) => between(sky[0], sky[1], y / 110));
  // Blocks of flats, with their windows; by night some are lit.
  for (const [x, w, top, tone] of [
    [18, 120, 22, 186],
    [462, 150, 12, 198],
    [176, 84, 46, 176],
    [372, 74, 52, 182],
  ] as const) {
    area(canvas, box(x, top, w, 110 - top), of([tone, tone - 6, tone - 18]));
    for (let wy = top + 8; wy < 100; wy += 15)
      for (let wx = x + 8; wx < x + w - 12; wx += 17) {
        const lit = night && chance.unit() < 0.3;
        area(canvas, box(wx, wy, 9, 8), lit ? [214, 176, 104] : of([96, 110, 126]));
      }
  }
  for (const [x, r] of [
    [150, 34],
    [282, 26],
    [352, 30],
    [454, 26],
    [626, 36],
    [4, 30],
  ] as const) {
    area(canvas, oval(x, 100, r, r * 0.8), of([58, 92, 56]));
    area(canvas, oval(x - r * 0.3, 92, r * 0.6, r * 0.5), of([78, 116, 70]));
  }
  // The wall, the kerb, the road, and the white line before which one stops.
  area(canvas, box(0, 104, width, 34), of([172, 158, 140]));
  area(canvas, box(0, 104, width, 4), of([120, 108, 96]));
  area(canvas, box(0, 136, width, height - 136), (_, y) => of(between([118, 120, 122], [82, 84, 87], (y - 136) / 224)));
  area(
    canvas,
    [
      [0, 150],
      [96, 138],
      [150, 138],
      [40, 360],
      [0, 360],
    ],
    of([156, 152, 146]),
  );
  area(
    canvas,
    [
      [640, 150],
      [540, 138],
      [492, 138],
      [600, 360],
      [640, 360],
    ],
    of([156, 152, 146]),
  );
  stroke(
    canvas,
    [
      [150, 138],
      [40, 360],
    ],
    5,
    of([226, 226, 220]),
  );
  stroke(
    canvas,
    [
      [492, 138],
      [600, 360],
    ],
    5,
    of([226, 226, 220]),
  );
  // The barrier's post on its island, its arm upright, red and white.
  area(canvas, roundBox(34, 118, 34, 132, 5), of([238, 150, 30]));
  area(canvas, box(34, 140, 34, 10), of([40, 44, 50]));
  for (let n = 0; n < 8; n += 1) area(canvas, box(47, 2 + n * 15, 8, 15), n % 2 === 0 ? of([208, 42, 40]) : of([240, 240, 238]));
  // The booth.
  area(canvas, box(556, 92, 84, 130), of([206, 214, 220]));
  area(canvas, box(548, 84, 92, 12), of([50, 86, 150]));
  area(canvas, box(566, 112, 64, 46), night ? [202, 184, 132] : [122, 146, 164]);
}

const mirrored = (points: readonly Point[]): Point[] => points.map(([x, y]) => [2 * middle - x, y]);

function front(canvas: Canvas, { paint, body }: Car, night: boolean): void {
  const dim = night ? 0.34 : 1;
  const of = (colour: Colour, by = 1): Colour => shade(colour, dim * by);
  const tall = body === "saloon" ? 0 : body === "tall" ? 22 : 46;
  const roof = 92 - tall;
  area(canvas, oval(middle, 322, 196, 22), [18, 19, 22], night ? 0.7 : 0.55);
  for (const wheel of [box(middle - 166, 252, 44, 72)]) {
    area(canvas, wheel, of([26, 27, 30]));
    area(canvas, mirrored(wheel), of([26, 27, 30]));
  }
  // Cabin and glass, the mirrors, the bonnet, the bumper: lit from above.
  const spread = body === "van" ? 34 : 0;
  area(
    canvas,
    [
      [middle - 92 - spread, roof],
      [middle + 92 + spread, roof],
      [middle + 140 + spread / 3, 168],
      [middle - 140 - spread / 3, 168],
    ],
    of(paint, 0.86),
  );
  area(
    canvas,
    [
      [middle - 84 - spread, roof + 10],
      [middle + 84 + spread, roof + 10],
      [middle + 124 + spread / 3, 164],
      [middle - 124 - spread / 3, 164],
    ],
    (x, y) => of(between([92, 112, 128], [34, 42, 50], Math.min(1, (y - roof) / 80 + ((x + y) % 180 < 26 ? -0.35 : 0)))),
  );
  stroke(
    canvas,
    [
      [middle - 60, 162],
      [middle - 4, 158],
    ],
    2,
    of([20, 22, 24]),
  );
  stroke(
    canvas,
    [
      [middle + 12, 162],
      [middle + 66, 158],
    ],
    2,
    of([20, 22, 24]),
  );
  const mirror = roundBox(middle - 172 - spread / 4, 140, 34, 22, 7);
  for (const one of [mirror, mirrored(mirror)]) area(canvas, one, of(paint, 0.8));
  area(
    canvas,
    [
      [middle - 142, 166],
      [middle + 142, 166],
      [middle + 168, 214],
      [middle - 168, 214],
    ],
    (x, y) => of(paint, 1.06 - Math.abs(x - middle) / 620 - (y - 166) / 420),
  );
  area(canvas, roundBox(middle - 172, 208, 344, 98, 16), (_, y) => of(paint, 0.98 - (y - 208) / 240));
  area(canvas, box(middle - 168, 300, 336, 16), of([34, 36, 40]));
  // Grille, lamps, fog lamps.
  area(canvas, roundBox(middle - 74, 212, 148, 34, 8), of([28, 30, 34]));
  for (let n = 0; n < 4; n += 1) area(canvas, box(middle - 68, 217 + n * 7, 136, 2), of([128, 132, 138]));
  area(canvas, oval(middle, 229, 11, 9), of([186, 190, 196]));
  const lamp: Point[] = [
    [middle - 162, 212],
    [middle - 84, 216],
    [middle - 88, 240],
    [middle - 152, 240],
  ];
  for (const one of [lamp, mirrored(lamp)]) {
    area(canvas, one, night ? [236, 240, 232] : of([206, 214, 222]));
    area(canvas, oval(one === lamp ? middle - 118 : middle + 118, 227, 13, 10), night ? [255, 255, 250] : of([240, 244, 248]));
  }
  area(canvas, roundBox(middle - 96, 252, 192, 66, 10), of([52, 55, 60]));
  for (const x of [middle - 136, middle + 136]) area(canvas, oval(x, 276, 16, 9), of([150, 156, 162]));
  if (!night) return;
  for (const x of [middle - 118, middle + 118]) {
    glow(canvas, [x, 227], 150, [255, 248, 222], 0.75);
    glow(canvas, [x, 227], 34, [255, 255, 250], 1);
  }
  // The camera's own lamp lies on the plate and the road before it.
  glow(canvas, [middle, 280], 210, [190, 200, 210], 0.32);
}

/** Grain of the road and of the sensor; weak, for it is what costs bytes. */
function grain({ pixels }: Canvas, chance: Chance, strength: number): void {
  for (let at = 0; at < pixels.length; at += 3) {
    const by = (chance.unit() - 0.5) * strength;
    for (let n = 0; n < 3; n += 1) pixels[at + n] = (pixels[at + n] ?? 0) + by;
  }
}

export function scene(car: Car, night: boolean, chance: Chance): Canvas {
  const canvas = newCanvas(width, height);
  surroundings(canvas, night, chance);
  front(canvas, car, night);
  grain(canvas, chance, night ? 9 : 6);
  return canvas;
}
