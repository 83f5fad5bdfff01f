// Pictures that look alike: the same photo for two hazards, or before and after, even scaled, packed anew or mirrored. It is said to whoever judges the work, and refuses nothing:
// two photos of one spot may rightly look alike.
import type { Change } from "#cloud/store/store.ts";
import type { Grey } from "#protocols/picture/grey.ts";
import { upright } from "#protocols/picture/grey.ts";
import { jpegGrey } from "#protocols/picture/jpeg.ts";
import { distanceOf, lookOf, nearest, partsOf } from "#protocols/picture/look.ts";
import { pngGrey } from "#protocols/picture/png.ts";
import { exifOrientation } from "./exif.ts";

export interface Alike {
  readonly hazard: string;
  readonly kind: string;
  readonly sha256: string;
  readonly mirrored: boolean;
  /** Of 64 bits, so many differ. */
  readonly differs: number;
  /** Of the same compound: whoever sees this hazard sees that one. */
  readonly same_site: boolean;
}

type Looks = ReturnType<typeof lookOf>;

/** undefined: nothing in it can be compared, or no reader for it is here (WebP, PDF). */
export function looksOf(bytes: Uint8Array, mime: string): Looks {
  const grey: Grey | undefined = mime === "image/jpeg" ? jpegGrey(bytes) : mime === "image/png" ? pngGrey(bytes) : undefined;
  return grey === undefined ? undefined : lookOf(upright(grey, mime === "image/jpeg" ? exifOrientation(bytes) : 1));
}

export interface Compared {
  readonly sha256: string;
  readonly hazard: string;
  readonly site: string;
  readonly kind: string;
  readonly looks: Looks;
}

/** What is known that looks like it, the nearest first; and it is known from now on. Two photos of one kind at one hazard are two views of the same thing. */
export async function noteLook(change: Change, { sha256, hazard, site, kind, looks }: Compared): Promise<Alike[]> {
  const known = await change.selectFrom("picture_look").select("sha256").where("sha256", "=", sha256).executeTakeFirst();
  if (known === undefined) {
    await change
      .insertInto("picture_look")
      .values({ sha256, look: looks?.plain ?? null })
      .execute();
    if (looks !== undefined)
      await change
        .insertInto("picture_part")
        .values(partsOf(looks.plain).map((value) => ({ value, sha256 })))
        .execute();
  }
  if (looks === undefined) return [];
  const rows = await change
    .selectFrom("picture_look")
    .innerJoin("evidence", "evidence.sha256", "picture_look.sha256")
    .innerJoin("hazard", "hazard.id", "evidence.hazard")
    .select(["evidence.hazard", "evidence.kind", "evidence.sha256", "picture_look.look", "hazard.site"])
    .where("picture_look.sha256", "in", (eb) =>
      eb
        .selectFrom("picture_part")
        .select("picture_part.sha256")
        .where("value", "in", [...new Set([...partsOf(looks.plain), ...partsOf(looks.mirrored)])]),
    )
    .where("picture_look.sha256", "!=", sha256)
    .where((eb) => eb.not(eb.and([eb("evidence.hazard", "=", hazard), eb("evidence.kind", "=", kind)])))
    .execute();
  return rows
    .flatMap((row): Alike[] => {
      if (row.look === null) return [];
      const [plain, mirrored] = [distanceOf(row.look, looks.plain), distanceOf(row.look, looks.mirrored)];
      if (Math.min(plain, mirrored) > nearest) return [];
      const { hazard: where, kind: as, sha256: of } = row;
      return [
        {
          hazard: where,
          kind: as,
          sha256: of,
          mirrored: mirrored < plain,
          differs: Math.min(plain, mirrored),
          same_site: row.site === site,
        },
      ];
    })
    .sort((a, b) => a.differs - b.differs || (a.hazard < b.hazard ? -1 : 1))
    .slice(0, 5);
}

export const alikeOf = ({ alike }: { readonly alike: string }): Alike[] => JSON.parse(alike) as Alike[];
