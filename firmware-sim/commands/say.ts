// How the program ends and speaks: data on standard output, talk on standard error, the exit codes of every cuobian program.
export const exitCode = { ok: 0, failed: 1, usage: 2, config: 3, unreachable: 4, interrupted: 130 } as const;
export type ExitCode = (typeof exitCode)[keyof typeof exitCode];

export const data = (text: string): void => {
  process.stdout.write(`${text}\n`);
};
export const talk = (text: string): void => {
  process.stderr.write(`${text}\n`);
};

/** What was typed cannot be meant. */
export class UsageError extends Error {}

/** parseArgs throws TypeErrors with these codes for what was typed wrongly. */
export const isUsageError = (error: unknown): error is Error =>
  error instanceof UsageError ||
  (error instanceof Error && "code" in error && typeof error.code === "string" && error.code.startsWith("ERR_PARSE_ARGS"));

export function wholeNumber(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^-?\d+$/.test(text)) throw new UsageError(`--${name}: 需要整数 / a whole number, not "${text}"`);
  return Number(text);
}

/** Edits between two words (Levenshtein). */
function edits(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1)
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)));
    row = next;
  }
  return row[b.length] ?? 0;
}

/** The known word that was probably meant. */
export function meant(typed: string, known: readonly string[]): string | undefined {
  const ranked = known.map((word) => ({ word, distance: edits(typed, word) })).sort((a, b) => a.distance - b.distance);
  const best = ranked[0];
  return best !== undefined && best.distance <= Math.max(2, Math.floor(best.word.length / 3)) ? best.word : undefined;
}
