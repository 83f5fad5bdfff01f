// The site process's end: connects, and connects again. Nothing is queued while the safety process is away: what it must hear is said anew after its hello.
import { createConnection, type Socket } from "node:net";
import { after } from "#protocols/vocabulary/time.ts";
import type { Cancel, Clock } from "../ports.ts";
import { encodeMessage, lineSplitter, readSafetyToSite } from "./codec.ts";
import type { SafetyToSite, SiteToSafety } from "./messages.ts";

export interface LinkClientEvents {
  readonly onMessage: (message: SafetyToSite) => void;
  readonly onUp?: () => void;
  readonly onDown?: (why: string) => void;
  readonly onTrouble?: (what: string) => void;
}

export interface LinkClient {
  connected(): boolean;
  /** false: nobody is there, and the message is not kept. */
  send(message: SiteToSafety): boolean;
  close(): void;
}

const againFirst_ms = 100;
const againMost_ms = 2_000;

export function connectLink(link: { readonly path: string; readonly clock: Clock }, events: LinkClientEvents): LinkClient {
  let socket: Socket | undefined;
  let up = false;
  let failures = 0;
  let stopped = false;
  let cancelAgain: Cancel = () => undefined;

  function begin(): void {
    const mine = createConnection(link.path);
    socket = mine;
    let why = "closed";
    const lines = lineSplitter(16 * 1_048_576);
    mine.on("connect", () => {
      up = true;
      failures = 0;
      events.onUp?.();
    });
    mine.on("error", (error) => {
      why = error.message;
    });
    mine.on("data", (bytes: Buffer) => {
      const heard = lines(bytes);
      if (heard === "too-long") return mine.destroy(new Error("a line of the link was too long"));
      for (const line of heard) {
        const message = readSafetyToSite(line);
        if ("kind" in message) events.onTrouble?.(message.reason);
        else events.onMessage(message);
      }
    });
    mine.on("close", () => {
      const was = up;
      up = false;
      if (stopped) return;
      if (was) events.onDown?.(why);
      cancelAgain = link.clock.wake(
        after(link.clock.monotonic(), Math.min(againMost_ms, againFirst_ms * 2 ** Math.min(failures, 8))),
        begin,
      );
      failures += 1;
    });
  }

  begin();
  return {
    connected: () => up,
    send(message) {
      if (!up || socket === undefined || socket.destroyed) return false;
      socket.write(encodeMessage(message));
      return true;
    },
    close() {
      stopped = true;
      cancelAgain();
      socket?.destroy();
    },
  };
}
