// A picture as nothing but how bright its points are, line by line; and the same one turned upright or mirrored.
export interface Grey {
  readonly width: number;
  readonly height: number;
  readonly values: Float32Array;
}

/** Shrunk or stretched to a square of this side. */
export const squareOf = (grey: Grey, side: number): Float64Array => sizedTo(grey, { width: side, height: side });

/** Shrunk or stretched: each of its points is the mean of what it covers. */
export function sizedTo({ width, height, values }: Grey, to: { readonly width: number; readonly height: number }): Float64Array {
  const made = new Float64Array(to.width * to.height);
  for (let y = 0; y < to.height; y += 1)
    for (let x = 0; x < to.width; x += 1) {
      const [left, right] = span(x, width, to.width);
      const [top, bottom] = span(y, height, to.height);
      let sum = 0;
      for (let row = top; row < bottom; row += 1)
        for (let column = left; column < right; column += 1) sum += values[row * width + column] ?? 0;
      made[y * to.width + x] = sum / ((right - left) * (bottom - top));
    }
  return made;
}

/** At least one point, whatever the sizes are. */
function span(n: number, size: number, side: number): readonly [number, number] {
  const from = Math.min(size - 1, Math.floor((n * size) / side));
  return [from, Math.max(from + 1, Math.ceil(((n + 1) * size) / side))];
}

/** As a camera says that it is to be turned: Exif's orientation, 1 to 8. */
export function upright({ width, height, values }: Grey, orientation: number): Grey {
  const place = turns[orientation];
  if (place === undefined) return { width, height, values };
  const turned = orientation >= 5;
  const [across, down] = turned ? [height, width] : [width, height];
  const made = new Float32Array(values.length);
  for (let y = 0; y < down; y += 1)
    for (let x = 0; x < across; x += 1) {
      const [column, row] = place(x, y, { width, height });
      made[y * across + x] = values[row * width + column] ?? 0;
    }
  return { width: across, height: down, values: made };
}

type Turn = (x: number, y: number, of: { readonly width: number; readonly height: number }) => readonly [number, number];

/** Where the point of the upright picture stands in the one that was written. */
const turns: Readonly<Record<number, Turn>> = {
  2: (x, y, { width }) => [width - 1 - x, y],
  3: (x, y, { width, height }) => [width - 1 - x, height - 1 - y],
  4: (x, y, { height }) => [x, height - 1 - y],
  5: (x, y) => [y, x],
  6: (x, y, { height }) => [y, height - 1 - x],
  7: (x, y, { width, height }) => [width - 1 - y, height - 1 - x],
  8: (x, y, { width }) => [width - 1 - y, x],
};
