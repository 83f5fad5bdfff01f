// Pages beyond the duty desk come in files of their own when they are opened: what is added to one costs nobody's first screen. A new page is one line here.
import { type Signal, signal } from "@preact/signals";
import type { ComponentChildren, ComponentType } from "preact";
import { useEffect } from "preact/hooks";
import { connection } from "../data/live.ts";
import { ProblemNote } from "../parts/small.tsx";
import { words } from "../words/language.ts";
import type { Page } from "./address.ts";

export interface Room {
  readonly page: Signal<ComponentType | null>;
  readonly failed: Signal<boolean>;
  readonly fetch: () => Promise<void>;
}

/** What only rooms beyond the first screen look like, fetched once with the first of them. */
let sheet: Promise<void> | null = null;
function farSheet(): Promise<void> {
  const href = document.body.dataset.farSheet;
  if (href === undefined) return Promise.resolve();
  sheet ??= new Promise<void>((resolve, reject) => {
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = href;
    link.onload = () => resolve();
    link.onerror = () => {
      link.remove();
      sheet = null;
      reject(new Error(href));
    };
    document.head.append(link);
  });
  return sheet;
}

function room(load: () => Promise<ComponentType>): Room {
  const page = signal<ComponentType | null>(null);
  const failed = signal(false);
  let coming: Promise<void> | null = null;
  const fetch = (): Promise<void> => {
    coming ??= Promise.all([load(), farSheet()]).then(
      ([loaded]) => {
        page.value = loaded;
        failed.value = false;
      },
      () => {
        failed.value = true;
        coming = null;
      },
    );
    return coming;
  };
  return { page, failed, fetch };
}

export const rooms: Readonly<Partial<Record<Page, Room>>> = {
  lanes: room(() => import("../lanes/lanes-page.tsx").then(({ LanesPage }) => LanesPage)),
  occupancy: room(() => import("../occupancy/occupancy-page.tsx").then(({ OccupancyPage }) => OccupancyPage)),
  stays: room(() => import("../stays/stays-page.tsx").then(({ StaysPage }) => StaysPage)),
  alarms: room(() => import("../alarms/alarms-page.tsx").then(({ AlarmsPage }) => AlarmsPage)),
  entries: room(() => import("../ledger/entries-page.tsx").then(({ EntriesPage }) => EntriesPage)),
  overview: room(() => import("../bureau/overview-page.tsx").then(({ OverviewPage }) => OverviewPage)),
  ledger: room(() => import("../ledger/ledger-page.tsx").then(({ LedgerPage }) => LedgerPage)),
  supervision: room(() => import("../supervision/supervision-page.tsx").then(({ SupervisionPage }) => SupervisionPage)),
  ranking: room(() => import("../bureau/ranking-page.tsx").then(({ RankingPage }) => RankingPage)),
  papers: room(() => import("../papers/papers-page.tsx").then(({ PapersPage }) => PapersPage)),
  works: room(() => import("../works/works-page.tsx").then(({ WorksPage }) => WorksPage)),
  compounds: room(() => import("../works/compounds-page.tsx").then(({ CompoundsPage }) => CompoundsPage)),
  inspections: room(() => import("../inspections/inspections-page.tsx").then(({ InspectionsPage }) => InspectionsPage)),
  income: room(() => import("../bureau/income-page.tsx").then(({ IncomePage }) => IncomePage)),
  stars: room(() => import("../bureau/stars-page.tsx").then(({ StarsPage }) => StarsPage)),
  awards: room(() => import("../awards/awards-page.tsx").then(({ AwardsPage }) => AwardsPage)),
  reports: room(() => import("../reports/reports-page.tsx").then(({ ReportsPage }) => ReportsPage)),
  handovers: room(() => import("../handovers/handovers-page.tsx").then(({ HandoversPage }) => HandoversPage)),
  devices: room(() => import("../devices/devices-page.tsx").then(({ DevicesPage }) => DevicesPage)),
  orders: room(() => import("../orders/orders-page.tsx").then(({ OrdersPage }) => OrdersPage)),
  people: room(() => import("../access/people-page.tsx").then(({ PeoplePage }) => PeoplePage)),
  tokens: room(() => import("../access/tokens-page.tsx").then(({ TokensPage }) => TokensPage)),
};

/** Coming in, and changing as whom one acts. */
export const whoActs = room(() => import("./sign-in.tsx").then(({ WhoActs }) => WhoActs));
export const signInDialog = room(() => import("./sign-in.tsx").then(({ SignInDialog }) => SignInDialog));
export const otherActing = room(() => import("./sign-in.tsx").then(({ OtherActing }) => OtherActing));

/** What lies on top of any page: the drawer with what is behind a thing. */
export const evidence = room(() => import("../evidence/evidence-drawer.tsx").then(({ EvidenceDrawer }) => EvidenceDrawer));

const unreached = { type: "unreachable", status: 0, title: "", detail: "" };

/** The cloud answers and the file is not there: it was replaced by a newer one, which only a new page knows. */
async function again(one: Room): Promise<void> {
  await one.fetch();
  const { phase } = connection.peek();
  if (one.failed.peek() && (phase === "live" || phase === "polling")) location.reload();
}

export function Far({ room: one, waiting }: { room: Room; waiting?: ComponentChildren }) {
  useEffect(() => void one.fetch(), [one]);
  const Page = one.page.value;
  if (Page !== null) return <Page />;
  if (one.failed.value) return <ProblemNote problem={unreached} retry={() => void again(one)} />;
  return waiting ?? <p class="muted late page-note">{words.value.loading}</p>;
}
