// The rectification ledger as a list: a table on a desk, cards on a phone. A row opens the hazard with its whole history.
import { useState } from "preact/hooks";
import { hazardSources, hazardStates } from "#protocols/api/hazard-tables.ts";
import type { HazardView } from "#protocols/api/views.ts";
import { Section } from "../bureau/section.tsx";
import { type Figures, type HazardQuery, pageSize, readFigures, readHazards } from "../data/ledger-api.ts";
import { ledgerMoved } from "../data/ledger-moved.ts";
import { live } from "../data/live.ts";
import { useAsked } from "../parts/asked.ts";
import { Choice, FindLine } from "../parts/list-line.tsx";
import { placeName } from "../parts/place.ts";
import { Empty, ProblemNote } from "../parts/small.tsx";
import type { Filters } from "../shell/address.ts";
import { pageHash } from "../shell/address.ts";
import { narrow, route, show } from "../shell/route.ts";
import { ledgerPages } from "../shell/sections.ts";
import { person } from "../shell/session.ts";
import { said, words } from "../words/language.ts";
import { ExportLine } from "./export-line.tsx";
import { Deadline, Grade, StateTag } from "./hazard-words.tsx";
import { ImportDialog } from "./import.tsx";
import { PrintButton, PrintHead, printed } from "./print.tsx";

const views = ["open", "near", "overdue", "to-inspect", "listed", "closed", "all"] as const;
type View = (typeof views)[number];
const sorts = ["deadline", "found", "place"] as const;
const matters = ["wish", "complaint", "mediation"] as const;
const grades = ["一般", "重大"] as const;
const abouts = ["charging", "fire"] as const;

/** The address as the server's question. Hazards, unless somebody asks for wishes, complaints or mediations: the figures above count hazards. */
function queryOf(view: View, { site, matter = "hazard", state, source, grade, about, text, sort, page }: Filters): HazardQuery {
  const list = view === "closed" ? { state: "已销号" } : { list: view, ...(state === undefined ? {} : { state }) };
  return Object.fromEntries(
    Object.entries({ ...list, site, matter, source, grade, about, text, sort: sort ?? "deadline", page }).filter(
      ([, value]) => value !== undefined,
    ),
  );
}

const countOf = (figures: Figures, view: View): number =>
  ({
    ...{ open: figures.total - figures.closed, near: figures.near, overdue: figures.overdue, "to-inspect": figures.to_inspect },
    ...{ listed: figures.listed, closed: figures.closed, all: figures.total },
  })[view];

const columns = ["id", "place", "what", "grade", "state", "responsible", "deadline"] as const;

function Row({ hazard }: { hazard: HazardView }) {
  const say = words.value.ledger;
  return (
    <tr data-hazard={hazard.id} data-state={hazard.state} class={hazard.overdue_days > 0 && hazard.state !== "已销号" ? "is-overdue" : ""}>
      <th scope="row">
        <button type="button" class="text row-link" onClick={() => show("hazard", hazard.id)}>
          {hazard.id}
        </button>
      </th>
      <td data-column={say.columns.place}>
        <span class="place">{placeName(hazard.place)}</span>
        <small class="muted">{hazard.compound}</small>
      </td>
      <td data-column={say.columns.what}>
        <span class="what">{said(hazard)}</span>
        <small class="muted">{hazard.category}</small>
      </td>
      <td data-column={say.columns.grade}>
        <Grade hazard={hazard} />
      </td>
      <td data-column={say.columns.state}>
        <StateTag hazard={hazard} />
      </td>
      <td data-column={say.columns.responsible}>{hazard.responsible ?? <span class="muted">{say.unassigned}</span>}</td>
      <td data-column={say.columns.deadline}>
        <Deadline hazard={hazard} />
      </td>
    </tr>
  );
}

function Table({ rows }: { rows: readonly HazardView[] }) {
  const say = words.value.ledger;
  return (
    <table class="ledger live-region">
      <caption class="unseen">{say.title}</caption>
      <thead>
        <tr>
          {columns.map((column) => (
            <th key={column} scope="col" class={`column-${column}`}>
              {say.columns[column]}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((hazard) => (
          <Row key={hazard.id} hazard={hazard} />
        ))}
      </tbody>
    </table>
  );
}

/** Who may write into the ledger. */
const reporters: readonly string[] = [
  ...["property-manager", "grid-worker", "fire-maintenance", "community-officer", "street-officer", "bureau-officer"],
];

function FilterLine({ view, filters }: { view: View; filters: Filters }) {
  const say = words.value;
  const [importing, setImporting] = useState(false);
  const { page: _, ...others } = filters;
  const asked = queryOf(view, filters);
  const sort = (
    <label>
      <span class="unseen">{say.bureau.filters.sort}</span>
      <select name="sort" value={filters.sort ?? "deadline"} onChange={(event) => narrow({ ...others, sort: event.currentTarget.value })}>
        {sorts.map((one) => (
          <option key={one} value={one}>
            {say.bureau.sorts[one]}
          </option>
        ))}
      </select>
    </label>
  );
  const behind = (
    <>
      {Object.keys(filters).length > 0 && (
        <button type="button" class="quiet" onClick={() => narrow({})}>
          {say.stays.reset}
        </button>
      )}
      <ExportLine asked={asked} />
      <span class="exports">
        <PrintButton asked={asked} />
        {reporters.includes(person.value?.role ?? "") && (
          <button type="button" data-act="import" onClick={() => setImporting(true)}>
            {say.bureau.importOpen}
          </button>
        )}
      </span>
      {importing && <ImportDialog close={() => setImporting(false)} done={() => undefined} />}
    </>
  );
  const { filters: named } = say.bureau;
  return (
    <FindLine filters={filters} hint={named.text} find={say.stays.find} beside={sort} behind={behind}>
      <Choice name="site" all={named.site} options={(live.value?.sites ?? []).map(({ id, name }) => [id, name])} />
      <Choice name="matter" all={say.ledger.matter.hazard} options={matters.map((one) => [one, say.ledger.matter[one]])} />
      <Choice name="source" all={named.source} options={hazardSources.map((one) => [one, say.ledger.source[one]])} />
      {view !== "closed" && <Choice name="state" all={named.state} options={hazardStates.map((one) => [one, say.ledger.state[one]])} />}
      <Choice name="grade" all={named.grade} options={grades.map((one) => [one, say.ledger.grade[one]])} />
      <Choice name="about" all={named.about} options={abouts.map((one) => [one, say.bureau.abouts[one]])} />
    </FindLine>
  );
}

function Pages({ total, filters }: { total: number; filters: Filters }) {
  const say = words.value.bureau;
  const page = Math.max(1, Number(filters.page ?? "1"));
  const last = Math.max(1, Math.ceil(total / pageSize));
  const go = (to: number): void => narrow({ ...filters, page: String(to) });
  return (
    <p class="pages" data-pages={`${page}/${last}`}>
      <span class="muted" role="status">
        {say.rows(Math.min(total, (page - 1) * pageSize + 1), Math.min(total, page * pageSize), total)}
      </span>
      <button type="button" disabled={page <= 1} data-page="earlier" onClick={() => go(page - 1)}>
        {say.earlier}
      </button>
      <button type="button" disabled={page >= last} data-page="later" onClick={() => go(page + 1)}>
        {say.later}
      </button>
    </p>
  );
}

export function LedgerPage() {
  const say = words.value.ledger;
  const { filters } = route.value;
  const view: View = views.find((one) => one === route.value.view) ?? "open";
  const asked = queryOf(view, filters);
  const moved = ledgerMoved();
  const figures = useAsked<Figures>(`figures ${moved}`, readFigures);
  const rows = useAsked(`${JSON.stringify(asked)} ${moved}`, () => readHazards(asked));
  // What the stream has told since the page was read stands in the row at once.
  const newer = new Map((live.value?.hazards ?? []).map((hazard) => [hazard.id, hazard]));
  const items = (rows.value?.items ?? []).map((one) => {
    const known = newer.get(one.id);
    return known !== undefined && known.version > one.version ? known : one;
  });
  return (
    <>
      <header class="page-head">
        <h1>{say.title}</h1>
        <p class="muted">{say.about}</p>
      </header>
      <Section of={ledgerPages} page="ledger" />
      <nav class="views" aria-label={words.value.filter}>
        {views.map((one) => (
          <a
            key={one}
            href={pageHash("ledger", one, { ...filters, page: "" })}
            aria-current={one === view ? "true" : undefined}
            data-view={one}
          >
            {say.views[one]} {figures.value !== null && <b>{countOf(figures.value, one)}</b>}
          </a>
        ))}
      </nav>
      <FilterLine view={view} filters={filters} />
      {rows.problem !== null && <ProblemNote problem={rows.problem} retry={rows.again} />}
      {rows.value === null ? (
        rows.problem === null && <p class="muted late">{words.value.loading}</p>
      ) : figures.value?.total === 0 ? (
        <Empty>{say.none}</Empty>
      ) : items.length === 0 ? (
        <Empty action={<a href={pageHash("ledger", "all")}>{say.showAll}</a>}>{say.noneInView}</Empty>
      ) : (
        <>
          <PrintHead
            filters={filters}
            shown={printed.value?.items.length ?? items.length}
            total={printed.value?.total ?? rows.value.total}
          />
          <Table rows={printed.value?.items ?? items} />
          <Pages total={rows.value.total} filters={filters} />
        </>
      )}
    </>
  );
}
