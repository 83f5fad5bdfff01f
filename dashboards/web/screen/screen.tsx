// The wall, drawn: what is where on a canvas of 1920 × 1080, far enough to be read across a room.

import type { ComponentChildren } from "preact";
import type { LedgerFigures } from "#protocols/api/ledger-figures.ts";
import type { AlarmView, HazardView, Overview } from "#protocols/api/views.ts";
import type { Wall } from "#protocols/vocabulary/time.ts";
import { burnUpOf } from "../charts/shapes.ts";
import { isUnacknowledged } from "../data/choices.ts";
import { clock, monthDay, parseMoment } from "../format/moments.ts";
import { power } from "../format/quantities.ts";
import { PriorityGlyph as Glyph } from "../parts/glyphs.tsx";
import { callsOf, groundOf, type Heard, latest, looks, pageOf, stripOf, type Tile, tilesOf } from "./model.ts";
import type { ScreenWords } from "./words.ts";

export interface Shown {
  readonly say: ScreenWords;
  readonly now: Wall;
  readonly heard: Heard;
  readonly age_ms: number;
  readonly overview: Overview;
  readonly figures: LedgerFigures | null;
  readonly overdue: readonly HazardView[];
}

const turn_ms = 15_000;
const percent = (part: number, whole: number): string => (whole === 0 ? "—" : `${((part / whole) * 100).toFixed(1)}\u00a0%`);
const glyphs = [1, 2, 3, 4] as const;

function Head({ say, now, heard, age_ms, overview }: Shown) {
  const seconds = Math.round(age_ms / 1000);
  const age = seconds < 60 ? say.seconds(seconds) : say.minutes(Math.floor(seconds / 60));
  return (
    <header class="head">
      <h1>{overview.sites.length === 1 ? (overview.sites[0]?.name ?? say.title) : say.title}</h1>
      {overview.demonstration && <span class="demonstration">{say.demonstration}</span>}
      <ul class="strip" aria-label={say.alarms}>
        {stripOf(overview).map((n, at) => (
          <li key={say.priority[at]} class={n === 0 ? "zero" : ""} data-priority={at + 1}>
            <Glyph priority={glyphs[at] ?? 4} hollow={n === 0} />
            <span>{say.priority[at]}</span> <b>{n}</b>
          </li>
        ))}
      </ul>
      <p class="clock">
        <span>{monthDay(now)}</span> <b>{clock(now)}</b>
        <small class={heard} data-heard={heard}>
          {heard === "live" ? `● ${say.live} · ${say.seconds(seconds)}` : `▲ ${say.stale(age)}`}
        </small>
      </p>
    </header>
  );
}

function Numbers({ say, figures }: { say: ScreenWords; figures: LedgerFigures }) {
  const delta = figures.overdue - figures.overdue_before;
  const ages = Math.max(1, ...figures.ageing);
  return (
    <>
      <section class="block" aria-label={say.overdue}>
        <p class="sentence">{say.sentence(String(figures.total), String(figures.closed), percent(figures.closed, figures.total))}</p>
        <dl class="numbers">
          <div class={figures.overdue > 0 ? "late" : ""}>
            <dt>{say.overdue}</dt>
            <dd data-number="overdue">{figures.overdue}</dd>
            <dd class="delta">{say.overdueDelta(delta)}</dd>
          </div>
          <div>
            <dt>{say.near}</dt>
            <dd>{figures.near}</dd>
          </div>
          <div>
            <dt>{say.inspect}</dt>
            <dd>{figures.to_inspect}</dd>
          </div>
        </dl>
      </section>
      <section class="block" aria-label={say.burnUp}>
        <h2>{say.burnUp}</h2>
        <BurnUp say={say} weeks={figures.weeks} />
      </section>
      <section class="block" aria-label={say.ageing}>
        <h2>{say.ageing}</h2>
        <ol class="ages">
          {figures.ageing.map((n, at) => (
            <li key={say.ages[at]}>
              <span>{say.ages[at]}</span>
              <svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
                <rect width={(n / ages) * 100} height="10" />
              </svg>
              <b>{n}</b>
            </li>
          ))}
        </ol>
      </section>
    </>
  );
}

const box = { width: 440, height: 190, left: 0, right: 116, top: 12, bottom: 26 };

function BurnUp({ say, weeks }: { say: ScreenWords; weeks: LedgerFigures["weeks"] }) {
  const shape = burnUpOf(weeks, box);
  return (
    <svg class="burn-up" viewBox={`0 0 ${box.width} ${box.height}`} role="img" aria-label={say.burnUp}>
      <path class="between" d={shape.between} />
      <path class="found" d={shape.found} />
      <path class="closed" d={shape.closed} />
      {shape.ends.map(({ of, n, y }) => (
        <text key={of} x={box.width - box.right + 10} y={y}>
          {say[of]} {n}
        </text>
      ))}
      {weeks.map(({ to }, at) =>
        at % 4 === 0 ? (
          <text key={to} class="week" x={shape.x(at)} y={box.height - 4}>
            {to.slice(5)}
          </text>
        ) : null,
      )}
    </svg>
  );
}

function TileBox({ say, tile }: { say: ScreenWords; tile: Tile }) {
  const { alarms } = tile;
  const grave = alarms[0] > 0 ? 1 : alarms[1] > 0 ? 2 : (tile.overdue ?? 0) > 0 ? 3 : 0;
  const until = parseMoment(tile.until);
  return (
    <li class={`tile grave-${grave}${tile.away ? " away" : ""}`} data-tile={tile.site} data-away={tile.away}>
      <h3>
        {grave > 0 && <Glyph priority={grave as 1 | 2 | 3} />}
        <span title={tile.name}>{tile.name}</span>
      </h3>
      <dl>
        <div>
          <dt>{say.charging}</dt>
          <dd>
            {tile.charging}
            <small>/{tile.sockets}</small>
          </dd>
        </div>
        <div>
          <dt>{say.power}</dt>
          <dd>{power(tile.power_mW)}</dd>
        </div>
        {tile.overdue !== null && (
          <div class={tile.overdue > 0 ? "late" : ""}>
            <dt>{say.overdue}</dt>
            <dd>
              {tile.overdue}
              <small>/{tile.open}</small>
            </dd>
          </div>
        )}
      </dl>
      {tile.away && (
        <p class="away-note">
          ⌀ {say.away}
          {until !== undefined && ` · ${say.until(clock(until).slice(0, 5))}`}
        </p>
      )}
    </li>
  );
}

/** Of one compound: every socket a square of its station, and every lane with its last word. */
function Ground({ say, overview }: { say: ScreenWords; overview: Overview }) {
  const { stations, lanes } = groundOf(overview);
  return (
    <div class="ground">
      <ul class="stations" aria-label={say.sockets}>
        {stations.map(({ station, sockets }) => (
          <li key={station} data-station={station}>
            <span>{station}</span>
            <p>
              {sockets.map((one) => (
                <i key={one.number} class={one.look} data-look={one.look} title={`${one.number} · ${say.looks[one.look]}`} />
              ))}
            </p>
          </li>
        ))}
      </ul>
      <p class="key">
        {looks.map((look) => (
          <span key={look}>
            <i class={look} /> {say.looks[look]}
          </span>
        ))}
      </p>
      <ul class="lane-line">
        {lanes.map(({ id, name, at, word, waits }) => (
          <li key={id} class={waits ? "waits" : ""}>
            <span>{name}</span>
            <b>
              {waits && "▲ "}
              {say.lane[word]}
            </b>
            <small>{at === null ? say.none : clock(at).slice(0, 5)}</small>
          </li>
        ))}
      </ul>
    </div>
  );
}

function Turning<T>({
  title,
  all,
  per,
  now,
  none,
  say,
  children,
}: {
  title: string;
  all: readonly T[];
  per: number;
  now: number;
  none: string;
  say: ScreenWords;
  children: (one: T) => ComponentChildren;
}) {
  const { shown, page, pages } = pageOf(all, { per, every_ms: turn_ms, now });
  return (
    <section class="block" aria-label={title}>
      <h2>
        {title} <b>{all.length}</b>
        {pages > 1 && <small>{say.page(page, pages)}</small>}
      </h2>
      {all.length === 0 ? <p class="none">✓ {none}</p> : <ol class="rows">{shown.map(children)}</ol>}
    </section>
  );
}

function AlarmRow({ say, alarm, site }: { say: ScreenWords; alarm: AlarmView; site: string }) {
  const called = isUnacknowledged(alarm);
  const last = parseMoment(alarm.last);
  return (
    <li key={alarm.id} class={`alarm p${alarm.priority}${called ? " called" : ""}`} data-alarm={alarm.id}>
      <Glyph priority={alarm.priority as 1 | 2} />
      <span class="what">
        <b>{say.lang === "en" ? alarm.en : alarm.zh}</b>
        <small title={alarm.source}>
          {site} · {alarm.source}
        </small>
      </span>
      <span class="when">
        {last === undefined ? say.none : clock(last).slice(0, 5)}
        <small>{called ? say.unacknowledged : say.acknowledged}</small>
      </span>
    </li>
  );
}

/** An alarm may take two lines; what is left of the column below them holds so many rows. */
const mostCalls = 4;
const rowsBelow = (calls: number): number => 7 - Math.max(1, Math.min(mostCalls, calls));

export function Screen(shown: Shown) {
  const { say, now, heard, overview, figures, overdue } = shown;
  const tiles = tilesOf(overview, figures);
  const nameOf = (id: string): string => overview.sites.find((one) => one.id === id)?.name ?? id;
  const per = tiles.length <= 3 ? 3 : tiles.length <= 6 ? 6 : tiles.length <= 12 ? 12 : 24;
  const page = pageOf(tiles, { per, every_ms: turn_ms, now });
  return (
    <>
      <Head {...shown} />
      {heard === "lost" && (
        <p class="cut-off" role="alert">
          ▲ {say.lost}
        </p>
      )}
      <div class="columns">
        <div class="column">{figures === null ? <p class="none">{say.forbidden}</p> : <Numbers say={say} figures={figures} />}</div>
        <section class={`column middle${tiles.length === 1 ? " alone" : ""}`} aria-label={say.compounds}>
          <ul class={`tiles of-${per}`}>
            {page.shown.map((tile) => (
              <TileBox key={tile.site} say={say} tile={tile} />
            ))}
          </ul>
          {tiles.length === 1 && <Ground say={say} overview={overview} />}
        </section>
        <div class="column">
          <Turning title={say.alarms} all={callsOf(overview)} per={mostCalls} now={now} none={say.noAlarms} say={say}>
            {(alarm) => <AlarmRow key={alarm.id} say={say} alarm={alarm} site={nameOf(alarm.site)} />}
          </Turning>
          {figures !== null && (
            <Turning
              title={say.overdueList}
              all={latest(overdue)}
              per={rowsBelow(callsOf(overview).length)}
              now={now}
              none={say.noOverdue}
              say={say}
            >
              {(one) => (
                <li key={one.id} class="overdue" data-overdue={one.id}>
                  <b>{say.days(one.overdue_days)}</b>
                  <span class="what">
                    <span>{one.compound}</span>
                    <small title={say.lang === "en" ? one.en : one.zh}>
                      {one.id} · {say.lang === "en" ? one.en : one.zh}
                    </small>
                  </span>
                </li>
              )}
            </Turning>
          )}
        </div>
      </div>
    </>
  );
}
