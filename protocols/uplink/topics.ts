// Where each message travels. MQTT 3.1.1 carries no expiry, correlation or content type: those stand in the payload.
import { isId, type Stream, streams } from "#protocols/vocabulary/ids.ts";

const root = "cuobian/v1";

export interface GatewayAddress {
  readonly site: string;
  readonly gateway: string;
}

/** The whole table; docs/reference/mqtt.md is generated from it. `{class}` is one of urgent, money, state, bulk. */
export const topicTable = [
  {
    name: "up",
    pattern: `${root}/{site}/{gateway}/up/{class}`,
    from: "gateway",
    qos: 1,
    retain: false,
    payload: "event batch (JSON); class bulk: InfluxDB line protocol behind one comment line",
  },
  {
    name: "frame",
    pattern: `${root}/{site}/{gateway}/frame`,
    from: "gateway",
    qos: 1,
    retain: false,
    payload: "part of a picture of a read that needed a person: one line of JSON, then its bytes; not acknowledged by the cloud",
  },
  {
    name: "acknowledgement",
    pattern: `${root}/{site}/{gateway}/ack`,
    from: "cloud",
    qos: 1,
    retain: false,
    payload: "acknowledgement (JSON)",
  },
  {
    name: "command",
    pattern: `${root}/{site}/{gateway}/command`,
    from: "cloud",
    qos: 1,
    retain: false,
    payload: "signed command (JSON); the cloud says it again until it is received or has expired",
  },
  {
    name: "config",
    pattern: `${root}/{site}/{gateway}/config`,
    from: "cloud",
    qos: 1,
    retain: false,
    payload: "signed document (JSON); the cloud says it again until the gateway took it or refused it",
  },
  {
    name: "status",
    pattern: `${root}/{site}/{gateway}/status`,
    from: "gateway",
    qos: 1,
    retain: true,
    payload: "online | offline (JSON); the broker publishes offline by last will",
  },
] as const;

const prefix = ({ site, gateway }: GatewayAddress): string => {
  if (!isId(site) || !isId(gateway)) throw new RangeError(`not an id: ${site} / ${gateway}`);
  return `${root}/${site}/${gateway}`;
};

export const upTopic = (address: GatewayAddress, stream: Stream): string => `${prefix(address)}/up/${stream}`;
export const frameTopic = (address: GatewayAddress): string => `${prefix(address)}/frame`;
export const acknowledgementTopic = (address: GatewayAddress): string => `${prefix(address)}/ack`;
export const commandTopic = (address: GatewayAddress): string => `${prefix(address)}/command`;
export const configTopic = (address: GatewayAddress): string => `${prefix(address)}/config`;
export const statusTopic = (address: GatewayAddress): string => `${prefix(address)}/status`;

export const everyUpTopic = `${root}/+/+/up/+`;
export const everyFrameTopic = `${root}/+/+/frame`;
export const everyStatusTopic = `${root}/+/+/status`;

export type ReadTopic =
  | ({ readonly kind: "up"; readonly stream: Stream } & GatewayAddress)
  | ({ readonly kind: "frame" | "acknowledgement" | "command" | "config" | "status" } & GatewayAddress);

/** undefined when the topic is none of ours. */
export function readTopic(topic: string): ReadTopic | undefined {
  const parts = topic.split("/");
  const [first, version, site = "", gateway = "", kind, stream, ...rest] = parts;
  if (first !== "cuobian" || version !== "v1" || !isId(site) || !isId(gateway) || rest.length > 0) return undefined;
  if (kind === "up" && streams.includes(stream as Stream)) return { kind: "up", stream: stream as Stream, site, gateway };
  if (stream !== undefined) return undefined;
  if (kind === "frame") return { kind: "frame", site, gateway };
  if (kind === "ack") return { kind: "acknowledgement", site, gateway };
  if (kind === "command") return { kind: "command", site, gateway };
  if (kind === "config") return { kind: "config", site, gateway };
  if (kind === "status") return { kind: "status", site, gateway };
  return undefined;
}
