// The bureau's pictures: found against closed, a dot plot of scores, a waterfall of money. Own SVG: it prints, and its words are text.
import { yuan } from "../format/quantities.ts";
import { words } from "../words/language.ts";

const [width, height] = [560, 220];
/** At its right stand a word and a number in either language. */
const box = { left: 36, right: 92, top: 12, bottom: 26 };

export function BurnUp({ weeks }: { weeks: readonly { readonly to: string; readonly found: number; readonly closed: number }[] }) {
  const say = words.value.bureau;
  const most = Math.max(10, ...weeks.map(({ found }) => found));
  const x = (at: number): number => box.left + (at / Math.max(1, weeks.length - 1)) * (width - box.left - box.right);
  const y = (n: number): number => height - box.bottom - (n / most) * (height - box.top - box.bottom);
  const path = (of: "found" | "closed"): string =>
    weeks.map((week, at) => `${at === 0 ? "M" : "L"}${x(at).toFixed(1)} ${y(week[of]).toFixed(1)}`).join("");
  const last = weeks.at(-1);
  const between = `${path("found")}${[...weeks]
    .map((week, at) => ({ week, at }))
    .reverse()
    .map(({ week, at }) => `L${x(at).toFixed(1)} ${y(week.closed).toFixed(1)}`)
    .join("")}Z`;
  const ticks = [0, Math.round(most / 2), most];
  return (
    <figure class="picture">
      <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={say.burnUpLabel(last?.found ?? 0, last?.closed ?? 0)}>
        <g class="curve-grid">
          {ticks.map((n) => (
            <g key={n}>
              <line x1={box.left} x2={width - box.right} y1={y(n)} y2={y(n)} />
              <text x={box.left - 6} y={y(n) + 4} text-anchor="end">
                {n}
              </text>
            </g>
          ))}
        </g>
        <path class="gap-between" d={between} />
        <path class="line-found" d={path("found")} />
        <path class="line-closed" d={path("closed")} />
        {last !== undefined && (
          <>
            <text class="line-name" x={width - box.right + 6} y={y(last.found) + 4}>
              {say.foundShort} {last.found}
            </text>
            <text class="line-name" x={width - box.right + 6} y={Math.max(y(last.closed) + 4, y(last.found) + 20)}>
              {say.closedShort} {last.closed}
            </text>
          </>
        )}
        {weeks.map(({ to }, at) =>
          at % 4 === 0 ? (
            <text key={to} x={x(at)} y={height - 8} text-anchor="middle">
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

/** A score a line: now as a filled dot, the week before as a hollow one. */
export function DotPlot({ dots }: { dots: readonly Dot[] }) {
  const say = words.value.bureau;
  const row = 34;
  const tall = dots.length * row + 30;
  const x = (score: number): number => 190 + (score / 100_000) * 330;
  return (
    <figure class="picture">
      <svg viewBox={`0 0 560 ${tall}`} role="img" aria-label={say.dotsLabel}>
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
            <g key={name}>
              <text class="dot-name" x="180" y={y + 4} text-anchor="end">
                {name.length > 13 ? `${name.slice(0, 12)}…` : name}
                <title>{name}</title>
              </text>
              <line class="dot-rail" x1={x(0)} x2={x(100_000)} y1={y} y2={y} />
              {before !== null && <circle class="dot-before" cx={x(before)} cy={y} r="5" />}
              {score !== null && <circle class="dot-now" cx={x(score)} cy={y} r="6" />}
              <text class="dot-score" x="532" y={y + 4}>
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
  let level = 0;
  const placed = bars.map(({ name, amount_fen, sum }) => {
    const from = sum === true ? 0 : level;
    const to = sum === true ? amount_fen : level + amount_fen;
    level = to;
    return { name, amount_fen, from, to, sum: sum === true };
  });
  const most = Math.max(1, ...placed.flatMap(({ from, to }) => [from, to]));
  const x = (fen: number): number => (Math.max(0, fen) / most) * 330;
  return (
    <figure class="picture">
      <svg viewBox={`0 0 640 ${bars.length * 32 + 4}`} role="img" aria-label={say.waterfallLabel}>
        {placed.map(({ name, amount_fen, from, to, sum }, at) => (
          <g key={`${at} ${name}`} transform={`translate(0 ${at * 32 + 4})`}>
            <text class="dot-name" x="150" y="17" text-anchor="end">
              {name.length > 11 ? `${name.slice(0, 10)}…` : name}
              <title>{name}</title>
            </text>
            <rect
              class={sum ? "fall-sum" : amount_fen < 0 ? "fall-out" : "fall-in"}
              x={160 + x(Math.min(from, to))}
              y="2"
              width={Math.max(1, Math.abs(x(to) - x(from)))}
              height="22"
            />
            <text class="dot-score" x={168 + x(Math.max(from, to))} y="17">
              {amount_fen < 0 ? "−" : ""}
              {yuan(Math.abs(amount_fen))}
            </text>
          </g>
        ))}
      </svg>
    </figure>
  );
}
