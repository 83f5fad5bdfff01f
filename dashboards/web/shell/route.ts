// Where the reader is: page, list view and the thing shown in the drawer all stand in the address, so that Back works and a link can be sent.
import { signal } from "@preact/signals";
import { type Page, parseRoute, type Route, routeHash, type ShownKind } from "./address.ts";

export const route = signal<Route>(parseRoute(location.hash));

export function followAddress(): void {
  for (const moved of ["hashchange", "popstate"] as const)
    addEventListener(moved, () => {
      route.value = parseRoute(location.hash);
    });
}

/** An address that names no page leads to this one; one that does is kept. */
export function land(page: Page): void {
  if (location.hash !== "") return;
  const next: Route = { page, view: null, filters: {}, shown: null };
  history.replaceState(null, "", routeHash(next));
  route.value = next;
}

/** Whoever comes next begins at his own first screen, not at what the one before had open. */
export function forgetPlace(): void {
  history.replaceState(null, "", location.pathname + location.search);
  route.value = parseRoute("");
}

/** By pushState, not by location.hash: a jump to an address takes the focus away, and the drawer could not give it back. */
export function show(kind: ShownKind, id: string): void {
  const next = { ...route.value, shown: { kind, id } };
  history.pushState(null, "", routeHash(next));
  route.value = next;
}

/** Another view of the same list: a step back leads to the one before. */
export function narrow(given: Route["filters"], view = route.value.view): void {
  // What was emptied is no filter, in the page as in the address.
  const filters = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined && value !== "")) as Route["filters"];
  const next = { ...route.value, view, filters };
  history.pushState(null, "", routeHash(next));
  route.value = next;
}

/** Closing a drawer is no step of its own in the history. */
export function hide(): void {
  const next = { ...route.value, shown: null };
  history.replaceState(null, "", routeHash(next));
  route.value = next;
}
