// Words of this room; they come with it.
import { wordsOf } from "../words/language.ts";
import { accessEn } from "../words/access-en.ts";
import { accessZh } from "../words/access-zh.ts";

export const say = wordsOf(accessZh, accessEn);
