// How these programs end and speak.

export interface Ending {
  readonly stdout: string;
  readonly stderr: string;
  /** 0 no trip, or coordinated; 1 it tripped; 2 usage; 3 samples or limits wrong; 5 not coordinated with the breaker. */
  readonly code: 0 | 1 | 2 | 3 | 5;
}
export const ended = (code: Ending["code"], stderr: string, stdout = ""): Ending => ({ stdout, stderr: `${stderr}\n`, code });

export class UsageError extends Error {}
export const isUsage = (error: unknown): error is Error =>
  error instanceof UsageError ||
  (error instanceof Error && "code" in error && typeof error.code === "string" && error.code.startsWith("ERR_PARSE_ARGS"));

export function numberOf(name: string, text: string | undefined, range: readonly [number, number]): number | undefined {
  if (text === undefined) return undefined;
  const value = text.trim() === "" ? Number.NaN : Number(text);
  if (!(value >= range[0] && value <= range[1]))
    throw new UsageError(`--${name}: 应在 ${range[0]} … ${range[1]}，不是 / a number ${range[0]} … ${range[1]}, not "${text}"`);
  return value;
}
