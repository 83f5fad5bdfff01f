// GET /api/v1/posts: who holds which post where, for whoever answers for it. No password and no hash leaves with it: only whether there is one.
import Type from "typebox";
import { covers } from "#cloud/identity/scope.ts";
import { HolderView } from "#protocols/api/posts.ts";
import { type Role, roles } from "#protocols/api/views.ts";
import { Cursor, limitOf, pageFrom, pageOf, timeCursor, timeCursorText } from "../pages.ts";
import type { Routes } from "../server.ts";

const lookers: readonly Role[] = ["administrator", "auditor"];
const Listed = Type.Object({ ...Cursor, role: Type.Optional(Type.Enum([...roles])) }, { additionalProperties: false });

export const postRoutes: Routes = (server, { store, tree }) => {
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
        .select(["person", "post", "role", "organisation", "area"])
        .where("person", "in", ["", ...shown.map(({ id }) => id)])
        .orderBy("post")
        .execute();
      return {
        items: shown.map(({ id, name, origin, password_hash, must_change }) => ({
          ...{ person: id, name, origin: origin === "config" ? ("config" as const) : ("added" as const) },
          password: password_hash === null ? ("none" as const) : must_change === 1 ? ("one-time" as const) : ("own" as const),
          posts: held
            .filter(({ person }) => person === id)
            .map(({ post, role, organisation, area }) => ({ post, role: role as Role, organisation, area, area_name: tree.nameOf(area) })),
        })),
        next,
      };
    },
  );
};
