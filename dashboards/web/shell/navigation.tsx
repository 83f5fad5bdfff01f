// Pages that exist: a rail on a desk, a bar at the thumb on a phone. A page that is not built has no entry.
import { computed } from "@preact/signals";
import type { Role } from "#protocols/api/views.ts";
import { inView } from "../data/choices.ts";
import { live } from "../data/live.ts";
import { Icon } from "../parts/glyphs.tsx";
import { words } from "../words/language.ts";
import { type Page, pageHash, pages } from "./address.ts";
import { route } from "./route.ts";
import { person } from "./session.ts";

const page = computed(() => route.value.page);
const waiting = computed<Record<Page, number>>(() => ({
  duty: 0,
  lanes: 0,
  stays: 0,
  alarms: 0,
  entries: (live.value?.entries ?? []).filter((entry) => entry.state === "open").length,
  ledger: (live.value?.hazards ?? []).filter((hazard) => inView(hazard, "open")).length,
}));

/** A page whose rows a role may not read has no entry for it. */
export const mayOpen: Readonly<Partial<Record<Page, readonly Role[]>>> = {
  lanes: [
    ...(["booth", "property-manager", "operating-company", "installer", "community-officer", "street-officer", "bureau-officer"] as const),
    ...(["grid-worker", "fire-maintenance", "auditor", "administrator"] as const),
  ],
  alarms: [
    ...(["installer", "booth", "property-manager", "community-officer", "street-officer", "bureau-officer"] as const),
    ...(["operating-company", "grid-worker", "fire-maintenance", "auditor", "administrator"] as const),
  ],
  stays: ["booth", "property-manager", "operating-company", "finance", "owners-committee", "community-committee", "auditor"],
};
const open = computed(() => pages.filter((one) => mayOpen[one]?.includes(person.value?.role ?? "administrator") ?? true));

export function Navigation() {
  const say = words.value.nav;
  return (
    <nav class="rail" aria-label={say.label}>
      {open.value.map((one) => (
        <a key={one} href={pageHash(one)} aria-current={page.value === one ? "page" : undefined}>
          <Icon name={one} />
          <span>{say[one]}</span>
          {waiting.value[one] > 0 && <span class="rail-count">{waiting.value[one]}</span>}
        </a>
      ))}
    </nav>
  );
}
