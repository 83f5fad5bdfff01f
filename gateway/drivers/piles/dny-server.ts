// The TCP port that DNY piles call: each connection is a modem with its piles; one that says nothing for long is closed, and calls again.
import { createServer, type Server, type Socket } from "node:net";
import { after } from "#protocols/vocabulary/time.ts";
import type { Clock } from "../../ports.ts";
import { commandNumbers, type DnyHost, type DnyHostParts, dnyHost, silentAfter_ms } from "./dny-host.ts";

export interface DnyServer {
  readonly port: number;
  /** Where this pile is to be spoken to; the newest connection that it was heard on. */
  hostOf(device: number): DnyHost | undefined;
  close(): Promise<void>;
}

const mostConnections = 200;

export async function openDnyServer(
  parts: Omit<DnyHostParts, "write"> & { readonly clock: Clock; readonly host: string; readonly port: number },
): Promise<DnyServer> {
  const hosts = new Map<Socket, DnyHost>();
  const numbers = commandNumbers(parts.clock);
  const server: Server = createServer((socket) => {
    const host = dnyHost({ ...parts, numbers, write: (bytes) => void socket.write(bytes) });
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
    hostOf: (device) =>
      [...hosts.values()]
        .filter((host) => host.piles().has(device))
        .sort((a, b) => (b.piles().get(device) ?? 0) - (a.piles().get(device) ?? 0))[0],
    close: () =>
      new Promise((resolve) => {
        for (const socket of hosts.keys()) socket.destroy();
        server.close(() => resolve());
      }),
  };
}
