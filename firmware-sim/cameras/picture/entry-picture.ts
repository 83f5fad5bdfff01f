// The picture with which a simulated camera tells a read: a car's front with the very plate that was read, the time and the camera in a strip above. The same read is the same picture, byte for byte.
// Invented like the plates; the strip says SIMULATED, so that nobody takes it for evidence.
import { toCivil, type Wall } from "#protocols/vocabulary/time.ts";
import { chance } from "../../chance.ts";
import { area, box, type Canvas, copyOf, newCanvas } from "./canvas.ts";
import { sign } from "./glyphs.ts";
import { type Coded, codedOf, jpegOf, type Part, recoded } from "./jpeg.ts";
import { type Hung, plate, plateColour, proportion } from "./plate.ts";
import { type Car, cars, plateAt, plateMiddle, scene, van, width } from "./scene.ts";

const quality = 60;
const cuttingQuality = 70;
const strip = { x: 0, y: 0, width, height: 16 } as const;
/** Scenes are kept, as long as they are asked for: a camera of a busy lane pushes many. */
const mostScenes = 8;
const scenes = new Map<string, { readonly canvas: Canvas; readonly coded: Coded }>();

const [dawn, dusk] = [6, 18];

function sceneOf(car: Car, night: boolean): { readonly canvas: Canvas; readonly coded: Coded } {
  const name = `${car.body} ${car.paint.join()} ${night}`;
  const canvas = scenes.get(name)?.canvas ?? scene(car, night, chance(11).for(name));
  const one = scenes.get(name) ?? { canvas, coded: codedOf(canvas, quality) };
  scenes.delete(name);
  scenes.set(name, one);
  if (scenes.size > mostScenes) scenes.delete(scenes.keys().next().value ?? "");
  return one;
}

const two = (value: number): string => String(value).padStart(2, "0");

function writeStrip(canvas: Canvas, at: Wall, camera: string): void {
  const { year, month, day, hour, minute, second } = toCivil(at);
  area(canvas, box(strip.x, strip.y, strip.width, strip.height), [12, 14, 18], 0.78);
  const text = `${year}-${two(month)}-${two(day)} ${two(hour)}:${two(minute)}:${two(second)}  ${camera}`;
  const write = (words: string, from: number): void =>
    [...words].forEach((letter, n) => {
      sign(canvas, letter, { x: from + n * 11, y: 3, width: 8, height: 10, pen: 1.5, paint: [238, 240, 242] });
    });
  write(text, 8);
  write("SIMULATED", width - 8 - 9 * 11);
}

export interface ReadPicture {
  readonly plate: string;
  /** Vzenith's colour of the plate; 0: there is none. */
  readonly colorType: number;
  readonly at: Wall;
  readonly camera: string;
}

export interface EntryPicture {
  readonly frame: Uint8Array;
  /** The plate cut out, as the camera sends it beside. */
  readonly cutting: Uint8Array;
  /** Where it lies in the frame. */
  readonly plate: Part;
}

/** The same car each time it comes. */
function carOf(text: string, colorType: number): Car {
  const large = colorType === 2 || colorType === 6;
  return large ? van : chance(3).for(text).pick(cars);
}

export function entryPicture({ plate: text, colorType, at, camera }: ReadPicture): EntryPicture {
  const { hour } = toCivil(at);
  const night = hour < dawn || hour >= dusk;
  const car = carOf(text, colorType);
  const before = sceneOf(car, night);
  const canvas = copyOf(before.canvas);
  const hangs = plateAt[car.body];
  const wide = Math.round(hangs.height * proportion([...text].length));
  const hung: Hung = {
    x: plateMiddle - wide / 2,
    y: hangs.y - hangs.height / 2,
    width: wide,
    height: hangs.height,
    light: night ? 0.94 : 1,
  };
  const colour = plateColour(colorType);
  if (colour !== undefined) plate(canvas, text, { colour, hung });
  writeStrip(canvas, at, camera);
  const part: Part = { x: Math.floor(hung.x) - 4, y: Math.floor(hung.y) - 4, width: wide + 8, height: hangs.height + 8 };
  const frame = jpegOf(recoded(before.coded, canvas, [strip, part]));
  return { frame, cutting: jpegOf(codedOf(cut(canvas, part), cuttingQuality)), plate: part };
}

function cut(canvas: Canvas, { x, y, width: wide, height: high }: Part): Canvas {
  const made = newCanvas(wide, high);
  for (let row = 0; row < high; row += 1) {
    const from = ((y + row) * canvas.width + x) * 3;
    made.pixels.set(canvas.pixels.subarray(from, from + wide * 3), row * wide * 3);
  }
  return made;
}
