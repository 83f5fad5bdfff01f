// GET /api/v1/gateway-health: how each gateway said last that it is, when that was heard, and whether it says anything about now.
import Type from "typebox";
import { healthViews } from "#cloud/views/health.ts";
import { GatewayHealthView } from "#protocols/api/health.ts";
import { readersOf, siteWithin } from "../access.ts";
import type { Routes } from "../server.ts";

const Asked = Type.Object({ site: Type.Optional(Type.String({ maxLength: 60 })) }, { additionalProperties: false });
const Answer = Type.Object({ items: Type.Array(GatewayHealthView) }, { additionalProperties: false });

export const healthRoutes: Routes = (server, { store, now }) => {
  server.get(
    "/api/v1/gateway-health",
    { ...readersOf("operations"), schema: { querystring: Asked, response: { 200: Answer } } },
    async (request) => {
      const { site } = request.query;
      siteWithin(request, site);
      return { items: await healthViews(store.read, { scope: request.scope, now: now(), site }) };
    },
  );
};
