// What a person says on the spot: typed, or read from a file for those who script. Never guessed: without a terminal and without a file nobody is asked.
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline/promises";
import { UsageError } from "../device/say.ts";

export interface Asker {
  /** `key` is what the answer belongs to: a socket's name. undefined: there is none. */
  ask(key: string, question: string): Promise<string | undefined>;
  close(): void;
}

/** Lines "station-1/3 37"; what is behind # is for people. An answer may be empty: as it should be. */
export function answersFrom(text: string): Map<string, string> {
  const answers = new Map<string, string>();
  for (const line of text.split("\n")) {
    const [key = "", ...rest] = line.replace(/#.*$/, "").trim().split(/\s+/);
    if (key !== "") answers.set(key, rest.join(" "));
  }
  return answers;
}

export function askerOf(file: string | undefined): Asker {
  if (file !== undefined) {
    const answers = answersFrom(textOf(file));
    return { ask: async (key) => answers.get(key), close: () => undefined };
  }
  if (!process.stdin.isTTY)
    throw new UsageError(
      "没有终端：用 --answers 文件（每行 “station-1/3 37”），- 为标准输入 / no terminal: give --answers FILE (lines “station-1/3 37”), or - for standard input",
    );
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  return { ask: (_, question) => lines.question(question), close: () => lines.close() };
}

function textOf(file: string): string {
  try {
    return readFileSync(file === "-" ? 0 : file, "utf8");
  } catch (error) {
    throw new UsageError(`--answers ${file}: ${error instanceof Error ? error.message : error}`);
  }
}
