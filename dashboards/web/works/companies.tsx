// Companies over a time that one chooses: what each manages and managed, and the days overdue that are its own. A number opens its compounds, and those their rows.
import { companiesFile, type Companies as Read, readCompanies } from "../data/compounds-api.ts";
import { ledgerMoved } from "../data/ledger-moved.ts";
import { serverNow } from "../data/live.ts";
import { parseMoment } from "../format/moments.ts";
import { whole } from "../format/quantities.ts";
import { useAsked } from "../parts/asked.ts";
import { PriorityGlyph } from "../parts/glyphs.tsx";
import { Empty, Panel, ProblemNote } from "../parts/small.tsx";
import { besideDay, dayOf, dayText } from "../reports/period.ts";
import type { Filters } from "../shell/address.ts";
import { narrow, route } from "../shell/route.ts";
import { words } from "../words/language.ts";
import { CompanyDrawer } from "./company-drawer.tsx";
import { Files } from "./parts.tsx";
import { say } from "./say.ts";
import { bandsOf, type CompanyLine, companyLines } from "./spans.ts";

/** In the address, of the time for which nobody wrote a company. */
const nobody = "-";
const spans = ["quarter", "year", "five"] as const;

function startOf(span: (typeof spans)[number], today: string): string {
  if (span === "quarter") return besideDay(today, -89);
  return span === "year"
    ? `${today.slice(0, 4)}-01-01`
    : besideDay(`${Number(today.slice(0, 4)) - 5}${today.slice(4).replace("02-29", "02-28")}`, 1);
}

function SpanLine({ filters, from, to }: { filters: Filters; from: string; to: string }) {
  const t = say.value;
  const today = dayText(serverNow.peek());
  const { unit: _, site: __, page: ___, ...kept } = filters;
  const set = (given: Filters): void => narrow({ ...kept, ...given });
  return (
    <form class="filter-line" aria-label={words.value.filter} onSubmit={(event) => event.preventDefault()}>
      <span class="segments">
        {spans.map((one) => (
          <button
            key={one}
            type="button"
            data-span={one}
            aria-pressed={from === startOf(one, today) && to === today}
            onClick={() => set({ from: startOf(one, today), to: today })}
          >
            {t.spans[one]}
          </button>
        ))}
      </span>
      <label>
        {t.fromDay}{" "}
        <input type="date" name="from" value={from} max={to} onChange={(event) => set({ from: event.currentTarget.value, to })} />
      </label>
      <label>
        {t.toDay} <input type="date" name="to" value={to} min={from} onChange={(event) => set({ from, to: event.currentTarget.value })} />
      </label>
      <Files of={(as) => companiesFile({ from, to }, as)} />
    </form>
  );
}

function Row({ line }: { line: CompanyLine }) {
  const t = say.value;
  const { filters } = route.value;
  const names = (all: CompanyLine["now"]): string => [...new Set(all.map(({ name }) => name))].join("、");
  return (
    <tr data-company={line.company ?? nobody} class={line.days_overdue > 0 ? "is-overdue" : ""}>
      <th scope="row">
        <button
          type="button"
          class="text row-link"
          onClick={() => narrow({ ...filters, unit: line.company ?? nobody, site: "", page: "" })}
        >
          {line.company ?? t.noCompany}
        </button>
      </th>
      <td data-column={t.managesNow}>{names(line.now) || <span class="muted">—</span>}</td>
      <td data-column={t.managedBefore}>{names(line.before) || <span class="muted">—</span>}</td>
      <td class="number" data-column={t.households}>
        {whole(line.households)}
      </td>
      <td class="number" data-column={t.hazards}>
        {line.hazards}
      </td>
      <td class="number" data-column={t.days} data-days={line.days_overdue}>
        {line.days_overdue > 0 && <PriorityGlyph priority={3} />} {whole(line.days_overdue)}
      </td>
    </tr>
  );
}

function Bands({ managed, shown }: { managed: Read["managed"]; shown: { from: number; to: number; now: number } }) {
  const t = say.value;
  const bands = bandsOf(managed, shown, parseMoment);
  const companies = [...new Set(bands.flatMap((band) => band.companies))].filter((one) => one !== null);
  const shade = (company: string | null): string => (company === null ? "band-none" : `band-${companies.indexOf(company) % 4}`);
  return (
    <Panel title={t.bands} class="wide">
      <ul class="stacks bands">
        {bands.map((band) => (
          <li key={band.site} data-band={band.site}>
            <span class="stack-name" title={band.name}>
              {band.name}
            </span>
            <svg class="stack" viewBox="0 0 1000 22" preserveAspectRatio="none" aria-hidden="true">
              {band.pieces.map((piece) => (
                <rect key={piece.x} class={shade(piece.company)} x={piece.x} y="0" width={Math.max(1, piece.width - 3)} height="22" />
              ))}
            </svg>
            <span class="band-names">
              {band.companies.map((company, at) => (
                <span key={at}>
                  {at > 0 && "→ "}
                  <i class={`swatch ${shade(company)}`} aria-hidden="true" /> {company ?? t.noCompany}
                </span>
              ))}
            </span>
          </li>
        ))}
      </ul>
      <p class="legend muted">{t.bandsLegend}</p>
    </Panel>
  );
}

export function Companies({ filters }: { filters: Filters }) {
  const t = say.value;
  const today = dayText(serverNow.peek());
  const to = dayOf(filters.to ?? "") === undefined ? today : (filters.to ?? today);
  const from = dayOf(filters.from ?? "") === undefined ? besideDay(to, -89) : (filters.from ?? to);
  const { value, problem, again } = useAsked<Read>(`companies ${from} ${to} ${ledgerMoved()}`, () => readCompanies({ from, to }));
  const shown = { from: dayOf(from)?.from ?? 0, to: dayOf(to)?.to ?? 1, now: serverNow.peek() };
  const lines = value === null ? [] : companyLines(value, shown, parseMoment);
  const opened = lines.find(({ company }) => (company ?? nobody) === filters.unit);
  return (
    <>
      <SpanLine filters={filters} from={from} to={to} />
      {problem !== null && <ProblemNote problem={problem} retry={again} />}
      {value === null ? (
        problem === null && <p class="muted late">{words.value.loading}</p>
      ) : lines.length === 0 ? (
        <Empty>{t.noCompanies}</Empty>
      ) : (
        <>
          <p class="sentence" data-sentence>
            {t.companiesSentence(
              lines.filter(({ company }) => company !== null).length,
              lines.reduce((n, { days_overdue }) => n + days_overdue, 0),
            )}
          </p>
          <p class="muted companies-about">{t.companiesAbout(from, to)}</p>
          <table class="ledger works-table">
            <caption class="unseen">{t.view.companies}</caption>
            <thead>
              <tr>
                <th scope="col">{t.company}</th>
                <th scope="col">{t.managesNow}</th>
                <th scope="col">{t.managedBefore}</th>
                {[t.households, t.hazards, t.days].map((head) => (
                  <th key={head} scope="col" class="number">
                    {head}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {lines.map((line) => (
                <Row key={line.company ?? nobody} line={line} />
              ))}
            </tbody>
          </table>
          <div class="bureau-grid bands-grid">
            <Bands managed={value.managed} shown={shown} />
          </div>
        </>
      )}
      {value !== null && opened !== undefined && (
        <CompanyDrawer
          key={opened.company ?? nobody}
          line={opened}
          read={value}
          site={filters.site}
          page={Math.max(1, Number(filters.page ?? "1") || 1)}
          open={(site, page) => narrow({ ...filters, site: site ?? "", page: page === 1 ? "" : String(page) })}
          close={() => narrow({ ...filters, unit: "", site: "", page: "" })}
        />
      )}
    </>
  );
}
