// One connection to the broker, from its beginning to its end; it is never revived. mqtt.js keeps offline messages in memory, may drop them, and may
// never call back: so it is not asked to reconnect, holds nothing across connections, and every question to it has a deadline of ours.
import { connect, type IClientOptions, type MqttClient } from "mqtt";
import { after } from "#protocols/vocabulary/time.ts";
import type { Clock } from "../ports.ts";

export interface ConnectionSettings {
  readonly url: string;
  readonly clientId: string;
  readonly username: string;
  readonly password: string;
  readonly keepalive_s: number;
  /** Published by the broker when we vanish. */
  readonly will: { readonly topic: string; readonly payload: string };
  /** Without the first there is no connection; the others a broker may refuse, and then nothing is heard there. */
  readonly subscribe: readonly [needed: string, ...wished: string[]];
  readonly onRefused: (topic: string) => void;
  readonly clock: Clock;
  readonly within_ms: number;
  readonly onMessage: (topic: string, payload: Buffer) => void;
  /** Once, whatever ended it. */
  readonly onEnd: (why: string) => void;
}

export interface Connection {
  /** Resolves on PUBACK; rejects when the connection ends first. No deadline: that is the caller's. */
  publish(topic: string, payload: string, retain?: boolean): Promise<void>;
  /** At once, without good-bye: `onEnd` follows. */
  drop(why: string): void;
  /** Says good-bye: the broker keeps the last will to itself. */
  leave(): Promise<void>;
}

/** Resolves when subscribed; rejects with words, and then `onEnd` is not called. */
export function openConnection(settings: ConnectionSettings): Promise<Connection> {
  const { clock, within_ms, will } = settings;
  const options: IClientOptions = {
    protocolVersion: 4,
    clean: true,
    clientId: settings.clientId,
    username: settings.username,
    password: settings.password,
    keepalive: settings.keepalive_s,
    reconnectPeriod: 0,
    connectTimeout: within_ms,
    queueQoSZero: false,
    resubscribe: false,
    will: { topic: will.topic, payload: Buffer.from(will.payload), qos: 1, retain: true },
  };
  const client = connect(settings.url, options);
  return new Promise((resolve, reject) => {
    let state: "opening" | "open" | "ended" = "opening";
    const cancel = clock.wake(after(clock.monotonic(), within_ms), () => end(`no answer in ${within_ms} ms`));
    const end = (why: string): void => {
      const was = state;
      if (was === "ended") return;
      state = "ended";
      cancel();
      client.end(true);
      client.stream?.destroy(); // a half-open socket does not end by being asked
      if (was === "opening") reject(new Error(why));
      else settings.onEnd(why);
    };
    let lastError = "connection closed";
    client.on("error", (error) => {
      lastError = error.message;
      end(lastError);
    });
    client.on("close", () => end(lastError));
    client.on("message", (topic, payload) => settings.onMessage(topic, payload));
    client.once("connect", () =>
      client.subscribe([...settings.subscribe], { qos: 1 }, (error, granted) => {
        if (state !== "opening") return;
        const refused = (granted ?? []).filter((grant) => grant.qos > 2).map((grant) => grant.topic);
        const [needed] = settings.subscribe;
        if (error || refused.includes(needed)) return end(`subscription refused: ${error?.message ?? needed}`);
        for (const topic of refused) settings.onRefused(topic);
        cancel();
        state = "open";
        resolve({ publish: publisher(client), drop: end, leave: () => leave(client, () => (state = "ended")) });
      }),
    );
  });
}

const publisher =
  (client: MqttClient): Connection["publish"] =>
  (topic, payload, retain = false) =>
    new Promise((resolve, reject) => {
      // While not connected mqtt.js would take it into its memory and say nothing: refuse instead.
      if (!client.connected) return reject(new Error("not connected"));
      client.publish(topic, payload, { qos: 1, retain }, (error) => (error ? reject(error) : resolve()));
    });

function leave(client: MqttClient, ended: () => void): Promise<void> {
  ended();
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      client.stream?.destroy();
      resolve();
    }, 1000);
    client.end(false, {}, () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
