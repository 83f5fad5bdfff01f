// What a gateway runs beside what it should run: one row for each document of each gateway. Pure; only what the gateway said counts as running.
import { documentApprovalWithin_ms } from "#protocols/api/approval.ts";
import type { DocumentView, RunningView } from "#protocols/api/documents.ts";
import type { Wall } from "#protocols/vocabulary/time.ts";
import { parseMoment } from "../format/moments.ts";

export type Course = "as-wanted" | "local" | "waiting" | "on-its-way" | "taken" | "trial" | "refused" | "never-reported";

export interface DocumentRow {
  readonly key: string;
  readonly site: string;
  readonly gateway: string;
  readonly kind: RunningView["kind"];
  readonly kind_zh: string;
  readonly kind_en: string;
  readonly name: string;
  readonly runs: RunningView | null;
  /** The newest that was asked for and has not run yet; null: what runs is what is wanted. */
  readonly wanted: DocumentView | null;
  readonly course: Course;
  /** Versions that ran or might have, newest first: what one can look at and go back to. */
  readonly versions: readonly DocumentView[];
}

const keyOf = ({ site, gateway, kind, name }: Pick<RunningView, "site" | "gateway" | "kind" | "name">): string =>
  [site, gateway, kind, name].join("/");

export const stillWaits = (document: DocumentView, now: Wall): boolean =>
  document.state === "waiting" && now - (parseMoment(document.asked) ?? now) <= documentApprovalWithin_ms;

function courseOf(runs: RunningView | null, newest: DocumentView | undefined, now: Wall): Course {
  if (newest !== undefined && stillWaits(newest, now)) return "waiting";
  if (newest?.state === "issued") return "on-its-way";
  if (newest?.state === "taken") return "taken";
  if (runs?.trial === true) return "trial";
  if (newest?.state === "refused" && (runs === null || newest.version > runs.version)) return "refused";
  if (runs === null) return "never-reported";
  return runs.version === 0 ? "local" : "as-wanted";
}

export function documentRows(running: readonly RunningView[], documents: readonly DocumentView[], now: Wall): readonly DocumentRow[] {
  const things = new Map<string, RunningView | DocumentView>();
  for (const one of [...running, ...documents]) if (!things.has(keyOf(one))) things.set(keyOf(one), one);
  return [...things].map(([key, { site, gateway, kind, kind_zh, kind_en, name }]) => {
    const runs = running.find((one) => keyOf(one) === key) ?? null;
    const versions = documents.filter((one) => keyOf(one) === key).sort((a, b) => b.version - a.version);
    // What was superseded before it was taken, and what nobody approved in time, is nothing that is wanted.
    const newest = versions.find((one) => one.state !== "superseded" && (one.state !== "waiting" || stillWaits(one, now)));
    const course = courseOf(runs, newest, now);
    const ahead = course === "waiting" || course === "on-its-way" || course === "taken" || course === "refused";
    return { ...{ key, site, gateway, kind, kind_zh, kind_en, name, runs, course, versions }, wanted: ahead ? (newest ?? null) : null };
  });
}

/** Versions to go back to: 0 is the file that lies on the gateway. */
export function earlier(row: DocumentRow): readonly number[] {
  if (row.runs === null) return [];
  const { version, local } = row.runs;
  const ran = row.versions
    .filter((one) => one.version < version && (one.state === "replaced" || one.state === "taken"))
    .map((one) => one.version);
  return [...ran, ...(version > 0 && local !== null ? [0] : [])];
}

export type MayApprove = "yes" | "same-person" | "wrong-role";
export function mayApproveDocument(document: DocumentView, who: { readonly id: string; readonly role: string } | null): MayApprove {
  if (who === null || (who.role !== "property-manager" && who.role !== "operating-company")) return "wrong-role";
  return who.id === document.person ? "same-person" : "yes";
}
