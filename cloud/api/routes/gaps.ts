// GET /api/v1/gaps: what a gateway could not keep, from when to when; newest first. What stands in no gap and is not missing is here.
import Type from "typebox";
import { gapView } from "#cloud/views/views.ts";
import { GapView } from "#protocols/api/views.ts";
import { everyRole } from "../access.ts";
import type { Routes } from "../server.ts";

const Asked = Type.Object({ site: Type.Optional(Type.String()), gateway: Type.Optional(Type.String()) }, { additionalProperties: false });
const most = 500;

export const gapRoutes: Routes = (server, { store }) => {
  server.get("/api/v1/gaps", { ...everyRole, schema: { querystring: Asked, response: { 200: Type.Array(GapView) } } }, async (request) => {
    const { site, gateway } = request.query;
    let rows = store.read.selectFrom("gap").selectAll().orderBy("to_at", "desc").orderBy("id").limit(most);
    if (site !== undefined) rows = rows.where("site", "=", site);
    if (gateway !== undefined) rows = rows.where("gateway", "=", gateway);
    return (await rows.execute()).map(gapView);
  });
};
