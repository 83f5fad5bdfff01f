// The door itself: who is not known, says too much or nothing, or does not listen, is cut before it costs anything.
import { once } from "node:events";
import { afterEach, expect, test, vi } from "vitest";
import { statusTopic, upTopic } from "#protocols/uplink/topics.ts";
import { connackOf, greeting, open, opened, raw, reasons, text } from "./stranger-for-tests.ts";

const own = { site: "jinxiu", gateway: "gw-1" };
afterEach(async () => {
  vi.useRealTimers();
  for (const close of opened.splice(0).reverse()) await close();
});

test.each([
  //  what                     how                                                                        CONNACK   reason
  ["an empty client id, clean=0", { clientId: "", clean: false }, 2, "no-client-id"],
  ["an empty client id of a gateway", { clientId: "" }, 2, "client-id-of-another"],
  ["a client id with a slash", { clientId: "gw-1/x" }, 2, "client-id"],
  ["a persistent session", { clientId: "gw-1", clean: false }, 5, "persistent-session"],
  ["no keepalive", { clientId: "gw-1", keepalive: 0 }, 5, "keepalive"],
  ["a wrong password", { clientId: "gw-1", password: "guess" }, 4, "wrong-credentials"],
  ["another's password", { clientId: "gw-1", password: "another's secret" }, 4, "wrong-credentials"],
  ["an empty password", { clientId: "gw-1", password: "" }, 4, "wrong-credentials"],
  ["a name that nobody has", { clientId: "gw-1", username: "nobody" }, 4, "wrong-credentials"],
  ["a name that nobody has, and no password", { clientId: "x", username: "nobody", password: "" }, 4, "wrong-credentials"],
  ["another gateway's client id", { clientId: "gw-2" }, 2, "client-id-of-another"],
  [
    "a gateway's client id, by an observer",
    { clientId: "gw-1", username: "observer", password: "observer's secret" },
    2,
    "client-id-of-another",
  ],
])("%s is refused", async (_what, how, code, reason) => {
  const { broker, lines } = await open();
  const { socket, ended, heard } = await raw(broker.url);
  socket.write(greeting(how));
  await ended;
  expect(connackOf(heard())).toBe(code);
  expect(reasons(lines)).toEqual([reason]);
  expect(broker.connections()).toBe(0);
  expect(lines.join()).not.toMatch(/secret|guess/);
});

test.each([
  ["before a name is known", false],
  ["by a known client", true],
])("256 MB announced %s: cut at the announcement, what follows is not taken", async (_when, known) => {
  const { broker, lines } = await open();
  const { socket, ended } = await raw(broker.url);
  if (known) {
    socket.write(greeting({ clientId: "gw-1" }));
    await once(socket, "data");
  }
  const rest = Buffer.alloc(64 * 1024);
  let taken = 0;
  socket.write(Buffer.from([known ? 0x30 : 0x10, 0xff, 0xff, 0xff, 0x7f]));
  while (!socket.destroyed && taken < 256 * 1024 * 1024) {
    await new Promise((resolve) => socket.write(rest, resolve));
    taken += rest.length;
  }
  await ended;
  expect(reasons(lines)).toEqual(["too-large"]);
  // What the two ends of a loopback connection may buffer in the kernel, and no more.
  expect(taken).toBeLessThan(16 * 1024 * 1024);
});

test.each([
  ["more than 256 kB by a known client", [0x30, 0x81, 0x80, 0x10], true, "too-large"],
  ["a length of five bytes", [0x10, 0x80, 0x80, 0x80, 0x80, 0x01], false, "length-malformed"],
  ["no CONNECT first", [0x30, 0x05, 0, 1, 97, 0, 1], false, "not-a-connect"],
  ["no MQTT", [...Buffer.from("GET / HTTP/1.1\r\n\r\n")], false, "not-a-connect"],
  ["a CONNECT that is none", [0x10, 0x04, 0, 2, 97, 97], false, "malformed"],
] as const)("%s is cut", async (_what, bytes, greeted, reason) => {
  const { broker, lines } = await open();
  const { socket, ended } = await raw(broker.url);
  if (greeted) {
    socket.write(greeting({ clientId: "gw-1" }));
    await once(socket, "data");
  }
  socket.write(Buffer.from(bytes));
  await ended;
  expect(reasons(lines)).toEqual([reason]);
});

/** SUBSCRIBE and PUBLISH by hand (MQTT 3.1.1, 3.8 and 3.3), at QoS 0. */
const subscribe = (filter: string): Buffer => packet(0x82, Buffer.concat([Buffer.from([0, 1]), text(filter), Buffer.from([0])]));
const publish = (topic: string, payload: Buffer): Buffer => packet(0x30, Buffer.concat([text(topic), payload]));
function packet(type: number, body: Buffer): Buffer {
  const length: number[] = [];
  for (let left = body.length; left > 0 || length.length === 0; left >>= 7) length.push((left & 0x7f) | (left > 0x7f ? 0x80 : 0));
  return Buffer.concat([Buffer.from([type, ...length]), body]);
}
const observer = { clientId: "observer", username: "observer", password: "observer's secret" };

async function hears(heard: () => Buffer, what: string): Promise<void> {
  await vi.waitUntil(() => heard().includes(what), { timeout: 10_000, interval: 5 });
}

test("what follows a greeting in one breath is kept until the greeting is accepted", async () => {
  const { broker } = await open();
  const listener = await raw(broker.url);
  listener.socket.write(Buffer.concat([greeting(observer), subscribe("cuobian/v1/#")]));
  await vi.waitUntil(() => listener.heard().length >= 4 + 5);
  const speaker = await raw(broker.url);
  speaker.socket.write(Buffer.concat([greeting({ clientId: "gw-1" }), publish(upTopic(own, "state"), Buffer.from("in one breath"))]));
  await hears(listener.heard, "in one breath");
});

test("packets come through whole when every byte comes alone", async () => {
  const { broker } = await open();
  const listener = await raw(broker.url);
  listener.socket.write(Buffer.concat([greeting(observer), subscribe("cuobian/v1/#")]));
  await vi.waitUntil(() => listener.heard().length >= 4 + 5);
  const speaker = await raw(broker.url);
  speaker.socket.setNoDelay(true);
  const said = Buffer.concat([greeting({ clientId: "gw-1" }), publish(statusTopic(own), Buffer.from("byte by byte".padEnd(300)))]);
  for (const byte of said) await new Promise((resolve) => speaker.socket.write(Buffer.from([byte]), resolve));
  await hears(listener.heard, "byte by byte");
});

test("a listener that takes nothing is cut, and holds up nobody", async () => {
  const { broker, lines } = await open();
  const slow = await raw(broker.url);
  slow.socket.write(Buffer.concat([greeting(observer), subscribe("cuobian/v1/#")]));
  await vi.waitUntil(() => slow.heard().length >= 4 + 5);
  slow.socket.pause();
  const good = await raw(broker.url);
  good.socket.write(Buffer.concat([greeting({ ...observer, clientId: "good" }), subscribe("cuobian/v1/+/+/up/urgent")]));
  await vi.waitUntil(() => good.heard().length >= 4 + 5);
  const speaker = await raw(broker.url);
  speaker.socket.write(greeting({ clientId: "gw-1" }));
  await once(speaker.socket, "data");
  const much = publish(upTopic(own, "bulk"), Buffer.alloc(200 * 1024));
  for (let sent = 0; sent < 200 && !reasons(lines).includes("slow"); sent += 1)
    await new Promise((resolve) => speaker.socket.write(much, resolve));
  speaker.socket.write(publish(upTopic(own, "urgent"), Buffer.from("urgent all the same")));
  await hears(good.heard, "urgent all the same");
  expect(reasons(lines)).toEqual(["slow"]);
});

test("of the silent, the fifty-first makes the first go; who has a name stays", async () => {
  const { broker, lines } = await open();
  const known = await raw(broker.url);
  known.socket.write(greeting({ clientId: "gw-1" }));
  await once(known.socket, "data");
  const silent = [];
  for (let i = 0; i < 51; i += 1) silent.push(await raw(broker.url));
  await silent[0]?.ended;
  expect(reasons(lines)).toEqual(["too-many-unknown"]);
  expect(silent.slice(1).every(({ socket }) => !socket.destroyed)).toBe(true);
  expect([known.socket.destroyed, broker.connections()]).toEqual([false, 1]);
});

test("who has not said a whole greeting after 5 s is cut", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const { broker, lines } = await open();
  const silent = await raw(broker.url);
  silent.socket.write(greeting({ clientId: "gw-1" }).subarray(0, 10));
  // Greeted after the silent one was taken in.
  const known = await raw(broker.url);
  known.socket.write(greeting({ clientId: "gw-1", keepalive: 120 }));
  await once(known.socket, "data");
  vi.advanceTimersByTime(4_999);
  expect(reasons(lines)).toEqual([]);
  vi.advanceTimersByTime(1);
  await silent.ended;
  expect(reasons(lines)).toEqual(["connect-late"]);
  expect(known.socket.destroyed).toBe(false);
});

test("of a flood of refusals a minute's worth is written down, all are counted", async () => {
  const { broker, lines } = await open();
  for (let i = 0; i < 70; i += 1) {
    const { socket, ended } = await raw(broker.url);
    socket.write("GET");
    await ended;
  }
  expect([broker.refused(), reasons(lines).length]).toEqual([70, 60]);
});

test("a password typed where the client id belongs is not written down; a gateway's name is", async () => {
  const { broker, lines } = await open();
  for (const clientId of ["c2VjcmV0_LWFzLWFuLWlk", "gw-1"]) {
    const { socket, ended } = await raw(broker.url);
    socket.write(greeting({ clientId, password: "guess" }));
    await ended;
  }
  expect(lines.map((line) => JSON.parse(line).client)).toEqual([undefined, "gw-1"]);
  expect(lines.join()).not.toContain("c2VjcmV0");
});

test("a second greeting ends the connection, and what it held is not written down", async () => {
  const { broker, lines } = await open();
  const { socket, ended } = await raw(broker.url);
  socket.write(greeting({ clientId: "gw-1" }));
  await once(socket, "data");
  socket.write(greeting({ clientId: "gw-1", password: "second password" }));
  await ended;
  await vi.waitUntil(() => lines.length > 0);
  // A buffer is written down as numbers.
  expect(lines.join()).not.toMatch(/second|115,101,99,111,110,100/);
});
