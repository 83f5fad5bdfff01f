// GET /api/v1/visits: stays with their bills, newest first; for those who let cars in plates are whole, for others masked.
import Type from "typebox";
import { maskPlate, maySeePlates } from "#cloud/views/present.ts";
import { maybeTime } from "#cloud/views/words.ts";
import type { Role } from "#protocols/api/views.ts";
import { fromRfc3339 } from "#protocols/vocabulary/time.ts";
import { personOf, readersOf, siteWithin } from "../access.ts";
import { Cursor, limitOf, timeCursor, timeCursorText } from "../pages.ts";
import { ApiProblem } from "../problem.ts";
import type { Routes } from "../server.ts";

const maybe = (schema: Type.TSchema) => Type.Union([schema, Type.Null()]);
const Bill = Type.Object({
  bill: Type.String(),
  tariff: Type.String(),
  lines: Type.Unknown(),
  total_fen: Type.Integer(),
  paid_fen: Type.Integer(),
  due_fen: Type.Integer(),
});
const VisitView = Type.Object({
  visit: Type.String(),
  site: Type.String(),
  gateway: Type.String(),
  plate: maybe(Type.String()),
  state: Type.String(),
  offline: Type.Boolean(),
  entered_at: maybe(Type.String()),
  left_at: maybe(Type.String()),
  lane_in: maybe(Type.String()),
  lane_out: maybe(Type.String()),
  total_fen: maybe(Type.Integer()),
  paid_fen: Type.Integer(),
  bills: Type.Array(Bill),
});
const Asked = Type.Object(
  {
    ...Cursor,
    site: Type.Optional(Type.String()),
    state: Type.Optional(Type.String()),
    visit: Type.Optional(Type.String()),
    lane: Type.Optional(Type.String({ description: "came in or went out by it" })),
    plate: Type.Optional(
      Type.String({ pattern: "^[\\u4e00-\\u9fffA-Z0-9?]{2,10}$", description: "a part of the plate; ? stands for one character" }),
    ),
    from: Type.Optional(Type.String({ description: "entered at or after, RFC 3339" })),
    to: Type.Optional(Type.String({ description: "entered before, RFC 3339" })),
  },
  { additionalProperties: false },
);

function momentOf(text: string | undefined, name: string): number | undefined {
  if (text === undefined) return undefined;
  const at = fromRfc3339(text);
  if (at !== undefined) return at;
  throw new ApiProblem(400, {
    ...{ code: "no-time", zh: `${name} 应为 RFC 3339 时间`, en: `${name} is an RFC 3339 time` },
    ...{ hint_zh: "2026-11-25T08:00:00+08:00", hint_en: "2026-11-25T08:00:00+08:00" },
  });
}

/** Who sees plates masked could find out the rest by asking for it letter by letter. */
function wholePlatesOnly(role: Role): void {
  if (maySeePlates(role)) return;
  throw new ApiProblem(403, {
    ...{ code: "plates-masked", zh: "您看到的车牌是隐去的，不能按车牌查找", en: "you see plates masked, and cannot search by them" },
    ...{ hint_zh: "请值班员或物业经理查找", hint_en: "ask the booth or the property's manager" },
  });
}

export const visitRoutes: Routes = (server, { store }) => {
  server.get(
    "/api/v1/visits",
    {
      ...readersOf("money"),
      schema: { querystring: Asked, response: { 200: Type.Object({ items: Type.Array(VisitView), next: maybe(Type.String()) }) } },
    },
    async (request) => {
      const { query, scope } = request;
      siteWithin(request, query.site);
      const limit = limitOf(query);
      let rows = store.read
        .selectFrom("visit")
        .selectAll()
        .$if(!scope.all, (all) => all.where("site", "in", scope.sites))
        .where("entered_at", "is not", null)
        .orderBy("entered_at", "desc")
        .orderBy("visit", "desc")
        .limit(limit + 1);
      if (query.site !== undefined) rows = rows.where("site", "=", query.site);
      if (query.state !== undefined) rows = rows.where("state", "=", query.state);
      if (query.visit !== undefined) rows = rows.where("visit", "=", query.visit);
      if (query.lane !== undefined) {
        const { lane } = query;
        rows = rows.where((eb) => eb.or([eb("lane_in", "=", lane), eb("lane_out", "=", lane)]));
      }
      if (query.plate !== undefined) {
        wholePlatesOnly(personOf(request).role);
        rows = rows.where("plate", "like", `%${query.plate.replaceAll("?", "_")}%`);
      }
      const [from, to] = [momentOf(query.from, "from"), momentOf(query.to, "to")];
      if (from !== undefined) rows = rows.where("entered_at", ">=", from);
      if (to !== undefined) rows = rows.where("entered_at", "<", to);
      const after = timeCursor(query);
      if (after !== undefined)
        rows = rows.where((eb) =>
          eb.or([eb("entered_at", "<", after.at), eb.and([eb("entered_at", "=", after.at), eb("visit", "<", after.id)])]),
        );
      const page = await rows.execute();
      const shown = page.slice(0, limit);
      const bills =
        shown.length === 0
          ? []
          : await store.read
              .selectFrom("bill")
              .selectAll()
              .where(
                "visit",
                "in",
                shown.map((row) => row.visit),
              )
              .orderBy("left_at")
              .execute();
      const whole = maySeePlates(personOf(request).role);
      const last = shown.at(-1);
      return {
        items: shown.map((row) => ({
          visit: row.visit,
          site: row.site,
          gateway: row.gateway,
          plate: row.plate === null || whole ? row.plate : maskPlate(row.plate),
          state: row.state,
          offline: row.offline === 1,
          entered_at: maybeTime(row.entered_at),
          left_at: maybeTime(row.left_at),
          lane_in: row.lane_in,
          lane_out: row.lane_out,
          total_fen: row.total_fen,
          paid_fen: row.paid_fen,
          bills: bills
            .filter((bill) => bill.visit === row.visit)
            .map((bill) => ({
              bill: bill.bill,
              tariff: bill.tariff,
              lines: JSON.parse(bill.lines) as unknown,
              total_fen: bill.total_fen,
              paid_fen: bill.paid_fen,
              due_fen: bill.due_fen,
            })),
        })),
        next: page.length > limit && last !== undefined ? timeCursorText(last.entered_at ?? 0, last.visit) : null,
      };
    },
  );
};
