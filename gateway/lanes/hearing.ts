// Cameras that do not push over HTTP: those that speak through the site's broker, and those that are called. What they say is judged like any push.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { type Command, pulseBody } from "#protocols/cameras/vzenith/mqtt.ts";
import type { LaneConfig } from "../config/schema.ts";
import { type CalledMaker, callCamera, calledMakers } from "../drivers/cameras/called.ts";
import { deviceHttp } from "../drivers/cameras/device-http.ts";
import { type KeptCamera, keptCamera, keptMakers } from "../drivers/cameras/kept.ts";
import { listenMqtt, type MqttLink, mqttMakers } from "../drivers/cameras/mqtt.ts";
import type { Heard } from "../drivers/cameras/protocol.ts";
import type { SiteContext } from "../site-context.ts";
import { machineDevices } from "../world/devices.ts";
import { keepClocks } from "./camera-clocks.ts";
import type { CameraOrders } from "./camera-orders.ts";
import type { Cameras } from "./cameras.ts";
import type { CardFrame } from "./display.ts";
import type { Displays } from "./displays.ts";
import type { Frames } from "./frames.ts";
import { keepLists } from "./lists.ts";
import { keepReadLists } from "./read-lists.ts";

interface Hearing {
  stop(): void;
}

interface Hearers extends Hearing {
  /** A second has passed. */
  tick(): void;
}

/** As long as such cameras' relays are held where they open barriers. */
const usualPulse_ms = 1_500;
const pulseOf = (opener: LaneConfig["opener"]): number => (opener?.kind === "link" ? opener.pulse_ms : undefined) ?? usualPulse_ms;

const usualPort: Readonly<Record<CalledMaker, number>> = { "vzenith-tcp": 8131, "hikvision-stream": 80 };

/** One that cannot be heard is said, and costs the others nothing. */
export function hearCameras(
  context: SiteContext,
  cameras: Cameras,
  { displays, frames, orders }: { readonly displays: Displays; readonly frames: Pick<Frames, "arrived">; readonly orders: CameraOrders },
): Hearers {
  const { config, folder, log, clock, chance } = context;
  const read = (path: string): string => readFileSync(resolve(folder, path), "utf8").trim();
  const hear = (protocol: string, said: Heard): void => {
    try {
      const { frame } = cameras.heard(protocol, said);
      const pushed = said.kind === "picture" ? said.bytes : said.kind === "plates" ? said.pushed : undefined;
      // Whatever else waits is decided first; then the picture is looked for.
      if (frame !== undefined && pushed !== undefined) setImmediate(() => void frames.arrived(frame, pushed));
    } catch (error) {
      log.error({ error: String(error) }, "a camera's message was not written: it opens nothing");
    }
  };
  const onRefused = (reason: string): void => log.warn({ reason }, "a camera's message was not taken");
  let say: MqttLink["command"] = () => false;
  const lists = keepLists(context, (command) => say(command));
  /** In the members of the maker's own HTTP answer; its MQTT document names the command and no other ones. */
  const cardCommand = (sn: string, frames: readonly CardFrame[]): Command => ({
    ...{ id: chance.id(), sn, name: "serial_data", timestamp_s: Math.floor(clock.wall() / 1000) },
    body: {
      serialData: frames.map(({ port, data }) => ({
        serialChannel: port,
        data: Buffer.from(data).toString("base64"),
        dataLen: data.length,
      })),
    },
  });
  const openCommand = (sn: string, id: string, pulse_ms: number): Command => ({
    ...{ id, sn, name: "gpio_out", timestamp_s: Math.floor(clock.wall() / 1000) },
    body: pulseBody("open", pulse_ms),
  });
  const replied = (said: Extract<Heard, { kind: "replied" }>): void => {
    lists.replied(said);
    const { serialno, id, code } = said;
    orders.answered(serialno, { id, ok: code === 200, words: `the camera answered ${code}` });
  };
  const started: Hearing[] = [];
  const attempt = (camera: string, begin: () => Hearing): void => {
    try {
      started.push(begin());
    } catch (error) {
      log.error({ camera, error: String(error) }, "the camera is not heard: see its words in the site file");
    }
  };

  const makers = mqttMakers.filter(({ id }) => config.lanes.some(({ camera }) => camera.protocol === id));
  if (makers.length > 0)
    attempt("mqtt", () => {
      const at = config.camera_broker;
      if (at === undefined) throw new Error("the site file names no camera_broker");
      const { broker, username } = at;
      const password = at.password_file === undefined ? {} : { password: read(at.password_file) };
      const link = listenMqtt(
        { broker, clientId: `cuobian-${config.gateway}-cameras`, makers, ...(username === undefined ? {} : { username }), ...password },
        {
          onHeard: ({ id }, said) => (said.kind === "replied" ? replied(said) : hear(id, said)),
          onRefused,
          onLink: (up) => log.info({ up }, "the cameras' broker"),
        },
      );
      say = link.command;
      for (const { id, camera, opener } of config.lanes) {
        if (camera.protocol !== "vzenith-mqtt") continue;
        displays.through(id, (frames) => say(cardCommand(camera.serialno, frames)));
        orders.through(camera.serialno, (name) => say(openCommand(camera.serialno, name, pulseOf(opener))));
      }
      return link;
    });
  for (const { id: lane, camera, opener } of config.lanes) {
    const maker = calledMakers.find((one) => one === camera.protocol);
    if (maker === undefined) continue;
    attempt(camera.id, () => {
      if (camera.address === undefined) throw new Error("it is called, and has no address");
      const account =
        camera.user === undefined || camera.password_file === undefined
          ? {}
          : { account: { user: camera.user, password: read(camera.password_file) } };
      const { serialno, address: host, port = usualPort[maker] } = camera;
      const onHeard = (said: Heard): void => hear(maker, said);
      const onOpened = (ok: boolean): void => orders.answered(serialno, { ok, words: "the camera refused the order (ioctl)" });
      const world = { clock, devices: machineDevices(), onHeard, onRefused, onOpened };
      const link = callCamera({ maker, serialno, host, port, ...account }, world);
      if (maker === "vzenith-tcp") {
        displays.through(lane, (frames) => frames.every(({ data }) => link.card(data)));
        orders.through(serialno, () => link.open(pulseOf(opener)));
      }
      return link;
    });
  }
  const kept: { lane: LaneConfig; camera: KeptCamera }[] = [];
  for (const lane of config.lanes) {
    const { protocol, address, port = 80, user, password_file } = lane.camera;
    const make = keptMakers[protocol];
    if (make === undefined || address === undefined || user === undefined || password_file === undefined) continue;
    attempt(lane.camera.id, () => {
      const host = address.includes(":") ? `[${address}]` : address;
      const ask = deviceHttp({ base: `http://${host}:${port}`, account: { user, password: read(password_file) }, clock });
      kept.push({ lane, camera: keptCamera(make, ask) });
      return { stop: () => undefined };
    });
  }
  const [readLists, clocks] = [keepReadLists(context, kept), keepClocks(context, kept)];
  return {
    tick() {
      lists.tick();
      readLists.tick();
      clocks.tick();
    },
    stop: () => {
      for (const one of started) one.stop();
    },
  };
}
