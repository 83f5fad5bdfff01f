// What each may say and hear: for every trap of an in-memory broker, what happens with our rules, and where it is telling, without them.
import { execFile } from "node:child_process";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { Aedes } from "aedes";
import { connectAsync, type IClientOptions, type MqttClient } from "mqtt";
import { afterEach, expect, test } from "vitest";
import { acknowledgementTopic, everyUpTopic, statusTopic, upTopic } from "#protocols/uplink/topics.ts";
import { commandPath, hasCommand } from "#test/debian.ts";
import { accounts, open, opened, reasons } from "./stranger-for-tests.ts";

const own = { site: "jinxiu", gateway: "gw-1" };
const other = { site: "jinxiu", gateway: "gw-2" };

afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close();
});

async function client(url: string, username: string, options: IClientOptions = {}): Promise<MqttClient> {
  const password = accounts.find((account) => account.username === username)?.password ?? "";
  const made = await connectAsync(url, { clientId: username, username, password, reconnectPeriod: 0, ...options }, false);
  // Being cut is what most of these tests wait for.
  made.on("error", () => undefined);
  opened.push(() => made.endAsync(true));
  return made;
}

const closed = (of: MqttClient): Promise<void> => new Promise((resolve) => (of.connected ? of.once("close", () => resolve()) : resolve()));
const message = (to: MqttClient): Promise<string> =>
  new Promise((resolve) => to.once("message", (_topic, payload) => resolve(String(payload))));
test("a gateway speaks in its own name, the cloud answers, an observer hears both", async () => {
  const { broker, lines } = await open();
  const [gateway, ingest, observer] = await Promise.all(["gw-1", "ingest", "observer"].map((name) => client(broker.url, name)));
  if (gateway === undefined || ingest === undefined || observer === undefined) throw new Error("not connected");
  const heard: string[] = [];
  observer.on("message", (topic) => heard.push(topic));
  expect((await observer.subscribeAsync("cuobian/v1/#", { qos: 1 }))[0]?.qos).toBe(1);
  expect((await gateway.subscribeAsync(acknowledgementTopic(own), { qos: 1 }))[0]?.qos).toBe(1);
  await ingest.subscribeAsync(everyUpTopic, { qos: 1 });
  ingest.on("message", () => ingest.publish(acknowledgementTopic(own), "acknowledged", { qos: 1 }));
  const answered = message(gateway);
  await gateway.publishAsync(upTopic(own, "urgent"), "x".repeat(200 * 1024), { qos: 1 });
  expect(await answered).toBe("acknowledged");
  while (heard.length < 2) await message(observer);
  expect(heard).toEqual([upTopic(own, "urgent"), acknowledgementTopic(own)]);
  expect([broker.connections(), broker.refused(), broker.duplicates()]).toEqual([3, 0, 0]);
  expect(lines).toEqual([]);
});

const ack = acknowledgementTopic(own);
test.each([
  //  who        topic                      options                      why
  ["gw-1", upTopic(other, "state"), {}, "publish-not-its-topic"],
  ["gw-1", statusTopic(other), { retain: true }, "publish-not-its-topic"],
  ["gw-1", ack, {}, "publish-not-its-topic"],
  ["gw-1", "cuobian/v1/jinxiu/gw-1/up/other", {}, "publish-not-its-topic"],
  ["gw-1", "cuobian/v1/jinxiu/gw-1/up/urgent/x", {}, "publish-not-its-topic"],
  ["gw-1", "elsewhere", {}, "publish-topic"],
  ["gw-1", "$SYS/x", {}, "publish-topic"],
  ["gw-1", upTopic(own, "state"), { retain: true }, "publish-retained"],
  ["gw-1", upTopic(own, "state"), { qos: 2 }, "publish-qos-2"],
  ["ingest", ack, { retain: true }, "publish-retained"],
  ["ingest", "elsewhere", {}, "publish-topic"],
  ["observer", ack, {}, "publish-observers-only-listen"],
] as const)("%s may not publish to %s %o", async (who, topic, options, why) => {
  const { broker, lines } = await open();
  const listener = await client(broker.url, "ingest", { clientId: "listener" });
  let heard = 0;
  listener.on("message", () => {
    heard += 1;
  });
  await listener.subscribeAsync("cuobian/v1/#", { qos: 1 });
  const speaker = await client(broker.url, who);
  const gone = closed(speaker);
  speaker.publish(topic, "x", { qos: 1, ...options });
  await gone;
  expect(reasons(lines)).toEqual([why]);
  expect([broker.refused(), heard]).toEqual([1, 0]);
});

test("a topic of nine levels is cut, and the broker lives", async () => {
  const { broker } = await open();
  const speaker = await client(broker.url, "ingest");
  const gone = closed(speaker);
  speaker.publish("cuobian/v1/a/b/c/d/e/f/g", "x");
  await gone;
  expect((await client(broker.url, "gw-1")).connected).toBe(true);
});

test.each([
  //  who      filter                                 refused because
  ["gw-1", ack, undefined],
  ["gw-1", acknowledgementTopic(other), "not-its-topic"],
  ["gw-1", "cuobian/v1/#", "not-its-topic"],
  ["gw-1", "cuobian/v1/jinxiu/+/ack", "not-its-topic"],
  ["gw-1", upTopic(own, "urgent"), "not-its-topic"],
  ["observer", "cuobian/v1/#", undefined],
  ["observer", "cuobian/v1/+/gw-1/up/urgent", undefined],
  ["observer", "cuobian/#", "topic"],
  ["observer", "#", "topic"],
  ["observer", "+/v1/#", "topic"],
  ["observer", "$SYS/#", "reserved"],
  ["observer", "$share/g/cuobian/v1/#", "reserved"],
  ["ingest", "$share/g/cuobian/v1/#", "reserved"],
  ["ingest", everyUpTopic, undefined],
] as const)("%s asks for %s: refused because %s", async (who, filter, why) => {
  const { broker, lines } = await open();
  const listener = await client(broker.url, who);
  // 128 in the SUBACK, which the library says by throwing; the connection stays.
  const answer = await listener.subscribeAsync(filter).then(
    (grants) => grants[0]?.qos,
    () => 128,
  );
  expect(answer).toBe(why === undefined ? 0 : 128);
  expect(listener.connected).toBe(true);
  expect(reasons(lines)).toEqual(why === undefined ? [] : [`subscribe-${why}`]);
});

test("a client that asks for ever more is given no more than 64", async () => {
  const { broker, lines } = await open();
  const listener = await client(broker.url, "observer");
  for (let i = 0; i < 64; i += 1) await listener.subscribeAsync(`cuobian/v1/site-${i}/#`);
  await expect(listener.subscribeAsync("cuobian/v1/site-64/#")).rejects.toThrow();
  await listener.unsubscribeAsync("cuobian/v1/site-0/#");
  await listener.subscribeAsync("cuobian/v1/site-64/#");
  expect(reasons(lines)).toEqual(["subscribe-too-many"]);
});

test("the trap: without our guard $share is granted and nothing is delivered", async () => {
  const aedes = await Aedes.createBroker();
  const server = createServer(aedes.handle);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  opened.push(async () => {
    await new Promise<void>((resolve) => aedes.close(resolve));
    server.close();
  });
  const url = `mqtt://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const [shared, plain, speaker] = await Promise.all(["shared", "plain", "speaker"].map((clientId) => client(url, "x", { clientId })));
  if (shared === undefined || plain === undefined || speaker === undefined) throw new Error("not connected");
  expect((await shared.subscribeAsync("$share/g/a", { qos: 1 }))[0]?.qos).toBe(1);
  await plain.subscribeAsync("a", { qos: 1 });
  let delivered = 0;
  shared.on("message", () => {
    delivered += 1;
  });
  const heard = message(plain);
  await speaker.publishAsync("a", "x", { qos: 1 });
  await heard;
  // What was sent to it before its next answer would be there by now.
  await shared.subscribeAsync("b");
  expect(delivered).toBe(0);
});

test("the trap: PUBACK comes though nobody has the message; only the cloud's own acknowledgement says that it is kept", async () => {
  const { broker } = await open();
  const gateway = await client(broker.url, "gw-1");
  await gateway.publishAsync(upTopic(own, "urgent"), "nobody is there", { qos: 1 });
  const ingest = await client(broker.url, "ingest");
  const heard: string[] = [];
  ingest.on("message", (_topic, payload) => heard.push(String(payload)));
  await ingest.subscribeAsync(everyUpTopic, { qos: 1 });
  const next = message(ingest);
  await gateway.publishAsync(upTopic(own, "urgent"), "again", { qos: 1 });
  await next;
  expect(heard).toEqual(["again"]);
});

test("status is kept for who comes later, and a last will is said for who vanishes", async () => {
  const { broker } = await open();
  const will = { topic: statusTopic(own), payload: Buffer.from("offline"), qos: 1 as const, retain: true };
  const gateway = await client(broker.url, "gw-1", { will });
  await gateway.publishAsync(statusTopic(own), "online", { qos: 1, retain: true });
  const observer = await client(broker.url, "observer");
  const first = message(observer);
  await observer.subscribeAsync("cuobian/v1/+/+/status", { qos: 1 });
  expect(await first).toBe("online");
  const second = message(observer);
  gateway.stream.destroy();
  expect(await second).toBe("offline");
});

const will = (topic: string, retain = false) => ({ topic, payload: Buffer.from("x"), qos: 1 as const, retain });
test.each([
  ["gw-1", will(statusTopic(other), true), "will-not-its-topic"],
  ["gw-1", will(upTopic(own, "urgent")), "will-not-its-status"],
  ["gw-1", will("elsewhere"), "will-not-its-status"],
  ["observer", will(statusTopic(own), true), "will-observers-only-listen"],
  ["ingest", will(ack, true), "will-retained"],
  ["gw-1", { ...will(statusTopic(own), true), payload: Buffer.alloc(5000) }, "will-status-too-large"],
])("%s may not leave a will %o", async (who, left, why) => {
  const { broker, lines } = await open();
  await expect(client(broker.url, who, { will: left })).rejects.toMatchObject({ code: 5 });
  expect(reasons(lines)).toEqual([why]);
});

test("no credentials at all: refused", async () => {
  const { broker, lines } = await open();
  await expect(connectAsync(broker.url, { clientId: "stranger", reconnectPeriod: 0 }, false)).rejects.toMatchObject({ code: 5 });
  expect(reasons(lines)).toEqual(["no-credentials"]);
});

const listen = (url: string, args: readonly string[]): Promise<{ code: number | null; said: string }> =>
  new Promise((resolve) => {
    const at = ["-h", "127.0.0.1", "-p", new URL(url).port, "-t", "cuobian/v1/#", "-C", "1", "-W", "10"];
    const child = execFile(commandPath("mosquitto_sub") ?? "", [...at, ...args], (_error, out, problem) =>
      resolve({ code: child.exitCode, said: out + problem }),
    );
  });

test.skipIf(!hasCommand("mosquitto_sub"))("a stranger's client (mosquitto_sub) is refused without a name, and hears with one", async () => {
  const { broker } = await open();
  const refused = await listen(broker.url, ["-i", "stranger"]);
  expect(refused).toMatchObject({ code: 5, said: expect.stringContaining("not authorised") });
  const gateway = await client(broker.url, "gw-1");
  await gateway.publishAsync(statusTopic(own), "online", { qos: 1, retain: true });
  const heard = await listen(broker.url, ["-i", "listener", "-u", "observer", "-P", "observer's secret"]);
  expect(heard).toEqual({ code: 0, said: "online\n" });
});

test("two with one identity: the newer wins, and it is counted and said", async () => {
  const { broker, lines } = await open();
  const first = await client(broker.url, "gw-1");
  const gone = closed(first);
  const second = await client(broker.url, "gw-1");
  await gone;
  expect([second.connected, broker.duplicates(), broker.connections(), broker.refused()]).toEqual([true, 1, 1, 0]);
  expect(lines.join()).toContain("duplicate identity");
});

test("one account's identity is not taken over by another", async () => {
  const { broker } = await open();
  const first = await client(broker.url, "observer", { clientId: "listener" });
  await expect(client(broker.url, "ingest", { clientId: "listener" })).rejects.toMatchObject({ code: 2 });
  expect([first.connected, broker.duplicates(), broker.refused()]).toEqual([true, 0, 1]);
});
