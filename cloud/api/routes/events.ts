// GET /api/v1/events: the evidence behind every number; newest first, by type, subject or exact key.
import Type from "typebox";
import { maskEvent, maySeePlates } from "#cloud/views/present.ts";
import { eventView } from "#cloud/views/views.ts";
import { EventView } from "#protocols/api/views.ts";
import { personOf, readersOf, siteWithin, withinScope } from "../access.ts";
import { eventByKey, partsOf } from "../event-key.ts";
import { Cursor, limitOf, numberCursor, numberCursorText } from "../pages.ts";
import type { Routes } from "../server.ts";

const several = (maxItems: number) =>
  Type.Optional(Type.Union([Type.String({ maxLength: 200 }), Type.Array(Type.String({ maxLength: 200 }), { maxItems })]));
const Asked = Type.Object(
  {
    ...Cursor,
    type: several(40),
    key: several(100),
    subject: Type.Optional(Type.String({ maxLength: 100 })),
    site: Type.Optional(Type.String()),
    around: Type.Optional(
      Type.String({
        maxLength: 200,
        description: "the key of an event: only those of its gateway within two minutes of it, whenever they were heard",
      }),
    ),
  },
  { additionalProperties: false },
);
const around_ms = 120_000;
/** Heard this much sooner or later at the most: nobody looks through a year of a lane for one car. */
const aroundRows = 5_000;
const Page = Type.Object({ items: Type.Array(EventView), next: Type.Union([Type.String(), Type.Null()]) });

const listOf = (value: string | string[] | undefined): string[] => (value === undefined ? [] : typeof value === "string" ? [value] : value);

export const eventRoutes: Routes = (server, { store }) => {
  server.get("/api/v1/events", { ...readersOf("operations"), schema: { querystring: Asked, response: { 200: Page } } }, async (request) => {
    const { query, scope } = request;
    siteWithin(request, query.site);
    const limit = limitOf(query);
    let rows = store.read
      .selectFrom("event")
      .selectAll()
      .$if(!scope.all, (all) => all.where("site", "in", scope.sites))
      .orderBy("ordinal", "desc")
      .limit(limit + 1);
    const keys = listOf(query.key).map(partsOf);
    if (keys.length > 0)
      rows = rows.where((eb) =>
        eb.or(
          keys.map((key) =>
            eb.and([eb("gateway", "=", key.gateway), eb("epoch", "=", key.epoch), eb("stream", "=", key.stream), eb("seq", "=", key.seq)]),
          ),
        ),
      );
    if (query.subject !== undefined) rows = rows.where("subject", "=", query.subject);
    if (query.site !== undefined) rows = rows.where("site", "=", query.site);
    if (query.around !== undefined) {
      const { site, gateway, at, ordinal: middle } = withinScope(request, await eventByKey(store.read, query.around));
      rows = rows
        .where("site", "=", site)
        .where("gateway", "=", gateway)
        .where("at", ">=", at - around_ms)
        .where("at", "<=", at + around_ms)
        .where("ordinal", ">=", middle - aroundRows)
        .where("ordinal", "<=", middle + aroundRows);
    }
    const ordinal = numberCursor(query);
    if (ordinal !== undefined) rows = rows.where("ordinal", "<", ordinal);
    const types = [...new Set(listOf(query.type))];
    // A page of each type and then the newest of them: asked for several at once, the database would sort all that it ever kept of them.
    const pages =
      types.length === 0 ? [await rows.execute()] : await Promise.all(types.map((type) => rows.where("type", "=", type).execute()));
    const page = pages
      .flat()
      .sort((a, b) => b.ordinal - a.ordinal)
      .slice(0, limit + 1);
    const shown = page.slice(0, limit);
    const views = shown.map(eventView);
    return {
      items: maySeePlates(personOf(request).role) ? views : views.map(maskEvent),
      next: page.length > limit ? numberCursorText(shown.at(-1)?.ordinal ?? 0) : null,
    };
  });
};
