// The last lines of a log, kept to be asked for: so many, none of them long, each with its number. The safety process keeps its own, and answers whoever asks; it sends nothing by itself, and waits for nobody.
import type { SafetyToSite } from "./messages.ts";

const mostKept = 400;
const longestLine = 2_000;
const longestText = 600;
/** Of one answer. */
const mostTold = 100;
const mostTold_characters = 64_000;
/** Who asks more often is not answered. */
const restsBetween_ms = 300;

/** Still one line that can be read: its long members are cut, never the line. */
export function shortened(line: string): string {
  if (line.length <= longestLine) return line;
  try {
    const cut = JSON.stringify(JSON.parse(line), (_key, value: unknown) =>
      typeof value === "string" && value.length > longestText ? `${value.slice(0, longestText)}…` : value,
    );
    if (cut.length <= 2 * longestLine) return cut;
    const { level, time, name, msg } = JSON.parse(cut) as Record<string, unknown>;
    return JSON.stringify({ level, time, name, msg, cut: `${line.length} …` });
  } catch {
    return line.slice(0, longestLine);
  }
}

export interface NumberedLine {
  readonly n: number;
  readonly line: string;
}

export interface KeptLines {
  add(line: string): void;
  /** Oldest first. */
  all(): readonly string[];
  /** The oldest that are newer than `n`, as many as one answer takes. */
  after(n: number): readonly NumberedLine[];
}

export function keptLines(most = mostKept): KeptLines {
  const kept: NumberedLine[] = [];
  let count = 0;
  return {
    add(line) {
      count += 1;
      kept.push({ n: count, line: shortened(line) });
      if (kept.length > most) kept.splice(0, kept.length - most);
    },
    all: () => kept.map(({ line }) => line),
    after(n) {
      const told: NumberedLine[] = [];
      let characters = 0;
      for (const one of kept) {
        if (one.n <= n) continue;
        characters += one.line.length;
        if (told.length === mostTold || (told.length > 0 && characters > mostTold_characters)) break;
        told.push(one);
      }
      return told;
    },
  };
}

/** The safety process's half: what is answered to a question for its log; undefined: nothing, for there is nothing newer, or they asked too often. */
export function logTeller(
  kept: KeptLines,
  run: string,
): (asked: { readonly run: string; readonly after: number }, now_ms: number) => SafetyToSite | undefined {
  let told = Number.NEGATIVE_INFINITY;
  return (asked, now_ms) => {
    if (now_ms - told < restsBetween_ms) return undefined;
    const lines = kept.after(asked.run === run ? asked.after : 0);
    if (lines.length === 0) return undefined;
    told = now_ms;
    return { type: "log", run, lines };
  };
}

/** The site process's half: what it has heard of the other's log, over its new starts too. */
export function logHearer(most = mostKept) {
  const lines: string[] = [];
  let run = "";
  let after = 0;
  return {
    question: (): { readonly type: "log-wanted"; readonly run: string; readonly after: number } => ({ type: "log-wanted", run, after }),
    heard(message: Extract<SafetyToSite, { type: "log" }>): void {
      if (message.run !== run) after = 0;
      run = message.run;
      for (const { n, line } of message.lines) {
        if (n <= after) continue;
        after = n;
        lines.push(line);
      }
      if (lines.length > most) lines.splice(0, lines.length - most);
    },
    lines: (): readonly string[] => lines,
  };
}
