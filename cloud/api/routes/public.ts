// What needs no account: GET /pub/{code}/{lang} (the public notice), /pub/{code}/report (the page behind the poster's QR code), POST /api/v1/public/reports, /api/v1/public/objections.
import Type from "typebox";
import { attachEvidence } from "#cloud/ledger/evidence.ts";
import { type Compound, reportHazard } from "#cloud/ledger/hazards.ts";
import { publicStyle } from "#cloud/pub/html.ts";
import { posterPage, publicPage, readPublic, reportPage, reportScript } from "#cloud/pub/public-page.ts";
import { raiseObjection } from "#cloud/revenue/quarters.ts";
import { anyone } from "../access.ts";
import { changed } from "../change.ts";
import { notFound, refused } from "../problem.ts";
import type { Routes } from "../server.ts";
import { objectionDue } from "./revenue.ts";

const strict = { additionalProperties: false } as const;
const code = Type.String({ pattern: "^[A-Z0-9]{2,16}$" });
const words = Type.String({ minLength: 1, maxLength: 500, pattern: "\\S" });
const Where = Type.Object({ code: Type.String({ maxLength: 16 }), lang: Type.String({ maxLength: 10 }) });
const OnlyCode = Type.Object({ code: Type.String({ maxLength: 16 }) });
const How = Type.Object({ large: Type.Optional(Type.Literal("1")) }, strict);
const Report = Type.Object(
  {
    ...{
      code,
      kind: Type.Enum(["report", "wish", "complaint"]),
      place: Type.String({ minLength: 1, maxLength: 120, pattern: "\\S" }),
      words,
    },
    ...{
      photo: Type.Optional(Type.String({ maxLength: 2_800_000 })),
      mime: Type.Optional(Type.Enum(["image/jpeg", "image/png", "image/webp"])),
    },
  },
  strict,
);
const Objection = Type.Object(
  { code, quarter: Type.String({ pattern: "^\\d{4}-Q[1-4]$" }), line: Type.String({ minLength: 1, maxLength: 60 }), words },
  strict,
);

export const publicRoutes: Routes = (server, surroundings) => {
  const { store, now, demonstration, tls, publicUrl } = surroundings;
  // A resident says one thing, not a hundred; behind a proxy everybody has its address.
  const seldom = demonstration ? {} : { rateLimit: { max: tls ? 120 : 5, timeWindow: 60_000 } };
  const byCode = (wanted: string): Compound => {
    const found = surroundings.compounds.find(({ compound_code }) => compound_code === wanted);
    if (found === undefined) throw notFound();
    return found;
  };

  server.get("/pub/style.css", { ...anyone, schema: { hide: true } }, (_request, reply) =>
    reply.type("text/css; charset=utf-8").header("cache-control", "public, max-age=86400").send(Buffer.from(publicStyle)),
  );
  server.get("/pub/report.js", { ...anyone, schema: { hide: true } }, (_request, reply) =>
    reply.type("text/javascript; charset=utf-8").header("cache-control", "public, max-age=3600").send(Buffer.from(reportScript)),
  );
  server.get("/pub/:code/report", { ...anyone, schema: { params: OnlyCode, hide: true } }, (request, reply) =>
    reply.type("text/html; charset=utf-8").send(Buffer.from(reportPage(byCode(request.params.code), "zh-CN"))),
  );
  server.get("/pub/:code/poster", { ...anyone, schema: { params: OnlyCode, hide: true } }, (request, reply) =>
    reply
      .type("text/html; charset=utf-8")
      .header("cache-control", "no-store")
      .send(Buffer.from(posterPage(byCode(request.params.code), publicUrl))),
  );
  server.get("/pub/:code/:lang", { ...anyone, schema: { params: Where, querystring: How, hide: true } }, async (request, reply) => {
    const { lang } = request.params;
    if (lang !== "zh-CN" && lang !== "en") throw notFound();
    const shown = await readPublic(store.read, byCode(request.params.code), now());
    return reply
      .type("text/html; charset=utf-8")
      .header("cache-control", "public, max-age=60")
      .send(Buffer.from(publicPage(shown, lang, request.query.large === "1")));
  });

  server.post(
    "/api/v1/public/reports",
    { bodyLimit: 3 * 1024 * 1024, config: { access: "anyone", audit: "public.report", ...seldom }, schema: { body: Report } },
    async (request, reply) => {
      const { kind, place, words: zh, photo, mime } = request.body;
      const compound = byCode(request.body.code);
      const matter = kind === "report" ? ("hazard" as const) : (kind as "wish" | "complaint");
      const at = now();
      const reported = {
        compound,
        matter,
        place: place.trim(),
        category: "群众上报",
        zh: zh.trim(),
        source: "群众上报" as const,
        found_at: at,
        now: at,
        person: null,
      };
      const row = await changed(surroundings, request, {
        work: async (effect) => {
          const made = await reportHazard(effect, reported);
          if (photo === undefined) return made;
          const attached = await attachEvidence(effect, {
            hazard: made.id,
            kind: "before",
            mime: mime ?? "image/jpeg",
            base64: photo,
            person: null,
            now: at,
          });
          if (attached !== undefined && "code" in attached) throw refused(attached, 400);
          return made;
        },
        about: ({ id }) => ({ object: id, site: compound.id, detail: { matter } }),
      });
      return reply.code(201).send({ id: row.id });
    },
  );

  server.post(
    "/api/v1/public/objections",
    { config: { access: "anyone", audit: "public.report", ...seldom }, schema: { body: Objection } },
    async (request, reply) => {
      const { code: wanted, ...said } = request.body;
      const compound = byCode(wanted);
      const published = await store.read
        .selectFrom("quarter")
        .select("state")
        .where("site", "=", compound.id)
        .where("quarter", "=", said.quarter)
        .executeTakeFirst();
      if (published?.state !== "published") throw notFound();
      const objection = { ...said, site: compound.id, at: now(), due_at: await objectionDue(store.read, now()) };
      const row = await changed(surroundings, request, {
        work: ({ change }) => raiseObjection(change, objection),
        about: ({ id }) => ({ object: id, site: compound.id }),
      });
      return reply.code(201).send({ id: row.id, due_at: row.due_at });
    },
  );
};
