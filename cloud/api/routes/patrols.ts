// Patrols: GET and POST /api/v1/patrols. What was found is a row of the monthly form; a hazard is reported in the ledger.
import Type from "typebox";
import { addPatrol, patrolResults } from "#cloud/maintenance/patrols.ts";
import type { Row } from "#cloud/store/schema.ts";
import { time } from "#cloud/views/words.ts";
import type { Role } from "#protocols/api/views.ts";
import { idPattern } from "#protocols/vocabulary/ids.ts";
import { fromRfc3339 } from "#protocols/vocabulary/time.ts";
import { personOf, readersOf, siteWithin } from "../access.ts";
import { changed, rowOf } from "../change.ts";
import { ApiProblem, refused } from "../problem.ts";
import type { Routes } from "../server.ts";

const strict = { additionalProperties: false } as const;
const id = Type.String({ pattern: idPattern });
const Site = Type.Object({ site: id }, strict);
const Patrol = Type.Object(
  {
    site: id,
    place: Type.String({ minLength: 1, maxLength: 80, pattern: "\\S" }),
    result: Type.Enum([...patrolResults]),
    note: Type.Optional(Type.String({ maxLength: 300 })),
    at: Type.Optional(Type.String({ maxLength: 40 })),
  },
  strict,
);
/** Who walks. */
const walkers: readonly Role[] = ["booth", "property-manager", "fire-maintenance", "grid-worker"];

const patrolView = ({ id: patrol, site, place, result, note, person, at, received_at }: Row<"patrol">) => ({
  ...{ id: patrol, site, place, result, note, person, at: time(at), received: time(received_at) },
});

export const patrolRoutes: Routes = (server, surroundings) => {
  const { store, now } = surroundings;
  server.get("/api/v1/patrols", { ...readersOf("alarms"), schema: { querystring: Site } }, async (request) => {
    const { site } = request.query;
    siteWithin(request, site);
    const rows = await store.read.selectFrom("patrol").selectAll().where("site", "=", site).orderBy("at", "desc").limit(200).execute();
    return rows.map(patrolView);
  });

  server.post("/api/v1/patrols", { config: { access: walkers, audit: "patrol.add" }, schema: { body: Patrol } }, async (request) => {
    const { at: when, ...body } = request.body;
    siteWithin(request, body.site);
    const at = when === undefined ? undefined : fromRfc3339(when);
    if (when !== undefined && at === undefined)
      throw new ApiProblem(400, { code: "no-time", zh: "应为 RFC 3339 时间", en: "should be an RFC 3339 time" });
    const done = await changed(surroundings, request, {
      work: (effect) => addPatrol(effect, { ...body, at, person: personOf(request).id, now: now() }),
      about: (found) => {
        const row = rowOf(found);
        return row && { object: row.id, site: row.site, detail: { place: row.place, result: row.result } };
      },
    });
    if ("kind" in done) throw refused(done);
    return patrolView(done);
  });
};
