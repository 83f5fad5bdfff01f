// Alarms as a whole: closing by hand, what is held back, works, dates and forms, where they are told, and their figures. What stands now is on the duty desk.
import { computed, signal } from "@preact/signals";
import { live } from "../data/live.ts";
import { pageHash } from "../shell/address.ts";
import { route } from "../shell/route.ts";
import { person } from "../shell/session.ts";
import { words } from "../words/language.ts";
import { Channels } from "./channels.tsx";
import { Closing } from "./close.tsx";
import { Dated } from "./dated.tsx";
import { Figures } from "./figures.tsx";
import { Forms } from "./forms.tsx";
import { Held } from "./held.tsx";
import { Watched } from "./watched.tsx";
import { Works } from "./works.tsx";

const views = ["close", "held", "works", "watched", "dates", "forms", "channels", "figures"] as const;
const ofOneCompound: readonly View[] = ["works", "watched", "dates", "forms", "figures"];
type View = (typeof views)[number];
/** Who answers for channels sees them. */
const channelKeepers: readonly string[] = ["property-manager", "operating-company", "administrator"];

const open = computed<readonly View[]>(() =>
  views.filter((one) => one !== "channels" || channelKeepers.includes(person.value?.role ?? "")),
);
const view = computed<View>(() => open.value.find((one) => one === route.value.view) ?? "close");
const sites = computed(() => live.value?.sites ?? []);
const chosen = signal<string | null>(null);

function Compound({ site }: { site: string }) {
  if (sites.value.length < 2) return null;
  return (
    <label class="care-site">
      {words.value.care.compound}
      <select
        value={site}
        onChange={(event) => {
          chosen.value = event.currentTarget.value;
        }}
      >
        {sites.value.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}

export function AlarmsPage() {
  const say = words.value.care;
  const site = sites.value.find(({ id }) => id === chosen.value)?.id ?? sites.value[0]?.id ?? "";
  return (
    <>
      <header class="page-head">
        <h1>{say.title}</h1>
        <p class="muted">{say.about}</p>
      </header>
      <nav class="views" aria-label={words.value.filter}>
        {open.value.map((one) => (
          <a key={one} href={pageHash("alarms", one)} aria-current={one === view.value ? "true" : undefined} data-view={one}>
            {say.views[one]}
          </a>
        ))}
      </nav>
      {ofOneCompound.includes(view.value) && <Compound site={site} />}
      {view.value === "close" && <Closing />}
      {view.value === "held" && <Held />}
      {view.value === "works" && <Works site={site} />}
      {view.value === "watched" && <Watched site={site} />}
      {view.value === "dates" && <Dated site={site} />}
      {view.value === "forms" && <Forms site={site} />}
      {view.value === "channels" && <Channels />}
      {view.value === "figures" && <Figures site={site} />}
    </>
  );
}
