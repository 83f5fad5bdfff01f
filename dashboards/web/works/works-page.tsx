// Construction beside hazards: how many charging ports are planned, started, finished and in use, whether fire facilities are sound, and what of both the ledger still has open.
import { Section } from "../bureau/section.tsx";
import { type CompoundView, fireStates, readCompounds } from "../data/compounds-api.ts";
import { ledgerMoved } from "../data/ledger-moved.ts";
import { useAsked } from "../parts/asked.ts";
import { PriorityGlyph } from "../parts/glyphs.tsx";
import { Choice } from "../parts/list-line.tsx";
import { Empty, Panel, ProblemNote } from "../parts/small.tsx";
import { pageHash } from "../shell/address.ts";
import { narrow, route } from "../shell/route.ts";
import { ledgerPages } from "../shell/sections.ts";
import { words } from "../words/language.ts";
import { Files, FireTag, fireOptions, PortsBar, PortsWords, portStages, shareText, worksFiles } from "./parts.tsx";
import { inOrder, noPorts, orders, type Progress, progressOf, saysSound, townsOf } from "./progress.ts";
import { say } from "./say.ts";

function Ports({ progress: { ports } }: { progress: Progress }) {
  const t = say.value;
  const most = Math.max(1, ...portStages.map((stage) => ports[stage]));
  return (
    <Panel title={t.ports} aside={<b data-share>{shareText(ports)}</b>}>
      <ul class="shares works-shares">
        {portStages.map((stage) => (
          <li key={stage}>
            <span>{t[stage]}</span>
            <svg viewBox="0 0 100 12" preserveAspectRatio="none" aria-hidden="true">
              <rect class="bullet-rail" width="100" height="12" />
              <rect class={`ports-${stage}`} width={(ports[stage] / most) * 100} height="12" />
            </svg>
            <b data-sum={stage}>{ports[stage]}</b>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

/** A state is a door: it narrows the list below to the compounds that say so. */
function Fire({ progress: { fire, written, compounds } }: { progress: Progress }) {
  const t = say.value;
  const { filters } = route.value;
  const rows = [...fireStates.map((state) => ({ state, n: fire[state] })), { state: "none" as const, n: compounds - written }];
  return (
    <Panel title={t.fire}>
      <ul class="shares works-shares">
        {rows.map(({ state, n }) => (
          <li key={state}>
            <button
              type="button"
              class="text"
              aria-pressed={filters.state === state}
              data-narrow={state}
              onClick={() => narrow({ ...filters, state: filters.state === state ? "" : state })}
            >
              <FireTag state={state === "none" ? null : state} />
            </button>
            <svg viewBox="0 0 100 12" preserveAspectRatio="none" class={state === "none" ? "unknown" : ""} aria-hidden="true">
              <rect class="bullet-rail" width="100" height="12" />
              <rect class={state === "完好" ? "ports-finished" : "bullet-value"} width={(n / Math.max(1, compounds)) * 100} height="12" />
            </svg>
            <b>{t.compoundsCount(n)}</b>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function Towns({ all }: { all: readonly CompoundView[] }) {
  const t = say.value;
  const { filters } = route.value;
  const towns = [...townsOf(all), ...(all.some(({ town }) => town === "") ? [""] : [])];
  return (
    <Panel title={t.byTown} class="wide">
      <div class="scroll-x">
        <table class="ledger works-table">
          <caption class="unseen">{t.byTown}</caption>
          <thead>
            <tr>
              <th scope="col">{t.town}</th>
              <th scope="col" class="number">
                {t.written}
              </th>
              <th scope="col">{t.ports}</th>
              <th scope="col" class="number">
                {t.share}
              </th>
              {fireStates.map((state) => (
                <th key={state} scope="col" class="number">
                  {t.states[state]}
                </th>
              ))}
              <th scope="col" class="number">
                {t.open}
              </th>
              <th scope="col" class="number">
                {t.overdue}
              </th>
            </tr>
          </thead>
          <tbody>
            {towns.map((town) => {
              const sum = progressOf(all.filter((one) => one.town === town));
              return (
                <tr key={town} data-town={town}>
                  <th scope="row">
                    {town === "" ? (
                      t.noTown
                    ) : (
                      <button type="button" class="text row-link" onClick={() => narrow({ ...filters, unit: town })}>
                        {town}
                      </button>
                    )}
                  </th>
                  <td class="number" data-column={t.written}>
                    {sum.written} / {sum.compounds}
                  </td>
                  <td data-column={t.ports}>
                    <PortsWords ports={sum.ports} />
                  </td>
                  <td class="number" data-column={t.share}>
                    {shareText(sum.ports)}
                  </td>
                  {fireStates.map((state) => (
                    <td key={state} class="number" data-column={t.states[state]}>
                      {sum.fire[state]}
                    </td>
                  ))}
                  <td class="number" data-column={t.open}>
                    {sum.open}
                  </td>
                  <td class="number" data-column={t.overdue}>
                    {sum.overdue}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}

function Row({ one }: { one: CompoundView }) {
  const t = say.value;
  const { facts, site } = one;
  return (
    <tr data-compound={site} class={one.overdue > 0 ? "is-overdue" : ""}>
      <th scope="row">
        <a class="row-link" href={pageHash("compounds", null, { unit: site })}>
          {one.name}
        </a>
        <small class="muted">{[one.town, one.community].filter(Boolean).join(" · ")}</small>
      </th>
      <td data-column={t.ports} class="ports-cell">
        {facts === null ? (
          <FireTag state={null} />
        ) : (
          <>
            <PortsBar ports={facts.ports} />
            <PortsWords ports={facts.ports} />
          </>
        )}
      </td>
      <td class="number" data-column={t.share}>
        {facts === null ? "—" : shareText(facts.ports)}
      </td>
      <td data-column={t.fire}>
        <FireTag state={facts?.fire_facilities ?? null} />
        {saysSound(one) && (
          <small class="amiss-words">
            <PriorityGlyph priority={3} /> {t.contradicts(one.about.fire)}
          </small>
        )}
      </td>
      <td data-column={t.open}>
        <a href={pageHash("ledger", "open", { site })} data-open={one.open}>
          {one.open}
        </a>
        {(["charging", "fire"] as const).map(
          (about) =>
            one.about[about] > 0 && (
              <small key={about}>
                <a href={pageHash("ledger", "open", { site, about })} data-about={about}>
                  {about === "charging" ? t.ofCharging(one.about.charging) : t.ofFire(one.about.fire)}
                </a>
              </small>
            ),
        )}
      </td>
      <td class="number" data-column={t.overdue}>
        {one.overdue === 0 ? (
          <span class="muted">0</span>
        ) : (
          <a class="overdue" href={pageHash("ledger", "overdue", { site })} data-overdue={one.overdue}>
            <PriorityGlyph priority={3} />
            {one.overdue}
          </a>
        )}
      </td>
      <td data-column={t.since}>
        {facts === null ? (
          <span class="muted">{t.unknown}</span>
        ) : (
          <small class="muted">{t.version(facts.valid_from, facts.version)}</small>
        )}
      </td>
    </tr>
  );
}

function Compounds({ shown }: { shown: readonly CompoundView[] }) {
  const t = say.value;
  return (
    <table class="ledger works-table live-region">
      <caption class="unseen">{t.byCompound}</caption>
      <thead>
        <tr>
          <th scope="col">{t.compound}</th>
          <th scope="col">{t.ports}</th>
          <th scope="col" class="number">
            {t.share}
          </th>
          <th scope="col">{t.fire}</th>
          <th scope="col">{t.open}</th>
          <th scope="col" class="number">
            {t.overdue}
          </th>
          <th scope="col">{t.since}</th>
        </tr>
      </thead>
      <tbody>
        {shown.map((one) => (
          <Row key={one.site} one={one} />
        ))}
      </tbody>
    </table>
  );
}

export function WorksPage() {
  const t = say.value;
  const { filters } = route.value;
  const { value, problem, again } = useAsked(`works ${ledgerMoved()}`, readCompounds);
  const all = value?.compounds ?? [];
  const inTown = all.filter(({ town }) => filters.unit === undefined || town === filters.unit);
  const order = orders.find((one) => one === filters.sort) ?? "finished";
  const state = filters.state === "none" ? null : filters.state;
  const shown = inOrder(
    inTown.filter(({ facts }) => state === undefined || (facts?.fire_facilities ?? null) === state),
    order,
  );
  const progress = progressOf(inTown);
  const { planned, started, finished, in_use } = value === null ? noPorts : progress.ports;
  return (
    <>
      <header class="page-head">
        <h1>{words.value.nav.works}</h1>
        <p class="muted">{t.about}</p>
      </header>
      <Section of={ledgerPages} page="works" />
      {problem !== null && <ProblemNote problem={problem} retry={again} />}
      {value === null ? (
        problem === null && <p class="muted late">{words.value.loading}</p>
      ) : all.length === 0 ? (
        <Empty>{t.none}</Empty>
      ) : (
        <>
          <p class="sentence" data-sentence>
            {t.sentence(progress.compounds, planned, started, finished, in_use)} {t.beside(progress.open, progress.overdue)}
            {progress.written < progress.compounds && ` ${t.unwritten(progress.compounds - progress.written)}`}
          </p>
          <form class="filter-line" aria-label={words.value.filter} onSubmit={(event) => event.preventDefault()}>
            {townsOf(all).length > 1 && <Choice name="unit" all={t.allTowns} options={townsOf(all).map((town) => [town, town])} />}
            <Choice name="state" all={t.allFire} options={[...fireOptions(), ["none", t.unknown]]} />
            <Choice name="sort" all={t.orders.finished} options={orders.slice(1).map((one) => [one, t.orders[one]])} />
            <Files of={worksFiles} />
          </form>
          <div class="bureau-grid">
            <Ports progress={progress} />
            <Fire progress={progress} />
            {filters.unit === undefined && townsOf(all).length > 1 && <Towns all={all} />}
            <div class="wide">
              {shown.length === 0 ? (
                <Empty action={<a href={pageHash("works")}>{t.showAll}</a>}>{t.noneHere}</Empty>
              ) : (
                <Compounds shown={shown} />
              )}
              <p class="legend muted works-legend">
                {portStages.map((stage) => (
                  <span key={stage}>
                    <i class={`swatch ports-${stage}`} aria-hidden="true" />
                    {t[stage]}
                  </span>
                ))}
              </p>
            </div>
          </div>
        </>
      )}
    </>
  );
}
