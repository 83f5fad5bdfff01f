// Pictures that need no script and no width: bars as a share of a hundred, stars as paths. Pure; the words beside them are HTML, so they grow with the reader's letters.

export interface Step {
  readonly amount_fen: number;
  /** A sum stands on the ground; anything else begins where the one before it ended. */
  readonly sum?: true;
}

export interface Fall {
  /** Of a hundred: where the bar begins, and how long it is. */
  readonly from: number;
  readonly length: number;
  readonly kind: "in" | "out" | "sum";
}

const share = (value: number): number => Math.round(value * 100) / 100;

/** Where the bars of a waterfall stand; below nothing there is room too, since a fund may be overdrawn. */
export function fallsOf(steps: readonly Step[]): readonly Fall[] {
  let level = 0;
  const spans = steps.map(({ amount_fen, sum }) => {
    const from = sum === true ? 0 : level;
    const to = sum === true ? amount_fen : level + amount_fen;
    level = to;
    return { from, to, kind: sum === true ? ("sum" as const) : amount_fen < 0 ? ("out" as const) : ("in" as const) };
  });
  const ends = spans.flatMap(({ from, to }) => [from, to]);
  const [least, most] = [Math.min(0, ...ends), Math.max(0, ...ends)];
  const whole = Math.max(1, most - least);
  return spans.map(({ from, to, kind }) => ({
    from: share(((Math.min(from, to) - least) / whole) * 100),
    length: share((Math.abs(to - from) / whole) * 100),
    kind,
  }));
}

/** What is there and cannot be seen is drawn one part of a hundred and twenty wide. */
const seen = (length: number): number => (length === 0 ? 0 : Math.max(0.8, length));

export const fallBar = ({ from, length, kind }: Fall): string =>
  `<svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true"><rect class="rail" y="7" width="100" height="1"/><rect class="${kind}" x="${Math.min(from, 99.2)}" width="${seen(length)}" height="7"/></svg>`;

/** Parts of a whole, one after another. */
export function meter(parts: readonly { readonly class: string; readonly n: number }[], whole: number): string {
  let at = 0;
  const rects = parts.map(({ class: name, n }) => {
    const width = whole === 0 ? 0 : share((n / whole) * 100);
    const rect = `<rect class="${name}" x="${share(at)}" width="${seen(width)}" height="10"/>`;
    at += width;
    return rect;
  });
  return `<svg class="meter" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true"><rect class="rail" width="100" height="10"/>${rects.join("")}</svg>`;
}

const star = "M12 2.500l2.900 6.200 6.600.8-4.900 4.600 1.300 6.600-5.900-3.300-5.900 3.300 1.300-6.600L2.500 9.500l6.600-.8Z";

export const starRow = (stars: number, label: string): string =>
  `<span class="stars" role="img" aria-label="${label}">${[1, 2, 3, 4, 5]
    .map((n) => `<svg viewBox="0 0 24 24" aria-hidden="true"><path${n <= stars ? ' class="full"' : ""} d="${star}"/></svg>`)
    .join("")}</span>`;
