// One owner of a site's lines: whoever holds the link's socket. The gateway's safety process holds it while it runs, a commissioning command while it works;
// the other one is refused, in words that say by whom. What was killed holds nothing: its socket refuses, and is taken over.
import { chmodSync, existsSync, mkdirSync, unlinkSync } from "node:fs";
import { createConnection, createServer } from "node:net";
import { dirname } from "node:path";

export interface Holder {
  readonly by: string;
}
export interface Held {
  release(): Promise<void>;
}

const answerWithin_ms = 500;

/** Who answers at this socket; undefined: nobody. */
export function holderOf(path: string): Promise<Holder | undefined> {
  if (!existsSync(path)) return Promise.resolve(undefined);
  return new Promise((resolve) => {
    const socket = createConnection(path);
    let said = "";
    const end = (holder: Holder | undefined): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(holder);
    };
    // Somebody accepts and says nothing: stopped, or very busy, but there.
    const timer = setTimeout(() => end({ by: "网关（没有应答）/ the gateway, which does not answer" }), answerWithin_ms);
    socket.on("error", () => end(undefined));
    socket.on("close", () => end(undefined));
    socket.on("data", (bytes: Buffer) => {
      said += bytes.toString();
      const [line = "", rest] = said.split("\n", 2);
      if (rest !== undefined) end(holderIn(line));
    });
  });
}

function holderIn(line: string): Holder {
  try {
    const message: unknown = JSON.parse(line);
    if (typeof message === "object" && message !== null && "held_by" in message && typeof message.held_by === "string")
      return { by: message.held_by };
  } catch {
    // Not ours to judge: somebody is there.
  }
  return { by: "网关 / the gateway" };
}

/** Removes the socket of one that is gone; words when somebody is there. */
export async function clearLink(path: string): Promise<Holder | undefined> {
  const holder = await holderOf(path);
  if (holder === undefined && existsSync(path)) unlinkSync(path);
  return holder;
}

/** Holds the socket for a command; `by` is what others are told. */
export async function holdLink(path: string, by: string): Promise<Held | Holder> {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const holder = await clearLink(path);
  if (holder !== undefined) return holder;
  const server = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.end(`${JSON.stringify({ held_by: by })}\n`);
  });
  server.unref();
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(path, () => {
      chmodSync(path, 0o600);
      resolve({ release: () => new Promise<void>((done) => server.close(() => done())) });
    });
  });
}
