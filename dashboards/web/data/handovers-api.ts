// Shift hand-overs, as the cloud's API answers of them.
import type { HandoverNow, HandoverState, HandoverView } from "#protocols/api/handovers.ts";
import { type Answer, call, send } from "./api.ts";

const root = "/api/v1/handovers";
const part = encodeURIComponent;

export interface HandoverQuery {
  readonly site: string;
  readonly person?: string | undefined;
  readonly state?: HandoverState | undefined;
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly after?: string | undefined;
}
export interface HandoverPage {
  readonly items: readonly HandoverView[];
  readonly next: string | null;
}
export function readHandovers({ site, from, to, ...rest }: HandoverQuery): Promise<Answer<HandoverPage>> {
  const search = new URLSearchParams({ site });
  for (const [name, value] of Object.entries(rest)) if (value !== undefined && value !== "") search.set(name, value);
  if (from !== undefined) search.set("from", new Date(from).toISOString());
  if (to !== undefined) search.set("to", new Date(to).toISOString());
  return call(`${root}?${search}`);
}
export const readHandover = (id: string): Promise<Answer<HandoverView>> => call(`${root}/${part(id)}`);
export const readShiftNow = (site: string): Promise<Answer<HandoverNow>> => call(`${root}/now?site=${part(site)}`);
/** `name`: sent again under the same one it is the same hand-over. */
export const signHandover = (asked: { site: string; to: string; notes: string }, name: string): Promise<Answer<HandoverView>> =>
  send("POST", root, asked, { "idempotency-key": name });
export const answerHandover = (id: string, answer: { accept: boolean; note: string }): Promise<Answer<HandoverView>> =>
  send("POST", `${root}/${part(id)}/answer`, answer);
export const withdrawHandover = (id: string, reason: string): Promise<Answer<HandoverView>> =>
  send("POST", `${root}/${part(id)}/withdrawal`, { reason });
