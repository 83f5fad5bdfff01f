// Charges that a person begins and ends on site: a station of relays and meters has no card reader. The booth's token; a named person.
import type { FastifyInstance, FastifyReply } from "fastify";
import Type, { type Static } from "typebox";
import { TripCurve } from "#protocols/api/trip.ts";
import type { Refusal } from "#protocols/vocabulary/faults.ts";
import { idPattern } from "#protocols/vocabulary/ids.ts";
import type { Card, ChargeAsked, Sessions } from "../site-context.ts";
import { refusalProblem, sendProblem } from "./problem.ts";

const strict = { additionalProperties: false } as const;
const Charge = Type.String({ minLength: 8, maxLength: 64 });
const SocketParams = Type.Object(
  { station: Type.String({ pattern: idPattern }), socket: Type.String({ pattern: "^[1-9][0-9]{0,2}$" }) },
  strict,
);
type SocketParams = Static<typeof SocketParams>;
const TripParams = Type.Object({ ...SocketParams.properties, trip: Type.String({ minLength: 8, maxLength: 100 }) }, strict);
const ChargeParams = Type.Object({ charge: Charge }, strict);
const person = Type.String({ minLength: 1, maxLength: 64 });
const card = Type.String({ pattern: "^[0-9A-Za-z]{1,32}$" });
const groups = Type.Array(Type.String({ pattern: "^[a-z0-9][a-z0-9-]{0,39}$" }), { maxItems: 10 });
const fen = Type.Integer({ minimum: 1, maximum: 1_000_000 });
const Choice = Type.Union([
  Type.Object({ kind: Type.Literal("money"), fen }, strict),
  Type.Object({ kind: Type.Literal("time"), seconds: Type.Integer({ minimum: 60, maximum: 86_400 }) }, strict),
  Type.Object({ kind: Type.Literal("energy"), mWh: Type.Integer({ minimum: 1_000, maximum: 100_000_000 }) }, strict),
  Type.Object({ kind: Type.Literal("full") }, strict),
]);
/** What a customer may say of his charge; not said: until it is full, paid afterwards. */
const wishes = {
  choice: Type.Optional(Choice),
  paid_fen: Type.Optional(fen),
  groups: Type.Optional(groups),
  card: Type.Optional(card),
  /** "07:00": it may wait for the valley hours, and is to be ready by then. */
  ready_by: Type.Optional(Type.String({ pattern: "^([01][0-9]|2[0-3]):[0-5][0-9]$" })),
};
type Wishes = Omit<ChargeAsked, "by" | "ready_by_s"> & { readonly ready_by?: string };
const Asked = Type.Object({ charge: Charge, person, ...wishes }, strict);
const ByToken = Type.Object({ charge: Charge, person, token: Type.String({ minLength: 16, maxLength: 200 }), ...wishes }, strict);
/** Wall-clock milliseconds: a query is text. */
const Window = Type.Object({ from: Type.String({ pattern: "^[0-9]{1,15}$" }), until: Type.String({ pattern: "^[0-9]{1,15}$" }) }, strict);
const CardParams = Type.Object({ card }, strict);
const entry = Type.String({ minLength: 8, maxLength: 60 });

export function chargeRoutes(
  server: FastifyInstance,
  sessions: Sessions,
  { largestBody, page }: { readonly largestBody: number; readonly page?: string | undefined },
): void {
  server.post<{ Params: SocketParams; Body: Static<typeof Asked> }>(
    "/sockets/:station/:socket/charges",
    { bodyLimit: largestBody, schema: { params: SocketParams, body: Asked } },
    async (request, reply) => {
      return begin(reply, { ...request.body, socket: nameOf(request.params) });
    },
  );

  /** As the code on the socket says it: whoever has scanned it stands there. */
  server.post<{ Body: Static<typeof ByToken> }>(
    "/charges",
    { bodyLimit: largestBody, schema: { body: ByToken } },
    async (request, reply) => {
      const { token, ...asked } = request.body;
      const socket = sessions.socketOfToken(token);
      if (socket === undefined) return sendProblem(reply, notOurToken);
      return begin(reply, { ...asked, socket });
    },
  );

  server.get<{ Params: SocketParams; Querystring: Static<typeof Window> }>(
    "/sockets/:station/:socket/story",
    { schema: { params: SocketParams, querystring: Window } },
    async (request) => {
      const { from, until } = request.query;
      return sessions.story(nameOf(request.params), { from: Number(from), until: Number(until) });
    },
  );

  /** How long which current flowed before this trip, beside the curves that cut it. */
  server.get<{ Params: SocketParams & { trip: string } }>(
    "/sockets/:station/:socket/trips/:trip/curve",
    { schema: { params: TripParams, response: { 200: TripCurve } } },
    async (request, reply) => {
      const { trip, ...of } = request.params;
      const told = sessions.tripCurve(nameOf(of), trip);
      if (!("kind" in told)) return told;
      const refused = told as Refusal;
      return sendProblem(reply, { ...refusalProblem(refused), status: refused.code === "no-such-trip" ? 404 : 409 });
    },
  );

  /** Who waits, who was reduced, why and until when; and what each shared supply carries. */
  server.get("/loads", async () => sessions.loads());

  server.get<{ Params: SocketParams }>("/sockets/:station/:socket/token", { schema: { params: SocketParams } }, async (request) => {
    const socket = nameOf(request.params);
    const token = sessions.tokenOf(socket);
    // What is printed as a code: a phone that scans it pays first, and the charge follows.
    return { socket, token, url: page === undefined ? null : `${page}/pay/socket/${token}` };
  });

  const begin = (reply: FastifyReply, { ready_by, ...asked }: Wishes): FastifyReply => {
    const begun = sessions.begin({ ...asked, ...(ready_by === undefined ? {} : { ready_by_s: secondsOf(ready_by) }), by: "console" });
    if (!("kind" in begun)) return reply.code(202).send(begun);
    const status = begun.code === "no-such-place" ? 404 : begun.code === "not-connected" ? 503 : 409;
    return sendProblem(reply, { ...refusalProblem(begun), status });
  };

  server.get<{ Params: { charge: string } }>("/charges/:charge", { schema: { params: ChargeParams } }, async (request, reply) => {
    const { charge } = request.params;
    return sessions.charge(charge) ?? noCharge(reply, charge);
  });

  /** Whichever is open on this socket; answers with its name. */
  server.delete<{ Params: SocketParams }>(
    "/sockets/:station/:socket/charge",
    { schema: { params: SocketParams } },
    async (request, reply) => {
      const socket = nameOf(request.params);
      const charge = sessions.chargeOf(socket);
      const outcome = sessions.release(socket);
      if (outcome === "asked") return reply.code(202).send({ asked: true, charge });
      return outcome === "no-charge" ? noCharge(reply, socket) : sendProblem(reply, notConnected);
    },
  );
}

/** Cards with a balance: written, topped up, reported lost, and their balance moved to another. */
export function cardRoutes(server: FastifyInstance, { cards }: Sessions, largestBody: number): void {
  const answer = (reply: FastifyReply, card: Card | Refusal | undefined): unknown => {
    if (card === undefined) return sendProblem(reply, { status: 404, code: "no-such-card", zh: "没有这张卡", en: "there is no such card" });
    if (!("kind" in card)) return card;
    return sendProblem(reply, { ...refusalProblem(card), status: card.code === "no-such-card" ? 404 : 409 });
  };
  const By = { person };
  server.get<{ Params: { card: string } }>("/cards/:card", { schema: { params: CardParams } }, async (request, reply) =>
    answer(reply, cards.of(request.params.card)),
  );
  const post = <Body extends { person: string }>(path: string, body: object, act: (card: string, body: Body) => Card | Refusal): void => {
    server.post<{ Params: { card: string }; Body: Body }>(
      `/cards/:card${path}`,
      { bodyLimit: largestBody, schema: { params: CardParams, body } },
      async (request, reply) => answer(reply, act(request.params.card, request.body as Body)),
    );
  };
  post<{ person: string; groups: string[] }>("", Type.Object({ ...By, groups }, strict), (card, body) => cards.write({ card, ...body }));
  post<{ person: string; entry: string; amount_fen: number }>(
    "/top-ups",
    Type.Object({ ...By, entry, amount_fen: fen }, strict),
    (card, body) => cards.topUp({ card, ...body }),
  );
  post<{ person: string }>("/lost", Type.Object(By, strict), (card, body) => cards.lose({ card, ...body }));
  post<{ person: string; entry: string; to: string }>("/move", Type.Object({ ...By, entry, to: card }, strict), (from, body) =>
    cards.move({ card: from, ...body }),
  );
}

const notOurToken = {
  status: 404,
  code: "no-such-token",
  zh: "二维码不是本站点的，或已更换",
  en: "this code is not of this site, or was replaced",
} as const;

const secondsOf = (hour: string): number => Number(hour.slice(0, 2)) * 3600 + Number(hour.slice(3)) * 60;
const nameOf = ({ station, socket }: SocketParams): string => `${station}/${socket}`;

const notConnected = {
  status: 503,
  code: "not-connected",
  zh: "保护进程未连接，未执行；待其恢复后重试",
  en: "protection is not connected: nothing was asked; try again when it answers",
} as const;

const noCharge = (reply: FastifyReply, where: string): FastifyReply =>
  sendProblem(reply, { status: 404, code: "no-charge", zh: "没有进行中的这次充电", en: "no such charge is under way", where });
