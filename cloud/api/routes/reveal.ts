// POST /api/v1/visits/{id}/plate: the whole plate of one stay, for a reason, to those who otherwise see plates masked. Whoever asked, for which stay and why, is a row of the audit log.
import Type from "typebox";
import { PlateRevealed, RevealAsked } from "#protocols/api/reveal.ts";
import type { Role } from "#protocols/api/views.ts";
import { withinScope } from "../access.ts";
import { changed } from "../change.ts";
import { ApiProblem } from "../problem.ts";
import type { Routes } from "../server.ts";

const Id = Type.Object({ id: Type.String({ minLength: 1, maxLength: 64 }) }, { additionalProperties: false });
/** Who settles disputes about money, or looks into what others did. */
const revealers: readonly Role[] = ["operating-company", "finance", "auditor"];
/** The audit log holds no plate, not even in a reason. */
const plateIn = /[\u4e00-\u9fff][A-Z]·?[A-Z0-9]{4,6}/;

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
      if (plateIn.test(reason))
        throw new ApiProblem(400, {
          ...{ code: "plate-in-reason", zh: "理由中不要写车牌", en: "write no plate into the reason" },
          ...{ hint_zh: "写单号或投诉编号", hint_en: "name a case or a complaint" },
        });
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
};
