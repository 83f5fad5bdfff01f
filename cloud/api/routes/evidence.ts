// Pictures of a hazard: POST /api/v1/hazards/{id}/evidence, GET /api/v1/hazards/{id}/evidence?sha256=. The bytes leave as what they are and nothing else: whole to
// those who work on the hazard; to others a masked one, unless they have it shown for a reason (routes/reveal.ts).
import Type from "typebox";
import { attachEvidence, lookAt } from "#cloud/ledger/evidence.ts";
import { seesMediation } from "#cloud/ledger/mediation.ts";
import type { Queries } from "#cloud/store/store.ts";
import { evidenceView } from "#cloud/views/hazards.ts";
import { maskedPicture, maySeePictures } from "#cloud/views/pictures.ts";
import { EvidenceUpload, EvidenceView } from "#protocols/api/hazards.ts";
import type { Role } from "#protocols/api/views.ts";
import { personOf, readersOf, withinScope } from "../access.ts";
import { changed, rowOf } from "../change.ts";
import { ApiProblem, notFound, refused } from "../problem.ts";
import type { Routes } from "../server.ts";

const Id = Type.Object({ id: Type.String({ maxLength: 64 }) });
const Which = Type.Object({ sha256: Type.Optional(Type.String({ pattern: "^[0-9a-f]{64}$" })) }, { additionalProperties: false });
const uploaders: readonly Role[] = [
  ...([
    "property-manager",
    "grid-worker",
    "fire-maintenance",
    "alliance",
    "community-officer",
    "street-officer",
    "bureau-officer",
  ] as const),
];
/** Its hash stays in the hazard's chain when the picture has left after its days. */
export async function pictureBytes(read: Queries, sha256: string): Promise<{ readonly base64: string }> {
  const bytes = await read.selectFrom("evidence_bytes").select("base64").where("sha256", "=", sha256).executeTakeFirst();
  if (bytes !== undefined) return bytes;
  throw new ApiProblem(410, {
    ...{
      code: "picture-gone",
      zh: "照片已按保存期限清除，其摘要仍在台账中",
      en: "this picture has left after its days; its hash stays in the ledger",
    },
    ...{ hint_zh: "见保存期限", hint_en: "see the retention of pictures" },
  });
}

/** Two megabytes of picture, as base64. */
const most = 3 * 1024 * 1024;

export const evidenceRoutes: Routes = (server, surroundings) => {
  const { store, now } = surroundings;
  server.post(
    "/api/v1/hazards/:id/evidence",
    {
      bodyLimit: most,
      config: { access: uploaders, audit: "hazard.evidence" },
      schema: { params: Id, body: EvidenceUpload, response: { 201: EvidenceView } },
    },
    async (request, reply) => {
      const { id } = request.params;
      const found = withinScope(request, await store.read.selectFrom("hazard").select("site").where("id", "=", id).executeTakeFirst());
      const looks = lookAt(request.body.base64, request.body.mime);
      const attached = { ...request.body, hazard: id, person: personOf(request), now: now(), looks };
      const result = await changed(surroundings, request, {
        work: (effect) => attachEvidence(effect, attached),
        about: (done) => {
          const row = rowOf(done);
          return row && { object: id, site: found.site, detail: { sha256: row.sha256, kind: attached.kind } };
        },
      });
      if (result === undefined) throw notFound();
      if ("code" in result) throw refused(result);
      return reply.code(201).send(evidenceView(result));
    },
  );

  server.get(
    "/api/v1/hazards/:id/evidence",
    { ...readersOf("hazards"), schema: { params: Id, querystring: Which } },
    async (request, reply) => {
      const { id } = request.params;
      const found = withinScope(
        request,
        await store.read.selectFrom("hazard").select(["site", "matter"]).where("id", "=", id).executeTakeFirst(),
      );
      // A picture of a mediation is part of it.
      if (found.matter === "mediation" && !seesMediation.has(personOf(request).role)) throw notFound();
      const rows = await store.read.selectFrom("evidence").selectAll().where("hazard", "=", id).orderBy("uploaded_at").execute();
      const { sha256 } = request.query;
      if (sha256 === undefined) return rows.map(evidenceView);
      const row = rows.find((one) => one.sha256 === sha256);
      if (row === undefined) throw notFound();
      // Whoever signs in at the same browser as somebody else sees his own.
      reply
        .header("content-security-policy", "default-src 'none'; sandbox")
        .header("x-content-type-options", "nosniff")
        .header("cache-control", "private, no-store");
      if (!maySeePictures(personOf(request).role))
        return reply.type("image/svg+xml").header("x-cuobian-masked", "1").send(Buffer.from(maskedPicture));
      return reply.type(row.mime).send(Buffer.from((await pictureBytes(store.read, sha256)).base64, "base64"));
    },
  );
};
