// One quantity of one socket over time, drawn by hand as SVG: its limit lines, a mark where protection cut, and a gap where nothing was read.
export interface Line {
  readonly value: number;
  readonly word: string;
}

export interface Curve {
  readonly name: string;
  readonly key: string;
  readonly points: readonly { readonly at: number; readonly value: number | null }[];
  readonly from: number;
  readonly until: number;
  /** Longer than this between two readings is a gap. */
  readonly longest_ms: number;
  readonly fromZero: boolean;
  readonly lines: readonly Line[];
  readonly marks: readonly number[];
  readonly text: (value: number) => string;
  readonly about: string;
}

const [width, height, left, below] = [440, 84, 58, 18];
const namespace = "http://www.w3.org/2000/svg";

function svg(name: string, attributes: Readonly<Record<string, string | number>>, ...children: (Node | string)[]): SVGElement {
  const made = document.createElementNS(namespace, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  for (const child of children) made.append(child);
  return made;
}

const timeText = (at: number): string => new Date(at + 8 * 3_600_000).toISOString().slice(11, 16);

/** Chains of readings that follow each other closely enough. */
function chains(curve: Curve): { readonly at: number; readonly value: number }[][] {
  const found: { at: number; value: number }[][] = [];
  let last = Number.NEGATIVE_INFINITY;
  for (const { at, value } of curve.points) {
    if (value === null) {
      last = Number.NEGATIVE_INFINITY;
      continue;
    }
    if (at - last > curve.longest_ms) found.push([]);
    const open = found[found.length - 1];
    if (open !== undefined) open.push({ at, value });
    last = at;
  }
  return found;
}

export function drawn(curve: Curve): SVGElement {
  const { from, until, lines, marks, text, fromZero } = curve;
  const values = curve.points.map(({ value }) => value).filter((value): value is number => value !== null);
  const all = [...values, ...lines.map(({ value }) => value)];
  const low = fromZero ? Math.min(0, ...all) : Math.min(...all);
  const high = Math.max(low + 1, ...all);
  const room = (high - low) * 0.08;
  const x = (at: number): number => left + ((at - from) / Math.max(1, until - from)) * width;
  const y = (value: number): number => 4 + height - ((value - low + (fromZero ? 0 : room)) / (high - low + room * 2)) * height;
  const label = (at: number, value: string, anchor: string): SVGElement =>
    svg("text", { x: at, y: height + 16, "text-anchor": anchor }, value);
  return svg(
    "svg",
    { viewBox: `0 0 ${left + width + 8} ${height + below + 6}`, role: "img", "aria-label": curve.about, "data-curve": curve.key },
    svg("line", { class: "axis", x1: left, x2: left + width, y1: 4 + height, y2: 4 + height }),
    ...(text(high) === text(low) ? [low] : [high, low]).map((value) =>
      svg("text", { x: left - 6, y: y(value) + 4, "text-anchor": "end" }, text(value)),
    ),
    label(left, timeText(from), "start"),
    label(left + width / 2, timeText((from + until) / 2), "middle"),
    label(left + width, timeText(until), "end"),
    ...lines.map(({ value, word }) =>
      svg(
        "g",
        { class: "limit", "data-limit": value },
        svg("line", { x1: left, x2: left + width, y1: y(value), y2: y(value) }),
        svg("text", { x: left + width, y: y(value) - 3, "text-anchor": "end" }, `${word} ${text(value)}`),
      ),
    ),
    ...chains(curve).map((chain) =>
      svg("path", {
        class: "curve",
        // A reading alone is a short stroke, so that it is seen.
        d: `${chain.map(({ at, value }, n) => `${n === 0 ? "M" : "L"}${x(at).toFixed(1)} ${y(value).toFixed(1)}`).join(" ")}${chain.length === 1 ? "h2" : ""}`,
      }),
    ),
    ...marks
      .filter((at) => at >= from && at <= until)
      .map((at) =>
        svg(
          "g",
          { class: "cut", "data-cut": at },
          svg("line", { x1: x(at), x2: x(at), y1: 4, y2: 4 + height }),
          svg("text", { x: x(at), y: 13, "text-anchor": x(at) > left + width / 2 ? "end" : "start" }, "✕"),
        ),
      ),
  );
}
