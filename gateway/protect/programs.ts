// The two verbs, as functions from words to an ending, so that tests need no process.
import { curve } from "./curve-command.ts";
import { type Ending, ended, isUsage } from "./ending.ts";
import { help } from "./help.ts";
import { replay } from "./replay-command.ts";

const verbs: Readonly<Record<string, (args: readonly string[]) => Ending>> = { replay, curve };

export async function run(words: readonly string[]): Promise<Ending> {
  const [verb, ...args] = words;
  if (verb === undefined || words.some((word) => word === "--help" || word === "-h") || verb === "help")
    return { stdout: help(), stderr: "", code: 0 };
  const act = verbs[verb];
  if (act === undefined) return ended(2, `没有命令 / no command "protect ${verb}"; replay, curve\n  cuobian protect --help`);
  try {
    return act(args);
  } catch (error) {
    if (isUsage(error)) return ended(2, `cuobian protect ${verb}: ${error.message}\n  cuobian protect --help`);
    throw error;
  }
}
