// Compounds and companies: the facts of each compound as they hold today with every change behind them; and the companies, with what each managed and the days overdue that are its own.
import { Section } from "../bureau/section.tsx";
import { type CompoundView, readCompounds } from "../data/compounds-api.ts";
import { ledgerMoved } from "../data/ledger-moved.ts";
import { serverNow } from "../data/live.ts";
import { whole } from "../format/quantities.ts";
import { useAsked } from "../parts/asked.ts";
import { PriorityGlyph } from "../parts/glyphs.tsx";
import { Choice, FindLine } from "../parts/list-line.tsx";
import { Empty, ProblemNote } from "../parts/small.tsx";
import { TableHead } from "../parts/table.tsx";
import { dayText } from "../reports/period.ts";
import type { Filters } from "../shell/address.ts";
import { pageHash } from "../shell/address.ts";
import { narrow, route } from "../shell/route.ts";
import { ledgerPages } from "../shell/sections.ts";
import { words } from "../words/language.ts";
import { Companies } from "./companies.tsx";
import { CompoundDrawer } from "./compound-drawer.tsx";
import { Files, worksFiles } from "./parts.tsx";
import { townsOf } from "./progress.ts";
import { say } from "./say.ts";
import { daysUntil } from "./versions.ts";

const soonDays = 90;

function Contract({ until }: { until: string | undefined }) {
  const t = say.value;
  if (until === undefined) return <span class="muted">{t.contractNone}</span>;
  const left = daysUntil(until, dayText(serverNow.peek()));
  return (
    <>
      {until}
      {left < soonDays && (
        <small class={left < 0 ? "amiss-words" : "muted"} data-contract={left < 0 ? "ended" : "soon"}>
          {left < 0 && <PriorityGlyph priority={3} />} {left < 0 ? t.contractEnded(-left) : t.contractSoon(left)}
        </small>
      )}
    </>
  );
}

function Row({ one }: { one: CompoundView }) {
  const t = say.value;
  const { filters } = route.value;
  const { facts } = one;
  return (
    <tr data-compound={one.site}>
      <th scope="row">
        <button type="button" class="text row-link" onClick={() => narrow({ ...filters, unit: one.site })}>
          {one.name}
        </button>
        <small class="muted">{[one.town, one.community, one.grid].filter(Boolean).join(" · ")}</small>
      </th>
      {facts === null ? (
        <td colSpan={6} data-column={t.since}>
          <span class="fire-state unknown">{t.unknown}</span>
        </td>
      ) : (
        <>
          <td data-column={t.company}>
            {facts.company}
            {facts.manager !== undefined && <small class="muted">{facts.manager}</small>}
          </td>
          <td data-column={t.contract}>
            <Contract until={facts.contract_until} />
          </td>
          <td data-column={t.size}>{t.sizeOf(whole(facts.households), whole(facts.area_m2))}</td>
          <td data-column={t.riding}>
            {whole(facts.e_bikes)} / {facts.sheds} / {facts.ports.finished}
          </td>
          <td data-column={t.control}>
            {facts.control_room === true ? t.withControl : t.withoutControl}
            {facts.fire_maintenance !== undefined && <small class="muted">{facts.fire_maintenance}</small>}
          </td>
          <td data-column={t.since}>
            <small class="muted">{t.version(facts.valid_from, facts.version)}</small>
          </td>
        </>
      )}
    </tr>
  );
}

function Compounds({ filters }: { filters: Filters }) {
  const t = say.value;
  const { value, problem, again } = useAsked(`compounds ${ledgerMoved()}`, readCompounds);
  if (value === null)
    return problem === null ? <p class="muted late">{words.value.loading}</p> : <ProblemNote problem={problem} retry={again} />;
  const all = value.compounds;
  if (all.length === 0) return <Empty>{t.none}</Empty>;
  const sought = (filters.text ?? "").toLowerCase();
  const shown = all.filter(
    (one) =>
      (filters.organisation === undefined || one.town === filters.organisation) &&
      [one.name, one.community, one.grid ?? "", one.facts?.company ?? ""].some((word) => word.toLowerCase().includes(sought)),
  );
  const opened = all.find(({ site }) => site === filters.unit);
  return (
    <>
      <FindLine filters={filters} hint={t.find} find={words.value.stays.find} behind={<Files of={worksFiles} />}>
        {townsOf(all).length > 1 && <Choice name="organisation" all={t.allTowns} options={townsOf(all).map((town) => [town, town])} />}
      </FindLine>
      {problem !== null && <ProblemNote problem={problem} retry={again} />}
      {shown.length === 0 ? (
        <Empty action={<a href={pageHash("compounds")}>{t.showAll}</a>}>{t.noneHere}</Empty>
      ) : (
        <table class="ledger works-table">
          <TableHead caption={t.view.compounds} heads={[t.compound, t.company, t.contract, t.size, t.riding, t.control, t.since]} />
          <tbody>
            {shown.map((one) => (
              <Row key={one.site} one={one} />
            ))}
          </tbody>
        </table>
      )}
      {opened !== undefined && (
        <CompoundDrawer key={opened.site} one={opened} written={again} close={() => narrow({ ...filters, unit: "" })} />
      )}
    </>
  );
}

const views = ["compounds", "companies"] as const;

export function CompoundsPage() {
  const t = say.value;
  const { filters, view: asked } = route.value;
  const view = views.find((one) => one === asked) ?? "compounds";
  return (
    <>
      <header class="page-head">
        <h1>{words.value.nav.compounds}</h1>
        <p class="muted">{t.compoundsAbout}</p>
      </header>
      <Section of={ledgerPages} page="compounds" />
      <nav class="views" aria-label={words.value.filter}>
        {views.map((one) => (
          <a
            key={one}
            href={pageHash("compounds", one === "compounds" ? null : one)}
            aria-current={one === view ? "true" : undefined}
            data-view={one}
          >
            {t.view[one]}
          </a>
        ))}
      </nav>
      {view === "compounds" ? <Compounds filters={filters} /> : <Companies filters={filters} />}
    </>
  );
}
