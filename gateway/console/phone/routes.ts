// Drivers' pages over HTTP: open to everybody, without cookies, without a host that is not ours. Nothing here opens a gate but money that the provider has vouched for.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { type Phone, tooOften } from "../../payments/phone.ts";
import type { SiteContext } from "../../site-context.ts";
import type { Html } from "./html.ts";
import { chargePage, type Frame, goingPage, owedPage, page, platePage } from "./pages.ts";
import type { Language } from "./words.ts";

const policy = "default-src 'none'; script-src 'self'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
const largestForm = 2 * 1024;
const followEvery_s = 3;

type Asked = FastifyRequest<{ Querystring: { lang?: string } }>;

const languageOf = ({ query, headers }: Asked): Language => {
  if (query.lang === "en" || query.lang === "zh") return query.lang;
  return /^en\b/i.test(headers["accept-language"] ?? "") ? "en" : "zh";
};
const own = (name: string): string => readFileSync(join(import.meta.dirname, name), "utf8");

export const phoneRoutes =
  (context: SiteContext, phone: Phone) =>
  async (server: FastifyInstance): Promise<void> => {
    const { page: options } = context.config.payments ?? {};
    if (options === undefined) return;
    const [style, script] = [own("page.css"), own("page.js")];
    server.removeAllContentTypeParsers();
    server.addContentTypeParser("application/x-www-form-urlencoded", { parseAs: "string" }, (_request, body, done) =>
      done(null, Object.fromEntries(new URLSearchParams(String(body)))),
    );
    server.addHook("onSend", async (_request, reply) => {
      reply.header("content-security-policy", policy).header("x-content-type-options", "nosniff").header("referrer-policy", "no-referrer");
      if (!reply.hasHeader("cache-control")) reply.header("cache-control", "no-store");
    });

    const send = (request: Asked, reply: FastifyReply, body: Html, frame: Partial<Pick<Frame, "path" | "refresh">> = {}): FastifyReply =>
      reply
        .type("text/html; charset=utf-8")
        .send(
          page({ language: languageOf(request), path: "/pay", site: context.config.name, telephone: options.telephone, ...frame }, body),
        );
    const peerOf = (request: FastifyRequest): string => request.socket.remoteAddress ?? "";
    const field = (request: FastifyRequest, name: string): string =>
      String((request.body as Record<string, string> | null)?.[name] ?? "").slice(0, 80);

    server.get("/pay/page.css", async (_request, reply) =>
      reply.type("text/css; charset=utf-8").header("cache-control", "max-age=3600").send(style),
    );
    server.get("/pay/page.js", async (_request, reply) =>
      reply.type("text/javascript; charset=utf-8").header("cache-control", "max-age=3600").send(script),
    );

    server.get("/pay", async (request: Asked, reply) => send(request, reply, platePage(languageOf(request), { plate: "" })));

    server.post("/pay", { bodyLimit: largestForm }, async (request: Asked, reply) => {
      const language = languageOf(request);
      const plate = field(request, "plate").slice(0, 12);
      const owed = phone.owed(plate, peerOf(request));
      if (!("kind" in owed)) return send(request, reply, owedPage(language, owed));
      if (owed.code === tooOften) reply.code(429);
      return send(request, reply, platePage(language, { refusal: owed, plate }));
    });

    server.get<{ Params: { lane: string }; Querystring: { lang?: string } }>("/pay/lane/:lane", async (request, reply) => {
      const language = languageOf(request);
      const path = `/pay/lane/${encodeURIComponent(request.params.lane)}`;
      const owed = phone.atLane(request.params.lane);
      if (!("kind" in owed)) return send(request, reply, owedPage(language, owed), { path });
      return send(request, reply, platePage(language, { refusal: owed, plate: "" }), { path });
    });

    server.post("/pay/charge", { bodyLimit: largestForm }, async (request: Asked, reply) => {
      const language = languageOf(request);
      const asked = await phone.pay({ visit: field(request, "visit"), method: field(request, "method"), peer: peerOf(request) });
      if ("kind" in asked) return send(request, reply.code(409), platePage(language, { refusal: asked, plate: "" }));
      return send(request, reply.header("x-cuobian-charge", asked.charge), goingPage(language, asked.url), {
        refresh: { seconds: 0, url: asked.url },
      });
    });

    server.get<{ Params: { charge: string }; Querystring: { lang?: string } }>("/pay/charge/:charge", async (request, reply) => {
      const language = languageOf(request);
      const path = `/pay/charge/${encodeURIComponent(request.params.charge)}`;
      const charge = phone.paid(request.params.charge);
      if (charge === undefined) return send(request, reply.code(404), platePage(language, { plate: "" }));
      const refresh = charge.state === "asked" ? { refresh: { seconds: followEvery_s, url: `${path}?lang=${language}` } } : {};
      return send(request, reply, chargePage(language, charge), { path, ...refresh });
    });
  };
