// The embedded broker: Aedes in memory behind a guarded door. It keeps nothing for anybody; the gateways' outboxes do, until the cloud itself acknowledges.
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { Aedes } from "aedes";
import type { Logger } from "pino";
import { deepest } from "./access.ts";
import { type Account, openAccounts } from "./accounts.ts";
import { Door } from "./door.ts";
import { GuardedStream } from "./guarded-stream.ts";
import { Refusals } from "./refusals.ts";

export interface BrokerSettings {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  readonly accounts: readonly Account[];
  readonly log: Logger;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export interface Broker {
  /** As seen from this machine: mqtt://127.0.0.1:PORT */
  readonly url: string;
  /** Clients that said who they are. */
  connections(): number;
  refused(): number;
  /** Second connections under one client id: two machines believe to be the same. */
  duplicates(): number;
  close(): Promise<void>;
}

const mostConnections = 1000;
const mostUnknown = 50;
const connectWithinMs = 5_000;
/** A client that takes nothing holds up what is for the others: after this it is cut. Others than the cloud's own client are cut long before, by what waits for them (door.ts). */
const drainWithinMs = 30_000;

export async function startBroker({ host, port, accounts, log, now }: BrokerSettings): Promise<Broker> {
  const refusals = new Refusals(log, now);
  const door = new Door(openAccounts(accounts), { refusals, log });
  const aedes = await Aedes.createBroker({
    connectTimeout: connectWithinMs,
    drainTimeout: drainWithinMs,
    maxTopicLevels: deepest,
    ...door.handlers,
  });
  door.watch(aedes);
  const streams = new Set<GuardedStream>();
  const server = createServer({ noDelay: true, keepAlive: true, keepAliveInitialDelay: 30_000 }, (socket) => {
    const stream = admitSocket(socket, { streams, refusals });
    aedes.handle(stream);
  });
  server.maxConnections = mostConnections;
  server.on("drop", (data) => refusals.note({ reason: "too-many-connections", from: data?.remoteAddress }));
  server.listen(port, host);
  try {
    await once(server, "listening");
  } catch (error) {
    await new Promise<void>((resolve) => aedes.close(resolve));
    throw error;
  }
  server.on("error", (error) => log.error({ err: error }, "broker's listener"));
  return {
    url: urlOf(host, (server.address() as AddressInfo).port),
    connections: () => door.present,
    refused: () => refusals.count,
    duplicates: () => door.duplicates,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      await new Promise<void>((resolve) => aedes.close(resolve));
      for (const stream of streams) stream.destroy();
      await closed;
    },
  };
}

function urlOf(host: string, port: number): string {
  const reachable = host === "0.0.0.0" || host === "::" ? "127.0.0.1" : host;
  return `mqtt://${reachable.includes(":") ? `[${reachable}]` : reachable}:${port}`;
}

/** Of those who have not said who they are, the one that has been silent longest makes room. */
function admitSocket(socket: Socket, { streams, refusals }: { streams: Set<GuardedStream>; refusals: Refusals }): GuardedStream {
  const stream: GuardedStream = new GuardedStream(socket, (reason) => refusals.note({ reason, from: stream.from }));
  const unknown = [...streams].filter((one) => !one.admitted && !one.destroyed);
  if (unknown.length >= mostUnknown) {
    refusals.note({ reason: "too-many-unknown", from: unknown[0]?.from });
    unknown[0]?.destroy();
  }
  streams.add(stream);
  stream.once("close", () => streams.delete(stream));
  return stream;
}
