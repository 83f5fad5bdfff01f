// `cuobian tariff new` without a template: the interview on a terminal, from a pipe, or from answers given by key.
import { readFileSync } from "node:fs";
import { explainTariff } from "#gateway/core/parking/tariff/explain.ts";
import { parseTariff } from "#gateway/tariff/file.ts";
import { Misunderstood } from "#gateway/tariff/stay-words.ts";
import { complaintText, currentVersion, Leave, readText, say, write } from "../files.ts";
import { answersOf, KeyedAnswers, lineAnswers, personAnswers } from "./answers.ts";
import { type Interviewed, interview } from "./interview.ts";

export interface NewOptions {
  readonly json: boolean;
  /** A JSON file of answers by key; "-" is the standard input. */
  readonly answers?: string;
  /** key=value, over those of the file. */
  readonly answer?: readonly string[];
}

export async function runInterview(options: NewOptions): Promise<number> {
  const found = await asked(options);
  if (found.kind === "file") return sayFile(found.text, options.json);
  if (options.json) write(JSON.stringify(found.kind === "refused" ? { refused: found } : { complaints: found.complaints }, null, 2));
  else if (found.kind === "refused")
    say(
      `这块牌子收费文件说不出，没有写文件 / a tariff file cannot say this sign; nothing was written\n  ${found.zh}\n  ${found.en} (${found.code})`,
    );
  else for (const complaint of found.complaints) say(complaintText(complaint));
  return found.kind === "refused" ? 1 : 3;
}

async function asked({ answers, answer = [] }: NewOptions): Promise<Interviewed> {
  if (answers !== undefined || answer.length > 0) {
    const keyed = new KeyedAnswers(new Map([...(answers === undefined ? [] : answersIn(answers)), ...answer.map(keyAndValue)]));
    const found = await interview(keyed.ask);
    keyed.complete();
    return found;
  }
  if (!process.stdin.isTTY) return interview(lineAnswers(readFileSync(0, "utf8").split("\n"), say));
  const person = personAnswers(process.stdin, process.stderr);
  try {
    return await interview(person.ask);
  } catch (error) {
    // Ctrl+C, Ctrl+D
    if (!(error instanceof Error) || error.name !== "AbortError") throw error;
    say("\n已中止，没有写文件 / ended; nothing was written");
    throw new Leave(2);
  } finally {
    person.close();
  }
}

function answersIn(file: string): Map<string, string> {
  const text = file === "-" ? readFileSync(0, "utf8") : readText(file);
  try {
    return answersOf(JSON.parse(text));
  } catch (error) {
    if (error instanceof SyntaxError) throw new Misunderstood(`--answers ${file}: 不是 JSON / no JSON: ${error.message}`);
    throw error;
  }
}

function keyAndValue(text: string): [string, string] {
  const at = text.indexOf("=");
  if (at < 1) throw new Misunderstood(`--answer ${text}: 应写成 / write cap.amounts=10`);
  return [text.slice(0, at), text.slice(at + 1).trim()];
}

/** The file, and on the side what it says, to be held against the sign. */
function sayFile(text: string, json: boolean): number {
  const read = parseTariff(text, "new");
  if ("complaints" in read) throw new Error("a checked file is refused");
  const words = explainTariff(read.tariff, currentVersion(read.tariff));
  if (json) write(JSON.stringify({ tariff: text, explained: words }, null, 2));
  else {
    write(text.trimEnd());
    say(["请与牌子逐句对照 / hold this against the sign:", ...words.map(({ zh, en }) => `  ${zh} / ${en}`)].join("\n"));
  }
  return 0;
}
