// Versions of assessment schemes: the one that each began with, and every one that the bureau wrote after it. Two of one kind may be laid beside each other; two kinds never.
import type { Queries } from "#cloud/store/store.ts";
import type { Scheme } from "./scheme.ts";
import { usualSchemes } from "./usual-schemes.ts";

export interface SchemeVersion {
  /** "stars-third@0": the scheme, and its version; 0 is the one that it began with. */
  readonly key: string;
  readonly scheme: Scheme;
  readonly version: number;
  /** null: it has held since the beginning. */
  readonly valid_from: string | null;
}

/** By scheme, the oldest first. */
export async function schemeVersions(read: Queries): Promise<SchemeVersion[]> {
  const rows = await read.selectFrom("rule").selectAll().where("kind", "=", "scheme").orderBy("scope").orderBy("version").execute();
  const ids = [...new Set([...usualSchemes.map(({ id }) => id), ...rows.map(({ scope }) => scope)])];
  return ids.flatMap((id): SchemeVersion[] => [
    ...usualSchemes.filter((one) => one.id === id).map((scheme) => ({ key: `${id}@0`, scheme, version: 0, valid_from: null })),
    ...rows
      .filter(({ scope }) => scope === id)
      .map(({ body, version, valid_from }) => ({
        ...{ key: `${id}@${version}`, version, valid_from },
        scheme: { ...(JSON.parse(body) as Scheme), id },
      })),
  ]);
}

/** Under which of these schemes the period was written down: the first that somebody visited under. */
export async function writtenUnder(read: Queries, period: string, schemes: readonly string[]): Promise<string | undefined> {
  const found = await read
    .selectFrom("assessment_visit")
    .select("scheme")
    .distinct()
    .where("period", "=", period)
    .where("scheme", "in", ["", ...schemes])
    .execute();
  return schemes.find((id) => found.some(({ scheme }) => scheme === id));
}
