// GET /api/v1/counts: what was counted, exactly once each; and the letters that could not be delivered.
import Type from "typebox";
import { countsView } from "#cloud/views/views.ts";
import { time } from "#cloud/views/words.ts";
import { Counts } from "#protocols/api/views.ts";
import { everyRole } from "../access.ts";
import type { Routes } from "../server.ts";

const DeadLetter = Type.Object({
  id: Type.Integer(),
  site: Type.String(),
  gateway: Type.String(),
  topic: Type.String(),
  key: Type.Union([Type.String(), Type.Null()]),
  reason: Type.String(),
  times: Type.Integer(),
  first: Type.String(),
  last: Type.String(),
});

export const countsRoutes: Routes = (server, { store }) => {
  server.get("/api/v1/counts", { ...everyRole, schema: { response: { 200: Counts } } }, async () => countsView(store.read));

  server.get(
    "/api/v1/dead-letters",
    { config: { access: ["property-manager", "bureau-officer", "administrator"] }, schema: { response: { 200: Type.Array(DeadLetter) } } },
    async () => {
      const rows = await store.read.selectFrom("dead_letter").selectAll().orderBy("id", "desc").limit(500).execute();
      // The content may hold a plate: it stays in the store.
      return rows.map(({ id, site, gateway, topic, event_key, reason, times, first_at, last_at }) => ({
        id,
        site,
        gateway,
        topic,
        key: event_key,
        reason,
        times,
        first: time(first_at),
        last: time(last_at),
      }));
    },
  );
};
