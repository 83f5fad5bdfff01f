// One compound by two versions: line by line what each costs in both, each column the sum of its lines, and behind each line what it rests on: hazards, and what was written down.
import type { ComparedCompound, Comparison, CompareLine as Line, SchemeVersionView as Version } from "#protocols/api/comparison.ts";
import { type Entry, readEntriesUnder } from "../data/awards-api.ts";
import { useAsked } from "../parts/asked.ts";
import { Drawer } from "../parts/drawer.tsx";
import { Moment, ProblemNote } from "../parts/small.tsx";
import { route, show } from "../shell/route.ts";
import { language, said } from "../words/language.ts";
import { exactPoints, shareText, signedPoints } from "./compared.ts";
import { say } from "./say.ts";

export const versionName = ({ zh, version, valid_from }: Version): string =>
  valid_from === null ? zh : say.value.compare.version(zh, version, valid_from);

function Evidence({ line, entries }: { line: Line; entries: readonly Entry[] | null }) {
  const { entries: e } = say.value;
  return (
    <details data-evidence={line.item ?? line.kind}>
      <summary>
        <span lang={language.value === "en" ? "zh-CN" : undefined}>{line.zh}</span> ×{line.rows.length}
      </summary>
      <ul class="compare-rows">
        {line.rows.map((row) => {
          const entry = entries?.find(({ id }) => id === row.id);
          return (
            <li key={row.id}>
              {row.source === "ledger" ? (
                <button type="button" class="text" data-hazard-of={row.id} onClick={() => show("hazard", row.id)}>
                  {row.id}
                </button>
              ) : (
                <span>
                  {e.sources[row.source]}
                  {entry !== undefined && (
                    <>
                      {" · "}
                      {entry.reason}{" "}
                      <small class="muted">
                        {e.by(entry.person_name)} <Moment at={entry.at} />
                        {entry.evidence !== null && ` · ${e.evidence(entry.evidence)}`}
                      </small>
                    </>
                  )}
                </span>
              )}
              <b>−{exactPoints(row.milli)}</b>
            </li>
          );
        })}
      </ul>
    </details>
  );
}

function LineRow({ line, entries, marked }: { line: Line; entries: readonly Entry[] | null; marked: string }) {
  const t = say.value.compare;
  const cell = (share: Line["share_a"], milli: number, column: string, mark: string) => (
    <td class={`number${marked === mark ? " is-asked" : ""}`} data-column={column}>
      {exactPoints(milli)}
      {share !== null && <small class="muted place">{t.weight(shareText(share))}</small>}
    </td>
  );
  return (
    <tr data-line={line.item ?? line.module ?? line.kind} data-by={line.difference_milli}>
      <th scope="row">{line.rows.length > 0 ? <Evidence line={line} entries={entries} /> : said(line)}</th>
      {cell(line.share_a, line.a_milli, t.colA, "a")}
      {cell(line.share_b, line.b_milli, t.colB, "b")}
      <td class={`number${marked === "difference" ? " is-asked" : ""}`} data-column={say.value.columns.difference}>
        {signedPoints(line.difference_milli)}
      </td>
    </tr>
  );
}

export function ComparedDrawer({ one, value, close }: { one: ComparedCompound; value: Comparison; close: () => void }) {
  const { columns, compare: t } = say.value;
  const { a, b, difference_milli: by } = one;
  const under = value.written_under;
  const {
    value: read,
    problem,
    again,
  } = useAsked(`entries ${under} ${value.period} ${one.site}`, () => readEntriesUnder(under ?? value.b.id, value.period, one.site));
  const marked = route.value.filters.number ?? "difference";
  if (a === null || b === null || by === null)
    return (
      <Drawer title={one.name} onClose={close}>
        <p class="muted">{t.unseen}</p>
      </Drawer>
    );
  const notes = [
    ...(a.disagree ? [t.disagreed(t.colA)] : []),
    ...(b.disagree ? [t.disagreed(t.colB)] : []),
    ...[...new Set([...a.vetoes, ...b.vetoes])].map((veto) => t.vetoed(veto)),
  ];
  return (
    <Drawer title={one.name} onClose={close}>
      <div data-compared-lines={one.site} class="compare-lines">
        <p class="sentence">{t.oneSentence(exactPoints(a.score_milli), exactPoints(b.score_milli), signedPoints(by))}</p>
        <p class="muted" lang="zh-CN">
          {t.colA} {versionName(value.a)}
          <br />
          {t.colB} {versionName(value.b)}
        </p>
        <p>{t.oneRank(a.rank, b.rank, value.ranked)}</p>
        {problem !== null && <ProblemNote problem={problem} retry={again} />}
        <table class="ledger results compare-lines-table">
          <caption class="unseen">{t.linesTitle}</caption>
          <thead>
            <tr>
              <th scope="col">{t.what}</th>
              {[t.colA, t.colB, columns.difference].map((head) => (
                <th key={head} scope="col" class="number">
                  {head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {one.lines.map((line) => (
              <LineRow key={`${line.kind} ${line.module} ${line.item}`} line={line} entries={read?.entries ?? null} marked={marked} />
            ))}
            <tr class="sum" data-sum>
              <th scope="row">{t.sum}</th>
              <td class="number" data-column={t.colA}>
                <b>{exactPoints(a.score_milli)}</b>
              </td>
              <td class="number" data-column={t.colB}>
                <b>{exactPoints(b.score_milli)}</b>
              </td>
              <td class="number" data-column={columns.difference}>
                <b>{signedPoints(by)}</b>
              </td>
            </tr>
          </tbody>
        </table>
        {notes.map((note) => (
          <p key={note} class="notice">
            {note}
          </p>
        ))}
        <p class="muted">
          {t.perModule} {t.lineFormula(shareText(value.b.town_share))}
        </p>
      </div>
    </Drawer>
  );
}
