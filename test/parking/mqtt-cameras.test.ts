// Cameras that speak through a broker: Vzenith in both its layouts, and Frigate; a real broker, a real lane. Fresh opens once; again, late, retained, foreign and broken open nothing.
import { type AddressInfo, createServer, type Server } from "node:net";
import { Aedes } from "aedes";
import { connect, type MqttClient } from "mqtt";
import { afterEach, expect, test } from "vitest";
import { newestExceptions } from "#gateway/lanes/exceptions.ts";
import { type Seen, sources } from "#protocols/cameras/sources-for-tests.ts";
import { wall } from "#protocols/vocabulary/time.ts";
import { type ParkingSite, startParkingSite } from "../world/parking-site.ts";
import { jpeg } from "../world/pictures.ts";
import { until } from "../world/program.ts";
import { mine } from "./at-the-lane.ts";

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

interface Scene {
  readonly site: ParkingSite;
  say(seen: Partial<Seen>, how?: { topic?: string; retain?: true; bytes?: Uint8Array }): Promise<void>;
}

const serials = { "vzenith mqtt": "fe71e106-57263272", frigate: "driveway_cam" } as const;
const protocols = { "vzenith mqtt": "vzenith-mqtt", frigate: "frigate-mqtt" } as const;

async function begin(name: keyof typeof serials, topic: string): Promise<Scene> {
  const aedes = await Aedes.createBroker();
  const server: Server = createServer(aedes.handle);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push(() => new Promise<void>((resolve) => aedes.close(() => server.close(() => resolve()))));
  const broker = `mqtt://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const camera: MqttClient = connect(broker, { reconnectPeriod: 0 });
  closing.push(() => void camera.end(true));
  let ears = 0;
  aedes.on("subscribe", () => {
    ears += 1;
  });
  const site = await startParkingSite({ broker, camera: { protocol: protocols[name], serialno: serials[name] } });
  closing.push(() => site.stop());
  await until("the gateway listens", () => ears > 0 || undefined);
  await site.goOn(1_000);
  const source = sources.find((one) => one.name === name);
  const say: Scene["say"] = (seen, how = {}) => {
    const bytes = how.bytes ?? source?.make({ plate: mine, at: site.clock.wall(), number: 1, ...seen }) ?? new Uint8Array();
    return new Promise((resolve, reject) =>
      camera.publish(how.topic ?? topic, Buffer.from(bytes), { qos: 1, retain: how.retain ?? false }, (error) =>
        error ? reject(error) : resolve(),
      ),
    );
  };
  return { site, say };
}

test.each([
  ["vzenith mqtt", "device/fe71e106-57263272/message/up/ivs_result"],
  ["vzenith mqtt", "fe71e106-57263272/device/message/up/ivs_result"],
  ["frigate", "frigate/tracked_object_update"],
] as const)("%s at %s: a lane opens by its board, once, and by nothing that is old, foreign or broken", async (name, topic) => {
  const { site, say } = await begin(name, topic);
  const count = (table: string): number => site.journal().get<{ n: number }>(`SELECT count(*) AS n FROM ${table}`)?.n ?? -1;
  // None of these: too old, from the future, retained by the broker, no JSON; and for Vzenith another device.
  await say({ number: 2, at: wall(site.clock.wall() - 120_000) });
  await say({ number: 3, at: wall(site.clock.wall() + 3_600_000) });
  await say({}, { bytes: new TextEncoder().encode("[".repeat(100_000)) });
  if (name === "vzenith mqtt") await say({ number: 4 }, { topic: topic.replace("fe71e106", "00000000") });
  await until("what is refused was heard", () => count("camera_read") === 2 || undefined);
  expect([count("visit"), site.board("in").pulses]).toEqual([0, 0]);

  await say({});
  await until("the visit", () => count("visit") === 1 || undefined);
  await site.goOn(400);
  expect(site.board("in").pulses).toBe(1);
  for (let again = 0; again < 3; again += 1) await say({});
  await say({ number: 5 });
  await until("the last one was heard", () => count("camera_read") === 4 || undefined);
  expect([count("visit"), site.events("visit.opened").length]).toEqual([1, 1]);
});

test("P 06.frame: a first result without a plate calls a person; the whole one, under the same name, brings the picture, and opens when it is read after all", async () => {
  const up = (name: string) => `device/fe71e106-57263272/message/up/${name}`;
  const { site, say } = await begin("vzenith mqtt", up("ivs_result"));
  const picture = jpeg(30_000);
  const told = (license: string, number: number, more: object = {}) => {
    const source = sources.find(({ name }) => name === "vzenith mqtt");
    const message = JSON.parse(Buffer.from(source?.make({ plate: license, at: site.clock.wall(), number }) ?? []).toString()) as {
      payload: { AlarmInfoPlate: { result: { PlateResult: object } } };
    };
    Object.assign(message.payload.AlarmInfoPlate.result.PlateResult, more);
    return new TextEncoder().encode(JSON.stringify(message));
  };
  await say({}, { topic: up("quick_ivs_result"), bytes: told("_无_", 7) });
  const frameNow = () => newestExceptions(site.journal(), 1)[0]?.frame ?? "";
  await until("a person is called", () => frameNow() !== "" || undefined);
  await say({}, { bytes: told("_无_", 7, { full_image_content: Buffer.from(picture).toString("base64"), small_image_content: "" }) });
  await until("the picture is kept", () => site.lanes().frames.has(frameNow()) || undefined);
  expect(Buffer.from(site.lanes().frames.bytes(frameNow()) ?? []).equals(picture)).toBe(true);
  expect(site.events("visit.opened")).toEqual([]);
  // Read after all, under the same name: no repeat.
  await say({}, { bytes: told(mine, 7) });
  await until("the visit", () => site.events("visit.opened").length === 1 || undefined);
  for (let again = 0; again < 2; again += 1) await say({}, { bytes: told(mine, 7) });
  await say({ number: 8, plate: "_无_" });
  await until("all is heard", () => newestExceptions(site.journal(), 5).length >= 1 || undefined);
  expect(site.events("visit.opened").length).toBe(1);
});

test("a message that the broker has kept for newcomers is old, whatever it says", async () => {
  const topic = "frigate/tracked_object_update";
  const { site, say } = await begin("frigate", topic);
  await say({ number: 9 }, { retain: true });
  await until("live, it is taken", () => site.events("visit.opened").length === 1 || undefined);
  await site.restart(1_000);
  await new Promise((resolve) => setImmediate(resolve));
  await site.goOn(2_000);
  expect(site.journal().get("SELECT count(*) AS n FROM camera_read")).toEqual({ n: 1 });
});
