// Tariff files and how their faults are said on a terminal.
import { readFileSync } from "node:fs";
import { type Tariff, type Version, versionAt } from "#gateway/core/parking/tariff.ts";
import { type Complaint, parseTariff } from "#gateway/tariff/file.ts";
import { wall } from "#protocols/vocabulary/time.ts";

export const say = (text: string): void => void process.stderr.write(`${text}\n`);
export const write = (text: string): void => void process.stdout.write(`${text}\n`);

export const complaintText = ({ file, line, column, path, code, zh, en, example }: Complaint): string =>
  `${file}:${line}:${column}: ${path} [${code}] ${zh} / ${en}${example === undefined ? "" : `\n    应写 / write: ${example}`}`;

/** Ends the program with a code; the words are already said. */
export class Leave extends Error {
  readonly code: number;
  constructor(code: number) {
    super(`exit ${code}`);
    this.code = code;
  }
}

export function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    say(`cuobian: 读不了 / cannot read ${path}: ${error instanceof Error ? error.message : String(error)}`);
    throw new Leave(4);
  }
}

export function readSound(path: string): Tariff {
  const read = parseTariff(readText(path), path);
  if ("tariff" in read) return read.tariff;
  for (const complaint of read.complaints) say(complaintText(complaint));
  throw new Leave(3);
}

/** The version in force now; the last one when none is. */
export function currentVersion(tariff: Tariff): Version {
  const version = versionAt(tariff, wall(Date.now())) ?? tariff.versions.at(-1);
  if (version === undefined) throw new Leave(3);
  return version;
}
