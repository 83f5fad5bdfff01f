// Where cameras push: the two paths of the vendor's document. Bodies are taken as bytes, whatever they call themselves, and judged by the codec.
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { longestPush } from "#protocols/cameras/json.ts";
import { longestHeartbeat } from "#protocols/cameras/vzenith/heartbeat.ts";
import type { Undecodable } from "#protocols/vocabulary/faults.ts";
import type { CameraAnswer, Lanes } from "../lanes/door.ts";
import type { Log } from "../site-context.ts";
import { sendProblem } from "./problem.ts";

/** Firmware and curl call JSON many things; a picture or a form is none of them. */
const jsonTypes = /^(application\/(json|x-www-form-urlencoded|octet-stream)|text\/(json|plain))\b/i;
const formTypes = /^multipart\/form-data\b/i;

export function cameraRoutes({ lanes, log }: { lanes: Lanes; log: Log }) {
  return async (server: FastifyInstance): Promise<void> => {
    server.removeAllContentTypeParsers();
    server.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) => done(null, body));
    server.post("/devicemanagement/php/plateresult.php", { bodyLimit: longestPush }, async (request, reply) => {
      const { type, bytes } = bodyOf(request);
      if (type !== "" && !jsonTypes.test(type)) return wrongType(reply, "application/json");
      return answer(reply, lanes.push(bytes));
    });
    server.post("/devicemanagement/php/receivedeviceinfo.php", { bodyLimit: longestHeartbeat }, async (request, reply) => {
      const { type, bytes } = bodyOf(request);
      if (!formTypes.test(type)) return wrongType(reply, "multipart/form-data");
      return answer(reply, lanes.heartbeat(type, bytes));
    });
  };

  function answer(reply: FastifyReply, given: CameraAnswer | Undecodable): FastifyReply {
    if (given.kind === "undecodable") {
      // The reason names members and types, never their content.
      log.warn({ reason: given.reason }, "a camera's push could not be read");
      const en = `the push cannot be read: ${given.reason}`;
      return sendProblem(reply, { status: 400, code: "undecodable", zh: `无法解析的上报：${given.reason}`, en });
    }
    return reply.code(200).header("x-cuobian-reason", given.reason).type("application/json; charset=utf-8").send(given.body);
  }
}

const bodyOf = (request: FastifyRequest): { type: string; bytes: Uint8Array } => ({
  type: request.headers["content-type"] ?? "",
  bytes: request.body instanceof Uint8Array ? request.body : new Uint8Array(),
});

const wrongType = (reply: FastifyReply, expected: string): FastifyReply =>
  sendProblem(reply, { status: 415, code: "content-type", zh: `内容类型应为 ${expected}`, en: `the content type must be ${expected}` });
