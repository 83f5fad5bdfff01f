// Results and what leads to them: lists as they were frozen, the sample beside the town, two versions of a scheme side by side, points and appeals, and the replacement of who failed.
import { PlaceAndQuarter, quarterName } from "../bureau/place-and-quarter.tsx";
import { Section } from "../bureau/section.tsx";
import { serverNow } from "../data/live.ts";
import { pageHash } from "../shell/address.ts";
import { route } from "../shell/route.ts";
import { moneyPages } from "../shell/sections.ts";
import { words } from "../words/language.ts";
import { CompareView } from "./compare.tsx";
import { EntriesView } from "./entries.tsx";
import { ListsView } from "./lists.tsx";
import { ReplacementsView } from "./replacements.tsx";
import { SampleView } from "./sample.tsx";
import { say } from "./say.ts";

const views = ["lists", "sample", "compare", "entries", "replacement"] as const;

export function AwardsPage() {
  const t = say.value;
  const view = views.find((one) => one === route.value.view) ?? "lists";
  const asked = route.value.filters.week;
  const quarter = asked ?? quarterName(serverNow.peek());
  return (
    <>
      <header class="page-head">
        <h1>{words.value.nav.awards}</h1>
        <p class="muted">{t.about}</p>
      </header>
      <Section of={moneyPages} page="awards" />
      <nav class="views" aria-label={words.value.filter}>
        {views.map((one) => (
          <a key={one} href={pageHash("awards", one)} aria-current={one === view ? "true" : undefined} data-view={one}>
            {t.views[one]}
          </a>
        ))}
      </nav>
      {(view === "sample" || view === "entries") && <PlaceAndQuarter site="" quarter={quarter} withSite={false} />}
      {view === "lists" && <ListsView />}
      {view === "sample" && <SampleView key={quarter} quarter={quarter} />}
      {view === "compare" && <CompareView key={quarter} quarter={quarter} />}
      {view === "entries" && <EntriesView key={quarter} quarter={quarter} />}
      {view === "replacement" && <ReplacementsView />}
    </>
  );
}
