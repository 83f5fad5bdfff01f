// One group of a report's numbers: each is a button that opens its rows; sums stand below where something is summed.
import type { ReportFigure, ReportSource, ReportView } from "#protocols/api/reports.ts";
import { absent, energy, whole, yuan } from "../format/quantities.ts";
import { placeName } from "../parts/place.ts";
import { Panel } from "../parts/small.tsx";
import { personName } from "../shell/session.ts";
import { wordOf, words } from "../words/language.ts";
import { countOf, energyOf, figuresOf, type Group, groups } from "./numbers.ts";
import { say } from "./say.ts";

export function itemName({ of, key }: Pick<ReportFigure, "of" | "key">): string {
  const { key: keys, reason } = say.value;
  if (of === "entries" || of === "exits" || of === "passed") return key === "" ? say.value.noLane : placeName(key);
  if (of === "exceptions") return wordOf(reason, key);
  if (of === "operators") return personName(key);
  if (of === "sessions" || of === "cuts") return wordOf(words.value.cause, key);
  if (of === "alarms") return wordOf(words.value.priority as Readonly<Record<string, string>>, key);
  return wordOf(keys, key);
}

const moneyGroups: readonly Group[] = ["income"];

function Rows({ of, report, open, energies, money }: RowsProps) {
  const words_ = say.value;
  const figures = figuresOf(report, of);
  if (figures.length === 0) return null;
  const several = figures.length > 1;
  return (
    <tbody data-report-of={of}>
      <tr class="report-of">
        <th scope="rowgroup" colSpan={money || energies ? 4 : 2}>
          {words_.of[of]}
        </th>
      </tr>
      {figures.map((figure) => {
        const name = itemName(figure);
        return (
          <tr key={figure.key} data-figure={`${of}/${figure.key}`}>
            <th scope="row">{name}</th>
            <td class="number">
              <button
                type="button"
                class="text open-rows"
                aria-label={`${words_.open(`${words_.of[of]} ${name}`)} ${whole(figure.count)}`}
                onClick={() => open(figure)}
              >
                {whole(figure.count)}
              </button>
            </td>
            {(money || energies) && <td class="number">{figure.amount_fen === null ? "" : yuan(figure.amount_fen)}</td>}
            {(money || energies) && <td class="number">{figure.energy_mWh === null ? "" : energy(figure.energy_mWh)}</td>}
          </tr>
        );
      })}
      {several && (
        <tr class="sum">
          <th scope="row">{words_.total}</th>
          <td class="number">{whole(countOf(report, of))}</td>
          {(money || energies) && (
            <td class="number">{money ? yuan(figures.reduce((sum, { amount_fen }) => sum + (amount_fen ?? 0), 0)) : ""}</td>
          )}
          {(money || energies) && (
            <td class="number">{figures.some(({ energy_mWh }) => energy_mWh !== null) ? energy(energyOf(report, of)) : ""}</td>
          )}
        </tr>
      )}
    </tbody>
  );
}
interface RowsProps {
  readonly of: ReportSource;
  readonly report: ReportView;
  readonly open: (figure: ReportFigure) => void;
  readonly energies: boolean;
  readonly money: boolean;
}

export function FigureTable({ group, report, open }: { group: Group; report: ReportView; open: (figure: ReportFigure) => void }) {
  const words_ = say.value;
  const money = moneyGroups.includes(group);
  const energies = group === "charging";
  const wide = money || energies;
  return (
    <Panel title={words_.group[group]} class={`report-panel ${wide ? "wide-report" : ""}`}>
      <table class="bill report-table">
        <caption class="unseen">{words_.group[group]}</caption>
        <thead>
          <tr>
            <th scope="col">{words_.columns.item}</th>
            <th scope="col" class="number">
              {words_.columns.count}
            </th>
            {wide && (
              <>
                <th scope="col" class="number">
                  {words_.columns.amount}
                </th>
                <th scope="col" class="number">
                  {words_.columns.energy}
                </th>
              </>
            )}
          </tr>
        </thead>
        {groups[group].map((of) => (
          <Rows key={of} of={of} report={report} open={open} energies={energies} money={money} />
        ))}
        {money && (
          <tfoot>
            <tr class="sum grand">
              <th scope="row">{words_.total}</th>
              <td />
              <td class="number" data-income>
                {report.income_fen === null ? absent : yuan(report.income_fen)}
              </td>
              <td />
            </tr>
          </tfoot>
        )}
      </table>
      {money && (report.sandbox_fen ?? 0) !== 0 && <p class="muted sandbox-line">{words_.sandbox(yuan(report.sandbox_fen))}</p>}
    </Panel>
  );
}
