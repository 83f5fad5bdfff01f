// The link between real sockets: messages as they are, garbage harmless, a client that does not read cut off, a stale socket file no obstacle.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createConnection, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { until } from "#test/world/program.ts";
import { machineClock } from "../world/clock.ts";
import { connectLink, type LinkClient } from "./client.ts";
import { encodeMessage, lineSplitter, readSafetyToSite, readSiteToSafety } from "./codec.ts";
import { messagesAtOnce, mostNonsense, rest_ms } from "./guest.ts";
import type { SafetyToSite, SiteToSafety } from "./messages.ts";
import { type LinkServer, openLinkServer } from "./server.ts";

const hello: SafetyToSite = { type: "hello", boot: "b", authorities: [] };
const energise: SiteToSafety = { type: "energise", authority: { id: "a-1", socket: "station-1/3", session: "s-1", duration_ms: 1000 } };

describe("lines", () => {
  test("torn at every byte", () => {
    const bytes = Buffer.from(`${encodeMessage(energise)}{"type":"充电"}\n`);
    for (let at = 0; at <= bytes.length; at += 1) {
      const lines = lineSplitter();
      const first = lines(bytes.subarray(0, at));
      const second = lines(bytes.subarray(at));
      expect([...first, ...second]).toEqual([JSON.stringify(energise), '{"type":"充电"}']);
    }
  });
  test("a line without end is given up", () => expect(lineSplitter(10)(Buffer.alloc(11, 65))).toBe("too-long"));
  test.each<SiteToSafety>([
    energise,
    { type: "release", authority: "a-1", socket: "station-1/3" },
    { type: "reset-latch", socket: "station-1/3", trip: "t-1", person: "值班员", reason: "已检查" },
    { type: "spool-taken", upTo: 7 },
    { type: "log-wanted", run: "", after: 0 },
    { type: "log-wanted", run: "1f-2-3", after: 41 },
  ])("$type is read back", (message) => expect(readSiteToSafety(JSON.stringify(message))).toEqual(message));
  test.each([
    "",
    "null",
    "[]",
    "7",
    "{",
    "{}",
    '{"type":"energise"}',
    '{"type":"energise","authority":{"id":"a","socket":"s","session":"x","duration_ms":"1000"}}',
    '{"type":"energise","authority":{"id":"","socket":"s","session":"x","duration_ms":1}}',
    '{"type":"release","authority":"a"}',
    '{"type":"reset-latch","socket":"s","trip":"t","person":"","reason":"r"}',
    '{"type":"spool-taken","upTo":1.5}',
    '{"type":"log-wanted","run":7,"after":1}',
    '{"type":"log-wanted","run":"x","after":"1"}',
    '{"type":"open-all"}',
  ])("%j is none", (line) => expect(readSiteToSafety(line)).toMatchObject({ kind: "undecodable" }));
  test("the other way only the kind is looked at", () => {
    expect(readSafetyToSite(JSON.stringify(hello))).toEqual(hello);
    expect(readSafetyToSite("{}")).toMatchObject({ kind: "undecodable" });
    expect(readSafetyToSite("x")).toMatchObject({ kind: "undecodable" });
  });
});

describe("sockets", () => {
  let folder = "";
  let server: LinkServer | undefined;
  const clients: (LinkClient | Socket)[] = [];
  const heard: SiteToSafety[] = [];
  const trouble: string[] = [];
  const serve = async (path = join(folder, "link")): Promise<LinkServer> => {
    server = await openLinkServer(path, { onMessage: (m) => heard.push(m), onClient: () => [hello], onTrouble: (t) => trouble.push(t) });
    return server;
  };
  const connect = (path: string, got: SafetyToSite[] = []): LinkClient => {
    const client = connectLink({ path, clock: machineClock() }, { onMessage: (m) => got.push(m) });
    clients.push(client);
    return client;
  };
  const raw = (path: string): Socket => {
    const socket = createConnection(path).resume();
    socket.on("error", () => undefined);
    clients.push(socket);
    return socket;
  };
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "link-"));
    heard.length = 0;
    trouble.length = 0;
  });
  afterEach(async () => {
    for (const client of clients.splice(0)) "destroy" in client ? client.destroy() : client.close();
    await server?.close();
    server = undefined;
    rmSync(folder, { recursive: true, force: true });
  });

  test("hello first, then both ways; several clients", async () => {
    const { path, send } = await serve();
    const got: SafetyToSite[][] = [[], []];
    const [one] = got.map((list) => connect(path, list));
    await until("two hellos", () => got.every((list) => list.length === 1) || undefined);
    one?.send(energise);
    await until("energise", () => heard.length === 1 || undefined);
    expect(send({ type: "facts", facts: [] })).toBe(true);
    await until("facts", () => got.every((list) => list.length === 2) || undefined);
    expect(heard).toEqual([energise]);
  });
  test("garbage is named and harms nobody", async () => {
    const { path } = await serve();
    const socket = raw(path);
    socket.write(`nonsense\n{"type":"open-all"}\n${encodeMessage(energise)}`);
    await until("the good one", () => heard.length === 1 || undefined);
    expect(trouble).toHaveLength(2);
    socket.write(Buffer.alloc(70_000, 65));
    await until("the endless line is cut", () => socket.destroyed || undefined);
  });
  test("who talks nonsense for long is cut off, and said so in few words", async () => {
    const { path, clients: count } = await serve();
    const socket = raw(path);
    socket.write("nonsense\n".repeat(100_000));
    await until("it is cut off", () => socket.destroyed || undefined);
    await until("nobody is left", () => count() === 0 || undefined);
    expect(trouble).toHaveLength(mostNonsense);
    expect(trouble.at(-1)).toMatch(/nonsense, and was cut off/);
  });
  test("who sends faster than we read is read at our pace, and keeps the rest; another is heard meanwhile, and nothing is lost or turned round", async () => {
    const { path } = await serve();
    const many = 400;
    const flood = raw(path);
    flood.write(Array.from({ length: many }, (_, upTo) => encodeMessage({ type: "spool-taken", upTo })).join(""));
    const began = performance.now();
    const other = connect(path);
    await until("connected", () => other.send(energise) || undefined);
    await until("the other is heard", () => heard.includes(energise) || heard.some(({ type }) => type === "energise") || undefined);
    expect(heard.length).toBeLessThan(many);
    await until("all of it is heard", () => heard.length === many + 1 || undefined);
    expect(performance.now() - began).toBeGreaterThan((many / messagesAtOnce - 2) * rest_ms);
    expect(heard.flatMap((message) => (message.type === "spool-taken" ? [message.upTo] : []))).toEqual(
      Array.from({ length: many }, (_, i) => i),
    );
  });
  test("who knocks for ever is not answered, and whoever waits a second is", async () => {
    const { path, clients: count } = await serve();
    let knocks = 0;
    for (let i = 0; i < 200; i += 1) {
      const socket = raw(path);
      await new Promise((resolve) => socket.once("connect", resolve));
      knocks += 1;
      socket.destroy();
    }
    await until("they have gone", () => count() === 0 || undefined);
    expect(knocks).toBe(200);
    const got: SafetyToSite[] = [];
    connect(path, got);
    await until("hello", () => got.length > 0 || undefined);
  });
  test("who does not read is cut off, the others are served", async () => {
    const { path, send, clients: count } = await serve();
    const slow = raw(path);
    slow.pause();
    const got: SafetyToSite[] = [];
    connect(path, got);
    await until("both are there", () => count() === 2 || undefined);
    const facts: SafetyToSite = {
      type: "facts",
      facts: [{ id: 1, at: {} as never, fact: { kind: "started", boot: "x".repeat(200_000), after: "start" } }],
    };
    for (let i = 0; i < 60 && count() === 2; i += 1) {
      send(facts);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(count()).toBe(1);
    expect(trouble.join()).toMatch(/does not read/);
    const before = got.length;
    send(hello);
    await until("the reader still hears", () => got.length > before || undefined);
  });
  test("a stale socket file of a killed process is no obstacle", async () => {
    const path = join(folder, "link");
    writeFileSync(path, "");
    await serve(path);
    const got: SafetyToSite[] = [];
    connect(path, got);
    await until("hello", () => got.length === 1 || undefined);
  });
  test("a client that was first finds its server, and finds it again", async () => {
    const path = join(folder, "link");
    const got: SafetyToSite[] = [];
    const client = connect(path, got);
    expect(client.send(energise)).toBe(false);
    const first = await serve(path);
    await until("hello", () => got.length === 1 || undefined);
    first.cutAll();
    await until("hello again", () => got.length === 2 || undefined);
  });
});
