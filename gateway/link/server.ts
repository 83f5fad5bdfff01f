// The safety process's end: a Unix socket to which the site process, or nobody, is connected. It never waits; who does not read is cut off.
import { chmodSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { encodeMessage, lineSplitter, readSiteToSafety } from "./codec.ts";
import { clearLink } from "./holder.ts";
import type { SafetyToSite, SiteToSafety } from "./messages.ts";

export interface LinkEvents {
  readonly onMessage: (message: SiteToSafety) => void;
  /** Somebody has connected; what is returned goes to them alone, first. */
  readonly onClient: () => readonly SafetyToSite[];
  readonly onTrouble: (what: string) => void;
}

export interface LinkServer {
  readonly path: string;
  clients(): number;
  /** To everybody; false when nobody is there. */
  send(message: SafetyToSite): boolean;
  /** Ends every connection: what lies unread in them was said in another time. */
  cutAll(): void;
  close(): Promise<void>;
}

/** Unread bytes that a client may leave with us. */
export const mostUnread = 4 * 1_048_576;
const mostClients = 32;

export async function openLinkServer(path: string, events: LinkEvents): Promise<LinkServer> {
  const sockets = new Set<Socket>();

  function write(socket: Socket, line: string): void {
    if (socket.destroyed) return;
    if (socket.writableLength + line.length > mostUnread) {
      events.onTrouble("a client of the link does not read, and was cut off");
      socket.destroy();
      return;
    }
    socket.write(line);
  }

  function welcome(socket: Socket): void {
    if (sockets.size >= mostClients) {
      events.onTrouble("too many clients of the link");
      socket.destroy();
      return;
    }
    sockets.add(socket);
    socket.on("error", () => undefined); // the close that follows says all
    socket.on("close", () => sockets.delete(socket));
    const lines = lineSplitter(65_536);
    socket.on("data", (bytes: Buffer) => {
      const heard = lines(bytes);
      if (heard === "too-long") {
        events.onTrouble("a line of the link was too long");
        socket.destroy();
        return;
      }
      for (const line of heard) {
        if (socket.destroyed) return;
        if (line.trim() === "") continue;
        const message = readSiteToSafety(line);
        if ("kind" in message) events.onTrouble(message.reason);
        else events.onMessage(message);
      }
    });
    for (const message of events.onClient()) write(socket, encodeMessage(message));
  }

  // A socket that answers is somebody's who has the lines; one that does not is of a process that was killed.
  const holder = await clearLink(path);
  if (holder !== undefined)
    throw new Error(`线路正被占用：${holder.by}；先结束它 / the lines are in use: ${holder.by}; end it first (${path})`);
  const server: Server = createServer(welcome);
  return new Promise((resolve, reject) => {
    server.once("error", (error) => reject(new Error(`the link cannot be opened at ${path}: ${error.message}`)));
    server.listen(path, () => {
      chmodSync(path, 0o600);
      resolve({
        path,
        clients: () => sockets.size,
        send(message) {
          if (sockets.size === 0) return false;
          const line = encodeMessage(message);
          for (const socket of sockets) write(socket, line);
          return true;
        },
        cutAll: () => {
          for (const socket of sockets) socket.destroy();
        },
        close: () =>
          new Promise<void>((done) => {
            for (const socket of sockets) socket.destroy();
            server.close(() => done());
          }),
      });
    });
  });
}
