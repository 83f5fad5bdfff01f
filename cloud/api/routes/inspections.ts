// Inspections by lot: GET and POST /api/v1/ledger/inspections (drawn, with the seed; also as CSV), POST /{id}/answers (what the two saw).
import Type from "typebox";
import { dayOf, dayText } from "#cloud/calendar/calendar.ts";
import { everybody } from "#cloud/identity/people.ts";
import { sees } from "#cloud/identity/scope.ts";
import { inspectionRows, inspectionsFor } from "#cloud/ledger/inspection-views.ts";
import { checklistOn, drawInspection, handIn, inspectors } from "#cloud/ledger/inspections.ts";
import type { Role } from "#protocols/api/views.ts";
import { personOf, readersOf, siteWithin } from "../access.ts";
import { changed, rowOf } from "../change.ts";
import { sendCsv } from "../csv.ts";
import { ApiProblem, notFound, refused } from "../problem.ts";
import type { Routes } from "../server.ts";
import { compoundOf } from "./hazards.ts";

const strict = { additionalProperties: false } as const;
const Id = Type.Object({ id: Type.String({ maxLength: 64 }) });
const words = Type.String({ minLength: 1, maxLength: 300, pattern: "\\S" });
const Asked = Type.Object({ as: Type.Optional(Type.Enum(["json", "csv"])) }, strict);
const Drawing = Type.Object(
  { checklist: Type.String({ maxLength: 30 }), compounds: Type.Integer({ minimum: 1, maximum: 200 }), note: words },
  strict,
);
const Handing = Type.Object(
  {
    site: Type.String({ maxLength: 40 }),
    answers: Type.Array(
      Type.Object(
        { item: Type.String({ maxLength: 40 }), ok: Type.Boolean(), place: Type.Optional(words), words: Type.Optional(words) },
        strict,
      ),
      { minItems: 1, maxItems: 200 },
    ),
  },
  strict,
);
const drawers: readonly Role[] = ["street-officer", "bureau-officer"];

export const inspectionRoutes: Routes = (server, surroundings) => {
  const { store, now, tree, compounds } = surroundings;
  const nameOf = (site: string): string => compounds.find(({ id }) => id === site)?.name ?? site;
  server.get("/api/v1/ledger/inspections", { ...readersOf("hazards"), schema: { querystring: Asked } }, async (request, reply) => {
    const { scope } = request;
    const whole = compounds.every(({ id }) => sees(scope, id));
    const views = await inspectionsFor(store.read, { scope, person: personOf(request), whole, nameOf });
    if (request.query.as !== "csv") return views;
    return sendCsv(reply, `双随机检查_${dayText(dayOf(now()))}.csv`, inspectionRows(views));
  });

  server.post(
    "/api/v1/ledger/inspections",
    { config: { access: drawers, audit: "inspection.draw" }, schema: { body: Drawing } },
    async (request, reply) => {
      const day = dayText(dayOf(now()));
      const checklist = await checklistOn(store.read, request.body.checklist, day);
      if (checklist === undefined)
        throw new ApiProblem(400, { code: "no-checklist", zh: "没有这张检查表", en: "there is no such check list" });
      const sites = compounds.filter(({ id }) => sees(request.scope, id)).map(({ id }) => id);
      const people = (await everybody(store.read)).filter(({ role }) => inspectors.includes(role));
      // Once for a person, whatever posts he holds; his own house is where he acts first.
      const pool = [...Map.groupBy(people, ({ id }) => id).values()].map((posts) => ({
        ...{ id: posts[0]?.id ?? "", organisation: posts[0]?.organisation ?? "" },
        sites: sites.filter((site) => posts.some(({ area }) => sees(tree.scopeOf(area), site))),
      }));
      const drawing = {
        checklist,
        many: request.body.compounds,
        note: request.body.note,
        day,
        person: personOf(request),
        now: now(),
        pool: { sites, inspectors: pool },
      };
      const drawn = await changed(surroundings, request, {
        work: ({ change }) => drawInspection(change, drawing),
        about: (done) => {
          const made = rowOf(done);
          return made && { object: made.inspection.id, site: null, detail: { checklist: checklist.id, compounds: made.visits.length } };
        },
      });
      if ("code" in drawn) throw refused(drawn);
      const { inspection, visits } = drawn;
      return reply.code(201).send({ id: inspection.id, day, seed: inspection.seed, visits });
    },
  );

  server.post(
    "/api/v1/ledger/inspections/:id/answers",
    { config: { access: inspectors, audit: "inspection.hand" }, schema: { params: Id, body: Handing } },
    async (request) => {
      const { site, answers } = request.body;
      siteWithin(request, site);
      const handing = {
        id: request.params.id,
        site,
        answers,
        compound: compoundOf(surroundings, site),
        person: personOf(request),
        now: now(),
      };
      const made = await changed(surroundings, request, {
        work: (effect) => handIn(effect, handing),
        about: (done) =>
          done === undefined || "code" in done ? undefined : { object: handing.id, site, detail: { hazards: done.length } },
      });
      if (made === undefined) throw notFound();
      if ("code" in made) throw refused(made, made.code === "not-drawn" ? 403 : 409);
      return { hazards: [...made] };
    },
  );
};
