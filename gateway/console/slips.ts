// Slips of an outage, entered at the booth.
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { TSchema } from "typebox";
import { SlipOrder, SlipTaken } from "#protocols/api/slips.ts";
import type { Lane } from "../lanes/door.ts";
import type { Cashier } from "../payments/door.ts";
import { refusalProblem, sendProblem } from "./problem.ts";

type AtLane = { Params: { lane: string } };

export function slipRoutes(
  server: FastifyInstance,
  {
    cashier,
    laneOf,
    params,
  }: { cashier: Cashier; laneOf: (request: FastifyRequest<AtLane>, reply: FastifyReply) => Lane | undefined; params: TSchema },
): void {
  server.post<AtLane & { Body: SlipOrder }>(
    "/lanes/:lane/slips",
    { schema: { params, body: SlipOrder, response: { 200: SlipTaken } } },
    async (request, reply) => {
      const lane = laneOf(request, reply);
      if (lane === undefined) return reply;
      const taken = cashier.slips.enter(lane.config, request.body);
      return "kind" in taken ? sendProblem(reply, refusalProblem(taken)) : taken;
    },
  );
}
