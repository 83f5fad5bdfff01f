// Words of this room; they come with it.

import { accessEn } from "../words/access-en.ts";
import { accessZh } from "../words/access-zh.ts";
import { wordsOf } from "../words/language.ts";

export const say = wordsOf(accessZh, accessEn);
