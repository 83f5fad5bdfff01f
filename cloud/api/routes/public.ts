// What needs no account: GET /pub/{code}/{lang} (the public notice), /pub/stars/{lang}, /pub/{code}/report (the page behind the poster's QR code), /pub/{code}/progress,
// POST /api/v1/public/reports, /api/v1/public/objections.
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import Type from "typebox";
import { attachEvidence, lookAt } from "#cloud/ledger/evidence.ts";
import { type Compound, reportHazard } from "#cloud/ledger/hazards.ts";
import type { Lang } from "#cloud/pub/html.ts";
import { starList } from "#cloud/pub/list.ts";
import { publicPage } from "#cloud/pub/notice.ts";
import { posterPage } from "#cloud/pub/poster.ts";
import { publishedQuarter, quarterOf, readProgress, readPublic, readStars } from "#cloud/pub/read.ts";
import { keepReceipt, objectionId, receiptKept, receiptOf, receiptText, saidHash } from "#cloud/pub/receipts.ts";
import { progressPage, reportPage } from "#cloud/pub/report.ts";
import { raiseObjection } from "#cloud/revenue/quarters.ts";
import { anyone } from "../access.ts";
import { changed } from "../change.ts";
import { ApiProblem, notFound, refused } from "../problem.ts";
import type { Routes } from "../server.ts";
import { objectionDue } from "./revenue.ts";

const strict = { additionalProperties: false } as const;
const code = Type.String({ pattern: "^[A-Z0-9]{2,16}$" });
const words = Type.String({ minLength: 1, maxLength: 500, pattern: "\\S" });
const Where = Type.Object({ code: Type.String({ maxLength: 16 }), lang: Type.String({ maxLength: 10 }) });
const OnlyCode = Type.Object({ code: Type.String({ maxLength: 16 }) });
const large = Type.Optional(Type.Literal("1"));
const How = Type.Object({ large }, strict);
const OnlyLang = Type.Object({ lang: Type.String({ maxLength: 10 }) });
/** The compound's poster leads to an address without a language: that is Chinese. */
const lang = Type.Optional(Type.Enum(["zh-CN", "en"]));
const HowReport = Type.Object({ large, lang, about: Type.Optional(Type.String({ pattern: "^\\d{4}-Q[1-4]$" })) }, strict);
const HowProgress = Type.Object({ large, lang, receipt: Type.Optional(Type.String({ maxLength: 40 })) }, strict);
const asked = (description: string) => Type.Optional(Type.String({ pattern: "^[A-Za-z0-9_-]{16,64}$", description }));
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
    asked: asked("made by chance by whoever reports: the receipt follows from it, and the same report under it is one report"),
  },
  strict,
);
const Objection = Type.Object(
  {
    ...{ code, quarter: Type.String({ pattern: "^\\d{4}-Q[1-4]$" }), line: Type.String({ minLength: 1, maxLength: 60 }), words },
    asked: asked("made by chance by whoever objects: the same objection under it is one objection"),
  },
  strict,
);

export const publicRoutes: Routes = (server, surroundings) => {
  const { store, now, demonstration, tls, certificate, publicUrl } = surroundings;
  // A resident says one thing, not a hundred; behind a proxy everybody has its address.
  const shared = tls && certificate === undefined;
  const seldom = demonstration ? {} : { rateLimit: { max: shared ? 120 : 5, timeWindow: 60_000 } };
  /** A receipt's holder looks now and then; whoever guesses asks often. */
  const guessed = demonstration ? {} : { rateLimit: { max: shared ? 600 : 30, timeWindow: 60_000 } };
  const known = (lang: string): Lang => {
    if (lang !== "zh-CN" && lang !== "en") throw notFound();
    return lang;
  };
  const byCode = (wanted: string): Compound => {
    const found = surroundings.compounds.find(({ compound_code }) => compound_code === wanted);
    if (found === undefined) throw notFound();
    return found;
  };

  const own = (name: string): Buffer => readFileSync(new URL(`../../pub/${name}`, import.meta.url));
  const [style, script] = [own("style.css"), own("report.js")];
  // Soon after an upgrade a page and its style belong together again.
  const briefly = "public, max-age=600";
  const html = "text/html; charset=utf-8";

  server.get("/pub/style.css", { ...anyone, schema: { hide: true } }, (_request, reply) =>
    reply.type("text/css; charset=utf-8").header("cache-control", briefly).send(style),
  );
  server.get("/pub/report.js", { ...anyone, schema: { hide: true } }, (_request, reply) =>
    reply.type("text/javascript; charset=utf-8").header("cache-control", briefly).send(script),
  );
  server.get("/pub/stars/:lang", { ...anyone, schema: { params: OnlyLang, querystring: How, hide: true } }, async (request, reply) => {
    const how = { lang: known(request.params.lang), large: request.query.large === "1" };
    const all = await readStars(store.read, surroundings.compounds, now());
    return reply
      .type(html)
      .header("cache-control", "public, max-age=60")
      .send(Buffer.from(starList(all, quarterOf(now()), how)));
  });
  server.get(
    "/pub/:code/report",
    { ...anyone, schema: { params: OnlyCode, querystring: HowReport, hide: true } },
    async (request, reply) => {
      const { lang: of = "zh-CN", about } = request.query;
      const compound = byCode(request.params.code);
      const quarter = about === undefined ? undefined : await publishedQuarter(store.read, compound.id);
      if (quarter?.quarter !== about) throw notFound();
      return reply.type(html).send(Buffer.from(reportPage(compound, { lang: of, large: request.query.large === "1", quarter })));
    },
  );
  server.get(
    "/pub/:code/progress",
    { config: { access: "anyone", ...guessed }, schema: { params: OnlyCode, querystring: HowProgress, hide: true } },
    async (request, reply) => {
      const { lang: of = "zh-CN", receipt: typed } = request.query;
      const compound = byCode(request.params.code);
      const progress = typed === undefined ? undefined : await readProgress(store.read, compound, { typed, now: now() });
      return reply
        .code(typed !== undefined && progress === undefined ? 404 : 200)
        .type(html)
        .header("cache-control", "no-store")
        .send(Buffer.from(progressPage(compound, { lang: of, large: request.query.large === "1", typed, progress })));
    },
  );
  server.get("/pub/:code/poster", { ...anyone, schema: { params: OnlyCode, hide: true } }, (request, reply) =>
    reply
      .type(html)
      .header("cache-control", "no-store")
      .send(Buffer.from(posterPage(byCode(request.params.code), publicUrl))),
  );
  server.get("/pub/:code/:lang", { ...anyone, schema: { params: Where, querystring: How, hide: true } }, async (request, reply) => {
    const how = { lang: known(request.params.lang), large: request.query.large === "1", origin: publicUrl };
    const shown = await readPublic(store.read, byCode(request.params.code), now());
    return reply
      .type(html)
      .header("cache-control", "public, max-age=60")
      .send(Buffer.from(publicPage(shown, how)));
  });

  server.post(
    "/api/v1/public/reports",
    { bodyLimit: 3 * 1024 * 1024, config: { access: "anyone", audit: "public.report", ...seldom }, schema: { body: Report } },
    async (request, reply) => {
      const { kind, place, words: zh, photo, mime, asked = randomUUID(), ...where } = request.body;
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
      const looks = photo === undefined ? undefined : lookAt(photo, mime ?? "image/jpeg");
      const [receipt, said] = [receiptOf(asked), saidHash([where.code, kind, place, zh, photo ?? null])];
      const done = await changed(surroundings, request, {
        work: async (effect) => {
          const before = await receiptKept(effect.change, receipt);
          if (before !== undefined && before.said !== said) throw otherReport();
          if (before !== undefined) return { id: before.hazard, again: true };
          const made = await reportHazard(effect, reported);
          await keepReceipt(effect.change, { code: receipt, hazard: made.id, said, at });
          const fresh = { id: made.id, again: false };
          if (photo === undefined) return fresh;
          const attached = await attachEvidence(effect, {
            hazard: made.id,
            kind: "before",
            mime: mime ?? "image/jpeg",
            base64: photo,
            person: null,
            now: at,
            looks,
          });
          if (attached !== undefined && "code" in attached) throw refused(attached, 400);
          return fresh;
        },
        about: ({ id, again }) => (again ? undefined : { object: id, site: compound.id, detail: { matter } }),
        alone: `report ${receipt}`,
      });
      // Told again, nothing was done: the row stands since the first time.
      request.audited ||= done.again;
      return reply.code(done.again ? 200 : 201).send({ id: done.id, receipt: receiptText(receipt) });
    },
  );

  server.post(
    "/api/v1/public/objections",
    { config: { access: "anyone", audit: "public.report", ...seldom }, schema: { body: Objection } },
    async (request, reply) => {
      const { code: wanted, asked: key, ...said } = request.body;
      const compound = byCode(wanted);
      const published = await store.read
        .selectFrom("quarter")
        .select("state")
        .where("site", "=", compound.id)
        .where("quarter", "=", said.quarter)
        .executeTakeFirst();
      if (published?.state !== "published") throw notFound();
      const id = key === undefined ? randomUUID() : objectionId(key);
      const objection = { id, ...said, site: compound.id, at: now(), due_at: await objectionDue(store.read, now()) };
      const { row, again } = await changed(surroundings, request, {
        work: async ({ change }) => {
          const before = await change.selectFrom("objection").selectAll().where("id", "=", id).executeTakeFirst();
          if (before === undefined) return { row: await raiseObjection(change, objection), again: false };
          if (saidHash(saidOf(before)) !== saidHash(saidOf(objection))) throw otherReport();
          return { row: before, again: true };
        },
        about: ({ again: known }) => (known ? undefined : { object: id, site: compound.id }),
        alone: `objection ${id}`,
      });
      // Told again, nothing was done: the row stands since the first time.
      request.audited ||= again;
      return reply.code(again ? 200 : 201).send({ id: row.id, due_at: row.due_at });
    },
  );
};

const saidOf = ({ site, quarter, line, words: of }: Readonly<Record<"site" | "quarter" | "line" | "words", string>>) => [
  site,
  quarter,
  line,
  of,
];

const otherReport = (): ApiProblem =>
  new ApiProblem(422, {
    ...{ code: "key-reused", zh: "该键已用于另一件上报或异议", en: "this key belongs to another report or objection" },
    ...{ hint_zh: "重新打开上报页再提交", hint_en: "open the page again and send" },
  });
