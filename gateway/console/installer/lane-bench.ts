// The lane bench: board and loops as they are, the last reads with their times, and what would be decided about a plate now. It opens nothing and writes nothing.
import type { FastifyInstance } from "fastify";
import Type from "typebox";
import { LaneBench, LaneTried, LaneTry } from "#protocols/api/installer.ts";
import type { PlateRead } from "#protocols/cameras/plate-read.ts";
import { idPattern } from "#protocols/vocabulary/ids.ts";
import { canonicalPlate } from "#protocols/vocabulary/plate.ts";
import { toRfc3339 } from "#protocols/vocabulary/time.ts";
import type { Lane, Lanes } from "../../lanes/door.ts";
import type { SiteContext } from "../../site-context.ts";
import { sendProblem } from "../problem.ts";

const LaneParams = Type.Object({ lane: Type.String({ pattern: idPattern }) }, { additionalProperties: false });
const unknownLane = { status: 404, code: "no-such-lane", zh: "没有这条车道", en: "no such lane" };

export function laneBenchRoutes(server: FastifyInstance, { clock, chance }: SiteContext, lanes: Lanes): void {
  server.get<{ Params: { lane: string } }>(
    "/lanes/:lane/bench",
    { schema: { params: LaneParams, response: { 200: LaneBench } } },
    async (request, reply) => {
      const lane = lanes.lane(request.params.lane);
      return lane === undefined ? sendProblem(reply, unknownLane) : benchOf(lane);
    },
  );
  server.post<{ Params: { lane: string }; Body: { plate: string; confidence?: number } }>(
    "/lanes/:lane/try",
    { schema: { params: LaneParams, body: LaneTry, response: { 200: LaneTried } } },
    async (request, reply) => {
      const lane = lanes.lane(request.params.lane);
      if (lane === undefined) return sendProblem(reply, unknownLane);
      const { plate: text, confidence = 99 } = request.body;
      const plate = canonicalPlate(text);
      if (plate === undefined)
        return sendProblem(reply, { status: 422, code: "no-plate", where: "/plate", zh: `不是车牌：${text}`, en: `no plate: ${text}` });
      const began = clock.monotonic();
      const now = clock.wall();
      const read: PlateRead = {
        ...{ serialno: lane.config.camera.serialno, plate, noPlate: false, text: plate, colour: "unknown", confidence },
        ...{ seen: { sec: now, dec: now }, offline: false, openedByCamera: false, key: `try ${chance.id()}`, id: null },
        ...{ trigger: "software", image: null },
      };
      const { outcome, opens, waits } = lane.tryOut(read);
      return { outcome, opens, waits: waits !== undefined, took_ms: clock.monotonic() - began };
    },
  );
}

function benchOf(lane: Lane): LaneBench {
  const look = lane.look();
  return {
    board:
      look === undefined
        ? null
        : {
            ...{ open: look.open, closed: look.closed, moving: look.moving, approach: look.approach, under: look.under },
            ...{ fault: look.fault, opened: look.opened, passed: look.passed },
          },
    reads: lane.traced().map(({ at, characters, ...traced }) => ({ ...traced, at: toRfc3339(at.wall), characters: [...characters] })),
  };
}
