// Clients of the safety process's link that mean no good: node link-flood.ts PATH HOW…
//   garbage  lines that are no messages, as fast as they are taken, and again as soon as it is cut off
//   endless  one line that never ends
//   mute     three that never read a byte
//   asking   leave for sockets that do not exist, as fast as they are taken
import { createConnection } from "node:net";

const [path = "", ...ways] = process.argv.slice(2);
function connect(again: boolean, chunk: () => string): void {
  const socket = createConnection(path);
  socket.on("error", () => undefined);
  socket.on("close", () => again && setTimeout(() => connect(again, chunk), 5));
  socket.resume();
  const pour = (): void => {
    while (!socket.destroyed) {
      if (!socket.write(chunk())) return void socket.once("drain", pour);
    }
  };
  socket.on("connect", pour);
}

let asked = 0;
const asking = (): string =>
  Array.from({ length: 100 }, () => {
    asked += 1;
    const authority = { id: `flood-${process.pid}-${asked}`, socket: "nowhere/1", session: "flood", duration_ms: 1000 };
    return `${JSON.stringify({ type: "energise", authority })}\n`;
  }).join("");

for (const how of ways) {
  if (how === "garbage") connect(true, () => '{"type":"nothing"}\n\u0000\u0001garbage\n'.repeat(500));
  if (how === "endless") connect(true, () => "x".repeat(60_000));
  if (how === "asking") connect(true, asking);
  if (how === "mute")
    for (let i = 0; i < 3; i += 1) {
      const socket = createConnection(path);
      socket.on("error", () => undefined);
      socket.pause();
    }
}
const parent = process.ppid;
setInterval(() => process.ppid !== parent && process.exit(0), 500);
