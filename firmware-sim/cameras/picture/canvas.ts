// A canvas of coloured points, and what is drawn on it: areas with smooth edges, strokes, light. No more than a simulated camera needs.

export interface Canvas {
  readonly width: number;
  readonly height: number;
  /** Red, green, blue of each point, by rows. */
  readonly pixels: Uint8ClampedArray;
}
export type Colour = readonly [red: number, green: number, blue: number];
export type Point = readonly [x: number, y: number];
/** One colour, or one for each place. */
export type Paint = Colour | ((x: number, y: number) => Colour);

export const newCanvas = (width: number, height: number): Canvas => ({ width, height, pixels: new Uint8ClampedArray(width * height * 3) });
export const copyOf = ({ width, height, pixels }: Canvas): Canvas => ({ width, height, pixels: pixels.slice() });
export const between = (one: Colour, two: Colour, part: number): Colour => [
  one[0] + (two[0] - one[0]) * part,
  one[1] + (two[1] - one[1]) * part,
  one[2] + (two[2] - one[2]) * part,
];
export const shade = ([red, green, blue]: Colour, by: number): Colour => [red * by, green * by, blue * by];

function blend({ width, pixels }: Canvas, x: number, y: number, colour: Colour, alpha: number): void {
  const at = (y * width + x) * 3;
  for (let n = 0; n < 3; n += 1) pixels[at + n] = (pixels[at + n] ?? 0) * (1 - alpha) + (colour[n] ?? 0) * alpha;
}

const linesPerPoint = 4;

/** The area within a line of points, whatever its form. */
export function area(canvas: Canvas, points: readonly Point[], paint: Paint, alpha = 1): void {
  const ys = points.map(([, y]) => y);
  const from = Math.max(0, Math.floor(Math.min(...ys)));
  const to = Math.min(canvas.height - 1, Math.ceil(Math.max(...ys)));
  const cover = new Float32Array(canvas.width);
  for (let y = from; y <= to; y += 1) {
    cover.fill(0);
    let [least, most] = [canvas.width, -1];
    for (let line = 0; line < linesPerPoint; line += 1) {
      const at = y + (line + 0.5) / linesPerPoint;
      const cuts = points
        .flatMap(([x1, y1], n) => {
          const [x2, y2] = points[(n + 1) % points.length] ?? [x1, y1];
          return y1 <= at === y2 <= at ? [] : [x1 + ((at - y1) / (y2 - y1)) * (x2 - x1)];
        })
        .sort((a, b) => a - b);
      for (let n = 0; n + 1 < cuts.length; n += 2) {
        const [left, right] = [Math.max(0, cuts[n] ?? 0), Math.min(canvas.width, cuts[n + 1] ?? 0)];
        for (let x = Math.floor(left); x < right; x += 1) cover[x] = (cover[x] ?? 0) + Math.min(x + 1, right) - Math.max(x, left);
        if (right > left) [least, most] = [Math.min(least, Math.floor(left)), Math.max(most, Math.ceil(right) - 1)];
      }
    }
    for (let x = least; x <= most; x += 1) {
      const part = ((cover[x] ?? 0) / linesPerPoint) * alpha;
      if (part > 0) blend(canvas, x, y, typeof paint === "function" ? paint(x, y) : paint, Math.min(1, part));
    }
  }
}

export const box = (x: number, y: number, width: number, height: number): Point[] => [
  [x, y],
  [x + width, y],
  [x + width, y + height],
  [x, y + height],
];

/** With corners that are cut round. */
export function roundBox(x: number, y: number, width: number, height: number, radius: number): Point[] {
  const corner = (cx: number, cy: number, from: number): Point[] =>
    Array.from({ length: 5 }, (_, n) => {
      const angle = ((from + n * 22.5) * Math.PI) / 180;
      return [cx + radius * Math.cos(angle), cy + radius * Math.sin(angle)] as const;
    });
  return [
    ...corner(x + width - radius, y + radius, -90),
    ...corner(x + width - radius, y + height - radius, 0),
    ...corner(x + radius, y + height - radius, 90),
    ...corner(x + radius, y + radius, 180),
  ];
}

export const oval = (cx: number, cy: number, rx: number, ry: number): Point[] =>
  Array.from({ length: 28 }, (_, n) => [cx + rx * Math.cos((n * Math.PI) / 14), cy + ry * Math.sin((n * Math.PI) / 14)] as const);

const clamped = (value: number): number => Math.min(1, Math.max(0, value));

/** A line of points with a pen of this width and a square end, as plates are stamped: each piece reaches half a width beyond its ends. */
export function stroke(canvas: Canvas, points: readonly Point[], width: number, colour: Colour): void {
  const half = width / 2;
  for (let n = 0; n + 1 < points.length; n += 1) {
    const [[x1, y1], [x2, y2]] = [points[n] ?? [0, 0], points[n + 1] ?? [0, 0]];
    const long = Math.hypot(x2 - x1, y2 - y1);
    if (long === 0) continue;
    const [dx, dy] = [(x2 - x1) / long, (y2 - y1) / long];
    const [cx, cy] = [(x1 + x2) / 2, (y1 + y2) / 2];
    const reach = half * 1.5 + 1;
    const right = Math.min(canvas.width - 1, Math.ceil(Math.max(x1, x2) + reach));
    const bottom = Math.min(canvas.height - 1, Math.ceil(Math.max(y1, y2) + reach));
    for (let y = Math.max(0, Math.floor(Math.min(y1, y2) - reach)); y <= bottom; y += 1)
      for (let x = Math.max(0, Math.floor(Math.min(x1, x2) - reach)); x <= right; x += 1) {
        const [px, py] = [x + 0.5 - cx, y + 0.5 - cy];
        const along = clamped(0.5 + long / 2 + half - Math.abs(px * dx + py * dy));
        const aside = clamped(0.5 + half - Math.abs(px * dy - py * dx));
        if (along * aside > 0) blend(canvas, x, y, colour, along * aside);
      }
  }
}

/** Light that is added, strongest in the middle. */
export function glow({ width, height, pixels }: Canvas, [cx, cy]: Point, radius: number, colour: Colour, strength: number): void {
  for (let y = Math.max(0, Math.floor(cy - radius)); y < Math.min(height, cy + radius); y += 1)
    for (let x = Math.max(0, Math.floor(cx - radius)); x < Math.min(width, cx + radius); x += 1) {
      const far = Math.hypot(x - cx, y - cy) / radius;
      if (far >= 1) continue;
      const light = strength * (1 - far) ** 2;
      const at = (y * width + x) * 3;
      for (let n = 0; n < 3; n += 1) pixels[at + n] = (pixels[at + n] ?? 0) + (colour[n] ?? 0) * light;
    }
}
