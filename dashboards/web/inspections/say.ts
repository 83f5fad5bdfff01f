// Words of this room; they come with it.
import { inspectionsEn } from "../words/inspections-en.ts";
import { inspectionsZh } from "../words/inspections-zh.ts";
import { wordsOf } from "../words/language.ts";

export const say = wordsOf(inspectionsZh, inspectionsEn);
