// Occasions over HTTP: what the office writes with another person's approval, and the cars that the host names.
import type { FastifyInstance } from "fastify";
import Type from "typebox";
import { OccasionCar, OccasionEntry } from "#protocols/api/register.ts";
import type { Refusal } from "#protocols/vocabulary/faults.ts";
import type { Lanes } from "../lanes/door.ts";
import { type Occasions, occasionsOf } from "../register/occasions.ts";
import type { SiteContext } from "../site-context.ts";
import { refusalProblem, sendProblem } from "./problem.ts";

export const occasionsHere = (context: SiteContext, { tariffs }: Lanes): Occasions =>
  occasionsOf(context, (lot) => tariffs.version({ lot, tariffHash: null }, context.clock.wall()));

const Params = Type.Object({ occasion: Type.String({ minLength: 1, maxLength: 40 }) }, { additionalProperties: false });

export function occasionRoutes(server: FastifyInstance, occasions: Occasions): void {
  server.post<{ Body: OccasionEntry }>("/occasions", { schema: { body: OccasionEntry } }, async (request, reply) => {
    const said: object = occasions.write(request.body);
    return "kind" in said ? sendProblem(reply, refusalProblem(said as Refusal)) : said;
  });
  server.post<{ Params: { occasion: string }; Body: OccasionCar }>(
    "/occasions/:occasion/cars",
    { schema: { params: Params, body: OccasionCar } },
    async (request, reply) => {
      const said: object = occasions.admit(request.params.occasion, request.body);
      return "kind" in said ? sendProblem(reply, refusalProblem(said as Refusal)) : said;
    },
  );
  server.get<{ Params: { occasion: string } }>(
    "/occasions/:occasion",
    { schema: { params: Params } },
    async (request, reply) =>
      occasions.of(request.params.occasion) ??
      sendProblem(reply, { status: 404, code: "no-occasion", zh: "没有这项活动", en: "no such occasion" }),
  );
}
