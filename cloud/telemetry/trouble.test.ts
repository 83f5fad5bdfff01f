// An engine in every kind of trouble, with a real one behind it: no point is lost, none twice, and what waits, waits on the disk.
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, expect, test } from "vitest";
import { encodePoint, type TelemetryPoint } from "#protocols/uplink/telemetry.ts";
import { wall } from "#protocols/vocabulary/time.ts";
import { hasCommand } from "#test/debian.ts";
import { counted } from "#test/promise.ts";
import { eventually, startInflux1, type TestEngine } from "#test/world/telemetry-engines.ts";
import { openEmbeddedTelemetry } from "./embedded.ts";
import { openInfluxTelemetry } from "./influx.ts";
import { type Attempt, openLineQueue } from "./queue.ts";

const start = 1_764_043_200_000;
const folder = mkdtempSync(join(tmpdir(), "cuobian-trouble-"));
const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const tags = (socket: number) => ({ site: "jinxiu", gateway: "gw-1", station: "station-1", socket: String(socket) });
let second = 0;
/** Twenty sockets at a second of their own: twenty points that no other batch has. */
function batch(): TelemetryPoint[] {
  second += 1;
  const time_ns = BigInt(start + second * 1000) * 1_000_000n;
  return Array.from({ length: 20 }, (_, socket) => ({
    measurement: "socket",
    tags: tags(socket),
    quality: "good" as const,
    fields: { current_mA: second },
    time_ns,
  }));
}

/** A door before the engine that a test can jam: it answers by itself, is slow, cuts the answer off after the engine has taken the write, or lets through. */
type Mood = "through" | "slow" | "cut-after" | "silent" | number;
async function door(engine: TestEngine): Promise<{ url: string; mood: Mood; refused: number; largest: number }> {
  const to = new URL(engine.url);
  const state: { url: string; mood: Mood; refused: number; largest: number } = { url: "", mood: "through", refused: 0, largest: 0 };
  const server: Server = createServer((asked, answer) => {
    const { mood } = state;
    if (asked.method === "POST") {
      if (typeof mood === "number") {
        state.refused += 1;
        asked.resume();
        answer.writeHead(mood).end('{"error":"in trouble"}');
        return;
      }
      if (mood === "silent") return void asked.resume();
    }
    const through = request({ host: to.hostname, port: to.port, path: asked.url, method: asked.method, headers: asked.headers }, (got) => {
      if (asked.method === "POST" && state.mood === "cut-after") {
        got.resume();
        asked.socket.destroy();
        return;
      }
      const pass = (): void => {
        answer.writeHead(got.statusCode ?? 500, got.headers);
        got.pipe(answer);
      };
      if (asked.method === "POST" && state.mood === "slow") setTimeout(pass, 300);
      else pass();
    });
    through.on("error", () => asked.socket.destroy());
    asked.on("data", (chunk: Buffer) => {
      state.largest = Math.max(state.largest, chunk.length);
    });
    asked.pipe(through);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  state.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  ends.push(
    () =>
      new Promise((done) => {
        server.closeAllConnections();
        server.close(done);
      }),
  );
  return state;
}

test.skipIf(!hasCommand("influxd") || !hasCommand("nginx"))(
  "P 04.influx: down, slow, silent, 4xx, 5xx, cut off, partial writes: no point lost, none twice, memory flat",
  async (context) => {
    const engine = await startInflux1("telemetry");
    ends.push(() => engine.stop());
    const front = await door(engine);
    const file = join(folder, "queue.db");
    const open = () =>
      openInfluxTelemetry(
        {
          ...{ url: front.url, org: "o", bucket: "telemetry", token: "t", timeout_ms: 700, reads: "influxql" },
          queue: { file, now: () => start, onTrouble: () => undefined, backOff: { first_ms: 5, longest_ms: 40 } },
        },
        openEmbeddedTelemetry(":memory:"),
      );
    let telemetry = open();
    ends.push(() => telemetry.close());
    let written = 0;
    const write = async (batches: number): Promise<void> => {
      for (let n = 0; n < batches; n += 1) {
        await telemetry.write(batch());
        written += 20;
      }
    };
    const inEngine = async (): Promise<number> => {
      let count = 0;
      for (let socket = 0; socket < 20; socket += 1) {
        const samples = await telemetry.range({
          series: { measurement: "socket", tags: tags(socket), field: "current_mA" },
          from: wall(start),
          to: wall(start + 1e9),
          limit: 100_000,
        });
        count += samples.length;
      }
      return count;
    };
    const settled = (): Promise<unknown> => eventually(async () => telemetry.queue.counts().waiting === 0 || undefined);

    await write(10);
    const troubles: Mood[] = [500, 503, 429, 401, 404, "slow", "silent", "cut-after"];
    for (const mood of troubles) {
      front.mood = mood;
      const failed = telemetry.queue.counts().failures;
      await write(10);
      // Written is durable here, whatever the engine does; and it is tried until it is let in.
      if (mood !== "slow") await eventually(async () => telemetry.queue.counts().failures > failed || undefined);
      front.mood = "through";
      await settled();
    }
    // The machine of the engine falls, and ours too while it is down.
    await engine.kill();
    await write(50);
    const waiting = telemetry.queue.counts().waiting;
    expect(waiting).toBeGreaterThan(0);
    await telemetry.close();
    telemetry = open();
    expect(telemetry.queue.counts().waiting).toBe(waiting);
    // A long time without an engine: what waits lies on the disk and not in memory.
    globalThis.gc?.();
    const before = process.memoryUsage().heapUsed;
    const bytesBefore = telemetry.queue.counts().bytes;
    for (let n = 0; n < 100; n += 1) {
      const many = Array.from({ length: 10 }, batch).flat();
      await telemetry.write(many);
      written += many.length;
    }
    globalThis.gc?.();
    const grown_MB = (process.memoryUsage().heapUsed - before) / 1e6;
    expect(telemetry.queue.counts().bytes - bytesBefore).toBeGreaterThan(1_000_000);
    expect(grown_MB).toBeLessThan(30);
    await engine.start();
    await settled();

    // Lines that the engine refuses for what they are (their field is of another type there), among good ones: "partial write".
    await fetch(`${engine.url}/write?db=telemetry`, {
      method: "POST",
      body: `socket,site=jinxiu odd_mA=1.5 ${BigInt(start) * 1_000_000n}`,
    });
    const odd = batch().map((point, at) => (at % 7 === 3 ? { ...point, fields: { odd_mA: 5 } } : point));
    const bad = odd.filter(({ fields }) => "odd_mA" in fields).length;
    await telemetry.write(odd);
    written += odd.length - bad;
    await settled();
    const { setAside } = telemetry.queue.counts();
    expect([setAside, telemetry.queue.aside(100).length]).toEqual([bad, bad]);
    expect(telemetry.queue.aside(1)[0]?.why).toMatch(/field type conflict/);

    const found = await inEngine();
    expect(found).toBe(written);
    counted(context, {
      troubles: troubles.length + 3,
      written,
      "in the engine": found,
      lost: written - found,
      "set aside with a reason": setAside,
      refused: front.refused,
      "memory grown, MB": grown_MB.toFixed(1),
    });
  },
  90_000,
);

test("the line to blame is found among thousands in some tens of attempts; the order is kept; a full queue refuses", async () => {
  const sent: string[][] = [];
  const bad = new Set(["line 17", "line 4711"]);
  const send = async (lines: readonly string[]): Promise<Attempt> => {
    sent.push([...lines]);
    return lines.some((line) => bad.has(line)) ? { kind: "refused", why: "not this one" } : { kind: "taken" };
  };
  const queue = openLineQueue({ file: ":memory:", send, now: () => 7, onTrouble: () => undefined, limit_MB: 1 });
  ends.push(() => queue.close());
  for (let n = 0; n < 50; n += 1) queue.add(Array.from({ length: 100 }, (_, i) => `line ${n * 100 + i}`));
  await queue.idle();
  expect(queue.aside(10).map(({ line, why, at }) => [line, why, at])).toEqual([
    ["line 4711", "not this one", 7],
    ["line 17", "not this one", 7],
  ]);
  expect(sent.length).toBeLessThan(60);
  const taken = sent.filter((lines) => !lines.some((line) => bad.has(line))).flat();
  expect(taken).toEqual(Array.from({ length: 5_000 }, (_, i) => `line ${i}`).filter((line) => !bad.has(line)));
  expect(() => queue.add(["x".repeat(1_100_000)])).toThrow(/full/);
  expect(queue.counts()).toMatchObject({ waiting: 0, taken: 4_998, setAside: 2 });
});

test("a point's line is what the queue keeps", () => {
  const [point] = batch();
  if (point === undefined) return expect.fail("no point");
  expect(encodePoint(point)).toMatch(/^socket,gateway=gw-1,quality=good,site=jinxiu,socket=0,station=station-1 current_mA=\d+i \d{19}$/);
});
