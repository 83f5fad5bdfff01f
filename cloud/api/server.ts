// The cloud's HTTP server: strict schemas, problems in words, a page that may load nothing foreign, one file a noun.

import type { IncomingMessage, ServerResponse } from "node:http";
import cookie from "@fastify/cookie";
import helmet from "@fastify/helmet";
import rateLimit from "@fastify/rate-limit";
import fastifyStatic from "@fastify/static";
import swagger from "@fastify/swagger";
import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import type { FastifyBaseLogger, FastifyContextConfig, FastifyReply, FastifyRequest, FastifySchema } from "fastify";
import Fastify, { type FastifyInstance, type RawServerDefault } from "fastify";
import { languageAsked, wrongPage } from "#cloud/pub/wrong.ts";
import { type Access, actingInLink, anyone, guardRoutes } from "./access.ts";
import { auditRoutes, countRefusals } from "./audited.ts";
import { answerOnce } from "./once.ts";
import { ApiProblem, sendProblem, wordsOf } from "./problem.ts";
import { alarmRoutes } from "./routes/alarms.ts";
import { assessmentRoutes } from "./routes/assessment.ts";
import { auditLogRoutes } from "./routes/audit.ts";
import { awardRoutes } from "./routes/awards.ts";
import { commandRoutes } from "./routes/commands.ts";
import { compoundRoutes } from "./routes/compounds.ts";
import { countsRoutes } from "./routes/counts.ts";
import { detectorRoutes } from "./routes/detectors.ts";
import { deviceRoutes } from "./routes/devices.ts";
import { documentRoutes } from "./routes/documents.ts";
import { emergencyRoutes } from "./routes/emergency.ts";
import { enrolmentRoutes } from "./routes/enrolment.ts";
import { entryRoutes } from "./routes/entries.ts";
import { eventRoutes } from "./routes/events.ts";
import { evidenceRoutes } from "./routes/evidence.ts";
import { exportRoutes } from "./routes/exports.ts";
import { facilityRoutes } from "./routes/facilities.ts";
import { firstRoutes } from "./routes/first.ts";
import { frameRoutes } from "./routes/frames.ts";
import { gapRoutes } from "./routes/gaps.ts";
import { handoverRoutes } from "./routes/handovers.ts";
import { hazardRoutes } from "./routes/hazards.ts";
import { healthRoutes } from "./routes/health.ts";
import { inspectionRoutes } from "./routes/inspections.ts";
import { laneRoutes } from "./routes/lanes.ts";
import { ledgerRoutes } from "./routes/ledger.ts";
import { ledgerFigureRoutes } from "./routes/ledger-figures.ts";
import { letterRoutes } from "./routes/letters.ts";
import { maintenanceRoutes } from "./routes/maintenance.ts";
import { mediationRoutes } from "./routes/mediation.ts";
import { notifyRoutes } from "./routes/notify.ts";
import { occupancyRoutes } from "./routes/occupancy.ts";
import { overviewRoutes } from "./routes/overview.ts";
import { paperRegisterRoutes } from "./routes/paper-register.ts";
import { paperRoutes } from "./routes/papers.ts";
import { passageRoutes } from "./routes/passages.ts";
import { patrolRoutes } from "./routes/patrols.ts";
import { postRoutes } from "./routes/posts.ts";
import { publicRoutes } from "./routes/public.ts";
import { reportRoutes } from "./routes/reports.ts";
import { revealRoutes } from "./routes/reveal.ts";
import { revenueRoutes } from "./routes/revenue.ts";
import { ruleRoutes } from "./routes/rules.ts";
import { schemeRoutes } from "./routes/schemes.ts";
import { sessionRoutes } from "./routes/session.ts";
import { shedRuleRoutes } from "./routes/shed-rules.ts";
import { sheetRoutes } from "./routes/sheets.ts";
import { socketRoutes } from "./routes/sockets.ts";
import { statementRoutes } from "./routes/statements.ts";
import { streamRoutes } from "./routes/stream.ts";
import { tariffRoutes } from "./routes/tariffs.ts";
import { tokenRoutes } from "./routes/tokens.ts";
import { tripRoutes } from "./routes/trips.ts";
import { videoRoutes } from "./routes/videos.ts";
import { visitRoutes } from "./routes/visits.ts";
import { voteRoutes } from "./routes/votes.ts";
import type { Surroundings } from "./surroundings.ts";
import { tagChanges } from "./versions.ts";

export type Server = FastifyInstance<RawServerDefault, IncomingMessage, ServerResponse, FastifyBaseLogger, TypeBoxTypeProvider>;
export type Routes = (server: Server, surroundings: Surroundings) => void;

const nouns: readonly Routes[] = [
  overviewRoutes,
  sessionRoutes,
  firstRoutes,
  emergencyRoutes,
  tokenRoutes,
  postRoutes,
  laneRoutes,
  socketRoutes,
  alarmRoutes,
  entryRoutes,
  hazardRoutes,
  evidenceRoutes,
  mediationRoutes,
  ledgerRoutes,
  ledgerFigureRoutes,
  ruleRoutes,
  compoundRoutes,
  inspectionRoutes,
  sheetRoutes,
  exportRoutes,
  assessmentRoutes,
  awardRoutes,
  schemeRoutes,
  revenueRoutes,
  passageRoutes,
  statementRoutes,
  voteRoutes,
  publicRoutes,
  paperRoutes,
  paperRegisterRoutes,
  eventRoutes,
  visitRoutes,
  reportRoutes,
  handoverRoutes,
  revealRoutes,
  commandRoutes,
  deviceRoutes,
  documentRoutes,
  enrolmentRoutes,
  countsRoutes,
  gapRoutes,
  healthRoutes,
  letterRoutes,
  auditLogRoutes,
  streamRoutes,
  tariffRoutes,
  notifyRoutes,
  maintenanceRoutes,
  detectorRoutes,
  facilityRoutes,
  occupancyRoutes,
  tripRoutes,
  frameRoutes,
  patrolRoutes,
  videoRoutes,
  shedRuleRoutes,
];

export interface RouteRow {
  readonly method: string;
  readonly url: string;
  readonly access: Access | undefined;
  readonly audit: string | undefined;
  readonly tokenScope: string | undefined;
  readonly once: "own" | "secret" | undefined;
  readonly ownToken: true | undefined;
  readonly schema: FastifySchema;
}

const rowConfig = ({ access, audit, tokenScope, once, ownToken }: FastifyContextConfig = {}) => ({
  access,
  audit,
  tokenScope,
  once,
  ownToken,
});

/** A cookie of a browser that signed in, or the token of a program; which scope a route takes stands in docs/reference/access.md. */
const openapi = {
  openapi: "3.1.0",
  info: { title: "厝边云 API / Cuobian cloud API", version: "1" },
  components: {
    securitySchemes: {
      cookie: { type: "apiKey", in: "cookie", name: "__Host-sid" },
      token: { type: "http", scheme: "bearer", description: "POST /api/v1/tokens" },
    },
  },
} as const;

/** A program is told a problem; a resident who opens a public address in a browser reads a page. */
function answerWrong(request: FastifyRequest, reply: FastifyReply, problem: Parameters<typeof sendProblem>[2]): FastifyReply {
  const { accept = "", "accept-language": accepted } = request.headers;
  if (request.method !== "GET" || !request.url.startsWith("/pub/") || !accept.includes("text/html"))
    return sendProblem(request, reply, problem);
  const lang = languageAsked(request.url, accepted);
  const words = lang === "en" ? problem.words.en : problem.words.zh;
  return reply
    .code(problem.status)
    .type("text/html; charset=utf-8")
    .header("cache-control", "no-store")
    .send(wrongPage({ status: problem.status, words, lang }));
}

/** The server, and every route of it with who may call it. */
export async function buildServer(surroundings: Surroundings): Promise<{ server: Server; routes: readonly RouteRow[] }> {
  const routes: RouteRow[] = [];
  const { certificate } = surroundings;
  const https = certificate === undefined ? {} : { https: { cert: certificate.cert, key: certificate.key, minVersion: "TLSv1.2" } };
  const server = Fastify({
    ...(https as object),
    trustProxy: false,
    rewriteUrl: actingInLink,
    bodyLimit: 64 * 1024,
    requestTimeout: 15_000,
    forceCloseConnections: true,
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false } },
    // An address that cannot even be decoded never reaches a hook.
    frameworkErrors: (error, request, reply) => void answerWrong(request, reply, wordsOf(error)),
  }).withTypeProvider<TypeBoxTypeProvider>();
  // Views are made by us: the schemas describe them for others, they do not cut them.
  server.setSerializerCompiler(() => (value) => JSON.stringify(value));
  const refusals = countRefusals(surroundings);
  server.setErrorHandler(async (error, request, reply) => {
    const problem = wordsOf(error);
    if (error instanceof ApiProblem && error.rights !== undefined)
      await refusals.note(request, error.rights).catch((why: unknown) => surroundings.log.error({ err: why }, "a refusal left no row"));
    if (problem.status >= 500) surroundings.log.error({ err: error, route: request.routeOptions.url }, "a request failed");
    return answerWrong(request, reply, problem);
  });
  server.setNotFoundHandler((request, reply) =>
    answerWrong(request, reply, { status: 404, words: { code: "no-such-address", zh: "没有这个地址", en: "no such address" } }),
  );

  await server.register(cookie);
  await server.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        imgSrc: ["'self'", "data:"],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
    referrerPolicy: { policy: "same-origin" },
    // Over plain HTTP it would be worth nothing, and on a name that is used for other things it would harm.
    hsts: surroundings.tls ? { maxAge: 365 * 24 * 3600, includeSubDomains: false } : false,
  });
  await server.register(rateLimit, { global: false });
  await server.register(swagger, { openapi });
  server.removeContentTypeParser("text/plain");
  guardRoutes(server, surroundings, refusals);
  auditRoutes(server);
  answerOnce(server, surroundings);
  refuseNul(server);
  refuseStrays(server);
  tagChanges(server);
  server.addHook("onRoute", (route) => {
    routes.push({ method: String(route.method), url: route.url, schema: route.schema ?? {}, ...rowConfig(route.config) });
  });
  probes(server, surroundings);
  for (const noun of nouns) noun(server, surroundings);
  if (surroundings.web !== undefined) await page(server, surroundings.web);
  return { server, routes };
}

/** No text of ours holds a NUL and PostgreSQL takes none: refused at the door, in every address and body. Bodies are flat. */
function refuseNul(server: Server): void {
  const holdsNul = (text: unknown): boolean => typeof text === "string" && text.includes("\u0000");
  server.addHook("preValidation", async (request) => {
    if (/%00/.test(request.url) || Object.values(request.body ?? {}).some(holdsNul))
      throw new ApiProblem(400, { code: "no-text", zh: "文本中不能有 NUL 字符", en: "a text holds no NUL" });
  });
}

/** What a route does not take is refused, also where it takes nothing: whoever misspells a filter is not shown everything. */
function refuseStrays(server: Server): void {
  const stray = (pointer: string): ApiProblem =>
    new ApiProblem(400, {
      ...{ code: "not-as-described", zh: "请求内容不符合约定", en: "the request is not as described" },
      ...{ hint_zh: "见 /openapi.json", hint_en: "see /openapi.json" },
      errors: [{ pointer, detail: "this address takes no such thing" }],
    });
  server.addHook("preValidation", async ({ routeOptions: { url, schema }, query, body }) => {
    if (url?.startsWith("/api/") !== true) return;
    const [asked] = schema?.querystring === undefined ? Object.keys(query ?? {}) : [];
    if (asked !== undefined) throw stray(`/querystring/${asked}`);
    const empty = body === undefined || body === null || (typeof body === "object" && Object.keys(body).length === 0);
    if (schema?.body === undefined && !empty) throw stray("/body");
  });
}

function probes(server: Server, { checks, metrics }: Surroundings): void {
  server.get("/healthz", anyone, async (_request, reply) => {
    const found = await checks();
    return reply.code(found.every((check) => check.ok) ? 200 : 503).send({ ok: found.every((check) => check.ok), checks: found });
  });
  server.get("/metrics", anyone, async (_request, reply) => {
    const { contentType, text } = await metrics();
    return reply
      .type(contentType)
      .serializer((value: unknown) => String(value))
      .send(text);
  });
  server.get("/openapi.json", anyone, async () => server.swagger());
}

/** "main-4QD5Z2KX.js": what esbuild names after its content. */
const hashed = /-[A-Za-z0-9]{8}\.[a-z0-9]+$/;

/** Such a file may be kept for ever; the page itself, and what is not there, is asked for anew. */
async function page(server: Server, folder: string): Promise<void> {
  await server.register(fastifyStatic, {
    root: folder,
    serve: false,
    cacheControl: false,
    dotfiles: "ignore",
    setHeaders: (reply, path) => void (hashed.test(path) && reply.header("cache-control", "public, max-age=31536000, immutable")),
  });
  server.get("/*", { ...anyone, schema: { hide: true } }, (request, reply) => {
    const wanted = (request.params as { "*": string })["*"];
    return reply.header("cache-control", "no-cache").sendFile(wanted === "" ? "index.html" : wanted);
  });
}
