// What each party may do, as pure rules. undefined: allowed; otherwise the reason, a word that stands in the log.
import { acknowledgementTopic, commandTopic, configTopic, type GatewayAddress, readTopic } from "#protocols/uplink/topics.ts";
import type { Party } from "./accounts.ts";

/** No wildcard, slash or NUL; what Debian's and other common clients call themselves fits. */
export const clientIdPattern = /^[A-Za-z0-9][A-Za-z0-9_.|-]{0,63}$/;
const ours = "cuobian/v1/";
export const deepest = 8;
const longestTopic = 256;
/** Retained messages live in memory for as long as the broker. */
const largestStatus = 4096;
/** Behind a connection that says nothing for longer, a gateway is not online. */
const longestKeepalive_s = 120;

/** What the cloud says and a gateway only hears. */
const fromCloud: ReadonlySet<string> = new Set(["acknowledgement", "command", "config"]);

export interface Publication {
  readonly topic: string;
  readonly qos: number;
  readonly retain: boolean;
  readonly bytes: number;
}

export function refusePublish(party: Party, { topic, qos, retain, bytes }: Publication): string | undefined {
  if (party.kind === "observer") return "observers-only-listen";
  if (!wellFormed(topic) || /[+#]/.test(topic)) return "topic";
  const read = readTopic(topic);
  const own = read !== undefined && read.site === party.address?.site && read.gateway === party.address.gateway;
  if (party.kind === "gateway" && (!own || fromCloud.has(read.kind))) return "not-its-topic";
  // A QoS 2 message waits in memory until its sender releases it.
  if (qos > 1) return "qos-2";
  if (retain && read?.kind !== "status") return "retained";
  if (read?.kind === "status" && bytes > largestStatus) return "status-too-large";
  return undefined;
}

export function refuseSubscribe(party: Party, filter: string): string | undefined {
  // $share would be granted and then deliver nothing; $SYS tells about others.
  if (filter.startsWith("$")) return "reserved";
  if (!wellFormed(filter)) return "topic";
  if (
    party.address !== undefined &&
    ![acknowledgementTopic, commandTopic, configTopic].some((of) => of(party.address as GatewayAddress) === filter)
  )
    return "not-its-topic";
  return undefined;
}

const wellFormed = (topic: string): boolean =>
  topic.startsWith(ours) && topic.length <= longestTopic && topic.split("/").length <= deepest && !topic.includes("\u0000");

export interface Greeting {
  readonly clientId: string;
  readonly clean: boolean;
  readonly keepalive: number;
  readonly will: Publication | undefined;
}

/** CONNACK return codes of MQTT 3.1.1, table 3.1. */
export const connack = { identifierRejected: 2, badCredentials: 4, notAuthorized: 5 } as const;

export interface Refused {
  readonly code: (typeof connack)[keyof typeof connack];
  readonly reason: string;
}

/** Before any name is known: what no client may ask. */
export function refuseGreeting({ clientId, clean, keepalive }: Greeting): Refused | undefined {
  // MQTT 3.1.1, 3.1.3-7: without a name, but with a clean session, the broker gives one (mosquitto_sub comes so).
  if (!clientIdPattern.test(clientId) && !(clientId === "" && clean))
    return { code: connack.identifierRejected, reason: clientId === "" ? "no-client-id" : "client-id" };
  // A persistent session queues without bound for somebody who may never come back.
  if (!clean) return { code: connack.notAuthorized, reason: "persistent-session" };
  if (keepalive < 1 || keepalive > longestKeepalive_s) return { code: connack.notAuthorized, reason: "keepalive" };
  return undefined;
}

/** With a name: a last will is a publication, and a gateway's client id is nobody else's, or anyone could push it out. */
export function refuseParty(party: Party, { clientId, will }: Greeting, isGateway: (name: string) => boolean): Refused | undefined {
  const foreign = isGateway(clientId)
    ? clientId !== party.username
    : party.kind === "gateway" && !clientId.startsWith(`${party.username}-`);
  if (foreign) return { code: connack.identifierRejected, reason: "client-id-of-another" };
  const reason = will === undefined ? undefined : party.kind === "gateway" ? refuseWill(party, will) : refusePublish(party, will);
  return reason === undefined ? undefined : { code: connack.notAuthorized, reason: `will-${reason}` };
}

function refuseWill(party: Party, will: Publication): string | undefined {
  return readTopic(will.topic)?.kind === "status" ? refusePublish(party, will) : "not-its-status";
}
