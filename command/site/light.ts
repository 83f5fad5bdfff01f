// One relay closed for a few seconds and opened again, with what its board and its meters said meanwhile.
import { setTimeout as pause } from "node:timers/promises";
import type { Bench, SocketPlace } from "./bench.ts";

export type Lit = "lit" | "did-not-close" | "did-not-open" | "no-answer";

const rearmEvery_ms = 800;
const settle_ms = 300;
const offTries = 3;

export async function relayOf(bench: Bench, socket: SocketPlace): Promise<boolean | undefined> {
  const seen = (await bench.look([socket.station])).find(({ name }) => name === socket.name);
  const relay = seen?.said?.relay_closed;
  return typeof relay === "boolean" ? relay : undefined;
}

/** Keeps it closed until `ms` are over; `look` is called again and again meanwhile. */
export async function keptClosed(bench: Bench, socket: SocketPlace, at: { ms: number; look: () => Promise<void> }): Promise<boolean> {
  if ((await bench.close(socket)) !== undefined) return false;
  const until = performance.now() + at.ms;
  await pause(Math.min(settle_ms, at.ms / 2));
  for (;;) {
    await at.look();
    const left = until - performance.now();
    if (left <= 0) return true;
    await bench.keep(socket);
    await pause(Math.min(rearmEvery_ms, left));
  }
}

/** OFF until the board says open; undefined: it does not say. */
export async function openedAgain(bench: Bench, socket: SocketPlace): Promise<boolean | undefined> {
  let relay: boolean | undefined;
  for (let tries = 0; tries < offTries; tries += 1) {
    await bench.open(socket);
    await pause(settle_ms);
    relay = await relayOf(bench, socket);
    if (relay === false) return true;
  }
  return relay === undefined ? undefined : false;
}

export async function light(bench: Bench, socket: SocketPlace, ms: number): Promise<Lit> {
  let closed = false;
  const answered = await keptClosed(bench, socket, {
    ms,
    look: async () => {
      closed ||= (await relayOf(bench, socket)) === true;
    },
  });
  const opened = await openedAgain(bench, socket);
  if (opened === false) return "did-not-open";
  if (!answered || opened === undefined) return "no-answer";
  return closed ? "lit" : "did-not-close";
}
