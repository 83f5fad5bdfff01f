// GET /api/v1/lanes.
import Type from "typebox";
import { maskLane, maySeePlates } from "#cloud/views/present.ts";
import { laneView } from "#cloud/views/views.ts";
import { LaneView } from "#protocols/api/views.ts";
import { everyRole, personOf } from "../access.ts";
import type { Routes } from "../server.ts";

export const laneRoutes: Routes = (server, { store }) => {
  server.get("/api/v1/lanes", { ...everyRole, schema: { response: { 200: Type.Array(LaneView) } } }, async (request) => {
    const views = (await store.read.selectFrom("lane").selectAll().orderBy("site").orderBy("lane").execute()).map(laneView);
    return maySeePlates(personOf(request).role) ? views : views.map(maskLane);
  });
};
