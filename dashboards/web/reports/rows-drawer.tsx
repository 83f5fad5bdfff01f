// The rows behind one number: as many as it says, and with its sum. Each leads on to its event, its alarm or its stay.
import type { ReportFigure, ReportRow, ReportView } from "#protocols/api/reports.ts";
import { type ReportQuery, readReportRows } from "../data/reports-api.ts";
import { energy, plateText, whole, yuan } from "../format/quantities.ts";
import { useAsked } from "../parts/asked.ts";
import { Drawer } from "../parts/drawer.tsx";
import { placeName } from "../parts/place.ts";
import { Moment, ProblemNote } from "../parts/small.tsx";
import { openPages } from "../shell/navigation.tsx";
import { show } from "../shell/route.ts";
import { personName } from "../shell/session.ts";
import { said, wordOf, words } from "../words/language.ts";
import { itemName } from "./figure-table.tsx";
import { say } from "./say.ts";

const columns = ["subject", "plate", "amount", "energy", "person", "note"] as const;
type Column = (typeof columns)[number];

function cellOf(row: ReportRow, column: Column): string {
  if (column === "subject") return row.subject === null ? "" : placeName(row.subject);
  if (column === "plate") return row.plate === null ? "" : plateText(row.plate);
  if (column === "amount") return row.amount_fen === null ? "" : yuan(row.amount_fen);
  if (column === "energy") return row.energy_mWh === null ? "" : energy(row.energy_mWh);
  if (column === "person") return row.person === null ? "" : personName(row.person);
  return row.note === null ? "" : wordOf({ ...words.value.cause, ...say.value.key, ...say.value.reason }, row.note);
}

/** Where one looks further, if this post may. */
function onward(row: ReportRow): (() => void) | undefined {
  if (row.alarm !== null) return () => show("alarm", row.alarm ?? "");
  if (row.event !== null) return () => show("event", row.event ?? "");
  if (row.visit !== null && openPages.peek().includes("stays")) return () => show("stay", row.visit ?? "");
  return undefined;
}

function Row({ row, shown }: { row: ReportRow; shown: readonly Column[] }) {
  const go = onward(row);
  const what = said({ zh: row.zh, en: row.en });
  return (
    <tr data-report-row={row.id}>
      <td>
        <Moment at={row.at} />
      </td>
      <th scope="row">
        {go === undefined ? (
          what
        ) : (
          <button type="button" class="text row-link" onClick={go}>
            {what}
          </button>
        )}
      </th>
      {shown.map((column) => (
        <td key={column} class={column === "amount" || column === "energy" ? "number" : ""}>
          {cellOf(row, column)}
        </td>
      ))}
    </tr>
  );
}

export function RowsDrawer({
  figure,
  query,
  report,
  close,
}: {
  figure: ReportFigure;
  query: ReportQuery;
  report: ReportView;
  close: () => void;
}) {
  const words_ = say.value;
  const { of, key } = figure;
  const { value, problem, again } = useAsked(`${of} ${key} ${query.site} ${query.from} ${query.to} ${report.made}`, () =>
    readReportRows(query, of, key),
  );
  const rows = value?.items ?? [];
  const shown = columns.filter((column) => rows.some((row) => cellOf(row, column) !== ""));
  const sum = figure.amount_fen !== null ? yuan(figure.amount_fen) : figure.energy_mWh !== null ? energy(figure.energy_mWh) : "";
  return (
    <Drawer title={words_.rows.title(`${words_.of[of]} · ${itemName(figure)}`)} onClose={close}>
      <p class="big-number">{whole(figure.count)}</p>
      <p class="muted">
        {words_.rows.count(figure.count, sum)}
        {value !== null && value.items.length >= value.most && ` · ${words_.rows.most(value.most)}`}
      </p>
      {problem !== null && <ProblemNote problem={problem} retry={again} />}
      {value === null && problem === null && <p class="muted late">{words.value.loading}</p>}
      {rows.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways must be reachable by the keyboard
        <section class="care-table report-rows" tabIndex={0} aria-label={itemName(figure)}>
          <table data-report-rows={rows.length}>
            <thead>
              <tr>
                <th scope="col">{words_.rows.columns.at}</th>
                <th scope="col">{words_.rows.columns.what}</th>
                {shown.map((column) => (
                  <th key={column} scope="col" class={column === "amount" || column === "energy" ? "number" : ""}>
                    {words_.rows.columns[column]}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <Row key={row.id} row={row} shown={shown} />
              ))}
            </tbody>
          </table>
        </section>
      )}
    </Drawer>
  );
}
