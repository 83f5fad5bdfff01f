// Reads the house: which files there are, what each imports, which of its text is code.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";

export const root = normalize(join(dirname(fileURLToPath(import.meta.url)), "..", ".."));

export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

/** Files that git knows or would know, so that nobody's build output is read as the house. */
export function houseFiles(ending: RegExp): string[] {
  return execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], { cwd: root, encoding: "utf8" })
    .split("\n")
    .filter((path) => ending.test(path));
}

export const readSource = (path: string): SourceFile => ({ path, text: readFileSync(join(root, path), "utf8") });

/** Comments and string contents taken away (strings keep their quotes and a leading node:), line breaks kept. */
export function codeOnly(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*|`(?:\\.|[^`\\])*`|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'/g, (piece) => {
    if (piece.startsWith("/")) return piece.replace(/[^\n]/g, " ");
    const quote = piece.charAt(0);
    if (quote === "`") return piece.replace(/[^\n$`{}().\w]/g, " ");
    return piece.slice(1).startsWith("node:") ? `${quote}node:${quote}` : quote + quote;
  });
}

const importPattern = /(?:\bfrom\s+|\bimport\s*\(\s*|\bimport\s+|\bnew URL\(\s*)["']([^"'\n]+)["']/g;

/** Specifiers of static, re-exporting and dynamic imports. */
export function importsOf(text: string): string[] {
  const withoutComments = text.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/[^\n]*/gm, "");
  return [...withoutComments.matchAll(importPattern)].map((match) => match[1] ?? "");
}

const doors: Readonly<Record<string, string>> = {
  "#protocols": "protocols",
  "#gateway": "gateway",
  "#cloud": "cloud",
  "#sim": "firmware-sim",
  "#command": "command",
  "#test": "test",
};

export type Target =
  | { readonly kind: "room"; readonly path: string }
  | { readonly kind: "package"; readonly name: string }
  | { readonly kind: "node" };

/** Where an import leads: into the house, to an npm package, or to Node itself. */
export function targetOf(from: string, specifier: string): Target {
  if (specifier.startsWith("node:")) return { kind: "node" };
  if (specifier.startsWith(".")) return { kind: "room", path: normalize(join(dirname(from), specifier)) };
  const [head = "", ...rest] = specifier.split("/");
  const door = doors[head];
  if (door !== undefined) return { kind: "room", path: [door, ...rest].join("/") };
  return { kind: "package", name: head.startsWith("@") ? `${head}/${rest[0] ?? ""}` : head };
}
