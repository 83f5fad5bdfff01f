// What the bureau's pages ask of the cloud: pages of the ledger, its figures, frozen weeks, income, assessment.

import type { ExportView } from "#protocols/api/exports.ts";
import type { HazardNotice } from "#protocols/api/hazards.ts";
import type { LedgerFigures } from "#protocols/api/ledger-figures.ts";
import type { HazardView } from "#protocols/api/views.ts";
import { type Answer, call, saidFor } from "./api.ts";
import { upload } from "./upload.ts";

const root = "/api/v1";
export const pageSize = 50;

/** Only what was said: an empty filter is none. */
export function query(said: Readonly<Record<string, string | undefined>>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(said)) if (value !== undefined && value !== "") search.set(name, value);
  const text = search.toString();
  return text === "" ? "" : `?${text}`;
}

export type HazardQuery = Readonly<
  Partial<Record<"list" | "matter" | "state" | "site" | "source" | "grade" | "about" | "text" | "sort" | "page", string>>
>;
export const readHazards = (asked: HazardQuery): Promise<Answer<{ items: HazardView[]; total: number }>> =>
  call(`${root}/hazards${query({ ...asked, page: asked.page ?? "1", limit: String(pageSize) })}`);
export const readHazard = (id: string): Promise<Answer<HazardView>> => call(`${root}/hazards/${encodeURIComponent(id)}`);
export const readNotices = (id: string): Promise<Answer<HazardNotice[]>> => call(`${root}/hazards/${encodeURIComponent(id)}/notices`);
const changing = { "x-cuobian": "1", "content-type": "application/json" };
/** A file that the cloud makes aside. */
export const askExport = ({ sort: _, page: __, ...filter }: HazardQuery, as: "xlsx" | "csv"): Promise<Answer<ExportView>> =>
  call(`${root}/ledger/exports`, { method: "POST", headers: changing, body: JSON.stringify({ ...filter, as }) });
export const readExports = (): Promise<Answer<ExportView[]>> => call(`${root}/ledger/exports`);
export const readExport = (id: string): Promise<Answer<ExportView>> => call(`${root}/ledger/exports/${encodeURIComponent(id)}`);
export const cancelExport = (id: string): Promise<Answer<ExportView>> =>
  call(`${root}/ledger/exports/${encodeURIComponent(id)}/cancellation`, { method: "POST", headers: { "x-cuobian": "1" } });
export const exportPath = ({ sort: _, page: __, ...filter }: HazardQuery, as: "xlsx" | "csv"): string =>
  `${root}/ledger/export${query({ ...filter, as })}`;
/** All of them, page after page, for paper: what is beyond is an export. */
export const mostPrinted = 500;
export async function readEvery(asked: HazardQuery): Promise<Answer<{ items: HazardView[]; total: number }>> {
  const items: HazardView[] = [];
  for (let page = 1; ; page += 1) {
    const answer: Answer<{ items: HazardView[]; total: number }> = await call(
      `${root}/hazards${query({ ...asked, page: String(page), limit: "100" })}`,
    );
    if (!answer.ok) return answer;
    items.push(...answer.value.items);
    if (answer.value.items.length < 100 || items.length >= Math.min(mostPrinted, answer.value.total))
      return { ok: true, value: { items, total: answer.value.total } };
  }
}

/** What an import says of a workbook: without `apply` nothing is written. */
export interface Imported {
  readonly applied: boolean;
  readonly errors: readonly {
    readonly sheet: string;
    readonly row: number;
    readonly cell: string;
    readonly head: string;
    readonly zh: string;
    readonly en: string;
  }[];
  readonly added: readonly string[];
  readonly changed: readonly { readonly id: string }[];
  readonly same: number;
  readonly refused: number;
}
export const importLedger = (
  body: { name: string; base64: string; apply?: "all" | "good" },
  sending: { onBytes: (done: number, of: number) => void; signal: AbortSignal },
): Promise<Answer<Imported>> => upload(`${root}/ledger/import`, body, sending);
export const paperPath = (id: string, kind: string): string => saidFor(`${root}/hazards/${encodeURIComponent(id)}/paper?kind=${kind}`);

export type Figures = LedgerFigures;
export const readFigures = (): Promise<Answer<Figures>> => call(`${root}/ledger/figures`);

export interface Planned {
  readonly hazard: string;
  readonly compound: string;
  readonly zh: string;
  readonly en: string;
  readonly at: string;
}
export const readEscalations = (days: number): Promise<Answer<Planned[]>> => call(`${root}/ledger/escalations?days=${days}`);

export interface RankedUnit {
  readonly unit: string;
  readonly name: string;
  readonly kind: "town" | "compound";
  readonly numbers: Readonly<Record<string, number>>;
  readonly score_milli: number | null;
  readonly rank: number | null;
  readonly average_tenths: number | null;
  readonly small: boolean;
  readonly zero_finds: boolean;
  readonly silent: boolean;
}
export interface RankedWeek {
  readonly week: string;
  readonly number: number;
  readonly frozen_at: string;
  readonly hash: string;
  readonly formulas: readonly string[];
  readonly units: readonly RankedUnit[];
  readonly corrections: readonly {
    readonly seq: number;
    readonly at: string;
    readonly person_name: string;
    readonly note: string;
    readonly hazard: string;
  }[];
}
export const readWeeks = (): Promise<Answer<{ weeks: { week: string; number: number }[]; sound: boolean }>> =>
  call(`${root}/ledger/snapshots`);
export const readWeek = (week: string): Promise<Answer<RankedWeek>> => call(`${root}/ledger/snapshots${query({ week })}`);
export const readBehind = (week: string, unit: string, number: string): Promise<Answer<{ rows: { hazard: string }[] }>> =>
  call(`${root}/ledger/snapshots${query({ week, unit, number })}`);

interface Line {
  readonly id: string;
  readonly zh: string;
  readonly en: string;
  readonly amount_fen: number;
}
export interface QuarterView {
  readonly income: readonly Line[];
  readonly costs: readonly Line[];
  readonly parts: readonly Line[];
  readonly gross_fen: number;
  readonly costs_fen: number;
  readonly base_fen: number;
  readonly fund: { readonly opening_fen: number; readonly in_fen: number; readonly out_fen: number; readonly closing_fen: number };
  readonly works: readonly {
    readonly hazard: string | null;
    readonly words: string;
    readonly amount_fen: number;
    readonly vote: string | null;
  }[];
  readonly months: readonly string[];
  readonly missing_months: readonly string[];
}
export interface Income {
  readonly settlements: readonly {
    readonly id: string;
    readonly month: string;
    readonly base_fen: number;
    readonly hash: string;
    readonly at: string;
  }[];
  readonly quarter: { readonly state: string; readonly hash: string | null; readonly body: QuarterView } | null;
  readonly objections: readonly {
    readonly id: string;
    readonly line: string;
    readonly words: string;
    readonly due_at: string;
    readonly reply: string | null;
  }[];
}
export const readIncome = (site: string, quarter: string): Promise<Answer<Income>> => call(`${root}/income${query({ site, quarter })}`);

export interface Module {
  readonly id: string;
  readonly zh: string;
  readonly en: string;
  readonly share: { readonly numerator: number; readonly denominator: number };
  readonly items: readonly { readonly id: string; readonly zh: string }[];
}
export interface Score {
  readonly modules: readonly {
    readonly module: string;
    readonly milli: number;
    readonly taken: readonly { readonly id: string; readonly source: string; readonly item: string; readonly milli: number }[];
  }[];
  readonly bonus_milli: number;
  readonly vetoes: readonly string[];
  readonly total_milli: number;
}
export interface Assessment {
  readonly scheme: {
    readonly zh: string;
    readonly modules: readonly Module[];
    readonly stars: readonly { readonly from_milli: number; readonly stars: number }[];
  };
  readonly compounds: readonly {
    readonly site: string;
    readonly name: string;
    readonly town: Score | null;
    readonly department: Score | null;
    readonly combined: { readonly score_milli: number; readonly difference_milli: number | null; readonly disagree: boolean } | null;
    readonly stars: number;
    readonly missing: {
      readonly short_milli: number;
      readonly steps: readonly { readonly what: string; readonly item: string; readonly gain_milli: number }[];
      readonly reachable: boolean;
    } | null;
  }[];
}
export const readAssessment = (period: string): Promise<Answer<Assessment>> =>
  call(`${root}/assessment${query({ scheme: "stars-third", period })}`);
