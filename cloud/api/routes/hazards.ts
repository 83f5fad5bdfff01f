// The rectification ledger: GET /api/v1/hazards, /hazards/{id}; POST /hazards, /hazards/{id}/transitions. Which action a person may take is the ledger's table, not this file's.
import type { FastifyRequest } from "fastify";
import Type from "typebox";
import { type Compound, reportHazard, transitHazard } from "#cloud/ledger/hazards.ts";
import { policyOn } from "#cloud/ledger/policy.ts";
import { filtered, hazardAbouts, hazardLists, lookedFor, newest, rowsOf, sorted } from "#cloud/ledger/query.ts";
import { noticesOf } from "#cloud/ledger/told.ts";
import { transitions } from "#cloud/ledger/workflow.ts";
import { hazardView } from "#cloud/views/hazards.ts";
import { forPerson } from "#cloud/views/present.ts";
import { hazardWithSteps, withSteps } from "#cloud/views/reading.ts";
import { HazardNotice, HazardReport, hazardSources, matters } from "#protocols/api/hazards.ts";
import { HazardTransition, HazardView, hazardStates, type Role } from "#protocols/api/views.ts";
import { fromRfc3339 } from "#protocols/vocabulary/time.ts";
import { personOf, readersOf, siteWithin, withinScope } from "../access.ts";
import { changed, rowOf } from "../change.ts";
import { Cursor, limitOf, timeCursor, timeCursorText } from "../pages.ts";
import { ApiProblem, notFound, refused } from "../problem.ts";
import type { Routes } from "../server.ts";
import type { Surroundings } from "../surroundings.ts";
import { IfMatch, tagged } from "../versions.ts";

const Id = Type.Object({ id: Type.String({ maxLength: 64 }) });
const word = Type.Optional(Type.String({ minLength: 1, maxLength: 60 }));
export const Filter = {
  list: Type.Optional(Type.Enum([...hazardLists])),
  matter: Type.Optional(Type.Enum([...matters])),
  state: Type.Optional(Type.Enum([...hazardStates])),
  site: Type.Optional(Type.String()),
  grade: Type.Optional(Type.Enum(["一般", "重大"])),
  source: Type.Optional(Type.Enum([...hazardSources])),
  category: word,
  about: Type.Optional(
    Type.Enum([...hazardAbouts], { description: "of categories that say charging and parking of e-bikes, or fire facilities" }),
  ),
  text: word,
} as const;
/** By its number a page can be sent to somebody else, and counted: for people. Behind a cursor nothing is told twice: for programs. */
const Numbered = {
  sort: Type.Optional(Type.Enum(["deadline", "found", "place"])),
  page: Type.Optional(Type.String({ pattern: "^[1-9][0-9]{0,4}$", description: "from 1; `total` then says how many there are" })),
};
const Asked = Type.Object({ ...Cursor, ...Numbered, ...Filter }, { additionalProperties: false });
const Page = Type.Object({
  items: Type.Array(HazardView),
  next: Type.Union([Type.String(), Type.Null()]),
  total: Type.Optional(Type.Integer()),
});

async function oneHazard({ store, now }: Surroundings, request: FastifyRequest, id: string): Promise<HazardView> {
  const found = await hazardWithSteps(store.read, id);
  const row = withinScope(request, found?.row);
  if (found === undefined) throw notFound();
  return forPerson(hazardView(found, now()), row, personOf(request), await policyOn(store.read, now()));
}

/** Which of them may take which step is the workflow's own table. */
const ledgerRoles: readonly Role[] = [...new Set(transitions.flatMap(({ roles }) => roles))];
export const reporters: readonly Role[] = [
  "property-manager",
  "grid-worker",
  "fire-maintenance",
  "community-officer",
  "street-officer",
  "bureau-officer",
];

/** The time of a body's field, or 400. */
export function timeOf(text: string | undefined, what: { readonly zh: string; readonly en: string }): number | undefined {
  if (text === undefined) return undefined;
  const at = fromRfc3339(text);
  if (at === undefined)
    throw new ApiProblem(400, { code: "no-time", zh: `${what.zh}应为 RFC 3339 时间`, en: `${what.en} is an RFC 3339 time` });
  return at;
}

export function compoundOf({ compounds }: Pick<Surroundings, "compounds">, site: string): Compound {
  const found = compounds.find(({ id }) => id === site);
  if (found === undefined) throw notFound();
  return found;
}

export const hazardRoutes: Routes = (server, surroundings) => {
  const { store, now, notifier } = surroundings;
  server.get("/api/v1/hazards", { ...readersOf("hazards"), schema: { querystring: Asked, response: { 200: Page } } }, async (request) => {
    const { limit: _limit, after: _after, page: number, sort, ...asked } = request.query;
    const { scope } = request;
    siteWithin(request, asked.site);
    const filter = await lookedFor(store.read, asked);
    const limit = limitOf(request.query);
    const policy = await policyOn(store.read, now());
    const person = personOf(request);
    const where = { scope, now: now(), near_days: policy.clocks.near_days };
    if (number !== undefined || sort !== undefined) {
      const { n } = await filtered(store.read.selectFrom("hazard"), filter, where)
        .select((eb) => eb.fn.countAll<number | string>().as("n"))
        .executeTakeFirstOrThrow();
      const at = Number(number ?? 1);
      const found = await sorted(filtered(store.read.selectFrom("hazard").select("id"), filter, where), sort ?? "deadline")
        .limit(limit)
        .offset((at - 1) * limit)
        .execute();
      const rows = await rowsOf(store.read, found);
      const shown = await withSteps(store.read, rows);
      return { items: shown.map((parts) => forPerson(hazardView(parts, now()), parts.row, person, policy)), next: null, total: Number(n) };
    }
    const narrow = filtered(store.read.selectFrom("hazard").select("id"), filter, where);
    const found = await newest(narrow, timeCursor(request.query))
      .limit(limit + 1)
      .execute();
    const page = await rowsOf(store.read, found);
    const shown = await withSteps(store.read, page.slice(0, limit));
    const last = shown.at(-1)?.row;
    return {
      items: shown.map((parts) => forPerson(hazardView(parts, now()), parts.row, person, policy)),
      next: page.length > limit && last !== undefined ? timeCursorText(last.found_at, last.id) : null,
    };
  });

  server.get(
    "/api/v1/hazards/:id",
    { ...readersOf("hazards"), schema: { params: Id, response: { 200: HazardView } } },
    async (request, reply) => {
      await tagged(reply, store.read, ["hazard", request.params.id]);
      return oneHazard(surroundings, request, request.params.id);
    },
  );

  server.get(
    "/api/v1/hazards/:id/notices",
    { ...readersOf("hazards"), schema: { params: Id, response: { 200: Type.Array(HazardNotice) } } },
    async (request) => {
      const { id } = request.params;
      withinScope(request, await store.read.selectFrom("hazard").select("site").where("id", "=", id).executeTakeFirst());
      return noticesOf(store.read, id, notifier.channels);
    },
  );

  server.post(
    "/api/v1/hazards",
    { config: { access: reporters, audit: "hazard.report" }, schema: { body: HazardReport, response: { 201: HazardView } } },
    async (request, reply) => {
      const { site, found_at, ...said } = request.body;
      siteWithin(request, site);
      const at = timeOf(found_at, { zh: "发现时间", en: "found_at" }) ?? now();
      if (at > now()) throw new ApiProblem(400, { code: "future", zh: "发现时间不能在将来", en: "nothing is found in the future" });
      const reported = { ...said, compound: compoundOf(surroundings, site), found_at: at, now: now(), person: personOf(request) };
      const row = await changed(surroundings, request, {
        work: (effect) => reportHazard(effect, reported),
        about: ({ id }) => ({ object: id, site, detail: { source: said.source, matter: said.matter ?? "hazard" } }),
      });
      return reply.code(201).send(await oneHazard(surroundings, request, row.id));
    },
  );

  server.post(
    "/api/v1/hazards/:id/transitions",
    {
      config: { access: ledgerRoles, audit: "hazard.transit" },
      schema: { headers: IfMatch, params: Id, body: HazardTransition, response: { 200: HazardView } },
    },
    async (request) => {
      const { action, note, deadline, until, ...said } = request.body;
      const times = {
        deadline: timeOf(deadline, { zh: "整改时限", en: "the deadline" }),
        until: timeOf(until, { zh: "截止时间", en: "until" }),
      };
      const person = personOf(request);
      const { id } = request.params;
      withinScope(request, await store.read.selectFrom("hazard").select("site").where("id", "=", id).executeTakeFirst());
      const asked = { ...said, ...times, id, action, note, person, now: now() };
      const policy = await policyOn(store.read, now());
      const result = await changed(surroundings, request, {
        over: ["hazard", id],
        work: (effect) => transitHazard(effect, asked, policy),
        about: (found) => {
          const row = rowOf(found);
          return row && { object: row.id, site: row.site, detail: { action, to: row.state } };
        },
      });
      if (result === undefined) throw notFound();
      if ("kind" in result) throw refused(result, result.code === "wrong-role" || result.code === "same-person" ? 403 : 409);
      return oneHazard(surroundings, request, request.params.id);
    },
  );
};
