// Inspections by lot: what waits, what was held with what was found, and the draws with their seeds. Who is looked at sees what was held, and nothing before.
import { useState } from "preact/hooks";
import { Section } from "../bureau/section.tsx";
import { type Inspection, inspectionsFile, readInspections } from "../data/inspections-api.ts";
import { ledgerMoved } from "../data/ledger-moved.ts";
import { live } from "../data/live.ts";
import { useAsked } from "../parts/asked.ts";
import { Icon } from "../parts/glyphs.tsx";
import { Empty, Moment, ProblemNote } from "../parts/small.tsx";
import { Views } from "../parts/views.tsx";
import { narrow, route } from "../shell/route.ts";
import { ledgerPages } from "../shell/sections.ts";
import { person } from "../shell/session.ts";
import { said, words } from "../words/language.ts";
import { DrawDialog } from "./draw.tsx";
import { say } from "./say.ts";
import { VisitDrawer } from "./visit-drawer.tsx";
import { type Drawn, inView, type View, views, visitsOf } from "./visits.ts";

const drawers: readonly string[] = ["street-officer", "bureau-officer"];
const lookers: readonly string[] = [
  ...["community-officer", "street-officer", "bureau-officer", "assessment-team", "grid-worker", "auditor", "administrator"],
];

function Result({ visit: { wrong, mine } }: { visit: Drawn }) {
  const t = say.value;
  if (wrong === null) return <span class={`state${mine ? " open" : ""}`}>{mine ? t.mine : t.planned}</span>;
  if (wrong > 0) return <span class="state">{t.wrong(wrong)}</span>;
  return (
    <span class="state handled">
      <Icon name="check" /> {t.allRight}
    </span>
  );
}

function VisitTable({ visits, open }: { visits: readonly Drawn[]; open: (key: string) => void }) {
  const { columns } = say.value;
  return (
    <table class="ledger">
      <caption class="unseen">{words.value.nav.inspections}</caption>
      <thead>
        <tr>
          {(["compound", "list", "pair", "day", "result"] as const).map((column) => (
            <th key={column} scope="col">
              {columns[column]}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {visits.map((visit) => (
          <tr key={visit.key} data-visit-row={visit.key} data-mine={visit.mine}>
            <th scope="row">
              <button type="button" class="text row-link" onClick={() => open(visit.key)}>
                {visit.name}
              </button>
            </th>
            <td data-column={columns.list}>{said(visit.inspection.checklist)}</td>
            <td data-column={columns.pair}>
              {visit.pair.map(({ id, name, organisation }) => (
                <span key={id} class="place">
                  {name} <small class="muted">{organisation}</small>
                </span>
              ))}
            </td>
            <td data-column={columns.day}>{visit.inspection.day}</td>
            <td data-column={columns.result}>
              <Result visit={visit} />
              {visit.handed_at !== null && (
                <small class="muted place">
                  <Moment at={visit.handed_at} />
                </small>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function DrawTable({ draws }: { draws: readonly Inspection[] }) {
  const t = say.value;
  const { columns } = t;
  return (
    <>
      <table class="ledger">
        <caption class="unseen">{t.views.draws}</caption>
        <thead>
          <tr>
            {(["day", "list", "note", "by", "result", "seed"] as const).map((column) => (
              <th key={column} scope="col">
                {columns[column]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {draws.map(({ id, day, checklist, note, person_name, visits, seed, sound }) => (
            <tr key={id} data-draw-row={id}>
              <th scope="row" class="when">
                {day}
              </th>
              <td data-column={columns.list}>{said(checklist)}</td>
              <td data-column={columns.note}>{note}</td>
              <td data-column={columns.by}>{person_name}</td>
              <td data-column={columns.result}>
                {t.handed(visits.filter(({ answers }) => answers !== null).length, visits.length)}
                <small class="muted place">{visits.map(({ name }) => name).join("、")}</small>
              </td>
              <td data-column={columns.seed}>
                {seed === null ? <span class="muted">{t.detail.seedLater}</span> : <code>{seed}</code>}
                <small class="muted place">{sound ? `✓ ${t.detail.sound}` : t.detail.unsound}</small>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p class="notice people-how">{t.detail.formula}</p>
    </>
  );
}

export function InspectionsPage() {
  const t = say.value;
  const role = person.value?.role ?? "";
  const { value, problem, again } = useAsked(`inspections ${ledgerMoved()}`, readInspections);
  const [drawing, setDrawing] = useState(false);
  const [told, setTold] = useState("");
  const { filters, view: asked, shown } = route.value;
  const { unit, ...others } = filters;
  const open = views.filter((one) => one !== "planned" || lookers.includes(role));
  const visits = visitsOf(value ?? []);
  const lists = { planned: inView(visits, "planned"), held: inView(visits, "held"), draws: value ?? [] };
  const usual = open.includes("planned") && lists.planned.length > 0 ? "planned" : "held";
  const view: View = open.find((one) => one === asked) ?? usual;
  const opened = visits.find(({ key }) => key === unit);
  const close = (): void => narrow(others);
  return (
    <>
      <header class="page-head">
        <h1>{words.value.nav.inspections}</h1>
        <p class="muted">{t.about}</p>
        <span class="exports">
          {visits.length > 0 && (
            <a class="button" href={inspectionsFile} download>
              {t.export}
            </a>
          )}
          {drawers.includes(role) && (
            <button type="button" class="primary" data-act="draw" onClick={() => setDrawing(true)}>
              {t.draw}
            </button>
          )}
        </span>
      </header>
      <Section of={ledgerPages} page="inspections" />
      <Views page="inspections" current={view} views={open.map((name) => ({ name, word: t.views[name], count: lists[name].length }))} />
      {told !== "" && (
        <p class="notice about" role="status" data-told>
          {told}
        </p>
      )}
      {problem !== null && <ProblemNote problem={problem} retry={again} />}
      {value === null && problem === null && <p class="muted late">{words.value.loading}</p>}
      {value !== null && lists[view].length === 0 && <Empty>{t.none[view]}</Empty>}
      {value !== null &&
        lists[view].length > 0 &&
        (view === "draws" ? (
          <DrawTable draws={value} />
        ) : (
          <VisitTable visits={lists[view]} open={(key) => narrow({ ...others, unit: key }, view)} />
        ))}
      {opened !== undefined && shown === null && (
        <VisitDrawer
          visit={opened}
          close={close}
          handed={(hazards) => {
            setTold(t.hand.done(hazards));
            narrow({ ...others, unit: opened.key }, "held");
            again();
          }}
        />
      )}
      {drawing && (
        <DrawDialog
          most={live.value?.sites.length ?? 1}
          close={() => setDrawing(false)}
          done={(compounds, seed) => {
            setDrawing(false);
            setTold(t.drawn(compounds, seed));
            narrow({}, "planned");
            again();
          }}
        />
      )}
    </>
  );
}
