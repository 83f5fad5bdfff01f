// How a document cites a benchmark: the figure, its unit, and behind them the key in backquotes. Read by the test that holds both together, and written by whoever measures again.

const keyPattern = /`((?:ingest|city|grow|drain|alarm|lane|sockets)\.[A-Za-z0-9_.]+)`/g;
/** A number as people write it: 12,345 or 0.25 or 9.8. */
const numberPattern = /\d[\d,]*(?:\.\d+)?/g;

export interface Citation {
  readonly key: string;
  /** undefined: no figure stands before the key. */
  readonly written: string | undefined;
  /** Where the figure stands in its line. */
  readonly at: number;
}

export function citationsIn(line: string): Citation[] {
  let from = 0;
  return [...line.matchAll(keyPattern)].map((found) => {
    const before = [...line.slice(from, found.index).matchAll(numberPattern)].at(-1);
    const at = from + (before?.index ?? 0);
    from = found.index + found[0].length;
    return { key: found[1] ?? "", written: before?.[0], at };
  });
}

/** As exact as it is written: 9.8 stands for 9.75 … 9.85. */
export function same(written: string, figure: number): boolean {
  const digits = (written.split(".")[1] ?? "").length;
  return Math.abs(Number(written.replaceAll(",", "")) - figure) <= 0.5 * 10 ** -digits + 1e-9;
}

/** The same text with the figures as they are now, each as exact as before. */
export function withFigures(text: string, figures: Readonly<Record<string, number>>): string {
  const line = (one: string): string =>
    citationsIn(one).reduceRight((now, { key, written, at }) => {
      const figure = figures[key];
      if (written === undefined || figure === undefined) return now;
      const digits = (written.split(".")[1] ?? "").length;
      const shown = figure.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
      return now.slice(0, at) + shown + now.slice(at + written.length);
    }, one);
  return text.split("\n").map(line).join("\n");
}
