// Reports of a property: GET /api/v1/reports (a period, also as a workbook or CSV), /reports/rows (what stands behind one number), /reports/shifts (as they were handed over).
import Type from "typebox";
import { csvOf, dayName, workbookOf } from "#cloud/reports/files.ts";
import { figuresOf, incomeOf, mayReadSource, type Period, type Rights, sandboxOf } from "#cloud/reports/report.ts";
import { mostRows, rowsOf } from "#cloud/reports/rows.ts";
import { shiftsOf } from "#cloud/reports/shifts.ts";
import { maySeePlates } from "#cloud/views/present.ts";
import { time } from "#cloud/views/words.ts";
import { ReportRow, ReportView, reportSources, ShiftView } from "#protocols/api/reports.ts";
import type { Role } from "#protocols/api/views.ts";
import { idPattern } from "#protocols/vocabulary/ids.ts";
import { dayMs, fromRfc3339 } from "#protocols/vocabulary/time.ts";
import { personOf, siteWithin } from "../access.ts";
import { ApiProblem } from "../problem.ts";
import { mayRead } from "../rights.ts";
import type { Routes } from "../server.ts";

const strict = { additionalProperties: false } as const;
const site = Type.String({ pattern: idPattern });
const moment = Type.String({ maxLength: 40, description: "RFC 3339" });
const format = Type.Optional(Type.Enum(["json", "csv", "xlsx"]));
const Asked = Type.Object({ site, from: moment, to: moment, format }, strict);
const RowsAsked = Type.Object(
  { site, from: moment, to: moment, of: Type.Enum([...reportSources]), key: Type.Optional(Type.String({ maxLength: 100 })) },
  strict,
);
const ShiftsAsked = Type.Object({ site, days: Type.Optional(Type.String({ pattern: "^[1-9][0-9]?$" })) }, strict);
const Rows = Type.Object({ items: Type.Array(ReportRow), most: Type.Integer() }, strict);

/** Who answers for a compound's days; a treasurer reads its money alone. */
const readers: readonly Role[] = ["booth", "property-manager", "operating-company", "finance", "auditor"];
const longest_ms = 32 * dayMs;

export const reportRoutes: Routes = (server, { store, now, sites }) => {
  const { read } = store;
  const rightsOf = (role: Role): Rights => ({
    ...{ money: mayRead(role, "money"), operations: mayRead(role, "operations"), alarms: mayRead(role, "alarms") },
  });
  const periodOf = ({ site: of, from, to }: { site: string; from: string; to: string }): Period => {
    const [begin, end] = [fromRfc3339(from), fromRfc3339(to)];
    if (begin !== undefined && end !== undefined && end > begin && end - begin <= longest_ms) return { site: of, from: begin, to: end };
    throw new ApiProblem(400, {
      ...{
        code: "no-period",
        zh: "时段应为两个 RFC 3339 时间，先后有序，至多 32 天",
        en: "from and to are RFC 3339 times in their order, at most 32 days apart",
      },
      ...{
        hint_zh: "from=2026-11-26T00:00:00+08:00&to=2026-11-27T00:00:00+08:00",
        hint_en: "from=2026-11-26T00:00:00+08:00&to=2026-11-27T00:00:00+08:00",
      },
    });
  };

  server.get(
    "/api/v1/reports",
    { config: { access: readers }, schema: { querystring: Asked, response: { 200: ReportView } } },
    async (request, reply) => {
      const { query } = request;
      siteWithin(request, query.site);
      const period = periodOf(query);
      const rights = rightsOf(personOf(request).role);
      const figures = await figuresOf(read, period, rights);
      const lanes = await read
        .selectFrom("lane")
        .select(["lane", "name", "direction"])
        .where("site", "=", query.site)
        .orderBy("lane")
        .execute();
      const missing = await read
        .selectFrom("cursor")
        .select(({ fn }) => [fn.sum("seen_to").as("seen"), fn.sum("up_to").as("up_to")])
        .where("site", "=", query.site)
        .executeTakeFirst();
      const at = now();
      const report: ReportView = {
        ...{ site: query.site, from: time(period.from), to: time(period.to), made: time(at), complete: period.to <= at, figures },
        behind: Math.max(0, Number(missing?.seen ?? 0) - Number(missing?.up_to ?? 0)),
        income_fen: rights.money ? incomeOf(figures) : null,
        sandbox_fen: rights.money ? sandboxOf(figures) : null,
        lanes: lanes.map(({ lane, name, direction }) => ({ id: lane, name, direction })),
      };
      const { format: wanted = "json" } = query;
      if (wanted === "json") return report;
      const name = `report-${query.site}-${dayName(period.from)}`;
      if (wanted === "csv")
        return reply
          .type("text/csv; charset=utf-8")
          .header("content-disposition", `attachment; filename="${name}.csv"`)
          .serializer((value: unknown) => String(value))
          .send(csvOf(report) as never);
      const by = { place: sites.find(({ id }) => id === query.site)?.name ?? query.site, person: personOf(request).name };
      return reply
        .type("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
        .header("content-disposition", `attachment; filename="${name}.xlsx"`)
        .send(Buffer.from(workbookOf(report, by)) as never);
    },
  );

  server.get(
    "/api/v1/reports/rows",
    { config: { access: readers }, schema: { querystring: RowsAsked, response: { 200: Rows } } },
    async (request) => {
      const { query } = request;
      siteWithin(request, query.site);
      const { role } = personOf(request);
      if (!mayReadSource(query.of, rightsOf(role)))
        throw new ApiProblem(403, { code: "not-this-post", zh: "当前岗位不能查看这些记录", en: "this post does not read these rows" });
      const wanted = { ...periodOf(query), of: query.of, key: query.key ?? null, wholePlates: maySeePlates(role) };
      return { items: [...(await rowsOf(read, wanted))], most: mostRows };
    },
  );

  server.get(
    "/api/v1/reports/shifts",
    { config: { access: readers }, schema: { querystring: ShiftsAsked, response: { 200: Type.Array(ShiftView) } } },
    async (request) => {
      const { query } = request;
      siteWithin(request, query.site);
      return [...(await shiftsOf(read, { site: query.site, since: now() - Number(query.days ?? "14") * dayMs }))];
    },
  );
};
