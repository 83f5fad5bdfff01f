// Pages that exist: a rail on a desk, a bar at the thumb on a phone. A page that is not built has no entry.
import { computed } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { Role } from "#protocols/api/views.ts";
import { type Figures, readFigures } from "../data/ledger-api.ts";
import { ledgerMoved } from "../data/ledger-moved.ts";
import { live } from "../data/live.ts";
import { useAsked } from "../parts/asked.ts";
import { Icon } from "../parts/glyphs.tsx";
import { words } from "../words/language.ts";
import { type Page, pageHash, pages } from "./address.ts";
import { route } from "./route.ts";
import { entryOf, ledgerPages } from "./sections.ts";
import { person } from "./session.ts";
import { waitingHandovers } from "./waiting-handovers.ts";
import { waitingOrders } from "./waiting-orders.ts";

const page = computed(() => route.value.page);
const openEntries = computed(() => (live.value?.entries ?? []).filter((entry) => entry.state === "open").length);

const watch: readonly Role[] = [
  ...(["booth", "property-manager", "operating-company", "installer", "community-officer", "street-officer", "bureau-officer"] as const),
  ...(["grid-worker", "fire-maintenance", "auditor", "administrator"] as const),
];
const ledgerReaders: readonly Role[] = [
  ...watch.filter((role) => role !== "installer"),
  ...(["assessment-team", "owners-committee", "community-committee", "alliance"] as const),
];
/** A page whose rows a role may not read has no entry for it. */
export const mayOpen: Readonly<Partial<Record<Page, readonly Role[]>>> = {
  lanes: watch,
  occupancy: watch,
  alarms: watch,
  devices: watch,
  orders: watch,
  ...Object.fromEntries([...ledgerPages, "stars" as const, "awards" as const].map((page) => [page, ledgerReaders])),
  stays: ["booth", "property-manager", "operating-company", "finance", "owners-committee", "community-committee", "auditor"],
  reports: ["booth", "property-manager", "operating-company", "finance", "auditor"],
  handovers: ["booth", "property-manager", "operating-company", "auditor"],
  people: ["auditor", "administrator"],
  income: [
    ...(["property-manager", "operating-company", "finance", "owners-committee", "community-committee"] as const),
    ...(["street-officer", "bureau-officer", "auditor"] as const),
  ],
};
/** Every page that this role may open. */
export const openPages = computed(() => pages.filter((one) => mayOpen[one]?.includes(person.value?.role ?? "administrator") ?? true));
/** Everybody has the page of his own tokens, by the dialog of his posts; in the rail it stands for those who look after all of them. */
const open = computed(() => (person.value === null ? [] : openPages.value.filter((one) => entryOf(one, openPages.value) === one)));

/** On a phone the bar may be wider than the screen: the page that is open stands in its middle. */
function useCurrentInSight() {
  const bar = useRef<HTMLElement>(null);
  const now = page.value;
  useEffect(() => {
    const current = bar.current?.querySelector<HTMLElement>("[aria-current]");
    if (bar.current !== null && current !== null && current !== undefined)
      bar.current.scrollTo({ left: current.offsetLeft + (current.offsetWidth - bar.current.clientWidth) / 2 });
  }, [now]);
  return bar;
}

export function Navigation() {
  const say = words.value.nav;
  const bar = useCurrentInSight();
  // The first screen holds the newest hazards only: how many are open is the ledger's to say.
  const { value: figures } = useAsked<Figures | null>(`rail ${ledgerMoved()}`, () =>
    person.value !== null && open.value.includes("ledger") ? readFigures() : Promise.resolve({ ok: true, value: null }),
  );
  const waiting: Partial<Record<Page, number>> = {
    entries: openEntries.value,
    devices: waitingOrders.value.length,
    reports: waitingHandovers.value,
    ledger: figures === null ? 0 : figures.total - figures.closed,
  };
  return (
    <nav ref={bar} class="rail" aria-label={say.label}>
      {open.value.map((one) => (
        <a
          key={one}
          href={pageHash(one)}
          aria-current={page.value === one ? "page" : entryOf(page.value, openPages.value) === one ? "true" : undefined}
        >
          <Icon name={one} />
          <span>{say[one]}</span>
          {(waiting[one] ?? 0) > 0 && <span class="rail-count">{waiting[one]}</span>}
        </a>
      ))}
    </nav>
  );
}
