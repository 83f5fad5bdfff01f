// Two versions side by side as a page shows them: which two are offered, in what order their compounds stand, and points to the thousandth. Pure.
import type { ComparedCompound, Fraction, CompareLine as Line, SchemeVersionView as Version } from "#protocols/api/comparison.ts";

/** 93333 -> "93.333", 95000 -> "95": nothing of an exact score is rounded away. */
export const exactPoints = (milli: number): string => String(milli / 1_000).replace("-", "−");
export const signedPoints = (milli: number): string => `${milli > 0 ? "+" : ""}${exactPoints(milli)}`;
export const shareText = (share: Fraction | null): string => (share === null ? "—" : `${share.numerator}/${share.denominator}`);

/** Kinds that have versions, in the order in which they come. */
export const kindsOf = (versions: readonly Version[]): string[] => [...new Set(versions.map(({ kind }) => kind))];

/** Two of one kind: what was asked for where it is of that kind, otherwise its first as the newer and the next as the older. */
export function pairOf(
  versions: readonly Version[],
  asked: { readonly kind?: string | undefined; readonly a?: string | undefined; readonly b?: string | undefined },
): { readonly kind: string; readonly offered: readonly Version[]; readonly a: Version; readonly b: Version } | undefined {
  const kinds = kindsOf(versions);
  const pairs = kinds.filter((kind) => versions.filter((one) => one.kind === kind).length > 1);
  const kind = kinds.find((one) => one === asked.kind) ?? pairs[0];
  const offered = versions.filter((one) => one.kind === kind);
  const named = (key: string | undefined): Version | undefined => offered.find((one) => one.key === key);
  const b = named(asked.b) ?? offered.find(({ key }) => key !== asked.a);
  const a = named(asked.a) ?? offered.find(({ key }) => key !== b?.key);
  return kind === undefined || a === undefined || b === undefined ? undefined : { kind, offered, a, b };
}

/** As B ranks them; who was not assessed stands last. */
export const inOrder = (all: readonly ComparedCompound[]): ComparedCompound[] =>
  [...all].sort((one, other) => (one.b?.rank ?? 9_999) - (other.b?.rank ?? 9_999) || (one.name < other.name ? -1 : 1));

/** What makes the difference, the most of it first. */
export const makersOf = ({ lines }: Pick<ComparedCompound, "lines">): Line[] =>
  lines
    .filter(({ difference_milli }) => difference_milli !== 0)
    .sort((one, other) => Math.abs(other.difference_milli) - Math.abs(one.difference_milli));

/** The modules whose share is another in the two. */
export const sharesMoved = (
  a: Version,
  b: Version,
): { readonly zh: string; readonly en: string; readonly a: Fraction | null; readonly b: Fraction | null }[] => {
  const ids = [...new Set([...b.modules, ...a.modules].map(({ id }) => id))];
  return ids.flatMap((id) => {
    const [of_a, of_b] = [a, b].map(({ modules }) => modules.find((one) => one.id === id));
    const named = of_b ?? of_a;
    if (named === undefined || shareText(of_a?.share ?? null) === shareText(of_b?.share ?? null)) return [];
    return [{ zh: named.zh, en: named.en, a: of_a?.share ?? null, b: of_b?.share ?? null }];
  });
};
