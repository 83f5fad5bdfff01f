// Stays: who is inside, who left, what it cost. A table on a desk, cards on a phone; a row opens the bill that a driver can read aloud.
import { useEffect, useState } from "preact/hooks";
import { readStays, type StayQuery, type StayView } from "../data/api.ts";
import { live, serverNow } from "../data/live.ts";
import { parseMoment } from "../format/moments.ts";
import { yuan } from "../format/quantities.ts";
import { Empty, Moment, Plate, ProblemNote } from "../parts/small.tsx";
import { useUnfolded } from "../parts/unfolded.ts";
import type { Filters } from "../shell/address.ts";
import { narrow, route, show } from "../shell/route.ts";
import { spanWords, words } from "../words/language.ts";

const views = ["all", "inside", "billed", "gone"] as const;
type View = (typeof views)[number];
const spans = ["1", "7", "30"] as const;
const dayMs = 86_400_000;

export const laneName = (id: string | null): string => (id === null ? "—" : (live.value?.lanes.find((lane) => lane.id === id)?.name ?? id));

/** What a person types as a plate, as the server compares it: capitals, no dot; ? stands for one character. */
const asPattern = (typed: string): string => typed.toUpperCase().replace(/[^\u4e00-\u9fffA-Z0-9?]/g, "");

function queryOf(view: View, filters: Filters, now: number): StayQuery {
  return {
    state: view === "all" ? undefined : view,
    plate: filters.plate,
    lane: filters.lane,
    from: filters.days === undefined ? undefined : now - Number(filters.days) * dayMs,
  };
}

export function Stayed({ stay }: { stay: StayView }) {
  const from = parseMoment(stay.entered_at);
  const to = parseMoment(stay.left_at) ?? (stay.state === "gone" ? undefined : serverNow.value);
  return <>{from === undefined || to === undefined ? "—" : spanWords(to - from, words.value)}</>;
}

function FilterLine({ view, filters }: { view: View; filters: Filters }) {
  const say = words.value.stays;
  const [plate, setPlate] = useState(filters.plate ?? "");
  useEffect(() => setPlate(filters.plate ?? ""), [filters.plate]);
  const { plate: _, ...others } = filters;
  const find = (event: SubmitEvent) => {
    event.preventDefault();
    const pattern = asPattern(plate);
    narrow(pattern === "" ? others : { ...others, plate: pattern });
  };
  const lanes = live.value?.lanes ?? [];
  return (
    <form class="filter-line" onSubmit={find} aria-label={words.value.filter}>
      <span class="segments">
        {views.map((one) => (
          <button key={one} type="button" aria-pressed={one === view} data-view={one} onClick={() => narrow(filters, one)}>
            {say.view[one]}
          </button>
        ))}
      </span>
      <label>
        <span class="unseen">{say.period}</span>
        <select value={filters.days ?? ""} onChange={(event) => narrow({ ...filters, days: event.currentTarget.value })}>
          <option value="">{say.anyTime}</option>
          {spans.map((days) => (
            <option key={days} value={days}>
              {say.days(Number(days))}
            </option>
          ))}
        </select>
      </label>
      <label>
        <span class="unseen">{say.columns.lanes}</span>
        <select value={filters.lane ?? ""} onChange={(event) => narrow({ ...filters, lane: event.currentTarget.value })}>
          <option value="">{say.anyLane}</option>
          {lanes.map((lane) => (
            <option key={`${lane.site}/${lane.gateway}/${lane.id}`} value={lane.id}>
              {lane.name}
            </option>
          ))}
        </select>
      </label>
      <label>
        <span class="unseen">{say.columns.plate}</span>
        <input
          type="search"
          name="plate"
          maxLength={12}
          placeholder={say.platePlaceholder}
          value={plate}
          onInput={(event) => setPlate(event.currentTarget.value)}
        />
      </label>
      <button type="submit">{say.find}</button>
      {(Object.keys(filters).length > 0 || view !== "all") && (
        <button type="button" class="quiet" onClick={() => narrow({}, null)}>
          {say.reset}
        </button>
      )}
    </form>
  );
}

function Row({ stay }: { stay: StayView }) {
  const say = words.value.stays;
  const owed = (stay.total_fen ?? 0) - stay.paid_fen;
  return (
    <tr data-stay={stay.visit} data-state={stay.state}>
      <th scope="row">
        <button type="button" class="text row-link" onClick={() => show("stay", stay.visit)}>
          <Plate plate={stay.plate} />
        </button>
      </th>
      <td data-column={say.columns.entered}>
        <Moment at={stay.entered_at} />
        {stay.offline && <small class="muted">{say.offline}</small>}
      </td>
      <td data-column={say.columns.left}>{stay.left_at === null ? <span class="muted">—</span> : <Moment at={stay.left_at} />}</td>
      <td data-column={say.columns.span}>
        <Stayed stay={stay} />
      </td>
      <td data-column={say.columns.lanes}>
        {laneName(stay.lane_in)} → {laneName(stay.lane_out)}
      </td>
      <td data-column={say.columns.state}>
        <span class={`tag stay-${stay.state}`}>{say.state[stay.state as keyof typeof say.state] ?? stay.state}</span>
      </td>
      <td data-column={say.columns.total} class="number">
        {yuan(stay.total_fen)}
      </td>
      <td data-column={say.columns.paid} class="number">
        {yuan(stay.paid_fen)}
        {owed > 0 && <small class="owed">{say.owed(yuan(owed))}</small>}
      </td>
    </tr>
  );
}

const columns = ["plate", "entered", "left", "span", "lanes", "state", "total", "paid"] as const;

export function StaysPage() {
  const say = words.value.stays;
  const { filters } = route.value;
  const view = views.find((one) => one === route.value.view) ?? "all";
  // A car that comes or goes moves one of these numbers: the list is read again, and the old rows stand meanwhile.
  const moved = `${live.value?.counts.visits} ${live.value?.counts.bills} ${live.value?.counts.paid_fen} ${live.value?.counts.passages}`;
  const question = JSON.stringify([view, filters]);
  const { rows, next, problem, more, again } = useUnfolded(`stays ${question}`, moved, (after) =>
    readStays({ ...queryOf(view, filters, serverNow.peek()), ...(after === undefined ? {} : { after }) }),
  );
  return (
    <>
      <header class="page-head">
        <h1>{say.title}</h1>
        <p class="muted">{say.about}</p>
      </header>
      <FilterLine view={view} filters={filters} />
      {problem !== null && <ProblemNote problem={problem} retry={again} />}
      {rows === null && problem === null && <p class="muted late">{words.value.loading}</p>}
      {rows !== null && rows.length === 0 && (
        <Empty
          action={
            question === '["all",{}]' ? undefined : (
              <button type="button" onClick={() => narrow({}, null)}>
                {say.reset}
              </button>
            )
          }
        >
          {question === '["all",{}]' ? say.none : say.noneInView}
        </Empty>
      )}
      {rows !== null && rows.length > 0 && (
        <table class="ledger stays live-region">
          <caption class="unseen">{say.title}</caption>
          <thead>
            <tr>
              {columns.map((column) => (
                <th key={column} scope="col" class={column === "total" || column === "paid" ? "number" : ""}>
                  {say.columns[column]}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((stay) => (
              <Row key={stay.visit} stay={stay} />
            ))}
          </tbody>
        </table>
      )}
      {next !== null && (
        <p class="more">
          <button type="button" onClick={more}>
            {say.more}
          </button>
        </p>
      )}
    </>
  );
}
