// One quantity over time, drawn as SVG: crisp in print, readable by tests, and with its own words for who cannot see it.
import type { ComponentChildren } from "preact";
import { asWall, clock } from "../format/moments.ts";
import { words } from "../words/language.ts";
import { type Frame, holesOf, pathsOf, rangeOf, type Sample, saidTicks, xOf, yOf } from "./geometry.ts";

export interface Mark {
  readonly at: number;
  readonly word: string;
}

/** A line that a value should not cross, and what it is. */
export interface Limit {
  readonly value: number;
  readonly word: string;
}

export interface CurveProps {
  readonly name: string;
  readonly samples: readonly Sample[];
  readonly from: number;
  readonly to: number;
  /** Longer than this between two readings is a gap. */
  readonly longest_ms: number;
  readonly fromZero: boolean;
  readonly text: (value: number) => string;
  readonly limits?: readonly Limit[];
  readonly marks?: readonly Mark[];
}

const width = 440;
const height = 84;
const hourMs = 3_600_000;
/** Two minutes of ten, ten minutes of an hour, four hours of a day. */
const stepOf = (span: number): number => (span < hourMs ? hourMs / 30 : span <= 2 * hourMs ? hourMs / 6 : 4 * hourMs);
/** China's civil time has whole hours' distance from UTC, so ticks of the one are ticks of the other. */
const timesOf = (from: number, to: number): number[] => {
  const step = stepOf(to - from);
  const first = Math.ceil(from / step) * step;
  return Array.from({ length: Math.max(0, Math.floor((to - first) / step) + 1) }, (_, index) => first + index * step);
};

function Grid({ frame, text }: { frame: Frame; text: (value: number) => string }): ComponentChildren {
  return (
    <g class="curve-grid">
      {saidTicks(frame.low, frame.high, text, 3).map(({ at, word }) => (
        <g key={at}>
          <line x1={0} x2={width} y1={yOf(frame, at)} y2={yOf(frame, at)} />
          <text x={-6} y={yOf(frame, at) + 3.5} text-anchor="end">
            {word}
          </text>
        </g>
      ))}
      {timesOf(frame.from, frame.to)
        // A label at the very edge would be cut off.
        .filter((at) => xOf(frame, at) <= width - 8)
        .map((at) => (
          <text key={at} x={xOf(frame, at)} y={height + 14} text-anchor="middle">
            {clock(asWall(at)).slice(0, 5)}
          </text>
        ))}
    </g>
  );
}

export function Curve({ name, samples, from, to, longest_ms, fromZero, text, limits = [], marks = [] }: CurveProps) {
  const say = words.value.curve;
  const good = samples.filter((one) => one.good).map(({ value }) => value);
  const { low, high } = rangeOf([...good, ...limits.map(({ value }) => value)], fromZero);
  const frame: Frame = { from, to, low, high, width, height };
  const holes = holesOf(samples, frame, longest_ms);
  const last = samples.filter((one) => one.good).at(-1);
  const label =
    last === undefined
      ? say.nothing(name)
      : say.about(name, text(Math.min(...good)), text(Math.max(...good)), text(last.value), holes.length);
  return (
    <figure class="curve">
      <figcaption>
        {name} <span class="muted">{last === undefined ? say.none : text(last.value)}</span>
      </figcaption>
      <svg viewBox={`-58 -4 ${width + 66} ${height + 22}`} role="img" aria-label={label}>
        <defs>
          <pattern id="curve-hatch" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
            <line class="curve-hatch" x1="0" y1="0" x2="0" y2="7" />
          </pattern>
        </defs>
        {holes.map((hole) => (
          <rect
            key={hole.from}
            class="curve-hole"
            data-hole
            fill="url(#curve-hatch)"
            x={xOf(frame, hole.from)}
            y={0}
            width={Math.max(1, xOf(frame, hole.to) - xOf(frame, hole.from))}
            height={height}
          />
        ))}
        <Grid frame={frame} text={text} />
        {limits.map(({ value, word }) => (
          <g key={value} class="curve-limit" data-limit={value}>
            <line x1={0} x2={width} y1={yOf(frame, value)} y2={yOf(frame, value)} />
            {/* At the left, where the newest cut seldom stands; at the very top there is no room above the line. */}
            <text x={4} y={yOf(frame, value) + (yOf(frame, value) < 10 ? 11 : -3)}>
              {`${word} ${text(value)}`}
            </text>
          </g>
        ))}
        {pathsOf(samples, frame, longest_ms).map((path) => (
          <path key={path.slice(0, 24)} class="curve-line" d={path} />
        ))}
        {marks
          .filter(({ at }) => at >= from && at <= to)
          .map(({ at, word }) => (
            <g key={at} class="curve-mark" data-mark>
              <line x1={xOf(frame, at)} x2={xOf(frame, at)} y1={0} y2={height} />
              <text
                x={xOf(frame, at) + (xOf(frame, at) > width * 0.8 ? -4 : 4)}
                y={height - 5}
                text-anchor={xOf(frame, at) > width * 0.8 ? "end" : "start"}
              >
                {`✕ ${word}`}
              </text>
            </g>
          ))}
      </svg>
    </figure>
  );
}
