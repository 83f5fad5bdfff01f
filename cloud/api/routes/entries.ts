// The property's own list (自查自纠): GET /api/v1/entries, POST /api/v1/entries/{id}/handle.
import Type from "typebox";
import { handleEntry } from "#cloud/ledger/entries.ts";
import { entryRows } from "#cloud/views/reading.ts";
import { entryView } from "#cloud/views/views.ts";
import { PropertyEntryView } from "#protocols/api/views.ts";
import { personOf, readersOf, withinScope } from "../access.ts";
import { changed } from "../change.ts";
import { notFound } from "../problem.ts";
import type { Routes } from "../server.ts";

const Id = Type.Object({ id: Type.String({ maxLength: 64 }) });
const Handling = Type.Object({ note: Type.String({ minLength: 1, maxLength: 500, pattern: "\\S" }) }, { additionalProperties: false });

export const entryRoutes: Routes = (server, surroundings) => {
  const { read } = surroundings.store;
  server.get(
    "/api/v1/entries",
    { ...readersOf("entries"), schema: { response: { 200: Type.Array(PropertyEntryView) } } },
    async ({ scope }) => (await entryRows(read, scope).orderBy("entry.at", "desc").limit(1_000).execute()).map(entryView),
  );

  server.post(
    "/api/v1/entries/:id/handle",
    {
      config: { access: ["booth", "property-manager"], audit: "entry.handle" },
      schema: { params: Id, body: Handling, response: { 200: PropertyEntryView } },
    },
    async (request) => {
      const { id } = request.params;
      const asked = { id, person: personOf(request).id, note: request.body.note.trim(), now: surroundings.now() };
      const known = withinScope(request, await read.selectFrom("entry").select("site").where("id", "=", id).executeTakeFirst());
      await changed(surroundings, request, {
        work: (effect) => handleEntry(effect, asked),
        about: () => ({ object: id, site: known.site }),
      });
      const row = await entryRows(read).where("entry.id", "=", id).executeTakeFirst();
      if (row === undefined) throw notFound();
      return entryView(row);
    },
  );
};
