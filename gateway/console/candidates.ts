// Several cars inside could be the one at the exit: the booth sees which and why, and chooses.
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { TSchema } from "typebox";
import { type Candidates, Choice, Chosen, Correction } from "#protocols/api/booth.ts";
import { canonicalPlate, displayPlate } from "#protocols/vocabulary/plate.ts";
import { toRfc3339 } from "#protocols/vocabulary/time.ts";
import { correct, whichInside } from "../lanes/candidates.ts";
import type { Lane } from "../lanes/door.ts";
import type { Tariffs } from "../lanes/tariffs.ts";
import { visitById } from "../lanes/visits.ts";
import { chooseAtExit } from "../payments/choosing.ts";
import type { Payments } from "../payments/payments.ts";
import type { SiteContext } from "../site-context.ts";
import { correctEntry } from "./entry-plate.ts";
import { refusalProblem, sendProblem } from "./problem.ts";

export interface CandidateParts {
  readonly context: SiteContext;
  readonly payments: Payments;
  readonly tariffs: Tariffs;
  readonly laneOf: (request: FastifyRequest<{ Params: { lane: string } }>, reply: FastifyReply) => Lane | undefined;
  readonly params: TSchema;
}

export function candidateRoutes(server: FastifyInstance, { context, payments, tariffs, laneOf, params }: CandidateParts): void {
  const { journal, clock } = context;
  const at = ({ config }: Lane) => ({ lane: config.id, lot: config.lot, now: clock.stamp() });

  server.get<{ Params: { lane: string } }>("/lanes/:lane/candidates", { schema: { params } }, async (request, reply) => {
    const lane = laneOf(request, reply);
    if (lane === undefined) return reply;
    return reply.type("application/json; charset=utf-8").send(JSON.stringify(told(lane)));
  });

  function told(lane: Lane): Candidates {
    const asking = whichInside(journal, at(lane));
    if (asking === undefined) return null;
    return {
      read: displayPlate(asking.asked.plate),
      read_at: toRfc3339(journal.clocks.label(asking.asked.at)),
      corrected: asking.asked.corrected === undefined ? null : displayPlate(asking.asked.corrected),
      candidates: asking.candidates.flatMap(({ visit, plate, cost, differences, zh, en }) => {
        const known = visitById(journal, visit);
        return known === undefined
          ? []
          : [
              {
                visit,
                plate: displayPlate(plate),
                entered_at: toRfc3339(journal.clocks.label(known.entered)),
                cost,
                characters: differences.map(({ at: place, kind, expected, read }) => ({ at: place + 1, kind, expected, read })),
                zh,
                en,
              },
            ];
      }),
    };
  }

  server.post<{ Params: { lane: string }; Body: Correction }>(
    "/lanes/:lane/plate",
    { schema: { params, body: Correction } },
    async (request, reply) => {
      const lane = laneOf(request, reply);
      if (lane === undefined) return reply;
      const plate = canonicalPlate(request.body.plate);
      if (plate === undefined) return sendProblem(reply, noPlate(request.body.plate));
      if (lane.config.direction === "entry") {
        const corrected = await correctEntry({ context, tariffs }, lane, { ...request.body, plate });
        return "kind" in corrected ? sendProblem(reply, refusalProblem(corrected)) : reply.send(corrected);
      }
      journal.commit((tx) => correct(tx, at(lane), plate));
      return reply.type("application/json; charset=utf-8").send(JSON.stringify(told(lane)));
    },
  );

  server.post<{ Params: { lane: string }; Body: Choice }>(
    "/lanes/:lane/candidates",
    { schema: { params, body: Choice, response: { 200: Chosen } } },
    async (request, reply) => {
      const lane = laneOf(request, reply);
      if (lane === undefined) return reply;
      const chosen = await chooseAtExit({ context, payments }, lane, request.body);
      return "kind" in chosen ? sendProblem(reply, refusalProblem(chosen)) : chosen;
    },
  );
}

const noPlate = (text: string) => ({ status: 400, code: "no-plate", zh: `不是车牌：${text}`, en: `no plate: ${text}` });
