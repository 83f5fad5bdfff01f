// The page of the first run and what it asks. It stands where the gateway will: no camera is answered and nothing is switched meanwhile. Only whoever reads the code beside the gateway may ask.
import { createHash, timingSafeEqual } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import Fastify, { type FastifyInstance, type FastifyReply } from "fastify";
import {
  type SetupComplaint,
  SetupEnrol,
  type SetupFinished,
  SetupGiven,
  SetupReach,
  SetupReached,
  SetupScan,
  SetupScanAsked,
  SetupState,
  SetupTest,
  SetupTested,
} from "#protocols/api/setup.ts";
import type { Profile } from "#protocols/modbus/profile.ts";
import type { Refusal } from "#protocols/vocabulary/faults.ts";
import { handOut } from "../hand-out.ts";
import { answerNoHttp, problemOf, refusalProblem, sendProblem } from "../problem.ts";
import { readByModel } from "./device.ts";
import { onLine } from "./line.ts";
import { type Scan, startScan } from "./scan.ts";

/** What the page may do; who composes the gateway says how. */
export interface SetupDoor {
  /** What was refused of this step; without any it is kept. */
  give(given: SetupGiven): readonly SetupComplaint[];
  state(): Omit<SetupState, "complaints">;
  reach(asked: SetupReach): Promise<SetupReached>;
  enrol(code: string): Promise<Refusal | undefined>;
  /** undefined: there is no such model. */
  model(id: string): Profile | undefined;
  /** Writes the file; what is still wrong is said, and then nothing was written. */
  finish(): SetupFinished | { readonly complaints: readonly SetupComplaint[] };
}

export interface SetupSettings {
  readonly host: string;
  readonly port: number;
  readonly code: string;
  readonly door: SetupDoor;
}

export interface SetupServer {
  readonly http: string;
  stop(): Promise<void>;
}

const answerWithin_ms = 250;
const testWithin_ms = 800;
/** A code of sixty bits is not guessed; this keeps a stranger's tries from costing us anything. */
const wrongCode_ms = 500;
const digest = (text: string): Buffer => createHash("sha256").update(text).digest();

export async function serveSetup(settings: SetupSettings): Promise<SetupServer> {
  const server = Fastify({
    ...{ bodyLimit: 32 * 1024, forceCloseConnections: true, requestTimeout: 30_000, clientErrorHandler: answerNoHttp },
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false } },
  });
  server.setErrorHandler((error, _request, reply) => sendProblem(reply, problemOf(error)));
  const waiting = {
    zh: "网关还没有设置：请打开本机页面完成首次设置",
    en: "this gateway is not set up yet: open its page and finish the first run",
  };
  server.setNotFoundHandler((_request, reply) => sendProblem(reply, { status: 503, code: "first-run", ...waiting }));
  server.get("/healthz", (_request, reply) =>
    reply.code(503).send({ ok: false, checks: [{ name: "config", ok: false, zh: waiting.zh, en: waiting.en }] }),
  );
  await server.register(setupPage);
  await server.register(setupRoutes(settings), { prefix: "/api/v1/setup" });
  const http = await server.listen({ host: settings.host, port: settings.port });
  return { http, stop: () => server.close() };
}

async function setupPage(server: FastifyInstance): Promise<void> {
  const own = (folder: string, names: readonly string[]): Record<string, string> =>
    Object.fromEntries(names.map((name) => [name, `${folder}/${name}`]));
  server.get("/", (_request, reply) => reply.redirect("/setup"));
  server.get("/installer", (_request, reply) => reply.redirect("/setup"));
  handOut(server, "/setup", {
    "": "installer/setup.html",
    ...own("installer", [
      "installer.css",
      "setup.css",
      "setup.ts",
      "setup-api.ts",
      "setup-state.ts",
      "setup-steps.ts",
      "setup-device.ts",
      "setup-words.ts",
    ]),
  });
  handOut(server, "/booth", {
    "tokens.css": "web/styles/tokens.css",
    "icon.svg": "web/icon.svg",
    ...own("booth", ["elements.ts", "api.ts"]),
  });
}

const setupRoutes =
  ({ code, door }: SetupSettings) =>
  async (server: FastifyInstance): Promise<void> => {
    const expected = digest(code);
    server.addHook("onRequest", async (request, reply) => {
      // As it was read from a label: spaces, dashes and small letters make no difference.
      const given = /^Bearer (.{1,100})$/
        .exec(request.headers.authorization ?? "")?.[1]
        ?.replace(/[\s-]/g, "")
        .toUpperCase();
      if (given !== undefined && timingSafeEqual(digest(given), expected)) return;
      if (given !== undefined) await pause(wrongCode_ms);
      const words = {
        zh: "设置码不对：它在网关的终端里，也在配置目录的 setup-code 文件里",
        en: "not the setup code: it stands on the gateway's terminal, and in the file setup-code beside its configuration",
      };
      return sendProblem(reply, { status: 401, code: "setup-code", ...words });
    });

    const stateWith = (complaints: readonly SetupComplaint[]): SetupState => ({ ...door.state(), complaints: [...complaints] });
    server.get("/", { schema: { response: { 200: SetupState } } }, async () => stateWith([]));
    server.put<{ Body: SetupGiven }>("/answers", { schema: { body: SetupGiven, response: { 200: SetupState } } }, async (request) =>
      stateWith(door.give(request.body)),
    );
    server.post<{ Body: SetupReach }>("/reach", { schema: { body: SetupReach, response: { 200: SetupReached } } }, (request) =>
      door.reach(request.body),
    );
    server.post<{ Body: { code: string } }>(
      "/enrol",
      { schema: { body: SetupEnrol, response: { 200: SetupState } } },
      async (request, reply) => {
        const refused = await door.enrol(request.body.code.trim());
        return refused === undefined ? stateWith([]) : sendProblem(reply, refusalProblem(refused));
      },
    );
    scanRoutes(server);
    server.post<{ Body: SetupTest }>("/test", { schema: { body: SetupTest, response: { 200: SetupTested } } }, (request, reply) =>
      testDevice(door, request.body, reply),
    );
    server.post("/finish", async (_request, reply) => {
      const finished = door.finish();
      return "complaints" in finished ? reply.code(422).send(stateWith(finished.complaints)) : finished;
    });
  };

function scanRoutes(server: FastifyInstance): void {
  let scan: Scan | undefined;
  const none: SetupScan = { running: false, done: 0, of: 247, left_s: 0, found: [], trouble: null };
  const response = { 200: SetupScan };
  server.get("/scan", { schema: { response } }, async () => scan?.now() ?? none);
  server.delete("/scan", { schema: { response } }, async () => {
    scan?.stop();
    await scan?.ended;
    return scan?.now() ?? none;
  });
  server.post<{ Body: { line: Parameters<typeof onLine>[0] } }>(
    "/scan",
    { schema: { body: SetupScanAsked, response } },
    async (request) => {
      scan?.stop();
      await scan?.ended;
      const { line } = request.body;
      scan = startScan({ line, clock: () => performance.now(), onLine: (on, work) => onLine(on, answerWithin_ms, work) });
      return scan.now();
    },
  );
  server.addHook("onClose", async () => {
    scan?.stop();
    await scan?.ended;
  });
}

async function testDevice(door: SetupDoor, { line, unit, profile }: SetupTest, reply: FastifyReply): Promise<SetupTested | FastifyReply> {
  const model = door.model(profile);
  if (model === undefined)
    return sendProblem(reply, { status: 422, code: "no-model", zh: `没有型号 ${profile}`, en: `no model ${profile}` });
  const began = performance.now();
  try {
    const read = await onLine(line, testWithin_ms, (ask) => readByModel(ask, model, unit));
    if (read !== undefined) return { ...read, took_ms: Math.round(performance.now() - began) };
    return sendProblem(reply, {
      ...{ status: 504, code: "no-answer" },
      zh: `从站 ${unit} 没有应答：A/B 对调？波特率？校验？从站地址？终端电阻？`,
      en: `unit ${unit} does not answer: A and B swapped? baud rate? parity? unit? terminating resistor?`,
    });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return sendProblem(reply, { status: 502, code: "unreachable", zh: `线路打不开：${why}`, en: `the line cannot be opened: ${why}` });
  }
}
