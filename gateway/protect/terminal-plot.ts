// The curves in a terminal: seconds upwards, amperes to the right, both logarithmic. The breaker's window is shaded; each rule has its letter.
import { secondsOn } from "../core/charging/breaker.ts";
import { at, type Plot, pointsOf, ruleWords, share, ticks, timeTicks } from "./plot.ts";

const columns = 84;
const rows = 26;
const margin = 9;

export function terminalPlot(plot: Plot): string {
  const cells = Array.from({ length: rows }, () => Array.from({ length: columns }, () => " "));
  const columnOf = (A: number): number => Math.round(share(A, plot.A) * (columns - 1));
  const rowOf = (s: number): number => rows - 1 - Math.round(share(s, plot.s) * (rows - 1));
  const put = (row: number, column: number, mark: string): void => {
    const line = cells[row];
    if (line !== undefined && column >= 0 && column < columns) line[column] = mark;
  };
  const labels = timeTicks(plot.s).filter(({ label }) => label !== "");
  for (const { value } of labels) for (let column = 0; column < columns; column += 3) put(rowOf(value), column, "·");
  shade(plot, put);
  for (const curve of plot.curves) {
    const points = pointsOf(curve, plot, 4 * columns);
    const { mark } = ruleWords[curve.rule];
    for (const [index, { A, s }] of points.entries()) {
      const from = points[index - 1] ?? { A, s };
      const [column, row] = [columnOf(A), rowOf(s)];
      for (let between = Math.min(row, rowOf(from.s)); between <= Math.max(row, rowOf(from.s)); between += 1) put(between, column, mark);
    }
  }
  const labelled = new Map(labels.map(({ value, label }) => [rowOf(value), label]));
  const body = cells.map((line, row) => `${(labelled.get(row) ?? "").padStart(margin - 1)} │${line.join("")}`);
  return [
    plot.title,
    "时间 seconds",
    ...body,
    `${" ".repeat(margin)}└${"─".repeat(columns)}`,
    currents(plot, columnOf),
    ...legend(plot),
  ].join("\n");
}

function shade(plot: Plot, put: (row: number, column: number, mark: string) => void): void {
  const { breaker } = plot;
  if (breaker === undefined) return;
  for (let column = 0; column < columns; column += 1)
    for (let row = 0; row < rows; row += 1) {
      const A = at(column / (columns - 1), plot.A);
      const s = at((rows - 1 - row) / (rows - 1), plot.s);
      const fastest = secondsOn(breaker.window.fastest, A);
      const slowest = secondsOn(breaker.window.slowest, A);
      if (s >= fastest && s <= slowest) put(row, column, "░");
    }
}

function currents(plot: Plot, columnOf: (A: number) => number): string {
  const line: string[] = [];
  for (const { value } of ticks(plot.A)) {
    const text = String(value);
    const column = margin + 1 + columnOf(value) - Math.floor(text.length / 2);
    if (column <= line.length && line.length > 0) continue;
    while (line.length < column) line.push(" ");
    line.push(...text);
  }
  return `${line.join("")}  电流 A`;
}

function legend({ curves, breaker }: Plot): string[] {
  const rules = curves.map(({ rule, from_mA }) => {
    const { mark, zh, en } = ruleWords[rule];
    return `  ${mark}  ${zh} ${en}，自 from ${Number((from_mA / 1000).toPrecision(4))} A`;
  });
  return [...rules, ...(breaker === undefined ? [] : [`  ░  断路器 breaker ${breaker.name}：IEC 60898-1 窗口 window`])];
}
