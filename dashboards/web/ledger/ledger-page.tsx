// The rectification ledger as a list: a table on a desk, cards on a phone. A row opens the hazard with its whole history.
import { computed } from "@preact/signals";
import type { HazardView } from "#protocols/api/views.ts";
import { type HazardListView, hazardOrder, hazardViews, inView } from "../data/choices.ts";
import { live } from "../data/live.ts";
import { placeName } from "../parts/place.ts";
import { Empty } from "../parts/small.tsx";
import { Views } from "../parts/views.tsx";
import { pageHash } from "../shell/address.ts";
import { route, show } from "../shell/route.ts";
import { said, words } from "../words/language.ts";
import { Deadline, Grade, StateTag } from "./hazard-words.tsx";

const hazards = computed(() => [...(live.value?.hazards ?? [])].sort(hazardOrder));
const view = computed<HazardListView>(() => hazardViews.find((one) => one === route.value.view) ?? "open");

const columns = ["id", "place", "what", "grade", "state", "responsible", "deadline"] as const;

function Row({ hazard }: { hazard: HazardView }) {
  const say = words.value.ledger;
  return (
    <tr data-hazard={hazard.id} data-state={hazard.state} class={hazard.overdue_days > 0 && hazard.state !== "已销号" ? "is-overdue" : ""}>
      <th scope="row">
        <button type="button" class="text row-link" onClick={() => show("hazard", hazard.id)}>
          {hazard.id}
        </button>
      </th>
      <td data-column={say.columns.place}>
        <span class="place">{placeName(hazard.place)}</span>
        <small class="muted">{hazard.compound}</small>
      </td>
      <td data-column={say.columns.what}>
        <span class="what">{said(hazard)}</span>
        <small class="muted">{hazard.category}</small>
      </td>
      <td data-column={say.columns.grade}>
        <Grade hazard={hazard} />
      </td>
      <td data-column={say.columns.state}>
        <StateTag hazard={hazard} />
      </td>
      <td data-column={say.columns.responsible}>{hazard.responsible ?? <span class="muted">{say.unassigned}</span>}</td>
      <td data-column={say.columns.deadline}>
        <Deadline hazard={hazard} />
      </td>
    </tr>
  );
}

function Table({ rows }: { rows: readonly HazardView[] }) {
  const say = words.value.ledger;
  return (
    <table class="ledger live-region">
      <caption class="unseen">{say.title}</caption>
      <thead>
        <tr>
          {columns.map((column) => (
            <th key={column} scope="col" class={`column-${column}`}>
              {say.columns[column]}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((hazard) => (
          <Row key={hazard.id} hazard={hazard} />
        ))}
      </tbody>
    </table>
  );
}

export function LedgerPage() {
  const say = words.value.ledger;
  const rows = hazards.value.filter((hazard) => inView(hazard, view.value));
  const counts = hazardViews.map((one) => ({
    name: one,
    word: say.views[one],
    count: hazards.value.filter((hazard) => inView(hazard, one)).length,
  }));
  return (
    <>
      <header class="page-head">
        <h1>{say.title}</h1>
        <p class="muted">{say.about}</p>
      </header>
      <Views page="ledger" current={view.value} views={counts} />
      {hazards.value.length === 0 ? (
        <Empty>{say.none}</Empty>
      ) : rows.length === 0 ? (
        <Empty action={<a href={pageHash("ledger", "all")}>{say.showAll}</a>}>{say.noneInView}</Empty>
      ) : (
        <Table rows={rows} />
      )}
    </>
  );
}
