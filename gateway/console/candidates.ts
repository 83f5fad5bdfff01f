// Several cars inside could be the one at the exit: the booth sees which and why, and chooses.
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { TSchema } from "typebox";
import { type Candidates, Choice, Chosen } from "#protocols/api/booth.ts";
import { refusal } from "#protocols/vocabulary/faults.ts";
import { displayPlate } from "#protocols/vocabulary/plate.ts";
import { toRfc3339 } from "#protocols/vocabulary/time.ts";
import { choose, whichInside } from "../lanes/candidates.ts";
import type { Lane } from "../lanes/door.ts";
import { commandState } from "../lanes/orders.ts";
import { visitById } from "../lanes/visits.ts";
import type { Payments } from "../payments/payments.ts";
import type { SiteContext } from "../site-context.ts";
import { refusalProblem, sendProblem } from "./problem.ts";

export interface CandidateParts {
  readonly context: SiteContext;
  readonly payments: Payments;
  readonly laneOf: (request: FastifyRequest<{ Params: { lane: string } }>, reply: FastifyReply) => Lane | undefined;
  readonly params: TSchema;
}

const another = refusal(
  "another-car",
  "出口前已是另一辆车，请重新查看候选",
  "another car stands at the exit by now: look at the candidates again",
);
const byEye = "值班人员核对车牌 / the plate was checked by eye";

export function candidateRoutes(server: FastifyInstance, { context, payments, laneOf, params }: CandidateParts): void {
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

  server.post<{ Params: { lane: string }; Body: Choice }>(
    "/lanes/:lane/candidates",
    { schema: { params, body: Choice, response: { 200: Chosen } } },
    async (request, reply) => {
      const lane = laneOf(request, reply);
      if (lane === undefined) return reply;
      const chosen = journal.commit((tx) => choose(tx, at(lane), request.body));
      if ("kind" in chosen) return sendProblem(reply, refusalProblem(chosen));
      if (lane.front()?.id !== chosen.id) return sendProblem(reply, refusalProblem(another));
      const due = payments.due(lane);
      if (due !== null && "kind" in due) return sendProblem(reply, refusalProblem(due));
      if (due !== null) return { due, gate: null };
      const { command, person } = request.body;
      const by = { command, person, reason: byEye };
      // Told again it opens once.
      const known = commandState(journal, lane.config.id, by);
      if (known !== undefined) return "kind" in known ? sendProblem(reply, refusalProblem(known)) : { due, gate: known.gate };
      const { gate } = await lane.open({ cause: "manual", by, visit: chosen });
      return { due, gate };
    },
  );
}
