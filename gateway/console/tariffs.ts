// The tariff tools at the console: the same as `cuobian quote` and `cuobian tariff`, for who holds the booth's token.
import type { FastifyInstance, FastifyReply } from "fastify";
import type { Static, TSchema } from "typebox";
import { CheckAsked, CheckTold, DiffAsked, DiffTold, ExplainAsked, ExplainTold, QuoteAsked, QuoteTold } from "#protocols/api/tariffs.ts";
import type { Refusal } from "#protocols/vocabulary/faults.ts";
import type { SiteContext } from "../site-context.ts";
import { checkAside, diffAside } from "../tariff/aside.ts";
import { explainTool, quoteTool } from "../tariff/tools.ts";
import { refusalProblem, sendProblem } from "./problem.ts";

const largestBody = 256 * 1024;

export function tariffRoutes(server: FastifyInstance, { clock }: SiteContext): void {
  tool(server, "quote", { body: QuoteAsked, told: QuoteTold }, (asked) => quoteTool(asked));
  tool(server, "check", { body: CheckAsked, told: CheckTold }, (asked) => checkAside(asked.tariff));
  tool(server, "diff", { body: DiffAsked, told: DiffTold }, (asked) => diffAside(asked.before, asked.after, clock.wall()));
  tool(server, "explain", { body: ExplainAsked, told: ExplainTold }, (asked) => explainTool(asked, clock.wall()));
}

function tool<Asked extends TSchema>(
  server: FastifyInstance,
  name: string,
  { body, told }: { body: Asked; told: TSchema },
  work: (asked: Static<Asked>) => object | Refusal | Promise<object | Refusal>,
): void {
  server.post(
    `/tariffs/${name}`,
    { bodyLimit: largestBody, schema: { body, response: { 200: told } } },
    async (request, reply): Promise<FastifyReply | object> => {
      const answer = await work(request.body as Static<Asked>);
      return "kind" in answer && answer.kind === "refusal" ? sendProblem(reply, refusalProblem(answer as Refusal)) : answer;
    },
  );
}
