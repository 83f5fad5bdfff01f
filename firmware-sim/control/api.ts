// The control API: HTTP on loopback, for tests and `cuobian sim`. Errors are problem+json (RFC 9457) and say how to mend.
import Fastify, { type FastifyInstance, type FastifyReply } from "fastify";
import Type from "typebox";
import { Accepted, Car, Fault, Obeyed, SimulatorState, Tap, Targets, Traffic } from "#protocols/api/simulator.ts";
import type { Outcome } from "../outcome.ts";
import type { Town } from "../town.ts";
import { type InboxOptions, inboxRoutes } from "./inbox.ts";

const mostFrames = 4_000;
const FramesQuery = Type.Object(
  { frames: Type.Optional(Type.String({ pattern: "^[0-9]{1,4}$", description: "how many of the newest frames; all when not given" })) },
  { additionalProperties: false },
);
const LaneParams = Type.Object({ lane: Type.String() }, { additionalProperties: false });

interface Problem {
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  readonly code: string;
}

const problem = (reply: FastifyReply, { status, ...said }: Problem): FastifyReply =>
  reply
    .code(status)
    .type("application/problem+json")
    .send(JSON.stringify({ type: "about:blank", status, ...said }));

function answer(reply: FastifyReply, outcome: Outcome): FastifyReply {
  if (outcome.kind === "done") return reply.send({ accepted: true, ...(outcome.note === undefined ? {} : { note: outcome.note }) });
  const status = outcome.code.startsWith("unknown-") ? 404 : 409;
  return problem(reply, { status, title: outcome.zh, detail: outcome.en, code: outcome.code });
}

/** What can be told what to do: a whole town, or one line. */
export type Controlled = Pick<Town, "state" | "fault" | "car" | "tap" | "traffic" | "targets" | "obey">;

export function controlApi(town: Controlled, inbox?: InboxOptions): FastifyInstance {
  const app = Fastify({ logger: false, ajv: { customOptions: { coerceTypes: false, removeAdditional: false } } });
  app.setErrorHandler((error: Error & { statusCode?: number; validation?: unknown }, _request, reply) =>
    error.validation !== undefined || (error.statusCode ?? 500) < 500
      ? problem(reply, { status: error.statusCode ?? 400, title: "请求有误 / bad request", detail: error.message, code: "bad-request" })
      : problem(reply, { status: 500, title: "模拟器内部错误 / simulator bug", detail: error.message, code: "bug" }),
  );
  app.setNotFoundHandler((request, reply) =>
    problem(reply, {
      status: 404,
      title: "没有此地址 / no such address",
      detail: `${request.method} ${request.url}; there are GET /state /healthz, POST /faults /cars /taps /traffic /targets /lanes/{lane}/reply`,
      code: "no-such-address",
    }),
  );
  app.get("/healthz", () => ({ status: "ok" }));
  if (inbox !== undefined) app.register(inboxRoutes(inbox));
  app.get<{ Querystring: { frames?: string } }>(
    "/state",
    { schema: { querystring: FramesQuery, response: { 200: SimulatorState } } },
    (request) => town.state(Number(request.query.frames ?? mostFrames)),
  );
  const response = { 200: Accepted };
  app.post<{ Body: Fault }>("/faults", { schema: { body: Fault, response } }, (request, reply) => answer(reply, town.fault(request.body)));
  app.post<{ Body: Car }>("/cars", { schema: { body: Car, response } }, (request, reply) => answer(reply, town.car(request.body)));
  app.post<{ Body: Tap }>("/taps", { schema: { body: Tap, response } }, (request, reply) => answer(reply, town.tap(request.body)));
  app.post<{ Body: Traffic }>("/traffic", { schema: { body: Traffic, response } }, (request, reply) =>
    answer(reply, town.traffic(request.body)),
  );
  app.post<{ Body: Targets }>("/targets", { schema: { body: Targets, response } }, (request, reply) =>
    answer(reply, town.targets(request.body)),
  );
  app.post<{ Params: { lane: string }; Body: unknown }>(
    "/lanes/:lane/reply",
    { schema: { params: LaneParams, response: { 200: Obeyed } } },
    (request, reply) => {
      const { lane } = request.params;
      const outputs = town.obey(lane, JSON.stringify(request.body));
      return outputs === undefined
        ? problem(reply, {
            status: 404,
            title: `没有车道 ${lane}`,
            detail: `no lane ${lane}: east-in, east-out, west-in`,
            code: "unknown-lane",
          })
        : reply.send({ lane, outputs });
    },
  );
  return app;
}
