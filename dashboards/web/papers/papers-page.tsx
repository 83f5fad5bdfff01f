// The register of papers: every notice, opinion and closing sheet that was issued, with its print page and its Word file, and how far it has come.
import { Section } from "../bureau/section.tsx";
import { ledgerMoved } from "../data/ledger-moved.ts";
import { live } from "../data/live.ts";
import {
  type IssuedPaper,
  issuedPath,
  type PaperList,
  type PaperQuery,
  paperKinds,
  paperLists,
  papersFile,
  readPaperCounts,
  readPapers,
} from "../data/papers-api.ts";
import { useAsked } from "../parts/asked.ts";
import { Choice, FindLine } from "../parts/list-line.tsx";
import { compoundName } from "../parts/place.ts";
import { Empty, Moment, ProblemNote } from "../parts/small.tsx";
import { TableHead } from "../parts/table.tsx";
import { useUnfolded } from "../parts/unfolded.ts";
import type { Filters } from "../shell/address.ts";
import { pageHash } from "../shell/address.ts";
import { narrow, route, show } from "../shell/route.ts";
import { ledgerPages } from "../shell/sections.ts";
import { words } from "../words/language.ts";
import { Files } from "../works/parts.tsx";
import { PaperActs } from "./paper-acts.tsx";
import { Receipt, Service } from "./paper-words.tsx";
import { say, titleOf } from "./say.ts";

const columns = ["number", "hazard", "addressee", "issued", "service", "receipt", "files"] as const;

/** The address as the server's question. */
function queryOf(list: PaperList, { site, kind, organisation, number: year, text }: Filters): PaperQuery {
  const asked = { site, kind, organisation, year, text, ...(list === "all" ? {} : { state: list }) };
  return Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined)) as PaperQuery;
}

function Row({ paper, done }: { paper: IssuedPaper; done: () => void }) {
  const t = say.value;
  const late = paper.service === "late";
  return (
    <tr data-paper={paper.id} data-paper-number={paper.number} class={late ? "is-overdue" : ""}>
      <th scope="row">
        <a class="row-link" href={issuedPath(paper.id)} target="_blank" rel="noopener">
          {paper.number}
        </a>
        <small class="muted">{titleOf(paper)}</small>
      </th>
      <td data-column={t.columns.hazard}>
        <button type="button" class="text hazard-link" onClick={() => show("hazard", paper.hazard)}>
          {paper.hazard}
        </button>
        <small class="muted">{compoundName(paper.site)}</small>
      </td>
      <td data-column={t.columns.addressee}>{paper.addressee}</td>
      <td data-column={t.columns.issued}>
        {paper.organisation}
        <small class="muted">
          {paper.person_name} · <Moment at={paper.issued_at} />
        </small>
      </td>
      <td data-column={t.columns.service}>
        <Service paper={paper} />
      </td>
      <td data-column={t.columns.receipt}>
        <Receipt paper={paper} />
      </td>
      <td data-column={t.columns.files} class="paper-files">
        <a href={issuedPath(paper.id)} target="_blank" rel="noopener" data-file="html">
          {t.print}
        </a>
        <a href={issuedPath(paper.id, "docx")} data-file="docx">
          docx
        </a>
        <PaperActs paper={paper} done={done} />
      </td>
    </tr>
  );
}

function FilterLine({
  filters,
  asked,
  organisations,
  years,
}: {
  filters: Filters;
  asked: PaperQuery;
  organisations: readonly string[];
  years: readonly number[];
}) {
  const t = say.value;
  const sites = live.value?.sites ?? [];
  const behind = (
    <>
      {Object.keys(filters).length > 0 && (
        <button type="button" class="quiet" onClick={() => narrow({})}>
          {t.reset}
        </button>
      )}
      <Files of={(as) => papersFile(asked, as)} />
    </>
  );
  return (
    <FindLine filters={filters} hint={t.text} find={t.find} behind={behind}>
      {sites.length > 1 && <Choice name="site" all={t.allSites} options={sites.map(({ id, name }) => [id, name])} />}
      <Choice name="kind" all={t.allKinds} options={paperKinds.map((kind) => [kind, t.kinds[kind]])} />
      {organisations.length > 1 && <Choice name="organisation" all={t.allOrganisations} options={organisations.map((one) => [one, one])} />}
      {years.length > 1 && <Choice name="number" all={t.allYears} options={years.map((year) => [String(year), String(year)])} />}
    </FindLine>
  );
}

export function PapersPage() {
  const t = say.value;
  const { filters, view } = route.value;
  const list = paperLists.find((one) => one === view) ?? "all";
  const asked = queryOf(list, filters);
  const moved = ledgerMoved();
  const counts = useAsked(`paper counts ${JSON.stringify({ ...asked, state: undefined })} ${moved}`, () => readPaperCounts(asked));
  const listed = useUnfolded(`papers ${JSON.stringify(asked)}`, moved, (after) => readPapers(asked, after));
  const { rows, next } = listed;
  const shown = rows ?? [];
  const again = () => {
    counts.again();
    listed.again();
  };
  const total = counts.value?.[list] ?? shown.length;
  return (
    <>
      <header class="page-head">
        <h1>{words.value.nav.papers}</h1>
        <p class="muted">{t.about}</p>
      </header>
      <Section of={ledgerPages} page="papers" />
      <nav class="views" aria-label={words.value.filter}>
        {paperLists.map((one) => (
          <a
            key={one}
            href={pageHash("papers", one === "all" ? null : one, filters)}
            aria-current={one === list ? "true" : undefined}
            data-view={one}
          >
            {t.lists[one]} {counts.value !== null && <b>{counts.value[one]}</b>}
          </a>
        ))}
      </nav>
      <FilterLine filters={filters} asked={asked} organisations={counts.value?.organisations ?? []} years={counts.value?.years ?? []} />
      {listed.problem !== null && <ProblemNote problem={listed.problem} retry={again} />}
      {rows === null ? (
        listed.problem === null && <p class="muted late">{words.value.loading}</p>
      ) : shown.length === 0 ? (
        counts.value?.organisations.length === 0 ? (
          <Empty>{t.none}</Empty>
        ) : (
          <Empty action={<a href={pageHash("papers")}>{t.showAll}</a>}>{t.noneHere}</Empty>
        )
      ) : (
        <>
          <table class="ledger works-table papers-table live-region">
            <TableHead caption={words.value.nav.papers} heads={columns.map((column) => t.columns[column])} />
            <tbody>
              {shown.map((paper) => (
                <Row key={paper.id} paper={paper} done={again} />
              ))}
            </tbody>
          </table>
          <p class="pages">
            <span class="muted" role="status" data-shown={shown.length}>
              {t.shown(shown.length, total)}
            </span>
            {next !== null && (
              <button type="button" data-act="more" onClick={listed.more}>
                {t.more}
              </button>
            )}
          </p>
        </>
      )}
    </>
  );
}
