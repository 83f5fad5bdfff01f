// The words of coming in; they come with that dialog, not with the first screen.
import { wordsOf } from "../words/language.ts";
import { personEn } from "../words/person-en.ts";
import { personZh } from "../words/person-zh.ts";

export const say = wordsOf(personZh, personEn);
