// The bureau's first screen: one sentence, four numbers that open their rows, who has how many in which state, and whether it grows.
import { hazardStates } from "#protocols/api/hazard-tables.ts";
import { type Figures, type Planned, readEscalations, readFigures } from "../data/ledger-api.ts";
import { ledgerMoved } from "../data/ledger-moved.ts";
import { useAsked } from "../parts/asked.ts";
import { Empty, Moment, Panel, ProblemNote } from "../parts/small.tsx";
import { pageHash } from "../shell/address.ts";
import { show } from "../shell/route.ts";
import { ledgerPages } from "../shell/sections.ts";
import { said, words } from "../words/language.ts";
import { BurnUp } from "./charts.tsx";
import { Section } from "./section.tsx";

const percent = (part: number, whole: number): string => (whole === 0 ? "—" : `${((part / whole) * 100).toFixed(1)} %`);

function Tile({ name, value, note, href }: { name: string; value: number; note: string; href: string }) {
  return (
    <a class="figure" href={href} data-figure={name}>
      <span class="muted">{name}</span>
      <b>{value}</b>
      <small class="muted">{note}</small>
    </a>
  );
}

function Compounds({ figures }: { figures: Figures }) {
  const say = words.value;
  const most = Math.max(1, ...figures.compounds.map(({ states }) => hazardStates.reduce((sum, state) => sum + (states[state] ?? 0), 0)));
  return (
    <ul class="stacks">
      {figures.compounds.map(({ site, compound, states, overdue }) => {
        const total = hazardStates.reduce((sum, state) => sum + (states[state] ?? 0), 0);
        return (
          <li key={site}>
            <a href={pageHash("ledger", "all", { site })} class="stack-name" title={compound}>
              {compound}
            </a>
            <svg class="stack" viewBox="0 0 1000 22" preserveAspectRatio="none" aria-hidden="true">
              {hazardStates.map((state, at) => {
                const before = hazardStates.slice(0, at).reduce((sum, one) => sum + (states[one] ?? 0), 0);
                const unit = 1000 / most;
                return (
                  <rect
                    key={state}
                    class={`state-${at}`}
                    x={before * unit}
                    y="0"
                    width={Math.max(0, (states[state] ?? 0) * unit - 2)}
                    height="22"
                  />
                );
              })}
            </svg>
            <span class="stack-numbers">
              <a href={pageHash("ledger", "open", { site })}>{say.bureau.openOf(total - (states.已销号 ?? 0), total)}</a>
              {overdue > 0 && (
                <a class="overdue" href={pageHash("ledger", "overdue", { site })}>
                  {say.bureau.overdueCount(overdue)}
                </a>
              )}
            </span>
          </li>
        );
      })}
    </ul>
  );
}

function Ageing({ figures }: { figures: Figures }) {
  const say = words.value.bureau;
  const most = Math.max(1, ...figures.ageing);
  return (
    <ol class="ageing">
      {figures.ageing.map((count, at) => (
        <li key={say.ages[at]}>
          <span>{say.ages[at]}</span>
          <svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
            <rect x="0" y="0" width={(count / most) * 100} height="10" />
          </svg>
          <b>{count}</b>
        </li>
      ))}
    </ol>
  );
}

function Next() {
  const say = words.value.bureau;
  const { value, problem } = useAsked<Planned[]>(`next ${ledgerMoved()}`, () => readEscalations(3));
  // Whoever may not read the ladder sees no empty panel of it.
  if (problem !== null && problem.status === 403) return null;
  return (
    <Panel title={say.next} class="wide">
      {problem !== null && <ProblemNote problem={problem} />}
      {value !== null && value.length === 0 && <Empty>{say.nothingNext}</Empty>}
      <ul class="next-rungs">
        {(value ?? []).slice(0, 8).map((one) => (
          <li key={`${one.hazard} ${one.at}`} data-next={one.hazard}>
            <Moment at={one.at} />
            <button type="button" class="text" onClick={() => show("hazard", one.hazard)}>
              {one.hazard}
            </button>
            <span>{said(one)}</span>
            <small class="muted">{one.compound}</small>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

export function OverviewPage() {
  const say = words.value;
  const { value: figures, problem, again } = useAsked<Figures>(`figures ${ledgerMoved()}`, readFigures);
  const ledger = (view: string) => pageHash("ledger", view);
  return (
    <>
      <header class="page-head">
        <h1>{say.nav.overview}</h1>
        <a class="button" href="/screen.html" target="_blank" rel="noopener">
          {say.bureau.wall}
        </a>
      </header>
      <Section of={ledgerPages} page="overview" />
      {problem !== null && <ProblemNote problem={problem} retry={again} />}
      {figures === null ? (
        problem === null && <p class="muted late">{say.loading}</p>
      ) : figures.total === 0 ? (
        <Empty>{say.ledger.none}</Empty>
      ) : (
        <>
          <p class="sentence" data-sentence>
            {say.bureau.sentence(figures.total, figures.closed, percent(figures.closed, figures.total), figures.overdue)}{" "}
            {say.bureau.week(figures.overdue - figures.overdue_before)}
          </p>
          <div class="figures">
            <Tile
              name={say.ledger.views.overdue}
              value={figures.overdue}
              note={say.bureau.ofOpen(figures.total - figures.closed)}
              href={ledger("overdue")}
            />
            <Tile name={say.ledger.views.near} value={figures.near} note={say.bureau.within3} href={ledger("near")} />
            <Tile name={say.ledger.views["to-inspect"]} value={figures.to_inspect} note={say.bureau.waits} href={ledger("to-inspect")} />
            <Tile name={say.ledger.views.listed} value={figures.listed} note={say.bureau.listedNote} href={ledger("listed")} />
          </div>
          <div class="bureau-grid">
            <Panel title={say.bureau.byCompound} class="wide">
              <Compounds figures={figures} />
              <p class="legend muted">
                {hazardStates.map((state, at) => (
                  <span key={state}>
                    <i class={`swatch state-${at}`} aria-hidden="true" />
                    {say.ledger.state[state]}
                  </span>
                ))}
              </p>
            </Panel>
            <Panel title={say.bureau.burnUp}>
              <BurnUp weeks={figures.weeks} />
            </Panel>
            <Panel title={say.bureau.ageing}>
              <Ageing figures={figures} />
            </Panel>
            <Next />
          </div>
        </>
      )}
    </>
  );
}
