// A limits file: text in, limits or every complaint out. A ready one (gateway/limits) is meant by its name, any other by its path.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { isId } from "#protocols/vocabulary/ids.ts";
import { limitComplaints } from "../core/charging/bounds.ts";
import type { Limits } from "../core/charging/limits.ts";
import { type Complaint, type Complaints, complaints } from "./complaint.ts";
import { limitsSchema } from "./limits-schema.ts";
import { checkShape } from "./shape.ts";
import { type Complain, complainer, readYaml } from "./yaml-file.ts";

const ready = join(dirname(fileURLToPath(import.meta.url)), "..", "limits");

export interface LimitsDocument {
  readonly kind: "limits";
  readonly limits: Limits;
  readonly path: string;
  /** "sha256:…" of the text. */
  readonly hash: string;
}

/** Names of the ready files. */
export const readyLimits = (): string[] =>
  readdirSync(ready)
    .filter((file) => file.endsWith(".yaml"))
    .map((file) => basename(file, ".yaml"))
    .sort();

/** "e-bike-4a" is a ready file; what has a slash or an ending is a path from `folder`. */
export const limitsPath = (named: string, folder: string): string => (isId(named) ? join(ready, `${named}.yaml`) : resolve(folder, named));

/** For `--limits F` and for a site file's `limits`. */
export function readLimitsFile(named: string, folder: string = process.cwd()): LimitsDocument | Complaints {
  const path = limitsPath(named, folder);
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const names = readyLimits().join(", ");
    return complaints([
      {
        file: path,
        line: 0,
        column: 0,
        path: "",
        zh: `读不到限值文件：${why}；现成的有 ${names}`,
        en: `the limits file cannot be read: ${why}; ready ones are ${names}`,
      },
    ]);
  }
  return parseLimits(text, path);
}

/** `path` is only said. */
export function parseLimits(text: string, path: string): LimitsDocument | Complaints {
  const found: Complaint[] = [];
  const yaml = readYaml(text, path);
  if (yaml.broken.length > 0) return complaints(yaml.broken);
  const limits = checkLimits(yaml.value, complainer(yaml, path, found));
  if (limits === undefined) return complaints(found);
  return { kind: "limits", limits, path, hash: `sha256:${createHash("sha256").update(text).digest("hex")}` };
}

/** A value that should be limits, wherever it was written. undefined after complaints. */
export function checkLimits(value: unknown, complain: Complain): Limits | undefined {
  let complained = false;
  const heard: Complain = (path, words) => {
    complained = true;
    complain(path, words);
  };
  checkShape(value, limitsSchema, heard);
  if (complained) return undefined;
  const limits = value as Limits; // without complaints it is one: the schema's type is held equal to it by the compiler
  for (const { place, refusal } of limitComplaints(limits)) heard(place.split("."), refusal);
  return complained ? undefined : limits;
}

export const limitsJsonSchema = (): string =>
  `${JSON.stringify({ $schema: "https://json-schema.org/draft/2020-12/schema", ...limitsSchema }, null, 2)}\n`;
