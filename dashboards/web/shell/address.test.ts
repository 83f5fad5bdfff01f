// The address of a page leads back to where it was made; one that says nothing leads to the first screen.
import { expect, test } from "vitest";
import { roles } from "#protocols/api/views.ts";
import { landingOf, pages, parseRoute, type Route, routeHash } from "./address.ts";

const routes: Route[] = [
  { page: "duty", view: null, filters: {}, shown: null },
  { page: "duty", view: "p2", filters: {}, shown: { kind: "event", id: "gw-1/0123456789abcdef/urgent/7" } },
  { page: "ledger", view: "overdue", filters: {}, shown: { kind: "hazard", id: "JJ-JX01-20261125-1" } },
  { page: "entries", view: "open", filters: {}, shown: { kind: "socket", id: "jinxiu/gw-1/station-1/3" } },
  { page: "stays", view: "inside", filters: { plate: "闽C?12", days: "7" }, shown: { kind: "stay", id: "0190-a" } },
  { page: "duty", view: null, filters: {}, shown: { kind: "alarm", id: "a:b&c=d 中" } },
];

test.each(routes)("an address leads back to where it was made: $page $view $shown.id", (route) => {
  expect(parseRoute(routeHash(route))).toEqual(route);
});

test.each(["", "#", "#/", "#/nowhere", "#/duty?show=nothing", "#/duty?show=rocket:1"])(
  "an address that means nothing leads to the duty desk: %s",
  (hash) => {
    expect(parseRoute(hash)).toEqual({ page: "duty", view: null, filters: {}, shown: null });
  },
);

test("every post has a first screen that is a page, and it is the one that the post comes for", () => {
  expect(roles.every((role) => pages.includes(landingOf(role)))).toBe(true);
  expect([landingOf("booth"), landingOf("bureau-officer"), landingOf("street-officer"), landingOf("owners-committee")]).toEqual([
    ...(["duty", "overview", "ledger", "income"] as const),
  ]);
});
