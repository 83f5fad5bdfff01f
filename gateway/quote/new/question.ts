// A question of `tariff new`: a key by which a script answers it, words in Chinese and English, an example, and what an answer must look like. An answer is one line of text.
import type { Words } from "#gateway/core/parking/tariff/types.ts";

export interface Question {
  readonly key: string;
  readonly zh: string;
  readonly en: string;
  readonly example: string;
  /** The answer is one of these words. */
  readonly choices?: Readonly<Record<string, Words>>;
  /** An empty answer says that the sign has no such rule. */
  readonly mayBeNone?: boolean;
  readonly fits: (answer: string) => boolean;
}

/** Asks, and asks again where that can be done, until the answer fits. */
export type Ask = (question: Question) => Promise<string>;

export type Said = readonly [zh: string, en: string];

const lengthForm = /^\d{1,6} (d|h|min|s)( \d{1,6} (h|min|s)){0,3}$/;
const clockForm = /^([01]\d|2[0-4]):[0-5]\d(:[0-5]\d)?$/;
const dateForm = /^\d{4}-\d{2}-\d{2}$/;
const partForm = /^(up|down|drop \d+ (min|s|h))$/;
const oneLine = /^[^\p{Cc}]{1,100}$/u;

/** The questions of one prefix: "vehicle1." before the key of each. */
export class Questions {
  readonly #ask: Ask;
  readonly #prefix: string;

  constructor(ask: Ask, prefix = "") {
    this.#ask = ask;
    this.#prefix = prefix;
  }

  within(prefix: string): Questions {
    return new Questions(this.#ask, `${this.#prefix}${prefix}.`);
  }

  async #one(key: string, [zh, en]: Said, rest: Pick<Question, "example" | "fits" | "choices" | "mayBeNone">): Promise<string> {
    return this.#ask({ key: `${this.#prefix}${key}`, zh, en, ...rest });
  }

  text = (key: string, said: Said, example: string): Promise<string> =>
    this.#one(key, said, { example, fits: (answer) => oneLine.test(answer) });

  async maybeText(key: string, said: Said, example: string): Promise<string | undefined> {
    const answer = await this.#one(key, said, {
      example,
      mayBeNone: true,
      fits: (text) => text === "" || /^[^\p{Cc}]{1,300}$/u.test(text),
    });
    return answer === "" ? undefined : answer;
  }

  id = (key: string, said: Said, example: string): Promise<string> =>
    this.#one(key, said, { example, fits: (answer) => /^[a-z0-9][a-z0-9-]{0,39}$/.test(answer) });

  length = (key: string, said: Said, example: string): Promise<string> =>
    this.#one(key, said, { example, fits: (answer) => lengthForm.test(answer) });

  async maybeLength(key: string, said: Said, example: string): Promise<string | undefined> {
    const answer = await this.#one(key, said, { example, mayBeNone: true, fits: (text) => text === "" || lengthForm.test(text) });
    return answer === "" ? undefined : answer;
  }

  clock = (key: string, said: Said, example: string): Promise<string> =>
    this.#one(key, said, { example, fits: (answer) => clockForm.test(answer) });

  date = (key: string, said: Said, example: string): Promise<string> =>
    this.#one(key, said, { example, fits: (answer) => dateForm.test(answer) });

  partUnit = (key: string, said: Said): Promise<string> =>
    this.#one(key, said, { example: "up · down · drop 15 min", fits: (answer) => partForm.test(answer) });

  async number(key: string, said: Said, example: string): Promise<number> {
    return Number(await this.#one(key, said, { example, fits: isNumber }));
  }

  async maybeNumber(key: string, said: Said, example: string): Promise<number | undefined> {
    const answer = await this.#one(key, said, { example, mayBeNone: true, fits: (text) => text === "" || isNumber(text) });
    return answer === "" ? undefined : Number(answer);
  }

  /** One of several words. `none`, where it is among them, says that the sign has no such rule. */
  async choice<Word extends string>(key: string, said: Said, choices: Readonly<Record<Word, Words>>): Promise<Word> {
    const words = Object.keys(choices) as Word[];
    const mayBeNone = words.includes("none" as Word);
    const answer = await this.#one(key, said, {
      example: words.join(" · "),
      choices,
      mayBeNone,
      fits: (text) => words.includes(text as Word) || (mayBeNone && text === ""),
    });
    return (answer === "" ? "none" : answer) as Word;
  }

  async yes(key: string, said: Said): Promise<boolean> {
    const answer = await this.#one(key, said, { example: "yes · no", mayBeNone: true, fits: (text) => ["yes", "no", ""].includes(text) });
    return answer === "yes";
  }

  /** Words with commas between them. */
  async list(key: string, said: Said, words: readonly string[]): Promise<string[]> {
    const fits = (text: string) => listOf(text).length > 0 && listOf(text).every((word) => words.includes(word));
    return listOf(await this.#one(key, said, { example: words.join(", "), fits }));
  }

  async maybeList(key: string, said: Said, words: readonly string[]): Promise<string[] | undefined> {
    const fits = (text: string) => listOf(text).every((word) => words.includes(word));
    const found = listOf(await this.#one(key, said, { example: words.join(", "), mayBeNone: true, fits }));
    return found.length === 0 ? undefined : found;
  }

  /** Anything with commas between, each of one form. */
  async forms(key: string, said: Said, { example, form }: { example: string; form: RegExp }): Promise<string[]> {
    const fits = (text: string) => listOf(text).every((part) => form.test(part));
    return listOf(await this.#one(key, said, { example, mayBeNone: true, fits }));
  }
}

const isNumber = (text: string): boolean => /^\d{1,6}(\.\d{1,4})?$/.test(text);
const listOf = (text: string): string[] =>
  text
    .split(/[,，、]/)
    .map((part) => part.trim())
    .filter((part) => part !== "");
