// A TCP port that piles call: what each connection says goes to a host of its own, and one that says nothing for long is closed; it calls again.
import { createServer, type Socket } from "node:net";
import { after } from "#protocols/vocabulary/time.ts";
import type { Clock } from "../../ports.ts";

/** The server's end of one connection. */
export interface PileHost {
  heard(bytes: Uint8Array): void;
  close(why: string): void;
}

export interface PilePort<Host extends PileHost> {
  readonly port: number;
  /** Of every connection, the newest last. */
  hosts(): readonly Host[];
  close(): Promise<void>;
}

export interface ListenParts<Host extends PileHost> {
  readonly clock: Clock;
  readonly host: string;
  readonly port: number;
  readonly silentAfter_ms: number;
  readonly make: (write: (bytes: Uint8Array) => void) => Host;
}

const mostConnections = 200;

export async function listenForPiles<Host extends PileHost>(parts: ListenParts<Host>): Promise<PilePort<Host>> {
  const { clock, silentAfter_ms, make } = parts;
  const hosts = new Map<Socket, Host>();
  const server = createServer((socket) => {
    const host = make((bytes) => void socket.write(bytes));
    hosts.set(socket, host);
    let cancel = (): void => undefined;
    const watch = (): void => {
      cancel();
      cancel = clock.wake(after(clock.monotonic(), silentAfter_ms), () => socket.destroy());
    };
    watch();
    socket.on("data", (bytes) => {
      watch();
      host.heard(bytes);
    });
    socket.on("error", () => socket.destroy());
    socket.on("close", () => {
      cancel();
      hosts.delete(socket);
      host.close("the connection was closed");
    });
  });
  server.maxConnections = mostConnections;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(parts.port, parts.host, resolve);
  });
  const address = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : parts.port,
    hosts: () => [...hosts.values()],
    close: () =>
      new Promise((resolve) => {
        for (const socket of hosts.keys()) socket.destroy();
        server.close(() => resolve());
      }),
  };
}
