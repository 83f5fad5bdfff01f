// GET /api/v1/sockets, and the curve of one value of one socket.
import Type from "typebox";
import { measuredFields, socketSeries, socketView } from "#cloud/views/sockets.ts";
import { time } from "#cloud/views/words.ts";
import { SocketView } from "#protocols/api/views.ts";
import { dayMs, fromRfc3339, hourMs, wall } from "#protocols/vocabulary/time.ts";
import { everyRole } from "../access.ts";
import { ApiProblem, notFound } from "../problem.ts";
import type { Routes } from "../server.ts";

const Curve = Type.Object(
  {
    socket: Type.String(),
    field: Type.Enum([...measuredFields]),
    samples: Type.Array(Type.Object({ at: Type.String(), value: Type.Integer(), quality: Type.Enum(["good", "stale", "bad"]) })),
  },
  { description: "whole numbers in thousandths; a gap between samples is a gap" },
);
const Asked = Type.Object(
  {
    site: Type.String(),
    socket: Type.String(),
    field: Type.Enum([...measuredFields]),
    from: Type.Optional(Type.String()),
    to: Type.Optional(Type.String()),
  },
  { additionalProperties: false },
);

/** The store looks through it hour by hour: whoever asks for a century must not hold up everybody else. */
const longestSpanMs = 31 * dayMs;

export const socketRoutes: Routes = (server, { store, telemetry, now }) => {
  server.get("/api/v1/sockets", { ...everyRole, schema: { response: { 200: Type.Array(SocketView) } } }, async () => {
    const rows = await store.read.selectFrom("socket").selectAll().orderBy("site").orderBy("station").orderBy("number").execute();
    return Promise.all(rows.map((row) => socketView(telemetry, row, now())));
  });

  server.get("/api/v1/telemetry", { ...everyRole, schema: { querystring: Asked, response: { 200: Curve } } }, async (request) => {
    const { site, socket, field, from, to } = request.query;
    const row = await store.read.selectFrom("socket").selectAll().where("site", "=", site).where("socket", "=", socket).executeTakeFirst();
    if (row === undefined) throw notFound();
    const until = to === undefined ? wall(now()) : fromRfc3339(to);
    const since = from === undefined ? wall((until ?? now()) - hourMs) : fromRfc3339(from);
    if (until === undefined || since === undefined)
      throw new ApiProblem(400, {
        code: "no-time",
        zh: "from、to 应为 RFC 3339 时间",
        en: "from and to are RFC 3339 times",
        hint_zh: "2026-11-25T08:00:00+08:00",
        hint_en: "2026-11-25T08:00:00+08:00",
      });
    if (since >= until || until - since > longestSpanMs)
      throw new ApiProblem(400, {
        code: "no-span",
        zh: "from 须早于 to，且相差不超过 31 天",
        en: "from lies before to, and at most 31 days",
        hint_zh: "分段查询",
        hint_en: "ask in parts",
      });
    const samples = await telemetry.range({ series: socketSeries(row, field), from: since, to: until, limit: 10_000 });
    return {
      socket,
      field,
      samples: samples.map(({ time_ns, value, quality }) => ({ at: time(Number(time_ns / 1_000_000n)), value, quality })),
    };
  });
};
