// How the two programs here end and speak. A verb returns what to print and how to end, so that tests need no process.

export interface Ending {
  readonly stdout: string;
  readonly stderr: string;
  /** 0 ok, 1 failed, 2 usage, 3 profile or table invalid, 4 unreachable, 5 done, with warnings. */
  readonly code: 0 | 1 | 2 | 3 | 4 | 5;
}

export const ok = (stdout: string, stderr = ""): Ending => ({ stdout, stderr, code: 0 });
export const ended = (code: Ending["code"], stderr: string, stdout = ""): Ending => ({ stdout, stderr: `${stderr}\n`, code });

/** What was typed cannot be meant. */
export class UsageError extends Error {}
export const isUsage = (error: unknown): error is Error =>
  error instanceof UsageError ||
  (error instanceof Error && "code" in error && typeof error.code === "string" && error.code.startsWith("ERR_PARSE_ARGS"));

/** The device or the line cannot be reached. */
export class Unreachable extends Error {}

export function whole(name: string, text: string | undefined, limits: readonly [number, number]): number | undefined {
  if (text === undefined) return undefined;
  const value = /^(0x[0-9a-f]+|-?\d+)$/i.test(text) ? Number(text) : Number.NaN;
  if (!(value >= limits[0] && value <= limits[1]))
    throw new UsageError(`--${name}: 应为 ${limits[0]} … ${limits[1]} 的整数 / a whole number ${limits[0]} … ${limits[1]}, not "${text}"`);
  return value;
}

export function oneOf<const Words extends readonly string[]>(name: string, text: string, words: Words): Words[number] {
  const found = words.find((word) => word === text);
  if (found === undefined) throw new UsageError(`--${name}: ${words.join(" | ")}, not "${text}"`);
  return found;
}

/** Chinese characters take two columns of a terminal. */
const columns = (text: string): number =>
  Array.from(text).reduce(
    (sum, character) =>
      sum + (/[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/.test(character) ? 2 : 1),
    0,
  );

/** Rows as an aligned table; numbers stand to the right. */
export function table(rows: readonly (readonly string[])[], right: readonly number[] = []): string {
  const widths: number[] = [];
  for (const row of rows) for (const [at, cell] of row.entries()) widths[at] = Math.max(widths[at] ?? 0, columns(cell));
  return rows
    .map((row) =>
      row
        .map((cell, at) => {
          const space = " ".repeat(Math.max(0, (widths[at] ?? 0) - columns(cell)));
          return right.includes(at) ? space + cell : cell + space;
        })
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
