// GET /api/v1/facilities, /facilities/curve: water supply, power rooms and the like of a compound, each point with its newest value; whether it is out of bounds is an alarm's matter.
import Type from "typebox";
import { maybeTime } from "#cloud/views/words.ts";
import { FacilityView } from "#protocols/api/facilities.ts";
import { idPattern } from "#protocols/vocabulary/ids.ts";
import { minuteMs } from "#protocols/vocabulary/time.ts";
import { readersOf, siteWithin } from "../access.ts";
import type { Routes } from "../server.ts";
import { curveOf, Samples, Span } from "../spans.ts";

const Site = Type.Object({ site: Type.String({ pattern: idPattern }) }, { additionalProperties: false });
const id = Type.String({ pattern: idPattern });
const Asked = Type.Object({ site: id, gateway: id, facility: id, point: id, ...Span }, { additionalProperties: false });
const Curve = Type.Object(
  { facility: Type.String(), point: Type.String(), ...Samples },
  { description: "whole numbers in the point's unit, a contact 1 or 0; a gap between samples is a gap" },
);
/** A gateway says each point every ten seconds as long as it reads it. */
const knownFor_ms = 2 * minuteMs;

export const facilityRoutes: Routes = (server, { store, telemetry, now }) => {
  server.get(
    "/api/v1/facilities",
    { ...readersOf("operations"), schema: { querystring: Site, response: { 200: Type.Array(FacilityView) } } },
    async (request) => {
      const { site } = request.query;
      siteWithin(request, site);
      const rows = await store.read
        .selectFrom("facility_point")
        .selectAll()
        .where("site", "=", site)
        .orderBy("gateway")
        .orderBy("place")
        .execute();
      const points = await Promise.all(
        rows.map(async ({ gateway, facility, point, name, kind, unit, low, high }) => {
          const sample = await telemetry.last({ measurement: "facility", tags: { site, gateway, facility, point }, field: "value" });
          const seen = sample === undefined ? null : Number(sample.time_ns / 1_000_000n);
          const fresh = sample?.quality === "good" && seen !== null && now() - seen <= knownFor_ms;
          return { point, name, kind, unit, low, high, value: fresh ? sample.value : null, seen: maybeTime(seen) };
        }),
      );
      const facilities = Map.groupBy(rows.keys(), (at) => `${rows[at]?.gateway} ${rows[at]?.facility}`);
      return [...facilities.values()].flatMap((places) => {
        const row = rows[places[0] ?? 0];
        if (row === undefined) return [];
        const { gateway, facility, facility_name: name, facility_kind, responsible } = row;
        const own = places.flatMap((at) => points[at] ?? []);
        return [{ site, gateway, facility, name, kind: facility_kind as FacilityView["kind"], responsible, points: own }];
      });
    },
  );

  server.get(
    "/api/v1/facilities/curve",
    { ...readersOf("operations"), schema: { querystring: Asked, response: { 200: Curve } } },
    async (request) => {
      const { site, gateway, facility, point, ...asked } = request.query;
      siteWithin(request, site);
      // Also of what is watched no longer, whose values stay; what nobody ever said is an empty curve.
      const series = { measurement: "facility", tags: { site, gateway, facility, point }, field: "value" } as const;
      const curve = await curveOf({ read: store.read, telemetry, place: { site, gateway }, series, asked, now: now() });
      return { facility, point, ...curve };
    },
  );
};
