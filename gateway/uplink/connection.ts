// One connection to the broker, from its beginning to its end; it is never revived. mqtt.js keeps offline messages in memory, may drop them, and may
// never call back: so it is not asked to reconnect, holds nothing across connections, and every question to it, every publish and every silence has a deadline of ours.
import { connect, type IClientOptions, type MqttClient } from "mqtt";
import { after } from "#protocols/vocabulary/time.ts";
import type { Clock } from "../ports.ts";
import type { Identity } from "./identity.ts";

export interface ConnectionSettings {
  readonly url: string;
  readonly clientId: string;
  readonly username: string;
  /** With a certificate none is needed. */
  readonly password?: string | undefined;
  readonly identity?: Identity | undefined;
  readonly keepalive_s: number;
  /** Published by the broker when we vanish. */
  readonly will: { readonly topic: string; readonly payload: string };
  /** Without the first there is no connection; the others a broker may refuse, and then nothing is heard there. */
  readonly subscribe: readonly [needed: string, ...wished: string[]];
  readonly onRefused: (topic: string) => void;
  readonly clock: Clock;
  readonly within_ms: number;
  /** From a publish to the broker's PUBACK; later the link is taken for dead. */
  readonly publishWithin_ms: number;
  readonly onMessage: (topic: string, payload: Buffer) => void;
  /** Once, whatever ended it. */
  readonly onEnd: (why: End) => void;
}

export interface End {
  readonly why: string;
  /** The other side closed a link that worked: it goes down, or another took our place. */
  readonly closed: boolean;
}

export interface Connection {
  /** Resolves on PUBACK; rejects when the connection ends first. Without a PUBACK in time it ends. */
  publish(topic: string, payload: string | Uint8Array, retain?: boolean): Promise<void>;
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
    ...(settings.password === undefined ? {} : { password: settings.password }),
    ...(settings.identity === undefined
      ? {}
      : { key: settings.identity.key, cert: settings.identity.certificate, ca: settings.identity.authority, rejectUnauthorized: true }),
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
    let cancel = clock.wake(after(clock.monotonic(), within_ms), () => end(`no answer in ${within_ms} ms`));
    const end = (why: string, closed = false): void => {
      const was = state;
      if (was === "ended") return;
      state = "ended";
      cancel();
      client.end(true);
      client.stream?.destroy(); // a half-open socket does not end by being asked
      if (was === "opening") reject(new Error(why));
      else settings.onEnd({ why, closed });
    };
    /** Whoever pings every `keepalive_s` hears something at least as often; the library's own count begins anew with whatever it sends. */
    const silent_ms = settings.keepalive_s * 1500;
    let heard = clock.monotonic();
    const listen = (): void => {
      const left = heard + silent_ms - clock.monotonic();
      if (left <= 0) end(`nothing heard for ${silent_ms} ms`);
      else cancel = clock.wake(after(clock.monotonic(), left), listen);
    };
    client.on("packetreceive", () => {
      heard = clock.monotonic();
    });
    let lastError: string | undefined;
    client.on("error", (error) => {
      lastError = error.message;
      end(lastError, (error as NodeJS.ErrnoException).code === "ECONNRESET");
    });
    client.on("close", () => end(lastError ?? "closed by the other side", lastError === undefined));
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
        listen();
        const ended = (): void => {
          state = "ended";
          cancel();
        };
        resolve({ publish: publisher(client, settings, end), leave: () => leave(client, ended) });
      }),
    );
  });
}

function publisher(client: MqttClient, { clock, publishWithin_ms }: ConnectionSettings, end: (why: string) => void): Connection["publish"] {
  return (topic, payload, retain = false) =>
    new Promise((resolve, reject) => {
      // While not connected mqtt.js would take it into its memory and say nothing: refuse instead.
      if (!client.connected) return reject(new Error("not connected"));
      const late = (): void => {
        const why = `no PUBACK in ${publishWithin_ms} ms`;
        reject(new Error(why));
        end(why);
      };
      const cancel = clock.wake(after(clock.monotonic(), publishWithin_ms), late);
      client.publish(topic, typeof payload === "string" ? payload : Buffer.from(payload), { qos: 1, retain }, (error) => {
        cancel();
        if (error) reject(error);
        else resolve();
      });
    });
}

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
