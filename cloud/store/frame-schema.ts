// Pictures of reads that needed a person, in the parts in which a gateway says them; what is whole and new enough is shown, everything leaves after its days.
import type { Kysely } from "kysely";
import { table } from "./alarm-schema.ts";

export interface FramePartTable {
  site: string;
  gateway: string;
  frame: string;
  part: number;
  parts: number;
  bytes: number;
  sha256: string;
  at: number;
  base64: string;
}

// biome-ignore lint/suspicious/noExplicitAny: a migration runs against a schema that the types do not describe yet
export async function createFrameSchema(db: Kysely<any>): Promise<void> {
  await table(db, "frame_part", "site gateway frame sha256 base64", "part parts bytes at", ["frame", "site", "gateway", "part"]);
  await db.schema.createIndex("frame_part_at_index").on("frame_part").columns(["at"]).execute();
}
