// Errors of the site's own server, as problem details (RFC 9457): what, where, and how to mend it, Chinese first.
import type { Socket } from "node:net";
import type { FastifyReply } from "fastify";
import type { Refusal } from "#protocols/vocabulary/faults.ts";

export interface Problem {
  readonly status: number;
  readonly code: string;
  readonly zh: string;
  readonly en: string;
  readonly where?: string;
  /** Members that whoever asked understands, and would ask for ever without. */
  readonly also?: Readonly<Record<string, unknown>>;
}

const problemText = (problem: Problem): string =>
  JSON.stringify({
    ...problem.also,
    type: `urn:cuobian:problem:${problem.code}`,
    title: problem.en,
    status: problem.status,
    code: problem.code,
    detail_zh: problem.zh,
    detail: problem.en,
    ...(problem.where === undefined ? {} : { where: problem.where }),
  });
const problemType = "application/problem+json; charset=utf-8";

/** `code` goes into the header too: a person with curl sees it without reading the body. */
export function sendProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  return reply.code(problem.status).header("x-cuobian-reason", problem.code).type(problemType).send(problemText(problem));
}

export const refusalProblem = ({ code, zh, en }: Refusal): Problem => ({ status: 409, code, zh, en });

/** What Fastify found wrong before a handler ran, or what was thrown in one. */
export function problemOf(error: unknown): Problem {
  const { statusCode, code, message, validation } = error as {
    statusCode?: number;
    code?: string;
    message?: string;
    validation?: readonly { instancePath?: string; message?: string }[];
  };
  if (validation !== undefined) {
    const [first] = validation;
    const where = first?.instancePath === "" || first?.instancePath === undefined ? "/" : first.instancePath;
    return {
      status: 400,
      code: "not-as-described",
      zh: `请求内容不符合约定：${where} ${first?.message ?? ""}`,
      en: `${where} ${first?.message ?? ""}`,
      where,
    };
  }
  if (code === "FST_ERR_CTP_BODY_TOO_LARGE")
    return { status: 413, code: "too-large", zh: "内容过大", en: "the body is larger than this address takes" };
  if (code === "FST_ERR_CTP_INVALID_MEDIA_TYPE")
    return { status: 415, code: "content-type", zh: "不支持的内容类型", en: "this address does not take that content type" };
  if (typeof code === "string" && code.startsWith("SQLITE"))
    return {
      status: 503,
      code: "not-written",
      zh: "无法写入日志库，未执行；请检查磁盘",
      en: "the journal cannot be written, so nothing was done: check the disk",
    };
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500)
    return { status: statusCode, code: "bad-request", zh: "请求无法理解", en: message ?? "the request cannot be understood" };
  return { status: 500, code: "internal", zh: "内部错误，请查看网关日志", en: "an error of ours: see the gateway's log" };
}

/** What Node's parser would not take for HTTP, or did not wait for any longer: answered on the bare socket, which ends with it. */
export function answerNoHttp(error: { readonly code?: string }, socket: Socket): void {
  if (error.code === "ECONNRESET" || socket.destroyed) return;
  if (socket.writable) {
    const [status, problem] = noHttp(error.code);
    const text = problemText(problem);
    const head = [
      `HTTP/1.1 ${problem.status} ${status}`,
      `x-cuobian-reason: ${problem.code}`,
      `content-type: ${problemType}`,
      `content-length: ${Buffer.byteLength(text)}`,
      "connection: close",
    ];
    socket.write(`${head.join("\r\n")}\r\n\r\n${text}`);
  }
  socket.destroySoon();
}

function noHttp(code: string | undefined): [string, Problem] {
  if (code === "ERR_HTTP_REQUEST_TIMEOUT")
    return ["Request Timeout", { status: 408, code: "too-slow", zh: "请求没有及时发完", en: "the request was not sent in time" }];
  if (code === "HPE_HEADER_OVERFLOW")
    return [
      "Request Header Fields Too Large",
      { status: 431, code: "head-too-large", zh: "请求头过大", en: "the request's head is too large" },
    ];
  return ["Bad Request", { status: 400, code: "no-http", zh: "不是有效的 HTTP 请求", en: "not a valid HTTP request" }];
}
