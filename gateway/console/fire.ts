// Fire devices at the booth terminal: what they say, a sentry check, and the answer of a person to one. No machine answers.
import type { FastifyInstance } from "fastify";
import Type from "typebox";
import { idPattern } from "#protocols/vocabulary/ids.ts";
import type { MountedFire } from "../fire/door.ts";
import { refusalProblem, sendProblem } from "./problem.ts";

const Device = Type.Object({ device: Type.String({ pattern: idPattern }) }, { additionalProperties: false });
const Asked = Type.Object({ within_min: Type.Integer({ minimum: 1, maximum: 60 }) }, { additionalProperties: false });
const Check = Type.Object({ check: Type.String({ minLength: 4, maxLength: 64 }) }, { additionalProperties: false });
const Answer = Type.Object({ person: Type.String({ minLength: 1, maxLength: 64 }) }, { additionalProperties: false });

export function fireRoutes(server: FastifyInstance, fire: MountedFire, largestBody: number): void {
  server.get("/fire", async (_request, reply) => reply.type("application/json; charset=utf-8").send(JSON.stringify(fire.status())));

  server.post<{ Params: { device: string }; Body: { within_min: number } }>(
    "/fire/:device/sentry",
    { bodyLimit: largestBody, schema: { params: Device, body: Asked } },
    async (request, reply) => {
      const asked = fire.askSentry(request.params.device, request.body.within_min, "console");
      return "check" in asked ? reply.code(202).send(asked) : sendProblem(reply, refusalProblem(asked));
    },
  );

  server.post<{ Params: { check: string }; Body: { person: string } }>(
    "/fire/sentry/:check/answer",
    { bodyLimit: largestBody, schema: { params: Check, body: Answer } },
    async (request, reply) => {
      const refused = fire.answerSentry(request.params.check, request.body.person);
      return refused === undefined ? reply.send({ answered: true }) : sendProblem(reply, refusalProblem(refused));
    },
  );
}
