// The safety process's end: a Unix socket to which the site process, or nobody, is connected. It never waits; who does not read is cut off.
import { chmodSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { encodeMessage } from "./codec.ts";
import { type Guest, said, welcomeGuest } from "./guest.ts";
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

const mostClients = 8;
/** Connections that are greeted within a second; who knocks faster is not answered. */
const mostKnocks = 20;

/** Who comes too often is turned away before anything is spent on them. */
function door(): () => boolean {
  let since = 0;
  let knocks = 0;
  return () => {
    const now = performance.now();
    if (now - since >= 1_000) {
      since = now;
      knocks = 0;
    }
    knocks += 1;
    return knocks <= mostKnocks;
  };
}

export async function openLinkServer(path: string, events: LinkEvents): Promise<LinkServer> {
  const guests = new Set<Guest>();
  const opens = door();

  function welcome(socket: Socket): void {
    socket.on("error", () => undefined); // the close that follows says all
    if (guests.size >= mostClients || !opens()) {
      socket.destroy();
      return;
    }
    const guest = welcomeGuest(socket, events);
    guests.add(guest);
    if (guests.size === mostClients) events.onTrouble("as many clients of the link as there may be");
    socket.on("close", () => guests.delete(guest));
    said(guest, events.onClient());
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
        clients: () => guests.size,
        send(message) {
          if (guests.size === 0) return false;
          const line = encodeMessage(message);
          for (const guest of guests) guest.write(line);
          return true;
        },
        cutAll: () => {
          for (const guest of guests) guest.leave();
        },
        close: () =>
          new Promise<void>((done) => {
            for (const guest of guests) guest.leave();
            server.close(() => done());
          }),
      });
    });
  });
}
