// Enrolment: a one-time code by a person, a certificate for whoever brings it, the next one for whoever holds the last, revocation, and the list of what is revoked.
import type { FastifyRequest } from "fastify";
import Type from "typebox";
import {
  type CertificateRow,
  certificateOf,
  codeWithin_ms,
  enrol,
  farewell,
  isGood,
  newCode,
  renew,
  revoke,
  revoked,
} from "#cloud/enrolment/enrolment.ts";
import type { Change } from "#cloud/store/store.ts";
import { time } from "#cloud/views/words.ts";
import {
  CertificateView,
  CodeMade,
  EnrolAsked,
  Enrolled,
  FarewellAsked,
  FarewellDone,
  RenewAsked,
  Revocation,
} from "#protocols/api/enrolment.ts";
import type { Role } from "#protocols/api/views.ts";
import { idPattern } from "#protocols/vocabulary/ids.ts";
import { anyone, personOf, siteWithin, withinScope } from "../access.ts";
import { note, noteRefusal } from "../audited.ts";
import { changed } from "../change.ts";
import { Cursor, limitOf, pageOf, timeCursor, timeCursorText } from "../pages.ts";
import { ApiProblem, notFound, refused } from "../problem.ts";
import type { Routes } from "../server.ts";
import { IfMatch, tagged } from "../versions.ts";

const Gateway = Type.Object({ gateway: Type.String({ pattern: idPattern }) }, { additionalProperties: false });
const AtSite = Type.Object({ site: Type.String({ pattern: idPattern }) }, { additionalProperties: false });
const Id = Type.Object({ id: Type.String({ pattern: "^[0-9a-f]{8,64}$" }) }, { additionalProperties: false });
const Asked = Type.Object({ ...Cursor, gateway: Type.Optional(Type.String({ maxLength: 40 })) }, { additionalProperties: false });

const givers: readonly Role[] = ["installer", "administrator"];
const lookers: readonly Role[] = ["installer", "property-manager", "operating-company", "auditor", "administrator"];
/** A code has 80 bits: this is for the machine's sake. */
const rateLimit = { max: 30, timeWindow: 60_000 };

function certificateView(row: CertificateRow, now: number): CertificateView {
  const { serial, site, gateway, before, revoked_by, reason, revoked_at } = row;
  const state = revoked_at !== null ? "revoked" : isGood(row, now) ? "good" : "ended";
  const times = { issued: time(row.issued_at), until: time(row.until_at), revoked: revoked_at === null ? null : time(revoked_at) };
  return { serial, site, gateway, state, before, revoked_by, reason, ...times };
}

export const enrolmentRoutes: Routes = (server, surroundings) => {
  const { store, now, commands, sites, enrolment } = surroundings;
  const { authority } = enrolment;

  /** A certificate for whoever proves what he says; nobody is signed in here. `stranger`: refusals that mean "we do not know you". */
  async function given(
    request: FastifyRequest,
    asked: { work: (change: Change, at: number) => ReturnType<typeof enrol>; stranger: readonly string[] },
  ): Promise<Enrolled> {
    const at = now();
    const made = await store.change(
      async (change) => {
        const done = await asked.work(change, at);
        if (!("kind" in done))
          await note(change, request, { object: done.row.gateway, site: done.row.site, detail: { serial: done.row.serial }, at });
        return done;
      },
      { alone: "enrolment" },
    );
    if ("kind" in made) {
      await noteRefusal(surroundings, request, { code: made.code });
      throw refused(made, asked.stranger.includes(made.code) ? 401 : 422);
    }
    request.audited = true;
    await enrolment.changed();
    const { site, gateway, serial, until_at } = made.row;
    return { site, gateway, serial, until: time(until_at), certificate: made.issued.pem, authority: authority.pem };
  }

  server.post(
    "/api/v1/gateways/:gateway/enrolment-code",
    {
      config: { access: givers, audit: "enrolment.code", once: "secret" },
      schema: { params: Gateway, body: AtSite, response: { 200: CodeMade } },
    },
    async (request) => {
      const { gateway } = request.params;
      const { site } = request.body;
      siteWithin(request, site);
      if (!sites.some(({ id }) => id === site) || !commands.knows({ site, gateway }))
        throw new ApiProblem(404, { code: "no-such-gateway", zh: "没有这个网关", en: "no such gateway" });
      const at = now();
      const code = await changed(surroundings, request, {
        work: ({ change }) => newCode(change, { site, gateway, person: personOf(request).id, now: at }),
        about: () => ({ object: gateway, site }),
      });
      return { site, gateway, code, until: time(at + codeWithin_ms) };
    },
  );

  server.post(
    "/api/v1/enrol",
    { config: { ...anyone.config, audit: "enrolment.enrol", rateLimit }, schema: { body: EnrolAsked, response: { 200: Enrolled } } },
    (request) => given(request, { work: (change, at) => enrol(change, authority, { ...request.body, now: at }), stranger: ["code"] }),
  );

  server.post(
    "/api/v1/enrol/renewal",
    { config: { ...anyone.config, audit: "enrolment.renew", rateLimit }, schema: { body: RenewAsked, response: { 200: Enrolled } } },
    (request) =>
      given(request, {
        work: (change, at) => renew(change, authority, { ...request.body, now: at }),
        stranger: ["certificate", "proof"],
      }),
  );

  server.post(
    "/api/v1/enrol/farewell",
    {
      config: { ...anyone.config, audit: "enrolment.farewell", rateLimit },
      schema: { body: FarewellAsked, response: { 200: FarewellDone } },
    },
    async (request) => {
      const { certificate, signature, reason } = request.body;
      const at = now();
      const done = await store.change(
        async (change) => {
          const said = await farewell(change, authority, { certificate, signature, reason, now: at });
          if ("kind" in said) return said;
          const { gateway, site } = said.row;
          await note(change, request, {
            object: gateway,
            site,
            detail: { ended: said.ended, ...(reason === undefined ? {} : { reason }) },
            at,
          });
          return said;
        },
        { alone: "enrolment" },
      );
      if ("kind" in done) {
        await noteRefusal(surroundings, request, { code: done.code });
        throw refused(done, 401);
      }
      request.audited = true;
      await enrolment.changed();
      return { site: done.row.site, gateway: done.row.gateway, ended: done.ended };
    },
  );

  server.get(
    "/api/v1/certificates",
    { config: { access: lookers }, schema: { querystring: Asked, response: { 200: pageOf(CertificateView) } } },
    async (request) => {
      const { scope, query } = request;
      const limit = limitOf(query);
      let rows = store.read
        .selectFrom("certificate")
        .selectAll()
        .$if(!scope.all, (all) => all.where("site", "in", scope.sites))
        .orderBy("issued_at", "desc")
        .orderBy("serial", "desc")
        .limit(limit + 1);
      if (query.gateway !== undefined) rows = rows.where("gateway", "=", query.gateway);
      const after = timeCursor(query);
      if (after !== undefined)
        rows = rows.where((eb) =>
          eb.or([eb("issued_at", "<", after.at), eb.and([eb("issued_at", "=", after.at), eb("serial", "<", after.id)])]),
        );
      const page = await rows.execute();
      const shown = page.slice(0, limit);
      const last = shown.at(-1);
      return {
        items: shown.map((row) => certificateView(row, now())),
        next: page.length > limit && last !== undefined ? timeCursorText(last.issued_at, last.serial) : null,
      };
    },
  );

  server.get(
    "/api/v1/certificates/:id",
    { config: { access: lookers }, schema: { params: Id, response: { 200: CertificateView } } },
    async (request, reply) => {
      const row = withinScope(request, await certificateOf(store.read, request.params.id));
      await tagged(reply, store.read, ["certificate", row.serial]);
      return certificateView(row, now());
    },
  );

  server.post(
    "/api/v1/certificates/:id/revocation",
    {
      config: { access: ["administrator"], audit: "certificate.revoke" },
      schema: { headers: IfMatch, params: Id, body: Revocation, response: { 200: CertificateView } },
    },
    async (request) => {
      const { id } = request.params;
      withinScope(request, await certificateOf(store.read, id));
      const asked = { serial: id, person: personOf(request).id, reason: request.body.reason, now: now() };
      const row = await changed(surroundings, request, {
        over: ["certificate", id],
        work: ({ change }) => revoke(change, asked),
        about: (found) => found && { object: found.serial, site: found.site, detail: { gateway: found.gateway } },
      });
      if (row === undefined) throw notFound();
      await enrolment.changed();
      return certificateView(row, now());
    },
  );

  /** For brokers that are not ours; whoever reads it learns serial numbers, and nothing else. */
  server.get("/api/v1/enrol/revocations", { ...anyone }, async (_request, reply) => {
    const at = now();
    const text = authority.revocations({ serials: await revoked(store.read), number: Math.floor(at / 1000), now: at });
    return reply
      .type("application/x-pem-file")
      .serializer((value: unknown) => String(value))
      .send(text);
  });
};
