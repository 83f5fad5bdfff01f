// Planned holds at the booth: made with another person's approval, listed, withdrawn.
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import Type, { type TSchema } from "typebox";
import { HoldPlan, PlannedHold, PlannedHolds, WithdrawHold } from "#protocols/api/lanes.ts";
import { idPattern } from "#protocols/vocabulary/ids.ts";
import { fromRfc3339, toRfc3339 } from "#protocols/vocabulary/time.ts";
import type { Lane } from "../lanes/door.ts";
import { type Plan, plansOf, refusePlan, withdrawPlan, writePlan } from "../lanes/planned.ts";
import type { SiteContext } from "../site-context.ts";
import { refusalProblem, sendProblem } from "./problem.ts";

type AtLane = { Params: { lane: string } };
type LaneOf = (request: FastifyRequest<{ Params: { lane: string } }>, reply: FastifyReply) => Lane | undefined;
const HoldParams = Type.Object(
  { lane: Type.String({ pattern: idPattern }), hold: Type.String({ maxLength: 64 }) },
  { additionalProperties: false },
);

const told = ({ from, until, last, ...plan }: Plan): PlannedHold => ({
  ...plan,
  from: toRfc3339(from),
  until: toRfc3339(until),
  last: toRfc3339(last),
});

export function holdRoutes(
  server: FastifyInstance,
  { journal, clock, chance }: SiteContext,
  { laneOf, params }: { laneOf: LaneOf; params: TSchema },
): void {
  server.get<AtLane>("/lanes/:lane/holds", { schema: { params, response: { 200: PlannedHolds } } }, async (request, reply) => {
    const lane = laneOf(request, reply);
    return lane === undefined ? reply : { holds: plansOf(journal, lane.config.id).map(told) };
  });

  server.post<AtLane & { Body: HoldPlan }>(
    "/lanes/:lane/holds",
    { schema: { params, body: HoldPlan, response: { 200: PlannedHold } } },
    async (request, reply) => {
      const lane = laneOf(request, reply);
      if (lane === undefined) return reply;
      const { from: first, until: end, last: final, ...rest } = request.body;
      const [from, until, last] = [fromRfc3339(first), fromRfc3339(end), fromRfc3339(final ?? first)];
      if (from === undefined || until === undefined || last === undefined)
        return sendProblem(reply, {
          status: 400,
          code: "no-time",
          zh: "时间写法应如 2026-11-27T16:30+08:00",
          en: "write times as 2026-11-27T16:30+08:00",
        });
      const plan: Plan = { id: chance.id(), lane: lane.config.id, from, until, last, ...rest };
      const refused = refusePlan(plan, clock.wall());
      if (refused !== undefined) return sendProblem(reply, refusalProblem(refused));
      journal.commit((tx) => writePlan(tx, plan));
      return told(plan);
    },
  );

  server.post<{ Params: { lane: string; hold: string }; Body: { person: string } }>(
    "/lanes/:lane/holds/:hold/withdraw",
    { schema: { params: HoldParams, body: WithdrawHold } },
    async (request, reply) => {
      const lane = laneOf(request, reply);
      if (lane === undefined) return reply;
      const done = journal.commit((tx) => withdrawPlan(tx, request.params.hold, lane.config.id, request.body.person));
      return done ? { withdrawn: true } : sendProblem(reply, { status: 404, code: "no-hold", zh: "没有这项计划", en: "no such plan" });
    },
  );
}
