// On paper: GET /api/v1/hazards/{id}/paper (print page or Word), /papers (who may issue which, by when), GET /api/v1/ledger/weekly (Word), and what towns owe every month: GET and POST /api/v1/ledger/reports.

import type { FastifyRequest } from "fastify";
import Type from "typebox";
import type { SnapshotBody } from "#cloud/assessment/snapshots.ts";
import { dayOf, dayText } from "#cloud/calendar/calendar.ts";
import { sees } from "#cloud/identity/scope.ts";
import { evidenceOf } from "#cloud/ledger/evidence.ts";
import { dueReports, reportsOf, reportTown } from "#cloud/ledger/papers/due.ts";
import { issuersOn, issuing, papersDue } from "#cloud/ledger/papers/issuers.ts";
import { dayWords, paperHtml, paperKinds, paperOf, paperStyle, photoFigures } from "#cloud/ledger/papers/papers.ts";
import { remindersOf } from "#cloud/ledger/papers/remind.ts";
import { soFarOf, weeklyText } from "#cloud/ledger/papers/weekly.ts";
import { placesOn } from "#cloud/ledger/places.ts";
import { policyOn } from "#cloud/ledger/policy.ts";
import { monthSpan } from "#cloud/revenue/months.ts";
import { time } from "#cloud/views/words.ts";
import { writeDocument } from "#protocols/word/write.ts";
import { anyone, personOf, readersOf, withinScope } from "../access.ts";
import { changed } from "../change.ts";
import { ApiProblem, notFound, refused } from "../problem.ts";
import type { Routes } from "../server.ts";

const strict = { additionalProperties: false } as const;
const Id = Type.Object({ id: Type.String({ maxLength: 64 }) });
const Paper = Type.Object({ kind: Type.Enum([...paperKinds]), as: Type.Optional(Type.Enum(["html", "docx"])) }, strict);
const Weekly = Type.Object({ week: Type.String({ pattern: "^\\d{4}-W\\d{2}$" }) }, strict);
const month = Type.String({ pattern: "^\\d{4}-\\d{2}$" });
const Monthly = Type.Object({ month }, strict);
const Reporting = Type.Object(
  {
    town: Type.String({ minLength: 1, maxLength: 120 }),
    month,
    count: Type.Integer({ minimum: 0, maximum: 1_000_000 }),
    reason: Type.Optional(Type.String({ minLength: 2, maxLength: 200, description: "why it is another number than was reported before" })),
  },
  strict,
);
const word = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
const attachment = (name: string): string => `attachment; filename*=UTF-8''${encodeURIComponent(name)}`;

export const paperRoutes: Routes = (server, surroundings) => {
  const { store, now } = surroundings;
  server.get("/pub/paper.css", { ...anyone, schema: { hide: true } }, (_request, reply) =>
    reply.type("text/css; charset=utf-8").header("cache-control", "public, max-age=86400").send(Buffer.from(paperStyle)),
  );

  server.get(
    "/api/v1/hazards/:id/paper",
    { ...readersOf("hazards"), schema: { params: Id, querystring: Paper } },
    async (request, reply) => {
      const { kind, as = "html" } = request.query;
      const { id } = request.params;
      const row = withinScope(request, await store.read.selectFrom("hazard").selectAll().where("id", "=", id).executeTakeFirst());
      if (row.matter === "mediation") throw notFound();
      const photos = await evidenceOf(store.read, [id]);
      const person = personOf(request);
      const asked = kind as (typeof paperKinds)[number];
      const issued = asked === "photos" ? undefined : issuing(await issuersOn(store.read, dayText(dayOf(now()))), asked, person);
      if (issued !== undefined && "code" in issued) throw refused(issued, 403);
      const { clocks } = await policyOn(store.read, now());
      const given = issued && {
        template: issued.template,
        reinspection_days: issued.issuer.clocks?.reinspection_working_days ?? clocks.reinspection_working_days,
      };
      const blocks = paperOf(asked, { row, photos, issuer: person.organisation, now: now(), ...given });
      if (blocks === undefined)
        throw refused({
          kind: "refusal",
          code: "not-yet",
          zh: "该隐患还没有走到这一步，不能出具",
          en: "the hazard has not come so far: there is no such paper yet",
        });
      if (as === "docx")
        return reply
          .type(word)
          .header("content-disposition", attachment(`${id}_${kind}.docx`))
          .send(Buffer.from(writeDocument(blocks)));
      return reply
        .type("text/html; charset=utf-8")
        .send(Buffer.from(paperHtml(blocks, `${id} ${kind}`, asked === "photos" ? photoFigures(row, photos) : "")));
    },
  );

  server.get("/api/v1/hazards/:id/papers", { ...readersOf("hazards"), schema: { params: Id } }, async (request) => {
    const { id } = request.params;
    const row = withinScope(request, await store.read.selectFrom("hazard").selectAll().where("id", "=", id).executeTakeFirst());
    if (row.matter === "mediation") throw notFound();
    const issuers = await issuersOn(store.read, dayText(dayOf(now())));
    const asker = personOf(request);
    const papers = papersDue(issuers, row, { asker, policy: await policyOn(store.read, now()), now: now() });
    return papers.map((one) => ({ ...one, due_at: one.due_at === null ? null : time(one.due_at) }));
  });

  server.get(
    "/api/v1/ledger/weekly",
    { config: { access: ["bureau-officer", "auditor", "administrator"] }, schema: { querystring: Weekly } },
    async (request, reply) => {
      // The text sums all compounds: it is for who sees them all.
      const row = await store.read.selectFrom("snapshot").selectAll().where("week", "=", request.query.week).executeTakeFirst();
      if (row === undefined || !request.scope.all) throw notFound();
      const before = await store.read
        .selectFrom("snapshot")
        .select("body")
        .where("number", "=", row.number - 1)
        .executeTakeFirst();
      const body = JSON.parse(row.body) as SnapshotBody;
      const weeks = await store.read.selectFrom("snapshot").select("body").where("number", "<=", row.number).execute();
      const blocks = weeklyText({
        so_far: soFarOf(weeks.map((one) => JSON.parse(one.body) as SnapshotBody)),
        ...{ body, hash: row.hash, issuer: personOf(request).organisation, day: dayWords(now()) },
        before: before === undefined ? undefined : (JSON.parse(before.body) as SnapshotBody),
      });
      return reply
        .type(word)
        .header("content-disposition", attachment(`通报_${row.week}.docx`))
        .send(Buffer.from(writeDocument(blocks)));
    },
  );

  /** Towns of which this post sees every compound. */
  const townsOf = async (request: FastifyRequest): Promise<string[]> => {
    const places = await placesOn(store.read, surroundings, dayText(dayOf(now())));
    const all = [...places].map(([site, { town }]) => ({ site, town })).filter(({ town }) => town !== "");
    const hidden = new Set(all.filter(({ site }) => !sees(request.scope, site)).map(({ town }) => town));
    return [...new Set(all.map(({ town }) => town))].filter((town) => !hidden.has(town)).sort();
  };
  const monthOf = (wanted: string): string => {
    if (monthSpan(wanted) === undefined) throw new ApiProblem(400, { code: "no-month", zh: "没有这个月份", en: "there is no such month" });
    return wanted;
  };

  server.get("/api/v1/ledger/reports", { ...readersOf("hazards"), schema: { querystring: Monthly } }, async (request) => {
    const wanted = monthOf(request.query.month);
    const rows = await reportsOf(store.read, wanted);
    const { calendar } = await policyOn(store.read, now());
    const dues = dueReports(await townsOf(request), wanted, { rows, calendar, now: now() });
    // When each town that owes one is reminded, whether that is to come or past.
    return dues.map((one) => ({
      ...{ ...one, due_at: time(one.due_at) },
      words: (rows.find(({ town }) => town === one.town)?.words ?? []).map((word) => ({ ...word, at: time(word.at) })),
      reminders: remindersOf(one).map(({ stage, at }) => ({ stage, at: time(at) })),
    }));
  });

  server.post(
    "/api/v1/ledger/reports",
    { config: { access: ["street-officer"], audit: "report.due" }, schema: { body: Reporting } },
    async (request, reply) => {
      const { town, count, reason = null } = request.body;
      const wanted = monthOf(request.body.month);
      if (!(await townsOf(request)).includes(town)) throw notFound();
      if (now() < (monthSpan(wanted)?.to ?? 0))
        throw refused({ kind: "refusal", code: "too-early", zh: "该月尚未结束", en: "the month is not over yet" });
      const row = await changed(surroundings, request, {
        work: ({ change }) => reportTown(change, { town, month: wanted, count, reason, person: personOf(request).id, at: now() }),
        about: (word) => ("kind" in word ? undefined : { object: `${town}/${wanted}`, site: null, detail: { count, seq: word.seq } }),
        alone: "town-report",
      });
      if ("kind" in row) throw refused(row);
      return reply.code(201).send(row);
    },
  );
};
