// GET /api/v1/sockets, and the curve of one value of one socket.
import Type from "typebox";
import { measuredFields, socketSeries, socketView } from "#cloud/views/sockets.ts";
import { SocketView } from "#protocols/api/views.ts";
import { readersOf, siteWithin } from "../access.ts";
import { notFound } from "../problem.ts";
import type { Routes } from "../server.ts";
import { curveOf, Samples, Span } from "../spans.ts";

const Curve = Type.Object(
  { socket: Type.String(), field: Type.Enum([...measuredFields]), ...Samples },
  { description: "whole numbers in thousandths; a gap between samples is a gap" },
);
const Asked = Type.Object(
  { site: Type.String(), socket: Type.String(), field: Type.Enum([...measuredFields]), ...Span },
  { additionalProperties: false },
);

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
    "/api/v1/telemetry",
    { ...readersOf("operations"), schema: { querystring: Asked, response: { 200: Curve } } },
    async (request) => {
      const { site, socket, field, ...asked } = request.query;
      siteWithin(request, site);
      const row = await store.read
        .selectFrom("socket")
        .selectAll()
        .where("site", "=", site)
        .where("socket", "=", socket)
        .executeTakeFirst();
      if (row === undefined) throw notFound();
      const of = { read: store.read, telemetry, place: row, series: socketSeries(row, field), asked, now: now() };
      return { socket, field, ...(await curveOf(of)) };
    },
  );
};
