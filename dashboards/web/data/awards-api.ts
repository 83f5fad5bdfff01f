// Results of assessment: what was written, appealed and frozen, the sample, and the ways of replacing a company.
import type { AssessmentEntry } from "#protocols/api/assessment.ts";
import type { Role } from "#protocols/api/views.ts";
import { type Answer, call, saidFor, send } from "./api.ts";
import { query } from "./ledger-api.ts";

const root = "/api/v1/assessment";
export const scheme = "stars-third";

export const lists = ["model", "five-star", "four-star", "failed"] as const;
export type List = (typeof lists)[number];

export interface Award {
  readonly period: string;
  readonly site: string;
  readonly name: string;
  readonly company: string | null;
  readonly score_milli: number | null;
  readonly stars: number;
  readonly failed: boolean;
  readonly model: boolean;
  readonly lists: readonly List[];
  readonly frozen_at: string;
  readonly hash: string;
}
export interface Awards {
  readonly sound: boolean;
  readonly awards: readonly Award[];
  /** Periods that this person may freeze now. */
  readonly to_freeze: readonly string[];
}
export const readAwards = (): Promise<Answer<Awards>> => call(`${root}/awards${query({ scheme })}`);
export const awardsFile = (period: string): string => saidFor(`${root}/awards${query({ scheme, period, as: "csv" })}`);
export const freezePeriod = (period: string): Promise<Answer<{ awards: number; unseen: string[]; opened: string[]; hash: string }>> =>
  send("POST", `${root}/awards`, { scheme, period });

export type Entry = AssessmentEntry;
export interface Entries {
  readonly frozen: boolean;
  readonly entries: readonly Entry[];
}
export const readEntries = (period: string): Promise<Answer<Entries>> => call(`${root}/entries${query({ scheme, period })}`);
export const readEntriesUnder = (under: string, period: string, site: string): Promise<Answer<Entries>> =>
  call(`${root}/entries${query({ scheme: under, period, site })}`);

export interface EntryAsked {
  readonly period: string;
  readonly site: string;
  readonly item: string;
  readonly reason: string;
  readonly evidence?: string;
}
export const writeEntry = (body: EntryAsked): Promise<Answer<{ id: string }>> => send("POST", `${root}/entries`, { scheme, ...body });
export const appealEntry = (entry: string, said: string): Promise<Answer<unknown>> =>
  send("POST", `${root}/appeals`, { entry, words: said });
export const decideEntry = (entry: string, says: "uphold" | "void"): Promise<Answer<{ decided: boolean }>> =>
  send("POST", `${root}/decisions`, { entry, says });

interface Item {
  readonly id: string;
  readonly zh: string;
  readonly milli: number;
}
interface Fraction {
  readonly numerator: number;
  readonly denominator: number;
}
/** The scheme with what only these pages show of it. */
export interface Scheme {
  readonly zh: string;
  readonly modules: readonly {
    readonly id: string;
    readonly zh: string;
    readonly en: string;
    readonly items: readonly (Item & { readonly from?: string })[];
  }[];
  readonly bonus: readonly Item[];
  readonly vetoes: readonly { readonly id: string; readonly zh: string }[];
  readonly town_share: Fraction;
  readonly disagreement_milli: number;
  readonly sample: Fraction;
}
export interface Town {
  readonly town: string;
  readonly compounds: number;
  readonly covered: number;
  readonly full_coverage: boolean;
  /** null: not told to who is looked at. */
  readonly to_sample: readonly string[] | null;
  readonly sampled: number;
  readonly town_minus_sample_milli: number | null;
}
export interface Compared {
  readonly site: string;
  readonly name: string;
  readonly town: { readonly total_milli: number } | null;
  readonly department: { readonly total_milli: number } | null;
  readonly combined: { readonly score_milli: number; readonly difference_milli: number | null; readonly disagree: boolean } | null;
  readonly stars: number;
}
export interface Sampling {
  readonly scheme: Scheme;
  readonly towns: readonly Town[];
  readonly compounds: readonly Compared[];
}
/** The same answer as the stars' page has, read for the rest of it. */
export const readSampling = (period: string): Promise<Answer<Sampling>> => call(`${root}${query({ scheme, period })}`);

export interface StepRule {
  readonly id: string;
  readonly zh: string;
  readonly en: string;
  readonly roles: readonly Role[];
  readonly after: readonly string[];
  readonly needs?: "document" | "passed-vote";
  /** What that vote must have been on. */
  readonly matter?: string;
  readonly ends?: string;
}
export interface TakenStep {
  readonly step: string;
  readonly zh: string;
  readonly en: string;
  readonly day: string;
  readonly days: number | null;
  readonly note: string;
  readonly reference: string | null;
  readonly person_name: string;
  readonly hash: string;
}
export interface Course {
  readonly id: string;
  readonly site: string;
  readonly name: string;
  readonly title: string;
  readonly about: string | null;
  readonly opened_at: string;
  readonly state: string;
  readonly steps: readonly TakenStep[];
  readonly sound: boolean;
  readonly days: number;
}
export interface Courses {
  readonly steps: readonly StepRule[];
  readonly courses: readonly Course[];
}
export const readReplacements = (): Promise<Answer<Courses>> => call(`${root}/replacements`);
export const openReplacement = (body: { site: string; title: string; note: string }): Promise<Answer<Course>> =>
  send("POST", `${root}/replacements`, body);
export interface StepAsked {
  readonly step: string;
  readonly day: string;
  readonly note: string;
  readonly reference?: string;
}
export const takeStep = (id: string, body: StepAsked): Promise<Answer<Course>> =>
  send("POST", `${root}/replacements/${encodeURIComponent(id)}/steps`, body);
