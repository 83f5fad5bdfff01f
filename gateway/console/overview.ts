// What the booth's page shows first: every lane as it stands, who waits for a person there, and why a person was called lately.
import type { FastifyInstance, FastifyReply } from "fastify";
import Type from "typebox";
import { BoothView, Openings } from "#protocols/api/booth.ts";
import { displayPlate } from "#protocols/vocabulary/plate.ts";
import { toRfc3339 } from "#protocols/vocabulary/time.ts";
import { whichInside } from "../lanes/candidates.ts";
import type { Lane, Lanes } from "../lanes/door.ts";
import { frameOfException, frameOfOpening, newestExceptions, openedByHand } from "../lanes/exceptions.ts";
import type { SiteContext } from "../site-context.ts";
import { sendProblem } from "./problem.ts";

const mostShown = 60;
const ExceptionParams = Type.Object({ exception: Type.String({ pattern: "^[A-Za-z0-9._-]{1,64}$" }) }, { additionalProperties: false });
const OpeningParams = Type.Object({ command: Type.String({ pattern: "^[A-Za-z0-9._-]{1,64}$" }) }, { additionalProperties: false });
const notKept = { status: 404, code: "no-frame", zh: "未保存识别帧", en: "no frame of this read is kept" };

export function overviewRoutes(server: FastifyInstance, { config, journal, clock }: SiteContext, lanes: Lanes): void {
  server.get("/booth", { schema: { response: { 200: BoothView } } }, async (): Promise<BoothView> => {
    const now = clock.stamp();
    const all = config.lanes.flatMap(({ id }) => lanes.lane(id) ?? []);
    return {
      site: config.name,
      now: toRfc3339(now.wall),
      lanes: all.map((lane) => ({
        lane: lane.config.id,
        name: lane.config.name,
        direction: lane.config.direction,
        mode: lane.keeping.mode().mode,
        arm: armOf(lane),
        waits: waitsAt(lane),
      })),
      exceptions: newestExceptions(journal, mostShown).map(({ exception, lane, reason, plate, zh, en, now: at, frame }) => ({
        exception,
        lane,
        at: toRfc3339(journal.clocks.label(at)),
        reason,
        plate: plate === null ? null : displayPlate(plate),
        zh,
        en,
        frame,
        kept: frame !== null && lanes.frames.has(frame),
      })),
    };
  });

  server.get<{ Params: { exception: string } }>(
    "/exceptions/:exception/frame",
    { schema: { params: ExceptionParams } },
    async (request, reply) => picture(reply, frameOfException(journal, request.params.exception)),
  );

  /** Every opening by hand with its person, its reason, and what the camera saw before it. */
  server.get(
    "/openings",
    { schema: { response: { 200: Openings } } },
    async (): Promise<Openings> => ({
      openings: openedByHand(journal, mostShown).map(({ command, lane, at, person, reason, plate, frame }) => ({
        ...{ command, lane, at: toRfc3339(journal.clocks.label(at)), person, reason },
        ...{ plate: plate === null ? null : displayPlate(plate), frame, kept: frame !== null && lanes.frames.has(frame) },
      })),
    }),
  );

  server.get<{ Params: { command: string } }>("/openings/:command/frame", { schema: { params: OpeningParams } }, async (request, reply) =>
    picture(reply, frameOfOpening(journal, request.params.command)),
  );

  function picture(reply: FastifyReply, frame: string | null | undefined): FastifyReply {
    const bytes = typeof frame === "string" ? lanes.frames.bytes(frame) : undefined;
    if (bytes === undefined) return sendProblem(reply, notKept);
    return reply
      .headers({ "cache-control": "no-store", "x-cuobian-frame": frame ?? "" })
      .type("image/jpeg")
      .send(bytes);
  }

  function waitsAt(lane: Lane): "choice" | "payment" | null {
    const { id, lot, direction } = lane.config;
    if (direction !== "exit") return null;
    if (whichInside(journal, { lane: id, lot, now: clock.stamp() }) !== undefined) return "choice";
    return lane.front()?.state === "quoted" ? "payment" : null;
  }
}

function armOf(lane: Lane): "open" | "closed" | "moving" | null {
  const arm = lane.arm();
  if (arm === "unknown") return null;
  return arm.moving ? "moving" : arm.open ? "open" : arm.closed ? "closed" : "moving";
}
