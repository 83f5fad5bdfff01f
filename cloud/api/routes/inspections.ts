// Inspections by lot: GET and POST /api/v1/ledger/inspections (drawn, with the seed), POST /{id}/answers (what the two saw).
import Type from "typebox";
import { dayOf, dayText } from "#cloud/calendar/calendar.ts";
import { everybody } from "#cloud/identity/people.ts";
import { sees } from "#cloud/identity/scope.ts";
import { checklistOn, drawInspection, handIn } from "#cloud/ledger/inspections.ts";
import { time } from "#cloud/views/words.ts";
import type { Role } from "#protocols/api/views.ts";
import { personOf, readersOf, siteWithin } from "../access.ts";
import { changed, rowOf } from "../change.ts";
import { ApiProblem, notFound, refused } from "../problem.ts";
import type { Routes } from "../server.ts";
import { compoundOf } from "./hazards.ts";

const strict = { additionalProperties: false } as const;
const Id = Type.Object({ id: Type.String({ maxLength: 64 }) });
const words = Type.String({ minLength: 1, maxLength: 300, pattern: "\\S" });
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
/** Who is drawn from: those who look, never those who are looked at. */
const inspectors: readonly Role[] = ["community-officer", "street-officer", "bureau-officer", "assessment-team", "grid-worker"];
const drawers: readonly Role[] = ["street-officer", "bureau-officer"];

export const inspectionRoutes: Routes = (server, surroundings) => {
  const { store, now, tree, compounds } = surroundings;
  server.get("/api/v1/ledger/inspections", readersOf("hazards"), async ({ scope }) => {
    const all = await store.read.selectFrom("inspection").selectAll().orderBy("at", "desc").orderBy("id").limit(200).execute();
    const visits = await store.read
      .selectFrom("inspection_visit")
      .selectAll()
      .where("inspection", "in", ["", ...all.map(({ id }) => id)])
      .orderBy("site")
      .execute();
    return all.flatMap(({ checklist, pool, at, person: _, ...one }) => {
      const mine = visits.filter((visit) => visit.inspection === one.id && sees(scope, visit.site));
      if (mine.length === 0) return [];
      const shown = mine.map(({ inspection: __, answers, handed_at, ...visit }) => ({
        ...{
          ...visit,
          answers: answers === null ? null : (JSON.parse(answers) as unknown),
          handed_at: handed_at === null ? null : time(handed_at),
        },
      }));
      // With the pool and the seed anybody can draw again; the pool is of the whole district.
      return [
        {
          ...one,
          at: time(at),
          checklist: JSON.parse(checklist) as unknown,
          pool: scope.all ? (JSON.parse(pool) as unknown) : null,
          visits: shown,
        },
      ];
    });
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
