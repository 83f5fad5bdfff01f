// Fire devices at the booth terminal: what they say, a sentry check, and the answer of a person to one. No machine answers.
import type { FastifyInstance } from "fastify";
import Type, { type Static } from "typebox";
import { refusal } from "#protocols/vocabulary/faults.ts";
import { idPattern } from "#protocols/vocabulary/ids.ts";
import type { MountedFire } from "../fire/door.ts";
import { questionKinds, questionOf } from "../fire/questions.ts";
import type { SiteContext } from "../site-context.ts";
import { refusalProblem, sendProblem } from "./problem.ts";
import { tokenFileCheck } from "./token.ts";

const Device = Type.Object({ device: Type.String({ pattern: idPattern }) }, { additionalProperties: false });
const Asked = Type.Object({ within_min: Type.Integer({ minimum: 1, maximum: 60 }) }, { additionalProperties: false });
const Check = Type.Object({ check: Type.String({ minLength: 4, maxLength: 64 }) }, { additionalProperties: false });
const Answer = Type.Object({ person: Type.String({ minLength: 1, maxLength: 64 }) }, { additionalProperties: false });

const byte = Type.Integer({ minimum: 0, maximum: 255 });
const Question = Type.Object(
  {
    read: Type.Enum([...questionKinds]),
    system_type: Type.Optional(byte),
    system_address: Type.Optional(byte),
    component_address: Type.Optional(Type.Integer({ minimum: 0, maximum: 0xffffffff })),
    records: Type.Optional(Type.Integer({ minimum: 1, maximum: 102 })),
    since: Type.Optional(Type.String({ pattern: "^20\\d\\d-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d$" })),
  },
  { additionalProperties: false },
);

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

  server.post<{ Params: { device: string }; Body: Static<typeof Question> }>(
    "/fire/:device/read",
    { bodyLimit: largestBody, schema: { params: Device, body: Question } },
    async (request, reply) => {
      const unit = questionOf(request.body);
      if (unit === undefined)
        return sendProblem(reply, refusalProblem(refusal("no-place", "请写明系统（及部件）", "say which system, and which component")));
      const refused = fire.ask(request.params.device, unit);
      return refused === undefined ? reply.code(202).send({ asked: unit.kind }) : sendProblem(reply, refusalProblem(refused));
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

/** Smoke detectors, or the platform that speaks for them, push here; each push bears the token of the site file. Answered once it is on the disk. */
export const detectorRoutes =
  (context: SiteContext, fire: MountedFire) =>
  async (server: FastifyInstance): Promise<void> => {
    const file = context.config.fire?.detectors_token_file;
    if (file === undefined) return;
    const check = tokenFileCheck(context, file, "detectors");
    server.post("/fire/detectors", { bodyLimit: 64 * 1024 }, async (request, reply) => {
      const verdict = check(request.headers.authorization);
      if (verdict !== "right") {
        const words =
          verdict === "wrong"
            ? { zh: "上报口令不正确", en: "not the detectors' token" }
            : { zh: "没有可用的上报口令文件", en: "no usable token file" };
        return sendProblem(reply, {
          status: verdict === "wrong" ? 401 : 503,
          code: verdict === "wrong" ? "token" : "no-token-file",
          ...words,
        });
      }
      const done = fire.detectors.push(request.body);
      if ("kind" in done) {
        context.log.warn({ reason: done.reason }, "a detector's push could not be read");
        return sendProblem(reply, {
          status: 422,
          code: "undecodable",
          zh: `无法解析的上报：${done.reason}`,
          en: `cannot be read: ${done.reason}`,
        });
      }
      for (const imei of done.unknown) context.log.warn({ imei }, "a detector that this site does not know");
      return reply.code(done.taken === 0 ? 404 : 200).send(done);
    });
  };
