// Letters, figures and the signs of provinces as strokes of our own, for plates and for the strip of the time: points on a grid of 20 by 20, two signs a point (0–9, a–k), a blank between strokes.
// A sign that is not here is drawn as a blot that nobody reads, as dirt would make it.
import { type Canvas, type Colour, type Point, stroke } from "./canvas.ts";

const water = "2355 184a 2j6c";
const glyphs: Readonly<Record<string, string>> = {
  "0": "61e1i5ifej6j2f2561",
  "1": "65a1aj",
  "2": "2561e1i5i82jij",
  "3": "2461e1i4i7ea8a eaidigej6j2g",
  "4": "djd12eie",
  "5": "h14139d8icifej6j2g",
  "6": "f1922a2f6jejifice9692c",
  "7": "21i18j",
  "8": "61e1h4h7da7a373461 7a2d2g6jejigidda",
  "9": "5jbiiai5e16125286bebi8",
  A: "1ja1jj 5dfd",
  B: "313jdjhghcda3a dag7g4c131",
  C: "i5e161252f6jejif",
  D: "31c1h6hecj3j31",
  E: "h1313jhj 3aea",
  F: "h1313j 3aea",
  G: "i5e161252f6jejifibcb",
  H: "313j h1hj 3aha",
  I: "a1aj",
  J: "e1efaj6j2f",
  K: "313j h13c 88hj",
  L: "313jhj",
  M: "2j21abi1ij",
  N: "3j31hjh1",
  O: "61e1i5ifej6j2f2561",
  P: "3j31d1h4h8db3b",
  Q: "61e1i5ifej6j2f2561 cdjk",
  R: "3j31d1h4h8db3b 9bhj",
  S: "i4e16124276aeaidigej6j2g",
  T: "21i1 a1aj",
  U: "212f6jejifi1",
  V: "21aji1",
  W: "215ja6fji1",
  X: "21ij i12j",
  Y: "21aai1 aaaj",
  Z: "21i12jij",
  "-": "4aga",
  ":": "a5a6 aeaf",
  "/": "4jg1",
  闽: "3154 252k 73i3ijgi 67e7ec6c67 a5ah 6hfg cdfi",
  京: "a1a4 25i5 58f8fc5c58 acaj8i 6e3i eehi",
  津: `${water} 74g4gb7b 68i8 7ehe 6hih c1ck`,
  沪: `${water} c1e4 86h6hb8b 868c6j`,
  浙: `${water} 919i7h 65c5 6cca j1e3 e3ecbj e8k8 h8hk`,
  苏: "24i4 6167 e1e7 4afaeibh a79d4j 4c2g hcjg",
  粤: "a083 43g3gb4b43 a4ab 57f7 1eje 7e6gfgejaj",
  川: "424c2j a3ah g2gk",
  云: "44g4 18j8 a83ghf ecij",
  吉: "24i4 a1a9 59f9 5cfcfj5j5c",
  甘: "15j5 515j f1fj 5bfb 5jfj",
  青: "34h4 57f7 2aia a1aa 5cfcfjdi 5c5k 5fff 5hfh",
  鲁: "7035 62d2b5 45g5ga4a45 a5aa 48g8 1cjc 5efefk5k5e 5hfh",
  皖: "5043 23838i2i23 2a8a e0e3 a6a3j3j6 b7i7 aaja dadfaj gagjjjjh",
  湘: `${water} 65c5 919k 976e 97cd e3j3jjeje3 e8j8 edjd`,
  桂: "16a6 515k 571e 57ad b4j4 f1f9 a9k9 bdjd fafi aiki",
  宁: "a0a3 2723i3i7 3aha aaaj7i",
  晋: "24i4 747a d4da 5638 f6h8 1aja 5cfcfk5k5c 5gfg",
  贵: "53f3f85853 a1a8 1aja 5cfcfh 5c5h acag6k bhgk",
  澳: `${water} d0b2 92i2ia 929a d4da 96i6 a4h9 7cjc dccf7k dcjk`,
  学: "4053 90a3 h0e3 2824i4i8 58f8ba baaj8i 2cic",
  挂: "414i2h 1575 1c7a 94j4 d1d9 89k9 9djd dadi 8iki",
};
/** Nobody reads it. */
const blot = "33hh h33h 3aha a3ah 37h7 3eh3";
const grid = 20;

export const isKnown = (sign: string): boolean => glyphs[sign] !== undefined;
const at = (sign: string | undefined): number => Number.parseInt(sign ?? "0", 21);

export interface Placed {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly pen: number;
  readonly paint: Colour;
}

/** One sign; a blank is nothing. */
export function sign(canvas: Canvas, letter: string, { x, y, width, height, pen, paint }: Placed): void {
  if (letter === " ") return;
  for (const line of (glyphs[letter] ?? blot).split(" ")) {
    const points = Array.from(
      { length: line.length / 2 },
      (_, n): Point => [x + (at(line[n * 2]) / grid) * width, y + (at(line[n * 2 + 1]) / grid) * height],
    );
    stroke(canvas, points, pen, paint);
  }
}
