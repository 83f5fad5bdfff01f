// Where a curve is drawn, and where it is not. Pure: samples and a frame in, paths out. A line never crosses a time in which nothing good was read.

export interface Sample {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly value: number;
  /** Only good values are drawn; others end the line. */
  readonly good: boolean;
}

export interface Frame {
  readonly from: number;
  readonly to: number;
  readonly low: number;
  readonly high: number;
  readonly width: number;
  readonly height: number;
}

export const xOf = (frame: Frame, at: number): number => ((at - frame.from) / (frame.to - frame.from)) * frame.width;
export const yOf = (frame: Frame, value: number): number =>
  frame.height - ((value - frame.low) / Math.max(1e-9, frame.high - frame.low)) * frame.height;

/** Runs of good samples; two that lie further apart than `longest_ms` are not joined. */
export function runsOf(samples: readonly Sample[], longest_ms: number): Sample[][] {
  const runs: Sample[][] = [];
  let last: Sample | undefined;
  for (const sample of samples) {
    const run = runs.at(-1);
    const joins = run !== undefined && last?.good === true && sample.at - last.at <= longest_ms;
    if (sample.good) {
      if (joins) run.push(sample);
      else runs.push([sample]);
    }
    last = sample;
  }
  return runs;
}

/** Of each column of pixels its first, lowest, highest and last: a peak of one sample stays on the picture. */
export function thinned(run: readonly Sample[], frame: Frame): readonly Sample[] {
  if (run.length <= 2 * frame.width) return run;
  const kept: Sample[] = [];
  let column: Sample[] = [];
  const flush = (): void => {
    const sorted = [...column].sort((a, b) => a.value - b.value);
    const chosen = new Set([column[0], sorted[0], sorted.at(-1), column.at(-1)]);
    kept.push(...column.filter((one) => chosen.has(one)));
    column = [];
  };
  for (const sample of run) {
    const first = column[0];
    if (first !== undefined && Math.floor(xOf(frame, first.at)) !== Math.floor(xOf(frame, sample.at))) flush();
    column.push(sample);
  }
  if (column.length > 0) flush();
  return kept;
}

const short = (n: number): string => String(Math.round(n * 10) / 10);

/** One path a run; a run of a single sample is a short stroke, so that it is seen. */
export const pathsOf = (samples: readonly Sample[], frame: Frame, longest_ms: number): string[] =>
  runsOf(samples, longest_ms).map((run) => {
    const points = thinned(run, frame).map(({ at, value }) => `${short(xOf(frame, at))} ${short(yOf(frame, value))}`);
    return points.length === 1 ? `M${points[0]}h2` : `M${points.join("L")}`;
  });

/** Times without a good reading that are longer than `longest_ms`, the edges of the frame included. */
export function holesOf(samples: readonly Sample[], { from, to }: Frame, longest_ms: number): { from: number; to: number }[] {
  const holes: { from: number; to: number }[] = [];
  let end = from;
  for (const run of runsOf(samples, longest_ms)) {
    const [first, last] = [run[0], run.at(-1)];
    if (first === undefined || last === undefined) continue;
    if (first.at - end > longest_ms) holes.push({ from: end, to: first.at });
    end = last.at;
  }
  if (to - end > longest_ms) holes.push({ from: end, to });
  return holes;
}

/** Round numbers between low and high, at most `most` of them: 1, 2 or 5 times a power of ten apart. */
export function roundTicks(low: number, high: number, most = 4): number[] {
  const raw = Math.max(1e-9, high - low) / most;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((n) => n * power).find((n) => n >= raw) ?? raw;
  const ticks: number[] = [];
  for (let tick = Math.ceil(low / step) * step; tick <= high + step / 1e6; tick += step) ticks.push(Math.round(tick * 1e6) / 1e6);
  return ticks;
}

/** Ticks whose words differ: of a picture of nothing but zeros there is one, not three of the same. */
export function saidTicks(
  low: number,
  high: number,
  text: (value: number) => string,
  most = 4,
): { readonly at: number; readonly word: string }[] {
  const ticks = roundTicks(low, high, most).map((at) => ({ at, word: text(at) }));
  return ticks.filter(({ word }, index) => ticks.findIndex((one) => one.word === word) === index);
}

/** A frame's values: everything that is drawn, from zero where zero means something. */
export function rangeOf(values: readonly number[], fromZero: boolean): { low: number; high: number } {
  if (values.length === 0) return { low: 0, high: 1 };
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const low = fromZero ? Math.min(0, least) : least - Math.max(1, (most - least) * 0.1);
  const high = most + Math.max(fromZero ? 0.05 : 1, (most - low) * 0.08);
  return { low, high };
}
