// A site file or limits from afar are on trial until the gateway has run well by them: what starts again and again without that, or says so itself, goes back to what was before.
import { appendFileSync, existsSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import type { DocumentKind } from "#protocols/uplink/documents.ts";
import { type DocumentFolder, writeWhole } from "./folder.ts";

export interface Trial {
  readonly kind: DocumentKind;
  readonly name: string;
  readonly version: number;
}

export type ProcessName = "safety" | "site";
const processes: readonly ProcessName[] = ["safety", "site"];
/** The start after these has gone back. */
export const mostStarts = 3;

const noteOf = (folder: string): string => join(folder, "trial.json");
const startsOf = (folder: string, process: ProcessName): string => join(folder, `trial.${process}`);

/** Before the document is put into its place, so that it never stands there untried. */
export function beginTrial(folder: string, { kind, name, version }: Trial): void {
  for (const process of processes) rmSync(startsOf(folder, process), { force: true });
  writeWhole(noteOf(folder), JSON.stringify({ kind, name, version }));
}

export function trialIn(folder: string): Trial | undefined {
  if (!existsSync(noteOf(folder))) return undefined;
  try {
    const { kind, name, version } = JSON.parse(readFileSync(noteOf(folder), "utf8")) as Trial;
    return typeof name === "string" && Number.isSafeInteger(version) ? { kind, name, version } : undefined;
  } catch {
    return undefined;
  }
}

export function endTrial(folder: string): void {
  rmSync(noteOf(folder), { force: true });
  for (const process of processes) rmSync(startsOf(folder, process), { force: true });
}

/** Whether there was something to go back from. */
export function goBack(folder: DocumentFolder): Trial | undefined {
  const trial = trialIn(folder.path);
  if (trial !== undefined) folder.reject(trial);
  endTrial(folder.path);
  return trial;
}

/** One more start of this process on trial; too many of them are no accident. */
export function countStart(folder: DocumentFolder, process: ProcessName): void {
  if (trialIn(folder.path) === undefined) return;
  const starts = startsOf(folder.path, process);
  if (existsSync(starts) && statSync(starts).size >= mostStarts) goBack(folder);
  else appendFileSync(starts, "x", { mode: 0o600 });
}
