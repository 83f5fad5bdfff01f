// The live stream over a real socket: numbered, replayed after what was heard last, reset when that is too long ago, ended with its sign-in, and cut for who does not read.
import { once } from "node:events";
import { type ClientRequest, type IncomingMessage, request } from "node:http";
import { connect, type Socket } from "node:net";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { Voice } from "#cloud/ingest/room-for-tests.ts";
import { examples } from "#cloud/ingest/story-for-tests.ts";
import { openTestApi, type TestApi } from "./api-for-tests.ts";

let api: TestApi;
let port = 0;
const opened: { destroy(): unknown }[] = [];
beforeAll(async () => {
  api = await openTestApi();
  port = Number(new URL(await api.server.listen({ host: "127.0.0.1", port: 0 })).port);
});
afterEach(async () => {
  for (const one of opened.splice(0)) one.destroy();
  while (api.live.ring.listeners > 0) await new Promise((resolve) => setImmediate(resolve));
});
afterAll(() => api?.close());

interface Heard {
  readonly text: () => string;
  readonly response: IncomingMessage;
  /** Waits until the text holds this. */
  until(part: string): Promise<void>;
}

async function listen(path: string, headers: Record<string, string> = {}): Promise<Heard> {
  const asked: ClientRequest = request({ host: "127.0.0.1", port, path, headers: { cookie: await api.cookieOf("booth"), ...headers } });
  opened.push(asked);
  asked.on("error", () => undefined);
  asked.end();
  const [response] = (await once(asked, "response")) as [IncomingMessage];
  response.on("error", () => undefined);
  let text = "";
  response.setEncoding("utf8").on("data", (chunk: string) => {
    text += chunk;
  });
  const until = async (part: string): Promise<void> => {
    while (!text.includes(part)) await once(response, "data");
  };
  return { text: () => text, response, until };
}

const voice = new Voice();
let passages = 0;
async function pass(): Promise<number> {
  passages += 1;
  await voice.tell(api.cloud, [voice.say("lane.passed", { ...examples["lane.passed"], count: passages }, passages * 1_000)]);
  await api.live.settled();
  return api.live.ring.position;
}
const idsIn = (text: string): number[] => [...text.matchAll(/^id: (\d+)$/gm)].map(([, id]) => Number(id));

test("each message has its number, its kind and its view; numbers rise by one", async () => {
  const heard = await listen("/api/v1/stream");
  expect(heard.response.headers).toMatchObject({
    "content-type": "text/event-stream; charset=utf-8",
    "cache-control": "no-cache, no-transform",
  });
  const before = api.live.ring.position;
  const last = await pass();
  await heard.until(`id: ${last}\n`);
  expect(idsIn(heard.text())).toEqual(Array.from({ length: last - before }, (_, i) => before + 1 + i));
  const kinds = [...heard.text().matchAll(/^event: (\w+)\ndata: (.*)$/gm)].map(([, kind, data]) => [kind, typeof JSON.parse(data ?? "")]);
  expect(new Set(kinds.map(([kind]) => kind))).toEqual(new Set(["event", "lane", "counts", "gateway"]));
  expect(heard.text()).toMatch(/^retry: \d+$/m);
});

test.each([
  ["Last-Event-ID", (id: number) => ["/api/v1/stream", { "last-event-id": `${id}` }] as const],
  ["?after=", (id: number) => [`/api/v1/stream?after=${id}`, {}] as const],
  [
    "Last-Event-ID, which a browser sends when it comes back to ?after=",
    (id: number) => ["/api/v1/stream?after=1", { "last-event-id": `${id}` }] as const,
  ],
])("who was away goes on after %s: nothing twice, nothing missing", async (_, where) => {
  const heard = await pass();
  const missed = await pass();
  const [path, headers] = where(heard);
  const again = await listen(path, headers);
  const last = await pass();
  await again.until(`id: ${last}\n`);
  expect(missed).toBeGreaterThan(heard);
  expect(idsIn(again.text())).toEqual(Array.from({ length: last - heard }, (_, i) => heard + 1 + i));
  expect(again.text()).not.toContain("event: reset");
});

test.each([
  ["of an earlier process", "1"],
  ["that was never given", "9999999999999999999"],
])("a number %s: reset, with the number to go on from", async (_, id) => {
  const heard = await listen("/api/v1/stream", { "last-event-id": id });
  await heard.until("event: reset");
  expect(heard.text()).toContain(`id: ${api.live.ring.position}\nevent: reset\ndata: {}\n`);
});

test("a number that is none is as if nothing had been said", async () => {
  const heard = await listen("/api/v1/stream", { "last-event-id": "abc" });
  const last = await pass();
  await heard.until(`id: ${last}\n`);
  expect(heard.text()).not.toContain("reset");
});

test("who does not read is cut off and costs no memory; the others hear on", async () => {
  const good = await listen("/api/v1/stream");
  const slow: Socket = connect(port, "127.0.0.1");
  opened.push(slow);
  await once(slow, "connect");
  slow.write(`GET /api/v1/stream HTTP/1.1\r\nhost: x\r\ncookie: ${await api.cookieOf("booth")}\r\n\r\n`);
  await once(slow, "readable");
  slow.pause();
  const closed = new Promise<void>((resolve) => slow.once("close", () => resolve()));
  slow.on("error", () => undefined);
  const listeners = api.live.ring.listeners;
  const big = { kind: "counts" as const, view: { padding: "x".repeat(200_000) } as never };
  for (let sent = 0; sent < 200 && api.live.ring.listeners === listeners; sent += 1) {
    api.live.ring.push([big], api.cloud.clock.now);
    await good.until(`id: ${api.live.ring.position}\n`);
  }
  expect(api.live.ring.listeners).toBe(listeners - 1);
  slow.resume();
  await closed;
});

test("whoever goes away is forgotten", async () => {
  const heard = await listen("/api/v1/stream");
  expect(api.live.ring.listeners).toBe(1);
  heard.response.destroy();
  while (api.live.ring.listeners > 0) await new Promise((resolve) => setImmediate(resolve));
});
