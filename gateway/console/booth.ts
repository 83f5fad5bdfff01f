// The booth terminal's API: what is due at a lane, a payment, an opening by hand, a latch that a person has looked at.
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import Type from "typebox";
import { ManualOpen, Payment, PaymentTaken } from "#protocols/api/booth.ts";
import { StaticCode } from "#protocols/api/cashier.ts";
import { idPattern } from "#protocols/vocabulary/ids.ts";
import type { MountedFacilities } from "../facility/door.ts";
import type { MountedFire } from "../fire/door.ts";
import type { Lane, Lanes } from "../lanes/door.ts";
import { commandState } from "../lanes/orders.ts";
import type { Cashier } from "../payments/door.ts";
import { staticCodeFor } from "../payments/payees.ts";
import type { Probes, Sessions, SiteContext } from "../site-context.ts";
import { candidateRoutes } from "./candidates.ts";
import { cashierRoutes } from "./cashier.ts";
import { cardRoutes, chargeRoutes } from "./charges.ts";
import { fireRoutes } from "./fire.ts";
import { goLiveRoutes } from "./go-live.ts";
import { holdRoutes } from "./holds.ts";
import { installerRoutes } from "./installer/routes.ts";
import { laneModeRoutes } from "./lane-modes.ts";
import { latchRoutes } from "./latches.ts";
import { lotRoutes } from "./lots.ts";
import { merchantRoutes, merchantsHere } from "./merchants.ts";
import { occasionRoutes, occasionsHere } from "./occasions.ts";
import { overviewRoutes } from "./overview.ts";
import { passRoutes } from "./passes.ts";
import { callersOf, letIn, mayUse, owner, underOwnName } from "./people.ts";
import { refusalProblem, sendProblem } from "./problem.ts";
import { registerRoutes } from "./register.ts";
import { shedRoutes } from "./sheds.ts";
import { slipRoutes } from "./slips.ts";
import { tariffRoutes } from "./tariffs.ts";
import { tripTestRoutes } from "./trip-tests.ts";

const LaneParams = Type.Object({ lane: Type.String({ pattern: idPattern }) }, { additionalProperties: false });
const largestBody = 16 * 1024;

export interface BoothRooms {
  readonly lanes: Lanes;
  readonly sessions: Sessions;
  readonly probes: Probes;
  readonly cashier: Cashier;
  readonly fire?: MountedFire;
  readonly facilities?: MountedFacilities;
}

export function boothRoutes(context: SiteContext, rooms: BoothRooms) {
  const { lanes, cashier } = rooms;
  const { payments } = cashier;
  const callers = callersOf(context);
  const codeOf = ({ config }: Lane) => staticCodeFor(context.config.payments, { lot: config.lot, income: "temporary" });

  return async (server: FastifyInstance): Promise<void> => {
    server.addHook("onRequest", letIn(callers, server.prefix));
    server.addHook("preHandler", underOwnName(callers));
    const routes: string[] = [];
    server.addHook("onRoute", ({ method, url }) => {
      for (const one of [method].flat()) if (one !== "HEAD") routes.push(`${one} ${url.slice(server.prefix.length)}`);
    });
    server.get("/me", async ({ caller = owner }) => ({ ...caller, may: routes.filter((route) => mayUse(caller, route)) }));

    await server.register(tripTestRoutes(rooms.sessions));
    await server.register(goLiveRoutes(context, lanes));
    registerRoutes(server, context, lanes);
    tariffRoutes(server, context);
    lotRoutes(server, context);
    overviewRoutes(server, context, lanes);
    installerRoutes(server, context, rooms);
    cashierRoutes(server, cashier);
    passRoutes(server, context, cashier.passes);
    merchantRoutes(server, merchantsHere(context, lanes));
    occasionRoutes(server, occasionsHere(context, lanes));
    laneModeRoutes(server, { lanes, laneOf, params: LaneParams });
    holdRoutes(server, context, { laneOf: (request, reply) => laneOf(lanes, request, reply), params: LaneParams });
    slipRoutes(server, { cashier, laneOf: (request, reply) => laneOf(lanes, request, reply), params: LaneParams });
    const { tariffs } = lanes;
    candidateRoutes(server, { context, payments, tariffs, laneOf: (request, reply) => laneOf(lanes, request, reply), params: LaneParams });

    server.get<{ Params: { lane: string } }>("/lanes/:lane/due", { schema: { params: LaneParams } }, async (request, reply) => {
      const lane = laneOf(lanes, request, reply);
      if (lane === undefined) return reply;
      const due = payments.due(lane);
      if (due !== null && "kind" in due) return sendProblem(reply, refusalProblem(due));
      return reply.type("application/json; charset=utf-8").send(JSON.stringify(due));
    });

    server.get<{ Params: { lane: string } }>(
      "/lanes/:lane/static-code",
      { schema: { params: LaneParams, response: { 200: StaticCode } } },
      async (request, reply) => {
        const lane = laneOf(lanes, request, reply);
        if (lane === undefined) return reply;
        const code = codeOf(lane);
        return (
          code ?? sendProblem(reply, { status: 404, code: "no-static-code", zh: "没有配置静态收款码", en: "no static code is set up" })
        );
      },
    );

    server.post<{ Params: { lane: string }; Body: Payment }>(
      "/lanes/:lane/payments",
      { bodyLimit: largestBody, schema: { params: LaneParams, body: Payment, response: { 200: PaymentTaken } } },
      async (request, reply) => {
        const lane = laneOf(lanes, request, reply);
        if (lane === undefined) return reply;
        // The guard has seen the payer's screen: his word is the payment, and it is booked to whose code hangs there.
        const payee = request.body.method === "static-code" ? (codeOf(lane)?.payee ?? null) : null;
        const taken = await payments.pay(lane, { ...request.body, payee });
        return "kind" in taken ? sendProblem(reply, refusalProblem(taken)) : taken;
      },
    );

    server.post<{ Params: { lane: string }; Body: ManualOpen }>(
      "/lanes/:lane/open",
      { bodyLimit: largestBody, schema: { params: LaneParams, body: ManualOpen } },
      async (request, reply) => {
        const lane = laneOf(lanes, request, reply);
        if (lane === undefined) return reply;
        const known = commandState(context.journal, lane.config.id, request.body);
        if (known !== undefined) return "kind" in known ? sendProblem(reply, refusalProblem(known)) : known;
        return lane.open({ cause: "manual", by: request.body, visit: lane.expected() });
      },
    );

    chargeRoutes(server, rooms.sessions, { largestBody, page: context.config.payments?.page?.address });
    cardRoutes(server, rooms.sessions, largestBody);
    latchRoutes(server, rooms.sessions, largestBody);
    shedRoutes(server, rooms.sessions, largestBody);
    server.get("/facilities", async () => rooms.facilities?.status() ?? []);
    if (rooms.fire !== undefined) fireRoutes(server, rooms.fire, largestBody);
  };
}

function laneOf(lanes: Lanes, request: FastifyRequest<{ Params: { lane: string } }>, reply: FastifyReply): Lane | undefined {
  const lane = lanes.lane(request.params.lane);
  if (lane === undefined)
    sendProblem(reply, { status: 404, code: "no-lane", zh: "没有这条车道", en: "no such lane", where: request.params.lane });
  return lane;
}
