// The whole program as others use it: the ready line, a master on the serial path, the control API, a gateway that lets everybody in, and the words of its errors.
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { closeSync, constants, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { ReadStream } from "node:tty";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { SimulatorReady, SimulatorState } from "#protocols/api/simulator.ts";
import { readRequest, rtuFrame, rtuIntact, writeCoilRequest } from "#protocols/modbus/frame.ts";

const program = fileURLToPath(new URL("./main.ts", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "cuobian-sim-test-"));
// Its own temporary folder, so that the note that another simulator wrote is not found.
const environment: NodeJS.ProcessEnv = { ...process.env, TMPDIR: folder };
delete environment.CUOBIAN_SIM;

function sim(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [program, ...args], { env: environment }, (error, out, err) =>
      resolve({ code: typeof error?.code === "number" ? error.code : 0, out, err }),
    );
  });
}

async function until<T>(what: string, found: () => Promise<T | undefined> | T | undefined): Promise<T> {
  const end = performance.now() + 30_000;
  for (;;) {
    const value = await found();
    if (value !== undefined) return value;
    if (performance.now() > end) throw new Error(`did not come: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the simulators", () => {
  const seen: { plate: string; offline: number; authorization?: string }[] = [];
  const paid: { payment: string; amount_fen: number }[] = [];
  const due = {
    visit: "visit-00000001",
    bill: "bill-00000001",
    plate: null,
    entered_at: "2026-11-25T08:00:00.000+08:00",
    total_fen: 500,
    paid_fen: 0,
    due_fen: 500,
    check: null,
    lines: [],
  };
  let gateway: Server;
  let child: ChildProcess;
  let ready: SimulatorReady;
  let exitStaysShut = true;

  const state = async (): Promise<SimulatorState> => (await (await fetch(`${ready.control}/state`)).json()) as SimulatorState;
  const post = (path: string, body: unknown): Promise<Response> =>
    fetch(`${ready.control}${path}`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });

  beforeAll(async () => {
    // Lets everybody in; at the exit only whoever has paid. The first payment is taken but its answer lost.
    gateway = createServer(async (request, response) => {
      const body = await text(request);
      if (request.url?.endsWith("plateresult.php")) {
        const { serialno, result } = JSON.parse(body).AlarmInfoPlate;
        seen.push({ plate: result.PlateResult.license, offline: result.PlateResult.isoffline });
        const info = serialno.endsWith("1") || !exitStaysShut ? "ok" : "no";
        return void response.end(JSON.stringify({ Response_AlarmInfoPlate: { info } }));
      }
      if (request.url?.endsWith("/due")) {
        if (request.headers.authorization !== "Bearer token-of-the-booth") return void response.writeHead(401).end();
        return void response.end(JSON.stringify(exitStaysShut ? due : null));
      }
      if (request.url?.endsWith("/payments")) {
        paid.push(JSON.parse(body));
        if (paid.length === 1) return void request.socket.destroy();
        exitStaysShut = false;
        await post("/lanes/east-out/reply", { Response_AlarmInfoPlate: { info: "ok" } });
        return void response.end(JSON.stringify({ payment: "x", gate: "opening" }));
      }
      response.end("ok");
    });
    await new Promise<void>((resolve) => gateway.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${(gateway.address() as AddressInfo).port}`;
    const token = join(folder, "booth.token");
    writeFileSync(token, "token-of-the-booth\n");
    child = spawn(
      process.execPath,
      [
        program,
        "run",
        "--traffic",
        "none",
        "--ready-json",
        "--entry-url",
        url,
        "--exit-url",
        url,
        "--booth-url",
        url,
        "--booth-token-file",
        token,
      ],
      { env: environment, stdio: ["ignore", "pipe", "ignore"] },
    );
    ready = JSON.parse(
      await new Promise<string>((resolve) => child.stdout?.once("data", (line: Buffer) => resolve(line.toString()))),
    ) as SimulatorReady;
  });
  afterAll(() => {
    child.kill("SIGKILL");
    gateway.closeAllConnections();
    gateway.close();
  });

  it("say where they are", () => {
    expect(ready).toEqual({
      ready: "sim",
      control: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      serial: expect.stringMatching(/^\/dev\//),
      stations_tcp: { host: "127.0.0.1", port: expect.any(Number) },
      stations_rtu: { host: "127.0.0.1", port: expect.any(Number) },
      barriers: { host: "127.0.0.1", port: expect.any(Number), units: { "east-in": 1, "east-out": 2, "west-in": 3 } },
    });
  });

  it("a master on the serial path switches and reads; left alone, the relay opens after 4.0 s", async () => {
    const slave = new ReadStream(openSync(ready.serial, constants.O_RDWR | constants.O_NOCTTY));
    const fd = openSync(ready.serial, constants.O_WRONLY | constants.O_NOCTTY);
    const got: number[] = [];
    slave.on("data", (bytes: Buffer) => got.push(...bytes));
    const ask = async (frame: Uint8Array, length: number): Promise<Uint8Array> => {
      got.length = 0;
      writeSync(fd, frame);
      return until("an answer", () => (got.length >= length ? Uint8Array.of(...got) : undefined));
    };
    const on = rtuFrame(writeCoilRequest(2, 9, 0xff00));
    expect([...(await ask(on, 8))]).toEqual([...on]);
    const block = await ask(rtuFrame(readRequest(2, 4, 0, 108)), 221);
    slave.destroy();
    closeSync(fd);
    expect(rtuIntact(block)).toBe(true);
    expect((block[3 + 98 * 2 + 1] ?? 0) & 1).toBe(1);
    const socket = async () => (await state()).sockets.find((one) => one.socket === "station-2/10");
    const closed = await socket();
    expect(closed).toMatchObject({ relay: true, why: "commanded" });
    const fallen = await until("the dead-man", async () => {
      const one = await socket();
      return one?.relay === false ? one : undefined;
    });
    expect(fallen.why).toBe("dead-man");
    expect(fallen.relay_changed_ms - (closed?.relay_changed_ms ?? 0)).toBeCloseTo(4_000, 6);
    expect((await state()).frames.map(({ hex }) => hex).at(0)).toBe(Buffer.from(on).toString("hex"));
  });

  it("a car comes in, parks, pays at the exit and leaves; a lost answer to its payment is asked for again, not paid twice", async () => {
    expect(await (await post("/cars", { plate: "闽CD12345", stay_s: 1 })).json()).toEqual({ accepted: true });
    const { counts } = await until("the car outside", async () => {
      const now = await state();
      return now.counts.passages === 2 ? now : undefined;
    });
    expect(counts).toMatchObject({ openings: 2, cars_waiting: 0, cars_parked: 0, payments: 1, paid_fen: 500, payments_waiting: 0 });
    expect(paid).toHaveLength(2);
    expect(paid[0]).toEqual(paid[1]);
    expect(new Set(seen.map(({ plate, offline }) => `${plate} ${offline}`))).toEqual(new Set(["闽CD12345 0"]));
  });

  it("the commands find the running simulators by themselves", async () => {
    expect(await sim("tap", "station-1/3", "--card", "4711", "--power-W", "200")).toMatchObject({ code: 0, out: '{"accepted":true}\n' });
    expect(await sim("fault", "weld", "--socket", "station-1/3")).toMatchObject({ code: 0 });
    const one = (await state()).sockets.find(({ socket }) => socket === "station-1/3");
    expect(one).toMatchObject({ plugged: true, faults: ["weld"] });
    expect(JSON.parse((await sim("state", "--json")).out).counts.taps).toBe(1);
    expect((await sim("state")).out).toContain("station-1/3");
  });

  it.each([
    ["an unknown key", "/faults", { name: "weld", sockets: "station-1/3" }, 400],
    ["an unknown fault", "/faults", { name: "deluge" }, 400],
    ["a number as text", "/taps", { socket: "station-1/1", card: "5" }, 400],
    ["a socket that is not there", "/taps", { socket: "station-1/11", card: 5 }, 404],
    ["a lane that is not there", "/cars", { plate: "闽C11111", lane: "north" }, 404],
    ["somebody plugged in", "/taps", { socket: "station-1/3", card: 5 }, 409],
    ["another address", "/cats", {}, 404],
  ])("%s is a problem with words", async (_what, path, body, status) => {
    const response = await post(path, body);
    expect(response.status).toBe(status);
    expect(response.headers.get("content-type")).toContain("application/problem+json");
    expect(await response.json()).toMatchObject({ status, title: expect.any(String), detail: expect.stringMatching(/.{5}/) });
  });

  it("a reply from curl opens the west gate as its camera would", async () => {
    const response = await post("/lanes/west-in/reply", { Response_AlarmInfoPlate: { info: "ok" } });
    expect(await response.json()).toEqual({ lane: "west-in", outputs: [0] });
    await until("the west arm", async () =>
      (await state()).lanes.find(({ lane }) => lane === "west-in")?.openings === 1 ? true : undefined,
    );
  });

  it("end cleanly at SIGTERM and take their note with them", async () => {
    const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
    child.kill("SIGTERM");
    expect(await ended).toBe(0);
    expect(await sim("state")).toMatchObject({ code: 4 });
    expect(await sim("state", "--control", ready.control)).toMatchObject({ code: 4, err: expect.stringContaining("sim run") });
  });
});

describe("the words", () => {
  it.each([
    [["fault", "over-curent"], 2, 'did you mean "over-current"'],
    [["falt", "weld"], 2, 'did you mean "sim fault"'],
    [["fault"], 2, "sim fault NAME"],
    [["fault", "weld", "--sockets", "station-1/3"], 2, "--sockets"],
    [["tap", "station-1/1", "--card", "five"], 2, "--card"],
    [["run", "--entry-url", "localhost"], 2, "--entry-url"],
    [["run", "--traffic", join(folder, "missing.yaml")], 3, "missing.yaml"],
    [["fault", "weld", "--socket", "station-1/3"], 4, "sim run"],
  ])("%j ends with %d", async (args, code, words) => {
    const ended = await sim(...args);
    expect(ended.code).toBe(code);
    expect(ended.err).toContain(words);
    expect(ended.out).toBe("");
  });

  it("--help goes to standard output", async () => {
    const { code, out } = await sim("--help");
    expect([code, out.includes("sim fault over-current --socket station-1/3")]).toEqual([0, true]);
  });

  it("lpr prints a push of this moment, or as old and offline as asked", async () => {
    const time = (out: string) => JSON.parse(out).AlarmInfoPlate.result.PlateResult;
    const fresh = time((await sim("lpr")).out);
    expect(Math.abs(fresh.timeStamp.Timeval.sec - Date.now() / 1_000)).toBeLessThan(10);
    expect([fresh.license, fresh.isoffline]).toEqual(["粤Z9065澳", 0]);
    const old = time((await sim("lpr", "--age-s", "3600", "--offline", "--plate", "闽CD12345")).out);
    expect(fresh.timeStamp.Timeval.sec - old.timeStamp.Timeval.sec).toBeGreaterThan(3_590);
    expect([old.license, old.isoffline, old.colorType]).toEqual(["闽CD12345", 1, 5]);
  });
});
