// The register of papers: POST /api/v1/hazards/{id}/papers issues one; GET /api/v1/ledger/papers lists, /counts counts each list, /export is the register as a file, /{id} prints what
// was issued; POST /{id}/steps serves, receives, takes back.
import Type from "typebox";
import { dayOf, dayText } from "#cloud/calendar/calendar.ts";
import { issuedKinds, issuersOn } from "#cloud/ledger/papers/issuers.ts";
import { paperHtml } from "#cloud/ledger/papers/papers.ts";
import { issuePaper, serviceState, serviceWays, stepPaper } from "#cloud/ledger/papers/register.ts";
import { paperCounts, paperStates, papersOf } from "#cloud/ledger/papers/registered.ts";
import { policyOn } from "#cloud/ledger/policy.ts";
import { papersTable } from "#cloud/ledger/sheet/papers.ts";
import { tableKinds } from "#cloud/ledger/sheet/table.ts";
import type { Row } from "#cloud/store/schema.ts";
import { maybeTime, time } from "#cloud/views/words.ts";
import { type Block, writeDocument } from "#protocols/word/write.ts";
import { personOf, readersOf, siteWithin, withinScope } from "../access.ts";
import { changed, rowOf } from "../change.ts";
import { Cursor, limitOf, pageFrom, pageOf, timeCursor, timeCursorText } from "../pages.ts";
import { ApiProblem, notFound, refused } from "../problem.ts";
import type { Routes } from "../server.ts";
import { sendTables } from "./compounds.ts";
import { timeOf } from "./hazards.ts";

const strict = { additionalProperties: false } as const;
const text = Type.String();
const maybe = Type.Union([text, Type.Null()]);
const Id = Type.Object({ id: Type.String({ maxLength: 64 }) });
const Issuing = Type.Object({ kind: Type.Enum([...issuedKinds]) }, strict);
const words = Type.String({ minLength: 1, maxLength: 120 });
const Step = Type.Object(
  {
    step: Type.Enum(["serve", "receive", "withdraw"]),
    at: Type.Optional(Type.String({ maxLength: 40, description: "RFC 3339; now where nothing is said" })),
    how: Type.Optional(Type.Enum([...serviceWays])),
    by: Type.Optional(words),
    why: Type.Optional(Type.String({ minLength: 1, maxLength: 300 })),
  },
  strict,
);
const Filter = {
  ...{ site: Type.Optional(Type.String({ maxLength: 40 })), hazard: Type.Optional(Type.String({ maxLength: 64 })) },
  ...{ organisation: Type.Optional(words), kind: Type.Optional(Type.Enum([...issuedKinds])) },
  year: Type.Optional(Type.String({ pattern: "^\\d{4}$" })),
  state: Type.Optional(Type.Enum([...paperStates])),
  text: Type.Optional(Type.String({ minLength: 1, maxLength: 60, description: "in the number, the title, the hazard or whom it is for" })),
} as const;
const Asked = Type.Object({ ...Cursor, ...Filter }, strict);
const Counts = Type.Object({
  ...{ all: Type.Integer(), unserved: Type.Integer(), late: Type.Integer(), unreceived: Type.Integer(), withdrawn: Type.Integer() },
  ...{ organisations: Type.Array(text), years: Type.Array(Type.Integer()) },
});
const Filed = Type.Object({ ...Filter, as: Type.Optional(Type.Enum([...tableKinds])) }, strict);
/** Of the newest; a year's papers of a city are fewer. */
const mostFiled = 20_000;
const PaperView = Type.Object({
  ...{
    id: text,
    number: text,
    issuer: text,
    organisation: text,
    kind: text,
    year: Type.Integer(),
    n: Type.Integer(),
    hazard: text,
    site: text,
  },
  ...{ title: text, addressee: text, sha256: text, person_name: text, issued_at: text, serve_due: maybe, provisional: Type.Boolean() },
  ...{ service: text, served_at: maybe, served_how: maybe, served_by: maybe, received_at: maybe, received_by: maybe },
  ...{ withdrawn_at: maybe, withdrawn_why: maybe },
});
const issuingRoles = ["community-officer", "street-officer", "bureau-officer", "alliance"] as const;
const word = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

export const paperRegisterRoutes: Routes = (server, surroundings) => {
  const { store, now } = surroundings;
  const viewOf = (row: Row<"issued_paper">) => {
    const { body: _, person: __, provisional, issued_at, serve_due, served_at, received_at, withdrawn_at, ...rest } = row;
    return {
      ...{
        ...rest,
        provisional: provisional === 1,
        issued_at: time(issued_at),
        serve_due: maybeTime(serve_due),
        service: serviceState(row, now()),
      },
      ...{ served_at: maybeTime(served_at), received_at: maybeTime(received_at), withdrawn_at: maybeTime(withdrawn_at) },
    };
  };

  server.post(
    "/api/v1/hazards/:id/papers",
    { config: { access: issuingRoles, audit: "paper.issue" }, schema: { params: Id, body: Issuing, response: { 201: PaperView } } },
    async (request, reply) => {
      const { id } = request.params;
      const found = withinScope(request, await store.read.selectFrom("hazard").select("site").where("id", "=", id).executeTakeFirst());
      const [issuers, policy] = [await issuersOn(store.read, dayText(dayOf(now()))), await policyOn(store.read, now())];
      const issue = { hazard: id, kind: request.body.kind, person: personOf(request), issuers, policy, now: now() };
      const result = await changed(surroundings, request, {
        work: (effect) => issuePaper(effect, issue),
        about: (done) => {
          const row = rowOf(done);
          return row && { object: row.number, site: found.site, detail: { hazard: id, sha256: row.sha256 } };
        },
      });
      if (result === undefined) throw notFound();
      if ("code" in result) throw refused(result, result.code === "wrong-issuer" ? 403 : 409);
      return reply.code(201).send(viewOf(result));
    },
  );

  server.get(
    "/api/v1/ledger/papers",
    { ...readersOf("hazards"), schema: { querystring: Asked, response: { 200: pageOf(PaperView) } } },
    async (request) => {
      const { query, scope } = request;
      siteWithin(request, query.site);
      const limit = limitOf(query);
      const after = timeCursor(query);
      let rows = papersOf(store.read, query, { scope, now: now() }).limit(limit + 1);
      if (after !== undefined)
        rows = rows.where((eb) =>
          eb.or([eb("issued_at", "<", after.at), eb.and([eb("issued_at", "=", after.at), eb("id", "<", after.id)])]),
        );
      const { shown, next } = pageFrom(await rows.execute(), limit, ({ issued_at, id }) => timeCursorText(issued_at, id));
      return { items: shown.map(viewOf), next };
    },
  );

  server.get(
    "/api/v1/ledger/papers/counts",
    { ...readersOf("hazards"), schema: { querystring: Type.Object(Filter, strict), response: { 200: Counts } } },
    async (request) => {
      siteWithin(request, request.query.site);
      const { organisations, years, ...counts } = await paperCounts(store.read, request.query, { scope: request.scope, now: now() });
      return { ...counts, organisations: [...organisations], years: [...years] };
    },
  );

  server.get("/api/v1/ledger/papers/export", { ...readersOf("hazards"), schema: { querystring: Filed } }, async (request, reply) => {
    const { as = "xlsx", ...filter } = request.query;
    siteWithin(request, filter.site);
    const rows = await papersOf(store.read, filter, { scope: request.scope, now: now() }).limit(mostFiled).execute();
    const nameOf = (site: string): string => surroundings.compounds.find(({ id }) => id === site)?.name ?? site;
    const made = time(now()).slice(0, 16).replace("T", " ");
    const table = papersTable(rows, { person: personOf(request).name, made, now: now(), nameOf });
    return sendTables(reply, `文书登记_${dayText(dayOf(now()))}`, as, [table]);
  });

  server.get(
    "/api/v1/ledger/papers/:id",
    {
      ...readersOf("hazards"),
      schema: { params: Id, querystring: Type.Object({ as: Type.Optional(Type.Enum(["html", "docx"])) }, strict) },
    },
    async (request, reply) => {
      const row = withinScope(
        request,
        await store.read.selectFrom("issued_paper").selectAll().where("id", "=", request.params.id).executeTakeFirst(),
      );
      const blocks = JSON.parse(row.body) as readonly Block[];
      if (request.query.as === "docx")
        return reply
          .type(word)
          .header("content-disposition", `attachment; filename*=UTF-8''${encodeURIComponent(`${row.number}.docx`)}`)
          .send(Buffer.from(writeDocument(blocks)));
      return reply.type("text/html; charset=utf-8").send(Buffer.from(paperHtml(blocks, row.number)));
    },
  );

  server.post(
    "/api/v1/ledger/papers/:id/steps",
    {
      config: { access: [...issuingRoles, "property-manager"], audit: "paper.step" },
      schema: { params: Id, body: Step, response: { 200: PaperView } },
    },
    async (request) => {
      const { id } = request.params;
      const { step, how, by, why } = request.body;
      const found = withinScope(
        request,
        await store.read.selectFrom("issued_paper").select("site").where("id", "=", id).executeTakeFirst(),
      );
      const person = personOf(request);
      const at = timeOf(request.body.at, { zh: "时间", en: "the time" }) ?? now();
      if ((step === "serve" && how === undefined) || (step === "withdraw" && why === undefined))
        throw new ApiProblem(400, {
          ...{ code: "incomplete", zh: step === "serve" ? "请写明送达方式" : "请写明撤回原因" },
          en: step === "serve" ? "say how it was served" : "say why it is taken back",
        });
      const said =
        step === "serve"
          ? ({ step, how: how ?? "", at, by: by ?? person.name } as const)
          : step === "receive"
            ? ({ step, at, by: by ?? person.name } as const)
            : ({ step, why: why ?? "" } as const);
      const result = await changed(surroundings, request, {
        work: (effect) => stepPaper(effect, { id, said, person, now: now() }),
        about: (done) => {
          const row = rowOf(done);
          return row && { object: row.number, site: found.site, detail: { step } };
        },
      });
      if (result === undefined) throw notFound();
      if ("code" in result) throw refused(result, ["wrong-issuer", "same-organisation"].includes(result.code) ? 403 : 409);
      return viewOf(result);
    },
  );
};
