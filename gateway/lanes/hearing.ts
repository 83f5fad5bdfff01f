// Cameras that do not push over HTTP: those that speak through the site's broker, and those that are called. What they say is judged like any push.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Command } from "#protocols/cameras/vzenith/mqtt.ts";
import type { LaneConfig } from "../config/schema.ts";
import { type CalledMaker, callCamera, calledMakers } from "../drivers/cameras/called.ts";
import { deviceHttp } from "../drivers/cameras/device-http.ts";
import { type KeptCamera, keptCamera, keptMakers } from "../drivers/cameras/kept.ts";
import { listenMqtt, type MqttLink, mqttMakers } from "../drivers/cameras/mqtt.ts";
import type { Heard } from "../drivers/cameras/protocol.ts";
import type { SiteContext } from "../site-context.ts";
import { machineDevices } from "../world/devices.ts";
import { keepClocks } from "./camera-clocks.ts";
import type { Cameras } from "./cameras.ts";
import type { CardFrame } from "./display.ts";
import type { Displays } from "./displays.ts";
import { keepLists } from "./lists.ts";
import { keepReadLists } from "./read-lists.ts";

interface Hearing {
  stop(): void;
}

interface Hearers extends Hearing {
  /** A second has passed. */
  tick(): void;
}

const usualPort: Readonly<Record<CalledMaker, number>> = { "vzenith-tcp": 8131, "hikvision-stream": 80 };

/** One that cannot be heard is said, and costs the others nothing. */
export function hearCameras(context: SiteContext, cameras: Cameras, displays: Displays): Hearers {
  const { config, folder, log, clock, chance } = context;
  const read = (path: string): string => readFileSync(resolve(folder, path), "utf8").trim();
  const hear = (protocol: string, said: Heard): void => {
    try {
      cameras.heard(protocol, said);
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
          onHeard: ({ id }, said) => (said.kind === "replied" ? lists.replied(said) : hear(id, said)),
          onRefused,
          onLink: (up) => log.info({ up }, "the cameras' broker"),
        },
      );
      say = link.command;
      for (const { id, camera } of config.lanes)
        if (camera.protocol === "vzenith-mqtt") displays.through(id, (frames) => say(cardCommand(camera.serialno, frames)));
      return link;
    });
  for (const { id: lane, camera } of config.lanes) {
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
      const link = callCamera({ maker, serialno, host, port, ...account }, { clock, devices: machineDevices(), onHeard, onRefused });
      if (maker === "vzenith-tcp") displays.through(lane, (frames) => frames.every(({ data }) => link.card(data)));
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
