// Drivers' pages over HTTP: open to everybody, without cookies, without a host that is not ours. Nothing here opens a gate but money that the provider has vouched for.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { refusal } from "#protocols/vocabulary/faults.ts";
import type { Going } from "../../payments/charges.ts";
import type { Cashier } from "../../payments/door.ts";
import type { Leaving } from "../../payments/in-app.ts";
import { tooOften } from "../../payments/phone.ts";
import type { Merchants } from "../../register/merchants.ts";
import type { Occasions } from "../../register/occasions.ts";
import type { SiteContext } from "../../site-context.ts";
import { chargePages } from "./charge-routes.ts";
import { type Html, html } from "./html.ts";
import { occasionPages } from "./occasion-pages.ts";
import {
  chargePage,
  disputedPage,
  enterPage,
  type Frame,
  goingPage,
  handedPage,
  leaveForm,
  leftPage,
  owedPage,
  page,
  platePage,
  shopPage,
  tokenPage,
} from "./pages.ts";
import { passPages } from "./pass-routes.ts";
import type { Language } from "./words.ts";

const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
const largestForm = 2 * 1024;
const followEvery_s = 3;

export type Asked = FastifyRequest<{ Params: Record<string, string>; Querystring: { lang?: string } }>;

const languageOf = ({ query, headers }: Asked): Language => {
  if (query.lang === "en" || query.lang === "zh") return query.lang;
  return /^en\b/i.test(headers["accept-language"] ?? "") ? "en" : "zh";
};
const own = (name: string): string => readFileSync(join(import.meta.dirname, name), "utf8");

const insideWechat = (request: FastifyRequest): boolean => /MicroMessenger/i.test(request.headers["user-agent"] ?? "");
const otherBrowser = refusal(
  "other-browser",
  "微信内暂不能付款：请点右上角“…”，选“在浏览器打开”",
  "it cannot be paid inside WeChat here: tap “…” above and open this page in the browser",
);

const cookie = "cuobian-token";
const cookieHolds_s = 30 * 86_400;
const tokenOf = (request: FastifyRequest): string | undefined =>
  new RegExp(`(?:^|;\\s*)${cookie}=([0-9a-f-]{8,64})(?:;|$)`).exec(request.headers.cookie ?? "")?.[1];

type Shown = Partial<Pick<Frame, "path" | "refresh" | "language" | "title">>;

/** What the pages' files share. */
export interface PhoneTools {
  readonly send: (request: Asked, reply: FastifyReply, body: Html, frame?: Shown) => FastifyReply;
  /** Inside WeChat the phone first says who pays; undefined: it is elsewhere. */
  readonly leave: (request: Asked, reply: FastifyReply, leaving: Omit<Leaving, "language" | "peer">) => FastifyReply | undefined;
  /** On to the provider: its page, or what its app is handed. */
  readonly goOn: (request: Asked, reply: FastifyReply, going: Going, language?: Language) => FastifyReply;
  readonly field: (request: FastifyRequest, name: string) => string;
  readonly peerOf: (request: FastifyRequest) => string;
  readonly languageOf: (request: Asked) => Language;
  readonly notHere: (request: Asked, reply: FastifyReply) => FastifyReply;
}

export const phoneRoutes =
  (context: SiteContext, { cashier, merchants, occasions }: { cashier: Cashier; merchants: Merchants; occasions: Occasions }) =>
  async (server: FastifyInstance): Promise<void> => {
    const { phone } = cashier;
    const { page: options } = context.config.payments ?? {};
    if (options === undefined) return;
    const secure = options.address.startsWith("https:") ? "; Secure" : "";
    const [style, script] = [own("page.css"), own("page.js")];
    server.removeAllContentTypeParsers();
    server.addContentTypeParser("application/x-www-form-urlencoded", { parseAs: "string" }, (_request, body, done) =>
      done(null, Object.fromEntries(new URLSearchParams(String(body)))),
    );
    server.addContentTypeParser("multipart/form-data", { parseAs: "buffer" }, (_request, body, done) => done(null, body));
    server.addHook("onSend", async (_request, reply) => {
      reply.header("content-security-policy", policy).header("x-content-type-options", "nosniff").header("referrer-policy", "no-referrer");
      if (!reply.hasHeader("cache-control")) reply.header("cache-control", "no-store");
    });

    const send: PhoneTools["send"] = (request, reply, body, frame = {}) =>
      reply
        .type("text/html; charset=utf-8")
        .send(
          page({ language: languageOf(request), path: "/pay", site: context.config.name, telephone: options.telephone, ...frame }, body),
        );
    const peerOf = (request: FastifyRequest): string => request.socket.remoteAddress ?? "";
    const field = (request: FastifyRequest, name: string): string =>
      String((request.body as Record<string, string> | null)?.[name] ?? "").slice(0, 400);

    const notHere: PhoneTools["notHere"] = (request, reply) =>
      send(request, reply.code(404), platePage(languageOf(request), { plate: "" }));
    const goOn: PhoneTools["goOn"] = (request, reply, going, language = languageOf(request)) => {
      reply.header("x-cuobian-charge", going.charge);
      if ("handed" in going)
        return send(request, reply, handedPage(language, going), { language, path: `/pay/charge/${encodeURIComponent(going.charge)}` });
      return send(request, reply, goingPage(language, going.url), { language, refresh: { seconds: 0, url: going.url } });
    };
    const leave: PhoneTools["leave"] = (request, reply, leaving) => {
      if (leaving.method !== "wechat" || !insideWechat(request)) return undefined;
      const language = languageOf(request);
      const url = cashier.inApp.leave({ ...leaving, language, peer: peerOf(request) });
      if (url === undefined) return send(request, reply.code(409), platePage(language, { refusal: otherBrowser, plate: "" }));
      return send(request, reply, goingPage(language, url), { refresh: { seconds: 0, url } });
    };
    const tools: PhoneTools = { send, field, peerOf, languageOf, notHere, goOn, leave };
    passPages(server, context, cashier, tools);
    chargePages(server, context, cashier, tools);
    occasionPages(server, occasions, tools);

    server.get<{ Params: Record<string, string>; Querystring: { lang?: string; code?: string; state?: string } }>(
      "/pay/in-app",
      async (request, reply) => {
        const { code, state } = request.query;
        const back =
          typeof code === "string" && typeof state === "string" ? await cashier.inApp.back({ code: code.slice(0, 200), state }) : undefined;
        if (back === undefined) return notHere(request, reply);
        const language: Language = back.language === "en" ? "en" : "zh";
        if (!("kind" in back.going)) return goOn(request, reply, back.going, language);
        return send(request, reply.code(409), platePage(language, { refusal: back.going, plate: "" }), { language });
      },
    );

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
      const token = tokenOf(request);
      const form = token !== undefined && phone.unlicensed.inside(token) !== undefined ? leaveForm(language, request.params.lane) : html``;
      return send(request, reply, html`${form}${platePage(language, { refusal: owed, plate: "" })}`, { path });
    });

    server.get<{ Params: { lane: string }; Querystring: { lang?: string } }>("/pay/enter/:lane", async (request, reply) => {
      const { lane } = request.params;
      return send(request, reply, enterPage(languageOf(request), { lane, asked: context.chance.id() }), {
        path: `/pay/enter/${encodeURIComponent(lane)}`,
      });
    });

    server.post<{ Params: { lane: string }; Querystring: { lang?: string } }>(
      "/pay/enter/:lane",
      { bodyLimit: largestForm },
      async (request, reply) => {
        const language = languageOf(request);
        const { lane } = request.params;
        const asked = field(request, "asked");
        const path = `/pay/enter/${encodeURIComponent(lane)}`;
        if (!/^[0-9a-f-]{8,40}$/.test(asked))
          return send(request, reply.code(400), enterPage(language, { lane, asked: context.chance.id() }), { path });
        const answer = await phone.unlicensed.enter(lane, asked);
        if ("kind" in answer) return send(request, reply.code(409), enterPage(language, { lane, asked, refusal: answer }), { path });
        // Not for following anybody: without it the phone could not show at the exit which car is its own.
        reply.header("set-cookie", `${cookie}=${answer.token}; Path=/pay; Max-Age=${cookieHolds_s}; HttpOnly; SameSite=Lax${secure}`);
        return send(request, reply, tokenPage(language, answer.gate), { path });
      },
    );

    server.post<{ Params: { lane: string }; Querystring: { lang?: string } }>("/pay/lane/:lane/leave", async (request, reply) => {
      const language = languageOf(request);
      const path = `/pay/lane/${encodeURIComponent(request.params.lane)}`;
      const answer = await phone.unlicensed.leave(request.params.lane, tokenOf(request) ?? "");
      if ("kind" in answer) return send(request, reply.code(409), platePage(language, { refusal: answer, plate: "" }), { path });
      if (answer.gate !== null) return send(request, reply, leftPage(language, answer.gate), { path });
      const owed = phone.ofToken(answer.visit.id);
      return send(request, reply, "kind" in owed ? platePage(language, { refusal: owed, plate: "" }) : owedPage(language, owed), { path });
    });

    server.get<{ Params: { link: string }; Querystring: { lang?: string } }>("/pay/shop/:link", async (request, reply) => {
      const shop = shopOf(request.params.link);
      if (shop === undefined) return send(request, reply.code(404), platePage(languageOf(request), { plate: "" }));
      return send(request, reply, shopPage(languageOf(request), shop), { path: `/pay/shop/${shop.link}` });
    });
    server.post<{ Params: { link: string }; Querystring: { lang?: string } }>(
      "/pay/shop/:link",
      { bodyLimit: largestForm },
      async (request, reply) => {
        const shop = shopOf(request.params.link);
        if (shop === undefined) return send(request, reply.code(404), platePage(languageOf(request), { plate: "" }));
        const plate = field(request, "plate").slice(0, 12);
        const given = merchants.give(shop.merchant, { coupon: `shop-${context.chance.id()}`, plate, person: shop.name });
        const path = `/pay/shop/${shop.link}`;
        if ("kind" in given) return send(request, reply.code(409), shopPage(languageOf(request), { ...shop, refusal: given }), { path });
        return send(request, reply, shopPage(languageOf(request), { ...shop, left: given.left, given: plate }), { path });
      },
    );

    function shopOf(link: string): { merchant: string; name: string; left: number; link: string } | undefined {
      const shop = merchants.byLink(link);
      return shop === undefined ? undefined : { ...shop, link, left: merchants.account(shop.merchant)?.left ?? 0 };
    }

    server.post("/pay/charge", { bodyLimit: largestForm }, async (request: Asked, reply) => {
      const language = languageOf(request);
      const [visit, method] = [field(request, "visit"), field(request, "method")];
      const lot = phone.lotOf(visit);
      const left = lot === undefined ? undefined : leave(request, reply, { pay: { visit, lot }, method });
      if (left !== undefined) return left;
      const asked = await phone.pay({ visit, method, peer: peerOf(request) });
      if ("kind" in asked) return send(request, reply.code(409), platePage(language, { refusal: asked, plate: "" }));
      return goOn(request, reply, asked);
    });

    server.get<{ Params: { charge: string }; Querystring: { lang?: string } }>("/pay/charge/:charge", async (request, reply) => {
      const language = languageOf(request);
      const path = `/pay/charge/${encodeURIComponent(request.params.charge)}`;
      const charge = phone.paid(request.params.charge);
      if (charge === undefined) return send(request, reply.code(404), platePage(language, { plate: "" }));
      const refresh = charge.state === "asked" ? { refresh: { seconds: followEvery_s, url: `${path}?lang=${language}` } } : {};
      return send(request, reply, chargePage(language, charge), { path, ...refresh });
    });

    server.post<{ Params: { charge: string }; Querystring: { lang?: string } }>(
      "/pay/charge/:charge/dispute",
      { bodyLimit: largestForm },
      async (request, reply) => {
        const language = languageOf(request);
        const { charge: id } = request.params;
        const charge = phone.paid(id);
        const said = field(request, "words").trim();
        if (charge?.visit == null || said.length < 2) return notHere(request, reply);
        const contact = field(request, "contact").slice(0, 20);
        const dispute = { dispute: `phone-${id.slice(0, 32)}`, visit: charge.visit, payment: charge.state === "paid" ? id : null };
        const opened = cashier.disputes.open({ ...dispute, words: said, contact, by: "phone" });
        const path = `/pay/charge/${encodeURIComponent(id)}`;
        if ("kind" in opened) return send(request, reply.code(409), platePage(language, { refusal: opened, plate: "" }), { path });
        return send(request, reply, disputedPage(language), { path });
      },
    );
  };
