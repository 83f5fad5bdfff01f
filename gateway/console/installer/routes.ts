// The installer's half of the console's API: the site as it is and as it was in the last hour, the register bench, the last lines of the log. Only the bench writes, and only when it was allowed.
import type { FastifyInstance } from "fastify";
import type { SiteContext } from "../../site-context.ts";
import { cameraSearchRoutes } from "../camera-search.ts";
import { benchRoutes } from "./bench.ts";
import { historyRoutes, keepHistory } from "./history.ts";
import { laneBenchRoutes } from "./lane-bench.ts";
import { logRoutes } from "./log.ts";
import { type OverviewRooms, replayOf, siteOverview, siteOverviewRoutes } from "./overview.ts";
import { reportRoutes } from "./report.ts";
import { writeRoutes } from "./write.ts";

export function installerRoutes(server: FastifyInstance, context: SiteContext, given: Omit<OverviewRooms, "replay">): void {
  const rooms = { ...given, replay: replayOf(context) };
  siteOverviewRoutes(server, context, rooms);
  const history = keepHistory(context, () => siteOverview(context, rooms));
  server.addHook("onClose", history.stop);
  historyRoutes(server, history);
  benchRoutes(server, context);
  writeRoutes(server, context);
  laneBenchRoutes(server, context, rooms.lanes);
  const { lanes } = context.config;
  cameraSearchRoutes(server, (address) => lanes.filter(({ camera }) => camera.address === address).map(({ name }) => name));
  logRoutes(server, rooms);
  reportRoutes(server, { ...context, proofs: () => siteOverview(context, rooms).proofs });
}
