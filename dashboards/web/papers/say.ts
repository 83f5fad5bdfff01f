// Words of the register of papers; they come with it.
import type { IssuedPaper, PaperKind } from "../data/papers-api.ts";
import { language, wordsOf } from "../words/language.ts";
import { papersEn } from "../words/papers-en.ts";
import { papersZh } from "../words/papers-zh.ts";

export const say = wordsOf(papersZh, papersEn);

/** As the issuer calls it; in English by its kind. */
export const titleOf = ({ kind, title }: Pick<IssuedPaper, "title"> & { readonly kind: PaperKind }): string =>
  language.value === "en" ? say.value.kinds[kind] : title;
