// From passages to money, a month at a time: every passage in one class, who let how many out by hand, who took the money; every number opens its rows.
import { useState } from "preact/hooks";
import { type Bridge, type PassageRow, readBridge, readPassages } from "../data/bridge-api.ts";
import { yuan } from "../format/quantities.ts";
import { useAsked } from "../parts/asked.ts";
import { Moment, Panel, ProblemNote } from "../parts/small.tsx";
import { words } from "../words/language.ts";

interface Opened {
  readonly title: string;
  readonly query: Readonly<Record<string, string>>;
}

/** The three months of "2026-Q4". */
export function monthsOfQuarter(quarter: string): string[] {
  const [year = "", n = "1"] = quarter.split("-Q");
  return [1, 2, 3].map((k) => `${year}-${String(Number(n) * 3 - 3 + k).padStart(2, "0")}`);
}

function Rows({ rows }: { rows: readonly PassageRow[] }) {
  const say = words.value.bureau.bridge;
  return (
    <table class="bill" data-bridge-rows={rows.length}>
      <thead>
        <tr>
          {[say.when, say.lane, say.plate, say.who, say.charged, say.received].map((head) => (
            <th key={head} scope="col">
              {head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={`${row.kind} ${row.ref}`}>
            <td>{row.at === null ? "—" : <Moment at={row.at} />}</td>
            <td>{row.lane ?? "—"}</td>
            <td>{row.plate ?? "—"}</td>
            <td>
              {row.operator ?? "—"}
              {row.reason !== null && <small class="muted"> {row.reason}</small>}
            </td>
            <td class="number">{yuan(row.charged_fen)}</td>
            <td class="number">{yuan(row.received_fen)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Behind({ site, month, opened }: { site: string; month: string; opened: Opened }) {
  const say = words.value.bureau.bridge;
  const { value, problem } = useAsked(`${site} ${month} ${JSON.stringify(opened.query)}`, () => readPassages(site, month, opened.query));
  if (problem !== null) return <ProblemNote problem={problem} />;
  if (value === null) return null;
  return (
    <>
      <h3>
        {opened.title} · {say.rows(value.total, value.items.length)}
      </h3>
      <Rows rows={value.items} />
    </>
  );
}

interface Line {
  readonly name: string;
  readonly passages: number;
  readonly charged_fen: number | null;
  readonly received_fen: number;
  readonly query: Readonly<Record<string, string>>;
}

function linesOf(bridge: Bridge): readonly (readonly [title: string, lines: readonly Line[]])[] {
  const say = words.value.bureau.bridge;
  const classes = Object.entries(bridge.classes).map(
    ([name, sums]): Line => ({ name: say.classes[name as keyof typeof say.classes] ?? name, ...sums, query: { class: name } }),
  );
  const hands = bridge.by_hand.map(
    ({ operator, ...sums }): Line => ({ name: operator ?? say.slip, ...sums, query: { class: "by-hand", operator: operator ?? "" } }),
  );
  const takers = bridge.by_operator.map(
    ({ operator, method, payments, received_fen }): Line => ({
      ...{ name: `${operator} · ${method}`, passages: payments, charged_fen: null, received_fen, query: { operator, method } },
    }),
  );
  return [
    [say.byClass(bridge.passages), classes],
    [say.byHand, hands],
    [say.byOperator, takers],
  ];
}

export function BridgePanel({ site, quarter }: { site: string; quarter: string }) {
  const say = words.value.bureau.bridge;
  const months = monthsOfQuarter(quarter);
  const [chosen, setChosen] = useState(months[0] ?? "");
  const [opened, setOpened] = useState<Opened | null>(null);
  const month = months.includes(chosen) ? chosen : (months[0] ?? "");
  const { value } = useAsked(`bridge ${site} ${month}`, () => readBridge(site, month));
  return (
    <Panel title={say.title} class="wide">
      <p class="muted">{say.about}</p>
      <label>
        {say.month}{" "}
        <select
          name="bridge-month"
          value={month}
          onChange={(event) => {
            setChosen(event.currentTarget.value);
            setOpened(null);
          }}
        >
          {months.map((one) => (
            <option key={one} value={one}>
              {one}
            </option>
          ))}
        </select>
      </label>
      {value !== null &&
        linesOf(value).map(([title, lines]) =>
          lines.length === 0 ? null : (
            <table key={title} class="bill">
              <caption>{title}</caption>
              <tbody>
                {lines.map((line) => (
                  <tr key={line.name}>
                    <th scope="row">{line.name}</th>
                    <td class="number">
                      <button
                        type="button"
                        class="text"
                        data-bridge={line.query.class ?? line.query.operator}
                        onClick={() => setOpened({ title: line.name, query: line.query })}
                      >
                        {line.passages}
                      </button>
                    </td>
                    <td class="number">{line.charged_fen === null ? "" : yuan(line.charged_fen)}</td>
                    <td class="number">{yuan(line.received_fen)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          ),
        )}
      {value !== null && value.unattributed_fen !== 0 && (
        <p>
          <button type="button" class="text" onClick={() => setOpened({ title: say.unattributed, query: { method: "none" } })}>
            ▲ {say.unattributed} {yuan(value.unattributed_fen)}
          </button>
        </p>
      )}
      {opened !== null && <Behind site={site} month={month} opened={opened} />}
    </Panel>
  );
}
