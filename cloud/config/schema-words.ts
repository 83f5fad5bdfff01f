// The words that every part of the cloud's file is declared with: the gateway's, and files that only the cloud may read.
import { text } from "#gateway/config/schema-words.ts";

export { id, said, strict, text } from "#gateway/config/schema-words.ts";
export const file = (zh: string, en: string, example: string) => text(zh, `${en}, readable by the cloud only`, example, 400);
