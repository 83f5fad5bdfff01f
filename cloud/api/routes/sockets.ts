// GET /api/v1/sockets, the curve of one value of one socket, and what that socket is held to.
import Type from "typebox";
import { limitsHeld } from "#cloud/documents/limits-held.ts";
import type { Row } from "#cloud/store/schema.ts";
import type { Queries } from "#cloud/store/store.ts";
import { measuredFields, socketSeries, socketView } from "#cloud/views/sockets.ts";
import { limitLines } from "#gateway/core/charging/limit-lines.ts";
import { SocketLimits } from "#protocols/api/trip.ts";
import { SocketView } from "#protocols/api/views.ts";
import { readersOf, siteWithin } from "../access.ts";
import { notFound } from "../problem.ts";
import type { Routes } from "../server.ts";
import { curveOf, Samples, Span } from "../spans.ts";

const Curve = Type.Object(
  { socket: Type.String(), field: Type.Enum([...measuredFields]), ...Samples },
  { description: "whole numbers in thousandths; a gap between samples is a gap" },
);
const OneSocket = Type.Object({ site: Type.String(), socket: Type.String() }, { additionalProperties: false });
const Asked = Type.Object({ ...OneSocket.properties, field: Type.Enum([...measuredFields]), ...Span }, { additionalProperties: false });

async function socketOf(read: Queries, site: string, socket: string): Promise<Row<"socket">> {
  const row = await read.selectFrom("socket").selectAll().where("site", "=", site).where("socket", "=", socket).executeTakeFirst();
  if (row === undefined) throw notFound();
  return row;
}

export const socketRoutes: Routes = (server, { store, telemetry, now }) => {
  server.get(
    "/api/v1/sockets",
    { ...readersOf("operations"), schema: { response: { 200: Type.Array(SocketView) } } },
    async ({ scope }) => {
      const within = store.read
        .selectFrom("socket")
        .selectAll()
        .$if(!scope.all, (all) => all.where("site", "in", scope.sites));
      const rows = await within.orderBy("site").orderBy("station").orderBy("number").execute();
      return Promise.all(rows.map((row) => socketView(telemetry, row, now())));
    },
  );

  server.get(
    "/api/v1/socket-limits",
    { ...readersOf("operations"), schema: { querystring: OneSocket, response: { 200: SocketLimits } } },
    async (request) => {
      const { site, socket } = request.query;
      siteWithin(request, site);
      const row = await socketOf(store.read, site, socket);
      const { limits } = await limitsHeld(store.read, { site, gateway: row.gateway, station: row.station, at: Number.MAX_SAFE_INTEGER });
      return { limits: limits === undefined ? null : { id: limits.id, version: limits.version, ...limitLines(limits) } };
    },
  );

  server.get(
    "/api/v1/telemetry",
    { ...readersOf("operations"), schema: { querystring: Asked, response: { 200: Curve } } },
    async (request) => {
      const { site, socket, field, ...asked } = request.query;
      siteWithin(request, site);
      const row = await socketOf(store.read, site, socket);
      const of = { read: store.read, telemetry, place: row, series: socketSeries(row, field), asked, now: now() };
      return { socket, field, ...(await curveOf(of)) };
    },
  );
};
