// One company: its compounds over time, the days overdue counted for it at each, and the hazards that they are the sum of.
import { type Companies, latePage, type Managed, readLate } from "../data/compounds-api.ts";
import { monthDay, parseMoment } from "../format/moments.ts";
import { whole } from "../format/quantities.ts";
import { useAsked } from "../parts/asked.ts";
import { Drawer } from "../parts/drawer.tsx";
import { placeName } from "../parts/place.ts";
import { ProblemNote } from "../parts/small.tsx";
import { dayText } from "../reports/period.ts";
import { show } from "../shell/route.ts";
import { said, words } from "../words/language.ts";
import { say } from "./say.ts";
import type { CompanyLine } from "./spans.ts";

const dayName = (at: string | null, otherwise: string): string => {
  const moment = parseMoment(at);
  return moment === undefined ? otherwise : dayText(moment);
};
/** The last day of whom another follows on the next. */
const lastDay = (until: string | null): string => {
  const moment = parseMoment(until);
  return moment === undefined ? say.value.stillNow : dayText((moment - 1) as typeof moment);
};

interface Props {
  readonly line: CompanyLine;
  readonly read: Companies;
  readonly site: string | undefined;
  readonly page: number;
  readonly open: (site: string | undefined, page: number) => void;
  readonly close: () => void;
}

function Over({ line, read, site, open }: Pick<Props, "line" | "read" | "site" | "open">) {
  const t = say.value;
  const spans = [...line.now, ...line.before].sort((a, b) => ((b.from ?? "") < (a.from ?? "") ? -1 : 1));
  const daysAt = (at: string) => read.rows.find((row) => row.company === line.company && row.site === at);
  // A compound that was managed twice has its days once.
  const first = (one: Managed): boolean => spans.find((each) => each.site === one.site) === one;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways must be reachable by the keyboard
    <section class="care-table report-rows rows-as-cards" tabIndex={0} aria-label={t.itsCompounds}>
      <table>
        <thead>
          <tr>
            <th scope="col">{t.compound}</th>
            {[t.days, t.hazards].map((head) => (
              <th key={head} scope="col" class="number">
                {head}
              </th>
            ))}
            {[t.fromDay, t.toDay].map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {spans.map((one) => {
            const days = first(one) ? daysAt(one.site) : undefined;
            return (
              <tr key={`${one.site} ${one.from}`} data-managed={one.site}>
                <th scope="row">{one.name}</th>
                <td class="number" data-column={t.days}>
                  {days === undefined ? (
                    first(one) && <span class="muted">0</span>
                  ) : (
                    <button
                      type="button"
                      class="text open-rows"
                      aria-pressed={site === one.site}
                      data-days-of={one.site}
                      onClick={() => open(site === one.site ? undefined : one.site, 1)}
                    >
                      {whole(days.days_overdue)}
                    </button>
                  )}
                </td>
                <td class="number" data-column={t.hazards}>
                  {first(one) ? (days?.hazards ?? 0) : ""}
                </td>
                <td data-column={t.fromDay}>{dayName(one.from, t.earliest)}</td>
                <td data-column={t.toDay}>{lastDay(one.until)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}

function Rows({ line, read, site, page, open }: Omit<Props, "close">) {
  const t = say.value;
  const { company } = line;
  const { value, problem, again } = useAsked(`late ${company} ${site} ${page} ${read.from} ${read.to}`, () =>
    readLate(read, { company, site, page }),
  );
  if (problem !== null) return <ProblemNote problem={problem} retry={again} />;
  if (value === null) return <p class="muted late">{words.value.loading}</p>;
  if (value.total === 0) return <p class="muted">{t.noDays}</p>;
  const last = Math.max(1, Math.ceil(value.total / latePage));
  const name = site === undefined ? t.ofAll : (read.managed.find((one) => one.site === site)?.name ?? site);
  return (
    <section aria-label={t.counted}>
      <h3 data-behind-days={value.days_overdue}>
        {name}：{t.behind(value.total, value.days_overdue)}
      </h3>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways must be reachable by the keyboard */}
      <section class="care-table report-rows rows-as-cards" tabIndex={0} aria-label={name}>
        <table>
          <thead>
            <tr>
              <th scope="col">{t.place}</th>
              <th scope="col" class="number">
                {t.counted}
              </th>
              {[t.deadline, t.closed].map((head) => (
                <th key={head} scope="col">
                  {head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {value.items.map((row) => (
              <tr key={row.hazard} data-late={row.hazard}>
                <th scope="row" class="late-what">
                  <button type="button" class="text row-link" onClick={() => show("hazard", row.hazard)}>
                    {row.hazard}
                  </button>
                  <small class="muted">
                    {placeName(row.place)} · {said(row)}
                  </small>
                </th>
                <td class="number" data-days={row.days} data-column={t.counted}>
                  {row.days}
                </td>
                <td data-column={t.deadline}>{dayName(row.deadline, "—")}</td>
                <td data-column={t.closed}>
                  {row.closed_at === null ? t.stillOpen : monthDay(parseMoment(row.closed_at) ?? (0 as never))}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {last > 1 && (
        <p class="pages">
          <span class="muted" role="status">
            {t.page(page, last)}
          </span>
          <button type="button" disabled={page <= 1} data-page="earlier" onClick={() => open(site, page - 1)}>
            {t.earlier}
          </button>
          <button type="button" disabled={page >= last} data-page="later" onClick={() => open(site, page + 1)}>
            {t.later}
          </button>
        </p>
      )}
    </section>
  );
}

export function CompanyDrawer({ close, ...given }: Props) {
  const t = say.value;
  const { line } = given;
  return (
    <Drawer title={line.company ?? t.noCompany} onClose={close}>
      <p class="big-number" data-company-days={line.days_overdue}>
        {whole(line.days_overdue)}
      </p>
      <p class="muted">
        {t.days} · {t.companiesAbout(given.read.from, given.read.to)}
      </p>
      <h3>{t.itsCompounds}</h3>
      <Over {...given} />
      <Rows {...given} />
    </Drawer>
  );
}
