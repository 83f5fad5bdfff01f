// The embedded broker: Aedes in memory behind a guarded door. It keeps nothing for anybody; the gateways' outboxes do, until the cloud itself acknowledges.
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { createServer as createTlsServer, type TLSSocket } from "node:tls";
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
  /** For gateways with certificates. */
  readonly tls?: BrokerTls;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export interface BrokerTls {
  readonly port: number;
  /** The broker's own, and who certifies gateways. */
  readonly key: string;
  readonly cert: string;
  readonly ca: string;
  /** By its serial number (hexadecimal, lower case): the gateway that it names; undefined: revoked, ended or unknown. */
  readonly gatewayOf: (serial: string) => string | undefined;
}

export interface Broker {
  /** As seen from this machine: mqtt://127.0.0.1:PORT */
  readonly url: string;
  /** mqtts://127.0.0.1:PORT, where there is a listener for certificates. */
  readonly tlsUrl: string | undefined;
  /** Who came with a certificate that is good no more is cut. */
  lookAgain(): void;
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

export async function startBroker({ host, port, accounts, log, now, tls }: BrokerSettings): Promise<Broker> {
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
  const certified = new Map<GuardedStream, string>();
  const secure = tls === undefined ? undefined : tlsServer(tls, { refusals, log, admit });
  function admit(socket: TLSSocket, { gateway, serial }: { gateway: string; serial: string }): void {
    const stream = admitSocket(socket, { streams, refusals, certified: gateway });
    certified.set(stream, serial);
    stream.once("close", () => certified.delete(stream));
    aedes.handle(stream);
  }
  if (secure !== undefined && tls !== undefined) {
    secure.listen(tls.port, host);
    await once(secure, "listening");
  }
  return {
    tlsUrl: secure === undefined ? undefined : urlOf(host, (secure.address() as AddressInfo).port).replace("mqtt:", "mqtts:"),
    lookAgain() {
      for (const [stream, serial] of certified) {
        if (tls?.gatewayOf(serial) !== undefined) continue;
        refusals.note({ reason: "certificate-ended", from: stream.from });
        stream.destroy();
      }
    },
    url: urlOf(host, (server.address() as AddressInfo).port),
    connections: () => door.present,
    refused: () => refusals.count,
    duplicates: () => door.duplicates,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      secure?.close();
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
function admitSocket(
  socket: Socket,
  { streams, refusals, certified }: { streams: Set<GuardedStream>; refusals: Refusals; certified?: string },
): GuardedStream {
  const stream: GuardedStream = new GuardedStream(socket, (reason) => refusals.note({ reason, from: stream.from }), certified);
  const unknown = [...streams].filter((one) => !one.admitted && !one.destroyed);
  if (unknown.length >= mostUnknown) {
    refusals.note({ reason: "too-many-unknown", from: unknown[0]?.from });
    unknown[0]?.destroy();
  }
  streams.add(stream);
  stream.once("close", () => streams.delete(stream));
  return stream;
}

interface Secure {
  readonly refusals: Refusals;
  readonly log: Logger;
  readonly admit: (socket: TLSSocket, whose: { gateway: string; serial: string }) => void;
}

/** Without a certificate of ours nobody comes as far as MQTT; with one that was revoked or is unknown neither. */
function tlsServer({ key, cert, ca, gatewayOf }: BrokerTls, { refusals, log, admit }: Secure) {
  const options = {
    key,
    cert,
    ca,
    requestCert: true,
    rejectUnauthorized: true,
    minVersion: "TLSv1.2",
    handshakeTimeout: connectWithinMs,
  } as const;
  const server = createTlsServer(options, (socket) => {
    const serial = socket.getPeerCertificate().serialNumber?.toLowerCase() ?? "";
    const gateway = gatewayOf(serial);
    if (gateway !== undefined) admit(socket, { gateway, serial });
    else {
      refusals.note({ reason: "certificate", from: socket.remoteAddress });
      socket.destroy();
    }
  });
  server.maxConnections = mostConnections;
  server.on("tlsClientError", (_error, socket) => refusals.note({ reason: "handshake", from: socket.remoteAddress }));
  server.on("error", (error) => log.error({ err: error }, "broker's TLS listener"));
  return server;
}
