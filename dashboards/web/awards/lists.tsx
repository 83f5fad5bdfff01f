// Lists as a period froze them: model, five stars, four stars, failed; each compound with its company of then and its periods. Freezing is here for who may.
import { useState } from "preact/hooks";
import { points, Stars } from "../bureau/stars.tsx";
import { type Award, type Awards, awardsFile, freezePeriod, type List, lists, readAwards } from "../data/awards-api.ts";
import { serverNow } from "../data/live.ts";
import { parseMoment, shortMoment } from "../format/moments.ts";
import { absent } from "../format/quantities.ts";
import { useAsked } from "../parts/asked.ts";
import { useSending } from "../parts/sending.ts";
import { Empty, ProblemNote } from "../parts/small.tsx";
import { pageHash } from "../shell/address.ts";
import { narrow, route } from "../shell/route.ts";
import { words } from "../words/language.ts";
import { History } from "./history.tsx";
import { say } from "./say.ts";
import { historyOf } from "./ways.ts";

function Freeze({ period, done }: { period: string; done: (told: string) => void }) {
  const t = say.value.lists;
  const [sure, setSure] = useState(false);
  const { sending, problem, go } = useSending(
    () => freezePeriod(period),
    ({ awards, unseen, opened }) => {
      setSure(false);
      done(t.done(period, awards, unseen.length, opened.length));
    },
  );
  if (!sure)
    return (
      <button type="button" class="primary-outline" data-freeze={period} onClick={() => setSure(true)}>
        {t.freeze(period)}
      </button>
    );
  return (
    <div class="notice" data-sure={period}>
      <p>{t.freezeSure(period)}</p>
      {problem !== null && <ProblemNote problem={problem} />}
      <p class="form-acts">
        <button type="button" class="primary" aria-disabled={sending} onClick={() => go()}>
          {sending ? t.freezing : t.freezeYes}
        </button>
        <button type="button" onClick={() => setSure(false)}>
          {t.cancel}
        </button>
      </p>
    </div>
  );
}

function ListTags({ award }: { award: Award }) {
  const t = say.value.lists;
  if (award.lists.length === 0) return <span class="muted">{t.noList}</span>;
  return (
    <span class="form-acts">
      {award.lists.map((list) =>
        list === "failed" ? (
          <a key={list} class="tag owed" href={pageHash("awards", "replacement")}>
            ▲ {t.names[list]} · {t.toWay}
          </a>
        ) : (
          <span key={list} class="tag">
            {t.names[list]}
          </span>
        ),
      )}
    </span>
  );
}

function ListTable({ shown, all, period }: { shown: readonly Award[]; all: readonly Award[]; period: string }) {
  const { columns } = say.value;
  return (
    <table class="ledger results">
      <caption class="unseen">{period}</caption>
      <thead>
        <tr>
          {(["compound", "company", "score", "stars", "list", "history", "seal"] as const).map((column) => (
            <th key={column} scope="col" class={column === "score" ? "number" : ""}>
              {columns[column]}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {shown.map((award) => (
          <tr key={award.site} data-award={award.site} data-lists={award.lists.join(" ")}>
            <th scope="row">{award.name}</th>
            <td data-column={columns.company}>{award.company ?? absent}</td>
            <td data-column={columns.score} class="number">
              {award.score_milli === null ? absent : points(award.score_milli)}
            </td>
            <td data-column={columns.stars}>
              <Stars n={award.stars} />
            </td>
            <td data-column={columns.list}>
              <ListTags award={award} />
            </td>
            <td data-column={columns.history}>
              <History past={historyOf(all, award.site, period)} />
            </td>
            <td data-column={columns.seal}>
              <code title={award.hash}>{award.hash.slice(0, 8)}</code>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Period({ period, periods, list, value }: { period: string; periods: readonly string[]; list: List | undefined; value: Awards }) {
  const t = say.value.lists;
  const { filters } = route.value;
  const { state: _, ...others } = filters;
  const here = value.awards.filter((award) => award.period === period);
  const shown = list === undefined ? here : here.filter((award) => award.lists.includes(list));
  const at = parseMoment(here[0]?.frozen_at);
  return (
    <>
      <form class="filter-line" aria-label={words.value.filter}>
        <label>
          {t.period}{" "}
          <select name="period" value={period} onChange={(event) => narrow({ ...filters, week: event.currentTarget.value })}>
            {periods.map((one) => (
              <option key={one} value={one}>
                {one}
              </option>
            ))}
          </select>
        </label>
        <span class="segments">
          {[undefined, ...lists].map((one) => (
            <button
              key={one ?? "all"}
              type="button"
              data-list={one ?? "all"}
              aria-pressed={one === list}
              onClick={() => narrow(one === undefined ? others : { ...others, state: one })}
            >
              {one === undefined ? t.all : t.names[one]}{" "}
              {one === undefined ? here.length : here.filter((award) => award.lists.includes(one)).length}
            </button>
          ))}
        </span>
        <a class="button" href={pageHash("stars", null, { week: period })}>
          {say.value.missing}
        </a>
        <span class="exports">
          <a class="button" href={awardsFile(period)} download>
            {say.value.export}
          </a>
        </span>
      </form>
      <p class="muted about" data-frozen={period}>
        {at !== undefined && t.frozen(period, here.length, shortMoment(at, serverNow.peek()))} ·{" "}
        {value.sound ? `✓ ${t.soundNote}` : t.unsound}
      </p>
      {shown.length === 0 ? <Empty>{t.noneInList}</Empty> : <ListTable shown={shown} all={value.awards} period={period} />}
    </>
  );
}

export function ListsView() {
  const t = say.value.lists;
  const { value, problem, again } = useAsked("awards", readAwards);
  const [told, setTold] = useState("");
  const { week, state } = route.value.filters;
  const periods = [...new Set((value?.awards ?? []).map((award) => award.period))].sort().reverse();
  const period = periods.find((one) => one === week) ?? periods[0];
  return (
    <>
      {told !== "" && (
        <p class="notice about" role="status" data-told>
          {told}
        </p>
      )}
      {problem !== null && <ProblemNote problem={problem} retry={again} />}
      {value === null && problem === null && <p class="muted late">{words.value.loading}</p>}
      {(value?.to_freeze ?? []).map((one) => (
        <div key={one} class="about">
          <Freeze
            period={one}
            done={(what) => {
              setTold(what);
              narrow({ week: one });
              again();
            }}
          />
        </div>
      ))}
      {value !== null && period === undefined && <Empty>{t.none}</Empty>}
      {value !== null && period !== undefined && (
        <Period period={period} periods={periods} list={lists.find((one) => one === state)} value={value} />
      )}
    </>
  );
}
