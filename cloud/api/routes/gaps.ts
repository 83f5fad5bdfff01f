// GET /api/v1/gaps: what a gateway could not keep, from when to when; newest first. What stands in no gap and is not missing is here.
import Type from "typebox";
import { gapView } from "#cloud/views/views.ts";
import { GapView } from "#protocols/api/gaps.ts";
import { readersOf, siteWithin } from "../access.ts";
import type { Routes } from "../server.ts";

const Asked = Type.Object({ site: Type.Optional(Type.String()), gateway: Type.Optional(Type.String()) }, { additionalProperties: false });
const most = 500;

export const gapRoutes: Routes = (server, { store }) => {
  server.get(
    "/api/v1/gaps",
    { ...readersOf("operations"), schema: { querystring: Asked, response: { 200: Type.Array(GapView) } } },
    async (request) => {
      const { site, gateway } = request.query;
      const { scope } = request;
      siteWithin(request, site);
      let rows = store.read
        .selectFrom("gap")
        .selectAll()
        .$if(!scope.all, (all) => all.where("site", "in", scope.sites))
        .orderBy("to_at", "desc")
        .orderBy("id")
        .limit(most);
      if (site !== undefined) rows = rows.where("site", "=", site);
      if (gateway !== undefined) rows = rows.where("gateway", "=", gateway);
      return (await rows.execute()).map(gapView);
    },
  );
};
