// GET /api/v1/counts: what was counted, exactly once each.
import { countsView } from "#cloud/views/views.ts";
import { Counts } from "#protocols/api/views.ts";
import { everyRole } from "../access.ts";
import type { Routes } from "../server.ts";

export const countsRoutes: Routes = (server, { store }) => {
  server.get("/api/v1/counts", { ...everyRole, schema: { response: { 200: Counts } } }, async ({ scope }) => countsView(store.read, scope));
};
