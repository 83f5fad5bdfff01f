// The telemetry contract over every store that can keep it, and what is special to each.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { TelemetryPoint } from "#protocols/uplink/telemetry.ts";
import { type Wall, wall } from "#protocols/vocabulary/time.ts";
import { commandPath, hasCommand } from "#test/debian.ts";
import { openEmbeddedTelemetry } from "./embedded.ts";
import { fluxOf, nanoseconds, openInfluxTelemetry } from "./influx.ts";
import type { Telemetry } from "./port.ts";

const start = 1_764_043_200_000; // 2025-11-25T04:00:00Z, on the hour
const tags = { site: "jinxiu", gateway: "gw-1", station: "station-1", socket: "3" };
const at = (ms: number, value: number, counter = 0n): TelemetryPoint => ({
  measurement: "socket",
  tags,
  quality: "good",
  fields: { current_mA: value, power_mW: value * 220 },
  time_ns: BigInt(start + ms) * 1_000_000n + counter,
});
const series = { measurement: "socket", tags, field: "current_mA" };
const span = (from: number, to: number, limit = 100) => ({ series, from: wall(start + from), to: wall(start + to), limit });

const folder = mkdtempSync(join(tmpdir(), "cuobian-telemetry-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("telemetry contract: embedded", () => {
  let telemetry: Telemetry;
  beforeAll(() => {
    telemetry = openEmbeddedTelemetry(join(folder, "telemetry.sqlite"));
  });
  afterAll(() => telemetry.close());

  test("a range is in order, from inclusive, to exclusive, across the hour, and limited", async () => {
    await telemetry.write([at(3_600_000, 30), at(1_000, 10), at(3_599_999, 20)]);
    const values = async (from: number, to: number, limit?: number) => (await telemetry.range(span(from, to, limit))).map((s) => s.value);
    expect(await values(0, 7_200_000)).toEqual([10, 20, 30]);
    expect(await values(1_000, 3_600_000)).toEqual([10, 20]);
    expect(await values(0, 7_200_000, 2)).toEqual([10, 20]);
    expect(await values(1_001, 3_599_999)).toEqual([]);
  });

  test("late data never overwrites a newer last value, and is kept", async () => {
    await telemetry.write([at(2_000, 99)]);
    expect((await telemetry.last(series))?.value).toBe(30);
    expect((await telemetry.range(span(2_000, 2_001))).map((s) => s.value)).toEqual([99]);
  });

  test("the same point again changes nothing; two samples of one millisecond are two", async () => {
    await telemetry.write([at(5_000, 1, 1n), at(5_000, 2, 2n)]);
    await telemetry.write([at(5_000, 1, 1n), at(5_000, 2, 2n)]);
    expect(await telemetry.range(span(5_000, 5_001))).toEqual([
      { time_ns: BigInt(start + 5_000) * 1_000_000n + 1n, value: 1, quality: "good" },
      { time_ns: BigInt(start + 5_000) * 1_000_000n + 2n, value: 2, quality: "good" },
    ]);
  });

  test("an unknown series has no last value, never zero", async () => {
    expect(await telemetry.last({ ...series, field: "voltage_mV" })).toBeUndefined();
  });
});

describe("InfluxDB writer", () => {
  const place = (port: number) => ({ url: `http://127.0.0.1:${port}`, org: "o", bucket: "b", token: "t", timeout_ms: 2_000 });

  test("a refused batch is thrown at once and not tried again behind our back", async () => {
    let asked = 0;
    const server = createServer((_, reply) => {
      asked += 1;
      reply.writeHead(503).end();
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    const newest = openEmbeddedTelemetry(":memory:");
    const telemetry = openInfluxTelemetry(place((server.address() as AddressInfo).port), newest);
    await expect(telemetry.write([at(0, 1)])).rejects.toThrow();
    expect(asked).toBe(1);
    expect(await telemetry.last(series)).toBeUndefined();
    await telemetry.close();
    await new Promise((done) => server.close(done));
  });

  test("a query cannot be escaped by a tag's text", () => {
    const flux = fluxOf({ bucket: "b" }, { ...span(0, 1_000), series: { ...series, tags: { socket: `3") |> drop() // \${x}` } } });
    expect(flux).toContain(String.raw`r["socket"] == "3\") |> drop() // \${x}"`);
    expect(flux).toContain("range(start: 2025-11-25T04:00:00.000Z, stop: 2025-11-25T04:00:01.000Z)");
  });

  test("nanoseconds keep their last digit", () => {
    expect(nanoseconds("2025-11-25T04:00:00.040000007Z")).toBe(1_764_043_200_040_000_007n);
    expect(nanoseconds("2025-11-25T04:00:00Z")).toBe(1_764_043_200_000_000_000n);
  });
});

describe.skipIf(!hasCommand("victoria-metrics"))("InfluxDB writer against victoria-metrics", () => {
  let engine: ChildProcess | undefined;
  let port = 0;
  beforeAll(async () => {
    const probe = createServer();
    await new Promise<void>((done) => probe.listen(0, "127.0.0.1", done));
    port = (probe.address() as AddressInfo).port;
    await new Promise((done) => probe.close(done));
    engine = spawn(
      commandPath("victoria-metrics")!,
      [`-storageDataPath=${join(folder, "vm")}`, `-httpListenAddr=127.0.0.1:${port}`, "-retentionPeriod=100y"],
      { stdio: "ignore" },
    );
    await eventually(async () => (await fetch(`http://127.0.0.1:${port}/health`)).ok);
  });
  afterAll(async () => {
    engine?.kill("SIGKILL");
    await new Promise((done) => engine?.once("exit", done) ?? done(undefined));
  });

  test("a batch is there after the write has returned, twice written is once there", async () => {
    const telemetry = openInfluxTelemetry(
      { url: `http://127.0.0.1:${port}`, org: "o", bucket: "b", token: "t" },
      openEmbeddedTelemetry(":memory:"),
    );
    const points = [at(1_000, 2_150), at(2_000, 2_200)];
    await telemetry.write(points);
    await telemetry.write(points);
    expect(await telemetry.last(series)).toEqual({ time_ns: points[1]!.time_ns, value: 2_200, quality: "good" });
    // The engine shows what it took after its own interval; for the test it is asked to do so now.
    await fetch(`http://127.0.0.1:${port}/internal/force_flush`);
    const exported = await eventually(async () => {
      const text = await (await fetch(`http://127.0.0.1:${port}/api/v1/export?match[]=socket_current_mA&reduce_mem_usage=0`)).text();
      return text.trim() === ""
        ? undefined
        : (JSON.parse(text.split("\n")[0]!) as { metric: Record<string, string>; values: number[]; timestamps: number[] });
    });
    expect(exported.metric).toMatchObject({ ...tags, quality: "good" });
    const byTime = new Map(exported.timestamps.map((time, index): [Wall, number | undefined] => [wall(time), exported.values[index]]));
    expect([...byTime]).toEqual([
      [start + 1_000, 2_150],
      [start + 2_000, 2_200],
    ]);
    await telemetry.close();
  });
});

/** Asks until the engine answers: it starts and flushes in its own time. */
async function eventually<Answer>(ask: () => Promise<Answer | undefined | false>): Promise<Answer> {
  for (let tries = 0; tries < 200; tries += 1) {
    const answer = await ask().catch(() => undefined);
    if (answer !== undefined && answer !== false) return answer;
    await new Promise((done) => setTimeout(done, 50));
  }
  throw new Error("no answer in 10 s");
}
