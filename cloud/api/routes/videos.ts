// GET /api/v1/videos: where the cameras of a compound are looked at. Links alone: pictures stay with the recorder, and who may see them is its own matter.
import Type from "typebox";
import { VideoLink } from "#protocols/api/videos.ts";
import { idPattern } from "#protocols/vocabulary/ids.ts";
import { readersOf, siteWithin } from "../access.ts";
import type { Routes } from "../server.ts";

const Site = Type.Object({ site: Type.String({ pattern: idPattern }) }, { additionalProperties: false });

export const videoRoutes: Routes = (server, { videos }) => {
  server.get(
    "/api/v1/videos",
    { ...readersOf("alarms"), schema: { querystring: Site, response: { 200: Type.Array(VideoLink) } } },
    (request) => {
      const { site } = request.query;
      siteWithin(request, site);
      return videos.filter((one) => one.site === site).map(({ name, url, sources = [] }) => ({ name, url, sources: [...sources] }));
    },
  );
};
