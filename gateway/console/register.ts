// Passes, coupons, vehicles and charging are put in here, by whoever holds the booth's token: as JSON, or as the same lists in YAML.
import type { FastifyInstance } from "fastify";
import { RegisterEntries, RegisterTaken, RegisterText } from "#protocols/api/register.ts";
import type { Lanes } from "../lanes/door.ts";
import { importRegister, type RulesOf, writeRegister } from "../register/write.ts";
import type { SiteContext } from "../site-context.ts";
import { refusalProblem, sendProblem } from "./problem.ts";

const largestBody = 512 * 1024;

export function registerRoutes(server: FastifyInstance, context: SiteContext, { tariffs }: Lanes): void {
  const rules: RulesOf = (lot) => tariffs.version({ lot, tariffHash: null }, context.clock.wall());
  const response = { 200: RegisterTaken };
  server.post<{ Body: RegisterEntries }>(
    "/register",
    { bodyLimit: largestBody, schema: { body: RegisterEntries, response } },
    async (request, reply) => {
      const taken = writeRegister(context, rules, request.body);
      return "kind" in taken ? sendProblem(reply, refusalProblem(taken)) : taken;
    },
  );
  server.post<{ Body: RegisterText }>(
    "/register/import",
    { bodyLimit: largestBody, schema: { body: RegisterText, response } },
    async (request, reply) => {
      const taken = importRegister(context, rules, request.body);
      return "kind" in taken ? sendProblem(reply, refusalProblem(taken)) : taken;
    },
  );
}
