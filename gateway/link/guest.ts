// One client of the link, held to measure: it cannot make us read faster than we want, keep more than we allow, or talk nonsense for ever.
import type { Socket } from "node:net";
import { encodeMessage, lineSplitter, readSiteToSafety } from "./codec.ts";
import type { SafetyToSite, SiteToSafety } from "./messages.ts";

/** Unread bytes that a client may leave with us. */
export const mostUnread = 1_048_576;
/** So many messages at once, and then a rest, in which nothing of it is read: what it sends faster stays with it. */
export const messagesAtOnce = 25;
export const rest_ms = 50;
/** The other end is of our own version: who sends so much that is no message is somebody else, or out of its mind. */
export const mostNonsense = 10;
const longestLine = 65_536;

export interface GuestEvents {
  readonly onMessage: (message: SiteToSafety) => void;
  readonly onTrouble: (what: string) => void;
}

export interface Guest {
  write(line: string): void;
  leave(): void;
}

export function welcomeGuest(socket: Socket, { onMessage, onTrouble }: GuestEvents): Guest {
  const split = lineSplitter(longestLine);
  let waiting: string[] = [];
  let resting: NodeJS.Timeout | undefined;
  let nonsense = 0;

  function cut(why: string): void {
    waiting = [];
    onTrouble(why);
    socket.destroy();
  }

  function hear(line: string): void {
    if (line.trim() === "") return;
    const message = readSiteToSafety(line);
    if (!("kind" in message)) {
      onMessage(message);
      return;
    }
    nonsense += 1;
    if (nonsense < mostNonsense) onTrouble(message.reason);
    else cut(`a client of the link talks nonsense, and was cut off: ${message.reason}`);
  }

  function serve(): void {
    for (const line of waiting.splice(0, messagesAtOnce)) {
      if (socket.destroyed) return;
      hear(line);
    }
    if (waiting.length === 0) {
      socket.resume();
      return;
    }
    socket.pause();
    rest();
  }

  function rest(): void {
    resting = setTimeout(() => {
      resting = undefined;
      if (!socket.destroyed) serve();
    }, rest_ms);
    resting.unref();
  }

  socket.on("data", (bytes: Buffer) => {
    const heard = split(bytes);
    if (heard === "too-long") return cut("a line of the link was too long");
    waiting.push(...heard);
    if (resting === undefined) serve();
  });
  socket.on("close", () => {
    waiting = [];
    clearTimeout(resting);
  });

  return {
    write(line) {
      if (socket.destroyed) return;
      if (socket.writableLength + line.length > mostUnread) cut("a client of the link does not read, and was cut off");
      else socket.write(line);
    },
    leave: () => void socket.destroy(),
  };
}

export const said = (guest: Guest, messages: readonly SafetyToSite[]): void => {
  for (const message of messages) guest.write(encodeMessage(message));
};
