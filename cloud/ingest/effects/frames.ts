// A part of a frame, kept until its picture is whole; bounded by days and by the newest ones of each gateway. Said again, it is the same part; of another picture of the same read, it takes its place.
import Value from "typebox/value";
import { frameDays } from "#cloud/store/frames.ts";
import type { Change } from "#cloud/store/store.ts";
import { FrameHead, splitFramePart } from "#protocols/uplink/frame.ts";
import type { GatewayAddress } from "#protocols/uplink/topics.ts";
import { type Undecodable, undecodable } from "#protocols/vocabulary/faults.ts";
import { dayMs } from "#protocols/vocabulary/time.ts";

/** Of one gateway; as many as its booth keeps. */
const mostFrames = 200;
/** A gateway says 32 KB at most. */
const largestPart = 64 * 1024;

export interface HeardPart {
  readonly kind: "part";
  readonly head: FrameHead;
  readonly bytes: Uint8Array;
}

export function readFramePart(payload: Uint8Array, { gateway }: GatewayAddress): HeardPart | Undecodable {
  if (payload.length > largestPart) return undecodable(`more than ${largestPart} bytes`);
  const split = splitFramePart(payload);
  if (split === undefined || !Value.Check(FrameHead, split.head)) return undecodable("no part of a frame");
  const { head, bytes } = split;
  if (head.gateway !== gateway) return undecodable("another gateway's name");
  if (head.part > head.parts || bytes.length === 0) return undecodable("no part of a frame");
  return { kind: "part", head, bytes };
}

export async function keepFramePart(
  change: Change,
  { site, gateway }: GatewayAddress,
  { head, bytes, at }: HeardPart & { at: number },
): Promise<void> {
  const { frame, part, parts, bytes: whole, sha256 } = head;
  if (part === 1) {
    await forgetOld(change, { site, gateway, at });
    await change
      .deleteFrom("frame_part")
      .where("frame", "=", frame)
      .where("site", "=", site)
      .where("gateway", "=", gateway)
      .where("sha256", "!=", sha256)
      .execute();
  }
  const row = { site, gateway, frame, part, parts, bytes: whole, sha256, at, base64: Buffer.from(bytes).toString("base64") };
  await change
    .insertInto("frame_part")
    .values(row)
    .onConflict((conflict) => conflict.columns(["frame", "site", "gateway", "part"]).doUpdateSet(row))
    .execute();
}

async function forgetOld(change: Change, { site, gateway, at }: GatewayAddress & { at: number }): Promise<void> {
  await change
    .deleteFrom("frame_part")
    .where("at", "<", at - frameDays * dayMs)
    .execute();
  const beyond = await change
    .selectFrom("frame_part")
    .select("frame")
    .where("site", "=", site)
    .where("gateway", "=", gateway)
    .groupBy("frame")
    .orderBy((eb) => eb.fn.max("at"), "desc")
    .orderBy("frame")
    .limit(mostFrames)
    .offset(mostFrames - 1)
    .execute();
  for (const { frame } of beyond)
    await change.deleteFrom("frame_part").where("frame", "=", frame).where("site", "=", site).where("gateway", "=", gateway).execute();
}
