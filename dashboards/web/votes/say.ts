// Words of this room; they come with it.
import { wordsOf } from "../words/language.ts";
import { votesEn } from "../words/votes-en.ts";
import { votesZh } from "../words/votes-zh.ts";

export const say = wordsOf(votesZh, votesEn);
