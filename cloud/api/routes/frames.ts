// GET /api/v1/frames/{frame}: the picture of the read that an exception of a lane was said of. It shows a plate, so it is for those who let cars in.
import Type from "typebox";
import { wholeFrame } from "#cloud/store/frames.ts";
import type { Role } from "#protocols/api/views.ts";
import { framePattern } from "#protocols/uplink/frame.ts";
import { ApiProblem } from "../problem.ts";
import type { Routes } from "../server.ts";

const Which = Type.Object({ frame: Type.String({ pattern: framePattern }) }, { additionalProperties: false });
/** Which look it is of a page that looks again: a browser does not ask twice for the same address of a picture. */
const Again = Type.Object({ look: Type.Optional(Type.String({ pattern: "^[0-9]{1,3}$" })) }, { additionalProperties: false });
const lookers: readonly Role[] = ["booth", "property-manager"];

export const frameRoutes: Routes = (server, { store, now }) => {
  const schema = { params: Which, querystring: Again };
  server.get("/api/v1/frames/:frame", { config: { access: lookers }, schema }, async (request, reply) => {
    const { scope } = request;
    const { frame } = request.params;
    const picture = await wholeFrame(store.read, { frame, sites: scope.all ? "all" : scope.sites, now: now() });
    if (picture === undefined) throw new ApiProblem(404, { code: "no-frame", zh: "未保存识别帧", en: "no frame of this read is kept" });
    return reply
      .type("image/jpeg")
      .header("cache-control", "no-store")
      .header("content-security-policy", "default-src 'none'; sandbox")
      .header("x-content-type-options", "nosniff")
      .header("x-cuobian-frame", frame)
      .send(Buffer.from(picture));
  });
};
