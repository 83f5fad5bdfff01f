// The TCP port that dc589 boards call: a board a connection; one that is silent for long is closed, and logs in again.
import { createServer, type Socket } from "node:net";
import { after } from "#protocols/vocabulary/time.ts";
import { type Dc589Host, type Dc589HostParts, dc589Host } from "./dc589-host.ts";

export interface Dc589Server {
  readonly port: number;
  /** The newest connection of this board. */
  hostOf(board: string): Dc589Host | undefined;
  close(): Promise<void>;
}
/** The board logs in again by itself after three beats without an answer. */
const silentAfter_ms = 90_000;
const mostConnections = 200;

export async function openDc589Server(
  parts: Omit<Dc589HostParts, "write"> & { readonly host: string; readonly port: number },
): Promise<Dc589Server> {
  const hosts = new Map<Socket, Dc589Host>();
  const server = createServer((socket) => {
    const host = dc589Host({ ...parts, write: (bytes) => void socket.write(bytes) });
    hosts.set(socket, host);
    let cancel = (): void => undefined;
    const watch = (): void => {
      cancel();
      cancel = parts.clock.wake(after(parts.clock.monotonic(), silentAfter_ms), () => socket.destroy());
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
    hostOf: (board) => [...hosts.values()].filter((host) => host.board() === board).at(-1),
    close: () =>
      new Promise((resolve) => {
        for (const socket of hosts.keys()) socket.destroy();
        server.close(() => resolve());
      }),
  };
}
