// Where cameras push: the paths of their makers' documents, and the same behind a secret of the one camera. Bodies are taken as bytes, and judged by the codec.
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Undecodable } from "#protocols/vocabulary/faults.ts";
import type { CameraProtocol, PushPath } from "../drivers/cameras/protocol.ts";
import { cameraProtocols } from "../drivers/cameras/table.ts";
import type { CameraAnswer, Lanes } from "../lanes/door.ts";
import type { Log } from "../site-context.ts";
import { sendProblem } from "./problem.ts";

/** `/push/<secret>` stands before the maker's path where the site file gives a camera a secret. */
const withSecret = "/push/:secret";

export function cameraRoutes({ lanes, log }: { lanes: Lanes; log: Log }) {
  return async (server: FastifyInstance): Promise<void> => {
    server.removeAllContentTypeParsers();
    server.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) => done(null, body));
    for (const protocol of cameraProtocols)
      for (const place of protocol.paths)
        for (const prefix of ["", withSecret])
          server.post(`${prefix}${place.path}`, { bodyLimit: place.longest }, async (request, reply) =>
            take(request, reply, protocol, place),
          );
  };

  function take(
    request: FastifyRequest,
    reply: FastifyReply,
    protocol: CameraProtocol,
    place: PushPath,
  ): FastifyReply | Promise<FastifyReply> {
    const contentType = request.headers["content-type"] ?? "";
    if (contentType === "" ? place.types.source.startsWith("^multipart") : !place.types.test(contentType))
      return wrongType(reply, place.expected);
    const { secret } = request.params as { secret?: string };
    const bytes = request.body instanceof Uint8Array ? request.body : new Uint8Array();
    const peer = request.socket.remoteAddress ?? "";
    const given = lanes.push(protocol, { path: place.path, contentType, peer, secret, bytes });
    // The camera has its answer first; then its picture is looked for.
    if (given.kind === "answer" && given.frame !== undefined) {
      const { frame } = given;
      reply.raw.once("finish", () => void lanes.frames.arrived(frame, bytes));
    }
    return answer(reply, given, protocol);
  }

  function answer(
    reply: FastifyReply,
    given: CameraAnswer | Undecodable,
    { settles }: CameraProtocol,
  ): FastifyReply | Promise<FastifyReply> {
    if (given.kind === "undecodable") {
      // The reason names members and types, never their content.
      log.warn({ reason: given.reason }, "a camera's push could not be read");
      const en = `the push cannot be read: ${given.reason}`;
      const also = settles === undefined ? {} : { also: settles };
      return sendProblem(reply, { status: 400, code: "undecodable", zh: `无法解析的上报：${given.reason}`, en, ...also });
    }
    const say = (body: string): FastifyReply => reply.code(200).header("x-cuobian-reason", given.reason).type(given.type).send(body);
    if (given.later === undefined) return say(given.body);
    const hungUp = new AbortController();
    reply.raw.once("close", () => hungUp.abort());
    return given.later(hungUp.signal).then(say);
  }
}

const wrongType = (reply: FastifyReply, expected: string): FastifyReply =>
  sendProblem(reply, { status: 415, code: "content-type", zh: `内容类型应为 ${expected}`, en: `the content type must be ${expected}` });
