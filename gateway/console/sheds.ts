// Sheds at the booth terminal, on site: what each shows, and the reset of one by a person who has looked. What protection would refuse is refused here in words at once.
import type { FastifyInstance } from "fastify";
import Type from "typebox";
import { idPattern } from "#protocols/vocabulary/ids.ts";
import type { Sessions } from "../site-context.ts";
import { sendProblem } from "./problem.ts";

const ShedParams = Type.Object({ shed: Type.String({ pattern: idPattern }) }, { additionalProperties: false });
const ShedReset = Type.Object(
  {
    trip: Type.String({ minLength: 8, maxLength: 100 }),
    person: Type.String({ minLength: 1, maxLength: 64 }),
    reason: Type.String({ minLength: 2, maxLength: 200 }),
  },
  { additionalProperties: false },
);
type ShedReset = { trip: string; person: string; reason: string };

export function shedRoutes(server: FastifyInstance, sessions: Sessions, largestBody: number): void {
  server.get("/sheds", async (_request, reply) =>
    reply.type("application/json; charset=utf-8").send(JSON.stringify({ sheds: sessions.sheds() })),
  );

  server.get("/sockets", async (_request, reply) =>
    reply.type("application/json; charset=utf-8").send(JSON.stringify({ sockets: sessions.readings() })),
  );

  server.post<{ Params: { shed: string }; Body: ShedReset }>(
    "/sheds/:shed/reset",
    { bodyLimit: largestBody, schema: { params: ShedParams, body: ShedReset } },
    async (request, reply) => {
      const { shed } = request.params;
      const refused = refusalOf(sessions, shed, request.body.trip);
      if (refused !== undefined) return sendProblem(reply, refused);
      if (sessions.resetShed({ shed, ...request.body })) return reply.code(202).send({ asked: true });
      return sendProblem(reply, gone);
    },
  );
}

const gone = {
  status: 503,
  code: "no-protection",
  zh: "保护进程未连接，未执行；待其恢复后重试",
  en: "protection is not connected: nothing was asked; try again when it answers",
};

/** From the newest reading; protection itself decides, and says so in an event. */
function refusalOf(sessions: Sessions, shed: string, trip: string): { status: number; code: string; zh: string; en: string } | undefined {
  const known = sessions.sheds();
  if (known.length === 0) return gone;
  const reading = known.find((one) => one.shed === shed);
  if (reading === undefined) return { status: 404, code: "no-shed", zh: "没有这个充电棚", en: "no such shed" };
  if (reading.state !== "latched" || reading.trip !== trip)
    return { status: 409, code: "no-such-trip", zh: "该棚没有这次锁定", en: "this shed holds no such trip" };
  const active = reading.inputs.find(({ state }) => state === "active")?.input;
  if (active !== undefined)
    return {
      status: 409,
      code: "input-active",
      zh: `触点 ${active} 仍在报警，先排除再复位`,
      en: `input ${active} is still active: clear it first`,
    };
  const unread = reading.inputs.find(({ state }) => state === "unread")?.input;
  if (unread !== undefined)
    return {
      status: 409,
      code: "input-blind",
      zh: `读不到触点 ${unread}，不能证明已安全`,
      en: `input ${unread} cannot be read: nothing proves that it is safe`,
    };
  if (reading.contactor === "stuck")
    return {
      status: 409,
      code: "contactor-stuck",
      zh: "上级接触器未断开，先更换",
      en: "the contactor above did not open: replace it first",
    };
  return undefined;
}
