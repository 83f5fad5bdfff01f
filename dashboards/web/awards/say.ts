// Words of this room; they come with it.
import { awardsEn } from "../words/awards-en.ts";
import { awardsZh } from "../words/awards-zh.ts";
import { wordsOf } from "../words/language.ts";

export const say = wordsOf(awardsZh, awardsEn);
