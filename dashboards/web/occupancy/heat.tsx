// Seven days of twenty-four hours, five shades of ink up to the fullest hour: fuller is darker. An hour of which nothing is known is hatched, and every cell says its own words.
import type { LotOccupancy } from "#protocols/api/occupancy.ts";
import { shadesOf } from "../charts/shapes.ts";
import { wordsOf } from "../words/language.ts";
import { occupancyEn } from "../words/occupancy-en.ts";
import { occupancyZh } from "../words/occupancy-zh.ts";

const say = wordsOf(occupancyZh, occupancyEn);
const cell = { wide: 23, tall: 22, left: 42, top: 18 } as const;

export function Heat({ lot }: { lot: LotOccupancy }) {
  const t = say.value;
  const shades = shadesOf(lot.week);
  const means = lot.week.flatMap((hours, day) => hours.map((mean, hour) => ({ day, hour, mean })));
  const fullest = means.reduce<(typeof means)[number] | null>(
    (best, one) => (one.mean !== null && one.mean > (best?.mean ?? -1) ? one : best),
    null,
  );
  const words = (day: number, hour: number, mean: number | null): string =>
    mean === null ? t.blank(t.weekdays[day] ?? "", hour) : t.cell(t.weekdays[day] ?? "", hour, mean.toFixed(1));
  const width = cell.left + 24 * cell.wide;
  const height = cell.top + 7 * cell.tall + 4;
  return (
    <figure class="heat">
      <figcaption>{t.week}</figcaption>
      <svg
        viewBox={`0 0 ${width} ${height}`}
        role="img"
        aria-label={t.weekLabel(lot.name, fullest === null ? t.nothing : words(fullest.day, fullest.hour, fullest.mean))}
      >
        <defs>
          <pattern id="heat-hatch" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
            <line class="curve-hatch" x1="0" y1="0" x2="0" y2="7" />
          </pattern>
        </defs>
        {[0, 6, 12, 18].map((hour) => (
          <text key={hour} x={cell.left + hour * cell.wide} y={12}>
            {t.hour(hour)}
          </text>
        ))}
        {shades.map((hours, day) => (
          <g key={t.weekdays[day]}>
            <text x={cell.left - 6} y={cell.top + day * cell.tall + 15} text-anchor="end">
              {t.weekdays[day]}
            </text>
            {hours.map((shade, hour) => (
              <rect
                key={hour}
                class={shade === null ? "heat-none" : `heat-${shade}`}
                data-shade={shade ?? "none"}
                {...(shade === null ? { fill: "url(#heat-hatch)" } : {})}
                x={cell.left + hour * cell.wide}
                y={cell.top + day * cell.tall}
                width={cell.wide - 2}
                height={cell.tall - 2}
              >
                <title>{words(day, hour, lot.week[day]?.[hour] ?? null)}</title>
              </rect>
            ))}
          </g>
        ))}
      </svg>
      <p class="heat-scale muted" aria-hidden="true">
        0
        {[0, 1, 2, 3, 4].map((shade) => (
          <i key={shade} class={`heat-${shade}`} />
        ))}
        {t.most(fullest === null || fullest.mean === null ? "—" : fullest.mean.toFixed(1))}
      </p>
    </figure>
  );
}
