// The register of papers: what may be issued about a hazard, what was issued, and the steps that follow.
import { type Answer, call, saidFor, send } from "./api.ts";
import { query } from "./ledger-api.ts";

export const paperKinds = ["notice", "opinion", "closure", "supervision"] as const;
export type PaperKind = (typeof paperKinds)[number];
export const paperLists = ["all", "unserved", "late", "unreceived", "withdrawn"] as const;
export type PaperList = (typeof paperLists)[number];
/** As the law of service has them; the API takes these words. */
export const serviceWays = ["直接送达", "留置送达", "邮寄送达", "电子送达", "委托送达", "公告送达"] as const;

export interface IssuedPaper {
  readonly id: string;
  readonly number: string;
  readonly kind: PaperKind;
  readonly title: string;
  readonly hazard: string;
  readonly site: string;
  readonly addressee: string;
  readonly organisation: string;
  readonly person_name: string;
  readonly sha256: string;
  readonly issued_at: string;
  readonly serve_due: string | null;
  /** Its deadline lies in a year whose holidays are not published yet. */
  readonly provisional: boolean;
  readonly service: "waiting" | "late" | "served" | "served-late" | "withdrawn";
  readonly served_at: string | null;
  readonly served_how: string | null;
  readonly served_by: string | null;
  readonly received_at: string | null;
  readonly received_by: string | null;
  readonly withdrawn_at: string | null;
  readonly withdrawn_why: string | null;
}

/** A paper of some issuer about one hazard: whether this person issues it, and whether the hazard has come so far. */
export interface PaperDue {
  readonly issuer: string;
  readonly kind: PaperKind;
  readonly title: string;
  readonly mine: boolean;
  readonly ready: boolean;
  readonly due_at: string | null;
  readonly provisional: boolean;
  readonly late: boolean;
}

export type PaperStep =
  | { readonly step: "serve"; readonly how: string; readonly at?: string; readonly by?: string }
  | { readonly step: "receive"; readonly at?: string; readonly by?: string }
  | { readonly step: "withdraw"; readonly why: string };

export type PaperQuery = Readonly<Partial<Record<"site" | "hazard" | "organisation" | "kind" | "year" | "state" | "text", string>>>;
export interface PaperCounts extends Readonly<Record<PaperList, number>> {
  readonly organisations: readonly string[];
  readonly years: readonly number[];
}

const root = "/api/v1";
const part = encodeURIComponent;
type Page = { readonly items: readonly IssuedPaper[]; readonly next: string | null };

export const readPapers = (asked: PaperQuery, after?: string): Promise<Answer<Page>> =>
  call(`${root}/ledger/papers${query({ ...asked, after })}`);
/** How many each list shows of the same filter. */
export const readPaperCounts = ({ state: _, ...asked }: PaperQuery): Promise<Answer<PaperCounts>> =>
  call(`${root}/ledger/papers/counts${query(asked)}`);
export const papersFile = (asked: PaperQuery, as: "xlsx" | "csv"): string => `${root}/ledger/papers/export${query({ ...asked, as })}`;
export const readDue = (hazard: string): Promise<Answer<PaperDue[]>> => call(`${root}/hazards/${part(hazard)}/papers`);
export const issuePaper = (hazard: string, kind: PaperKind): Promise<Answer<IssuedPaper>> =>
  send("POST", `${root}/hazards/${part(hazard)}/papers`, { kind });
export const stepPaper = (id: string, step: PaperStep): Promise<Answer<IssuedPaper>> =>
  send("POST", `${root}/ledger/papers/${part(id)}/steps`, step);
export const issuedPath = (id: string, as?: "docx"): string => saidFor(`${root}/ledger/papers/${part(id)}${query({ as })}`);
