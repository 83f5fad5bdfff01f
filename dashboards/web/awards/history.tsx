// A compound's stars over two years as a line of steps: gaps stay gaps, and its words say the same.
import { language, words } from "../words/language.ts";
import { say } from "./say.ts";
import type { Past } from "./ways.ts";

const [step, tall] = [16, 26];
const y = (stars: number): number => tall - 3 - stars * 4;

export function History({ past }: { past: readonly Past[] }) {
  const t = say.value.lists;
  if (past.length === 0) return <span class="muted">{t.noList}</span>;
  const word = ({ stars, failed }: Past): string =>
    stars === null ? t.notAssessed : failed ? t.failedMark : words.value.bureau.starCount(stars);
  const text = past.map((one) => `${one.period} ${word(one)}`).join(language.value === "zh" ? "，" : ", ");
  return (
    <svg
      class="star-history"
      viewBox={`0 0 ${past.length * step} ${tall}`}
      width={past.length * step}
      height={tall}
      role="img"
      aria-label={t.historyOf(text)}
    >
      <title>{text}</title>
      <line class="dot-rail" x1="0" x2={past.length * step} y1={y(0)} y2={y(0)} />
      {past.map(({ period, stars, failed }, at) => {
        if (stars === null) return null;
        const before = past[at - 1]?.stars ?? null;
        const from = at * step;
        return (
          <g key={period} data-past={period} data-stars={stars}>
            <path
              class="steps-line"
              d={`${before === null ? `M${from} ${y(stars)}` : `M${from} ${y(before)}V${y(stars)}`}H${from + step}`}
            />
            {failed && <path class="failed-mark" d={`M${from + step / 2} ${y(0) - 9}l4 7h-8Z`} />}
          </g>
        );
      })}
    </svg>
  );
}
