// Smoke detectors by their operator's platform: POST /api/v1/detectors/reports with the platform's own token; GET /api/v1/detectors says what each said last.
import Type from "typebox";
import { sourceByToken } from "#cloud/detectors/sources.ts";
import { ownGateway, takeReports } from "#cloud/detectors/take.ts";
import { maybeTime } from "#cloud/views/words.ts";
import { DetectorView, ReportsTaken } from "#protocols/api/detectors.ts";
import { readDetectors } from "#protocols/fire/detectors/report.ts";
import { idPattern } from "#protocols/vocabulary/ids.ts";
import { anyone, bearerOf, readersOf, siteWithin } from "../access.ts";
import { changed } from "../change.ts";
import { ApiProblem } from "../problem.ts";
import type { Routes } from "../server.ts";

const Site = Type.Object({ site: Type.String({ pattern: idPattern }) }, { additionalProperties: false });
/** One report, or several: as an array, or under `messages`. What is in it is the source's form. */
const Push = Type.Union([Type.Record(Type.String(), Type.Unknown()), Type.Array(Type.Unknown(), { minItems: 1, maxItems: 100 })]);
/** Whole estates at once, and a platform that repeats; a token has no fewer than 24 characters: this is for the machine's sake. */
const rateLimit = { max: 600, timeWindow: 60_000 };

export const detectorRoutes: Routes = (server, surroundings) => {
  const { store, now, detectors, log } = surroundings;
  server.post(
    "/api/v1/detectors/reports",
    {
      config: { ...anyone.config, ownToken: true, audit: "detectors.report", rateLimit },
      schema: { body: Push, response: { 200: ReportsTaken } },
    },
    async (request) => {
      const source = sourceByToken(detectors, bearerOf(request) ?? "");
      if (source === undefined) {
        log.warn({ address: request.socket.remoteAddress }, "a report of detectors with a token that is nobody's");
        throw new ApiProblem(401, {
          ...{ code: "no-token", zh: "令牌不是任何烟感平台的", en: "this token is no platform's" },
          ...{
            hint_zh: "Authorization: Bearer 令牌；见 cloud.yaml 的 detectors",
            hint_en: "send Authorization: Bearer TOKEN; see detectors in cloud.yaml",
          },
        });
      }
      const reports = readDetectors(source.form, request.body);
      if ("kind" in reports)
        throw new ApiProblem(422, { code: "no-report", zh: `读不懂：${reports.reason}`, en: `cannot be read: ${reports.reason}` });
      // Answered once it is on the disk: a platform that repeats until 200 loses nothing.
      const { taken, unknown } = await changed(surroundings, request, {
        work: (effect) => takeReports(effect, { source, reports, now: now() }),
        about: ({ taken: some, unknown: others }) =>
          some === 0 ? undefined : { object: source.id, site: source.site, detail: { taken: some, unknown: others.length } },
        alone: `${source.site}/${ownGateway}`,
      });
      if (taken === 0)
        throw new ApiProblem(422, {
          ...{ code: "unknown-detectors", zh: "没有登记这些探测器", en: "no such detectors are on record" },
          errors: unknown.map((imei) => ({ pointer: "imei", detail: imei })),
        });
      return { taken, unknown: [...unknown] };
    },
  );

  server.get(
    "/api/v1/detectors",
    { ...readersOf("alarms"), schema: { querystring: Site, response: { 200: Type.Array(DetectorView) } } },
    async (request) => {
      const { site } = request.query;
      siteWithin(request, site);
      const rows = await store.read.selectFrom("detector").selectAll().where("site", "=", site).execute();
      const causes = await store.read
        .selectFrom("detector_cause")
        .selectAll()
        .where("site", "=", site)
        .where("standing", "=", 1)
        .orderBy("cause")
        .execute();
      const heard = new Map(rows.map((row) => [row.detector, row]));
      return detectors
        .filter((source) => source.site === site)
        .flatMap((source) =>
          source.detectors.map(({ id, name, zone = null }) => {
            const row = heard.get(id);
            const { battery = null, signal = null, temperature = null } = JSON.parse(row?.numbers ?? "{}") as Partial<DetectorView>;
            const own = causes.filter(({ detector }) => detector === id).map(({ cause }) => cause as DetectorView["causes"][number]);
            return {
              ...{ detector: id, site, source: source.id, name, zone, causes: own, said: row?.word ?? null },
              ...{ heard: maybeTime(row?.heard_at ?? null), silent: row === undefined || row.heard_at === null || row.silent === 1 },
              ...{ battery, signal, temperature },
            };
          }),
        );
    },
  );
};
