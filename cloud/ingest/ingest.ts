// The cloud as a client of the broker, the embedded one or an external one: hears every gateway, answers with acknowledgements.
import { connectAsync, type IClientOptions, type MqttClient } from "mqtt";
import { acknowledgementTopic, everyFrameTopic, everyStatusTopic, everyUpTopic } from "#protocols/uplink/topics.ts";
import { WorkLanes } from "./lanes.ts";
import type { Rooms } from "./rooms.ts";
import { type Answer, takeMessage } from "./take-message.ts";

export interface BrokerAccount {
  readonly url: string;
  readonly username: string;
  readonly password: string;
  readonly clientId: string;
  /** Name of a shared subscription, where several of us divide the work. */
  readonly share?: string;
}

export interface IngestCounts {
  received: number;
  acknowledged: number;
  dropped: number;
  failed: number;
}

export interface Ingest {
  readonly counts: Readonly<IngestCounts>;
  connected(): boolean;
  waiting(): number;
  /** To a gateway, by the same connection. Rejects when the broker does not take it in time: say it again. */
  publish(topic: string, payload: string): Promise<void>;
  stop(): Promise<void>;
}

const laneLimits = { messages: 64, bytes: 64 * 1024 * 1024 };
/** An acknowledgement that the broker does not take by then is lost; the gateway's repeat brings another. */
const publishDeadlineMs = 10_000;

export async function startIngest(rooms: Rooms, account: BrokerAccount): Promise<Ingest> {
  const counts: IngestCounts = { received: 0, acknowledged: 0, dropped: 0, failed: 0 };
  const lanes = new WorkLanes(laneLimits);
  const client = await connectAsync(account.url, options(account), true);
  client.on("error", (error) => rooms.log.warn({ err: error }, "broker connection"));
  client.on("close", () => rooms.log.info("broker connection closed"));
  client.on("message", (topic, payload) => {
    counts.received += 1;
    const heard = performance.now();
    const taken = lanes.push(topic, payload.length, () => takeAndAnswer(rooms, { client, counts, topic, payload, heard }));
    if (!taken) {
      counts.dropped += 1;
      rooms.log.warn({ topic }, "too much is waiting: message dropped, it will be sent again");
    }
  });
  const shared = { [sharedTopic(account, everyUpTopic)]: { qos: 1 }, [sharedTopic(account, everyFrameTopic)]: { qos: 1 } } as const;
  const subscribed = await client.subscribeAsync({ ...shared, [everyStatusTopic]: { qos: 1 } });
  if (subscribed.some((grant) => grant.qos === 128))
    throw new Error("云端账号无权订阅上行主题 / the broker refuses the cloud's account its subscriptions: grant it cuobian/v1/#");
  return {
    counts,
    connected: () => client.connected,
    waiting: () => lanes.length,
    publish: (topic, payload) => publish(client, topic, payload),
    async stop() {
      client.removeAllListeners("message");
      await lanes.settled();
      await client.endAsync(true);
    },
  };
}

/** Events go to one of us; a gateway's status, which is retained, to each. */
const sharedTopic = ({ share }: BrokerAccount, topic: string): string => (share === undefined ? topic : `$share/${share}/${topic}`);

function options({ username, password, clientId }: BrokerAccount): IClientOptions {
  return {
    username,
    password,
    clientId,
    clean: true,
    protocolVersion: 4,
    // A broker elsewhere that has fallen silent is noticed in half as much again: all gateways wait for our answers meanwhile.
    keepalive: 10,
    reconnectPeriod: 1_000,
    connectTimeout: 10_000,
    queueQoSZero: false,
    resubscribe: true,
  };
}

interface Delivery {
  readonly client: MqttClient;
  readonly counts: IngestCounts;
  readonly topic: string;
  readonly payload: Buffer;
  /** When it came, by the monotonic clock. */
  readonly heard: number;
}

async function takeAndAnswer(rooms: Rooms, { client, counts, topic, payload, heard }: Delivery): Promise<void> {
  let answer: Answer;
  try {
    answer = await takeMessage(rooms, topic, payload);
  } catch (error) {
    counts.failed += 1;
    rooms.log.error({ err: error, topic }, "a store is in trouble: nothing is acknowledged");
    return;
  }
  if (answer === undefined) return;
  // Not awaited by the lane: an acknowledgement that hangs must not hold up the next batch.
  const acknowledgement = { ...answer.acknowledgement, at: rooms.now(), took_ms: Math.round(performance.now() - heard) };
  publish(client, acknowledgementTopic(answer.to), JSON.stringify(acknowledgement)).then(
    () => {
      counts.acknowledged += 1;
    },
    (error: unknown) => rooms.log.warn({ err: error, topic }, "acknowledgement not delivered"),
  );
}

async function publish(client: MqttClient, topic: string, payload: string): Promise<void> {
  // Offline, the library would keep it in memory and send it at some later time: it is the gateway's repeat that will ask again.
  if (!client.connected) throw new Error("not connected");
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not taken within ${publishDeadlineMs} ms`)), publishDeadlineMs);
    // What is on its way when we are ended is nobody's to wait for.
    timer.unref();
  });
  try {
    await Promise.race([client.publishAsync(topic, payload, { qos: 1 }), deadline]);
  } finally {
    clearTimeout(timer);
  }
}
