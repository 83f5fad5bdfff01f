// The installer's page and what it asks: everything from this gateway, nothing without the token, nothing written to a device, and no second master on a line of the site.
import { gzipSync } from "node:zlib";
import { transform } from "esbuild";
import { afterEach, expect, test } from "vitest";
import type { BenchAnswer, SiteOverview } from "#protocols/api/installer.ts";
import { answerPdu } from "#sim/modbus/answer.ts";
import { serveTcp, type TcpFace } from "#sim/modbus/tcp-face.ts";
import { counted } from "#test/promise.ts";
import { boothToken, type ParkingSite, startParkingSite } from "#test/world/parking-site.ts";
import { refusedLine } from "./bench.ts";
import { logLine, masked } from "./log.ts";

let site: ParkingSite | undefined;
let face: TcpFace | undefined;
afterEach(async () => {
  await site?.stop();
  await face?.close();
  site = undefined;
  face = undefined;
});

const authorization = `Bearer ${boothToken}`;
const post = async (url: string, body: object) => {
  const answer = await fetch(url, {
    method: "POST",
    headers: { authorization, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  return { status: answer.status, said: (await answer.json()) as BenchAnswer & { code?: string; detail_zh?: string; detail?: string } };
};

test("P 11.installer the page and all that it names come from this gateway: small, under a strict policy, and as Chromium 87 reads it", async (context) => {
  site = await startParkingSite({ console: true });
  const seen = new Map<string, string>();
  const waiting = ["/installer"];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (seen.has(path)) continue;
    const answer = await fetch(`${site.http()}${path}`);
    expect([path, answer.status]).toEqual([path, 200]);
    expect(answer.headers.get("content-security-policy")).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self';/);
    const text = await answer.text();
    seen.set(path, text);
    for (const [, link, module] of text.matchAll(/(?:href|src)="(\/[^"]+)"|from "(\.[^"]+)"/g))
      waiting.push(link ?? new URL(module ?? "", `http://gateway${path}`).pathname);
  }
  const all = [...seen.values()].join("\n");
  expect(all).not.toMatch(/https?:\/\/(?!www\.w3\.org)/);
  expect(all).not.toContain(boothToken);
  expect(seen.get("/installer")).not.toMatch(/<style|style=|\son[a-z]+=/);
  const bytes = [...seen.values()].reduce((sum, text) => sum + gzipSync(text).length, 0);
  expect(bytes).toBeLessThan(60 * 1024);
  const scripts = [...seen].filter(([path]) => path.endsWith(".ts"));
  // It reads them since 80; the one form in which it errs (a spread among the arguments) stands nowhere here.
  const supported = { "optional-chain": true };
  for (const [path, text] of scripts) {
    expect(text, path).not.toMatch(/\?\.[\w.]*\(\.\.\./);
    const lowered = await transform(text, { target: "chrome87", charset: "utf8", format: "esm", supported });
    const asItIs = await transform(text, { target: "esnext", charset: "utf8", format: "esm", supported });
    expect(lowered.code === asItIs.code, path).toBe(true);
    expect(text, path).not.toMatch(/\.(at|hasOwn|findLast|replaceAll|toSorted)\(|structuredClone/);
  }
  for (const [path, text] of seen)
    if (path.endsWith(".css")) expect(text, path).not.toMatch(/:has\(|@layer|@container|color-mix|:is\(|\d[ds]vh|aspect-ratio/);
  counted(context, { files: seen.size, scripts: scripts.length, "bytes gzipped": bytes });
});

test("P 11.installer-home the site as it is: lanes, sockets, checks and clock; what nobody knows is null; without the token nothing", async (context) => {
  site = await startParkingSite({ console: true });
  await site.goOn(1_000);
  const paths = ["/overview", "/log"];
  for (const path of paths) expect((await fetch(`${site.http()}/api/v1${path}`)).status).toBe(401);
  expect((await fetch(`${site.http()}/api/v1/bench/read`, { method: "POST" })).status).toBe(401);
  const ask = async () => (await (await fetch(`${site?.http()}/api/v1/overview`, { headers: { authorization } })).json()) as SiteOverview;
  const first = await ask();
  expect(first).toMatchObject({
    ...{ site: "测试", gateway: "gw-1", clock_true: true, lines: [] },
    uplink: { connected: null, waiting: null, certificate_left_s: null, replay: null },
    stations: [
      { station: "station-1", name: "station-1", sockets: [{ socket: "station-1/3", state: "latched" }, { socket: "station-1/4" }] },
    ],
    lanes: [
      { lane: "in", direction: "entry", mode: "normal", board: true, camera: false, silent_s: null },
      { lane: "out", direction: "exit", mode: "normal", board: true, camera: false, silent_s: null },
    ],
  });
  site.push("in", { license: "闽C12345" });
  const heard = await ask();
  expect(heard.lanes.map(({ camera }) => camera)).toEqual([true, false]);
  site.clock.advance(120_000);
  const later = await ask();
  expect(later.lanes[0]).toMatchObject({ camera: false });
  expect(later.lanes[0]?.silent_s).toBeGreaterThanOrEqual(120);
  expect(JSON.stringify(later)).not.toContain("闽");
  counted(context, {
    lanes: later.lanes.length,
    sockets: later.stations[0]?.sockets.length ?? 0,
    "refused without a token": paths.length + 1,
  });
});

test("P 11.bench 25.0 is marked where its bytes lie as they should, in every order; no write leaves, and no line of the site is asked", async (context) => {
  // 25.0 is 41C8 0000: at 10 as it is, at 20 low word first, at 30 bytes swapped, at 40 both.
  const words = new Map<number, number>([
    ...([
      [10, 0x41c8],
      [11, 0],
      [20, 0],
      [21, 0x41c8],
      [30, 0xc841],
      [31, 0],
      [40, 0],
      [41, 0xc841],
    ] as const),
  ]);
  const functions: number[] = [];
  const memory = {
    word: (address: number) => words.get(address) ?? (address < 60 ? 0 : undefined),
    receive: (pdu: Uint8Array) => {
      functions.push(pdu[0] ?? 0);
      return pdu;
    },
  };
  expect(answerPdu(memory, Uint8Array.of(3, 0, 10, 0, 2))).toEqual(Uint8Array.of(3, 4, 0x41, 0xc8, 0, 0));
  face = await serveTcp({ host: "127.0.0.1", port: 0, memory: (unit) => (unit === 3 ? memory : undefined) });
  functions.length = 0;
  site = await startParkingSite({ console: true });
  const url = `${site.http()}/api/v1/bench/read`;
  const line = { kind: "tcp", host: "127.0.0.1", port: face.port };
  const plain = { line, unit: 3, address: "40011", count: 2 };
  let marked = 0;
  for (const [address, order] of [
    ["10", "ABCD"],
    ["20", "CDAB"],
    ["30", "BADC"],
    ["40", "DCBA"],
  ] as const) {
    const { status, said } = await post(url, { line, unit: 3, address, notation: "zero", count: 2, expected: 25 });
    expect(status).toBe(200);
    const [row] = said.rows;
    const best = row?.readings[row.best ?? -1];
    expect([row?.zero, best?.type, best?.order, best?.value, best?.likely]).toEqual([Number(address), "f32", order, 25, true]);
    marked += 1;
  }
  const guessed = await post(url, plain);
  expect(guessed.said.asked).toEqual({ unit: 3, function: 3, table: "holding", address: 9, count: 4 });
  expect(guessed.said.rows[0]).toMatchObject({ zero: 10, hex: "0x000A", sheet: "40011", raw: "41C8 0000" });
  const row = guessed.said.rows[0];
  expect(row?.readings[row.best ?? -1]).toMatchObject({ type: "f32", order: "ABCD", value: 25 });
  expect(row?.readings.find(({ type, order }) => type === "f32" && order === "CDAB")?.likely).toBe(false);
  expect(functions.every((fn) => fn >= 1 && fn <= 4)).toBe(true);

  // Refused, in words that say how to mend it.
  const own = { kind: "tcp", host: "127.0.0.1", port: site.boards.port };
  const refusals = [
    [{ ...plain, line: own }, 409, "line-of-the-site"],
    [{ ...plain, line: { ...line, host: "8.8.8.8" } }, 422, "not-on-site"],
    [{ ...plain, line: { ...line, host: "gateway.example" } }, 422, "not-on-site"],
    [{ ...plain, address: "70", notation: "zero" }, 502, "exception"],
    [{ ...plain, address: "nowhere" }, 422, "address"],
    [{ ...plain, address: "30011", table: "holding" }, 422, "address"],
    [{ ...plain, function: 6, value: 1 }, 400, "not-as-described"],
    [{ ...plain, count: 0 }, 400, "not-as-described"],
    [{ ...plain, line: { ...line, port: 1 } }, 502, "unreachable"],
  ] as const;
  const asked = functions.length;
  for (const [body, status, code] of refusals) {
    const answer = await post(url, body);
    expect([answer.status, answer.said.code], JSON.stringify(body)).toEqual([status, code]);
    expect(answer.said.detail_zh?.length).toBeGreaterThan(3);
  }
  // Of all these only the one that lies in a hole was asked at all: wide, then as it was written.
  expect(functions.length - asked).toBe(2);
  counted(context, { orders: marked, refusals: refusals.length, "questions on the wire": functions.length });
});

test.each([
  ["another name of its host", { kind: "tcp", host: "127.0.0.1", port: 502 } as const, "line-of-the-site"],
  ["another port of a serial server", { kind: "rtu-tcp", host: "127.0.0.1", port: 4002, baud: 9600 } as const, undefined],
  ["its own port", { kind: "rtu-tcp", host: "127.0.0.1", port: 4001, baud: 9600 } as const, "line-of-the-site"],
  [
    "the adapter by another path",
    { kind: "serial", path: "/dev/../dev/null", baud: 9600, parity: "none", stop_bits: 1 } as const,
    "line-of-the-site",
  ],
  ["another adapter", { kind: "serial", path: "/dev/ttyNone", baud: 9600, parity: "none", stop_bits: 1 } as const, undefined],
])("a line has one owner, under every name that it has: %s", async (_what, asked, code) => {
  const shared = { turnaround_ms: 100 };
  const lines = [
    { id: "a", kind: "tcp", host: "localhost", port: 502, ...shared },
    { id: "b", kind: "rtu-tcp", host: "127.0.0.1", port: 4001, baud: 9600, ...shared },
    { id: "c", kind: "serial", path: "/dev/null", baud: 9600, parity: "none", stop_bits: 1, ...shared },
  ] as unknown as Parameters<typeof refusedLine>[0]["lines"];
  expect((await refusedLine({ lines, lanes: [] }, asked))?.code).toBe(code);
});

test.each([
  ["a plate", "闽C12345 在场", "闽C·*** 在场"],
  ["a new-energy plate with its dot", "闽C·D12345", "闽C·***"],
  ["a bearer", "authorization: Bearer abcdef0123456789", "authorization: Bearer ***"],
  ["a password in an address", "mqtts://gw-1:secret@cloud.example:8883", "mqtts://***@cloud.example:8883"],
  ["a secret in JSON", '{"token":"abc","port":1}', '{"token":"***","port":1}'],
  ["nothing of the kind", "the camera is silent", "the camera is silent"],
])("the log is masked once more: %s", (_what, line, shown) => {
  expect(masked(line)).toBe(shown);
});

test("a log line as a person reads it; what is no line of ours is left out", () => {
  expect(logLine('{"level":40,"time":1764043200000,"pid":1,"name":"site","lane":"in","msg":"the camera is silent"}')).toEqual({
    ...{ at: "2025-11-25T12:00:00.000+08:00", level: "warn", process: "site", says: "the camera is silent", detail: '{"lane":"in"}' },
    cause: { zh: expect.stringContaining("推送地址"), en: expect.stringContaining("pushes to this machine") },
  });
  expect(logLine("no JSON")).toBeUndefined();
});
