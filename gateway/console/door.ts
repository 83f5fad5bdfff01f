// The site's HTTP server: cameras push here, the booth terminal asks here. Who speaks is the socket's peer and its token or serial number; no forwarded header is believed.
import { isIP } from "node:net";
import Fastify, { type FastifyInstance } from "fastify";
import type { MountedFacilities } from "../facility/door.ts";
import type { MountedFire } from "../fire/door.ts";
import type { Lanes } from "../lanes/door.ts";
import { type Cashier, mountCashier } from "../payments/door.ts";
import type { MountedConsole, Probes, Sessions, SiteContext } from "../site-context.ts";
import { boothRoutes } from "./booth.ts";
import { cameraRoutes } from "./cameras.ts";
import { noticeRoutes } from "./cashier.ts";
import { detectorRoutes } from "./fire.ts";
import { merchantsHere } from "./merchants.ts";
import { occasionsHere } from "./occasions.ts";
import { pageRoutes } from "./page.ts";
import { phoneRoutes } from "./phone/routes.ts";
import { answerNoHttp, problemOf, sendProblem } from "./problem.ts";

export interface ConsoleRooms {
  readonly lanes: Lanes;
  readonly probes: Probes;
  readonly sessions: Sessions;
  /** Absent where no fire device is. */
  readonly fire?: MountedFire;
  /** Absent where nothing of the kind is watched. */
  readonly facilities?: MountedFacilities;
}

/** A camera waits 5 s for its answer; nobody honest needs longer to say what he has to say. */
const headersWithin_ms = 5_000;
const requestWithin_ms = 10_000;
const checkEvery_ms = 500;
const idle_ms = 65_000;
/** Each may hold 4 MB of a push while it is read: a quarter of a gigabyte at the very worst. */
const mostConnections = 64;
const usualBody = 16 * 1024;

export async function mountConsole(context: SiteContext, rooms: ConsoleRooms): Promise<MountedConsole & { readonly cashier: Cashier }> {
  const server = newServer();
  server.setErrorHandler((error, _request, reply) => {
    const problem = problemOf(error);
    if (problem.status >= 500) context.log.error({ err: error }, "a request failed");
    return sendProblem(reply, problem);
  });
  server.setNotFoundHandler((_request, reply) =>
    sendProblem(reply, { status: 404, code: "no-such-address", zh: "没有这个地址", en: "no such address" }),
  );
  await server.register(cameraRoutes({ lanes: rooms.lanes, log: context.log }));
  const cashier = mountCashier(context, rooms.lanes, rooms.sessions);
  await server.register(noticeRoutes(cashier));
  await server.register(
    phoneRoutes(context, { cashier, merchants: merchantsHere(context, rooms.lanes), occasions: occasionsHere(context, rooms.lanes) }),
  );
  await server.register(boothRoutes(context, { ...rooms, cashier }), { prefix: "/api/v1" });
  if (rooms.fire !== undefined) await server.register(detectorRoutes(context, rooms.fire));
  await server.register(pageRoutes);
  await server.register(probeRoutes(rooms.probes));
  const { host, port } = context.config.http;
  const http = await listen(server, host, port);
  const stop = async (): Promise<void> => {
    cashier.charges.stop();
    await server.close();
  };
  return { http, stop, cashier };
}

function newServer(): FastifyInstance {
  const server = Fastify({
    trustProxy: false,
    bodyLimit: usualBody,
    forceCloseConnections: true,
    keepAliveTimeout: idle_ms,
    requestTimeout: requestWithin_ms,
    http: {
      headersTimeout: headersWithin_ms,
      requestTimeout: requestWithin_ms,
      connectionsCheckingInterval: checkEvery_ms,
      maxHeaderSize: 16 * 1024,
    },
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false } },
    clientErrorHandler: answerNoHttp,
  });
  server.server.maxConnections = mostConnections;
  return server;
}

const probeRoutes =
  (probes: Probes) =>
  async (server: FastifyInstance): Promise<void> => {
    server.get("/healthz", async (_request, reply) => {
      const health = probes.health();
      return reply.code(health.ok ? 200 : 503).send(health);
    });
    server.get("/metrics", async (_request, reply) => {
      const { contentType, text } = await probes.metrics();
      return reply.header("content-type", contentType).send(text);
    });
  };

async function listen(server: FastifyInstance, host: string, port: number): Promise<string> {
  try {
    await server.listen({ host, port });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(
      `网页端口无法打开 / the console cannot listen on ${host}:${port}: ${why}. 换一个端口，或停掉占用它的程序 / choose another port, or stop what holds it`,
      {
        cause: error,
      },
    );
  }
  const address = server.server.address();
  const taken = typeof address === "object" && address !== null ? address.port : port;
  return `http://${isIP(host) === 6 ? `[${host}]` : host}:${taken}`;
}
