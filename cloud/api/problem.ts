// RFC 9457: what is wrong, where, and how to mend it, in the language that was asked for.
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Problem } from "#protocols/api/views.ts";
import type { Refusal } from "#protocols/vocabulary/faults.ts";

export interface ProblemWords {
  readonly code: string;
  readonly zh: string;
  readonly en: string;
  readonly hint_zh?: string;
  readonly hint_en?: string;
  readonly errors?: Problem["errors"];
}

/** Thrown by a route to answer with a problem. */
export class ApiProblem extends Error {
  readonly status: number;
  readonly words: ProblemWords;
  /** For want of a right: the audit log keeps it under this code, whatever the answer tells. */
  readonly rights: string | undefined;
  constructor(status: number, words: ProblemWords, rights = status === 403 ? words.code : undefined) {
    super(words.en);
    this.status = status;
    this.words = words;
    this.rights = rights;
  }
}

export const refused = ({ code, zh, en }: Refusal, status = 409): ApiProblem => new ApiProblem(status, { code, zh, en });
export const notFound = (): ApiProblem =>
  new ApiProblem(404, {
    code: "not-found",
    zh: "没有这条记录",
    en: "there is no such thing",
    hint_zh: "请检查编号",
    hint_en: "check the number",
  });

const wantsEnglish = (request: FastifyRequest): boolean => /^\s*en\b/i.test(request.headers["accept-language"] ?? "");

export function sendProblem(request: FastifyRequest, reply: FastifyReply, problem: { status: number; words: ProblemWords }): FastifyReply {
  const { status, words } = problem;
  const english = wantsEnglish(request);
  const hint = english ? words.hint_en : words.hint_zh;
  const body: Problem = {
    type: `urn:cuobian:problem:${words.code}`,
    title: english ? words.en : words.zh,
    status,
    detail: english ? words.en : words.zh,
    ...(hint === undefined ? {} : { hint }),
    ...(words.errors === undefined ? {} : { errors: words.errors }),
  };
  return reply.code(status).type("application/problem+json; charset=utf-8").send(JSON.stringify(body));
}

/** What Fastify refused before a handler ran, or what a handler threw. */
export function wordsOf(error: unknown): { status: number; words: ProblemWords } {
  if (error instanceof ApiProblem) return error;
  const {
    statusCode = 500,
    validation,
    validationContext = "body",
  } = error as {
    statusCode?: number;
    validationContext?: string;
    validation?: readonly { instancePath?: string; message?: string; params?: { additionalProperty?: string } }[];
  };
  if (validation !== undefined) {
    const errors = validation.map((one) => ({
      pointer: `/${validationContext}${one.instancePath ?? ""}`,
      detail: `${one.message ?? "is not as described"}${one.params?.additionalProperty === undefined ? "" : `: ${one.params.additionalProperty}`}`,
    }));
    return {
      status: 400,
      words: {
        code: "not-as-described",
        zh: "请求内容不符合约定",
        en: "the request is not as described",
        hint_zh: "见 /openapi.json",
        hint_en: "see /openapi.json",
        errors,
      },
    };
  }
  if (statusCode === 429)
    return { status: 429, words: { code: "too-many", zh: "尝试过多，请稍后再试", en: "too many attempts: try again later" } };
  if (statusCode >= 400 && statusCode < 500)
    return {
      status: statusCode,
      words: { code: "bad-request", zh: "请求无法理解", en: error instanceof Error ? error.message : "the request cannot be understood" },
    };
  return { status: 500, words: { code: "internal", zh: "服务内部错误，已记录日志", en: "an error of ours; it is in the log" } };
}
