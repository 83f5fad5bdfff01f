// The words of the board and of what stands beneath it, in the language that is shown.
import { wordsOf } from "../words/language.ts";
import { supervisionEn } from "../words/supervision-en.ts";
import { supervisionZh } from "../words/supervision-zh.ts";

export const say = wordsOf(supervisionZh, supervisionEn);
