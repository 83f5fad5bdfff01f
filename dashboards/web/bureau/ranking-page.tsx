// The week made public inside: a frozen snapshot with its number and hash, the units with their denominators, and behind every number the very rows.
import type { RankedUnit, RankedWeek } from "../data/ledger-api.ts";
import { readBehind, readWeek, readWeeks } from "../data/ledger-api.ts";
import { useAsked } from "../parts/asked.ts";
import { Empty, Moment, Panel, ProblemNote } from "../parts/small.tsx";
import { narrow, route, show } from "../shell/route.ts";
import { ledgerPages } from "../shell/sections.ts";
import { words } from "../words/language.ts";
import { DotPlot } from "./charts.tsx";
import { Section } from "./section.tsx";

const shown = ["due", "on_time", "closed", "found", "automatic", "overdue"] as const;

function Marks({ unit }: { unit: RankedUnit }) {
  const say = words.value.bureau;
  const marks = [
    unit.silent && say.silent,
    unit.zero_finds && !unit.silent && say.zeroFinds,
    unit.small && unit.rank !== null && say.small,
  ].filter(Boolean);
  return marks.length === 0 ? null : <small class="muted">{marks.join(" · ")}</small>;
}

function Behind({ week, unit, number }: { week: string; unit: string; number: string }) {
  const say = words.value.bureau;
  const { value, problem } = useAsked(`${week} ${unit} ${number}`, () => readBehind(week, unit, number));
  return (
    <Panel title={say.rowsBehind(say.numbers[number as (typeof shown)[number]] ?? number, value?.rows.length ?? 0)}>
      {problem !== null && <ProblemNote problem={problem} />}
      <ul class="behind" data-behind={value?.rows.length ?? ""}>
        {(value?.rows ?? []).map(({ hazard }) => (
          <li key={hazard}>
            <button type="button" class="text" onClick={() => show("hazard", hazard)}>
              {hazard}
            </button>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function Units({ week, units, kind }: { week: RankedWeek; units: readonly RankedUnit[]; kind: RankedUnit["kind"] }) {
  const say = words.value.bureau;
  const { filters } = route.value;
  const open = (unit: string, number: string): void => narrow({ ...filters, week: week.week, unit, number });
  return (
    <div class="scroll-x">
      <table class="ledger ranking">
        <caption class="unseen">{say.kinds[kind]}</caption>
        <thead>
          <tr>
            <th scope="col">{say.rank}</th>
            <th scope="col">{say.kinds[kind]}</th>
            {shown.map((name) => (
              <th key={name} scope="col" class="number">
                {say.numbers[name]}
              </th>
            ))}
            <th scope="col" class="number">
              {say.averageDays}
            </th>
            <th scope="col" class="number">
              {say.score}
            </th>
          </tr>
        </thead>
        <tbody>
          {units.map((unit) => (
            <tr key={unit.unit} data-unit={unit.unit}>
              <td class="rank">{unit.rank ?? "—"}</td>
              <th scope="row">
                {unit.name}
                <Marks unit={unit} />
              </th>
              {shown.map((name) => (
                <td key={name} class="number" data-column={say.numbers[name]}>
                  <button type="button" class="text" data-number={name} onClick={() => open(unit.unit, name)}>
                    {unit.numbers[name]}
                  </button>
                </td>
              ))}
              <td class="number" data-column={say.averageDays}>
                {unit.average_tenths === null ? "—" : (unit.average_tenths / 10).toFixed(1)}
              </td>
              <td class="number" data-column={say.score}>
                {unit.score_milli === null ? "—" : (unit.score_milli / 1000).toFixed(3)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

export function RankingPage() {
  const say = words.value;
  const { filters } = route.value;
  const weeks = useAsked("weeks", readWeeks);
  const names = (weeks.value?.weeks ?? []).map(({ week }) => week);
  const chosen = filters.week ?? names[0];
  const before = names[names.indexOf(chosen ?? "") + 1];
  const week = useAsked<RankedWeek | null>(`week ${chosen}`, async () =>
    chosen === undefined ? { ok: true, value: null } : readWeek(chosen),
  );
  const last = useAsked<RankedWeek | null>(`week ${before}`, async () =>
    before === undefined ? { ok: true, value: null } : readWeek(before),
  );
  const body = week.value;
  const order = (a: RankedUnit, b: RankedUnit): number => (a.rank ?? 999) - (b.rank ?? 999) || (a.name < b.name ? -1 : 1);
  const of = (kind: RankedUnit["kind"]): RankedUnit[] => (body?.units ?? []).filter((unit) => unit.kind === kind).sort(order);
  const scoreBefore = (unit: string): number | null => last.value?.units.find((one) => one.unit === unit)?.score_milli ?? null;
  const problem = weeks.problem ?? week.problem;
  return (
    <>
      <header class="page-head">
        <h1>{say.nav.ranking}</h1>
        <p class="muted">{say.bureau.rankingAbout}</p>
      </header>
      <Section of={ledgerPages} page="ranking" />
      {problem !== null && <ProblemNote problem={problem} retry={weeks.again} />}
      {weeks.value !== null && names.length === 0 && <Empty>{say.bureau.noWeeks}</Empty>}
      {body !== null && body !== undefined && (
        <>
          <form class="filter-line" aria-label={say.filter}>
            <label>
              {say.bureau.weekName}{" "}
              <select name="week" value={chosen} onChange={(event) => narrow({ week: event.currentTarget.value })}>
                {names.map((name) => (
                  <option key={name} value={name}>
                    {name}
                  </option>
                ))}
              </select>
            </label>
            <span class="muted">
              {say.bureau.frozen(body.number)} <Moment at={body.frozen_at} />
              <span class="seal" title={body.hash} data-hash={body.hash}>
                {say.ledger.stepHash} {body.hash.slice(0, 8)}
              </span>
            </span>
          </form>
          <div class="bureau-grid">
            <div class="wide">
              <Units week={body} units={of("compound")} kind="compound" />
            </div>
            {of("town").length > 0 && (
              <div class="wide">
                <Units week={body} units={of("town")} kind="town" />
              </div>
            )}
            {filters.unit !== undefined && filters.number !== undefined && (
              <div class="wide">
                <Behind week={body.week} unit={filters.unit} number={filters.number} />
              </div>
            )}
            <Panel title={say.bureau.dots}>
              <DotPlot
                dots={of("compound").map(({ unit, name, score_milli }) => ({ name, score: score_milli, before: scoreBefore(unit) }))}
              />
              <p class="legend muted">{say.bureau.dotsLegend}</p>
            </Panel>
            <Panel title={say.bureau.formulas}>
              <ul class="formulas" lang="zh-CN">
                {body.formulas.map((line) => (
                  <li key={line}>{line}</li>
                ))}
              </ul>
            </Panel>
            {body.corrections.length > 0 && (
              <Panel title={say.bureau.corrections(body.corrections.length)} class="wide">
                <ul class="next-rungs">
                  {body.corrections.map((one) => (
                    <li key={one.seq}>
                      <Moment at={one.at} />
                      <button type="button" class="text" onClick={() => show("hazard", one.hazard)}>
                        {one.hazard}
                      </button>
                      <span>{one.note}</span>
                      <small class="muted">{one.person_name}</small>
                    </li>
                  ))}
                </ul>
              </Panel>
            )}
          </div>
        </>
      )}
    </>
  );
}
