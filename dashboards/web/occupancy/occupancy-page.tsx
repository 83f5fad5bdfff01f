// How full the lots are: now, over the last day beside the day before, and over the hours of a week. What is not known is hatched, never drawn as zero.
import type { LotOccupancy, Occupancy } from "#protocols/api/occupancy.ts";
import { Section } from "../bureau/section.tsx";
import { type Box, stepPaths } from "../charts/shapes.ts";
import { call } from "../data/api.ts";
import { live, serverNow } from "../data/live.ts";
import { asWall, clock, parseMoment } from "../format/moments.ts";
import { useAsked } from "../parts/asked.ts";
import { Empty, Panel, ProblemNote } from "../parts/small.tsx";
import { narrow, route } from "../shell/route.ts";
import { placePages } from "../shell/sections.ts";
import { words, wordsOf } from "../words/language.ts";
import { occupancyEn } from "../words/occupancy-en.ts";
import { occupancyZh } from "../words/occupancy-zh.ts";
import { Heat } from "./heat.tsx";

const say = wordsOf(occupancyZh, occupancyEn);

const box: Box = { width: 640, height: 210, left: 40, right: 12, top: 12, bottom: 26 };
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
/** The counts move with every car; asked anew this often. */
const askEvery_ms = minuteMs;

const stepsOf = (points: LotOccupancy["day"]) => points.map(({ at, taken }) => ({ at: parseMoment(at) ?? 0, value: taken }));

function Day({ lot, from, to }: { lot: LotOccupancy; from: number; to: number }) {
  const t = say.value;
  const day = stepsOf(lot.day);
  const before = stepsOf(lot.day_before);
  const values = [...day, ...before].flatMap(({ value }) => (value === null ? [] : [value]));
  const fullest = Math.max(4, ...values);
  // A lot that is never more than a third full is drawn by its cars: its capacity stands beside the line's end in words.
  const near = lot.capacity !== null && lot.capacity <= fullest * 3;
  const most = Math.max(fullest, near ? (lot.capacity ?? 0) : 0) * 1.08;
  const window = { from, to, most };
  const drawn = stepPaths(day, window, box);
  const ghost = stepPaths(before, window, box);
  const known = day.flatMap(({ value }) => (value === null ? [] : [value]));
  const x = (at: number): number => box.left + ((at - from) / (to - from)) * (box.width - box.left - box.right);
  const floor = box.height - box.bottom;
  const y = (value: number): number => floor - (value / most) * (floor - box.top);
  const firstTick = Math.ceil(from / (4 * hourMs)) * 4 * hourMs;
  const times = Array.from({ length: 6 }, (_, n) => firstTick + n * 4 * hourMs).filter((at) => x(at) <= box.width - box.right - 14);
  const levels = [0, Math.round(most / 2.16), Math.round(most / 1.08)];
  const label =
    known.length === 0
      ? `${lot.name}: ${t.nothing}`
      : t.dayLabel(lot.name, String(Math.min(...known)), String(Math.max(...known)), drawn.gaps.length);
  return (
    <figure class="steps">
      <figcaption>{t.day}</figcaption>
      <svg viewBox={`0 0 ${box.width} ${box.height}`} role="img" aria-label={label}>
        <defs>
          <pattern id="steps-hatch" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
            <line class="curve-hatch" x1="0" y1="0" x2="0" y2="7" />
          </pattern>
        </defs>
        <g class="curve-grid">
          {levels.map((level) => (
            <g key={level}>
              <line x1={box.left} x2={box.width - box.right} y1={y(level)} y2={y(level)} />
              <text x={box.left - 6} y={y(level) + 4} text-anchor="end">
                {level}
              </text>
            </g>
          ))}
          {times.map((at) => (
            <text key={at} x={x(at)} y={box.height - 8} text-anchor="middle">
              {clock(asWall(at)).slice(0, 5)}
            </text>
          ))}
        </g>
        {drawn.gaps.map((gap) => (
          <rect
            key={gap.from}
            data-gap
            fill="url(#steps-hatch)"
            x={gap.from}
            y={box.top}
            width={Math.max(1, gap.to - gap.from)}
            height={floor - box.top}
          />
        ))}
        {drawn.areas.map((path) => (
          <path key={path} class="steps-area" d={path} />
        ))}
        {ghost.lines.map((path) => (
          <path key={path} class="steps-ghost" d={path} />
        ))}
        {drawn.lines.map((path) => (
          <path key={path} class="steps-line" data-run d={path} />
        ))}
        {lot.capacity !== null && (
          <g class="steps-capacity">
            {near && <line x1={box.left} x2={box.width - box.right} y1={y(lot.capacity)} y2={y(lot.capacity)} />}
            <text x={box.width - box.right - 2} y={near ? y(lot.capacity) + 14 : box.top + 4} text-anchor="end">
              {t.capacity} {lot.capacity}
              {!near && " ↑"}
            </text>
          </g>
        )}
      </svg>
    </figure>
  );
}

function Now({ lot }: { lot: LotOccupancy }) {
  const t = say.value;
  if (lot.taken === null)
    return (
      <p class="lot-now" data-taken="unknown">
        <span class="muted">⌀ {t.unknown}</span>
      </p>
    );
  return (
    <p class="lot-now" data-taken={lot.taken}>
      <b>{lot.capacity === null ? lot.taken : t.ofCapacity(lot.taken, lot.capacity)}</b>{" "}
      <span class="muted">{lot.capacity === null ? t.noCapacity : t.free(Math.max(0, lot.capacity - lot.taken))}</span>
    </p>
  );
}

/** Every lot as a bar of its own capacity: the areas beside each other. */
function Share({ lots }: { lots: readonly LotOccupancy[] }) {
  const t = say.value;
  return (
    <ul class="shares">
      {lots.map((lot) => (
        <li key={`${lot.gateway} ${lot.lot}`}>
          <span>
            {lot.name}
            {lot.within !== null && (
              <small class="muted"> {t.within(lots.find((one) => one.lot === lot.within)?.name ?? lot.within)}</small>
            )}
          </span>
          <svg viewBox="0 0 100 12" preserveAspectRatio="none" class={lot.taken === null ? "unknown" : ""} aria-hidden="true">
            <rect class="bullet-rail" width="100" height="12" />
            {lot.taken !== null && lot.capacity !== null && (
              <rect class="bullet-value" width={Math.min(100, (lot.taken / Math.max(1, lot.capacity)) * 100)} height="12" />
            )}
          </svg>
          <b>{lot.taken === null ? "⌀" : lot.capacity === null ? lot.taken : t.ofCapacity(lot.taken, lot.capacity)}</b>
        </li>
      ))}
    </ul>
  );
}

export function OccupancyPage() {
  const t = say.value;
  const { filters } = route.value;
  const sites = live.value?.sites ?? [];
  const site = filters.site ?? sites[0]?.id ?? "";
  const minute = Math.floor(serverNow.value / askEvery_ms);
  const { value, problem, again } = useAsked<Occupancy>(`occupancy ${site} ${minute}`, () =>
    call(`/api/v1/occupancy?site=${encodeURIComponent(site)}`),
  );
  const from = parseMoment(value?.from) ?? 0;
  const to = parseMoment(value?.to) ?? 1;
  return (
    <>
      <header class="page-head">
        <h1>{words.value.nav.occupancy}</h1>
        <p class="muted">{t.about}</p>
      </header>
      <Section of={placePages} page="occupancy" />
      {sites.length > 1 && (
        <form class="filter-line" aria-label={words.value.filter}>
          <label>
            {t.compound}{" "}
            <select name="site" value={site} onChange={(event) => narrow({ site: event.currentTarget.value })}>
              {sites.map((one) => (
                <option key={one.id} value={one.id}>
                  {one.name}
                </option>
              ))}
            </select>
          </label>
        </form>
      )}
      {problem !== null && <ProblemNote problem={problem} retry={again} />}
      {value === null && problem === null && <p class="muted late">{words.value.loading}</p>}
      {value !== null && value.lots.length === 0 && <Empty>{t.none}</Empty>}
      {value !== null && value.lots.length > 1 && (
        <Panel title={t.share} class="share-panel">
          <Share lots={value.lots} />
        </Panel>
      )}
      {value?.lots.map((lot) => (
        <Panel key={`${lot.gateway} ${lot.lot}`} title={lot.name} aside={<Now lot={lot} />} class="lot-panel">
          <div class="lot-pictures" data-lot={lot.lot}>
            <Day lot={lot} from={from} to={to} />
            <Heat lot={lot} />
          </div>
          <p class="legend muted">{t.legend}</p>
        </Panel>
      ))}
    </>
  );
}
