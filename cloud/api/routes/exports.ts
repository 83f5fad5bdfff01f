// The ledger as a file: GET /api/v1/ledger/export (at once, as it is written), POST /api/v1/ledger/exports (made aside), GET /ledger/exports and /ledger/exports/{id} (how far it is), /{id}/file, POST /{id}/cancellation.
import { PassThrough, Readable } from "node:stream";
import type { FastifyRequest } from "fastify";
import Type from "typebox";
import { dayOf, dayText } from "#cloud/calendar/calendar.ts";
import { askExport, cancelExport, type Job, keptFor_ms, piecesOf, startExports } from "#cloud/ledger/exports.ts";
import { placesOn, placeText } from "#cloud/ledger/places.ts";
import { policyOn } from "#cloud/ledger/policy.ts";
import { exportAside, exportHere } from "#cloud/ledger/sheet/aside.ts";
import { fileName, hasFewPictures, isFew, type LedgerFile } from "#cloud/ledger/sheet/export.ts";
import { exportView, mayHave } from "#cloud/views/exports.ts";
import { maySeePictures } from "#cloud/views/pictures.ts";
import { seesPhone } from "#cloud/views/present.ts";
import { ExportView } from "#protocols/api/exports.ts";
import { refusal } from "#protocols/vocabulary/faults.ts";
import { personOf, readersOf, siteWithin } from "../access.ts";
import { note } from "../audited.ts";
import { changed, rowOf } from "../change.ts";
import { ApiProblem, notFound, refused } from "../problem.ts";
import { readers } from "../rights.ts";
import type { Routes } from "../server.ts";
import type { Surroundings } from "../surroundings.ts";
import { Filter } from "./hazards.ts";

const strict = { additionalProperties: false } as const;
const as = Type.Optional(Type.Enum(["xlsx", "csv"]));
const Exporting = Type.Object({ ...Filter, as }, strict);
const Id = Type.Object({ id: Type.String({ maxLength: 64 }) });
const types = {
  csv: "text/csv; charset=utf-8",
  xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
} as const;
const attachment = (name: string): string => `attachment; filename*=UTF-8''${encodeURIComponent(name)}`;
/** Threads of those who wait with the connection open: two cores, one of them for everybody else. */
const mostAtOnce = 2;
/** A compound's: some tens of milliseconds a page, and others come between the pages. */
const fewRows = 1_000;
/** A tenth of a second each, in which nobody else is answered. */
const fewPictures = 4;

async function fileFor(
  { store, now, ...where }: Surroundings,
  request: FastifyRequest,
  query: Partial<LedgerFile["filter"]> & { as?: "xlsx" | "csv" },
) {
  const { as: kind = "xlsx", ...filter } = query;
  siteWithin(request, filter.site);
  const places = await placesOn(store.read, where, dayText(dayOf(now())));
  const { name: person, role } = personOf(request);
  const asked: LedgerFile = {
    ...{ as: kind, filter, scope: request.scope, now: now(), person, phones: seesPhone(role), pictures: maySeePictures(role) },
    near_days: (await policyOn(store.read, now())).clocks.near_days,
    places: Object.fromEntries([...places].map(([id, place]) => [id, placeText(place)])),
  };
  const of = filter.site === undefined ? "全部" : (where.compounds.find(({ id }) => id === filter.site)?.name ?? filter.site);
  return { asked, name: fileName(of, now(), kind), site: filter.site ?? null };
}

export const exportRoutes: Routes = (server, surroundings) => {
  const { store, now, log } = surroundings;
  const exports = startExports({ store, now, log, committed: surroundings.live.show });
  server.addHook("onClose", () => exports.stop());
  let atOnce = 0;

  server.get(
    "/api/v1/ledger/export",
    { config: { access: readers.hazards, audit: "ledger.export" }, schema: { querystring: Exporting } },
    async (request, reply) => {
      const { asked, name, site } = await fileFor(surroundings, request, request.query);
      const told = async (rows: number): Promise<void> => {
        await store.change((change) => note(change, request, { object: name, site, detail: { rows }, at: now() }));
        request.audited = true;
        reply.type(types[asked.as]).header("content-disposition", attachment(name));
      };
      if ((await isFew(store.read, asked, fewRows)) && (await hasFewPictures(store.read, asked, fewPictures))) {
        const pieces: Uint8Array[] = [];
        const bytes = (some: Uint8Array): void => void pieces.push(some);
        await told(await exportHere(store.place, asked, { total: () => undefined, done: () => undefined, bytes }));
        return reply.send(Buffer.concat(pieces));
      }
      if (atOnce >= mostAtOnce)
        throw new ApiProblem(503, {
          ...{ code: "busy", zh: "正在导出的人太多", en: "too many exports are being made" },
          ...{ hint_zh: "请稍后再试，或用后台导出", hint_en: "try again, or ask for it aside: POST /api/v1/ledger/exports" },
        });
      atOnce += 1;
      const out = new PassThrough({ highWaterMark: 1024 * 1024 });
      const first = Promise.withResolvers<number>();
      const made = exportAside(store.place, asked, { total: first.resolve, done: () => undefined, bytes: (some) => void out.write(some) });
      out.once("close", made.stop);
      made.ended
        .then(
          () => out.end(),
          (error: Error) => {
            first.reject(error);
            out.destroy(error);
          },
        )
        .finally(() => {
          atOnce -= 1;
        });
      // Whoever waits for the first row hears of the failure there.
      out.on("error", () => undefined);
      await told(await first.promise);
      return reply.send(out);
    },
  );

  const viewOf = (job: Job) => exportView(store.read, job);
  const mine = async (request: FastifyRequest, id: string): Promise<Job> => {
    const job = await store.read.selectFrom("export_job").selectAll().where("id", "=", id).executeTakeFirst();
    if (job === undefined || now() >= job.asked_at + keptFor_ms || !mayHave(job, personOf(request), request.scope)) throw notFound();
    return job;
  };

  server.post(
    "/api/v1/ledger/exports",
    { config: { access: readers.hazards, audit: "ledger.export" }, schema: { body: Exporting, response: { 201: ExportView } } },
    async (request, reply) => {
      const asking = { ...(await fileFor(surroundings, request, request.body)), person: personOf(request).id };
      const job = await changed(surroundings, request, {
        work: ({ change }) => askExport(change, asking),
        about: (done) => {
          const row = rowOf(done);
          return row && { object: row.name, site: row.site, detail: { job: row.id, ...asking.asked.filter } };
        },
      });
      if ("code" in job) throw refused(job, 429);
      exports.wake();
      return reply.code(201).send(await viewOf(job));
    },
  );

  server.get(
    "/api/v1/ledger/exports",
    { ...readersOf("hazards"), schema: { response: { 200: Type.Array(ExportView) } } },
    async (request) => {
      const jobs = await store.read
        .selectFrom("export_job")
        .selectAll()
        .where("person", "=", personOf(request).id)
        .where("asked_at", ">", now() - keptFor_ms)
        .orderBy("asked_at", "desc")
        .orderBy("id")
        .limit(20)
        .execute();
      return Promise.all(jobs.map(viewOf));
    },
  );

  server.get(
    "/api/v1/ledger/exports/:id",
    { ...readersOf("hazards"), schema: { params: Id, response: { 200: ExportView } } },
    async (request) => viewOf(await mine(request, request.params.id)),
  );

  // Said again it changes nothing: whoever pressed twice, or lost the answer, has what he wanted.
  server.post(
    "/api/v1/ledger/exports/:id/cancellation",
    { config: { access: readers.hazards, audit: "ledger.export-cancel" }, schema: { params: Id, response: { 200: ExportView } } },
    async (request) => {
      const { id } = request.params;
      const known = await mine(request, id);
      const cancelled = await changed(surroundings, request, {
        work: (effect) => cancelExport(effect, { id, person: personOf(request).id, now: now() }),
        about: (found) => {
          const done = rowOf(found);
          const detail = { job: id, done: done?.job.done, total: done?.job.total, ...(done?.again ? { again: true } : {}) };
          return done && { object: known.name, site: known.site, detail };
        },
      });
      if (cancelled === undefined) throw notFound();
      if ("kind" in cancelled) throw refused(cancelled, 409);
      exports.drop(id);
      return viewOf(cancelled.job);
    },
  );

  server.get("/api/v1/ledger/exports/:id/file", { ...readersOf("hazards"), schema: { params: Id } }, async (request, reply) => {
    const job = await mine(request, request.params.id);
    if (job.state === "cancelled")
      throw refused(refusal("cancelled", "这次导出已取消，没有文件", "this export was cancelled: there is no file"));
    if (job.state !== "ready") throw refused(refusal("not-ready", "文件还没有做好", "the file is not ready yet"));
    const kind = job.name.endsWith(".csv") ? "csv" : "xlsx";
    return reply
      .type(types[kind])
      .header("content-disposition", attachment(job.name))
      .header("content-length", job.bytes)
      .send(Readable.from(piecesOf(store.read, job.id)));
  });
};
