// From passages to money, a month at a time: every passage in one class, who let how many out by hand, who took the money; every number opens its rows.
import { useState } from "preact/hooks";
import { type Bridge, type PassagePage, type PassageRow, readBridge, readPassages } from "../data/bridge-api.ts";
import { serverNow } from "../data/live.ts";
import { monthOf } from "../format/moments.ts";
import { plateText, yuan } from "../format/quantities.ts";
import { useAsked } from "../parts/asked.ts";
import { Drawer } from "../parts/drawer.tsx";
import { PriorityGlyph } from "../parts/glyphs.tsx";
import { placeName } from "../parts/place.ts";
import { Empty, Moment, Panel, ProblemNote } from "../parts/small.tsx";
import { openPages } from "../shell/navigation.tsx";
import { show } from "../shell/route.ts";
import { personName } from "../shell/session.ts";
import { bridgeEn } from "../words/bridge-en.ts";
import { bridgeZh } from "../words/bridge-zh.ts";
import { wordOf, words, wordsOf } from "../words/language.ts";
import { classLines, handLines, type Line, monthsOfQuarter, newestMonth, passagePage, sumOf, takerLines } from "./bridge.ts";

const say = wordsOf(bridgeZh, bridgeEn);

interface Opened {
  readonly title: string;
  readonly line: Line;
}

function Row({ row }: { row: PassageRow }) {
  const t = say.value;
  const opens = row.kind === "stay" && openPages.value.includes("stays");
  const plate = row.plate === null ? "—" : plateText(row.plate);
  return (
    <tr data-passage={row.ref}>
      <th scope="row">
        {opens ? (
          <button type="button" class="text row-link" title={t.openStay} onClick={() => show("stay", row.ref)}>
            {plate}
          </button>
        ) : (
          plate
        )}
      </th>
      <td class="number">{yuan(row.charged_fen)}</td>
      <td class="number">{yuan(row.received_fen)}</td>
      <td>{row.entered_at === null ? "—" : <Moment at={row.entered_at} />}</td>
      <td>{row.at === null ? "—" : <Moment at={row.at} />}</td>
      <td>{placeName(row.lane) || "—"}</td>
      <td>
        {row.operator === null ? "—" : wordOf(t.takers, personName(row.operator))}
        {row.reason !== null && <small class="muted"> {row.reason}</small>}
      </td>
    </tr>
  );
}

function Rows({ page: read, title }: { page: PassagePage; title: string }) {
  const t = say.value;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways must be reachable by the keyboard
    <section class="care-table report-rows" tabIndex={0} aria-label={title}>
      <table data-bridge-rows={read.items.length}>
        <thead>
          <tr>
            <th scope="col">{t.plate}</th>
            {[t.charged, t.received].map((head) => (
              <th key={head} scope="col" class="number">
                {head}
              </th>
            ))}
            {[t.entered, t.left, t.lane, t.who].map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {read.items.map((row) => (
            <Row key={`${row.kind} ${row.ref}`} row={row} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** As many rows as the number says, a hundred at a time, with its sums above them. */
function Behind({ site, month, opened, close }: { site: string; month: string; opened: Opened; close: () => void }) {
  const t = say.value;
  const [page, setPage] = useState(1);
  const { title, line } = opened;
  const { value, problem, again } = useAsked(`${site} ${month} ${page} ${JSON.stringify(line.query)}`, () =>
    readPassages({ site, month, page }, line.query),
  );
  const last = value === null ? 1 : Math.max(1, Math.ceil(value.total / passagePage));
  return (
    <Drawer title={`${month} · ${title}`} onClose={close}>
      <p class="big-number" data-behind-passages={line.passages}>
        {line.passages}
      </p>
      {value !== null && (
        <p class="muted" data-behind-total={value.total}>
          {line.charged_fen === null
            ? t.received_only(value.total, yuan(value.received_fen))
            : t.rows(value.total, yuan(value.charged_fen), yuan(value.received_fen))}
        </p>
      )}
      {problem !== null && <ProblemNote problem={problem} retry={again} />}
      {value === null && problem === null && <p class="muted late">{words.value.loading}</p>}
      {value !== null && (value.total === 0 ? <Empty>{t.noRows}</Empty> : <Rows page={value} title={title} />)}
      {last > 1 && (
        <p class="pages" data-pages={`${page}/${last}`}>
          <span class="muted" role="status">
            {t.page(page, last)}
          </span>
          <button type="button" disabled={page <= 1} data-page="earlier" onClick={() => setPage(page - 1)}>
            {t.earlier}
          </button>
          <button type="button" disabled={page >= last} data-page="later" onClick={() => setPage(page + 1)}>
            {t.later}
          </button>
        </p>
      )}
    </Drawer>
  );
}

interface GroupProps {
  readonly title: string;
  readonly head: string;
  readonly lines: readonly Line[];
  readonly nameOf: (line: Line) => string;
  readonly open: (opened: Opened) => void;
}

function Group({ title, head, lines, nameOf, open }: GroupProps) {
  const t = say.value;
  const sum = sumOf(lines);
  const money = lines.some(({ charged_fen }) => charged_fen !== null);
  if (lines.length === 0) return null;
  return (
    <table class="bill bridge-lines">
      <caption>{title}</caption>
      <thead>
        <tr>
          <th scope="col">{head}</th>
          {[t.times, ...(money ? [t.charged] : []), t.received].map((one) => (
            <th key={one} scope="col" class="number">
              {one}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {lines.map((line) => (
          <tr key={line.id}>
            <th scope="row">{nameOf(line)}</th>
            <td class="number">
              {line.passages === 0 ? (
                <span class="muted">0</span>
              ) : (
                <button
                  type="button"
                  class="text open-rows"
                  data-bridge={line.id}
                  aria-label={`${nameOf(line)} ${line.passages}`}
                  onClick={() => open({ title: nameOf(line), line })}
                >
                  {line.passages}
                </button>
              )}
            </td>
            {money && <td class="number">{yuan(line.charged_fen)}</td>}
            <td class="number">{yuan(line.received_fen)}</td>
          </tr>
        ))}
        <tr class="sum">
          <th scope="row">{t.total}</th>
          <td class="number">
            <b data-bridge-sum>{sum.passages}</b>
          </td>
          {money && <td class="number">{yuan(sum.charged_fen)}</td>}
          <td class="number">{yuan(sum.received_fen)}</td>
        </tr>
      </tbody>
    </table>
  );
}

function Month({ bridge, open }: { bridge: Bridge; open: (opened: Opened) => void }) {
  const t = say.value;
  const takerName = (id: string): string => {
    const [operator = "", method = ""] = id.split(" · ");
    return `${wordOf(t.takers, personName(operator))} · ${wordOf(t.methods, method)}`;
  };
  if (bridge.passages === 0) return <Empty>{t.nothing}</Empty>;
  return (
    <>
      <p class="bridge-sentence" data-bridge-passages={bridge.passages}>
        <b>{t.sentence(bridge.passages, yuan(bridge.charged_fen), yuan(bridge.received_fen))}</b>{" "}
        {bridge.difference_fen !== 0 && t.differs(yuan(bridge.difference_fen))}
      </p>
      {bridge.flagged && (
        <p class="notice">
          <PriorityGlyph priority={3} /> {t.flagged}
        </p>
      )}
      <div class="bridge-groups">
        <Group title={t.byClass} head={t.what} lines={classLines(bridge)} nameOf={({ id }) => wordOf(t.classes, id)} open={open} />
        <div>
          <Group title={t.byOperator} head={t.whom} lines={takerLines(bridge)} nameOf={({ id }) => takerName(id)} open={open} />
          <Group
            title={t.byHand}
            head={t.whom}
            lines={handLines(bridge)}
            nameOf={({ id }) => (id === "" ? t.slip : personName(id))}
            open={open}
          />
          {bridge.unattributed_fen !== 0 && (
            <p class="notice">
              <button
                type="button"
                class="text"
                data-bridge="unattributed"
                onClick={() =>
                  open({
                    title: t.unattributed,
                    line: { id: "none", passages: 0, charged_fen: 0, received_fen: bridge.unattributed_fen, query: { method: "none" } },
                  })
                }
              >
                <PriorityGlyph priority={3} /> {t.unattributed} {yuan(bridge.unattributed_fen)}
              </button>
            </p>
          )}
        </div>
      </div>
    </>
  );
}

export function BridgePanel({ site, quarter }: { site: string; quarter: string }) {
  const t = say.value;
  const months = monthsOfQuarter(quarter);
  const [chosen, setChosen] = useState("");
  const [opened, setOpened] = useState<Opened | null>(null);
  const month = months.includes(chosen) ? chosen : newestMonth(quarter, monthOf(serverNow.peek()));
  const { value, problem, again } = useAsked(`bridge ${site} ${month}`, () => readBridge(site, month));
  return (
    <Panel title={t.title} class="wide bridge-panel">
      <p class="muted">{t.about}</p>
      <form class="filter-line" aria-label={t.month} onSubmit={(event) => event.preventDefault()}>
        <span class="segments">
          {months.map((one) => (
            <button key={one} type="button" data-month={one} aria-pressed={one === month} onClick={() => setChosen(one)}>
              {one}
            </button>
          ))}
        </span>
      </form>
      {problem !== null && <ProblemNote problem={problem} retry={again} />}
      {value === null && problem === null && <p class="muted late">{words.value.loading}</p>}
      {value !== null && <Month bridge={value} open={setOpened} />}
      {opened !== null && (
        <Behind key={JSON.stringify(opened.line.query)} site={site} month={month} opened={opened} close={() => setOpened(null)} />
      )}
    </Panel>
  );
}
