// What is wrong with a file, said so that a person can mend it: where (file, line, column, path), what, and an example or the word that was meant.

export interface Complaint {
  readonly file: string;
  /** From 1; 0 when the file has no such place (it could not be read at all). */
  readonly line: number;
  readonly column: number;
  /** stations[0].unit */
  readonly path: string;
  readonly zh: string;
  readonly en: string;
  /** A right value, as it would stand in the file. */
  readonly example?: string;
}

export interface Complaints {
  readonly kind: "complaints";
  readonly complaints: readonly Complaint[];
}

export const complaints = (list: readonly Complaint[]): Complaints => ({ kind: "complaints", complaints: list });

export type Path = readonly (string | number)[];

/** ["stations", 0, "unit"] -> "stations[0].unit" */
export function pathText(path: Path): string {
  return path.reduce<string>((text, part) => (typeof part === "number" ? `${text}[${part}]` : text === "" ? part : `${text}.${part}`), "");
}

/** "site.yaml:12:5  stations[0].unit  …": the form that editors make clickable. */
export function complaintText(complaint: Complaint): string {
  const { file, line, column, path, zh, en, example } = complaint;
  const place = line === 0 ? file : `${file}:${line}:${column}`;
  return `${place}  ${path === "" ? "" : `${path}  `}${zh} / ${en}${example === undefined ? "" : `\n    例 / e.g. ${example}`}`;
}
