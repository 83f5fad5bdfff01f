// GET /api/v1/occupancy: how many places of each lot of a compound are taken, over a day and over the hours of a week. No car is named in it.
import Type from "typebox";
import { readOccupancy } from "#cloud/lots/read.ts";
import { Occupancy } from "#protocols/api/occupancy.ts";
import { idPattern } from "#protocols/vocabulary/ids.ts";
import { readersOf, siteWithin } from "../access.ts";
import type { Routes } from "../server.ts";

const Site = Type.Object({ site: Type.String({ pattern: idPattern }) }, { additionalProperties: false });

export const occupancyRoutes: Routes = (server, { store, now }) => {
  server.get(
    "/api/v1/occupancy",
    { ...readersOf("operations"), schema: { querystring: Site, response: { 200: Occupancy } } },
    async (request) => {
      siteWithin(request, request.query.site);
      return readOccupancy(store.read, request.query.site, now());
    },
  );
};
