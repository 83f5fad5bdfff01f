// A tiny cloud for the uplink's tests: a real broker (aedes) and one subscriber that keeps what it was sent and acknowledges as it is told to.

import { type AddressInfo, createServer, type Server, Socket } from "node:net";
import { Aedes } from "aedes";
import { connect, type MqttClient } from "mqtt";
import type { EventBatch, WireEvent } from "#protocols/uplink/envelope.ts";
import { decodeTelemetry } from "#protocols/uplink/telemetry.ts";
import { acknowledgementTopic, everyStatusTopic, everyUpTopic, readTopic } from "#protocols/uplink/topics.ts";
import type { Stream } from "#protocols/vocabulary/ids.ts";

export interface Received {
  readonly stream: Stream;
  readonly epoch: string;
  readonly seq: number;
  /** A gap record stands for all numbers from here. */
  readonly first: number;
  readonly content: string;
  readonly historical: boolean;
}

export interface AcknowledgingCloud {
  readonly url: string;
  readonly port: number;
  /** Every arrival, repeats too, in order. */
  readonly arrivals: Received[];
  /** Each key's first content: what took effect. */
  readonly effects: Map<string, Received>;
  /** Keys that came again with other content: must stay empty. */
  readonly conflicts: string[];
  /** Numbers that came past a gap: must stay empty. */
  readonly gaps: string[];
  readonly statuses: string[];
  /** Called for each batch; false swallows the acknowledgement. */
  acknowledging: (stream: Stream, upTo: number) => boolean;
  acknowledgementsSent: number;
  send(topic: string, payload: string): void;
  /** Cuts every connection and stops listening; the memory of what was received stays. */
  goAway(): Promise<void>;
  comeBack(): Promise<void>;
  /** On the connections that stand now nothing passes any more, and nobody is told: a half-open link. */
  freeze(): void;
  stop(): Promise<void>;
}

interface Running {
  readonly broker: Aedes;
  readonly server: Server;
  readonly client: MqttClient;
  readonly sockets: Set<Socket>;
}

export async function startAcknowledgingCloud(address = { site: "jinxiu", gateway: "gw-1" }): Promise<AcknowledgingCloud> {
  let running: Running | undefined;
  let port = 0;
  const cloud = {
    arrivals: [] as Received[],
    effects: new Map<string, Received>(),
    conflicts: [] as string[],
    gaps: [] as string[],
    statuses: [] as string[],
    acknowledging: (_stream: Stream, _upTo: number) => true,
    acknowledgementsSent: 0,
  };

  const take = (received: Received): boolean => {
    const key = `${received.epoch}/${received.stream}/${received.seq}`;
    cloud.arrivals.push(received);
    const known = cloud.effects.get(key);
    if (known !== undefined) {
      if (known.content !== received.content) cloud.conflicts.push(key);
      return true;
    }
    if (received.first > 1 && !cloud.effects.has(`${received.epoch}/${received.stream}/${received.first - 1}`)) {
      cloud.gaps.push(key);
      return false;
    }
    for (let seq = received.first; seq <= received.seq; seq += 1) {
      const one = `${received.epoch}/${received.stream}/${seq}`;
      if (!cloud.effects.has(one)) cloud.effects.set(one, { ...received, seq });
    }
    return true;
  };

  const onBatch = (topic: string, payload: string): void => {
    const read = readTopic(topic);
    if (read?.kind === "status") cloud.statuses.push((JSON.parse(payload) as { state: string }).state);
    if (read?.kind !== "up") return;
    const items = read.stream === "bulk" ? bulkItems(payload) : eventItems(payload);
    let upTo = 0;
    for (const item of items) if (take(item)) upTo = item.seq;
    const epoch = items[0]?.epoch;
    if (upTo === 0 || !cloud.acknowledging(read.stream, upTo)) return;
    cloud.acknowledgementsSent += 1;
    running?.client.publish(acknowledgementTopic(address), JSON.stringify({ v: 1, epoch, stream: read.stream, upTo }), { qos: 1 });
  };

  const begin = async (): Promise<void> => {
    const broker = await Aedes.createBroker();
    const sockets = new Set<Socket>();
    const server = createServer((socket) => {
      sockets.add(socket);
      socket.on("error", () => undefined);
      socket.on("close", () => sockets.delete(socket));
      broker.handle(socket);
    });
    await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
    port = (server.address() as AddressInfo).port;
    const client = connect(`mqtt://127.0.0.1:${port}`, { clientId: "cloud", reconnectPeriod: 0 });
    client.on("error", () => undefined);
    await new Promise<void>((resolve) => client.once("connect", () => resolve()));
    await client.subscribeAsync([everyUpTopic, everyStatusTopic], { qos: 1 });
    client.on("message", (topic, payload) => onBatch(topic, payload.toString("utf8")));
    running = { broker, server, client, sockets };
  };
  const end = async (): Promise<void> => {
    const last = running;
    running = undefined;
    if (last === undefined) return;
    last.client.end(true);
    for (const socket of last.sockets) socket.destroy();
    await new Promise<void>((resolve) => last.server.close(() => resolve()));
    await new Promise<void>((resolve) => last.broker.close(() => resolve()));
  };
  await begin();
  return Object.assign(cloud, {
    url: `mqtt://127.0.0.1:${port}`,
    port,
    goAway: end,
    comeBack: begin,
    freeze: () => {
      const own = running?.client.stream instanceof Socket ? running.client.stream.localPort : undefined;
      for (const socket of running?.sockets ?? []) {
        if (socket.remotePort === own) continue;
        socket.removeAllListeners("readable");
        socket.removeAllListeners("data");
        socket.pause();
        socket.write = () => true;
      }
    },
    send: (topic: string, payload: string) => void running?.client.publish(topic, payload, { qos: 1 }),
    stop: end,
  });
}

function eventItems(payload: string): Received[] {
  const batch = JSON.parse(payload) as EventBatch;
  return batch.events.map((event: WireEvent) => ({
    stream: batch.stream,
    epoch: batch.epoch,
    seq: event.seq,
    first: event.type === "stream.gap" ? Math.max(1, event.seq - (event.data as { count: number }).count + 1) : event.seq,
    content: JSON.stringify(event),
    historical: false,
  }));
}

function bulkItems(payload: string): Received[] {
  const decoded = decodeTelemetry(payload);
  if ("kind" in decoded) throw new Error(decoded.reason);
  const header = decoded.header as { epoch: string; seq: number; historical: boolean };
  const content = payload.slice(payload.indexOf("\n") + 1);
  return [{ stream: "bulk", epoch: header.epoch, seq: header.seq, first: header.seq, content, historical: header.historical }];
}
