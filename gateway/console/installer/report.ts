// The commissioning record as the gateway keeps it: what a person has ticked, who, and pictures of it, each with the gateway's own time and its hash. It outlives the phone that made it.
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { FastifyInstance } from "fastify";
import Type from "typebox";
import { type ReportKept, ReportPhoto, ReportSaved, ReportState } from "#protocols/api/installer.ts";
import { toRfc3339, wall } from "#protocols/vocabulary/time.ts";
import type { SiteContext } from "../../site-context.ts";
import { sendProblem } from "../problem.ts";
import { hands, type Proof } from "./proofs.ts";

const mostPhotos = 60;
const mostProofs = 120;
const largestPhoto = 1024 * 1024;
/** As base64 in JSON. */
const largestBody = Math.ceil((largestPhoto * 4) / 3) + 1_024;
const nameOf = /^([a-z0-9-]{1,40})\.(\d{13})\.([0-9a-f]{64})\.jpg$/;
const PhotoParams = Type.Object({ sha256: Type.String({ pattern: "^[0-9a-f]{64}$" }) }, { additionalProperties: false });

/** What was given to the outbox: at which time, as which number of its stream. */
interface Sent {
  readonly at: number;
  readonly seq: number;
  readonly epoch: string;
}

export interface ReportParts extends Pick<SiteContext, "data" | "clock" | "journal" | "config"> {
  /** What the gateway proves by itself, now. */
  readonly proofs: () => readonly Proof[];
}

export function reportRoutes(server: FastifyInstance, { data, clock, journal, config, proofs }: ReportParts): void {
  const folder = join(data, "report");
  const file = join(folder, "report.json");
  const kept = (): ReportKept => {
    try {
      return JSON.parse(readFileSync(file, "utf8")) as ReportKept;
    } catch {
      return { person: "", done: [] };
    }
  };
  const photos = () =>
    list(folder).flatMap((name) => {
      const [, item = "", at = "", sha256 = ""] = nameOf.exec(name) ?? [];
      return sha256 === "" ? [] : [{ name, item, at: Number(at), sha256 }];
    });
  const sentFile = join(folder, "sent.json");
  const sent = (): ReportState["sent"] => {
    try {
      const { at, seq, epoch } = JSON.parse(readFileSync(sentFile, "utf8")) as Sent;
      // Of a journal that was restored since: what waited in it has been said again, and cannot be told from here.
      return { at: toRfc3339(wall(at)), kept: epoch === journal.epoch && journal.outbox.state("state").acknowledged >= seq };
    } catch {
      return null;
    }
  };
  const state = (): ReportState => ({
    ...kept(),
    ...{ hands: [...hands], sent: sent() },
    photos: photos()
      .sort((a, b) => a.at - b.at)
      .map(({ item, at, sha256, name }) => ({
        ...{ item, sha256, at: toRfc3339(wall(at)) },
        bytes: statSync(join(folder, name)).size,
      })),
  });

  server.get("/report", { schema: { response: { 200: ReportState } } }, async () => state());
  server.put<{ Body: ReportKept }>("/report", { schema: { body: ReportSaved, response: { 200: ReportState } } }, async (request) => {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(file, `${JSON.stringify(request.body)}\n`, { mode: 0o600 });
    return state();
  });
  server.post("/report/send", { schema: { response: { 200: ReportState } } }, async () => {
    const { person, done } = kept();
    const pictures = photos();
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    journal.commit((tx) =>
      tx.event("gateway.commissioned", {
        ...{ person, name: config.name },
        proofs: proofs()
          .slice(0, mostProofs)
          .map(({ zh, en, ok }) => ({ zh: zh.slice(0, 300), en: en.slice(0, 300), ok })),
        hands: hands.map((one) => ({ ...one, done: done.includes(one.id), photos: pictures.filter(({ item }) => item === one.id).length })),
        photos: pictures.map(({ sha256 }) => sha256),
      }),
    );
    const at: Sent = { at: clock.wall(), seq: journal.outbox.state("state").last, epoch: journal.epoch };
    writeFileSync(sentFile, `${JSON.stringify(at)}\n`, { mode: 0o600 });
    return state();
  });
  server.post<{ Body: { item: string; base64: string } }>(
    "/report/photos",
    { bodyLimit: largestBody, schema: { body: ReportPhoto, response: { 200: ReportState } } },
    async (request, reply) => {
      const { item, base64 } = request.body;
      const bytes = Buffer.from(base64, "base64");
      if (!isJpeg(bytes) || bytes.length > largestPhoto)
        return sendProblem(reply, {
          ...{ status: 422, code: "no-photo", where: "/base64" },
          zh: "不是 JPEG 照片，或超过 1 MB",
          en: "no JPEG picture, or larger than 1 MB",
        });
      const all = photos();
      if (all.length >= mostPhotos)
        return sendProblem(reply, { status: 409, code: "too-many", zh: `最多 ${mostPhotos} 张照片`, en: `at most ${mostPhotos} pictures` });
      const sha256 = createHash("sha256").update(bytes).digest("hex");
      // The same picture is one picture, whatever it is said to show.
      if (all.some((one) => one.sha256 === sha256))
        return sendProblem(reply, {
          status: 409,
          code: "same-photo",
          zh: "这张照片已经在记录里",
          en: "this picture is in the record already",
        });
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      writeFileSync(join(folder, `${item}.${clock.wall()}.${sha256}.jpg`), bytes, { mode: 0o600 });
      return state();
    },
  );
  server.get<{ Params: { sha256: string } }>("/report/photos/:sha256", { schema: { params: PhotoParams } }, async (request, reply) => {
    const one = photos().find(({ sha256 }) => sha256 === request.params.sha256);
    if (one === undefined) return sendProblem(reply, noPhoto);
    return reply
      .type("image/jpeg")
      .header("cache-control", "no-store")
      .send(readFileSync(join(folder, one.name)));
  });
  server.delete<{ Params: { sha256: string } }>(
    "/report/photos/:sha256",
    { schema: { params: PhotoParams, response: { 200: ReportState } } },
    async (request, reply) => {
      const one = photos().find(({ sha256 }) => sha256 === request.params.sha256);
      if (one === undefined) return sendProblem(reply, noPhoto);
      rmSync(join(folder, one.name));
      return state();
    },
  );
}

const noPhoto = { status: 404, code: "no-photo", zh: "没有这张照片", en: "there is no such picture" };

/** From its first to its last marker (ITU T.81). */
const isJpeg = (bytes: Buffer): boolean =>
  bytes.length > 100 && bytes[0] === 0xff && bytes[1] === 0xd8 && bytes.at(-2) === 0xff && bytes.at(-1) === 0xd9;

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
