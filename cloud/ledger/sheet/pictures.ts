// Which pictures go into the photo annex, made small: so many to a file and no more; which are not in it, and why, is said in their line.
import type { Row } from "#cloud/store/schema.ts";
import type { Queries } from "#cloud/store/store.ts";
import type { Image } from "#protocols/excel/drawing.ts";
import { jpegBare, pngBare } from "#protocols/picture/bare.ts";
import { pngPlanes } from "#protocols/picture/png.ts";
import { longest, type Small, smallOf } from "#protocols/picture/small.ts";
import { exifOrientation } from "../exif.ts";

/** Of one file: what a person looks through, and what a mail still takes. */
export const most = { pictures: 300, bytes: 24 * 1024 * 1024 } as const;
/** Below that a small one shows nothing: then the picture itself is taken, where it is small enough. */
const leastPoints = 160;
const mostWhole_bytes = 200 * 1024;

export interface Drawn extends Image {
  readonly width: number;
  readonly height: number;
  /** How it stands in the file, in words. */
  readonly words: string;
}

export type Pictured = Drawn | { readonly why: string };

export const maskedWords = "未附：按角色遮蔽，请在系统中说明理由后查看";
const fullWords = `未附：每份文件最多附 ${most.pictures} 张、${most.bytes >> 20} MB`;

export interface Drawing {
  readonly of: (sha256: string) => Pictured;
  readonly images: readonly Drawn[];
}

interface Made {
  readonly ending: Image["ending"];
  readonly small: Small;
  readonly words: string;
}

/** undefined: it cannot be read. */
export function madeOf(bytes: Uint8Array, mime: string): Made | undefined {
  // Small as it is: to be read is all that is asked of it, and it is not coded anew.
  const bare = mime === "image/png" ? pngBare(bytes) : undefined;
  if (bare !== undefined && Math.max(bare.width, bare.height) <= longest && bare.bytes.length <= mostWhole_bytes)
    return pngPlanes(bare.bytes) === undefined ? undefined : { ending: "png", small: bare, words: "已附" };
  const turned = mime === "image/jpeg" ? exifOrientation(bytes) : 1;
  const small = smallOf(bytes, mime, turned);
  if (small === undefined) return undefined;
  if (mime === "image/jpeg" && turned === 1 && bytes.length <= mostWhole_bytes && Math.max(small.width, small.height) < leastPoints) {
    const whole = jpegBare(bytes);
    if (whole !== undefined) return { ending: "jpeg", small: whole, words: "已附" };
  }
  return { ending: "png", small, words: "已附（缩小）" };
}

interface Gathering {
  readonly rows: AsyncIterable<readonly Row<"evidence">[]>;
  readonly write: (image: Image, bytes: Uint8Array) => void;
  /** It goes on: a picture takes a tenth of a second. */
  readonly alive: () => void;
}

/** Each picture once, in the order of the lines, until the file is full; written as it is made. */
export async function drawPictures(read: Queries, { rows, write, alive }: Gathering): Promise<Drawing> {
  const found = new Map<string, Pictured>();
  const images: Drawn[] = [];
  let size = 0;
  const draw = async ({ sha256, mime }: Row<"evidence">): Promise<Pictured> => {
    if (!mime.startsWith("image/")) return { why: "未附：不是图片（PDF），见地址" };
    if (mime === "image/webp") return { why: "未附：WebP 图片不能缩小，见地址" };
    const kept = await read.selectFrom("evidence_bytes").select("base64").where("sha256", "=", sha256).executeTakeFirst();
    if (kept === undefined) return { why: "未附：照片已按保存期限清除，摘要仍在" };
    alive();
    const made = madeOf(Buffer.from(kept.base64, "base64"), mime);
    if (made === undefined) return { why: "未附：图片不能识别，见地址" };
    const { ending, small, words } = made;
    if (size + small.bytes.length > most.bytes) return { why: fullWords };
    size += small.bytes.length;
    const drawn = { n: images.length + 1, ending, width: small.width, height: small.height, words };
    images.push(drawn);
    write(drawn, small.bytes);
    return drawn;
  };
  gathering: for await (const page of rows)
    for (const row of page) {
      if (images.length >= most.pictures || size >= most.bytes) break gathering;
      if (!found.has(row.sha256)) found.set(row.sha256, await draw(row));
    }
  return { of: (sha256) => found.get(sha256) ?? { why: fullWords }, images };
}
