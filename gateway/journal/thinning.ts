// What is left of readings that have waited so long that the disk is half full: of each series one point in so many milliseconds, and every change of its quality.

/** A waiting line: `measurement,tags fields age`, the age in milliseconds before its row's moment. */
export interface WaitingLines {
  readonly row: number;
  readonly boot: string;
  readonly mono: number;
  readonly lines: string;
}

export interface Thinned {
  readonly row: number;
  /** "" when nothing of it stays. */
  readonly lines: string;
  /** How many points went. */
  readonly gone: number;
}

/** `kept` remembers, over one portion after another, which series has had its point in which stretch. */
export function thin(row: WaitingLines, kept: Map<string, string>, every_ms: number): Thinned {
  let lines = "";
  let gone = 0;
  for (const line of linesOf(row.lines)) {
    const { series, age } = partsOf(line);
    const stretch = `${row.boot} ${Math.floor((row.mono - age) / every_ms)} ${qualityOf(series)}`;
    const key = seriesWithoutQuality(series);
    if (kept.get(key) === stretch) gone += 1;
    else {
      kept.set(key, stretch);
      lines += `${line}\n`;
    }
  }
  return { row: row.row, lines, gone };
}

export const linesOf = (text: string): string[] => text.split("\n").filter((line) => line !== "");

/** No space stands unescaped but the two between the three parts; the fields are numbers, so the last space is the one before the age. */
export function partsOf(line: string): { readonly series: string; readonly body: string; readonly age: number } {
  const last = line.lastIndexOf(" ");
  const body = line.slice(0, last);
  return { series: body.slice(0, body.lastIndexOf(" ")), body, age: Number(line.slice(last + 1)) };
}

const quality = /,quality=([a-z]+)/;
const qualityOf = (series: string): string => quality.exec(series)?.[1] ?? "";
const seriesWithoutQuality = (series: string): string => series.replace(quality, "");
