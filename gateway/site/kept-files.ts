// What a sealed backup carries beside the journal, so that another machine can take the gateway's place from that one file: the site file and what it names in its own folder.
import { lstatSync, mkdirSync, readFileSync } from "node:fs";
import { dirname, isAbsolute, join, relative, resolve } from "node:path";
import { writeWhole } from "../config/documents/folder.ts";
import type { SiteFile } from "../config/read.ts";
import type { KeptFile } from "../journal/backup.ts";

/** Keys of the site file that name a file: secrets, tariffs, prices, limits. */
const names = /^(?:.*_file|file|tariff|price)$/;
const largest = 1024 * 1024;
/** The site file itself. */
export const siteFileName = "";

function* namedIn(value: unknown): Generator<string> {
  if (typeof value !== "object" || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    if (typeof inner === "string" && names.test(key)) yield inner;
    else yield* namedIn(inner);
  }
}

/** undefined: it lies elsewhere, and belongs to its machine. */
function nameInside(folder: string, named: string): string | undefined {
  const name = relative(folder, resolve(folder, named));
  return name === "" || name.startsWith("..") || isAbsolute(name) ? undefined : name;
}

export interface Gathered {
  readonly files: readonly KeptFile[];
  /** Named by the site file, and not taken along: not in its folder, not there, or no file of a sensible size. */
  readonly left: readonly string[];
}

export function filesOf({ config, folder, text }: Pick<SiteFile, "config" | "folder" | "text">): Gathered {
  const files = new Map<string, Buffer>([[siteFileName, Buffer.from(text)]]);
  const left = new Set<string>();
  for (const named of namedIn(config)) {
    const name = nameInside(folder, named);
    const bytes = name === undefined ? undefined : bytesOf(join(folder, name));
    if (name !== undefined && bytes !== undefined) files.set(name, bytes);
    // A bare word is the name of a ready limits file, which every gateway brings along.
    else if (/[./]/.test(named)) left.add(named);
  }
  return { files: [...files].map(([name, bytes]) => ({ name, bytes })), left: [...left] };
}

function bytesOf(path: string): Buffer | undefined {
  try {
    const found = lstatSync(path);
    return found.isFile() && found.size <= largest ? readFileSync(path) : undefined;
  } catch {
    return undefined;
  }
}

/** Puts them beside `path`, the site file last: whoever sees it can begin with it. A name that would leave the folder is passed over. */
export function placeFiles(path: string, files: readonly KeptFile[]): void {
  const folder = dirname(resolve(path));
  for (const { name, bytes } of files) {
    const inside = name === siteFileName ? undefined : nameInside(folder, name);
    if (inside === undefined) continue;
    const place = join(folder, inside);
    mkdirSync(dirname(place), { recursive: true, mode: 0o700 });
    writeWhole(place, bytes);
  }
}
