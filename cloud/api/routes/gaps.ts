// GET /api/v1/gaps: what a gateway could not keep, from when to when; newest first. What stands in no gap and is not missing is here.
import Type from "typebox";
import { gapView } from "#cloud/views/views.ts";
import { GapView } from "#protocols/api/gaps.ts";
import { readersOf, siteWithin } from "../access.ts";
import { Cursor, limitOf, pageFrom, pageOf, timeCursor, timeCursorText } from "../pages.ts";
import type { Routes } from "../server.ts";

const Asked = Type.Object(
  { ...Cursor, site: Type.Optional(Type.String()), gateway: Type.Optional(Type.String()) },
  { additionalProperties: false },
);

export const gapRoutes: Routes = (server, { store }) => {
  server.get(
    "/api/v1/gaps",
    { ...readersOf("operations"), schema: { querystring: Asked, response: { 200: pageOf(GapView) } } },
    async (request) => {
      const { site, gateway } = request.query;
      const { scope } = request;
      siteWithin(request, site);
      const [limit, after] = [limitOf(request.query), timeCursor(request.query)];
      let rows = store.read
        .selectFrom("gap")
        .selectAll()
        .$if(!scope.all, (all) => all.where("site", "in", scope.sites))
        .orderBy("to_at", "desc")
        .orderBy("id", "desc")
        .limit(limit + 1);
      if (site !== undefined) rows = rows.where("site", "=", site);
      if (gateway !== undefined) rows = rows.where("gateway", "=", gateway);
      if (after !== undefined)
        rows = rows.where((eb) => eb.or([eb("to_at", "<", after.at), eb.and([eb("to_at", "=", after.at), eb("id", "<", after.id)])]));
      const { shown, next } = pageFrom(await rows.execute(), limit, ({ to_at, id }) => timeCursorText(to_at, id));
      return { items: shown.map(gapView), next };
    },
  );
};
