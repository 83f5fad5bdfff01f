// Compounds with their facts and what is built, who managed them when, and the days overdue that belong to whom.
import { type Answer, call, send } from "./api.ts";
import { query } from "./ledger-api.ts";

export interface Ports {
  readonly planned: number;
  readonly started: number;
  readonly finished: number;
  readonly in_use: number;
}
export const fireStates = ["完好", "部分故障", "停用", "维修中"] as const;
export type FireState = (typeof fireStates)[number];
export const spaceOwners = ["业主共有", "开发商", "人防", "混合"] as const;

/** What the bureau writes of a compound from a day on. */
export interface CompoundBody {
  readonly town: string;
  readonly community: string;
  readonly grid?: string;
  readonly kind: string;
  readonly aliases: readonly string[];
  readonly company: string;
  readonly contract_until?: string;
  readonly manager?: string;
  readonly fire_maintenance?: string;
  readonly households: number;
  readonly area_m2: number;
  readonly e_bikes: number;
  readonly sheds: number;
  readonly ports: Ports;
  readonly fire_facilities: FireState;
  readonly control_room: boolean;
  readonly spaces?: (typeof spaceOwners)[number];
}
export type Facts = Omit<CompoundBody, "town" | "community" | "grid" | "aliases"> & {
  readonly valid_from: string;
  readonly version: number;
};

export interface CompoundView {
  readonly site: string;
  readonly name: string;
  readonly town: string;
  readonly community: string;
  readonly grid: string | null;
  /** null: nobody has written its facts yet. */
  readonly facts: Facts | null;
  readonly open: number;
  readonly closed: number;
  readonly overdue: number;
  readonly about: { readonly charging: number; readonly fire: number };
}

export interface Version {
  readonly version: number;
  readonly valid_from: string;
  readonly body: CompoundBody;
  readonly note: string;
  readonly person: string;
  readonly at: string;
}

const root = "/api/v1/ledger";

export const readCompounds = (): Promise<Answer<{ compounds: CompoundView[] }>> => call(`${root}/compounds`);
export const compoundsFile = (as: "xlsx" | "csv"): string => `${root}/compounds?as=${as}`;
export const readVersions = (site: string): Promise<Answer<{ versions: Version[] }>> =>
  call(`${root}/rules${query({ kind: "compound", scope: site })}`);
/** Over the newest version that was read: what somebody else has written meanwhile is not passed over. */
export const writeVersion = (
  site: string,
  said: { readonly valid_from: string; readonly body: CompoundBody; readonly note: string },
  over: number,
): Promise<Answer<Version>> => send("POST", `${root}/rules`, { kind: "compound", scope: site, ...said }, { "if-match": `"${over}"` });

export interface Managed {
  readonly site: string;
  readonly name: string;
  /** null: nobody wrote who managed the compound then. */
  readonly company: string | null;
  readonly contract_until: string | null;
  readonly from: string | null;
  readonly until: string | null;
  readonly households: number;
}
export interface CompanyDays {
  readonly company: string | null;
  readonly site: string;
  readonly hazards: number;
  readonly days_overdue: number;
}
export interface Companies {
  readonly from: string;
  readonly to: string;
  readonly rows: readonly CompanyDays[];
  readonly managed: readonly Managed[];
}
interface Span {
  readonly from: string;
  readonly to: string;
}
export const readCompanies = ({ from, to }: Span): Promise<Answer<Companies>> => call(`${root}/companies${query({ from, to })}`);
export const companiesFile = ({ from, to }: Span, as: "xlsx" | "csv"): string => `${root}/companies${query({ from, to, as })}`;

export interface LateRow {
  readonly hazard: string;
  readonly compound: string;
  readonly place: string;
  readonly zh: string;
  readonly en: string;
  readonly state: string;
  readonly deadline: string;
  readonly closed_at: string | null;
  readonly days: number;
}
export const latePage = 100;
export const readLate = (
  { from, to }: Span,
  { company, site, page }: { readonly company: string | null; readonly site?: string | undefined; readonly page: number },
): Promise<Answer<{ total: number; days_overdue: number; items: LateRow[] }>> =>
  call(`${root}/companies/days${query({ from, to, company: company ?? undefined, site, page: String(page) })}`);
