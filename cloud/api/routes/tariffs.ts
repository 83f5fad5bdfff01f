// The tariff tools: what a stay costs, whether a file is sound, what changes, how it hangs at the entrance. Nothing is kept; files come as their text.
import { checkAside, diffAside } from "#gateway/tariff/aside.ts";
import { explainTool, quoteTool } from "#gateway/tariff/tools.ts";
import { CheckAsked, CheckTold, DiffAsked, DiffTold, ExplainAsked, ExplainTold, QuoteAsked, QuoteTold } from "#protocols/api/tariffs.ts";
import type { Refusal } from "#protocols/vocabulary/faults.ts";
import { wall } from "#protocols/vocabulary/time.ts";
import type { Access } from "../access.ts";
import { refused } from "../problem.ts";
import type { Routes } from "../server.ts";

const bodyLimit = 256 * 1024;
const computes = { config: { access: "signed-in" as Access, audit: "nothing-changes" as const } };

function told<Answer extends object>(answer: Answer | Refusal): Answer {
  if ("kind" in answer && answer.kind === "refusal") throw refused(answer as Refusal);
  return answer as Answer;
}

export const tariffRoutes: Routes = (server, { now }) => {
  server.post(
    "/api/v1/tariffs/quote",
    { ...computes, bodyLimit, schema: { body: QuoteAsked, response: { 200: QuoteTold } } },
    async ({ body }) => told(quoteTool(body)),
  );
  server.post("/api/v1/tariffs/check", { ...computes, bodyLimit, schema: { body: CheckAsked, response: { 200: CheckTold } } }, ({ body }) =>
    checkAside(body.tariff),
  );
  server.post(
    "/api/v1/tariffs/diff",
    { ...computes, bodyLimit, schema: { body: DiffAsked, response: { 200: DiffTold } } },
    async ({ body }) => told(await diffAside(body.before, body.after, wall(now()))),
  );
  server.post(
    "/api/v1/tariffs/explain",
    { ...computes, bodyLimit, schema: { body: ExplainAsked, response: { 200: ExplainTold } } },
    async ({ body }) => told(explainTool(body, wall(now()))),
  );
};
