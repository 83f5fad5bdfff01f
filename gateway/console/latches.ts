// Locked sockets at the booth terminal, on site: which, since which trip, and the re-arm of one by a named person who has looked.
import type { FastifyInstance } from "fastify";
import Type from "typebox";
import { idPattern } from "#protocols/vocabulary/ids.ts";
import type { LatchResetAsked, Sessions } from "../site-context.ts";
import { sendProblem } from "./problem.ts";

const SocketParams = Type.Object(
  { station: Type.String({ pattern: idPattern }), socket: Type.String({ pattern: "^[1-9][0-9]{0,2}$" }) },
  { additionalProperties: false },
);
const LatchReset = Type.Object(
  {
    trip: Type.String({ minLength: 8, maxLength: 100 }),
    person: Type.String({ minLength: 1, maxLength: 64, pattern: "\\S" }),
    reason: Type.String({ minLength: 2, maxLength: 200 }),
  },
  { additionalProperties: false },
);

const problems: Readonly<Record<Exclude<LatchResetAsked, "asked">, { status: number; code: string; zh: string; en: string }>> = {
  "not-connected": {
    status: 503,
    code: "no-protection",
    zh: "保护进程未连接，未执行；待其恢复后重试",
    en: "protection is not connected: nothing was asked; try again when it answers",
  },
  "no-socket": { status: 404, code: "no-socket", zh: "没有这个插座", en: "no such socket" },
  "no-such-trip": { status: 409, code: "no-such-trip", zh: "该插座没有这次锁定", en: "this socket holds no such trip" },
};

export function latchRoutes(server: FastifyInstance, sessions: Sessions, largestBody: number): void {
  server.get("/latches", async (_request, reply) => {
    const readings = sessions.readings();
    if (readings.length === 0) return sendProblem(reply, problems["not-connected"]);
    const latches = readings.flatMap(({ socket, state, trip, cause = null }) => (trip === null ? [] : [{ socket, state, trip, cause }]));
    return reply.type("application/json; charset=utf-8").send(JSON.stringify({ latches }));
  });

  server.post<{ Params: { station: string; socket: string }; Body: { trip: string; person: string; reason: string } }>(
    "/sockets/:station/:socket/latch-reset",
    { bodyLimit: largestBody, schema: { params: SocketParams, body: LatchReset } },
    async (request, reply) => {
      const { station, socket } = request.params;
      const asked = sessions.resetLatch({ socket: `${station}/${socket}`, ...request.body });
      return asked === "asked" ? reply.code(202).send({ asked: true }) : sendProblem(reply, problems[asked]);
    },
  );
}
