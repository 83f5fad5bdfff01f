// An address and what it means: page, list view, and the thing shown in the drawer. Pure.
import type { Role } from "#protocols/api/views.ts";

export const pages = [
  ...(["duty", "lanes", "occupancy", "stays", "alarms", "entries"] as const),
  ...(["overview", "ledger", "supervision", "ranking", "papers", "works", "compounds", "inspections"] as const),
  ...(["income", "stars", "awards"] as const),
  ...(["reports", "handovers", "devices", "orders"] as const),
  ...(["people", "tokens"] as const),
] as const;
export type Page = (typeof pages)[number];

/** The first screen of each post, where an address names none: what that person comes for. */
const landings: Readonly<Partial<Record<Role, Page>>> = {
  ...{ "bureau-officer": "overview", auditor: "overview" },
  ...{ "street-officer": "ledger", "community-officer": "ledger", "grid-worker": "ledger", alliance: "ledger" },
  ...{ "owners-committee": "income", "community-committee": "income", finance: "income" },
  ...{ "assessment-team": "stars", installer: "devices", "fire-maintenance": "alarms", administrator: "people" },
};
export const landingOf = (role: Role): Page => landings[role] ?? "duty";

export type ShownKind = "event" | "stay" | "count" | "alarm" | "entry" | "hazard" | "socket" | "lane" | "order";
export interface Shown {
  readonly kind: ShownKind;
  readonly id: string;
}

export const filterNames = [
  "plate",
  "days",
  "lane",
  "site",
  "matter",
  "state",
  "source",
  "grade",
  "about",
  "kind",
  "organisation",
  "text",
  "sort",
  "page",
  "week",
  "unit",
  "number",
  "from",
  "to",
] as const;
export type Filters = Readonly<Partial<Record<(typeof filterNames)[number], string>>>;

export interface Route {
  readonly page: Page;
  readonly view: string | null;
  /** What a list is narrowed to, so that a link shows the same rows to whoever may see them. */
  readonly filters: Filters;
  readonly shown: Shown | null;
}

const shownKinds: readonly string[] = [
  "event",
  "stay",
  "count",
  "alarm",
  "entry",
  "hazard",
  "socket",
  "lane",
  "order",
] satisfies ShownKind[];

export function parseRoute(hash: string): Route {
  const [path = "", query = ""] = hash.replace(/^#\/?/, "").split("?");
  const search = new URLSearchParams(query);
  const page = pages.find((one) => one === path) ?? "duty";
  const show = search.get("show") ?? "";
  const colon = show.indexOf(":");
  const kind = show.slice(0, Math.max(0, colon));
  const shown = shownKinds.includes(kind) ? { kind: kind as ShownKind, id: show.slice(colon + 1) } : null;
  const filters = Object.fromEntries(
    filterNames.flatMap((name) => {
      const value = search.get(name);
      return value === null || value === "" ? [] : [[name, value]];
    }),
  ) as Filters;
  return { page, view: search.get("view"), filters, shown };
}

export function routeHash({ page, view, filters, shown }: Route): string {
  const search = new URLSearchParams();
  if (view !== null) search.set("view", view);
  for (const name of filterNames) if (filters[name] !== undefined && filters[name] !== "") search.set(name, filters[name]);
  if (shown !== null) search.set("show", `${shown.kind}:${shown.id}`);
  const query = search.toString();
  return `#/${page}${query === "" ? "" : `?${query}`}`;
}

export const pageHash = (page: Page, view: string | null = null, filters: Filters = {}): string =>
  routeHash({ page, view, filters, shown: null });
