// Mediations: GET and POST /api/v1/hazards/{id}/mediation. What more people read (the ledger's rows, its files, its papers, the public pages) holds nothing of them.
import Type from "typebox";
import { mediationFor, mediationOutcomes, seesMediation, seesOutcome, writeMediation } from "#cloud/ledger/mediation.ts";
import { time } from "#cloud/views/words.ts";
import { personOf, withinScope } from "../access.ts";
import { changed, rowOf } from "../change.ts";
import { notFound, refused } from "../problem.ts";
import type { Routes } from "../server.ts";

const strict = { additionalProperties: false } as const;
const Id = Type.Object({ id: Type.String({ maxLength: 64 }) });
const said = (maxLength: number) => Type.String({ minLength: 1, maxLength, pattern: "\\S" });
const Mediation = Type.Object(
  {
    parties: Type.Array(Type.Object({ name: said(120), side: Type.Enum(["申请人", "被申请人", "第三人"]) }, strict), {
      minItems: 2,
      maxItems: 40,
    }),
    agreement: Type.Optional(said(8_000)),
    outcome: Type.Enum([...mediationOutcomes]),
    confidential: Type.Boolean(),
  },
  strict,
);

export const mediationRoutes: Routes = (server, surroundings) => {
  const { store, now } = surroundings;
  const found = (id: string) => store.read.selectFrom("hazard").select(["site", "matter"]).where("id", "=", id).executeTakeFirst();
  server.get(
    "/api/v1/hazards/:id/mediation",
    { config: { access: [...seesMediation, ...seesOutcome] }, schema: { params: Id } },
    async (request) => {
      const { id } = request.params;
      const { matter } = withinScope(request, await found(id));
      const versions = matter === "mediation" ? await mediationFor(store.read, id, personOf(request).role) : undefined;
      if (versions === undefined) throw notFound();
      return versions.map((one) => ({ ...one, at: time(one.at) }));
    },
  );

  server.post(
    "/api/v1/hazards/:id/mediation",
    {
      config: { access: ["alliance", "community-officer", "street-officer"], audit: "hazard.mediate" },
      schema: { params: Id, body: Mediation },
    },
    async (request, reply) => {
      const { id } = request.params;
      const { site } = withinScope(request, await found(id));
      const asked = { ...request.body, outcome: request.body.outcome as "调解中", hazard: id, person: personOf(request), now: now() };
      const row = await changed(surroundings, request, {
        work: (effect) => writeMediation(effect, asked),
        about: (done) => {
          const made = rowOf(done);
          return made && { object: id, site, detail: { seq: made.seq, confidential: made.confidential } };
        },
      });
      if (row === undefined) throw notFound();
      if ("code" in row) throw refused(row);
      return reply.code(201).send({ seq: row.seq, hash: row.hash });
    },
  );
};
