// Where the answers of `tariff new` come from: a file or options that name them by key, the lines of a pipe, or a person at a terminal.
import { createInterface, type Interface } from "node:readline/promises";
import { Misunderstood } from "#gateway/tariff/stay-words.ts";
import type { Ask, Question } from "./question.ts";

/** Of a script: answers by key. `otherwise: no` says of everything that may be absent that the sign has no such rule. */
export class KeyedAnswers {
  readonly #answers: Map<string, string>;
  readonly #otherwise: boolean;
  readonly #asked = new Set<string>();

  constructor(answers: ReadonlyMap<string, string>) {
    this.#answers = new Map(answers);
    this.#otherwise = this.#answers.get("otherwise") === "no";
    this.#answers.delete("otherwise");
  }

  readonly ask: Ask = (question) => {
    this.#asked.add(question.key);
    const answer = this.#answers.get(question.key) ?? (this.#otherwise && question.mayBeNone === true ? "" : undefined);
    if (answer === undefined) throw new Misunderstood(`${question.key}: 没有回答 / not answered: ${text(question)}`);
    if (!question.fits(answer)) throw unfit(question, answer);
    return Promise.resolve(answer);
  };

  /** An answer to a question that was never asked is a rule that would be lost. */
  complete(): void {
    const unasked = [...this.#answers.keys()].filter((key) => !this.#asked.has(key));
    if (unasked.length > 0) throw new Misunderstood(`没有问到 / never asked: ${unasked.join(", ")}`);
  }
}

/** Of a pipe: one line for each question, in order; blank lines answer "none". */
export function lineAnswers(lines: readonly string[], say: (text: string) => void): Ask {
  let next = 0;
  return (question) => {
    const answer = lines[next]?.trim();
    next += 1;
    if (answer === undefined) throw new Misunderstood(`${question.key}: 没有回答 / not answered: ${text(question)}`);
    say(`${text(question)} [${question.key}] ${answer}`);
    if (!question.fits(answer)) throw unfit(question, answer);
    return Promise.resolve(answer);
  };
}

/** Of a person: asked again until it fits. */
export function personAnswers(input: NodeJS.ReadableStream, output: NodeJS.WritableStream): { ask: Ask; close: () => void } {
  const terminal: Interface = createInterface({ input, output });
  const ask: Ask = async (question) => {
    for (const [word, { zh, en }] of Object.entries(question.choices ?? {})) output.write(`    ${word.padEnd(14)} ${zh} / ${en}\n`);
    for (;;) {
      const answer = (await terminal.question(`${text(question)} [${question.key}]\n  (${question.example}) > `)).trim();
      if (question.fits(answer)) return answer;
      output.write(`  应写成 / write: ${question.example}\n`);
    }
  };
  return { ask, close: () => terminal.close() };
}

const text = ({ zh, en }: Question): string => `${zh} / ${en}`;
const unfit = (question: Question, answer: string): Misunderstood =>
  new Misunderstood(`${question.key}: ${answer === "" ? "（空 / empty）" : answer}：应写成 / write: ${question.example}`);

/** `{ "cap.amounts": [30, 40], "passes.rest_has_free_time": false }` as answers. */
export function answersOf(raw: unknown): Map<string, string> {
  if (raw === null || typeof raw !== "object" || Array.isArray(raw)) throw new Misunderstood('答案文件要写成 / write {"id": "my-lot", …}');
  return new Map(Object.entries(raw).map(([key, value]) => [key, answerText(key, value)]));
}

function answerText(key: string, value: unknown): string {
  if (typeof value === "string") return value.trim();
  if (typeof value === "number") return String(value);
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (value === null) return "";
  if (Array.isArray(value) && value.every((one) => typeof one === "string" || typeof one === "number")) return value.join(", ");
  throw new Misunderstood(`${key}: 写成文字、数字、true/false 或一列 / write a text, a number, true or false, or a list`);
}
