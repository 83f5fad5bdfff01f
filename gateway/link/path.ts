// Where the two processes meet: a socket in the site's data folder, whose owner alone may enter it.
import { createHash } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** sockaddr_un holds 108 bytes on Linux, the last of them zero (unix(7)); other systems hold fewer. */
const longestPath = 100;

export function linkPath(data: string): string {
  const path = join(data, "safety.sock");
  if (Buffer.byteLength(path) <= longestPath) return path;
  return join(tmpdir(), `cuobian-${createHash("sha256").update(data).digest("hex").slice(0, 16)}.sock`);
}
