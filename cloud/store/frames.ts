// A frame as it is shown: all of its parts, of one picture, unbroken, and not older than its days.
import { createHash } from "node:crypto";
import { dayMs } from "#protocols/vocabulary/time.ts";
import type { Queries } from "./store.ts";

/** Whoever decides needs it at once; whoever looks into what was decided, within days. */
export const frameDays = 7;

export async function wholeFrame(
  read: Queries,
  { frame, sites, now }: { frame: string; sites: readonly string[] | "all"; now: number },
): Promise<Uint8Array | undefined> {
  const rows = await read
    .selectFrom("frame_part")
    .selectAll()
    .where("frame", "=", frame)
    .where("at", ">=", now - frameDays * dayMs)
    .$if(sites !== "all", (some) => some.where("site", "in", sites === "all" ? [] : ["", ...sites]))
    .orderBy("site")
    .orderBy("gateway")
    .orderBy("part")
    .execute();
  // Two gateways never share a read; should they seem to, neither's is shown for the other's.
  const [first] = rows;
  if (first === undefined || rows.length !== Number(first.parts)) return undefined;
  const bytes = Buffer.concat(rows.map(({ base64 }) => Buffer.from(base64, "base64")));
  return createHash("sha256").update(bytes).digest("hex") === first.sha256 && bytes.length === Number(first.bytes) ? bytes : undefined;
}
