// An address and what it means: page, list view, and the thing shown in the drawer. Pure.
export const pages = ["duty", "entries", "ledger"] as const;
export type Page = (typeof pages)[number];

export type ShownKind = "event" | "count" | "alarm" | "entry" | "hazard" | "socket" | "lane";
export interface Shown {
  readonly kind: ShownKind;
  readonly id: string;
}

export interface Route {
  readonly page: Page;
  readonly view: string | null;
  readonly shown: Shown | null;
}

const shownKinds: readonly string[] = ["event", "count", "alarm", "entry", "hazard", "socket", "lane"] satisfies ShownKind[];

export function parseRoute(hash: string): Route {
  const [path = "", query = ""] = hash.replace(/^#\/?/, "").split("?");
  const search = new URLSearchParams(query);
  const page = pages.find((one) => one === path) ?? "duty";
  const show = search.get("show") ?? "";
  const colon = show.indexOf(":");
  const kind = show.slice(0, Math.max(0, colon));
  const shown = shownKinds.includes(kind) ? { kind: kind as ShownKind, id: show.slice(colon + 1) } : null;
  return { page, view: search.get("view"), shown };
}

export function routeHash({ page, view, shown }: Route): string {
  const search = new URLSearchParams();
  if (view !== null) search.set("view", view);
  if (shown !== null) search.set("show", `${shown.kind}:${shown.id}`);
  const query = search.toString();
  return `#/${page}${query === "" ? "" : `?${query}`}`;
}

export const pageHash = (page: Page, view: string | null = null): string => routeHash({ page, view, shown: null });
