// The booth's switches of a lane: what its mode is, another one, the arm sent down by hand, and a fire that a person tells or ends.
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { CloseOrder, FireOrder, LaneModeOrder, LaneState } from "#protocols/api/lanes.ts";
import { toRfc3339, wall } from "#protocols/vocabulary/time.ts";
import type { Lane, Lanes } from "../lanes/door.ts";
import { refusalProblem, sendProblem } from "./problem.ts";

type AtLane = { Params: { lane: string } };
type LaneOf = (lanes: Lanes, request: FastifyRequest<AtLane>, reply: FastifyReply) => Lane | undefined;

function stateOf(lane: Lane, lanes: Lanes): LaneState {
  const { mode, since, for_ms, person, reason } = lane.keeping.mode();
  const arm = lane.arm();
  return {
    lane: lane.config.id,
    mode,
    since: since === null ? null : toRfc3339(since.wall),
    until: since === null || for_ms === null ? null : toRfc3339(wall(since.wall + for_ms)),
    person,
    reason,
    reach: lanes.reach(lane.config),
    arm: arm === "unknown" ? null : { open: arm.open, closed: arm.closed, moving: arm.moving, approach: arm.approach, under: arm.under },
  };
}

export function laneModeRoutes(server: FastifyInstance, { lanes, laneOf, params }: { lanes: Lanes; laneOf: LaneOf; params: object }): void {
  const response = { 200: LaneState };
  server.get<AtLane>("/lanes/:lane", { schema: { params, response } }, async (request, reply) => {
    const lane = laneOf(lanes, request, reply);
    return lane === undefined ? reply : stateOf(lane, lanes);
  });

  server.post<AtLane & { Body: LaneModeOrder }>(
    "/lanes/:lane/mode",
    { schema: { params, body: LaneModeOrder, response } },
    async (request, reply) => {
      const lane = laneOf(lanes, request, reply);
      if (lane === undefined) return reply;
      const set = lane.keeping.set(request.body);
      return "kind" in set ? sendProblem(reply, refusalProblem(set)) : stateOf(lane, lanes);
    },
  );

  server.post<AtLane & { Body: CloseOrder }>("/lanes/:lane/close", { schema: { params, body: CloseOrder } }, async (request, reply) => {
    const lane = laneOf(lanes, request, reply);
    if (lane === undefined) return reply;
    const answer = await lane.keeping.close(request.body);
    return "kind" in answer ? sendProblem(reply, refusalProblem(answer)) : answer;
  });

  server.post<{ Body: FireOrder }>("/fire", { schema: { body: FireOrder } }, async (request) => {
    const { fire, person, reason } = request.body;
    return { lanes: lanes.fire(fire, { person, reason }) };
  });
}
