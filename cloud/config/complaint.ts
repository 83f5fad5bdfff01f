// What is wrong with the cloud's file, said so that a person can mend it: where (file, line, column, path), what, and an example or the word that was meant.

export interface Complaint {
  readonly file: string;
  /** From 1; 0 when the file has no such place (it could not be read at all). */
  readonly line: number;
  readonly column: number;
  /** gateways[0].site */
  readonly path: string;
  readonly zh: string;
  readonly en: string;
  /** A right value, as it would stand in the file. */
  readonly example?: string;
}

export type Path = readonly (string | number)[];

export interface Words {
  readonly zh: string;
  readonly en: string;
  readonly example?: string | undefined;
  /** Whether the key or its value is meant; the value if not said. */
  readonly of?: "key" | "value";
}

/** Complains at a path of one file. */
export type Complain = (path: Path, words: Words) => void;

/** ["gateways", 0, "site"] -> "gateways[0].site" */
export function pathText(path: Path): string {
  return path.reduce<string>((text, part) => (typeof part === "number" ? `${text}[${part}]` : text === "" ? part : `${text}.${part}`), "");
}

/** "cloud.yaml:12:5  gateways[0].site  …": the form that editors make clickable. */
export function complaintText({ file, line, column, path, zh, en, example }: Complaint): string {
  const place = line === 0 ? file : `${file}:${line}:${column}`;
  return `${place}  ${path === "" ? "" : `${path}  `}${zh} / ${en}${example === undefined ? "" : `\n    例 / e.g. ${example}`}`;
}
