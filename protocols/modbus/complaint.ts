// What is wrong with a profile, said so that a person can mend it: where, what (Chinese first), and what would be right.

export interface ProfileComplaint {
  /** points[3].order; with the point's own name, because nobody counts to 3. */
  readonly path: string;
  readonly zh: string;
  readonly en: string;
  /** A right value, as it stands in the file. */
  readonly example?: string;
}

export const complaintLine = ({ path, zh, en, example }: ProfileComplaint): string =>
  `${path}: ${zh} / ${en}${example === undefined ? "" : `；例 e.g. ${example}`}`;

export type Steps = readonly (string | number)[];

/** ["points", 3, "order"] of a file whose fourth point is voltage_mV -> "points[3] (voltage_mV).order" */
export function pathOf(steps: Steps, root: unknown): string {
  let text = "";
  let at: unknown = root;
  for (const step of steps) {
    at = typeof at === "object" && at !== null ? (at as Record<string | number, unknown>)[step] : undefined;
    if (typeof step === "string") text += text === "" ? step : `.${step}`;
    else {
      const name = typeof at === "object" && at !== null && "name" in at && typeof at.name === "string" ? ` (${at.name})` : "";
      text += `[${step}]${name}`;
    }
  }
  return text === "" ? "文件 / the file" : text;
}
