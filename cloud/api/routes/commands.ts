// Commands to gateways: POST /api/v1/commands, POST /commands/{id}/approval, GET /commands, GET /commands/{id}. What is shown is what the gateway said, never what was hoped.
import Type from "typebox";
import { approve, ask, type CommandRow, commandById, commandsOf } from "#cloud/commands/commands.ts";
import { CommandAsked, CommandView, commandStates } from "#protocols/api/commands.ts";
import { type ActionName, actions } from "#protocols/uplink/commands.ts";
import type { Refusal } from "#protocols/vocabulary/faults.ts";
import { toRfc3339, wall } from "#protocols/vocabulary/time.ts";
import { personOf, readersOf, siteWithin, withinScope } from "../access.ts";
import type { About } from "../audited.ts";
import { changed, rowOf } from "../change.ts";
import { Cursor, limitOf, pageFrom, pageOf, timeCursor, timeCursorText } from "../pages.ts";
import { ApiProblem, notFound, refused } from "../problem.ts";
import type { Routes } from "../server.ts";
import { IfMatch, tagged } from "../versions.ts";

const Id = Type.Object({ id: Type.String({ maxLength: 64 }) });
const Which = Type.Object(
  { ...Cursor, site: Type.Optional(Type.String({ maxLength: 40 })), state: Type.Optional(Type.Enum([...commandStates])) },
  { additionalProperties: false },
);
const Headers = Type.Object({ "idempotency-key": Type.String({ minLength: 8, maxLength: 64, pattern: "^[A-Za-z0-9_-]+$" }) });

const time = (ms: number | null): string | null => (ms === null ? null : toRfc3339(wall(ms)));

export function commandView(row: CommandRow): CommandView {
  const { zh, en, dangerous } = actions[row.action as ActionName];
  return {
    ...{ id: row.id, site: row.site, gateway: row.gateway, action: row.action, action_zh: zh, action_en: en, dangerous },
    args: JSON.parse(row.args) as Record<string, unknown>,
    ...{ person: row.person, approver: row.approver, reason: row.reason, state: row.state as CommandView["state"] },
    ...{ asked: toRfc3339(wall(row.asked_at)), issued: time(row.issued_at), expires: time(row.expires_at) },
    ...{ received: time(row.received_at), ended: time(row.ended_at), code: row.code, zh: row.zh, en: row.en },
  };
}

/** The reason, which is free text, stands with the command. */
function aboutCommand(found: CommandRow | Refusal | undefined): About | undefined {
  const row = rowOf(found);
  if (row === undefined) return undefined;
  const { id, site, gateway, action, args, state } = row;
  return { object: id, site, detail: { gateway, action, args: JSON.parse(args) as unknown, state } };
}

export const commandRoutes: Routes = (server, surroundings) => {
  const { store, now, commands, sites } = surroundings;
  server.get(
    "/api/v1/commands",
    { ...readersOf("operations"), schema: { querystring: Which, response: { 200: pageOf(CommandView) } } },
    async (request) => {
      siteWithin(request, request.query.site);
      const [limit, after] = [limitOf(request.query), timeCursor(request.query)];
      const which = { site: request.query.site, state: request.query.state, scope: request.scope, limit: limit + 1, after };
      const { shown, next } = pageFrom(await commandsOf(store.read, which), limit, ({ asked_at, id }) => timeCursorText(asked_at, id));
      return { items: shown.map(commandView), next };
    },
  );

  server.get(
    "/api/v1/commands/:id",
    { ...readersOf("operations"), schema: { params: Id, response: { 200: CommandView } } },
    async (request, reply) => {
      const { id } = request.params;
      await tagged(reply, store.read, ["command", id]);
      return commandView(withinScope(request, await commandById(store.read, id)));
    },
  );

  server.post(
    "/api/v1/commands",
    {
      config: { access: ["booth", "property-manager"], audit: "command.ask", once: "own" },
      schema: { headers: Headers, body: CommandAsked, response: { 200: CommandView } },
    },
    async (request) => {
      const { site, gateway, action, args, reason } = request.body;
      siteWithin(request, site);
      if (!sites.some(({ id }) => id === site) || !commands.knows({ site, gateway }))
        throw new ApiProblem(404, {
          code: "no-such-gateway",
          zh: "没有这个网关",
          en: "no such gateway",
          hint_zh: "检查 site 与 gateway",
          hint_en: "check site and gateway",
        });
      const asked = {
        site,
        gateway,
        action,
        args,
        reason,
        person: personOf(request).id,
        askedAs: request.headers["idempotency-key"],
        now: now(),
      };
      // Asked twice at once under one name, or approved by two at once: they stand in line, and the second finds what the first made.
      const row = await changed(surroundings, request, {
        work: ({ change }) => ask(change, commands.key, asked),
        about: aboutCommand,
        alone: `command of ${asked.person}`,
      });
      if ("kind" in row) throw refused(row, row.code === "arguments" ? 400 : 422);
      commands.wake();
      return commandView(row);
    },
  );

  server.post(
    "/api/v1/commands/:id/approval",
    {
      config: { access: ["property-manager"], audit: "command.approve" },
      schema: { headers: IfMatch, params: Id, response: { 200: CommandView } },
    },
    async (request) => {
      withinScope(request, await commandById(store.read, request.params.id));
      const by = { id: request.params.id, person: personOf(request).id, now: now() };
      const row = await changed(surroundings, request, {
        over: ["command", by.id],
        work: ({ change }) => approve(change, commands.key, by),
        about: aboutCommand,
        alone: `command ${by.id}`,
      });
      if (row === undefined) throw notFound();
      if ("kind" in row) throw refused(row, row.code === "same-person" ? 403 : 409);
      commands.wake();
      return commandView(row);
    },
  );
};
