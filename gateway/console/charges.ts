// Charges that a person begins and ends on site: a station of relays and meters has no card reader. The booth's token; a named person.
import type { FastifyInstance, FastifyReply } from "fastify";
import Type, { type Static } from "typebox";
import { idPattern } from "#protocols/vocabulary/ids.ts";
import type { Sessions } from "../site-context.ts";
import { refusalProblem, sendProblem } from "./problem.ts";

const strict = { additionalProperties: false } as const;
const Charge = Type.String({ minLength: 8, maxLength: 64 });
const SocketParams = Type.Object(
  { station: Type.String({ pattern: idPattern }), socket: Type.String({ pattern: "^[1-9][0-9]{0,2}$" }) },
  strict,
);
type SocketParams = Static<typeof SocketParams>;
const ChargeParams = Type.Object({ charge: Charge }, strict);
const Asked = Type.Object({ charge: Charge, person: Type.String({ minLength: 1, maxLength: 64 }) }, strict);

export function chargeRoutes(server: FastifyInstance, sessions: Sessions, largestBody: number): void {
  server.post<{ Params: SocketParams; Body: Static<typeof Asked> }>(
    "/sockets/:station/:socket/charges",
    { bodyLimit: largestBody, schema: { params: SocketParams, body: Asked } },
    async (request, reply) => {
      const { charge, person } = request.body;
      const begun = sessions.begin({ charge, person, socket: nameOf(request.params), by: "console" });
      if (!("kind" in begun)) return reply.code(202).send(begun);
      const status = begun.code === "no-such-place" ? 404 : begun.code === "not-connected" ? 503 : 409;
      return sendProblem(reply, { ...refusalProblem(begun), status });
    },
  );

  server.get<{ Params: { charge: string } }>("/charges/:charge", { schema: { params: ChargeParams } }, async (request, reply) => {
    const { charge } = request.params;
    return sessions.charge(charge) ?? noCharge(reply, charge);
  });

  /** Whichever is open on this socket; answers with its name. */
  server.delete<{ Params: SocketParams }>(
    "/sockets/:station/:socket/charge",
    { schema: { params: SocketParams } },
    async (request, reply) => {
      const socket = nameOf(request.params);
      const charge = sessions.chargeOf(socket);
      const outcome = sessions.release(socket);
      if (outcome === "asked") return reply.code(202).send({ asked: true, charge });
      return outcome === "no-charge" ? noCharge(reply, socket) : sendProblem(reply, notConnected);
    },
  );
}

const nameOf = ({ station, socket }: SocketParams): string => `${station}/${socket}`;

const notConnected = {
  status: 503,
  code: "not-connected",
  zh: "保护进程未连接，未执行；待其恢复后重试",
  en: "protection is not connected: nothing was asked; try again when it answers",
} as const;

const noCharge = (reply: FastifyReply, where: string): FastifyReply =>
  sendProblem(reply, { status: 404, code: "no-charge", zh: "没有进行中的这次充电", en: "no such charge is under way", where });
