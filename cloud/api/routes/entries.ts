// The property's own list (自查自纠): GET /api/v1/entries, POST /api/v1/entries/{id}/handle.
import Type from "typebox";
import { handleEntry } from "#cloud/ledger/entries.ts";
import { entryRows } from "#cloud/views/reading.ts";
import { entryView } from "#cloud/views/views.ts";
import { PropertyEntryView } from "#protocols/api/views.ts";
import { personOf, readersOf, withinScope } from "../access.ts";
import { changed } from "../change.ts";
import { Cursor, limitOf, pageFrom, pageOf, timeCursor, timeCursorText } from "../pages.ts";
import { notFound } from "../problem.ts";
import type { Routes } from "../server.ts";
import { IfMatch, tagged } from "../versions.ts";

const Id = Type.Object({ id: Type.String({ maxLength: 64 }) });
const Handling = Type.Object({ note: Type.String({ minLength: 1, maxLength: 500, pattern: "\\S" }) }, { additionalProperties: false });

export const entryRoutes: Routes = (server, surroundings) => {
  const { read } = surroundings.store;
  server.get(
    "/api/v1/entries",
    {
      ...readersOf("entries"),
      schema: { querystring: Type.Object(Cursor, { additionalProperties: false }), response: { 200: pageOf(PropertyEntryView) } },
    },
    async ({ scope, query }) => {
      const [limit, after] = [limitOf(query), timeCursor(query)];
      let rows = entryRows(read, scope)
        .orderBy("entry.at", "desc")
        .orderBy("entry.id", "desc")
        .limit(limit + 1);
      if (after !== undefined)
        rows = rows.where((eb) =>
          eb.or([eb("entry.at", "<", after.at), eb.and([eb("entry.at", "=", after.at), eb("entry.id", "<", after.id)])]),
        );
      const { shown, next } = pageFrom(await rows.execute(), limit, ({ at, id }) => timeCursorText(at, id));
      return { items: shown.map(entryView), next };
    },
  );

  server.get(
    "/api/v1/entries/:id",
    { ...readersOf("entries"), schema: { params: Id, response: { 200: PropertyEntryView } } },
    async (request, reply) => {
      const { id } = request.params;
      const row = withinScope(request, await entryRows(read).where("entry.id", "=", id).executeTakeFirst());
      await tagged(reply, read, ["entry", id]);
      return entryView(row);
    },
  );

  server.post(
    "/api/v1/entries/:id/handle",
    {
      config: { access: ["booth", "property-manager"], audit: "entry.handle" },
      schema: { headers: IfMatch, params: Id, body: Handling, response: { 200: PropertyEntryView } },
    },
    async (request) => {
      const { id } = request.params;
      const asked = { id, person: personOf(request).id, note: request.body.note.trim(), now: surroundings.now() };
      const known = withinScope(request, await read.selectFrom("entry").select("site").where("id", "=", id).executeTakeFirst());
      await changed(surroundings, request, {
        over: ["entry", id],
        work: (effect) => handleEntry(effect, asked),
        about: () => ({ object: id, site: known.site }),
      });
      const row = await entryRows(read).where("entry.id", "=", id).executeTakeFirst();
      if (row === undefined) throw notFound();
      return entryView(row);
    },
  );
};
