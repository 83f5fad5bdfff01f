// Where the bars, steps, cells and dots of a picture stand. Pure: numbers and a box in, paths and places out; words and colours are the pages'.

export interface Box {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

const short = (n: number): string => String(Math.round(n * 10) / 10);
const inner = ({ width, height, left, right, top, bottom }: Box) => ({ wide: width - left - right, tall: height - top - bottom });

export interface Week {
  readonly to: string;
  readonly found: number;
  readonly closed: number;
}

/** Found and closed by then, and what lies between them: what is open. The words at the ends never lie on each other. */
export function burnUpOf(weeks: readonly Week[], box: Box) {
  const { wide, tall } = inner(box);
  const most = Math.max(10, ...weeks.map(({ found }) => found));
  const x = (at: number): number => box.left + (at / Math.max(1, weeks.length - 1)) * wide;
  const y = (n: number): number => box.top + tall - (n / most) * tall;
  const line = (of: "found" | "closed"): string => {
    const path = weeks.map((week, at) => `${at === 0 ? "M" : "L"}${short(x(at))} ${short(y(week[of]))}`).join("");
    // A first week alone is a short stroke, so that it is seen.
    return weeks.length === 1 ? `${path}h8` : path;
  };
  const back = [...weeks.keys()].reverse().map((at) => `L${short(x(at))} ${short(y(weeks[at]?.closed ?? 0))}`);
  const last = weeks.at(-1);
  const ends =
    last === undefined
      ? []
      : [
          { of: "found" as const, n: last.found, y: y(last.found) + 4 },
          { of: "closed" as const, n: last.closed, y: Math.max(y(last.closed) + 4, y(last.found) + 22) },
        ];
  return {
    ...{ x, y, most, found: line("found"), closed: line("closed"), ends },
    between: weeks.length < 2 ? "" : `${line("found")}${back.join("")}Z`,
  };
}

export interface Step {
  readonly at: number;
  /** null: nobody knows; the line ends here, and begins again where something is known. */
  readonly value: number | null;
}

export interface Window {
  readonly from: number;
  readonly to: number;
  readonly most: number;
}

/** One path a run of what is known: level, then straight up or down. Nothing is drawn across a gap. */
export function stepPaths(
  steps: readonly Step[],
  window: Window,
  box: Box,
): { readonly lines: string[]; readonly areas: string[]; readonly gaps: { from: number; to: number }[] } {
  const { wide, tall } = inner(box);
  const x = (at: number): number => box.left + ((at - window.from) / Math.max(1, window.to - window.from)) * wide;
  const y = (value: number): number => box.top + tall - (Math.max(0, Math.min(value, window.most)) / Math.max(1, window.most)) * tall;
  const [lines, areas, gaps]: [string[], string[], { from: number; to: number }[]] = [[], [], []];
  let path = "";
  let begun = 0;
  const end = (): void => {
    if (path === "") return;
    lines.push(path);
    areas.push(`${path}V${short(box.top + tall)}H${short(x(begun))}Z`);
    path = "";
  };
  for (const [index, { at, value }] of steps.entries()) {
    const until = steps[index + 1]?.at ?? window.to;
    if (value === null) {
      end();
      gaps.push({ from: x(at), to: x(until) });
      continue;
    }
    if (path === "") begun = at;
    path += path === "" ? `M${short(x(at))} ${short(y(value))}` : `V${short(y(value))}`;
    path += `H${short(x(until))}`;
  }
  end();
  const first = steps[0];
  if (first === undefined || first.at > window.from) gaps.unshift({ from: x(window.from), to: x(first?.at ?? window.to) });
  return { lines, areas, gaps };
}

/** Five shades, up to the fullest hour; null stays null: an hour of which nothing is known is no quiet hour. */
export function shadesOf(week: readonly (readonly (number | null)[])[]): readonly (readonly (number | null)[])[] {
  const whole = Math.max(1, ...week.flat().flatMap((one) => (one === null ? [] : [one])));
  return week.map((hours) => hours.map((one) => (one === null ? null : Math.min(4, Math.floor((Math.max(0, one) / whole) * 5)))));
}

export interface Fallen {
  readonly amount_fen: number;
  readonly sum?: true;
}

/** Bars of a waterfall, of a width of one: a sum stands on the ground, anything else where the one before it ended; below nothing there is room too. */
export function fallen(bars: readonly Fallen[]): readonly { readonly from: number; readonly length: number; readonly end: number }[] {
  let level = 0;
  const spans = bars.map(({ amount_fen, sum }) => {
    const from = sum === true ? 0 : level;
    level = sum === true ? amount_fen : level + amount_fen;
    return { from, to: level };
  });
  const ends = spans.flatMap(({ from, to }) => [from, to]);
  const [least, most] = [Math.min(0, ...ends), Math.max(0, ...ends)];
  const whole = Math.max(1, most - least);
  return spans.map(({ from, to }) => ({
    from: (Math.min(from, to) - least) / whole,
    length: Math.abs(to - from) / whole,
    end: (Math.max(from, to) - least) / whole,
  }));
}

/** A name that stands within so many widths of a Chinese character; Latin letters take a little more than half of one. What is cut off says so. */
export function fitted(name: string, ems: number): string {
  const widthOf = (text: string): number => [...text].reduce((sum, one) => sum + (/[\u2e80-\uffef]/.test(one) ? 1 : 0.57), 0);
  if (widthOf(name) <= ems) return name;
  let kept = "";
  for (const one of name) {
    if (widthOf(`${kept}${one}…`) > ems) break;
    kept += one;
  }
  return `${kept}…`;
}
