// `cuobian protect curve`: the trip curves of a limits document, in the terminal, as SVG and as numbers, beside the window of a breaker.
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { complaintText } from "../config/complaint.ts";
import { readLimitsFile } from "../config/limits-file.ts";
import { type Breaker, breakerFrom, breakerWindow } from "../core/charging/breaker.ts";
import { instantaneous_mA, type Limits } from "../core/charging/limits.ts";
import { type RuleCurve, ruleCurves, tripsWithin } from "../core/charging/trip-curve.ts";
import { coordination } from "./coordination.ts";
import { type Ending, ended, numberOf, UsageError } from "./ending.ts";
import { type Plot, ruleWords, secondsText } from "./plot.ts";
import { aligned } from "./report.ts";
import { svgPlot } from "./svg-plot.ts";
import { terminalPlot } from "./terminal-plot.ts";

const options = {
  limits: { type: "string" },
  breaker: { type: "string" },
  sample: { type: "string" },
  voltage: { type: "string" },
  svg: { type: "string" },
  json: { type: "boolean", default: false },
} as const;

/** Preferred ratings of IEC 60898-1. */
const ratings_A = [6, 8, 10, 13, 16, 20, 25, 32, 40, 50, 63] as const;

/** Not named: the smallest C breaker that carries the socket's rated current. */
function breakerOf(text: string | undefined, limits: Limits): Breaker | undefined {
  if (text === "none") return undefined;
  if (text === undefined) return { type: "C", rated_A: ratings_A.find((rated) => rated * 1000 >= limits.socket.rated_mA) ?? 63 };
  const breaker = breakerFrom(text);
  if ("kind" in breaker) throw new UsageError(`--breaker: ${breaker.zh} / ${breaker.en}`);
  return breaker;
}

/** From below where anything trips to beyond where everything does, in whole 1-2-5 steps. */
function rangeOf(curves: readonly RuleCurve[], breaker: Breaker | undefined, limits: Limits): readonly [number, number] {
  const least = Math.min(...curves.map(({ from_mA }) => from_mA / 1000), ...(breaker === undefined ? [] : [1.13 * breaker.rated_A]));
  const most = Math.max(
    (instantaneous_mA(limits) / 1000) * 2,
    ...(breaker === undefined ? [] : [breakerWindow(breaker).magnetic_A[1] * 1.5]),
  );
  const steps = [1, 2, 5, 10];
  const down = 10 ** Math.floor(Math.log10(least * 0.8));
  const up = 10 ** Math.floor(Math.log10(most));
  return [(steps.findLast((one) => one * down <= least * 0.8) ?? 1) * down, (steps.find((one) => one * up >= most) ?? 10) * up];
}

/** Multiples of the rated current that people ask for. */
const asked = [1.05, 1.13, 1.2, 1.45, 1.5, 2, 2.55, 3, 5, 7.2, 10, 20];

export function curve(args: readonly string[]): Ending {
  const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
  if (positionals.length > 0) throw new UsageError(`protect curve --limits F，不是 / not "${positionals[0]}"`);
  if (values.limits === undefined)
    throw new UsageError("--limits: 限值文件或现成的名字，如 e-bike-4a / a limits file, or a ready one such as e-bike-4a");
  const document = readLimitsFile(values.limits);
  if (document.kind === "complaints") return ended(3, document.complaints.map(complaintText).join("\n"));
  const { limits } = document;
  const breaker = breakerOf(values.breaker, limits);
  const sample_s = numberOf("sample", values.sample, [0.1, 10]) ?? 1;
  const voltage_mV = (numberOf("voltage", values.voltage, [100, 500]) ?? 220) * 1000;
  const curves = ruleCurves(limits, { sample_s, voltage_mV });
  const A = rangeOf(curves, breaker, limits);
  const name = breaker === undefined ? "" : `${breaker.type}${breaker.rated_A}`;
  const title = `跳闸曲线 trip curves: ${limits.id} v${limits.version}${breaker === undefined ? "" : `，断路器 breaker ${name}`}`;
  const plot: Plot = {
    title,
    curves,
    breaker: breaker === undefined ? undefined : { name, window: breakerWindow(breaker) },
    A,
    s: [breaker === undefined ? 0.1 : 0.01, 10_000],
    within: (current_mA) => tripsWithin(curves, current_mA, sample_s),
  };
  if (values.svg !== undefined) {
    try {
      writeFileSync(values.svg, svgPlot(plot));
    } catch (error) {
      return ended(3, `${values.svg}: 写不了 / cannot be written: ${error instanceof Error ? error.message : error}`);
    }
  }
  const told = breaker === undefined ? undefined : coordination(curves, breaker, { sample_s, from_A: A[0], to_A: A[1] });
  // A breaker that nobody asked about is drawn and judged, and fails nothing.
  const code = told?.coordinated === "no" && values.breaker !== undefined ? 5 : 0;
  const { within } = plot;
  if (values.json) {
    const rows = asked.map((times) => {
      const current_mA = Math.round(limits.socket.rated_mA * times);
      const seconds = Object.fromEntries(curves.map(({ rule, seconds: of }) => [rule, finite(of(current_mA))]));
      return { times_rated: times, current_mA, ...seconds, within_s: finite(within(current_mA)) };
    });
    const said = {
      limits: { id: limits.id, version: limits.version },
      sample_s,
      rows,
      ...(told === undefined ? {} : { breaker: name, coordinated: told.coordinated, stretches: told.stretches }),
    };
    return { stdout: `${JSON.stringify(said)}\n`, stderr: "", code };
  }
  const cell = (seconds: number): string => (Number.isFinite(seconds) ? secondsText(seconds) : "—");
  const table = aligned([
    ["× 额定 rated", "电流 current", ...curves.map(({ rule }) => ruleWords[rule].zh), "最迟断开 off within"],
    ...asked.map((times) => {
      const current_mA = limits.socket.rated_mA * times;
      return [
        String(times),
        `${Number((current_mA / 1000).toPrecision(4))} A`,
        ...curves.map(({ seconds }) => cell(seconds(current_mA))),
        cell(within(current_mA)),
      ];
    }),
  ]);
  const sentences = (told?.sentences ?? []).map(({ zh, en }) => `${zh} / ${en}`);
  const basis = `每 ${sample_s} s 一个样本；积分在样本上进行，最迟再晚一个样本；冷态起 / a sample every ${sample_s} s: a decision falls at most one sample later; from cold`;
  const file = values.svg === undefined ? [] : [`SVG: ${values.svg}`];
  return {
    stdout: `${[terminalPlot(plot), "", table, basis, ...(sentences.length === 0 ? [] : ["", ...sentences]), ...file].join("\n")}\n`,
    stderr: "",
    code,
  };
}

const finite = (seconds: number): number | null => (Number.isFinite(seconds) ? Number(seconds.toPrecision(6)) : null);
