// Versions of assessment schemes, and two of them over the same period.
import type { Comparison, SchemeVersionView } from "#protocols/api/comparison.ts";
import { type Answer, call, saidFor } from "./api.ts";
import { query } from "./ledger-api.ts";

const root = "/api/v1/assessment";

export const readSchemes = (): Promise<Answer<{ versions: SchemeVersionView[] }>> => call(`${root}/schemes`);

export interface Comparing {
  readonly period: string;
  readonly a: string;
  readonly b: string;
}
export const readComparison = ({ period, a, b }: Comparing): Promise<Answer<Comparison>> =>
  call(`${root}/comparison${query({ period, a, b })}`);
export const comparisonFile = ({ period, a, b }: Comparing, as: "xlsx" | "csv"): string =>
  saidFor(`${root}/comparison${query({ period, a, b, as })}`);
