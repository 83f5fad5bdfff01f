// Alarms as a whole: what is held back, works, where they are told, and their figures. What stands now is on the duty desk.
import { computed, signal } from "@preact/signals";
import { live } from "../data/live.ts";
import { pageHash } from "../shell/address.ts";
import { route } from "../shell/route.ts";
import { person } from "../shell/session.ts";
import { words } from "../words/language.ts";
import { Channels } from "./channels.tsx";
import { Figures } from "./figures.tsx";
import { Held } from "./held.tsx";
import { Works } from "./works.tsx";

const views = ["held", "works", "channels", "figures"] as const;
type View = (typeof views)[number];
/** Who answers for channels sees them. */
const channelKeepers: readonly string[] = ["property-manager", "operating-company", "administrator"];

const open = computed<readonly View[]>(() =>
  views.filter((one) => one !== "channels" || channelKeepers.includes(person.value?.role ?? "")),
);
const view = computed<View>(() => open.value.find((one) => one === route.value.view) ?? "held");
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
  const ofCompound = view.value === "works" || view.value === "figures";
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
      {ofCompound && <Compound site={site} />}
      {view.value === "held" && <Held />}
      {view.value === "works" && <Works site={site} />}
      {view.value === "channels" && <Channels />}
      {view.value === "figures" && <Figures site={site} />}
    </>
  );
}
