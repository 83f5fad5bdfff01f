// Stars of a quarter: the score by its modules against the whole hundred, every deduction with its source, and what is missing for five stars.

import { type Assessment, readAssessment, type Score } from "../data/ledger-api.ts";
import { serverNow } from "../data/live.ts";
import { useAsked } from "../parts/asked.ts";
import { Empty, Panel, ProblemNote } from "../parts/small.tsx";
import { route, show } from "../shell/route.ts";
import { moneyPages } from "../shell/sections.ts";
import { language, said, words } from "../words/language.ts";
import { PlaceAndQuarter, quarterName } from "./place-and-quarter.tsx";
import { Section } from "./section.tsx";
import { points, Stars } from "./stars.tsx";

type One = Assessment["compounds"][number];

/** Several steps on one item are one line: what counts is the item, and how much it would bring. */
function alike(steps: NonNullable<One["missing"]>["steps"]): { item: string; times: number; gain_milli: number }[] {
  const found = new Map<string, { item: string; times: number; gain_milli: number }>();
  for (const { item, gain_milli } of steps) {
    const so = found.get(item) ?? { item, times: 0, gain_milli: 0 };
    found.set(item, { item, times: so.times + 1, gain_milli: so.gain_milli + gain_milli });
  }
  return [...found.values()];
}

function Modules({ score, scheme }: { score: Score; scheme: Assessment["scheme"] }) {
  const say = words.value.bureau;
  const itemName = (item: string): string => scheme.modules.flatMap(({ items }) => items).find(({ id }) => id === item)?.zh ?? item;
  return (
    <ul class="modules">
      {score.modules.map(({ module, milli, taken }) => {
        const of = scheme.modules.find(({ id }) => id === module);
        const byItem = [...new Set(taken.map(({ item }) => item))].map((item) => ({
          item,
          rows: taken.filter((one) => one.item === item),
        }));
        return (
          <li key={module} data-module={module}>
            <p class="module-head">
              <b>{of === undefined ? module : said(of)}</b>
              <span class="muted">{say.weight(of?.share.numerator ?? 0, of?.share.denominator ?? 1)}</span>
              <b>{points(milli)}</b>
            </p>
            <svg viewBox="0 0 100 8" preserveAspectRatio="none" class="bullet" aria-hidden="true">
              <rect class="bullet-rail" width="100" height="8" />
              <rect class="bullet-value" width={milli / 1000} height="8" />
              <line x1="60" x2="60" y1="0" y2="8" />
            </svg>
            {byItem.map(({ item, rows }) => (
              <details key={item}>
                <summary>
                  <span lang="zh-CN">{itemName(item)}</span> ×{rows.length}{" "}
                  <span class="muted">−{points(rows.reduce((sum, one) => sum + one.milli, 0))}</span>
                </summary>
                <p class="deductions">
                  {rows.map((one) =>
                    one.source === "ledger" ? (
                      <button key={one.id} type="button" class="text" onClick={() => show("hazard", one.id)}>
                        {one.id}
                      </button>
                    ) : (
                      <span key={one.id} class="muted">
                        {say.sources[one.source as keyof typeof say.sources] ?? one.source}
                      </span>
                    ),
                  )}
                </p>
              </details>
            ))}
          </li>
        );
      })}
    </ul>
  );
}

function Card({ one, scheme }: { one: One; scheme: Assessment["scheme"] }) {
  const say = words.value.bureau;
  // Too far apart, the department's word is the one that counts.
  const score = one.combined?.disagree === true ? one.department : (one.town ?? one.department);
  const itemName = (item: string): string => scheme.modules.flatMap(({ items }) => items).find(({ id }) => id === item)?.zh ?? item;
  if (one.combined === null || score === null)
    return (
      <Panel title={one.name}>
        <p class="muted">{say.notAssessed}</p>
      </Panel>
    );
  return (
    <Panel title={one.name} aside={<Stars n={one.stars} />}>
      <p class="sentence" data-score={one.site}>
        {say.ifToday(points(one.combined.score_milli), one.stars)}
      </p>
      <Modules score={score} scheme={scheme} />
      {score.bonus_milli > 0 && <p class="muted">{say.bonus(points(score.bonus_milli))}</p>}
      {one.missing !== null && one.missing.short_milli > 0 && (
        <div class="notice calm">
          <p>
            <b>{say.missing(points(one.missing.short_milli))}</b>
          </p>
          <ol class="missing">
            {alike(one.missing.steps)
              .slice(0, 3)
              .map(({ item, times, gain_milli }) => (
                <li key={item}>
                  <span lang={language.value === "en" ? "zh-CN" : undefined}>{itemName(item)}</span> {times > 1 && `×${times} `}+
                  {points(gain_milli)}
                </li>
              ))}
          </ol>
          {!one.missing.reachable && <p class="muted">{say.unreachable}</p>}
        </div>
      )}
    </Panel>
  );
}

export function StarsPage() {
  const say = words.value;
  const quarter = route.value.filters.week ?? quarterName(serverNow.peek());
  const { value, problem, again } = useAsked<Assessment>(`stars ${quarter}`, () => readAssessment(quarter));
  return (
    <>
      <header class="page-head">
        <h1>{say.nav.stars}</h1>
        <p class="muted" lang="zh-CN">
          {language.value === "en" ? "" : (value?.scheme.zh ?? "")}
        </p>
      </header>
      <Section of={moneyPages} page="stars" />
      <PlaceAndQuarter site="" quarter={quarter} withSite={false} />
      {problem !== null && <ProblemNote problem={problem} retry={again} />}
      {value !== null && value.compounds.length === 0 && <Empty>{say.bureau.notAssessed}</Empty>}
      <div class="bureau-grid stars-grid">
        {value?.compounds.map((one) => (
          <Card key={one.site} one={one} scheme={value.scheme} />
        ))}
      </div>
    </>
  );
}
