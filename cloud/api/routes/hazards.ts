// The rectification ledger: GET /api/v1/hazards, /hazards/{id}, POST /hazards/{id}/transitions. Which action a person may take is the ledger's table, not this file's.
import type { FastifyRequest } from "fastify";
import Type from "typebox";
import { transitHazard } from "#cloud/ledger/hazards.ts";
import { transitions } from "#cloud/ledger/workflow.ts";
import { forPerson } from "#cloud/views/present.ts";
import { hazardWithSteps, withSteps } from "#cloud/views/reading.ts";
import { hazardView } from "#cloud/views/views.ts";
import { HazardTransition, HazardView, hazardStates, type Role } from "#protocols/api/views.ts";
import { fromRfc3339 } from "#protocols/vocabulary/time.ts";
import { personOf, readersOf, siteWithin, withinScope } from "../access.ts";
import { changed, rowOf } from "../change.ts";
import { Cursor, limitOf, timeCursor, timeCursorText } from "../pages.ts";
import { ApiProblem, notFound, refused } from "../problem.ts";
import type { Routes } from "../server.ts";
import type { Surroundings } from "../surroundings.ts";

const Id = Type.Object({ id: Type.String({ maxLength: 64 }) });
const Asked = Type.Object(
  { ...Cursor, state: Type.Optional(Type.Enum([...hazardStates])), site: Type.Optional(Type.String()) },
  { additionalProperties: false },
);
const Page = Type.Object({ items: Type.Array(HazardView), next: Type.Union([Type.String(), Type.Null()]) });

async function oneHazard({ store, now }: Surroundings, request: FastifyRequest, id: string): Promise<HazardView> {
  const found = await hazardWithSteps(store.read, id);
  const row = withinScope(request, found?.row);
  return forPerson(hazardView(row, found?.steps ?? [], now()), row, personOf(request));
}

/** Which of them may take which step is the workflow's own table. */
const ledgerRoles: readonly Role[] = [...new Set(transitions.flatMap(({ roles }) => roles))];

export const hazardRoutes: Routes = (server, surroundings) => {
  const { store, now } = surroundings;
  server.get("/api/v1/hazards", { ...readersOf("hazards"), schema: { querystring: Asked, response: { 200: Page } } }, async (request) => {
    const { state, site } = request.query;
    const { scope } = request;
    siteWithin(request, site);
    const limit = limitOf(request.query);
    const after = timeCursor(request.query);
    let rows = store.read
      .selectFrom("hazard")
      .selectAll()
      .$if(!scope.all, (all) => all.where("site", "in", scope.sites))
      .orderBy("found_at", "desc")
      .orderBy("id", "desc")
      .limit(limit + 1);
    if (state !== undefined) rows = rows.where("state", "=", state);
    if (site !== undefined) rows = rows.where("site", "=", site);
    if (after !== undefined)
      rows = rows.where((eb) => eb.or([eb("found_at", "<", after.at), eb.and([eb("found_at", "=", after.at), eb("id", "<", after.id)])]));
    const page = await rows.execute();
    const shown = await withSteps(store.read, page.slice(0, limit));
    const last = shown.at(-1)?.row;
    const person = personOf(request);
    return {
      items: shown.map(({ row, steps }) => forPerson(hazardView(row, steps, now()), row, person)),
      next: page.length > limit && last !== undefined ? timeCursorText(last.found_at, last.id) : null,
    };
  });

  server.get("/api/v1/hazards/:id", { ...readersOf("hazards"), schema: { params: Id, response: { 200: HazardView } } }, async (request) =>
    oneHazard(surroundings, request, request.params.id),
  );

  server.post(
    "/api/v1/hazards/:id/transitions",
    {
      config: { access: ledgerRoles, audit: "hazard.transit" },
      schema: { params: Id, body: HazardTransition, response: { 200: HazardView } },
    },
    async (request) => {
      const { action, note, responsible, deadline } = request.body;
      const until = deadline === undefined ? undefined : fromRfc3339(deadline);
      if (deadline !== undefined && until === undefined)
        throw new ApiProblem(400, { code: "no-time", zh: "整改时限应为 RFC 3339 时间", en: "the deadline is an RFC 3339 time" });
      const person = personOf(request);
      const { id } = request.params;
      withinScope(request, await store.read.selectFrom("hazard").select("site").where("id", "=", id).executeTakeFirst());
      const asked = { id, action, note, responsible, deadline: until, person, now: now() };
      const result = await changed(surroundings, request, {
        work: (effect) => transitHazard(effect, asked),
        about: (found) => {
          const row = rowOf(found);
          return row && { object: row.id, site: row.site, detail: { action, to: row.state } };
        },
      });
      if (result === undefined) throw notFound();
      if ("kind" in result) throw refused(result, result.code === "wrong-role" || result.code === "same-person" ? 403 : 409);
      return oneHazard(surroundings, request, request.params.id);
    },
  );
};
