// GET /api/v1/posts: who holds which post where, for whoever answers for it. No password and no hash leaves with it: only whether there is one.
// GET and POST /api/v1/posts/changes, …/{id}/approval, …/{id}/withdrawal: given by two administrators, ended by one.
import type { FastifyRequest } from "fastify";
import Type from "typebox";
import { approvedWithin_ms, askPost, endChange, type PostChangeRow } from "#cloud/identity/post-changes.ts";
import { covers, homeOf } from "#cloud/identity/scope.ts";
import { maybeTime, time } from "#cloud/views/words.ts";
import { HolderView, PostAsked, PostChangeView } from "#protocols/api/posts.ts";
import { type Role, roles } from "#protocols/api/views.ts";
import type { Refusal } from "#protocols/vocabulary/faults.ts";
import { personOf } from "../access.ts";
import type { About } from "../audited.ts";
import { changed, rowOf } from "../change.ts";
import { Cursor, limitOf, pageFrom, pageOf, timeCursor, timeCursorText } from "../pages.ts";
import { notFound, refused } from "../problem.ts";
import type { Routes } from "../server.ts";
import { IfMatch } from "../versions.ts";

const lookers: readonly Role[] = ["administrator", "auditor"];
const Listed = Type.Object({ ...Cursor, role: Type.Optional(Type.Enum([...roles])) }, { additionalProperties: false });

const keepers: readonly Role[] = ["administrator"];
const Pages = Type.Object(Cursor, { additionalProperties: false });
const Id = Type.Object({ id: Type.String({ maxLength: 64 }) });

export const postRoutes: Routes = (server, surroundings) => {
  const { store, tree, now } = surroundings;
  server.get(
    "/api/v1/posts",
    { config: { access: lookers }, schema: { querystring: Listed, response: { 200: pageOf(HolderView) } } },
    async (request) => {
      const { query, scope } = request;
      const limit = limitOf(query);
      const areas = (await store.read.selectFrom("post").select("area").distinct().where("active", "=", 1).execute()).map(
        ({ area }) => area,
      );
      // A post that reaches further than the asker's own is not his to see; an area that leads nowhere is the whole tree's alone.
      const within = areas.filter((area) => (tree.knows(area) ? covers(scope, tree.scopeOf(area)) : scope.all));
      const posts = store.read
        .selectFrom("post")
        .where("active", "=", 1)
        .where("area", "in", ["", ...within])
        .$if(query.role !== undefined, (some) => some.where("role", "=", query.role ?? ""));
      const people = await store.read
        .selectFrom("person")
        .select(["id", "name", "origin", "password_hash", "must_change"])
        .where("active", "=", 1)
        .where("id", "in", posts.select("person"))
        .where("id", ">", timeCursor(query)?.id ?? "")
        .orderBy("id")
        .limit(limit + 1)
        .execute();
      const { shown, next } = pageFrom(people, limit, ({ id }) => timeCursorText(0, id));
      const held = await posts
        .select(["person", "post", "role", "organisation", "area", "origin"])
        .where("person", "in", ["", ...shown.map(({ id }) => id)])
        .orderBy("post")
        .execute();
      return {
        items: shown.map(({ id, name, origin, password_hash, must_change }) => ({
          ...{ person: id, name, origin: origin === "config" ? ("config" as const) : ("added" as const) },
          password: password_hash === null ? ("none" as const) : must_change === 1 ? ("one-time" as const) : ("own" as const),
          posts: held
            .filter(({ person }) => person === id)
            .map(({ post, role, organisation, area, origin: of }) => ({
              ...{ post, role: role as Role, organisation, area, area_name: tree.nameOf(area) },
              origin: of === "page" ? ("page" as const) : ("config" as const),
            })),
        })),
        next,
      };
    },
  );

  /** A post that reaches further than the asker's own is not his to give, to end or to see. */
  const within = ({ scope }: FastifyRequest, area: string): boolean => (tree.knows(area) ? covers(scope, tree.scopeOf(area)) : scope.all);
  const view = (row: PostChangeRow, names: ReadonlyMap<string, string>): PostChangeView => ({
    ...{ id: row.id, person: row.person, person_name: names.get(row.person) ?? row.person, what: row.what as PostChangeView["what"] },
    ...{ role: row.role as Role, organisation: row.organisation, area: row.area, area_name: tree.nameOf(row.area), reason: row.reason },
    ...{ asked_by: row.asked_by, asked: time(row.asked_at), state: row.state as PostChangeView["state"] },
    ...{ ended_by: row.ended_by, ended: maybeTime(row.ended_at) },
  });
  const namesOf = async (rows: readonly PostChangeRow[]): Promise<Map<string, string>> => {
    const ids = ["", ...rows.map(({ person }) => person)];
    const people = await store.read.selectFrom("person").select(["id", "name"]).where("id", "in", ids).execute();
    return new Map(people.map(({ id, name }) => [id, name]));
  };
  const about = (found: PostChangeRow | Refusal | undefined): About | undefined => {
    const row = rowOf(found);
    if (row === undefined) return undefined;
    const { person, what, role, area, state } = row;
    return { object: row.id, site: homeOf(tree.scopeOf(area)), detail: { person, what, post: `${role}@${area}`, state } };
  };
  const byId = (id: string): Promise<PostChangeRow | undefined> =>
    store.read.selectFrom("post_change").selectAll().where("id", "=", id).executeTakeFirst();

  server.get(
    "/api/v1/posts/changes",
    { config: { access: lookers }, schema: { querystring: Pages, response: { 200: pageOf(PostChangeView) } } },
    async (request) => {
      const limit = limitOf(request.query);
      const after = timeCursor(request.query);
      const areas = (await store.read.selectFrom("post_change").select("area").distinct().execute()).map(({ area }) => area);
      const rows = await store.read
        .selectFrom("post_change")
        .selectAll()
        .where("area", "in", ["", ...areas.filter((area) => within(request, area))])
        .$if(after !== undefined, (some) =>
          some.where((eb) =>
            eb.or([eb("asked_at", "<", after?.at ?? 0), eb.and([eb("asked_at", "=", after?.at ?? 0), eb("id", "<", after?.id ?? "")])]),
          ),
        )
        .orderBy("asked_at", "desc")
        .orderBy("id", "desc")
        .limit(limit + 1)
        .execute();
      const { shown, next } = pageFrom(rows, limit, ({ asked_at, id }) => timeCursorText(asked_at, id));
      const names = await namesOf(shown);
      // What waited too long is none any more: whoever looks is not asked to approve it.
      const stands = (row: PostChangeRow): boolean => row.state !== "waiting" || now() - row.asked_at <= approvedWithin_ms;
      return { items: shown.map((row) => view(stands(row) ? row : { ...row, state: "withdrawn" }, names)), next };
    },
  );

  server.post(
    "/api/v1/posts/changes",
    { config: { access: keepers, audit: "post.ask" }, schema: { body: PostAsked, response: { 200: PostChangeView } } },
    async (request) => {
      const asked = { ...request.body, by: personOf(request).id, now: now() };
      if (!tree.knows(asked.area) || !within(request, asked.area)) throw notFound();
      const row = await changed(surroundings, request, {
        work: ({ change }) => askPost(change, asked),
        about,
        alone: `posts of ${asked.person}`,
      });
      if ("kind" in row) throw refused(row, row.code === "same-person" ? 403 : row.code.startsWith("no-such") ? 404 : 409);
      return view(row, await namesOf([row]));
    },
  );

  for (const [path, as, audit] of [
    ["approval", "done", "post.approve"],
    ["withdrawal", "withdrawn", "post.withdraw"],
  ] as const)
    server.post(
      `/api/v1/posts/changes/:id/${path}`,
      { config: { access: keepers, audit }, schema: { headers: IfMatch, params: Id, response: { 200: PostChangeView } } },
      async (request) => {
        const { id } = request.params;
        const known = await byId(id);
        if (known === undefined || !within(request, known.area)) throw notFound();
        const row = await changed(surroundings, request, {
          over: ["post", id],
          work: ({ change }) => endChange(change, { id, by: personOf(request).id, as, now: now() }),
          about,
          alone: `posts of ${known.person}`,
        });
        if (row === undefined) throw notFound();
        if ("kind" in row) throw refused(row, row.code === "same-person" ? 403 : 409);
        return view(row, await namesOf([row]));
      },
    );
};
