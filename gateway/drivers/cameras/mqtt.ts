// Cameras that speak through a broker on the site's own network: Vzenith in both its topic layouts, and Frigate. A broker keeps nothing for us: what was said while we
// were away is told by the camera again, as a stored record, or not at all. What arrives is judged like any push; the gate is opened by the board.
import { connect, type IClientOptions } from "mqtt";
import { decodeFrigate } from "#protocols/cameras/frigate/message.ts";
import { type Command, decodeMessage, encodeCommand, readTopic, type Topic, topicOf } from "#protocols/cameras/vzenith/mqtt.ts";
import type { Undecodable } from "#protocols/vocabulary/faults.ts";
import type { Heard } from "./protocol.ts";

export interface MqttMaker {
  readonly id: "vzenith-mqtt" | "frigate-mqtt";
  readonly opensBy: "board";
  readonly topics: readonly string[];
  decode(topic: string, bytes: Uint8Array): Heard | Undecodable;
}

/** Longer than any event without pictures that a gateway must read; with pictures they stay within this as well. */
const longest = 4_000_000;

export const mqttMakers: readonly MqttMaker[] = [
  {
    id: "vzenith-mqtt",
    opensBy: "board",
    topics: ["device/+/message/up/+", "+/device/message/up/+", "device/+/message/down/+/reply", "+/device/message/down/+/reply"],
    decode(topic, bytes) {
      const said = decodeMessage(topic, bytes);
      if (said.kind === "undecodable") return said;
      if (said.kind === "plate") return { kind: "plates", reads: [said.read], pushed: bytes };
      return said.kind === "alive" || said.kind === "replied" ? said : { kind: "other", serialno: said.serialno };
    },
  },
  {
    id: "frigate-mqtt",
    opensBy: "board",
    topics: ["frigate/tracked_object_update", "frigate/events", "frigate/stats"],
    decode(topic, bytes) {
      const said = decodeFrigate(topic, bytes);
      if (said.kind === "undecodable") return said;
      if (said.kind === "alive") return { kind: "watching", serialnos: said.serialnos };
      return said.kind === "plate" ? { kind: "plates", reads: [said.read] } : { kind: "other", serialno: "" };
    },
  },
];

export interface MqttOptions {
  readonly broker: string;
  readonly clientId: string;
  readonly username?: string;
  readonly password?: string;
  readonly makers: readonly MqttMaker[];
}

export interface MqttListener {
  onHeard(maker: MqttMaker, said: Heard): void;
  onRefused(why: string): void;
  onLink(up: boolean): void;
}

/** Strangers on the broker do not fill the memory. */
const mostDevices = 256;

export interface MqttLink {
  /** false: it cannot be said now, and is not kept. */
  command(command: Command): boolean;
  stop(): void;
}

/** Listens until it is stopped; the client finds its broker again by itself. A retained message is an old one, and is not taken. */
export function listenMqtt(options: MqttOptions, { onHeard, onRefused, onLink }: MqttListener): MqttLink {
  const { broker, clientId, username, password, makers } = options;
  const settings: IClientOptions = {
    clientId,
    clean: true,
    keepalive: 15,
    reconnectPeriod: 1_000,
    connectTimeout: 5_000,
    protocolVersion: 4,
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
  };
  const client = connect(broker, settings);
  const layouts = new Map<string, Topic["layout"]>();
  client.on("error", () => undefined); // told by onLink, and tried again
  client.on("connect", () => {
    onLink(true);
    client.subscribe(
      makers.flatMap(({ topics }) => topics),
      { qos: 1 },
      (error) => {
        if (error) onRefused(`the broker refuses the cameras' topics: ${error.message}`);
      },
    );
  });
  client.on("close", () => onLink(false));
  client.on("message", (topic, payload, packet) => {
    if (packet.retain) return onRefused("a retained message is an old one");
    if (payload.length > longest) return onRefused("a message is too long");
    const place = readTopic(topic);
    if (place !== undefined && (layouts.has(place.sn) || layouts.size < mostDevices)) layouts.set(place.sn, place.layout);
    const maker = makers.find(({ topics }) => topics.some((filter) => fits(filter, topic)));
    if (maker === undefined) return;
    const said = maker.decode(topic, payload);
    if (said.kind === "undecodable") onRefused(said.reason);
    else onHeard(maker, said);
  });
  return {
    command(command) {
      const layout = layouts.get(command.sn);
      // A device that was never heard has no layout, and a broker that is away keeps nothing for later.
      if (layout === undefined || !client.connected) return false;
      client.publish(topicOf({ layout, sn: command.sn, direction: "down", name: command.name }), encodeCommand(command), { qos: 1 });
      return true;
    },
    stop: () => void client.end(true),
  };
}

/** Filters here hold no "#". */
function fits(filter: string, topic: string): boolean {
  const [wanted, given] = [filter.split("/"), topic.split("/")];
  return wanted.length === given.length && wanted.every((part, i) => part === "+" || part === given[i]);
}
