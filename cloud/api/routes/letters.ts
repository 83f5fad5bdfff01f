// Dead letters: GET /api/v1/dead-letters, POST /dead-letters/{id}/requeue. Who asked, when, and what came of it stays with the letter.
import Type from "typebox";
import type { Row } from "#cloud/store/schema.ts";
import type { Change, Queries } from "#cloud/store/store.ts";
import { time } from "#cloud/views/words.ts";
import { LetterView } from "#protocols/api/letters.ts";
import { personOf, readersOf, siteWithin, withinScope } from "../access.ts";
import { note } from "../audited.ts";
import { Cursor, limitOf, numberCursor, numberCursorText, pageFrom, pageOf, wholeNumber } from "../pages.ts";
import { notFound, refused } from "../problem.ts";
import type { Routes } from "../server.ts";
import { IfMatch, stillAsRead, tagged } from "../versions.ts";

const Which = Type.Object(
  { ...Cursor, state: Type.Optional(Type.Enum(["waiting", "delivered", "all"])), site: Type.Optional(Type.String({ maxLength: 40 })) },
  { additionalProperties: false },
);
const Id = Type.Object({ id: Type.String({ maxLength: 20 }) });

async function withTries(read: Queries, letters: readonly Row<"dead_letter">[]): Promise<LetterView[]> {
  const ids = letters.map(({ id }) => id);
  const tries = ids.length === 0 ? [] : await read.selectFrom("letter_try").selectAll().where("letter", "in", ids).orderBy("n").execute();
  return letters.map((letter) => ({
    ...{ id: letter.id, site: letter.site, gateway: letter.gateway, topic: letter.topic, key: letter.event_key, reason: letter.reason },
    kind: letter.kind as LetterView["kind"],
    state: letter.state as LetterView["state"],
    ...{ tries: letter.tries, times: letter.times, first: time(letter.first_at), last: time(letter.last_at) },
    requeues: tries
      .filter((one) => one.letter === letter.id)
      .map(({ at, person, outcome, reason }) => ({ at: time(at), person, outcome: outcome as "delivered" | "refused", reason })),
  }));
}

export const letterRoutes: Routes = (server, { store, requeue, now }) => {
  server.get(
    "/api/v1/dead-letters",
    {
      ...readersOf("letters"),
      schema: { querystring: Which, response: { 200: pageOf(LetterView) } },
    },
    async (request) => {
      const { state = "all", site } = request.query;
      const { scope } = request;
      siteWithin(request, site);
      const [limit, after] = [limitOf(request.query), numberCursor(request.query)];
      let rows = store.read
        .selectFrom("dead_letter")
        .selectAll()
        .$if(!scope.all, (all) => all.where("site", "in", scope.sites))
        .orderBy("id", "desc")
        .limit(limit + 1);
      if (state !== "all") rows = rows.where("state", "=", state);
      if (site !== undefined) rows = rows.where("site", "=", site);
      if (after !== undefined) rows = rows.where("id", "<", after);
      const { shown, next } = pageFrom(await rows.execute(), limit, ({ id }) => numberCursorText(id));
      return { items: await withTries(store.read, shown), next };
    },
  );

  const letterOf = (id: number | undefined) =>
    store.read
      .selectFrom("dead_letter")
      .selectAll()
      .where("id", "=", id ?? 0)
      .executeTakeFirst();
  server.get(
    "/api/v1/dead-letters/:id",
    { ...readersOf("letters"), schema: { params: Id, response: { 200: LetterView } } },
    async (request, reply) => {
      const row = withinScope(request, await letterOf(wholeNumber(request.params.id)));
      await tagged(reply, store.read, ["letter", String(row.id)]);
      const [view] = await withTries(store.read, [row]);
      if (view === undefined) throw notFound();
      return view;
    },
  );

  server.post(
    "/api/v1/dead-letters/:id/requeue",
    {
      config: { access: ["property-manager", "administrator"], audit: "letter.requeue" },
      schema: { headers: IfMatch, params: Id, response: { 200: LetterView } },
    },
    async (request, reply) => {
      const id = wholeNumber(request.params.id);
      const { site } = withinScope(request, await letterOf(id));
      // Trying it is a transaction of other rooms, and one that was delivered meanwhile is found there.
      await stillAsRead(request, store.read, ["letter", `${id}`]);
      const also = (change: Change, outcome: string) => note(change, request, { object: `${id}`, site, detail: { outcome }, at: now() });
      const letter = id === undefined ? undefined : await requeue({ id, person: personOf(request).id, also });
      if (letter === undefined) throw notFound();
      if ("code" in letter) throw refused(letter);
      request.audited = true;
      await tagged(reply, store.read, ["letter", `${letter.id}`]);
      const [view] = await withTries(store.read, [letter]);
      if (view === undefined) throw notFound();
      return view;
    },
  );
};
