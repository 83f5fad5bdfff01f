// The installer's half of the console's API: the site as it is, the register bench, the last lines of the log. All of it reads; nothing here writes to a device.
import type { FastifyInstance } from "fastify";
import type { SiteContext } from "../../site-context.ts";
import { benchRoutes } from "./bench.ts";
import { logRoutes } from "./log.ts";
import { type OverviewRooms, siteOverviewRoutes } from "./overview.ts";

export function installerRoutes(server: FastifyInstance, context: SiteContext, rooms: OverviewRooms): void {
  siteOverviewRoutes(server, context, rooms);
  benchRoutes(server, context);
  logRoutes(server, rooms);
}
