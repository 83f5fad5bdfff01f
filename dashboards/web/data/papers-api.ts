// The register of papers: what was issued about a hazard, and the steps that follow.
import { type Answer, call } from "./api.ts";

export interface IssuedPaper {
  readonly id: string;
  readonly number: string;
  readonly title: string;
  readonly organisation: string;
  readonly issued_at: string;
  readonly service: "waiting" | "late" | "served" | "served-late" | "withdrawn";
  readonly served_at: string | null;
  readonly received_at: string | null;
}
export type PaperKind = "notice" | "opinion" | "closure";
export type PaperStep =
  | { readonly step: "serve"; readonly how: string }
  | { readonly step: "receive" }
  | { readonly step: "withdraw"; readonly why: string };

const root = "/api/v1";
const part = encodeURIComponent;
const post = <T>(path: string, body: object): Promise<Answer<T>> =>
  call<T>(path, { method: "POST", headers: { "x-cuobian": "1", "content-type": "application/json" }, body: JSON.stringify(body) });

export const readPapers = (hazard: string): Promise<Answer<{ items: IssuedPaper[] }>> =>
  call(`${root}/ledger/papers?hazard=${part(hazard)}`);
export const issuePaper = (hazard: string, kind: PaperKind): Promise<Answer<IssuedPaper>> =>
  post(`${root}/hazards/${part(hazard)}/papers`, { kind });
export const stepPaper = (id: string, step: PaperStep): Promise<Answer<IssuedPaper>> =>
  post(`${root}/ledger/papers/${part(id)}/steps`, step);
export const issuedPath = (id: string): string => `${root}/ledger/papers/${part(id)}`;
