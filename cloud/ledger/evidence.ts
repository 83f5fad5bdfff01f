// Evidence of a hazard: a picture with its hash, its time and who brought it. The same bytes stand once; that they stand at another hazard too is said.
import { createHash } from "node:crypto";
import type { Effect } from "#cloud/store/happening.ts";
import type { Row } from "#cloud/store/schema.ts";
import { seal } from "#cloud/store/seals.ts";
import type { Queries } from "#cloud/store/store.ts";
import type { EvidenceUpload } from "#protocols/api/hazards.ts";
import { type Refusal, refusal } from "#protocols/vocabulary/faults.ts";
import { looksOf, noteLook } from "./alike.ts";
import { exifTime } from "./exif.ts";
import type { Photos } from "./fields.ts";
import { writeStep } from "./steps.ts";

export async function photosOf(read: Queries, hazard: string): Promise<Photos> {
  const after = await read
    .selectFrom("evidence")
    .select(["uploaded_at", "used_before"])
    .where("hazard", "=", hazard)
    .where("kind", "=", "after")
    .execute();
  return { after };
}

export const evidenceOf = (read: Queries, hazards: readonly string[]): Promise<Row<"evidence">[]> =>
  read
    .selectFrom("evidence")
    .selectAll()
    .where("hazard", "in", ["", ...hazards])
    .orderBy("uploaded_at")
    .orderBy("sha256")
    .execute();

/** What the first bytes say it is: the sender's word is not taken for it. */
const magic: readonly (readonly [mime: string, begins: string])[] = [
  ["image/jpeg", "ffd8ff"],
  ["image/png", "89504e470d0a1a0a"],
  ["image/webp", "52494646"],
  ["application/pdf", "25504446"],
];

/** Only what is read here: looking at it takes some tens of milliseconds and happens before anybody waits for the change. */
export const lookAt = (base64: string, mime: string): ReturnType<typeof looksOf> => looksOf(Buffer.from(base64, "base64"), mime);

const kindWords = { before: "整改前", after: "整改后", other: "其他" } as const;

export interface Attached extends Omit<EvidenceUpload, "base64"> {
  readonly hazard: string;
  readonly base64: string;
  readonly person: { readonly id: string; readonly name: string } | null;
  readonly now: number;
  readonly looks: ReturnType<typeof looksOf>;
}

export async function attachEvidence({ change, marks }: Effect, attached: Attached): Promise<Row<"evidence"> | Refusal | undefined> {
  const { hazard, kind, mime, base64, captured = false, place = null, person, now, looks } = attached;
  const known = await change.selectFrom("hazard").selectAll().where("id", "=", hazard).executeTakeFirst();
  if (known === undefined) return undefined;
  const bytes = Buffer.from(base64, "base64");
  const begins = magic.find(([name]) => name === mime)?.[1] ?? "?";
  if (!bytes.subarray(0, 8).toString("hex").startsWith(begins))
    return refusal("no-picture", `内容不是 ${mime}`, `the content is no ${mime}`);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const elsewhere = await change.selectFrom("evidence").select(["hazard", "kind"]).where("sha256", "=", sha256).execute();
  if (elsewhere.some((one) => one.hazard === hazard)) return refusal("already-there", "这张照片已上传过", "this picture is there already");
  const wrote = captured ? undefined : exifTime(bytes);
  const alike = await noteLook(change, { sha256, hazard, site: known.site, kind, looks });
  const row: Row<"evidence"> = {
    ...{ hazard, sha256, kind, mime, bytes: bytes.length, place, person: person?.id ?? "", person_name: person?.name ?? "群众" },
    ...{ taken_at: captured ? now : (wrote ?? null), taken: captured ? "by-page" : wrote === undefined ? "unproven" : "exif" },
    ...{ uploaded_at: now, used_before: elsewhere[0]?.hazard ?? null, alike: JSON.stringify(alike) },
  };
  const words = kindWords[kind];
  // The hash of the picture stands in the chain: another picture cannot take its place.
  const near =
    alike.length === 0
      ? ""
      : `；疑似与${alike.map((one) => (one.hazard === hazard ? `本条${kindWords[one.kind as "other"]}照片` : one.same_site ? ` ${one.hazard} 的照片` : "其他小区的照片")).join("、")}相同，请复查人核对`;
  const note = `${words}照片 sha256 ${sha256}${near}`;
  const stepped = await writeStep(change, known, { at: now, person, action: "evidence", note, set: {} });
  if (stepped === undefined) return refusal("wrong-state", "他人刚刚改变了该隐患", "somebody else has just changed this hazard");
  await change
    .insertInto("evidence_bytes")
    .values({ sha256, base64: bytes.toString("base64") })
    .onConflict((conflict) => conflict.column("sha256").doNothing())
    .execute();
  await change.insertInto("evidence").values(row).execute();
  await seal(change, "evidence", [row]);
  marks.add({ kind: "hazard", id: hazard });
  return row;
}
