// What opens gates: frames and digests byte for byte, an "off" that failed and is tried again, nothing late, nothing twice; coil and cameras over real sockets.
import { createHash } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { openTcpExchange } from "#gateway/lines/tcp.ts";
import { deviceFault } from "#protocols/vocabulary/faults.ts";
import { after } from "#protocols/vocabulary/time.ts";
import { toldClock } from "#test/told-clock.ts";
import { startBoards } from "#test/world/barrier-boards.ts";
import { until } from "#test/world/program.ts";
import { cameraGate } from "./camera-gate.ts";
import { authorization, challengeOf } from "./digest.ts";
import { lcusContact, lcusFrame } from "./lcus.ts";
import { coilContact } from "./modbus-relay.ts";
import { type Contact, pulseContact } from "./pulse.ts";

const settle = async (): Promise<void> => {
  for (let i = 0; i < 20; i += 1) await Promise.resolve();
};

test.each([
  [1, true, "A00101A2"],
  [1, false, "A00100A1"],
  [2, true, "A00201A3"],
  [8, false, "A00800A8"],
])("LCUS channel %i closed %s: %s", (channel, closed, hex) => {
  expect(Buffer.from(lcusFrame(channel, closed)).toString("hex").toUpperCase()).toBe(hex);
});

/** A contact that fails as it is told to, and remembers what it was told. */
function played(fails: (number: number, closed: boolean) => boolean): {
  contact: Contact;
  told: [number, boolean][];
  clock: ReturnType<typeof toldClock>;
} {
  const clock = toldClock();
  const told: [number, boolean][] = [];
  const begun = clock.monotonic();
  const contact: Contact = {
    set: async (closed) => {
      told.push([clock.monotonic() - begun, closed]);
      return fails(told.length, closed) ? deviceFault("timeout", "no answer") : "done";
    },
    stop: () => undefined,
  };
  return { contact, told, clock };
}

test("a pulse is on, a while, off; and no second one while it is on", async () => {
  const { contact, told, clock } = played(() => false);
  const gate = pulseContact({ clock, contact, pulse_ms: 500 });
  const answers: unknown[] = [];
  gate.open(after(clock.monotonic(), 3_000), (outcome) => answers.push(outcome));
  await settle();
  gate.open(after(clock.monotonic(), 3_000), (outcome) => answers.push(outcome));
  for (let i = 0; i < 10; i += 1) {
    clock.advance(100);
    await settle();
  }
  expect(told).toEqual([
    [0, true],
    [500, false],
  ]);
  expect(answers).toMatchObject(["done", { code: "impossible-value" }]);
});

test("an off that fails is tried again until it is answered; somebody is told, once", async () => {
  const { contact, told, clock } = played((number, closed) => !closed && number < 9);
  let stuck = 0;
  const gate = pulseContact({ clock, contact, pulse_ms: 500, onStuck: () => (stuck += 1) });
  gate.open(after(clock.monotonic(), 3_000), () => undefined);
  await settle();
  for (let i = 0; i < 150; i += 1) {
    clock.advance(100);
    await settle();
    if (told.length === 5) expect(gate.stuck()).toBe(true);
  }
  expect(told.filter(([, closed]) => closed)).toHaveLength(1);
  expect([told.length, told.at(-1)?.[1], gate.stuck(), stuck]).toEqual([9, false, false, 1]);
  // It opens again.
  gate.open(after(clock.monotonic(), 3_000), () => undefined);
  await settle();
  expect(told.at(-1)?.[1]).toBe(true);
});

test("an on without an answer is followed by an off at once, and an order that is late is not sent", async () => {
  const { contact, told, clock } = played((_, closed) => closed);
  const gate = pulseContact({ clock, contact, pulse_ms: 500 });
  gate.open(after(clock.monotonic(), -1), (outcome) => expect(outcome).toMatchObject({ code: "timeout" }));
  expect(told).toEqual([]);
  gate.open(after(clock.monotonic(), 3_000), (outcome) => expect(outcome).toMatchObject({ code: "timeout" }));
  await settle();
  clock.advance(1);
  await settle();
  expect(told.map(([, closed]) => closed)).toEqual([true, false]);
});

test("a serial relay that was pulled out and put back is opened anew", async () => {
  const written: string[] = [];
  let opened = 0;
  let close: (why: string) => void = () => undefined;
  const contact = lcusContact(1, async () => {
    opened += 1;
    if (opened === 2) throw new Error("no such port");
    return {
      write: (bytes) => void written.push(Buffer.from(bytes).toString("hex")),
      onBytes: () => undefined,
      onClose: (listener) => {
        close = listener;
      },
      close: () => undefined,
    };
  });
  expect(await contact.set(true)).toBe("done");
  close("pulled");
  expect(await contact.set(false)).toMatchObject({ kind: "device-fault" });
  expect(await contact.set(false)).toBe("done");
  expect(written).toEqual(["a00101a2", "a00100a1"]);
});

test("a coil of a Modbus relay board: closed and opened, by its own echo", async () => {
  const boards = await startBoards();
  const clock = toldClock();
  const contact = coilContact({
    id: "relay",
    clock,
    unit: 7,
    coil: 0,
    connect: () => openTcpExchange({ host: boards.host, port: boards.port, clock, answerWithin_ms: 20_000 }),
  });
  await until("the board is connected", async () => (await contact.set(true)) === "done" || undefined);
  expect(await contact.set(false)).toBe("done");
  expect([boards.unit(7).pulses, boards.unit(7).otherWrites]).toEqual([1, 1]);
  contact.stop();
  await boards.down();
});

// RFC 2617 3.5, and RFC 7616 3.9.1.
test.each([
  ["MD5", "0a4f113b", "dcd98b7102dd2f0e8b11d0f600bfb0c093", "testrealm@host.com", "Circle Of Life", "6629fae49393a05397450978507c4ef1"],
  [
    "SHA-256",
    "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
    "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v",
    "http-auth@example.org",
    "Circle of Life",
    "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1",
  ],
])("digest by %s is as in its RFC", (algorithm, cnonce, nonce, realm, password, response) => {
  const challenge = challengeOf(`Digest realm="${realm}", qop="auth,auth-int", nonce="${nonce}", opaque="x", algorithm=${algorithm}`);
  const header = authorization(challenge ?? {}, { user: "Mufasa", password }, { method: "GET", uri: "/dir/index.html", cnonce });
  expect(header).toContain(`response="${response}"`);
});

let server: Server | undefined;
afterEach(() => {
  server?.close();
  server?.closeAllConnections();
});

test.each([
  [
    "hikvision",
    "PUT",
    "/ISAPI/Parking/channels/1/barrierGate",
    "<ResponseStatus><statusCode>1</statusCode></ResponseStatus>",
    "<ResponseStatus><statusCode>4</statusCode></ResponseStatus>",
  ],
  ["dahua", "GET", "/cgi-bin/trafficSnap.cgi?action=openStrobe&channel=1&info.openType=Normal", "OK\r\n", "Error\r\n"],
] as const)(
  "%s opens by its own interface, signed in by digest; a no is a no, and a wrong password is not tried again",
  async (make, method, path, yes, no) => {
    const heard: string[] = [];
    let says: string = yes;
    server = createServer((request, reply) => {
      let body = "";
      request.on("data", (some: Buffer) => {
        body += some.toString();
      });
      request.on("end", () => {
        const h = (text: string): string => createHash("md5").update(text).digest("hex");
        const said = challengeOf(request.headers.authorization ?? null);
        const right = h(`${h("gate:cam:secret")}:n1:${said?.nc}:${said?.cnonce}:auth:${h(`${method}:${path}`)}`);
        if (said?.response !== right)
          return reply.writeHead(401, { "www-authenticate": 'Digest realm="cam", nonce="n1", qop="auth"' }).end();
        heard.push(`${request.method} ${request.url} ${body}`);
        reply.end(says);
      });
    });
    await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
    const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const clock = toldClock();
    const gateOf = (password: string) => cameraGate({ make, base, channel: 1, account: { user: "gate", password }, clock });
    const open = (gate: ReturnType<typeof gateOf>) => new Promise((resolve) => gate.open(after(clock.monotonic(), 3_000), resolve));
    expect(await open(gateOf("secret"))).toBe("done");
    expect(heard).toEqual([expect.stringContaining(`${method} ${path}`)]);
    if (make === "hikvision") expect(heard[0]).toContain("<ctrlMode>open</ctrlMode>");
    says = no;
    expect(await open(gateOf("secret"))).toMatchObject({ kind: "device-fault" });
    const wrong = gateOf("guess");
    expect(await open(wrong)).toMatchObject({ detail: expect.stringContaining("left alone") });
    expect(await open(wrong)).toMatchObject({ detail: "left alone after a refused password" });
    expect(heard).toHaveLength(2);
  },
);
