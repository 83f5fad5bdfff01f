// The port that one would like, or the next free one, said aloud.
import { createServer } from "node:net";

const free = (port: number): Promise<number | undefined> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(undefined));
    server.listen(port, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : undefined));
    });
  });

/** `wanted` 0: any port that the system chooses. */
export async function freePort(wanted: number, taken: ReadonlySet<number>): Promise<number> {
  for (let port = wanted; port < wanted + 200; port += 1) {
    if (wanted !== 0 && taken.has(port)) continue;
    const found = await free(port);
    if (found !== undefined && !taken.has(found)) return found;
    if (wanted === 0) port -= 1;
  }
  throw new Error(`127.0.0.1:${wanted}–${wanted + 199} 全部被占用 / all busy`);
}
