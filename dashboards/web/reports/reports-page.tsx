// The property's reports of a day, a shift, a month or any time: a sentence first, then numbers that each open their rows. It prints as it stands.
import { useEffect } from "preact/hooks";
import type { ReportView, ShiftView } from "#protocols/api/reports.ts";
import { fromRfc3339 } from "#protocols/vocabulary/time.ts";
import { Section } from "../bureau/section.tsx";
import { live, serverNow } from "../data/live.ts";
import { type ReportQuery, readReport, readShifts, reportPath } from "../data/reports-api.ts";
import { fullMoment, parseMoment } from "../format/moments.ts";
import { energy, whole, yuan } from "../format/quantities.ts";
import { useAsked } from "../parts/asked.ts";
import { SiteChoice } from "../parts/list-line.tsx";
import { Empty, ProblemNote } from "../parts/small.tsx";
import type { Filters } from "../shell/address.ts";
import { openPages } from "../shell/navigation.tsx";
import { narrow, route } from "../shell/route.ts";
import { reportPages } from "../shell/sections.ts";
import { person } from "../shell/session.ts";
import { words } from "../words/language.ts";
import { FigureTable } from "./figure-table.tsx";
import { countOf, energyOf, figureNamed, figuresOf, groupNames, groups, manualPerThousand, nameOf } from "./numbers.ts";
import { besideDay, besideMonth, dayOf, dayText, monthOf, monthText, rangeOf } from "./period.ts";
import { RowsDrawer } from "./rows-drawer.tsx";
import { say } from "./say.ts";

const views = ["day", "shift", "month", "range"] as const;
type View = (typeof views)[number];
const again_ms = 60_000;
const wholeDay = /^\d{4}-\d\d-\d\d$/;

const siteOf = (filters: Filters): string => {
  const sites = live.value?.sites ?? [];
  return sites.find(({ id }) => id === filters.site)?.id ?? sites[0]?.id ?? "";
};
/** A handed-over shift, as its own report: from the end of the one before. */
const shiftQuery = (site: string, { begun, ended }: ShiftView): ReportQuery | undefined => {
  const [from, to] = [fromRfc3339(begun ?? ""), fromRfc3339(ended)];
  return from === undefined || to === undefined || to <= from ? undefined : { site, from, to };
};

function queryOf(view: View, filters: Filters, shifts: readonly ShiftView[]): ReportQuery | undefined {
  const site = siteOf(filters);
  if (site === "") return undefined;
  if (view === "shift") {
    const chosen = shifts.find(({ shift }) => shift === filters.unit) ?? shifts.find(({ begun }) => begun !== null);
    return chosen === undefined ? undefined : shiftQuery(site, chosen);
  }
  const now = serverNow.peek();
  const period =
    view === "day"
      ? dayOf(filters.from ?? dayText(now))
      : view === "month"
        ? monthOf(filters.from ?? monthText(now))
        : rangeOf(filters.from ?? besideDay(dayText(now), -6), filters.to ?? dayText(now));
  return period && { site, ...period };
}

function Beside({ before, next }: { before: () => void; next: () => void }) {
  const words_ = say.value;
  return (
    <span class="segments">
      <button type="button" onClick={before} aria-label={words_.before}>
        ←
      </button>
      <button type="button" onClick={next} aria-label={words_.next}>
        →
      </button>
    </span>
  );
}

function PeriodLine({ view, filters, shifts }: { view: View; filters: Filters; shifts: readonly ShiftView[] | null }) {
  const words_ = say.value;
  const { number: _, ...kept } = filters;
  const set = (given: Filters) => narrow({ ...kept, ...given });
  const now = serverNow.peek();
  const day = filters.from !== undefined && wholeDay.test(filters.from) ? filters.from : dayText(now);
  const month = filters.from !== undefined && !wholeDay.test(filters.from) ? filters.from : monthText(now);
  return (
    <form class="filter-line no-print" aria-label={words.value.filter} onSubmit={(event) => event.preventDefault()}>
      <span class="segments">
        {views.map((one) => (
          <button
            key={one}
            type="button"
            aria-pressed={one === view}
            data-view={one}
            onClick={() => narrow(kept.site === undefined ? {} : { site: kept.site }, one === "day" ? null : one)}
          >
            {words_.view[one]}
          </button>
        ))}
      </span>
      {view === "day" && (
        <>
          <label>
            <span class="unseen">{words_.day}</span>
            <input type="date" name="day" value={day} onChange={(event) => set({ from: event.currentTarget.value })} />
          </label>
          <Beside before={() => set({ from: besideDay(day, -1) })} next={() => set({ from: besideDay(day, 1) })} />
        </>
      )}
      {view === "month" && (
        <>
          <label>
            <span class="unseen">{words_.month}</span>
            <input type="month" name="month" value={month} onChange={(event) => set({ from: event.currentTarget.value })} />
          </label>
          <Beside before={() => set({ from: besideMonth(month, -1) })} next={() => set({ from: besideMonth(month, 1) })} />
        </>
      )}
      {view === "range" && (
        <>
          <label>
            {words_.from}{" "}
            <input
              type="date"
              name="from"
              value={filters.from ?? besideDay(dayText(now), -6)}
              onChange={(event) => set({ from: event.currentTarget.value })}
            />
          </label>
          <label>
            {words_.to}{" "}
            <input type="date" name="to" value={filters.to ?? dayText(now)} onChange={(event) => set({ to: event.currentTarget.value })} />
          </label>
        </>
      )}
      {view === "shift" && shifts !== null && shifts.length > 0 && <ShiftSelect shifts={shifts} chosen={filters.unit} set={set} />}
      <SiteChoice word={words_.site} chosen={siteOf(filters)} pick={(site) => set({ site })} />
    </form>
  );
}

const momentText = (at: string | null): string => {
  const moment = parseMoment(at);
  return moment === undefined ? say.value.shiftBegun : fullMoment(moment).slice(5, 16);
};

function ShiftSelect({ shifts, chosen, set }: { shifts: readonly ShiftView[]; chosen: string | undefined; set: (given: Filters) => void }) {
  const words_ = say.value;
  return (
    <label>
      <span class="unseen">{words_.shift}</span>
      <select
        name="shift"
        value={chosen ?? shifts.find(({ begun }) => begun !== null)?.shift ?? ""}
        onChange={(event) => set({ unit: event.currentTarget.value })}
      >
        {shifts.map((one) => (
          <option key={one.shift} value={one.shift} disabled={one.begun === null}>
            {words_.shiftOf(one.person, momentText(one.begun), momentText(one.ended))}
          </option>
        ))}
      </select>
    </label>
  );
}

function ShiftMoney({ shift }: { shift: ShiftView | undefined }) {
  const words_ = say.value;
  if (shift === undefined) return null;
  const differs = shift.counted_fen - shift.expected_fen;
  return (
    <p class="notice" data-shift={shift.shift}>
      {words_.shiftMoney(yuan(shift.expected_fen), yuan(shift.counted_fen))}
      {differs !== 0 && <b> {words_.shiftDiffers(yuan(differs))}</b>}
    </p>
  );
}

function Sentence({ report }: { report: ReportView }) {
  const { sentence } = say.value;
  if (report.figures.length === 0) return <p class="sentence">{sentence.nothing}</p>;
  const seesOperations = report.figures.some(({ of }) => (groups.traffic as readonly string[]).includes(of)) || report.lanes.length > 0;
  const first = figuresOf(report, "alarms").find(({ key }) => key === "1")?.count ?? 0;
  const parts = [
    ...(report.income_fen === null ? [] : [sentence.money(yuan(report.income_fen))]),
    ...(seesOperations ? [sentence.cars(whole(countOf(report, "entries")), whole(countOf(report, "exits")))] : []),
    ...(seesOperations ? [sentence.charging(whole(countOf(report, "sessions")), energy(energyOf(report, "sessions")))] : []),
    ...(seesOperations ? [sentence.alarms(whole(countOf(report, "alarms")), String(first))] : []),
  ];
  return <p class="sentence">{parts.join(words.value.product === "厝边" ? "；" : "; ")}</p>;
}

function Printed({ report, query }: { report: ReportView; query: ReportQuery }) {
  const site = live.value?.sites.find(({ id }) => id === query.site)?.name ?? query.site;
  const [from, to, made] = [parseMoment(report.from), parseMoment(report.to), parseMoment(report.made)];
  return (
    <p class="printed muted">
      {site} · {from !== undefined && fullMoment(from)} — {to !== undefined && fullMoment(to)} ·{" "}
      {say.value.printed(person.value?.name ?? "", made === undefined ? "" : fullMoment(made))}
    </p>
  );
}

function Report({ report, query }: { report: ReportView; query: ReportQuery }) {
  const words_ = say.value;
  const { filters } = route.value;
  const rate = manualPerThousand(report);
  const open = (name: string) => narrow({ ...filters, number: name });
  const shown = groupNames.filter((group) => groups[group].some((of) => figuresOf(report, of).length > 0));
  const opened = figureNamed(report, filters.number);
  return (
    <>
      <Sentence report={report} />
      <p class="report-marks">
        {!report.complete && <span class="tag">{words_.running}</span>}
        {report.behind > 0 && <span class="tag">{words_.behind(report.behind)}</span>}
        {rate !== null && <span class="muted">{words_.perThousand(String(rate))}</span>}
      </p>
      <Printed report={report} query={query} />
      {shown.length === 0 ? (
        <Empty>{words_.empty}</Empty>
      ) : (
        <div class="report-grid live-region">
          {shown.map((group) => (
            <FigureTable key={group} group={group} report={report} open={(figure) => open(nameOf(figure))} />
          ))}
        </div>
      )}
      {opened !== undefined && (
        <RowsDrawer
          key={nameOf(opened)}
          figure={opened}
          query={query}
          report={report}
          close={() => {
            const { number: _, ...others } = route.peek().filters;
            narrow(others);
          }}
        />
      )}
    </>
  );
}

export function ReportsPage() {
  const words_ = say.value;
  const { filters } = route.value;
  const view = views.find((one) => one === route.value.view) ?? "day";
  const site = siteOf(filters);
  const shifts = useAsked(`shifts ${site} ${view === "shift"}`, () =>
    view === "shift" && site !== "" ? readShifts(site) : Promise.resolve({ ok: true as const, value: null }),
  );
  const query = queryOf(view, filters, shifts.value ?? []);
  const question = query === undefined ? "" : `${query.site} ${query.from} ${query.to}`;
  const asked = useAsked<{ question: string; report: ReportView } | null>(`report ${question}`, async () => {
    if (query === undefined) return { ok: true, value: null };
    const answer = await readReport(query);
    return answer.ok ? { ok: true, value: { question, report: answer.value } } : answer;
  });
  const { value, problem, again } = asked;
  useEffect(() => {
    const timer = setInterval(again, again_ms);
    return () => clearInterval(timer);
  });
  // An answer to another question is none to this one.
  const report = value?.question === question ? value.report : null;
  const noShift = view === "shift" && shifts.value !== null && query === undefined;
  const chosen =
    view === "shift"
      ? (shifts.value ?? []).find(({ shift, begun }) => (filters.unit === undefined ? begun !== null : shift === filters.unit))
      : undefined;
  return (
    <>
      <header class="page-head report-head">
        <h1>{words_.title}</h1>
        <p class="muted no-print">{words_.about}</p>
        {query !== undefined && (
          <p class="exports no-print">
            <button type="button" onClick={() => print()}>
              {words_.print}
            </button>
            <a class="button" href={reportPath(query, "xlsx")} data-export="xlsx">
              {words_.xlsx}
            </a>
            <a class="button" href={reportPath(query, "csv")} data-export="csv">
              {words_.csv}
            </a>
          </p>
        )}
      </header>
      {openPages.value.includes("handovers") && <Section of={reportPages} page="reports" />}
      <PeriodLine view={view} filters={filters} shifts={shifts.value} />
      {(problem ?? shifts.problem) !== null && <ProblemNote problem={(problem ?? shifts.problem) as never} retry={again} />}
      {noShift && <Empty>{words_.noShift}</Empty>}
      <ShiftMoney shift={chosen} />
      {report === null && problem === null && query !== undefined && <p class="muted late">{words.value.loading}</p>}
      {report !== null && query !== undefined && <Report report={report} query={query} />}
    </>
  );
}
