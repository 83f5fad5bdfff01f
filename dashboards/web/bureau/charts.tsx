// The bureau's pictures: found against closed, a dot plot of scores, a waterfall of money. Own SVG: it prints, and its words are text.
import { burnUpOf, fallen, fitted, type Week } from "../charts/shapes.ts";
import { yuan } from "../format/quantities.ts";
import { words } from "../words/language.ts";

/** On a phone a picture is drawn anew, not made smaller: its words keep their size. */
const isNarrow = (): boolean => matchMedia("(max-width: 640px)").matches;

/** At its right stand a word and a number in either language. */
const box = { left: 36, right: 92, top: 12, bottom: 26 };

export function BurnUp({ weeks }: { weeks: readonly Week[] }) {
  const say = words.value.bureau;
  const [width, height] = isNarrow() ? [340, 200] : [560, 220];
  const shape = burnUpOf(weeks, { ...box, width, height });
  const last = weeks.at(-1);
  return (
    <figure class="picture">
      <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={say.burnUpLabel(last?.found ?? 0, last?.closed ?? 0)}>
        <g class="curve-grid">
          {[0, Math.round(shape.most / 2), shape.most].map((n) => (
            <g key={n}>
              <line x1={box.left} x2={width - box.right} y1={shape.y(n)} y2={shape.y(n)} />
              <text x={box.left - 6} y={shape.y(n) + 4} text-anchor="end">
                {n}
              </text>
            </g>
          ))}
        </g>
        <path class="gap-between" d={shape.between} />
        <path class="line-found" d={shape.found} />
        <path class="line-closed" d={shape.closed} />
        {shape.ends.map(({ of, n, y }) => (
          <text key={of} class="line-name" x={width - box.right + 6} y={y}>
            {of === "found" ? say.foundShort : say.closedShort} {n}
          </text>
        ))}
        {weeks.map(({ to }, at) =>
          at % 4 === 0 ? (
            <text key={to} x={shape.x(at)} y={height - 8} text-anchor="middle">
              {to.slice(5)}
            </text>
          ) : null,
        )}
      </svg>
    </figure>
  );
}

export interface Dot {
  readonly name: string;
  readonly score: number | null;
  readonly before: number | null;
}

/** A score a line: now as a filled dot, what it is held against (the week before, another version of the scheme) as a hollow one. */
export function DotPlot({ dots, label }: { dots: readonly Dot[]; label?: string }) {
  const say = words.value.bureau;
  const row = 34;
  const tall = dots.length * row + 30;
  const narrow = isNarrow();
  const [whole, left, long] = narrow ? [340, 112, 170] : [560, 190, 330];
  const x = (score: number): number => left + (Math.max(0, Math.min(100_000, score)) / 100_000) * long;
  return (
    <figure class="picture">
      <svg viewBox={`0 0 ${whole} ${tall}`} role="img" aria-label={label ?? say.dotsLabel}>
        <g class="curve-grid">
          {[0, 25, 50, 75, 100].map((n) => (
            <g key={n}>
              <line x1={x(n * 1000)} x2={x(n * 1000)} y1="6" y2={tall - 22} />
              <text x={x(n * 1000)} y={tall - 8} text-anchor="middle">
                {n}
              </text>
            </g>
          ))}
        </g>
        {dots.map(({ name, score, before }, at) => {
          const y = 22 + at * row;
          return (
            <g key={`${at} ${name}`}>
              <text class="dot-name" x={left - 10} y={y + 4} text-anchor="end">
                {fitted(name, narrow ? 8 : 13.5)}
                <title>{name}</title>
              </text>
              <line class="dot-rail" x1={x(0)} x2={x(100_000)} y1={y} y2={y} />
              {before !== null && <circle class="dot-before" cx={x(before)} cy={y} r="5" />}
              {score !== null && <circle class="dot-now" cx={x(score)} cy={y} r="6" />}
              <text class="dot-score" x={left + long + 12} y={y + 4}>
                {score === null ? "—" : (score / 1000).toFixed(1)}
              </text>
            </g>
          );
        })}
      </svg>
    </figure>
  );
}

export interface Bar {
  readonly name: string;
  /** What it adds, or takes away. */
  readonly amount_fen: number;
  /** A sum stands on the ground. */
  readonly sum?: true;
}

export function Waterfall({ bars }: { bars: readonly Bar[] }) {
  const say = words.value.bureau;
  const placed = fallen(bars);
  const narrow = isNarrow();
  const [whole, left, long] = narrow ? [340, 112, 140] : [640, 160, 330];
  return (
    <figure class="picture">
      <svg viewBox={`0 0 ${whole} ${bars.length * 32 + 4}`} role="img" aria-label={say.waterfallLabel}>
        {bars.map(({ name, amount_fen, sum }, at) => {
          const { from = 0, length = 0, end = 0 } = placed[at] ?? {};
          return (
            <g key={`${at} ${name}`} transform={`translate(0 ${at * 32 + 4})`}>
              <text class="dot-name" x={left - 10} y="17" text-anchor="end">
                {fitted(name, narrow ? 8 : 11.5)}
                <title>{name}</title>
              </text>
              <rect
                class={sum === true ? "fall-sum" : amount_fen < 0 ? "fall-out" : "fall-in"}
                x={left + from * long}
                y="2"
                width={Math.max(1, length * long)}
                height="22"
              />
              <text class="dot-score" x={left + 8 + end * long} y="17">
                {amount_fen < 0 ? "−" : ""}
                {yuan(Math.abs(amount_fen))}
              </text>
            </g>
          );
        })}
      </svg>
    </figure>
  );
}
