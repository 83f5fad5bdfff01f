// GET /api/v1/trip-curve: one cut by current beside the curves that cut it, by the key of its event.
import Type from "typebox";
import { tripCurveOf } from "#cloud/views/trip-curve.ts";
import { TripCurve } from "#protocols/api/trip.ts";
import { readersOf, withinScope } from "../access.ts";
import { eventByKey } from "../event-key.ts";
import { notFound, refused } from "../problem.ts";
import type { Routes } from "../server.ts";
import { answered } from "../spans.ts";

const Asked = Type.Object(
  { event: Type.String({ maxLength: 200, description: "the key of a charging.cut" }) },
  { additionalProperties: false },
);

export const tripRoutes: Routes = (server, { store, telemetry }) => {
  server.get(
    "/api/v1/trip-curve",
    { ...readersOf("operations"), schema: { querystring: Asked, response: { 200: TripCurve } } },
    async (request) => {
      const event = withinScope(request, await eventByKey(store.read, request.query.event));
      if (event.type !== "charging.cut") throw notFound();
      const told = await answered(tripCurveOf({ read: store.read, telemetry }, event));
      if ("kind" in told) throw refused(told, 409);
      return told;
    },
  );
};
