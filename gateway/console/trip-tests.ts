// A trip test without a load bank, asked from the LAN: for some minutes one socket has a lower limit beside its own. The booth's token; a named person.
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import Type, { type Static } from "typebox";
import { idPattern } from "#protocols/vocabulary/ids.ts";
import type { Sessions } from "../site-context.ts";
import { refusalProblem, sendProblem } from "./problem.ts";

const strict = { additionalProperties: false } as const;
const Test = Type.String({ minLength: 8, maxLength: 64 });
const SocketParams = Type.Object(
  { station: Type.String({ pattern: idPattern }), socket: Type.String({ pattern: "^[1-9][0-9]{0,2}$" }) },
  strict,
);
const TestParams = Type.Object({ test: Test }, strict);
const Asked = Type.Object(
  {
    test: Test,
    person: Type.String({ minLength: 1, maxLength: 64 }),
    limit_mA: Type.Integer({ minimum: 1, maximum: 100_000 }),
    minutes: Type.Integer({ minimum: 1, maximum: 10 }),
  },
  strict,
);
type Asked = Static<typeof Asked>;
const largestBody = 4 * 1024;

export const tripTestRoutes =
  (sessions: Sessions) =>
  async (server: FastifyInstance): Promise<void> => {
    server.post<{ Params: Static<typeof SocketParams>; Body: Asked }>(
      "/sockets/:station/:socket/trip-tests",
      { bodyLimit: largestBody, schema: { params: SocketParams, body: Asked } },
      async (request, reply) => {
        const { station, socket } = request.params;
        const { test, person, limit_mA, minutes } = request.body;
        const asked = sessions.tripTest({ test, person, limit_mA, socket: `${station}/${socket}`, duration_ms: minutes * 60_000 });
        return "kind" in asked ? sendProblem(reply, refusalProblem(asked)) : reply.code(202).send(asked);
      },
    );
    server.get<{ Params: { test: string } }>("/trip-tests/:test", { schema: { params: TestParams } }, async (request, reply) => {
      const known = sessions.tripTestOf(request.params.test);
      return known ?? noTest(request, reply);
    });
    server.delete<{ Params: { test: string } }>("/trip-tests/:test", { schema: { params: TestParams } }, async (request, reply) => {
      const outcome = sessions.cancelTripTest(request.params.test);
      if (outcome === "asked") return reply.code(202).send({ asked: true });
      return outcome === "no-test" ? noTest(request, reply) : sendProblem(reply, notConnected);
    });
  };

const notConnected = {
  status: 503,
  code: "no-protection",
  zh: "保护进程未连接，未执行；待其恢复后重试",
  en: "protection is not connected: nothing was asked; try again when it answers",
} as const;

const noTest = (request: FastifyRequest<{ Params: { test: string } }>, reply: FastifyReply): FastifyReply =>
  sendProblem(reply, {
    status: 404,
    code: "no-test",
    zh: "没有在进行的这个试验",
    en: "no such test is running",
    where: request.params.test,
  });
