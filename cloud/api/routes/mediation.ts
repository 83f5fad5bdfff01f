// Mediations: GET and POST /api/v1/hazards/{id}/mediation, GET /mediation/agreement (the paper that is signed, as a page or for Word). What more people read (the ledger's rows, its files, its papers, the public pages) holds nothing of them.
import Type from "typebox";
import { mediationFor, mediationOutcomes, seesMediation, seesOutcome, versionsOf, writeMediation } from "#cloud/ledger/mediation.ts";
import { agreementOf } from "#cloud/ledger/papers/agreement.ts";
import { paperHtml } from "#cloud/ledger/papers/papers.ts";
import { time } from "#cloud/views/words.ts";
import { writeDocument } from "#protocols/word/write.ts";
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

const Printed = Type.Object({ as: Type.Optional(Type.Enum(["html", "docx"])) }, strict);
const word = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

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

  // Who sees only what came of it reads no word of it, on paper neither.
  server.get(
    "/api/v1/hazards/:id/mediation/agreement",
    { config: { access: [...seesMediation] }, schema: { params: Id, querystring: Printed } },
    async (request, reply) => {
      const { id } = request.params;
      const hazard = withinScope(request, await store.read.selectFrom("hazard").selectAll().where("id", "=", id).executeTakeFirst());
      const version = hazard.matter === "mediation" ? (await versionsOf(store.read, id)).at(-1) : undefined;
      if (version === undefined) throw notFound();
      const blocks = agreementOf({ hazard, version, organisation: personOf(request).organisation });
      if (blocks === undefined)
        throw refused({
          kind: "refusal",
          code: "not-yet",
          zh: "尚未达成协议，不能出具协议书",
          en: "nothing was agreed: there is no agreement to print",
        });
      reply.header("cache-control", "private, no-store");
      if (request.query.as === "docx")
        return reply
          .type(word)
          .header("content-disposition", `attachment; filename*=UTF-8''${encodeURIComponent(`调解协议书_${id}.docx`)}`)
          .send(Buffer.from(writeDocument(blocks)));
      return reply.type("text/html; charset=utf-8").send(Buffer.from(paperHtml(blocks, `${id} 调解协议书`)));
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
