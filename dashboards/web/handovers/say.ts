// Words of this room; they come with it.
import { handoversEn } from "../words/handovers-en.ts";
import { handoversZh } from "../words/handovers-zh.ts";
import { wordsOf } from "../words/language.ts";

export const say = wordsOf(handoversZh, handoversEn);
