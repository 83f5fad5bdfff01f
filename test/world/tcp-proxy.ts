// A TCP proxy that can fall silent: both sides keep their connection, nothing passes any more, and nobody is told. So looks a modem that has lost its network.
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

export interface TcpProxy {
  readonly port: number;
  /** How many have come. */
  readonly connections: number;
  /** On the connections that stand now nothing passes any more, in neither direction. Those that come later pass. */
  silence(): void;
  close(): Promise<void>;
}

/** To a port of this machine, or to a Unix socket. */
export async function startTcpProxy(to: number | string, toHost = "127.0.0.1"): Promise<TcpProxy> {
  const pairs = new Set<readonly [Socket, Socket]>();
  let connections = 0;
  const server = createServer((near) => {
    connections += 1;
    const far = typeof to === "string" ? connect(to) : connect(to, toHost);
    const pair = [near, far] as const;
    pairs.add(pair);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      from.on("data", (bytes) => to.write(bytes));
      from.on("error", () => to.destroy());
      from.on("close", () => {
        to.end();
        pairs.delete(pair);
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    get connections() {
      return connections;
    },
    silence: () => {
      for (const [near, far] of pairs) {
        // What comes in is taken and forgotten; an end of one side is not told to the other.
        for (const side of [near, far]) {
          side.removeAllListeners("data");
          side.removeAllListeners("close");
          side.on("data", () => undefined);
        }
      }
    },
    close: async () => {
      for (const pair of pairs) for (const side of pair) side.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
