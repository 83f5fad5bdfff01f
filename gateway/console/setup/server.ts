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
import { SetupBarrier, SetupBarrierAsked } from "#protocols/api/setup-lanes.ts";
import type { Profile } from "#protocols/modbus/profile.ts";
import { deviceFault, type Refusal } from "#protocols/vocabulary/faults.ts";
import { connectBoard } from "../../drivers/barrier-board.ts";
import { machineClock } from "../../world/clock.ts";
import { machineDevices } from "../../world/devices.ts";
import { cameraSearchRoutes } from "../camera-search.ts";
import { handOut, handOutPage, sharedWords } from "../hand-out.ts";
import { refusedLine } from "../installer/bench.ts";
import { lineProblem } from "../installer/bench-read.ts";
import { earOn } from "../installer/ear.ts";
import { findingOf, lastSpeaks, wiringProblem } from "../installer/line-faults.ts";
import { onLine } from "../installer/visit.ts";
import { answerNoHttp, problemOf, refusalProblem, sendProblem } from "../problem.ts";
import { tryBarrier } from "./barrier.ts";
import { type HeardCameras, hearCameras, heardRoutes, pushRoutes } from "./cameras.ts";
import { readByModel } from "./device.ts";
import { type RestoreDoor, restoreRoutes } from "./restore.ts";
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
  readonly restore: RestoreDoor;
  /** An arm is about to be opened: durable when it returns. */
  writeOpening(asked: SetupBarrierAsked): void;
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
/** A model of many blocks at a slow speed; the page does not wait longer either. */
const testWholeWithin_ms = 20_000;
/** With a tariff in it. */
const largestAnswer = 300 * 1024;
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
  const heard = hearCameras(() => machineClock().wall());
  await server.register(pushRoutes(heard, waiting));
  await server.register(setupRoutes(settings, heard), { prefix: "/api/v1/setup" });
  const http = await server.listen({ host: settings.host, port: settings.port });
  return { http, stop: () => server.close() };
}

async function setupPage(server: FastifyInstance): Promise<void> {
  const own = (folder: string, names: readonly string[]): Record<string, string> =>
    Object.fromEntries(names.map((name) => [name, `${folder}/${name}`]));
  server.get("/", (_request, reply) => reply.redirect("/setup"));
  server.get("/installer", (_request, reply) => reply.redirect("/setup"));
  handOutPage(server, "/setup", {
    ...{ title: "首次设置", styles: ["/setup/installer.css", "/setup/setup.css"], script: "/setup/setup.ts" },
    body: `<nav id="steps"></nav>
    <main id="view"></main>`,
  });
  handOut(server, "/setup", {
    ...own("installer", [
      "installer.css",
      "setup.css",
      "setup.ts",
      "setup-api.ts",
      "setup-state.ts",
      "setup-steps.ts",
      "setup-finish.ts",
      "setup-device.ts",
      "setup-find.ts",
      "found.ts",
      "found-words.ts",
      "setup-lanes.ts",
      "setup-lane.ts",
      "setup-lane-words.ts",
      "setup-restore.ts",
      "setup-words.ts",
    ]),
  });
  handOut(server, "/booth", {
    "tokens.css": "web/styles/tokens.css",
    "icon.svg": "web/icon.svg",
    ...own("booth", ["base.css", "elements.ts", "api.ts", "progress.ts"]),
  });
  handOut(server, "/protocols/vocabulary", sharedWords);
}

const setupRoutes =
  ({ code, door }: SetupSettings, heard: HeardCameras) =>
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
    server.put<{ Body: SetupGiven }>(
      "/answers",
      { bodyLimit: largestAnswer, schema: { body: SetupGiven, response: { 200: SetupState } } },
      async (request) => stateWith(door.give(request.body)),
    );
    heardRoutes(server, heard);
    cameraSearchRoutes(server);
    server.post<{ Body: SetupBarrierAsked }>(
      "/barrier",
      { schema: { body: SetupBarrierAsked, response: { 200: SetupBarrier } } },
      (request, reply) => testBarrier(door, request.body, reply),
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
    await restoreRoutes(server, door);
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
  const none: SetupScan = { running: false, done: 0, of: 247, ran_ms: 0, found: [], trouble: null, finding: null };
  const response = { 200: SetupScan };
  server.get("/scan", { schema: { response } }, async () => scan?.now() ?? none);
  server.delete("/scan", { schema: { response } }, async () => {
    scan?.stop();
    await scan?.ended;
    return scan?.now() ?? none;
  });
  server.post<{ Body: SetupScanAsked }>("/scan", { schema: { body: SetupScanAsked, response } }, async (request) => {
    scan?.stop();
    await scan?.ended;
    const { line } = request.body;
    const ear = earOn(machineDevices());
    scan = startScan({
      ...{ line, clock: () => performance.now() },
      onLine: (on, work) => onLine({ line: on, within_ms: answerWithin_ms, ear }, work),
      troubleOf: (error) => lineProblem(error, line),
      speaks: () => line.kind === "tcp" || lastSpeaks(ear.tries()),
      finding: () => (line.kind === "tcp" ? undefined : findingOf(ear.tries(), ear.unasked())),
    });
    return scan.now();
  });
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
    const ear = earOn(machineDevices());
    const visit = { line, within_ms: testWithin_ms, whole_ms: testWholeWithin_ms, ear };
    const read = await onLine(visit, ({ ask }) => readByModel(ask, model, unit));
    if (read === "refused")
      return sendProblem(reply, {
        ...{ status: 502, code: "another-model" },
        zh: `从站 ${unit} 应答了，但拒绝了 ${profile} 的寄存器：换一个型号，或核对从站号`,
        en: `unit ${unit} answers, and refuses the registers of ${profile}: another model, or another unit`,
      });
    if (read !== undefined) return { ...read, took_ms: Math.round(performance.now() - began) };
    const silent = deviceFault("timeout", "");
    if (line.kind !== "tcp") {
      const { zh, en, ...problem } = wiringProblem(silent, ear);
      return sendProblem(reply, {
        ...problem,
        zh: `从站 ${unit} 没有应答或应答不对：${zh}`,
        en: `unit ${unit} does not answer, or answers wrongly: ${en}`,
      });
    }
    return sendProblem(reply, {
      ...{ status: 504, code: "no-answer" },
      zh: `从站 ${unit} 没有应答：A/B 对调？波特率？校验？从站地址？终端电阻？`,
      en: `unit ${unit} does not answer: A and B swapped? baud rate? parity? unit? terminating resistor?`,
    });
  } catch (error) {
    return sendProblem(reply, lineProblem(error, line));
  }
}

async function testBarrier(door: SetupDoor, asked: SetupBarrierAsked, reply: FastifyReply): Promise<SetupBarrier | FastifyReply> {
  const profile = door.model(asked.profile);
  if (profile?.pulses?.open === undefined)
    return sendProblem(reply, {
      status: 422,
      code: "no-model",
      zh: `没有道闸型号 ${asked.profile}`,
      en: `no barrier model ${asked.profile}`,
    });
  const { host, port } = asked;
  const elsewhere = await refusedLine({ lines: [], lanes: [] }, { kind: "tcp", host, port });
  if (elsewhere !== undefined) return sendProblem(reply, elsewhere);
  const clock = machineClock();
  const connect = connectBoard({ host, port, clock });
  const tried = await tryBarrier(asked, { profile, clock, connect, write: () => door.writeOpening(asked) });
  return "status" in tried ? sendProblem(reply, tried) : tried;
}
