// What the gateway says to cameras and their cards without being asked: a list that they keep, cards through the makers' passthrough, held posts, and a card on a port of its own.
import { type AddressInfo, createServer, type Server } from "node:net";
import { Aedes } from "aedes";
import { connect, type MqttClient } from "mqtt";
import { afterEach, expect, test } from "vitest";
import { vzenithHttp } from "#gateway/drivers/cameras/vzenith.ts";
import { startComet } from "#gateway/lanes/comet.ts";
import { wordsOf } from "#gateway/lanes/display.ts";
import { startDisplays } from "#gateway/lanes/displays.ts";
import type { Devices } from "#gateway/ports.ts";
import { sources } from "#protocols/cameras/sources-for-tests.ts";
import { openReply, stayReply } from "#protocols/cameras/vzenith/reply.ts";
import { decode64, textOf64 } from "#protocols/displays/card-64.ts";
import { fen } from "#protocols/vocabulary/money.ts";
import { after } from "#protocols/vocabulary/time.ts";
import { counted } from "../promise.ts";
import { toldClock } from "../told-clock.ts";
import { type ParkingOptions, type ParkingSite, serials, startParkingSite } from "../world/parking-site.ts";
import { until } from "../world/program.ts";
import { vendorPush } from "../world/vendor-push.ts";
import { mine, minute, sceneAt } from "./at-the-lane.ts";

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});
const sn = "fe71e106-57263272";

interface Order {
  readonly id: string;
  readonly name: string;
  readonly payload: { readonly body: Record<string, unknown> };
}

async function brokered(camera: Record<string, string | number | boolean>, more: ParkingOptions = {}) {
  const aedes = await Aedes.createBroker();
  const server: Server = createServer(aedes.handle);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push(() => new Promise<void>((resolve) => aedes.close(() => server.close(() => resolve()))));
  const broker = `mqtt://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const device: MqttClient = connect(broker, { reconnectPeriod: 0 });
  closing.push(() => void device.end(true));
  const orders: Order[] = [];
  let [ears, answers] = [0, 200];
  await new Promise<void>((resolve) => device.subscribe(`device/${sn}/message/down/+`, { qos: 1 }, () => resolve()));
  device.on("message", (topic, bytes) => {
    const order = JSON.parse(bytes.toString()) as Order;
    orders.push(order);
    if (answers === 0) return;
    const reply = { code: answers, id: order.id, name: order.name, payload: null, sn, timestamp: 1, version: "1.0" };
    device.publish(`${topic}/reply`, JSON.stringify(reply), { qos: 1 });
  });
  aedes.on("subscribe", (_subscriptions, client) => {
    if (client.id.includes("cameras")) ears += 1;
  });
  const site = await startParkingSite({ console: true, broker, camera: { protocol: "vzenith-mqtt", serialno: sn, ...camera }, ...more });
  closing.push(() => site.stop());
  await until("the gateway listens", () => ears > 0 || undefined);
  const say = (name: string, bytes: Uint8Array | string): Promise<unknown> =>
    new Promise((resolve) => device.publish(`device/${sn}/message/up/${name}`, Buffer.from(bytes), { qos: 1 }, resolve));
  return { site, orders, say, answer: (code: number) => (answers = code) };
}
const keepAlive = JSON.stringify({ sn, name: "keep_alive", version: "1.0", timestamp: 1, payload: {} });

/** Told time goes on until it is so. */
async function eventually(site: ParkingSite, what: string, is: () => boolean): Promise<void> {
  await until(what, async () => {
    await site.goOn(1_000);
    return is() || undefined;
  });
}

test("P 06.talk: passes are put on the camera's own list, confirmed by its answers, taken off when they end, and said when it does not confirm", async (context) => {
  const { site, orders, say, answer } = await brokered({ list: true });
  const { post } = sceneAt(site);
  const pass = (name: string, plate: string) => ({
    pass: name,
    lot: "main",
    plates: [plate],
    spaces: 1,
    from: "2026-01-01",
    until: "2026-12-31",
  });
  await post("/register", { person: "物业甲", passes: [pass("p-1", mine), pass("p-2", "闽C12345")] });
  site.clock.leap(31_000);
  await site.goOn(1_000);
  // Nobody knows yet how this device lays out its topics: nothing is said into the blue.
  expect(orders).toEqual([]);
  await say("keep_alive", keepAlive);
  site.clock.leap(61_000);
  await eventually(site, "the list is confirmed", () => site.events("camera.list").length > 0);
  expect(orders.map(({ name, payload }) => [name, payload.body.operator_type])).toEqual([["white_list_operator", "update_or_add"]]);
  expect(orders[0]?.payload.body.dldb_rec).toMatchObject([
    { plate: "闽C12345", enable: 1, enable_time: "2026-01-01 00:00:00" },
    { plate: mine, enable: 1 },
  ]);
  expect(site.events("camera.list")).toEqual([{ lane: "in", camera: "cam-in", plates: 2, confirmed: true, detail: "" }]);
  // Refused: said once, and tried again.
  answer(500);
  await post("/register", { person: "物业甲", passes: [{ ...pass("p-2", "闽C12345"), withdrawn: true }] });
  site.clock.leap(31_000);
  await eventually(site, "it is said that the camera refuses", () => site.events("camera.list").length > 1);
  expect(site.events("camera.list").at(-1)).toMatchObject({ confirmed: false, plates: 2, detail: "the camera answered 500" });
  answer(200);
  site.clock.leap(61_000);
  await eventually(site, "it is confirmed at last", () => site.events("camera.list").length > 2);
  expect(orders.at(-1)?.payload.body).toEqual({ operator_type: "delete", plate: ["闽C12345"] });
  expect(site.events("camera.list").at(-1)).toMatchObject({ confirmed: true, plates: 1 });
  // A day later all of it goes out anew: a camera that was reset has forgotten.
  const before = orders.length;
  site.clock.leap(25 * 60 * minute);
  await eventually(site, "the daily list", () => orders.length > before);
  expect(orders.at(-1)?.payload.body).toMatchObject({ operator_type: "update_or_add", dldb_rec: [{ plate: mine }] });
  counted(context, { orders: orders.length, "told of": site.events("camera.list").length });
});

test("P 06.talk: a read through the broker fills the card behind the camera; between cars it shows the places that are left", async () => {
  const { site, orders, say } = await brokered({ display: "card-64", display_port: 1 });
  await say("keep_alive", keepAlive);
  await eventually(site, "the places are shown", () => orders.length > 0);
  const shown = (order: Order | undefined): (string | undefined)[] => {
    const items = order?.payload.body.serialData as { data: string; serialChannel: number; dataLen: number }[];
    return items.map(({ data, serialChannel }) => {
      expect(serialChannel).toBe(1);
      const frame = decode64(Buffer.from(data, "base64"));
      return "kind" in frame ? frame.reason : textOf64(frame);
    });
  };
  expect(shown(orders[0])).toEqual(["欢迎光临", "余位 120"]);
  const source = sources.find(({ name }) => name === "vzenith mqtt");
  await say("ivs_result", source?.make({ plate: mine, at: site.clock.wall(), number: 1 }) ?? "");
  await until("the read is shown", () => orders.length > 1 || undefined);
  expect(shown(orders[1])).toEqual([mine, "欢迎光临", "余位 119", `${mine}，欢迎光临`]);
  await eventually(site, "the places are shown again", () => orders.length > 2);
  expect(shown(orders[2])).toEqual(["欢迎光临", "余位 119"]);
});

test("P 06.talk: a barrier on the camera's own output is opened through its link, and what the camera answers is what is written of the order", async (context) => {
  const camera = { id: "cam-out", protocol: "vzenith-mqtt", serialno: sn, clock: "both", max_age_s: 30 };
  const exit = { camera, opener: { kind: "link", pulse_ms: 2_000 } };
  const { site, orders, say, answer } = await brokered({ protocol: "vzenith-http", serialno: serials.in }, { exit });
  const { post } = sceneAt(site);
  let nth = 0;
  const open = (): Promise<{ body: Record<string, unknown> | null }> => {
    nth += 1;
    return post("/lanes/out/open", { command: `command-000${nth}`, person: "门岗甲", reason: "救护车" });
  };
  // Never heard yet: nobody knows its topics, and nothing is kept for later.
  expect((await open()).body).toMatchObject({ gate: "not-opened", reason: "closed" });
  await say("keep_alive", keepAlive);
  await eventually(site, "it is heard", () => site.lanes().everHeard(sn));
  const pulses = site.board("out").pulses;
  expect((await open()).body).toMatchObject({ gate: "opening" });
  expect(orders.at(-1)).toMatchObject({ name: "gpio_out", payload: { body: { io: 0, value: 2, delay: 2_000 } } });
  answer(403);
  expect((await open()).body).toMatchObject({ gate: "not-opened", reason: "exception" });
  answer(0);
  const silent = open();
  await until("it is said", () => orders.length === 3 || undefined);
  await site.goOn(3_200);
  expect((await silent).body).toMatchObject({ gate: "not-opened", reason: "timeout" });
  const told = site.events("gate.refused");
  expect(told.map(({ lane, code, detail }) => [lane, code, /403/.test(detail)])).toEqual([
    ["out", "closed", false],
    ["out", "exception", true],
    ["out", "timeout", false],
  ]);
  const rows = site.journal().all<{ id: string; answer: string | null }>("SELECT id, answer FROM gate_order ORDER BY number");
  expect(rows.map((row) => row.answer)).toEqual(["closed", null, "exception", "timeout"]);
  expect(told.map(({ command }) => command)).toEqual(rows.flatMap((row) => (row.answer === null ? [] : [row.id])));
  // The board is looked at, and not pulsed as well.
  expect([site.board("out").pulses - pulses, orders.length]).toEqual([0, 3]);
  counted(context, { orders: nth, "refused or unanswered": told.length });
});

/** A camera's comet post; its answer. */
async function comet(site: ParkingSite): Promise<{ status: number; body: string }> {
  const form = new FormData();
  const said = { device_name: "R5", ipaddr: "192.0.2.9", port: "80", user_name: "admin", pass_wd: "admin", channel_num: "0" };
  for (const [name, value] of Object.entries({ ...said, serialno: serials.out })) form.set(name, value);
  const answer = await fetch(`${site.http()}/devicemanagement/php/cometpolling.php`, { method: "POST", body: form });
  return { status: answer.status, body: await answer.text() };
}

test("P 06.talk: a camera behind a translated address asks, is held, and hears of the payment when it is made", async () => {
  const camera = { id: "cam-out", protocol: "vzenith-http", serialno: serials.out, clock: "both", max_age_s: 30, display: "card-64" };
  const site = await startParkingSite({ console: true, exit: { camera }, top: { texts: { paid: { lines: ["已收 {plate}", "慢走"] } } } });
  closing.push(() => site.stop());
  const scene = sceneAt(site);
  await site.goOn(1_000);
  await scene.parks();
  site.clock.leap(150 * minute);
  expect(scene.atExit(mine, 0)).toBe("unpaid");
  const asked = comet(site);
  const answered = { is: false };
  void asked.then(() => (answered.is = true));
  await site.goOn(1_000);
  expect(answered.is).toBe(false);
  expect(await scene.pays()).toMatchObject({ status: 200 });
  const { status, body } = await asked;
  const reply = (JSON.parse(body) as { Response_AlarmInfoPlate: { info: string; serialData: { data: string }[] } }).Response_AlarmInfoPlate;
  const texts = reply.serialData.map(({ data }) => {
    const frame = decode64(Buffer.from(data, "base64"));
    return "kind" in frame ? frame.reason : textOf64(frame);
  });
  // The card is told; the gate was opened by the board, and by this answer not once more.
  expect([status, reply.info, texts]).toEqual([200, "no", [`已收 ${mine}`, "慢走"]]);
});

test("P 06.talk: a camera's own loudspeaker and screen say what is due, with the code for the phone, and that it is paid", async () => {
  const speaker = { encoding: "gbk", volume: 60 };
  const camera = {
    id: "cam-out",
    protocol: "vzenith-http",
    serialno: serials.out,
    clock: "both",
    max_age_s: 30,
    speaker,
    screen: { scene: "通行" },
  };
  const site = await startParkingSite({ console: true, exit: { camera }, payments: { page: { address: "https://pay.example" } } });
  closing.push(() => site.stop());
  const scene = sceneAt(site);
  await site.goOn(1_000);
  await scene.parks();
  site.clock.leap(150 * minute);
  const body = vendorPush({ at: site.clock.wall(), serialno: serials.out, plateid: 900, license: mine });
  const post = { path: "/devicemanagement/php/plateresult.php", contentType: "application/json", peer: "", secret: undefined };
  const told = site.lanes().push(vzenithHttp, { ...post, bytes: Buffer.from(body) });
  interface Own {
    info: string;
    serialData?: unknown;
    playserver_json_request: { voice: string; voice_volume: number };
    body: { scene_name: string; custom: string[]; qrcode_text?: string };
  }
  const own = (text: string): Own => (JSON.parse(text) as { Response_AlarmInfoPlate: Own }).Response_AlarmInfoPlate;
  const utf8 = (text: string): string => Buffer.from(text, "base64").toString();
  const gbk = (text: string): string => new TextDecoder("gbk").decode(Buffer.from(text, "base64"));
  const asked = own(told.kind === "answer" ? told.body : "");
  expect([asked.info, asked.serialData, gbk(asked.playserver_json_request.voice), asked.playserver_json_request.voice_volume]).toEqual([
    ...["no", undefined, `${mine}，请缴费4.00元`, 60],
  ]);
  expect([utf8(asked.body.scene_name), asked.body.custom.map(utf8), asked.body.qrcode_text]).toEqual([
    ...["通行", [mine, "请缴费 4.00 元"], "https://pay.example/pay/lane/out"],
  ]);
  // Its post hangs; what is paid is said in its answer, and opens nothing by itself.
  const polled = comet(site);
  await site.goOn(200);
  expect(await scene.pays()).toMatchObject({ status: 200 });
  const paid = own((await polled).body);
  expect([paid.info, gbk(paid.playserver_json_request.voice), paid.body.qrcode_text]).toEqual(["no", "已缴费，一路平安", undefined]);
});

test("P 06.talk: what is said to a camera that has hung up is not lost on it: the next post hears it", async () => {
  const clock = toldClock();
  const line = startComet(clock);
  const hungUp = new AbortController();
  const first = line.poll("cam", hungUp.signal);
  hungUp.abort();
  expect(await first).toBe("{}");
  const told: unknown[] = [];
  line.say("cam", openReply, after(clock.monotonic(), 3_000), (outcome) => told.push(outcome));
  expect(told).toEqual([]);
  expect(JSON.parse(await line.poll("cam"))).toMatchObject({ Response_AlarmInfoPlate: { info: "ok" } });
  expect(told).toEqual(["done"]);
});

test("P 06.talk: a held post is answered with nothing after its time, an opening that came too late is never sent, and none opens twice", async () => {
  const clock = toldClock();
  const line = startComet(clock);
  const told: unknown[] = [];
  const say = (within_ms: number): void =>
    line.say("cam", openReply, after(clock.monotonic(), within_ms), (outcome) => told.push(outcome === "done" ? outcome : outcome.code));
  const idle = line.poll("cam");
  clock.advance(3_000);
  expect(await idle).toBe("{}");
  // Nobody asks: it lapses, and the post that comes afterwards hears nothing of it.
  say(2_000);
  clock.advance(2_001);
  const late = line.poll("cam");
  clock.advance(3_000);
  expect([await late, told]).toEqual(["{}", ["timeout"]]);
  // One that waits is not doubled; a card's text gives way to it.
  line.say("cam", stayReply, after(clock.monotonic(), 2_000), (outcome) => told.push(outcome === "done" ? outcome : outcome.code));
  say(2_000);
  say(2_000);
  const opens = line.poll("cam");
  expect(JSON.parse(await opens)).toMatchObject({ Response_AlarmInfoPlate: { info: "ok" } });
  expect(told).toEqual(["timeout", "timeout", "impossible-value", "done"]);
  const again = line.poll("cam");
  line.stop();
  expect(await again).toBe("{}");
});

test("P 06.talk: a card on a port of its own hears what its lane's camera cannot carry; a port that fails keeps nobody", async () => {
  const written: Uint8Array[] = [];
  let opens = 0;
  const devices = {
    openSerial: async (path: string, settings: { baud: number }) => {
      opens += 1;
      if (opens === 1) throw new Error("no such port");
      expect([path, settings.baud]).toEqual(["/dev/card", 19_200]);
      return {
        write: (bytes: Uint8Array) => written.push(bytes),
        onBytes: () => undefined,
        onClose: () => undefined,
        close: () => undefined,
      };
    },
  } as unknown as Devices;
  const site = await startParkingSite({ camera: { display: "card-64", display_serial: { path: "/dev/card", baud: 19_200 } } });
  closing.push(() => site.stop());
  const { clock } = site;
  const displays = startDisplays(site.context(), { devices, comet: startComet(clock) });
  const settle = async (): Promise<void> => {
    for (let i = 0; i < 10; i += 1) await Promise.resolve();
  };
  const lane = site.lane("in").config;
  expect(displays.inAnswer(lane, { outcome: "opened", plate: mine, due: null, free: 7 })).toEqual([]);
  await settle();
  expect(written).toEqual([]);
  displays.show(lane, { outcome: "unpaid", plate: mine, due: fen(450), free: 7 });
  await settle();
  const texts = written.map((bytes) => {
    const frame = decode64(bytes);
    return "kind" in frame ? frame.reason : textOf64(frame);
  });
  expect(texts).toEqual([mine, "请缴费 4.50 元", `${mine}，请缴费4.50元`]);
  displays.stop();
});

test("texts of the site file: its own words are filled in; a price that is not known is not shown as one", () => {
  const texts = { pay: { lines: ["{plate} 应付 {due}", "电话 {phone}"], voice: "请扫码" }, idle: { lines: ["空位 {free}"] } };
  const wording = { texts, phone: "0595-8555 0000" };
  const shown = { plate: mine, due: fen(450), free: 7 };
  expect(wordsOf("exit", { outcome: "unpaid", ...shown }, wording)).toEqual({
    lines: [`${mine} 应付 4.50`, "电话 0595-8555 0000"],
    voice: "请扫码",
  });
  expect(wordsOf("exit", { outcome: "unpaid", ...shown, due: null }, wording)?.lines).toEqual([mine, "请缴费"]);
  expect(wordsOf("entry", { outcome: "idle", ...shown }, wording)).toEqual({ lines: ["空位 7"], voice: "" });
  expect(wordsOf("exit", { outcome: "paid", ...shown })?.lines).toEqual([mine, "已缴费", "一路平安"]);
});
