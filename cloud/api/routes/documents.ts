// Documents of gateways: what each runs, versions, differences, a new version, back to an older text, approval. What is shown is what the gateway said.
import Type from "typebox";
import { complaintsOf, type Which } from "#cloud/documents/check.ts";
import { differences } from "#cloud/documents/difference.ts";
import { approveDocument, askDocument, type DocumentRow, documentById, ofWhich, runningOf, textOf } from "#cloud/documents/documents.ts";
import { time } from "#cloud/views/words.ts";
import { DifferenceView, DocumentAsked, DocumentView, RunningView } from "#protocols/api/documents.ts";
import type { Role } from "#protocols/api/views.ts";
import { type DocumentKind, documentKinds, kindNames } from "#protocols/uplink/documents.ts";
import type { Refusal } from "#protocols/vocabulary/faults.ts";
import { personOf, readersOf, siteWithin, withinScope } from "../access.ts";
import type { About } from "../audited.ts";
import { changed, rowOf } from "../change.ts";
import { Cursor, limitOf, pageOf, timeCursor, timeCursorText } from "../pages.ts";
import { ApiProblem, notFound, refused } from "../problem.ts";
import type { Routes } from "../server.ts";
import { holdAgainst, IfMatch, mustSayWhich, tagged } from "../versions.ts";

const Id = Type.Object({ id: Type.String({ maxLength: 64 }) }, { additionalProperties: false });
const short = Type.Optional(Type.String({ maxLength: 40 }));
const Listed = Type.Object(
  { ...Cursor, site: short, gateway: short, kind: Type.Optional(Type.Enum(kindNames)), name: short },
  { additionalProperties: false },
);
const OfGateway = Type.Object({ site: short, gateway: short }, { additionalProperties: false });
const Against = Type.Object(
  {
    against: Type.Optional(
      Type.String({
        pattern: "^(running|[0-9]{1,10})$",
        description: "a version, 0 for the file on the gateway; what runs now if not said",
      }),
    ),
  },
  { additionalProperties: false },
);
const Headers = Type.Object({
  "idempotency-key": Type.String({ minLength: 8, maxLength: 64, pattern: "^[A-Za-z0-9_-]+$" }),
  "if-match": Type.Optional(
    Type.String({
      maxLength: 100,
      description: "hash of what runs, as /api/v1/running says it, in quotes: the document was written over it; without it 428",
    }),
  ),
});

/** Their texts are the whole site; a list's are plates too. */
const handlers: readonly Role[] = ["installer", "property-manager", "operating-company"];
const approvers: readonly Role[] = ["property-manager", "operating-company"];
const bodyLimit = 256 * 1024;

const maybeTime = (ms: number | null): string | null => (ms === null ? null : time(ms));

function documentView(row: DocumentRow): DocumentView {
  const kind = row.kind as DocumentKind;
  const { zh: kind_zh, en: kind_en, dangerous } = documentKinds[kind];
  const { id, site, gateway, name, version, hash, over, person, approver, reason, code, zh, en } = row;
  return {
    ...{ id, site, gateway, kind, kind_zh, kind_en, name, version, hash, over, person, approver, reason, dangerous },
    state: row.state as DocumentView["state"],
    ...{ asked: time(row.asked_at), issued: maybeTime(row.issued_at), taken: maybeTime(row.taken_at), ended: maybeTime(row.ended_at) },
    ...{ code, zh, en },
  };
}

/** The reason and the text stand with the document. */
function aboutDocument(found: DocumentRow | Refusal | undefined): About | undefined {
  const row = rowOf(found);
  if (row === undefined) return undefined;
  const { id, site, gateway, kind, name, version, hash, state } = row;
  return { object: id, site, detail: { gateway, kind, name, version, hash, state } };
}

export const documentRoutes: Routes = (server, surroundings) => {
  const { store, now, commands, sites } = surroundings;
  const { read } = store;
  server.get(
    "/api/v1/running",
    { ...readersOf("operations"), schema: { querystring: OfGateway, response: { 200: Type.Array(RunningView) } } },
    async (request) => {
      const { scope, query } = request;
      siteWithin(request, query.site);
      let rows = read
        .selectFrom("running")
        .selectAll()
        .$if(!scope.all, (all) => all.where("site", "in", scope.sites))
        .orderBy("site")
        .orderBy("gateway")
        .orderBy("kind")
        .orderBy("name");
      if (query.site !== undefined) rows = rows.where("site", "=", query.site);
      if (query.gateway !== undefined) rows = rows.where("gateway", "=", query.gateway);
      return (await rows.limit(5_000).execute()).map(({ at, trial, kind, ...row }) => {
        const { zh: kind_zh, en: kind_en } = documentKinds[kind as DocumentKind];
        return { ...row, kind: kind as DocumentKind, kind_zh, kind_en, trial: trial === 1, said: time(at) };
      });
    },
  );

  server.get(
    "/api/v1/documents",
    { ...readersOf("operations"), schema: { querystring: Listed, response: { 200: pageOf(DocumentView) } } },
    async (request) => {
      const { scope, query } = request;
      siteWithin(request, query.site);
      const limit = limitOf(query);
      let rows = read
        .selectFrom("document")
        .selectAll()
        .$if(!scope.all, (all) => all.where("site", "in", scope.sites))
        .orderBy("asked_at", "desc")
        .orderBy("id", "desc")
        .limit(limit + 1);
      for (const column of ["site", "gateway", "kind", "name"] as const) {
        const value = query[column];
        if (value !== undefined) rows = rows.where(column, "=", value);
      }
      const after = timeCursor(query);
      if (after !== undefined)
        rows = rows.where((eb) => eb.or([eb("asked_at", "<", after.at), eb.and([eb("asked_at", "=", after.at), eb("id", "<", after.id)])]));
      const page = await rows.execute();
      const shown = page.slice(0, limit);
      const last = shown.at(-1);
      return {
        items: shown.map(documentView),
        next: page.length > limit && last !== undefined ? timeCursorText(last.asked_at, last.id) : null,
      };
    },
  );

  const WithText = Type.Object({ ...DocumentView.properties, text: Type.String() }, { additionalProperties: false });
  server.get(
    "/api/v1/documents/:id",
    { config: { access: handlers }, schema: { params: Id, response: { 200: WithText } } },
    async (request, reply) => {
      const row = withinScope(request, await documentById(read, request.params.id));
      await tagged(reply, read, ["document", row.id]);
      return { ...documentView(row), text: row.text };
    },
  );

  const Compared = Type.Object({ against: Type.Integer(), differences: Type.Array(DifferenceView) }, { additionalProperties: false });
  server.get(
    "/api/v1/documents/:id/differences",
    { config: { access: handlers }, schema: { params: Id, querystring: Against, response: { 200: Compared } } },
    async (request) => {
      const row = withinScope(request, await documentById(read, request.params.id));
      const which = { ...ofWhich(row as Which & DocumentRow), kind: row.kind as DocumentKind };
      const { against = "running" } = request.query;
      const version = against === "running" ? ((await runningOf(read, which))?.version ?? 0) : Number(against);
      const before = await textOf(read, which, version);
      if (before === undefined) throw notFound();
      return { against: version, differences: [...differences(before, row.text)] };
    },
  );

  server.post(
    "/api/v1/documents",
    {
      config: { access: handlers, audit: "document.ask", once: "own" },
      bodyLimit,
      schema: { headers: Headers, body: DocumentAsked, response: { 200: DocumentView } },
    },
    async (request) => {
      const { site, gateway, kind, name, back_to, reason } = request.body;
      siteWithin(request, site);
      if (!sites.some(({ id }) => id === site) || !commands.knows({ site, gateway }))
        throw new ApiProblem(404, { code: "no-such-gateway", zh: "没有这个网关", en: "no such gateway" });
      const which = { site, gateway, kind, name };
      const text = back_to === undefined ? request.body.text : await textOf(read, which, back_to);
      if (text === undefined || (back_to !== undefined && request.body.text !== undefined))
        throw new ApiProblem(400, {
          code: "no-text",
          zh: "须提交 text，或以 back_to 指明一个已有版本（两者取一）",
          en: "send text, or back_to with a version that there is: one of the two",
        });
      const runs = await runningOf(read, which);
      if (runs !== undefined) mustSayWhich(request, runs.hash ?? "");
      holdAgainst(request, `"${runs?.hash ?? ""}"`);
      const complaints = await complaintsOf(read, which, text);
      if (complaints.length > 0)
        throw new ApiProblem(422, {
          ...{ code: "document-wrong", zh: "内容不符合约定或超出硬性边界", en: "the text is wrong, or beyond the hard bounds" },
          errors: complaints
            .slice(0, 50)
            .map(({ line, column, path, zh, en }) => ({ pointer: `${line}:${column} ${path}`, detail: `${zh} / ${en}` })),
        });
      const asked = { ...which, text, reason, person: personOf(request).id, askedAs: request.headers["idempotency-key"], now: now() };
      const row = await changed(surroundings, request, {
        work: ({ change }) => askDocument(change, commands.key, asked),
        about: aboutDocument,
        alone: `documents of ${gateway}`,
      });
      if ("kind" in row && row.kind === "refusal") throw refused(row as Refusal, (row as Refusal).code === "key-reused" ? 422 : 409);
      commands.wake();
      return documentView(row as DocumentRow);
    },
  );

  server.post(
    "/api/v1/documents/:id/approval",
    { config: { access: approvers, audit: "document.approve" }, schema: { headers: IfMatch, params: Id, response: { 200: DocumentView } } },
    async (request) => {
      const known = withinScope(request, await documentById(read, request.params.id));
      const by = { id: request.params.id, person: personOf(request).id, now: now() };
      const row = await changed(surroundings, request, {
        over: ["document", by.id],
        work: ({ change }) => approveDocument(change, commands.key, by),
        about: aboutDocument,
        alone: `documents of ${known.gateway}`,
      });
      if (row === undefined) throw notFound();
      if (row.kind === "refusal") throw refused(row as Refusal, (row as Refusal).code === "same-person" ? 403 : 409);
      commands.wake();
      return documentView(row as DocumentRow);
    },
  );
};
