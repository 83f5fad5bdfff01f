// The commissioning record: what was looked at, when, by whom, and what was seen. Lines of JSON that are only ever added to; each carries the checksum of the
// one before it, so that a line that was taken out or changed later shows itself.
import { createHash } from "node:crypto";
import { appendFileSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

export type Entry =
  | {
      readonly kind: "walk";
      readonly socket: string;
      readonly label: string;
      /** What the person saw light up; null: nothing. */
      readonly seen: string | null;
      readonly verdict: string;
    }
  | { readonly kind: "commission"; readonly load_W: number | null; readonly sockets: number; readonly findings: readonly object[] }
  | { readonly kind: "replace"; readonly station: string; readonly what: string; readonly note: string };

export type Recorded = Entry & {
  readonly at: string;
  readonly person: string;
  readonly site: string;
  readonly gateway: string;
  /** Checksum of the line before; "" in the first. */
  readonly prior: string;
};

export const recordPath = (data: string): string => join(data, "commissioning.jsonl");
const sumOf = (line: string): string => createHash("sha256").update(line).digest("hex").slice(0, 16);
const linesOf = (path: string): string[] =>
  existsSync(path)
    ? readFileSync(path, "utf8")
        .split("\n")
        .filter((line) => line !== "")
    : [];

export interface Book {
  readonly path: string;
  add(entry: Entry): void;
}

export function openBook(path: string, by: { readonly person: string; readonly site: string; readonly gateway: string }): Book {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  return {
    path,
    add(entry) {
      const last = linesOf(path).at(-1);
      const line: Recorded = { at: new Date().toISOString(), ...by, ...entry, prior: last === undefined ? "" : sumOf(last) };
      appendFileSync(path, `${JSON.stringify(line)}\n`);
    },
  };
}

export interface BookRead {
  readonly entries: readonly Recorded[];
  /** Numbers of lines that do not follow from the one before. */
  readonly broken: readonly number[];
}

export function readBook(path: string): BookRead {
  const lines = linesOf(path);
  const broken: number[] = [];
  const entries: Recorded[] = [];
  for (const [at, line] of lines.entries()) {
    const before = lines[at - 1];
    try {
      const entry = JSON.parse(line) as Recorded;
      if (entry.prior !== (before === undefined ? "" : sumOf(before))) broken.push(at + 1);
      entries.push(entry);
    } catch {
      broken.push(at + 1);
    }
  }
  return { entries, broken };
}
