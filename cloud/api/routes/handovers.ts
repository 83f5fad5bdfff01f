// Shift hand-overs of the duty room: GET and POST /api/v1/handovers, GET /handovers/now (what would be signed), GET /handovers/{id}, POST …/answer (by whoever was named), …/withdrawal.
import Type from "typebox";
import { figuresAt } from "#cloud/handovers/figures.ts";
import { end, type HandoverRow, handoverById, handoversOf, sign, sitters, sittersOf, standingOf } from "#cloud/handovers/handovers.ts";
import { maybeTime, time } from "#cloud/views/words.ts";
import {
  HandoverAnswer,
  HandoverAsked,
  type HandoverFigures,
  HandoverNow,
  HandoverView,
  HandoverWithdrawal,
  handoverStates,
} from "#protocols/api/handovers.ts";
import type { Role } from "#protocols/api/views.ts";
import { type Refusal, refusal } from "#protocols/vocabulary/faults.ts";
import { idPattern } from "#protocols/vocabulary/ids.ts";
import { fromRfc3339 } from "#protocols/vocabulary/time.ts";
import { personOf, siteWithin, withinScope } from "../access.ts";
import type { About } from "../audited.ts";
import { changed, rowOf } from "../change.ts";
import { Cursor, limitOf, numberCursor, numberCursorText, pageFrom, pageOf } from "../pages.ts";
import { ApiProblem, notFound, refused } from "../problem.ts";
import type { Routes } from "../server.ts";
import { IfMatch, tagged } from "../versions.ts";

const strict = { additionalProperties: false } as const;
const site = Type.String({ pattern: idPattern });
const moment = Type.Optional(Type.String({ maxLength: 40, description: "RFC 3339" }));
const OfSite = Type.Object({ site }, strict);
const Which = Type.Object(
  {
    ...{ ...Cursor, site, from: moment, to: moment },
    person: Type.Optional(Type.String({ maxLength: 64, description: "who handed over or took over" })),
    state: Type.Optional(Type.Enum([...handoverStates])),
  },
  strict,
);
const Id = Type.Object({ id: Type.String({ maxLength: 64 }) });
const readers: readonly Role[] = [...sitters, "operating-company", "auditor"];

export function handoverView(row: HandoverRow): HandoverView {
  const { id, number, notes, reply, previous, hash, begun_at, counted_from, signed_at, ended_at, ended_by, ended_name } = row;
  return {
    ...{ id, site: row.site, number, from: row.from_person, from_name: row.from_name, to: row.to_person, to_name: row.to_name },
    ...{ signed_by: row.signed_by, signed_name: row.signed_name, begun: maybeTime(begun_at) },
    ...{ counted_from: time(counted_from), signed: time(signed_at), notes, figures: JSON.parse(row.body) as HandoverFigures },
    state: row.state as HandoverView["state"],
    ...{ ended: maybeTime(ended_at), ended_by, ended_name, reply, previous, hash },
  };
}

/** What was written in words stands with the hand-over. */
function aboutHandover(found: HandoverRow | Refusal | undefined): About | undefined {
  const row = rowOf(found);
  return (
    row && { object: row.id, site: row.site, detail: { number: row.number, from: row.from_person, to: row.to_person, state: row.state } }
  );
}

const handedOverMeanwhile = refusal("handed-over", "刚刚已完成一次交接班，请重新读取", "a shift was handed over just now: read it anew");

function momentOf(text: string | undefined): number | undefined {
  const at = text === undefined ? undefined : fromRfc3339(text);
  if (text !== undefined && at === undefined)
    throw new ApiProblem(400, { code: "no-time", zh: "应为 RFC 3339 时间", en: "should be an RFC 3339 time" });
  return at;
}

export const handoverRoutes: Routes = (server, surroundings) => {
  const { store, now, tree } = surroundings;
  server.get(
    "/api/v1/handovers",
    { config: { access: readers }, schema: { querystring: Which, response: { 200: pageOf(HandoverView) } } },
    async (request) => {
      const { query } = request;
      siteWithin(request, query.site);
      const limit = limitOf(query);
      const which = { site: query.site, person: query.person, state: query.state, from: momentOf(query.from), to: momentOf(query.to) };
      const rows = await handoversOf(store.read, { ...which, limit: limit + 1, after: numberCursor(query) });
      const { shown, next } = pageFrom(rows, limit, ({ number }) => numberCursorText(number));
      return { items: shown.map(handoverView), next };
    },
  );

  server.get(
    "/api/v1/handovers/now",
    { config: { access: readers }, schema: { querystring: OfSite, response: { 200: HandoverNow } } },
    async (request) => {
      const { site: of } = request.query;
      siteWithin(request, of);
      const at = now();
      const { on, from, waiting } = await standingOf(store.read, of, at);
      const people = await sittersOf(store.read, tree, of);
      return {
        ...{ site: of, on: on && { ...on, since: time(on.since) }, counted_from: time(from) },
        figures: await figuresAt(store.read, { site: of, from, to: at }, at),
        people: people.filter(({ person }) => person !== on?.person),
        waiting: waiting === undefined ? null : handoverView(waiting),
      };
    },
  );

  server.get(
    "/api/v1/handovers/:id",
    { config: { access: readers }, schema: { params: Id, response: { 200: HandoverView } } },
    async (request, reply) => {
      const { id } = request.params;
      await tagged(reply, store.read, ["handover", id]);
      return handoverView(withinScope(request, await handoverById(store.read, id)));
    },
  );

  server.post(
    "/api/v1/handovers",
    { config: { access: sitters, audit: "handover.sign" }, schema: { body: HandoverAsked, response: { 200: HandoverView } } },
    async (request) => {
      const { site: of, to, notes } = request.body;
      siteWithin(request, of);
      const { id: person, name, role } = personOf(request);
      const at = now();
      // Added up beside the writer, who waits for nobody; whoever has handed over meanwhile is found in the line.
      const { from } = await standingOf(store.read, of, at);
      const figures = await figuresAt(store.read, { site: of, from, to: at }, at);
      const people = await sittersOf(store.read, tree, of);
      const row = await changed(surroundings, request, {
        work: async ({ change }) => {
          const standing = await standingOf(change, of, at);
          if (standing.from !== from) return handedOverMeanwhile;
          return sign(change, { site: of, by: { person, name, role }, to, notes, people, figures, now: at }, standing);
        },
        about: aboutHandover,
        alone: `handovers of ${of}`,
      });
      if ("kind" in row) throw refused(row, row.code === "not-on" ? 403 : 409);
      return handoverView(row);
    },
  );

  const ending = (
    path: "answer" | "withdrawal",
    audit: "handover.answer" | "handover.withdraw",
    body: typeof HandoverAnswer | typeof HandoverWithdrawal,
  ): void => {
    server.post(
      `/api/v1/handovers/:id/${path}`,
      { config: { access: sitters, audit }, schema: { headers: IfMatch, params: Id, body, response: { 200: HandoverView } } },
      async (request) => {
        const { id } = request.params;
        const known = withinScope(request, await handoverById(store.read, id));
        const { id: person, name, role } = personOf(request);
        const said = request.body;
        const [as, words] =
          "accept" in said ? ([said.accept ? "accepted" : "refused", said.note] as const) : (["withdrawn", said.reason] as const);
        const row = await changed(surroundings, request, {
          over: ["handover", id],
          work: ({ change }) => end(change, { id, by: { person, name, role }, now: now(), as, words }),
          about: aboutHandover,
          alone: `handovers of ${known.site}`,
        });
        if (row === undefined) throw notFound();
        if ("kind" in row) throw refused(row, row.code === "not-you" || row.code === "not-yours" ? 403 : 409);
        return handoverView(row);
      },
    );
  };
  ending("answer", "handover.answer", HandoverAnswer);
  ending("withdrawal", "handover.withdraw", HandoverWithdrawal);
};
