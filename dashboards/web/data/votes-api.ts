// Votes of the owners of a compound: what was entered, the rule that judged it, what was spent under it, and the notice that is put up.
import type { VoteRule, VoteRules } from "#protocols/api/votes.ts";
import { type Answer, call, saidFor, send } from "./api.ts";
import { query } from "./ledger-api.ts";

const root = "/api/v1/fund";

export interface Vote {
  readonly site: string;
  readonly number: string;
  readonly subject: string;
  readonly matter: string;
  readonly day: string;
  readonly amount_fen: number;
  readonly all_heads: number;
  readonly all_areas_milli: number;
  readonly part_heads: number;
  readonly part_areas_milli: number;
  readonly agree_heads: number;
  readonly agree_areas_milli: number;
  readonly rule: VoteRule;
  readonly passed: boolean;
  /** What fell short: "quorum-heads", "majority-areas", … */
  readonly short: readonly string[];
  readonly replaces: string | null;
  readonly replaced_by: string | null;
  readonly person_name: string;
  readonly at: string;
  readonly spent_fen: number;
  readonly left_fen: number;
}
export const readVotes = (site: string): Promise<Answer<Vote[]>> => call(`${root}/votes${query({ site })}`);

export const readVoteRules = (site: string, day?: string): Promise<Answer<VoteRules>> => call(`${root}/vote-rules${query({ site, day })}`);

export interface Counted {
  readonly heads: number;
  readonly areas_milli: number;
}
export interface VoteAsked {
  readonly site: string;
  readonly number: string;
  readonly subject: string;
  readonly matter: string;
  readonly day: string;
  readonly amount_fen?: number;
  readonly all: Counted;
  readonly taking_part: Counted;
  readonly agreeing: Counted;
  readonly replaces?: string;
}
export const enterVote = (asked: VoteAsked): Promise<Answer<Vote>> => send("POST", `${root}/votes`, asked);

export const noticePath = (site: string, number: string, as: "html" | "docx"): string =>
  saidFor(`${root}/notice${query({ site, number, as })}`);

export interface FundRow {
  readonly id: string;
  readonly kind: string;
  readonly amount_fen: number;
  readonly hazard: string | null;
  readonly vote: string | null;
  readonly notice: string | null;
  readonly words: string;
  readonly person_name: string;
  readonly at: string;
}
export const readFund = (site: string): Promise<Answer<{ closing_fen: number; rows: FundRow[] }>> => call(`${root}${query({ site })}`);

/** A work paid by the fund, or the replacement of a company; the step that named a vote says so. */
export interface Course {
  readonly id: string;
  readonly site: string;
  readonly title: string;
  /** The hazard that a work is for. */
  readonly hazard: string | null;
  readonly steps: readonly {
    readonly step: string;
    readonly zh: string;
    readonly en: string;
    readonly day: string;
    readonly reference: string | null;
  }[];
}
type Told = Omit<Course, "hazard"> & { readonly about: string | null };
const courses = (path: string): Promise<Answer<{ courses: Told[] }>> => call(path);
export async function readCourses(): Promise<Answer<Course[]>> {
  const [works, replaced] = await Promise.all([courses(`${root}/works`), courses("/api/v1/assessment/replacements")]);
  if (!works.ok) return works;
  if (!replaced.ok) return replaced;
  const of = (all: readonly Told[], named: boolean): Course[] => all.map((one) => ({ ...one, hazard: named ? one.about : null }));
  return { ok: true, value: [...of(works.value.courses, true), ...of(replaced.value.courses, false)] };
}
