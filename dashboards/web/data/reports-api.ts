// Reports, the rows behind their numbers, and shifts, as the cloud's API answers of them.
import type { ReportRow, ReportSource, ReportView, ShiftView } from "#protocols/api/reports.ts";
import { type Answer, call, saidFor } from "./api.ts";

const root = "/api/v1/reports";

export interface ReportQuery {
  readonly site: string;
  readonly from: number;
  readonly to: number;
}
const searchOf = ({ site, from, to }: ReportQuery): URLSearchParams =>
  new URLSearchParams({ site, from: new Date(from).toISOString(), to: new Date(to).toISOString() });

export const readReport = (query: ReportQuery): Promise<Answer<ReportView>> => call(`${root}?${searchOf(query)}`);
export const reportPath = (query: ReportQuery, format: "xlsx" | "csv"): string => saidFor(`${root}?${searchOf(query)}&format=${format}`);
export function readReportRows(query: ReportQuery, of: ReportSource, key: string): Promise<Answer<{ items: ReportRow[]; most: number }>> {
  const search = searchOf(query);
  search.set("of", of);
  search.set("key", key);
  return call(`${root}/rows?${search}`);
}
export const readShifts = (site: string): Promise<Answer<ShiftView[]>> => call(`${root}/shifts?site=${encodeURIComponent(site)}&days=30`);
