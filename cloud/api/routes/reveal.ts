// POST /api/v1/visits/{id}/plate, POST /api/v1/hazards/{id}/picture, POST /api/v1/frames/{frame}/picture: the whole plate of one stay, one picture of a hazard or of a read, for a reason, to those who otherwise see
// them masked. Whoever asked, for which and why, is a row of the audit log.
import Type from "typebox";
import { sees } from "#cloud/identity/scope.ts";
import { seesMediation } from "#cloud/ledger/mediation.ts";
import { wholeFrame } from "#cloud/store/frames.ts";
import { FrameRevealed, PictureAsked, PictureRevealed, PlateRevealed, RevealAsked } from "#protocols/api/reveal.ts";
import type { Role } from "#protocols/api/views.ts";
import { framePattern } from "#protocols/uplink/frame.ts";
import { personOf, readersOf, withinScope } from "../access.ts";
import { changed } from "../change.ts";
import { ApiProblem, notFound } from "../problem.ts";
import type { Routes } from "../server.ts";
import { pictureBytes } from "./evidence.ts";

const Which = Type.Object({ frame: Type.String({ pattern: framePattern }) }, { additionalProperties: false });
const Id = Type.Object({ id: Type.String({ minLength: 1, maxLength: 64 }) }, { additionalProperties: false });
/** Who settles disputes about money, or looks into what others did. */
const revealers: readonly Role[] = ["operating-company", "finance", "auditor"];
/** The audit log holds no plate, not even in a reason. */
const plateIn = /[\u4e00-\u9fff][A-Z]·?[A-Z0-9]{4,6}/;

function withoutPlate(reason: string): void {
  if (!plateIn.test(reason)) return;
  throw new ApiProblem(400, {
    ...{ code: "plate-in-reason", zh: "理由中不要写车牌", en: "write no plate into the reason" },
    ...{ hint_zh: "写单号或投诉编号", hint_en: "name a case or a complaint" },
  });
}

export const revealRoutes: Routes = (server, surroundings) => {
  const { read } = surroundings.store;
  server.post(
    "/api/v1/visits/:id/plate",
    {
      config: { access: revealers, audit: "plate.reveal", once: "secret" },
      schema: { params: Id, body: RevealAsked, response: { 200: PlateRevealed } },
    },
    async (request, reply) => {
      const { id } = request.params;
      const { reason } = request.body;
      const row = withinScope(
        request,
        await read.selectFrom("visit").select(["visit", "site", "plate"]).where("visit", "=", id).executeTakeFirst(),
      );
      withoutPlate(reason);
      if (row.plate === null)
        throw new ApiProblem(409, {
          ...{ code: "no-plate", zh: "该停车没有车牌，或已按期清除", en: "this stay has no plate, or it was removed after its days" },
          ...{ hint_zh: "见保存期限", hint_en: "see the retention of plates" },
        });
      const { visit, plate } = row;
      await changed(surroundings, request, {
        work: async () => visit,
        about: () => ({ object: visit, site: row.site, detail: { reason } }),
      });
      reply.header("cache-control", "no-store");
      return { visit, plate };
    },
  );

  server.post(
    "/api/v1/hazards/:id/picture",
    {
      config: { ...readersOf("hazards").config, audit: "picture.reveal", once: "secret" },
      schema: { params: Id, body: PictureAsked, response: { 200: PictureRevealed } },
    },
    async (request, reply) => {
      const { id } = request.params;
      const { sha256, reason } = request.body;
      const hazard = withinScope(
        request,
        await read.selectFrom("hazard").select(["site", "matter"]).where("id", "=", id).executeTakeFirst(),
      );
      const picture = await read
        .selectFrom("evidence")
        .select("mime")
        .where("hazard", "=", id)
        .where("sha256", "=", sha256)
        .executeTakeFirst();
      // What belongs to a mediation is shown for no reason to those who do not mediate.
      if (picture === undefined || (hazard.matter === "mediation" && !seesMediation.has(personOf(request).role))) throw notFound();
      withoutPlate(reason);
      const { base64 } = await pictureBytes(read, sha256);
      await changed(surroundings, request, {
        work: async () => id,
        about: () => ({ object: id, site: hazard.site, detail: { sha256, reason } }),
      });
      reply.header("cache-control", "no-store");
      return { hazard: id, sha256, mime: picture.mime, base64 };
    },
  );

  server.post(
    "/api/v1/frames/:frame/picture",
    {
      config: { access: revealers, audit: "picture.reveal", once: "secret" },
      schema: { params: Which, body: RevealAsked, response: { 200: FrameRevealed } },
    },
    async (request, reply) => {
      const { frame } = request.params;
      const { reason } = request.body;
      const { scope } = request;
      const rows = await read.selectFrom("frame_part").select("site").distinct().where("frame", "=", frame).execute();
      const at = rows.find(({ site }) => sees(scope, site));
      const picture =
        at === undefined ? undefined : await wholeFrame(read, { frame, sites: scope.all ? "all" : scope.sites, now: surroundings.now() });
      if (at === undefined || picture === undefined) throw notFound();
      withoutPlate(reason);
      await changed(surroundings, request, {
        work: async () => frame,
        about: () => ({ object: frame, site: at.site, detail: { reason } }),
      });
      reply.header("cache-control", "no-store");
      return { frame, mime: "image/jpeg", base64: Buffer.from(picture).toString("base64") };
    },
  );
};
