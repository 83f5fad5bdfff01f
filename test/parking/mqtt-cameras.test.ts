// Cameras that speak through a broker: Vzenith in both its layouts, and Frigate; a real broker, a real lane. Fresh opens once; again, late, retained, foreign and broken open nothing.
import { type AddressInfo, createServer, type Server } from "node:net";
import { Aedes } from "aedes";
import { connect, type MqttClient } from "mqtt";
import { afterEach, expect, test } from "vitest";
import { type Seen, sources } from "#protocols/cameras/sources-for-tests.ts";
import { wall } from "#protocols/vocabulary/time.ts";
import { type ParkingSite, startParkingSite } from "../world/parking-site.ts";
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
