// How bytes reach one transmission device: a TCP connection, or datagrams of one address and port. What is said over either is the same.
import { createSocket, type RemoteInfo, type Socket as UdpSocket } from "node:dgram";
import { createServer, type Server, type Socket } from "node:net";

export interface Way {
  readonly kind: "tcp" | "udp";
  write(bytes: Uint8Array): void;
  /** Bytes that the other side has not taken. */
  backlog(): number;
  close(): void;
}

export interface Ends {
  /** Whoever has come: his bytes as they come (UDP: a datagram a call), and that he is gone. undefined: there is no room for him. */
  came(way: Way): { heard(bytes: Uint8Array): void; gone(): void } | undefined;
}

interface At {
  readonly host: string;
  readonly port: number;
}
export interface Listening {
  readonly port: number;
  close(): Promise<void>;
}

const keepAlive_ms = 30_000;

export async function listenTcp({ host, port }: At, ends: Ends): Promise<Listening> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    socket.setNoDelay(true);
    // A device that lost its power says no farewell: the system asks whether anybody is there.
    socket.setKeepAlive(true, keepAlive_ms);
    socket.on("error", () => undefined);
    const way: Way = {
      kind: "tcp",
      write: (bytes) => void socket.write(bytes),
      backlog: () => socket.writableLength,
      close: () => void socket.destroy(),
    };
    const end = ends.came(way);
    if (end === undefined) return void socket.destroy();
    sockets.add(socket);
    socket.on("data", end.heard);
    socket.on("close", () => {
      sockets.delete(socket);
      end.gone();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
  const address = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : port,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

/** The standard leaves the transport open (TCP or UDP). A datagram has no connection: one address and port is one, until it is closed by us. */
export async function listenUdp({ host, port }: At, ends: Ends): Promise<Listening> {
  const socket: UdpSocket = createSocket(host.includes(":") ? "udp6" : "udp4");
  const known = new Map<string, { heard(bytes: Uint8Array): void; gone(): void }>();
  const wayTo = ({ address, port: theirs }: RemoteInfo): Way => ({
    kind: "udp",
    write: (bytes) => socket.send(bytes, theirs, address, () => undefined),
    backlog: () => 0,
    close() {
      const key = `${address} ${theirs}`;
      const one = known.get(key);
      known.delete(key);
      one?.gone();
    },
  });
  socket.on("message", (bytes, from) => {
    const key = `${from.address} ${from.port}`;
    let one = known.get(key);
    if (one === undefined) {
      one = ends.came(wayTo(from));
      if (one === undefined) return;
      known.set(key, one);
    }
    one.heard(bytes);
  });
  await new Promise<void>((resolve, reject) => {
    socket.once("error", reject);
    socket.bind(port, host, () => {
      socket.off("error", reject);
      // An unreachable peer comes back as an error of the socket; the frame will not be confirmed, and that is what counts.
      socket.on("error", () => undefined);
      resolve();
    });
  });
  return { port: socket.address().port, close: () => new Promise((resolve) => socket.close(() => resolve())) };
}
