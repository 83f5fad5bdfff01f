// API tokens: an administrator grants, the person takes the secret once, either ends it. What a token may do is never more than its person's post.
import type { FastifyRequest } from "fastify";
import Type from "typebox";
import { emergencyPerson } from "#cloud/identity/emergency.ts";
import { personOf as knownPerson } from "#cloud/identity/people.ts";
import { covers, homeOf } from "#cloud/identity/scope.ts";
import { grantToken, revokeToken, type TokenRow, takeToken, tokenOf, tokenState } from "#cloud/identity/tokens.ts";
import { maybeTime, time } from "#cloud/views/words.ts";
import { TokenAsked, TokenTaken, TokenView } from "#protocols/api/tokens.ts";
import type { Role } from "#protocols/api/views.ts";
import { everyRole, personOf } from "../access.ts";
import { changed, rowOf } from "../change.ts";
import { Cursor, limitOf, pageOf, timeCursor, timeCursorText } from "../pages.ts";
import { ApiProblem, notFound, refused } from "../problem.ts";
import type { Routes } from "../server.ts";
import { IfMatch, tagged } from "../versions.ts";

const Id = Type.Object({ id: Type.String({ pattern: "^[0-9a-f]{16}$" }) }, { additionalProperties: false });
const overseers: readonly Role[] = ["administrator", "auditor"];
const Listed = Type.Object({ ...Cursor, person: Type.Optional(Type.String({ maxLength: 64 })) }, { additionalProperties: false });

function tokenView(row: TokenRow, now: number): TokenView {
  const { id, name, person, post, area, made_by, revoked_by } = row;
  return {
    ...{ id, name, person, post, area, made_by, revoked_by, scopes: JSON.parse(row.scopes) as string[], state: tokenState(row, now) },
    ...{ created: time(row.created_at), expires: time(row.expires_at), taken: maybeTime(row.taken_at), used: maybeTime(row.used_at) },
    revoked: maybeTime(row.revoked_at),
  };
}

export const tokenRoutes: Routes = (server, surroundings) => {
  const { store, now, tree } = surroundings;
  const { read } = store;
  const reaches = ({ scope }: FastifyRequest, area: string): boolean => covers(scope, tree.scopeOf(area));
  const about = (row: TokenRow) => ({
    object: row.id,
    site: homeOf(tree.scopeOf(row.area)),
    detail: { name: row.name, person: row.person, post: row.post, area: row.area, scopes: JSON.parse(row.scopes) as string[] },
  });
  /** One's own, or one within the reach of these roles: any other is not there. */
  const found = async (request: FastifyRequest, others: readonly Role[]): Promise<TokenRow> => {
    const { id } = request.params as { id: string };
    const row = await tokenOf(read, id);
    const me = personOf(request);
    if (row?.person === me.id) return row;
    if (row === undefined || !others.includes(me.role) || !reaches(request, row.area)) throw notFound();
    return row;
  };

  server.post(
    "/api/v1/tokens",
    { config: { access: ["administrator"], audit: "token.make" }, schema: { body: TokenAsked, response: { 200: TokenView } } },
    async (request) => {
      const { body } = request;
      const unknown = body.scopes.filter((one) => !server.tokenScopes.has(one));
      if (unknown.length > 0)
        throw new ApiProblem(400, {
          ...{ code: "no-such-scope", zh: `没有这样的权限：${unknown.join("、")}`, en: `there is no scope ${unknown.join(", ")}` },
          ...{
            hint_zh: `可用：${[...server.tokenScopes].sort().join("、")}`,
            hint_en: `there are: ${[...server.tokenScopes].sort().join(", ")}`,
          },
        });
      if (body.person === emergencyPerson)
        throw new ApiProblem(422, {
          ...{ code: "no-token-for-emergency", zh: "紧急账号不能有令牌", en: "the emergency account is given no token" },
          ...{ hint_zh: "它只有一小时，且须两人", hint_en: "it lives an hour, and takes two people" },
        });
      const post = (await knownPerson(read, body.person))?.posts.find((one) => one.post === body.post);
      if (post === undefined || !reaches(request, post.area)) throw notFound();
      const area = body.area ?? post.area;
      // An area that leads nowhere would be covered by everything.
      if (!tree.knows(area) || !covers(tree.scopeOf(post.area), tree.scopeOf(area)))
        throw new ApiProblem(422, {
          ...{ code: "beyond-post", zh: "令牌的范围超出该岗位", en: "the token would reach further than its post" },
          ...{ hint_zh: `在 ${post.area} 之内`, hint_en: `within ${post.area}` },
        });
      const at = now();
      const row = await changed(surroundings, request, {
        work: ({ change }) => grantToken(change, { ...body, area, by: personOf(request).id, now: at }),
        about,
      });
      return tokenView(row, at);
    },
  );

  // Whoever grants chooses among what there is.
  server.get(
    "/api/v1/tokens/scopes",
    { config: { access: ["administrator"] }, schema: { response: { 200: Type.Array(Type.String()) } } },
    async () => [...server.tokenScopes].sort(),
  );

  server.get("/api/v1/tokens", { ...everyRole, schema: { querystring: Listed, response: { 200: pageOf(TokenView) } } }, async (request) => {
    const { query } = request;
    const me = personOf(request);
    const limit = limitOf(query);
    const areas = (await read.selectFrom("api_token").select("area").distinct().execute()).map(({ area }) => area);
    const seen = overseers.includes(me.role) ? areas.filter((area) => reaches(request, area)) : [];
    let rows = read
      .selectFrom("api_token")
      .selectAll()
      .where((eb) => eb.or([eb("person", "=", me.id), eb("area", "in", ["", ...seen])]))
      .orderBy("created_at", "desc")
      .orderBy("id", "desc")
      .limit(limit + 1);
    if (query.person !== undefined) rows = rows.where("person", "=", query.person);
    const after = timeCursor(query);
    if (after !== undefined)
      rows = rows.where((eb) =>
        eb.or([eb("created_at", "<", after.at), eb.and([eb("created_at", "=", after.at), eb("id", "<", after.id)])]),
      );
    const page = await rows.execute();
    const shown = page.slice(0, limit);
    const last = shown.at(-1);
    return {
      items: shown.map((row) => tokenView(row, now())),
      next: page.length > limit && last !== undefined ? timeCursorText(last.created_at, last.id) : null,
    };
  });

  server.get("/api/v1/tokens/:id", { ...everyRole, schema: { params: Id, response: { 200: TokenView } } }, async (request, reply) => {
    const row = await found(request, overseers);
    await tagged(reply, read, ["token", row.id]);
    return tokenView(row, now());
  });

  server.post(
    "/api/v1/tokens/:id/secret",
    {
      config: { ...everyRole.config, audit: "token.take", once: "secret" },
      schema: { headers: IfMatch, params: Id, response: { 200: TokenTaken } },
    },
    async (request, reply) => {
      const { id } = await found(request, []);
      const at = now();
      const taken = await changed(surroundings, request, {
        over: ["token", id],
        work: ({ change }) => takeToken(change, { id, now: at }),
        about: (done) => rowOf(done) && about((done as { row: TokenRow }).row),
        alone: `token ${id}`,
      });
      if (taken.kind === "refusal") throw refused(taken);
      reply.header("cache-control", "no-store");
      return { ...tokenView(taken.row, at), token: taken.secret };
    },
  );

  server.post(
    "/api/v1/tokens/:id/revocation",
    {
      config: { ...everyRole.config, audit: "token.revoke" },
      schema: { headers: IfMatch, params: Id, response: { 200: TokenView } },
    },
    async (request) => {
      const { id } = await found(request, ["administrator"]);
      const row = await changed(surroundings, request, {
        over: ["token", id],
        work: ({ change }) => revokeToken(change, { id, by: personOf(request).id, now: now() }),
        about: (done) => done && about(done),
      });
      if (row === undefined) throw notFound();
      return tokenView(row, now());
    },
  );
};
