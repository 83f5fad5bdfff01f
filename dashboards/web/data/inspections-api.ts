// Inspections by lot, as the cloud answers of them.
import { type Answer, call, send } from "./api.ts";

const root = "/api/v1/ledger";

export interface CheckItem {
  readonly id: string;
  readonly zh: string;
  readonly category: string;
}
export interface Checklist {
  readonly id: string;
  readonly zh: string;
  readonly en: string;
  readonly items: readonly CheckItem[];
}
export interface ItemAnswer {
  readonly item: string;
  readonly ok: boolean;
  readonly place?: string;
  readonly words?: string;
  readonly hazard?: string;
}
export interface Inspector {
  readonly id: string;
  readonly name: string;
  readonly organisation: string;
}
export interface Visit {
  readonly site: string;
  readonly name: string;
  readonly pair: readonly Inspector[];
  readonly answers: readonly ItemAnswer[] | null;
  readonly handed_by: Inspector | null;
  readonly handed_at: string | null;
  readonly mine: boolean;
}
export interface Inspection {
  readonly id: string;
  readonly day: string;
  readonly note: string;
  readonly person_name: string;
  readonly at: string;
  readonly checklist: Checklist;
  readonly seed: string | null;
  readonly pool: {
    readonly sites: readonly string[];
    readonly inspectors: readonly { readonly id: string; readonly organisation: string }[];
  } | null;
  readonly sound: boolean;
  readonly visits: readonly Visit[];
}

export const readInspections = (): Promise<Answer<Inspection[]>> => call(`${root}/inspections`);
export const inspectionsFile = `${root}/inspections?as=csv`;

interface Rules {
  readonly usual: readonly Checklist[];
  readonly now: readonly { readonly body: readonly Checklist[] }[];
}
/** What the bureau wrote, or the usual ones. */
export async function readChecklists(): Promise<Answer<readonly Checklist[]>> {
  const answer = await call<Rules>(`${root}/rules?kind=checklists`);
  return answer.ok ? { ok: true, value: answer.value.now[0]?.body ?? answer.value.usual } : answer;
}

export interface DrawAsked {
  readonly checklist: string;
  readonly compounds: number;
  readonly note: string;
}
export const drawInspection = (body: DrawAsked): Promise<Answer<{ id: string; seed: string }>> => send("POST", `${root}/inspections`, body);
export const handIn = (id: string, body: { site: string; answers: readonly ItemAnswer[] }): Promise<Answer<{ hazards: string[] }>> =>
  send("POST", `${root}/inspections/${encodeURIComponent(id)}/answers`, body);
