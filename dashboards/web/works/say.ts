// Words of these rooms; they come with them.
import { wordsOf } from "../words/language.ts";
import { worksEn } from "../words/works-en.ts";
import { worksZh } from "../words/works-zh.ts";

export const say = wordsOf(worksZh, worksEn);
