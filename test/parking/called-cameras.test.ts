// Cameras that the gateway calls, over real sockets: Vzenith's TCP 8131 and Hikvision's alertStream. A read opens once; a stranger at the address opens nothing; a link that drops is dialled again.
import { createHash } from "node:crypto";
import { createServer as createHttp, type ServerResponse } from "node:http";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { afterEach, expect, test } from "vitest";
import { challengeOf } from "#gateway/drivers/gates/digest.ts";
import { newestExceptions } from "#gateway/lanes/exceptions.ts";
import { sources } from "#protocols/cameras/sources-for-tests.ts";
import { encodePacket, packetReader } from "#protocols/cameras/vzenith/tcp.ts";
import { type ParkingSite, startParkingSite } from "../world/parking-site.ts";
import { jpeg } from "../world/pictures.ts";
import { until } from "../world/program.ts";
import { mine } from "./at-the-lane.ts";

const closing: (() => unknown)[] = [];
let site: ParkingSite | undefined;
afterEach(async () => {
  await site?.stop();
  site = undefined;
  for (const close of closing.splice(0).reverse()) await close();
});
const visits = (at: ParkingSite): number => at.journal().get<{ n: number }>("SELECT count(*) AS n FROM visit")?.n ?? -1;
const bytesOf = (name: string, at: ParkingSite, number: number): Uint8Array =>
  sources.find((one) => one.name === name)?.make({ plate: mine, at: at.clock.wall(), number }) ?? new Uint8Array();

/** A camera that listens at 8131's protocol, and remembers what it was told. */
async function tcpCamera(serialno: string): Promise<{ port: number; told: string[]; sockets: Socket[] }> {
  const told: string[] = [];
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on("error", () => undefined);
    const reader = packetReader();
    socket.on("data", (bytes) => {
      for (const { type, body } of reader.take(bytes).packets) {
        const text = type === "heartbeat" ? "heartbeat" : new TextDecoder().decode(body);
        told.push(text);
        if (text.includes("getsn")) socket.write(encodePacket({ type: "data", json: { value: serialno } }));
        if (text === "heartbeat") socket.write(encodePacket({ type: "heartbeat" }));
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push(() => {
    for (const socket of sockets) socket.destroy();
    return new Promise((resolve) => server.close(resolve));
  });
  return { port: (server.address() as AddressInfo).port, told, sockets };
}
/** Head and body as the camera sends them: its text is GBK. */
const packet = (body: Uint8Array): Buffer => {
  const head = Buffer.from([0x56, 0x5a, 0, 0, 0, 0, 0, 0]);
  head.writeUInt32BE(body.length, 4);
  return Buffer.concat([head, body]);
};
const serialno = "fe71e106-57263272";
const start = async (protocol: string, port: number, more: Record<string, string | number> = {}, files = {}): Promise<ParkingSite> => {
  site = await startParkingSite({ camera: { protocol, serialno, address: "127.0.0.1", port, ...more }, files });
  return site;
};

test("vzenith tcp: asked who it is, subscribed, set to our time; a read opens once; dropped, it is dialled again", async () => {
  const camera = await tcpCamera(serialno);
  const at = await start("vzenith-tcp", camera.port);
  await until("it is subscribed and its clock set", () => (camera.told.some((text) => text.includes("set_time")) ? true : undefined));
  expect(camera.told.find((text) => text.includes("ivsresult"))).toContain('"enable":true');
  await at.goOn(1_000);
  const body = packet(bytesOf("vzenith tcp", at, 1));
  // In two lumps, and once more.
  camera.sockets[0]?.write(body.subarray(0, 11));
  camera.sockets[0]?.write(body.subarray(11));
  await until("the visit", () => visits(at) === 1 || undefined);
  camera.sockets[0]?.write(body);
  await at.goOn(400);
  expect([at.board("in").pulses, visits(at)]).toEqual([1, 1]);
  camera.sockets[0]?.destroy();
  await until("it is dialled again", () => {
    at.clock.advance(1_000);
    return camera.sockets.length > 1 || undefined;
  });
});

test("P 06.frame: the picture that a called camera sends with a read that needs a person is kept: behind the text of 8131, behind the event of alertStream", async () => {
  const camera = await tcpCamera(serialno);
  const at = await start("vzenith-tcp", camera.port);
  await until("pictures are asked for", () => camera.told.some((text) => text.includes('"image":true')) || undefined);
  await at.goOn(1_000);
  const text =
    sources.find((one) => one.name === "vzenith tcp")?.make({ plate: "无牌车", at: at.clock.wall(), number: 3 }) ?? new Uint8Array();
  camera.sockets[0]?.write(packet(Buffer.concat([text, jpeg(20_000), jpeg(300)])));
  await until("it is on the disk", () => {
    const frame = newestExceptions(at.journal(), 1)[0]?.frame;
    return typeof frame === "string" && Buffer.from(at.lanes().frames.bytes(frame) ?? []).equals(jpeg(20_000)) ? true : undefined;
  });
});

test("vzenith tcp: its own output opens the exit, by its answer", async () => {
  const camera = await tcpCamera(serialno);
  const exit = {
    camera: { id: "cam-out", protocol: "vzenith-tcp", serialno, address: "127.0.0.1", port: camera.port, clock: "both", max_age_s: 30 },
    opener: { kind: "link" },
  };
  site = await startParkingSite({ console: true, exit });
  const at = site;
  await until("it is known", () => camera.told.some((text) => text.includes("ivsresult")) || undefined);
  const opening = at
    .lane("out")
    .open({ cause: "manual", by: { command: "command-0001", person: "门岗甲", reason: "救护车" }, visit: null });
  await until("the order", () => camera.told.some((text) => text.includes("ioctl")) || undefined);
  camera.sockets[0]?.write(encodePacket({ type: "data", json: { cmd: "ioctl_resp", state_code: 200 } }));
  expect(await opening).toMatchObject({ gate: "opening" });
  expect(at.events("gate.refused")).toEqual([]);
});

test("vzenith tcp: a link that beats and never says whose it is, and one that refuses to tell its reads, are hung up on", async () => {
  let refuses = false;
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on("error", () => undefined);
    const reader = packetReader();
    socket.on("data", (bytes) => {
      for (const { type, body } of reader.take(bytes).packets) {
        const text = new TextDecoder().decode(body);
        if (type === "heartbeat") socket.write(encodePacket({ type: "heartbeat" }));
        else if (refuses && text.includes("getsn")) socket.write(encodePacket({ type: "data", json: { value: serialno } }));
        else if (refuses) socket.write(encodePacket({ type: "data", json: { cmd: "ivsresult", state_code: 401 } }));
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push(() => {
    for (const socket of sockets) socket.destroy();
    return new Promise((resolve) => server.close(resolve));
  });
  const at = await start("vzenith-tcp", (server.address() as AddressInfo).port);
  const goesOn = (n: number) => () => {
    at.clock.advance(1_000);
    return sockets.length > n || undefined;
  };
  await until("it is dialled again", goesOn(1));
  refuses = true;
  await until("and once more", goesOn(3));
  expect(sockets.slice(0, 3).every((socket) => socket.destroyed || socket.readableEnded)).toBe(true);
});

test("vzenith tcp: another camera at the address opens nothing", async () => {
  const camera = await tcpCamera("00000000-00000000");
  const at = await start("vzenith-tcp", camera.port);
  await until("it was asked", () => camera.told.some((text) => text.includes("getsn")) || undefined);
  camera.sockets[0]?.write(packet(bytesOf("vzenith tcp", at, 1)));
  await until("it is hung up on", () => camera.sockets[0]?.destroyed || undefined);
  expect([visits(at), camera.told.some((text) => text.includes("ivsresult"))]).toEqual([0, false]);
});

test("hikvision alertStream: signed in by digest; a read in the stream opens once", async () => {
  const streams: ServerResponse[] = [];
  const path = "/ISAPI/Event/notification/alertStream";
  const server = createHttp((request, reply) => {
    const h = (text: string): string => createHash("md5").update(text).digest("hex");
    const said = challengeOf(request.headers.authorization ?? null);
    const right = h(`${h("gate:cam:secret")}:n1:${said?.nc}:${said?.cnonce}:auth:${h(`GET:${path}`)}`);
    if (said?.response !== right) return reply.writeHead(401, { "www-authenticate": 'Digest realm="cam", nonce="n1", qop="auth"' }).end();
    reply.writeHead(200, { "content-type": "multipart/mixed; boundary=boundary" }).flushHeaders();
    streams.push(reply);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  const { port } = server.address() as AddressInfo;
  const more = { serialno: "DS-TCG406-E 20241223AIFU6460824", user: "gate", password_file: "./cam.password" };
  const at = await start("hikvision-stream", port, more, { "cam.password": "secret\n" });
  await until("it listens", () => streams.length > 0 || undefined);
  await at.goOn(1_000);
  const unread = sources.find(({ name }) => name === "hikvision stream")?.make({ plate: "noPlate", at: at.clock.wall(), number: 2 });
  streams[0]?.write(unread ?? "");
  streams[0]?.write(Buffer.concat([Buffer.from("Content-Type: image/jpeg\r\n\r\n"), jpeg(9_000), Buffer.from("\r\n--boundary\r\n")]));
  await until("its picture is kept", () => {
    const frame = newestExceptions(at.journal(), 1)[0]?.frame;
    return typeof frame === "string" && at.lanes().frames.has(frame) ? true : undefined;
  });
  const part = bytesOf("hikvision stream", at, 1);
  streams[0]?.write(part.subarray(0, 200));
  streams[0]?.write(part.subarray(200));
  await until("the visit", () => visits(at) === 1 || undefined);
  streams[0]?.write(part);
  await at.goOn(400);
  expect([at.board("in").pulses, visits(at)]).toEqual([1, 1]);
});
