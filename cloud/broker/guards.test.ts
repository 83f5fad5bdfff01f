// The embedded broker's guards as strangers meet them: Debian's mosquitto_pub and mosquitto_sub, and bytes written by hand. What each may cost, and that an honest gateway beside them notices nothing.
import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connectAsync } from "mqtt";
import { afterAll, afterEach, expect, test, vi } from "vitest";
import { everyUpTopic, statusTopic, upTopic } from "#protocols/uplink/topics.ts";
import { commandPath, hasCommand } from "#test/debian.ts";
import { greeting, open, opened, raw, reasons } from "./stranger-for-tests.ts";

const folder = mkdtempSync(join(tmpdir(), "cuobian-guards-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close();
});

const own = { site: "jinxiu", gateway: "gw-1" };
const big = join(folder, "big");
writeFileSync(big, Buffer.alloc(300 * 1024, 120));
const withMosquitto = test.skipIf(!hasCommand("mosquitto_sub"));

function say(url: string, args: readonly string[], { id = "gw-1", user = "gw-1", secret = "gateway's secret" } = {}): Promise<number> {
  const pub = (commandPath("mosquitto_sub") ?? "").replace(/_sub$/, "_pub");
  const who = ["-i", id, "-u", user, "-P", secret];
  return new Promise((done) => {
    const child = execFile(pub, ["-h", "127.0.0.1", "-p", new URL(url).port, ...who, ...args], () => done(child.exitCode ?? -1));
  });
}

const up = upTopic(own, "state");
const rows: readonly (readonly [string, readonly string[], object, string])[] = [
  //  what                       mosquitto_pub …                                         as                                     refused because
  ["300 kB", ["-q", "1", "-t", up, "-f", big], {}, "too-large"],
  ["a client id with a wildcard", ["-t", up, "-m", "x"], { id: "gw-1/#" }, "client-id"],
  ["another's client id", ["-t", up, "-m", "x"], { id: "gw-2" }, "client-id-of-another"],
  ["a topic of 120 levels", ["-q", "1", "-t", `cuobian/v1/${"a/".repeat(118)}b`, "-m", "x"], {}, "topic-too-deep"],
  ["a retained event", ["-q", "1", "-r", "-t", up, "-m", "x"], {}, "publish-retained"],
  ["another gateway's topic", ["-q", "1", "-t", upTopic({ ...own, gateway: "gw-2" }, "state"), "-m", "x"], {}, "publish-not-its-topic"],
  ["QoS 2", ["-q", "2", "-t", up, "-m", "x"], {}, "publish-qos-2"],
  ["a persistent session", ["-c", "-q", "1", "-t", up, "-m", "x"], {}, "persistent-session"],
];
withMosquitto.each(rows)(
  "mosquitto_pub with %s is refused, nothing of it is delivered, and an honest gateway notices nothing",
  async (_, args, as, why) => {
    const { broker, lines } = await open();
    const ingest = await connectAsync(broker.url, {
      clientId: "ingest",
      username: "ingest",
      password: "cloud's secret",
      reconnectPeriod: 0,
    });
    opened.push(() => ingest.endAsync(true));
    const heard: string[] = [];
    ingest.on("message", (topic) => heard.push(topic));
    await ingest.subscribeAsync(everyUpTopic, { qos: 1 });
    const code = await say(broker.url, args, as);
    const honest = await say(broker.url, ["-q", "1", "-t", upTopic({ ...own, gateway: "gw-2" }, "urgent"), "-m", "honest"], {
      ...{ id: "gw-2", user: "gw-2", secret: "another's secret" },
    });
    await vi.waitUntil(() => heard.length > 0, { timeout: 10_000, interval: 5 });
    expect(heard).toEqual([upTopic({ ...own, gateway: "gw-2" }, "urgent")]);
    expect([honest, broker.refused()]).toEqual([0, 1]);
    // mosquitto_pub hears of it where MQTT 3.1.1 can say so: a refused CONNECT.
    if (why.includes("client-id") || why === "persistent-session") expect(code).not.toBe(0);
    expect(reasons(lines)).toEqual([why]);
  },
);

test("thousands of retained statuses cost one place a gateway: a later one takes the earlier one's", async () => {
  const { broker } = await open();
  const gateway = await connectAsync(broker.url, { clientId: "gw-1", username: "gw-1", password: "gateway's secret", reconnectPeriod: 0 });
  opened.push(() => gateway.endAsync(true));
  for (let n = 0; n < 2_000; n += 1) await gateway.publishAsync(statusTopic(own), `status ${n}`, { qos: 1, retain: true });
  const observer = await connectAsync(broker.url, {
    clientId: "o",
    username: "observer",
    password: "observer's secret",
    reconnectPeriod: 0,
  });
  opened.push(() => observer.endAsync(true));
  const heard: string[] = [];
  observer.on("message", (_topic, payload) => heard.push(String(payload)));
  await observer.subscribeAsync("cuobian/v1/#", { qos: 1 });
  await vi.waitUntil(() => heard.length > 0, { timeout: 10_000, interval: 5 });
  expect(heard).toEqual(["status 1999"]);
});

test("while the cloud itself takes nothing, what gateways send is bounded: they are held back, and nobody's memory grows", async () => {
  const { broker } = await open();
  const ingest = await raw(broker.url);
  ingest.socket.write(greeting({ clientId: "ingest", username: "ingest", password: "cloud's secret" }));
  await once(ingest.socket, "data");
  const filter = Buffer.from(everyUpTopic);
  ingest.socket.write(Buffer.concat([Buffer.from([0x82, filter.length + 5, 0, 1, 0, filter.length]), filter, Buffer.from([0])]));
  await once(ingest.socket, "data");
  ingest.socket.pause();
  const speaker = await raw(broker.url);
  speaker.socket.write(greeting({ clientId: "gw-1" }));
  await once(speaker.socket, "data");
  const topic = Buffer.from(upTopic(own, "bulk"));
  const body = Buffer.alloc(200 * 1024);
  const length = 2 + topic.length + body.length;
  const packet = Buffer.concat([
    Buffer.from([0x30, (length & 0x7f) | 0x80, ((length >> 7) & 0x7f) | 0x80, length >> 14, 0, topic.length]),
    ...[topic, body],
  ]);
  const before = process.memoryUsage().rss;
  let taken = 0;
  // 400 MB are offered; each write waits for the kernel as a real gateway's does.
  for (let sent = 0; sent < 2_000 && !speaker.socket.destroyed; sent += 1) {
    if (!speaker.socket.write(packet)) {
      const moved = await Promise.race([
        once(speaker.socket, "drain").then(() => true),
        speaker.ended.then(() => false),
        new Promise<false>((done) => setTimeout(() => done(false), 1_000)),
      ]);
      if (!moved) break;
    }
    taken += packet.length;
  }
  expect(taken).toBeLessThan(64 * 1024 * 1024);
  expect((process.memoryUsage().rss - before) / 1e6).toBeLessThan(150);
});
