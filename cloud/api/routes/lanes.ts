// GET /api/v1/lanes.
import Type from "typebox";
import { maskLane, maySeePlates } from "#cloud/views/present.ts";
import { laneView } from "#cloud/views/views.ts";
import { LaneView } from "#protocols/api/views.ts";
import { personOf, readersOf } from "../access.ts";
import type { Routes } from "../server.ts";

export const laneRoutes: Routes = (server, { store }) => {
  server.get("/api/v1/lanes", { ...readersOf("operations"), schema: { response: { 200: Type.Array(LaneView) } } }, async (request) => {
    const { scope } = request;
    const rows = store.read
      .selectFrom("lane")
      .selectAll()
      .$if(!scope.all, (all) => all.where("site", "in", scope.sites));
    const views = (await rows.orderBy("site").orderBy("lane").execute()).map(laneView);
    return maySeePlates(personOf(request).role) ? views : views.map(maskLane);
  });
};
