// Words of this room; they come with it.
import { wordsOf } from "../words/language.ts";
import { reportsEn } from "../words/reports-en.ts";
import { reportsZh } from "../words/reports-zh.ts";

export const say = wordsOf(reportsZh, reportsEn);
