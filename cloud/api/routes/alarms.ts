// GET /api/v1/alarms, POST /api/v1/alarms/{id}/acknowledge.
import Type from "typebox";
import { acknowledgeAlarm } from "#cloud/alarms/alarms.ts";
import { alarmView } from "#cloud/views/views.ts";
import { AlarmView, type Role } from "#protocols/api/views.ts";
import { personOf, readersOf, withinScope } from "../access.ts";
import { changed } from "../change.ts";
import { notFound } from "../problem.ts";
import type { Routes } from "../server.ts";

const Id = Type.Object({ id: Type.String({ maxLength: 64 }) });
const Which = Type.Object({ state: Type.Optional(Type.Enum(["open", "all"])) }, { additionalProperties: false });

const acknowledgers: readonly Role[] = [
  ...(["booth", "property-manager", "operating-company", "fire-maintenance"] as const),
  ...(["community-officer", "street-officer", "bureau-officer", "grid-worker"] as const),
];

export const alarmRoutes: Routes = (server, surroundings) => {
  server.get(
    "/api/v1/alarms",
    { ...readersOf("alarms"), schema: { querystring: Which, response: { 200: Type.Array(AlarmView) } } },
    async (request) => {
      const { scope } = request;
      const all = surroundings.store.read
        .selectFrom("alarm")
        .selectAll()
        .$if(!scope.all, (rows) => rows.where("site", "in", scope.sites))
        .orderBy("last_at", "desc")
        .limit(1_000);
      const rows = await (request.query.state === "all" ? all : all.where("open", "=", 1)).execute();
      return rows.map(alarmView);
    },
  );

  server.post(
    "/api/v1/alarms/:id/acknowledge",
    {
      config: { access: acknowledgers, audit: "alarm.acknowledge" },
      schema: { params: Id, response: { 200: AlarmView } },
    },
    async (request) => {
      const { id } = request.params;
      withinScope(request, await surroundings.store.read.selectFrom("alarm").select("site").where("id", "=", id).executeTakeFirst());
      const asked = { id, person: personOf(request).id, at: surroundings.now() };
      const row = await changed(surroundings, request, {
        work: (effect) => acknowledgeAlarm(effect, asked),
        about: (found) => found && { object: found.id, site: found.site, detail: { rule: found.rule, source: found.source } },
      });
      if (row === undefined) throw notFound();
      return alarmView(row);
    },
  );
};
