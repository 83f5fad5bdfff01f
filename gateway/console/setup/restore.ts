// What the first run's page asks to take another gateway's place: the sealed backup in pieces, its passphrase, a look at what it holds, and the word to begin with it.
import type { FastifyInstance, FastifyReply } from "fastify";
import type { SetupFinished } from "#protocols/api/setup.ts";
import { restorePiece, SetupRestore, SetupRestoreOpen, SetupRestorePlace } from "#protocols/api/setup-restore.ts";
import type { Refusal } from "#protocols/vocabulary/faults.ts";
import { refusalProblem, sendProblem } from "../problem.ts";

/** What may be done with a backup; who composes the gateway says how. */
export interface RestoreDoor {
  now(): SetupRestore;
  take(at: number, of: number, bytes: Uint8Array): Refusal | undefined;
  open(passphrase: string): Refusal | undefined;
  drop(): void;
  apply(): SetupFinished | Refusal;
  settled(): Promise<void>;
}

export async function restoreRoutes(server: FastifyInstance, { restore }: { readonly restore: RestoreDoor }): Promise<void> {
  server.addContentTypeParser("application/octet-stream", { parseAs: "buffer", bodyLimit: restorePiece }, (_request, body, done) =>
    done(null, body),
  );
  const response = { 200: SetupRestore };
  const said = (reply: FastifyReply, refused: Refusal | undefined): SetupRestore | FastifyReply =>
    refused === undefined ? restore.now() : sendProblem(reply, refusalProblem(refused));
  server.get("/restore", { schema: { response } }, async () => restore.now());
  server.put<{ Querystring: { at: string; of: string }; Body: unknown }>(
    "/restore",
    { bodyLimit: restorePiece, schema: { querystring: SetupRestorePlace, response } },
    async ({ query: { at, of }, body }, reply) =>
      body instanceof Uint8Array && body.length > 0
        ? said(reply, restore.take(Number(at), Number(of), body))
        : sendProblem(reply, {
            status: 415,
            code: "content-type",
            zh: "应为 application/octet-stream",
            en: "must be application/octet-stream",
          }),
  );
  server.post<{ Body: { passphrase: string } }>("/restore", { schema: { body: SetupRestoreOpen, response } }, async (request, reply) =>
    said(reply, restore.open(request.body.passphrase)),
  );
  server.delete("/restore", { schema: { response } }, async () => {
    restore.drop();
    await restore.settled();
    return restore.now();
  });
  server.post("/restore/apply", async (_request, reply) => {
    const done = restore.apply();
    return "kind" in done ? sendProblem(reply, refusalProblem(done)) : done;
  });
  // What lies open here meanwhile does not outlive the page.
  server.addHook("onClose", async () => {
    if (restore.now().stage !== "done") restore.drop();
    await restore.settled();
  });
}
