// With the maintenance company: /api/v1/maintenance (windows by zone), /maintenance/zones (what a zone consists of), /dated-items, /forms/{month}.
import Type from "typebox";
import { addDated, datedKinds, doneDated } from "#cloud/maintenance/dated.ts";
import { csvOf, formKinds, formOf, workbookOf } from "#cloud/maintenance/forms.ts";
import { coverageOf, coverageWords, endWindow, longestWindow_min, openWindow } from "#cloud/maintenance/windows.ts";
import type { Row } from "#cloud/store/schema.ts";
import { maybeTime, time } from "#cloud/views/words.ts";
import type { Role } from "#protocols/api/views.ts";
import { idPattern } from "#protocols/vocabulary/ids.ts";
import { fromCivil, fromRfc3339 } from "#protocols/vocabulary/time.ts";
import { personOf, readersOf, siteWithin, withinScope } from "../access.ts";
import { changed, rowOf } from "../change.ts";
import { ApiProblem, notFound, refused } from "../problem.ts";
import type { Routes } from "../server.ts";
import { IfMatch, tagged } from "../versions.ts";

const strict = { additionalProperties: false } as const;
const id = Type.String({ pattern: idPattern });
const words = (most: number) => Type.String({ minLength: 1, maxLength: most, pattern: "\\S" });
const Id = Type.Object({ id: Type.String({ maxLength: 64 }) });
const Site = Type.Object({ site: id }, strict);
const Open = Type.Object(
  { site: id, zone: id, minutes: Type.Integer({ minimum: 1, maximum: longestWindow_min }), company: words(80), reason: words(200) },
  strict,
);
const Points = Type.Object(
  {
    site: id,
    zone: id,
    points: Type.Array(
      Type.Object({ source: Type.String({ minLength: 3, maxLength: 100 }), name: Type.String({ maxLength: 60 }) }, strict),
      { maxItems: 2_000 },
    ),
  },
  strict,
);
const OneZone = Type.Object({ site: id, zone: id }, strict);
const Dated = Type.Object({ site: id, kind: Type.Enum([...datedKinds]), what: words(120), due: Type.String({ maxLength: 40 }) }, strict);
const Done = Type.Object({ note: words(300), next_due: Type.Optional(Type.String({ maxLength: 40 })) }, strict);
const Month = Type.Object({ month: Type.String({ pattern: "^20[0-9]{2}-(0[1-9]|1[0-2])$" }) });
const Which = Type.Object({ site: id, kind: Type.Enum([...formKinds]), format: Type.Optional(Type.Enum(["json", "csv", "xlsx"])) }, strict);

const keepers: readonly Role[] = ["property-manager", "fire-maintenance"];

function moment(text: string): number {
  const at = fromRfc3339(text);
  if (at === undefined) throw new ApiProblem(400, { code: "no-time", zh: "应为 RFC 3339 时间", en: "should be an RFC 3339 time" });
  return at;
}
const datedView = (row: Row<"dated_item">) => ({
  ...{ id: row.id, site: row.site, kind: row.category, what: row.what, due: time(row.due_at), note: row.note },
  ...{ done: maybeTime(row.done_at), done_by: row.done_by },
});

export const maintenanceRoutes: Routes = (server, surroundings) => {
  const { store, now } = surroundings;
  const windowView = async (row: Row<"maintenance">) => {
    const coverage = await coverageOf(store.read, row);
    const { id: window, site, zone, company, reason, person, ended_by } = row;
    const times = { from: time(row.from_at), until: time(row.until_at), ended: maybeTime(row.ended_at) };
    return { id: window, site, zone, company, reason, person, ...times, ended_by, coverage: { ...coverage, ...coverageWords(coverage) } };
  };

  server.get("/api/v1/maintenance", { ...readersOf("alarms"), schema: { querystring: Site } }, async (request) => {
    siteWithin(request, request.query.site);
    const rows = await store.read
      .selectFrom("maintenance")
      .selectAll()
      .where("site", "=", request.query.site)
      .orderBy("from_at", "desc")
      .limit(100)
      .execute();
    return Promise.all(rows.map(windowView));
  });

  server.post(
    "/api/v1/maintenance",
    { config: { access: keepers, audit: "maintenance.open" }, schema: { body: Open } },
    async (request) => {
      siteWithin(request, request.body.site);
      const asked = { ...request.body, person: personOf(request).id, at: now() };
      const done = await changed(surroundings, request, {
        work: (effect) => openWindow(effect, asked),
        about: (found) => {
          const row = rowOf(found);
          return row && { object: row.id, site: row.site, detail: { zone: row.zone, minutes: asked.minutes, company: row.company } };
        },
        alone: "maintenance",
      });
      if ("kind" in done) throw refused(done);
      return windowView(done);
    },
  );

  server.get("/api/v1/maintenance/:id", { ...readersOf("alarms"), schema: { params: Id } }, async (request, reply) => {
    const { id: window } = request.params;
    const row = withinScope(request, await store.read.selectFrom("maintenance").selectAll().where("id", "=", window).executeTakeFirst());
    await tagged(reply, store.read, ["maintenance", window]);
    return windowView(row);
  });

  server.post(
    "/api/v1/maintenance/:id/end",
    { config: { access: keepers, audit: "maintenance.end" }, schema: { headers: IfMatch, params: Id } },
    async (request) => {
      const { id: window } = request.params;
      withinScope(request, await store.read.selectFrom("maintenance").select("site").where("id", "=", window).executeTakeFirst());
      const done = await changed(surroundings, request, {
        over: ["maintenance", window],
        work: (effect) => endWindow(effect, { id: window, person: personOf(request).id, at: now() }),
        about: (found) => {
          const row = rowOf(found);
          return row && { object: row.id, site: row.site, detail: { zone: row.zone } };
        },
        alone: "maintenance",
      });
      if (done === undefined) throw notFound();
      if ("kind" in done) throw refused(done);
      return windowView(done);
    },
  );

  server.get("/api/v1/maintenance/zones", { ...readersOf("alarms"), schema: { querystring: OneZone } }, async (request, reply) => {
    const { site, zone } = request.query;
    siteWithin(request, site);
    const rows = store.read.selectFrom("zone_point").select(["source", "name"]).where("site", "=", site).where("zone", "=", zone);
    await tagged(reply, store.read, ["zone", `${site}/${zone}`]);
    return { zone, points: await rows.orderBy("source").execute() };
  });

  server.post(
    "/api/v1/maintenance/zones",
    { config: { access: keepers, audit: "maintenance.zone" }, schema: { headers: IfMatch, body: Points } },
    async (request) => {
      const { site, zone, points } = request.body;
      siteWithin(request, site);
      await changed(surroundings, request, {
        over: ["zone", `${site}/${zone}`],
        async work({ change }) {
          await change.deleteFrom("zone_point").where("site", "=", site).where("zone", "=", zone).execute();
          const rows = [...new Map(points.map((one) => [one.source, { site, zone, ...one }])).values()];
          for (let from = 0; from < rows.length; from += 200)
            await change
              .insertInto("zone_point")
              .values(rows.slice(from, from + 200))
              .execute();
          return rows.length;
        },
        about: (count) => ({ object: zone, site, detail: { points: count } }),
      });
      return { zone, points: points.length };
    },
  );

  server.get("/api/v1/dated-items", { ...readersOf("alarms"), schema: { querystring: Site } }, async (request) => {
    siteWithin(request, request.query.site);
    return (
      await store.read.selectFrom("dated_item").selectAll().where("site", "=", request.query.site).orderBy("due_at").limit(500).execute()
    ).map(datedView);
  });

  server.post("/api/v1/dated-items", { config: { access: keepers, audit: "dated.add" }, schema: { body: Dated } }, async (request) => {
    const { site, kind, what, due } = request.body;
    siteWithin(request, site);
    const due_at = moment(due);
    const row = await changed(surroundings, request, {
      work: (effect) => addDated(effect, { site, category: kind, what, due_at }),
      about: (made) => ({ object: made.id, site, detail: { kind, due } }),
    });
    return datedView(row);
  });

  server.get("/api/v1/dated-items/:id", { ...readersOf("alarms"), schema: { params: Id } }, async (request, reply) => {
    const { id: item } = request.params;
    const row = withinScope(request, await store.read.selectFrom("dated_item").selectAll().where("id", "=", item).executeTakeFirst());
    await tagged(reply, store.read, ["dated", item]);
    return datedView(row);
  });

  server.post(
    "/api/v1/dated-items/:id/done",
    { config: { access: keepers, audit: "dated.done" }, schema: { headers: IfMatch, params: Id, body: Done } },
    async (request) => {
      const { id: item } = request.params;
      withinScope(request, await store.read.selectFrom("dated_item").select("site").where("id", "=", item).executeTakeFirst());
      const { note, next_due } = request.body;
      const next_due_at = next_due === undefined ? undefined : moment(next_due);
      const done = await changed(surroundings, request, {
        over: ["dated", item],
        work: (effect) => doneDated(effect, { id: item, person: personOf(request).id, note, at: now(), next_due_at }),
        about: (found) => {
          const row = rowOf(found);
          return row && { object: row.id, site: row.site, detail: { kind: row.category } };
        },
      });
      if (done === undefined) throw notFound();
      if ("kind" in done) throw refused(done);
      return datedView(done);
    },
  );

  server.get("/api/v1/forms/:month", { ...readersOf("alarms"), schema: { params: Month, querystring: Which } }, async (request, reply) => {
    const { site, kind, format = "json" } = request.query;
    siteWithin(request, site);
    const [year = 0, month = 0] = request.params.month.split("-").map(Number);
    const first = (y: number, m: number): number =>
      fromCivil({ year: m > 12 ? y + 1 : y, month: m > 12 ? 1 : m, day: 1, hour: 0, minute: 0, second: 0 });
    const form = await formOf(store.read, kind, { site, from: first(year, month), to: first(year, month + 1) });
    if (format === "json") return form;
    if (format === "xlsx") {
      const about = { site: surroundings.sites.find((one) => one.id === site)?.name ?? site, month: request.params.month };
      return reply
        .type("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
        .header("content-disposition", `attachment; filename="${kind}-${request.params.month}.xlsx"`)
        .send(Buffer.from(workbookOf(form, { ...about, made: time(now()), person: personOf(request).name })));
    }
    return reply
      .type("text/csv; charset=utf-8")
      .header("content-disposition", `attachment; filename="${kind}-${request.params.month}.csv"`)
      .serializer((value: unknown) => String(value))
      .send(csvOf(form));
  });
};
