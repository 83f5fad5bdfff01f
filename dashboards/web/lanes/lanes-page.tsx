// What happened at the lanes: newest first, narrowed by lane and kind, page after page; a row opens its evidence.
import { Section } from "../bureau/section.tsx";
import { type EventQuery, readEvents } from "../data/api.ts";
import { live } from "../data/live.ts";
import { EventRow } from "../duty/events.tsx";
import { Empty, ProblemNote } from "../parts/small.tsx";
import { useUnfolded } from "../parts/unfolded.ts";
import type { Filters } from "../shell/address.ts";
import { narrow, route } from "../shell/route.ts";
import { placePages } from "../shell/sections.ts";
import { words } from "../words/language.ts";

const kinds = {
  exceptions: ["lane.exception", "gate.unanswered", "gate.refused", "camera.silent", "lane.offline-read"],
  gates: ["gate.opened", "gate.ordered", "gate.refused", "gate.unanswered", "lane.mode"],
  passages: ["lane.passed"],
  money: ["visit.billed", "visit.paid"],
} as const;
const views = ["all", "exceptions", "gates", "passages", "money"] as const;
type View = (typeof views)[number];
const typesOf = (view: View): readonly string[] => (view === "all" ? [...new Set(Object.values(kinds).flat())] : kinds[view]);

const queryOf = (view: View, filters: Filters): EventQuery => ({
  types: typesOf(view),
  ...(filters.lane === undefined || filters.lane === "" ? {} : { subject: filters.lane }),
});

function FilterLine({ view, filters }: { view: View; filters: Filters }) {
  const say = words.value.laneEvents;
  const lanes = live.value?.lanes ?? [];
  const ids = [...new Map(lanes.map((lane) => [lane.id, lane.name]))];
  return (
    <form class="filter-line" aria-label={words.value.filter} onSubmit={(event) => event.preventDefault()}>
      <span class="segments">
        {views.map((one) => (
          <button key={one} type="button" aria-pressed={one === view} data-view={one} onClick={() => narrow(filters, one)}>
            {say.view[one]}
          </button>
        ))}
      </span>
      <label>
        <span class="unseen">{words.value.stays.columns.lanes}</span>
        <select name="lane" value={filters.lane ?? ""} onChange={(event) => narrow({ ...filters, lane: event.currentTarget.value })}>
          <option value="">{words.value.stays.anyLane}</option>
          {ids.map(([id, name]) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
      </label>
      {((filters.lane ?? "") !== "" || view !== "all") && (
        <button type="button" class="quiet" onClick={() => narrow({}, null)}>
          {words.value.stays.reset}
        </button>
      )}
    </form>
  );
}

export function LanesPage() {
  const say = words.value.laneEvents;
  const { filters } = route.value;
  const view = views.find((one) => one === route.value.view) ?? "all";
  const question = JSON.stringify(queryOf(view, filters));
  const types = typesOf(view);
  // The list is read again when something of its kind comes; the old rows stand meanwhile.
  const newest = live.value?.events.find((event) => types.includes(event.type))?.key ?? "";
  const { rows, next, problem, more, again } = useUnfolded(`lanes ${question}`, newest, (after) =>
    readEvents({ ...queryOf(view, filters), ...(after === undefined ? {} : { after }) }),
  );
  const narrowed = view !== "all" || (filters.lane ?? "") !== "";
  return (
    <>
      <header class="page-head">
        <h1>{say.title}</h1>
        <p class="muted">{say.about}</p>
      </header>
      <Section of={placePages} page="lanes" />
      <FilterLine view={view} filters={filters} />
      {problem !== null && <ProblemNote problem={problem} retry={again} />}
      {rows === null && problem === null && <p class="muted late">{words.value.loading}</p>}
      {rows !== null && rows.length === 0 && (
        <Empty
          action={
            narrowed ? (
              <button type="button" onClick={() => narrow({}, null)}>
                {words.value.stays.reset}
              </button>
            ) : undefined
          }
        >
          {narrowed ? words.value.stays.noneInView : words.value.events.none}
        </Empty>
      )}
      {rows !== null && rows.length > 0 && (
        <section class="panel lane-events live-region" aria-label={say.title}>
          <ul class="events">
            {rows.map((event) => (
              <EventRow key={event.key} event={event} />
            ))}
          </ul>
        </section>
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
