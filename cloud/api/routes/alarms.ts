// Alarms: GET /api/v1/alarms, /alarms/{id}, /alarms/summary, /alarms/kpi; POST /alarms/{id}/acknowledge, /alarms/acknowledge, /alarms/{id}/actions.
import type { FastifyRequest } from "fastify";
import Type from "typebox";
import { acknowledgeAlarm, acknowledgeSeveral, actOnAlarm, alarmActions, waitingForASecond } from "#cloud/alarms/acts.ts";
import { neverStale, staleAfterMs } from "#cloud/alarms/figures.ts";
import { kpiOver, summaryOf } from "#cloud/alarms/report.ts";
import { sees } from "#cloud/identity/scope.ts";
import type { Row } from "#cloud/store/schema.ts";
import { alarmView } from "#cloud/views/views.ts";
import { time } from "#cloud/views/words.ts";
import { AlarmDetail, AlarmSummary, AlarmView } from "#protocols/api/alarms.ts";
import type { Role } from "#protocols/api/views.ts";
import type { Refusal } from "#protocols/vocabulary/faults.ts";
import { dayMs } from "#protocols/vocabulary/time.ts";
import { personOf, readersOf, siteWithin, withinScope } from "../access.ts";
import { changed, rowOf } from "../change.ts";
import { Cursor, limitOf, pageFrom, pageOf, timeCursor, timeCursorText } from "../pages.ts";
import { notFound, refused } from "../problem.ts";
import type { Routes } from "../server.ts";
import { IfMatch, tagged } from "../versions.ts";

const Id = Type.Object({ id: Type.String({ maxLength: 64 }) });
const Which = Type.Object(
  {
    ...Cursor,
    state: Type.Optional(Type.Enum(["open", "held", "stale", "closing", "all"])),
    site: Type.Optional(Type.String({ maxLength: 40 })),
  },
  { additionalProperties: false },
);
const Act = Type.Object(
  {
    action: Type.Enum([...alarmActions]),
    reason: Type.Optional(Type.String({ maxLength: 300 })),
    minutes: Type.Optional(Type.Integer({ minimum: 1, maximum: 100_000 })),
  },
  { additionalProperties: false },
);
const Several = Type.Object(
  { ids: Type.Array(Type.String({ maxLength: 64, pattern: "^[a-z0-9-]+$" }), { minItems: 1, maxItems: 500 }) },
  { additionalProperties: false },
);
const Skipped = Type.Object({ id: Type.String(), code: Type.String(), zh: Type.String(), en: Type.String() });
const SeveralDone = Type.Object({ acknowledged: Type.Integer(), skipped: Type.Array(Skipped), zh: Type.String(), en: Type.String() });
const Period = Type.Object(
  { site: Type.Optional(Type.String({ maxLength: 40 })), days: Type.Optional(Type.String({ pattern: "^[1-9][0-9]{0,2}$" })) },
  { additionalProperties: false },
);

const acknowledgers: readonly Role[] = [
  ...(["booth", "property-manager", "operating-company", "fire-maintenance"] as const),
  ...(["community-officer", "street-officer", "bureau-officer", "grid-worker"] as const),
];
/** Who answers for what is shelved, taken out of service or reset. */
const keepers: readonly Role[] = ["property-manager", "operating-company", "fire-maintenance"];

export const alarmRoutes: Routes = (server, surroundings) => {
  const { store, now } = surroundings;
  server.get(
    "/api/v1/alarms",
    { ...readersOf("alarms"), schema: { querystring: Which, response: { 200: pageOf(AlarmView) } } },
    async (request) => {
      const { scope } = request;
      const { state = "open", site } = request.query;
      siteWithin(request, site);
      const [limit, after] = [limitOf(request.query), timeCursor(request.query)];
      let rows = store.read
        .selectFrom("alarm")
        .selectAll()
        .$if(!scope.all, (all) => all.where("site", "in", scope.sites))
        .$if(site !== undefined, (all) => all.where("site", "=", site ?? ""))
        .$if(state === "held", (all) => all.where("hold", "!=", "none").where("open", "=", 1))
        .$if(state === "stale", (all) =>
          all
            .where("active", "=", 1)
            .where("hold", "=", "none")
            .where("stood_at", "<", now() - staleAfterMs)
            .where("rule", "not in", [...neverStale]),
        )
        .$if(state === "open", (all) => all.where("open", "=", 1))
        .$if(state === "closing", (all) => all.where("open", "=", 1).where("id", "in", waitingForASecond(store.read, now())))
        // By when it first stood: what is raised again meanwhile keeps its place, and no page misses it.
        .orderBy("first_at", "desc")
        .orderBy("id", "desc")
        .limit(limit + 1);
      if (after !== undefined)
        rows = rows.where((eb) => eb.or([eb("first_at", "<", after.at), eb.and([eb("first_at", "=", after.at), eb("id", "<", after.id)])]));
      const { shown, next } = pageFrom(await rows.execute(), limit, ({ first_at, id }) => timeCursorText(first_at, id));
      return { items: shown.map(alarmView), next };
    },
  );

  server.get(
    "/api/v1/alarms/summary",
    { ...readersOf("alarms"), schema: { querystring: Period, response: { 200: AlarmSummary } } },
    (request) => {
      siteWithin(request, request.query.site);
      return summaryOf(store.read, { scope: request.scope, site: request.query.site, now: now() });
    },
  );

  server.get("/api/v1/alarms/kpi", { ...readersOf("alarms"), schema: { querystring: Period } }, (request) => {
    const { site, days = "7" } = request.query;
    siteWithin(request, site);
    return kpiOver(store.read, { scope: request.scope, site, from: now() - Number(days) * dayMs, to: now() });
  });

  server.get(
    "/api/v1/alarms/:id",
    { ...readersOf("alarms"), schema: { params: Id, response: { 200: AlarmDetail } } },
    async (request, reply) => {
      const { id } = request.params;
      const row = withinScope(request, await store.read.selectFrom("alarm").selectAll().where("id", "=", id).executeTakeFirst());
      await tagged(reply, store.read, ["alarm", id]);
      const steps = await store.read.selectFrom("alarm_step").selectAll().where("alarm", "=", id).orderBy("seq").execute();
      return {
        alarm: alarmView(row),
        steps: steps.map(({ at, input, from_state: from, to_state: to, person, reason }) => ({
          at: time(at),
          input,
          from,
          to,
          person,
          reason,
        })),
      };
    },
  );

  const ownOne = async (request: FastifyRequest, id: string): Promise<void> =>
    void withinScope(request, await store.read.selectFrom("alarm").select("site").where("id", "=", id).executeTakeFirst());
  const answered = (done: Row<"alarm"> | Refusal | undefined): AlarmView => {
    if (done === undefined) throw notFound();
    if ("kind" in done) throw refused(done);
    return alarmView(done);
  };

  server.post(
    "/api/v1/alarms/:id/acknowledge",
    {
      config: { access: acknowledgers, audit: "alarm.acknowledge" },
      schema: { headers: IfMatch, params: Id, response: { 200: AlarmView } },
    },
    async (request) => {
      const { id } = request.params;
      await ownOne(request, id);
      const done = await changed(surroundings, request, {
        over: ["alarm", id],
        work: (effect) => acknowledgeAlarm(effect, { id, person: personOf(request).id, at: now() }),
        about: (found) => {
          const row = rowOf(found);
          return row && { object: row.id, site: row.site, detail: { rule: row.rule, source: row.source } };
        },
      });
      return answered(done);
    },
  );

  server.post(
    "/api/v1/alarms/acknowledge",
    { config: { access: acknowledgers, audit: "alarm.acknowledge" }, schema: { body: Several, response: { 200: SeveralDone } } },
    async (request) => {
      const { ids } = request.body;
      const { scope } = request;
      const { done, skipped } = await changed(surroundings, request, {
        work: (effect) => acknowledgeSeveral(effect, { ids, person: personOf(request).id, at: now(), maySee: (site) => sees(scope, site) }),
        about: (all) => ({
          object: null,
          site: all.done[0]?.site ?? null,
          detail: { acknowledged: all.done.map(({ id }) => id), skipped: all.skipped.length },
        }),
      });
      return {
        acknowledged: done.length,
        skipped,
        zh: `已确认 ${done.length} 条${skipped.length === 0 ? "" : `，${skipped.length} 条无需或不能确认`}`,
        en: `${done.length} acknowledged${skipped.length === 0 ? "" : `, ${skipped.length} needed none`}`,
      };
    },
  );

  server.post(
    "/api/v1/alarms/:id/actions",
    { config: { access: keepers, audit: "alarm.act" }, schema: { headers: IfMatch, params: Id, body: Act, response: { 200: AlarmView } } },
    async (request) => {
      const { id } = request.params;
      await ownOne(request, id);
      const asked = { id, person: personOf(request).id, at: now(), ...request.body };
      const done = await changed(surroundings, request, {
        over: ["alarm", id],
        work: (effect) => actOnAlarm(effect, asked),
        about: (found) => {
          const row = rowOf(found);
          const { action, reason = null, minutes = null } = asked;
          return row && { object: row.id, site: row.site, detail: { action, reason, minutes, rule: row.rule, source: row.source } };
        },
      });
      return answered(done);
    },
  );
};
