// GET /api/v1/devices: cameras, barriers, lines, stations, boards and meters as the running site files name them, and whether anything is amiss with them.
import Type from "typebox";
import { deviceList } from "#cloud/views/devices.ts";
import { DeviceList } from "#protocols/api/devices.ts";
import { readersOf, siteWithin } from "../access.ts";
import type { Routes } from "../server.ts";

const Asked = Type.Object({ site: Type.Optional(Type.String({ maxLength: 60 })) }, { additionalProperties: false });

export const deviceRoutes: Routes = (server, { store }) => {
  server.get(
    "/api/v1/devices",
    { ...readersOf("operations"), schema: { querystring: Asked, response: { 200: DeviceList } } },
    async (request) => {
      const { site } = request.query;
      siteWithin(request, site);
      return deviceList(store.read, { scope: request.scope, site });
    },
  );
};
