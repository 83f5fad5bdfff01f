// The cloud's API as this page calls it: one function a request. A refusal is returned as the problem it is, so that forms keep what was typed.

import type { AlarmDetail, AlarmSummary } from "#protocols/api/alarms.ts";
import type { CommandAsked, CommandView } from "#protocols/api/commands.ts";
import type { DetectorView } from "#protocols/api/detectors.ts";
import type { FacilityView } from "#protocols/api/facilities.ts";
import type { GapView } from "#protocols/api/gaps.ts";
import type { EvidenceUpload, EvidenceView } from "#protocols/api/hazards.ts";
import type { GatewayHealthView } from "#protocols/api/health.ts";
import type { LetterView } from "#protocols/api/letters.ts";
import type { ChannelView, DeliveryView } from "#protocols/api/notify.ts";
import type { RulesTakenOver, ShedRuleView } from "#protocols/api/shed-rules.ts";
import type { FirstAsked } from "#protocols/api/tokens.ts";
import type { VideoLink } from "#protocols/api/videos.ts";
import type {
  AlarmView,
  EventView,
  HazardTransition,
  HazardView,
  Overview,
  PersonView,
  Problem,
  PropertyEntryView,
} from "#protocols/api/views.ts";

export type Answer<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: Problem };

/** The server was not reached, or what came back is no answer of ours. `type` says which; the words come from the dictionary. */
export const noAnswer = (type: "unreachable" | "unreadable", status: number): Problem => ({ type, status, title: "", detail: "" });

const deadlineMs = 10_000;
/** Another tab of this browser may be signing in at this moment, which ends the sign-in that a question of ours was sent with. */
const signingInMs = 500;

/** For whom this tab speaks: "person/role@area"; another who has taken its sign-in meanwhile is refused. */
let speaker = "";
export function speakAs(acting: string): void {
  speaker = acting;
}
export const speaking = (): Record<string, string> => (speaker === "" ? {} : { "x-cuobian-acting": encodeURIComponent(speaker) });
/** A link, a picture and a stream carry no header: they say it in their address. */
export const saidFor = (path: string, who = speaker): string =>
  who === "" ? path : `${path}${path.includes("?") ? "&" : "?"}acting=${encodeURIComponent(who)}`;

/** A question that found nobody signed in is asked once more: the browser may hold another sign-in by then. */
export async function call<T>(path: string, init: RequestInit = {}): Promise<Answer<T>> {
  const answer = await once<T>(path, init);
  if (answer.ok || answer.problem.status !== 401 || init.method !== undefined) return answer;
  await new Promise((resolve) => setTimeout(resolve, signingInMs));
  return once<T>(path, init);
}

async function once<T>(path: string, init: RequestInit): Promise<Answer<T>> {
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(), deadlineMs);
  try {
    const response = await fetch(path, {
      ...init,
      signal: deadline.signal,
      credentials: "same-origin",
      headers: { accept: "application/json", "accept-language": document.documentElement.lang, ...speaking(), ...init.headers },
    });
    const text = await response.text();
    if (response.ok) return { ok: true, value: (text === "" ? null : JSON.parse(text)) as T };
    const isProblem = (response.headers.get("content-type") ?? "").includes("json");
    const problem = isProblem ? (JSON.parse(text) as Problem) : noAnswer("unreadable", response.status);
    if (isCalled(problem, "other-acting")) dispatchEvent(new Event("cuobian:other-acting"));
    return { ok: false, problem };
  } catch (cause) {
    return { ok: false, problem: noAnswer(cause instanceof SyntaxError ? "unreadable" : "unreachable", 0) };
  } finally {
    clearTimeout(timer);
  }
}

/** Whether it is the cloud's problem of this name. */
export const isCalled = (problem: Problem | null, code: string): boolean => problem?.type === `urn:cuobian:problem:${code}`;

/** The header proves that a page of this origin asks: a foreign form cannot set it. */
export const send = <T>(
  method: "POST" | "DELETE",
  path: string,
  body?: unknown,
  more: Readonly<Record<string, string>> = {},
): Promise<Answer<T>> =>
  call<T>(path, {
    method,
    headers: { "x-cuobian": "1", ...more, ...(body === undefined ? {} : { "content-type": "application/json" }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });

const root = "/api/v1";
const part = encodeURIComponent;

export const readOverview = (): Promise<Answer<Overview>> => call(`${root}/overview`);
export const readPeople = (): Promise<Answer<PersonView[]>> => call(`${root}/people`);
export const readSession = (): Promise<Answer<PersonView | null>> => call(`${root}/session`);
export interface SignInAsked {
  readonly person: string;
  readonly as?: string;
  readonly password?: string;
  readonly new_password?: string;
}
export const signIn = (body: SignInAsked): Promise<Answer<PersonView>> => send("POST", `${root}/session`, body);
export const readPosts = (): Promise<Answer<PersonView[]>> => call(`${root}/session/posts`);
/** For this tab alone. Said as nobody: whoever holds the sign-in now is who chooses. */
export const choosePost = (post: string): Promise<Answer<PersonView>> =>
  send("POST", `${root}/session/post`, { post }, { "x-cuobian-acting": "" });
export const readFirst = (): Promise<Answer<{ wanted: boolean }>> => call(`${root}/first-administrator`);
export const becomeFirst = (body: FirstAsked): Promise<Answer<PersonView>> => send("POST", `${root}/first-administrator`, body);
export const signOut = (): Promise<Answer<null>> => send("DELETE", `${root}/session`);
export const acknowledgeAlarm = (id: string): Promise<Answer<AlarmView>> => send("POST", `${root}/alarms/${part(id)}/acknowledge`);
/** Several at once: what could be is done, what could not is counted. */
export const acknowledgeAlarms = (ids: readonly string[]): Promise<Answer<{ acknowledged: number; zh: string; en: string }>> =>
  send("POST", `${root}/alarms/acknowledge`, { ids: ids.slice(0, 500) });
export const readAlarmSummary = (): Promise<Answer<AlarmSummary>> => call(`${root}/alarms/summary`);
export const handleEntry = (id: string, note: string): Promise<Answer<PropertyEntryView>> =>
  send("POST", `${root}/entries/${part(id)}/handle`, { note });
/** On the version that was read: what somebody else has changed meanwhile is not passed over. */
export const moveHazard = (id: string, transition: HazardTransition, version: number): Promise<Answer<HazardView>> =>
  send("POST", `${root}/hazards/${part(id)}/transitions`, transition, { "if-match": `"${version}"` });
export const addEvidence = (id: string, upload: EvidenceUpload): Promise<Answer<EvidenceView>> =>
  send("POST", `${root}/hazards/${part(id)}/evidence`, upload);
export const evidencePath = (id: string, sha256: string): string => saidFor(`${root}/hazards/${part(id)}/evidence?sha256=${sha256}`);
/** `name`: told again under the same one it is the same command. */
export const askCommand = (asked: CommandAsked, name: string): Promise<Answer<CommandView>> =>
  send("POST", `${root}/commands`, asked, { "idempotency-key": name });
/** The newest five hundred are more than anybody reads on a page. */
async function newest<T>(list: string): Promise<Answer<T[]>> {
  const answer = await call<{ items: T[] }>(`${root}/${list}${list.includes("?") ? "&" : "?"}limit=500`);
  return answer.ok ? { ...answer, value: answer.value.items } : answer;
}
export const readGaps = (): Promise<Answer<GapView[]>> => newest("gaps");
/** A list of devices: it is answered whole. */
export async function readHealth(): Promise<Answer<GatewayHealthView[]>> {
  const answer = await call<{ items: GatewayHealthView[] }>(`${root}/gateway-health`);
  return answer.ok ? { ...answer, value: answer.value.items } : answer;
}
export const readShedRules = (site: string): Promise<Answer<ShedRuleView[]>> => call(`${root}/shed-rules?site=${part(site)}`);
export const takeOverShedRules = (site: string): Promise<Answer<RulesTakenOver>> => send("POST", `${root}/shed-rules/hazards`, { site });
export const readLetters = (): Promise<Answer<LetterView[]>> => newest("dead-letters");
export const requeueLetter = (id: number): Promise<Answer<LetterView>> => send("POST", `${root}/dead-letters/${id}/requeue`);

export const actOnAlarm = (id: string, body: { action: string; reason?: string; minutes?: number }): Promise<Answer<AlarmView>> =>
  send("POST", `${root}/alarms/${part(id)}/actions`, body);
export const readHeld = (): Promise<Answer<AlarmView[]>> => newest("alarms?state=held");
/** Standing for more than a day. */
export const readStale = (): Promise<Answer<AlarmView[]>> => newest("alarms?state=stale");

/** Closed by one person of two: the second is awaited. */
export const readClosing = (): Promise<Answer<AlarmView[]>> => newest("alarms?state=closing");
export const readAlarm = (id: string): Promise<Answer<AlarmDetail>> => call(`${root}/alarms/${part(id)}`);

/** A maintenance window, as the API answers it. */
export interface WorksView {
  readonly id: string;
  readonly zone: string;
  readonly company: string;
  readonly reason: string;
  readonly person: string;
  readonly from: string;
  readonly until: string;
  readonly ended: string | null;
  readonly coverage: { readonly zh: string; readonly en: string };
}
export const readWorks = (site: string): Promise<Answer<WorksView[]>> => call(`${root}/maintenance?site=${part(site)}`);
export const openWorks = (body: object): Promise<Answer<WorksView>> => send("POST", `${root}/maintenance`, body);
export const endWorks = (id: string): Promise<Answer<WorksView>> => send("POST", `${root}/maintenance/${part(id)}/end`);

export interface DatedView {
  readonly id: string;
  readonly kind: string;
  readonly what: string;
  readonly due: string;
  readonly note: string | null;
  readonly done: string | null;
  readonly done_by: string | null;
}
export const readDated = (site: string): Promise<Answer<DatedView[]>> => call(`${root}/dated-items?site=${part(site)}`);
export const addDated = (body: { site: string; kind: string; what: string; due: string }): Promise<Answer<DatedView>> =>
  send("POST", `${root}/dated-items`, body);
export const doneDated = (id: string, body: { note: string; next_due?: string }): Promise<Answer<DatedView>> =>
  send("POST", `${root}/dated-items/${part(id)}/done`, body);

export const readFacilities = (site: string): Promise<Answer<FacilityView[]>> => call(`${root}/facilities?site=${part(site)}`);
export const readDetectors = (site: string): Promise<Answer<DetectorView[]>> => call(`${root}/detectors?site=${part(site)}`);

export const readVideos = (site: string): Promise<Answer<VideoLink[]>> => call(`${root}/videos?site=${part(site)}`);
export const addPatrol = (body: { site: string; place: string; result: "normal" | "problem"; note?: string }): Promise<Answer<unknown>> =>
  send("POST", `${root}/patrols`, body);

export interface FormView {
  readonly title_zh: string;
  readonly title_en: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}
export interface FormQuery {
  readonly site: string;
  /** "2026-11" */
  readonly month: string;
  readonly kind: string;
}
export const formPath = ({ site, month, kind }: FormQuery, format: "json" | "csv" | "xlsx"): string =>
  `${root}/forms/${part(month)}?site=${part(site)}&kind=${kind}&format=${format}`;
export const readForm = (query: FormQuery): Promise<Answer<FormView>> => call(formPath(query, "json"));

export const readChannels = (): Promise<Answer<ChannelView[]>> => call(`${root}/notify/channels`);
export const readDeliveries = (): Promise<Answer<DeliveryView[]>> => newest("notify/deliveries");
export const testChannel = (id: string): Promise<Answer<DeliveryView>> => send("POST", `${root}/notify/channels/${part(id)}/test`);

export interface FiguresView {
  readonly calls: number;
  readonly per_day: number;
  readonly per_hour: number;
  readonly peak_in_ten_minutes: number;
  readonly flood_permille: number;
  readonly chattering: number;
  readonly stale: number;
  readonly held: number;
  readonly mix_permille: readonly number[] | null;
  readonly top: readonly { readonly cause: string; readonly calls: number; readonly permille: number }[];
  readonly acknowledged: number;
  readonly median_response_ms: number | null;
  readonly p90_response_ms: number | null;
  readonly targets: Readonly<Record<"per_day" | "per_hour" | "flood_permille" | "chattering" | "stale", number>>;
  readonly worse: readonly string[];
}
export const readFigures = (site: string, days: number): Promise<Answer<FiguresView>> =>
  call(`${root}/alarms/kpi?site=${part(site)}&days=${days}`);

export interface CurveView {
  readonly samples: readonly { readonly at: string; readonly value: number; readonly quality: "good" | "stale" | "bad" }[];
  readonly buckets?: readonly { readonly at: string; readonly min: number; readonly max: number; readonly mean: number }[];
}
interface CurveQuery {
  readonly socket: { readonly id: string; readonly site: string };
  readonly field: string;
  readonly from: number;
  readonly to: number;
  readonly step?: "1m" | "1h";
}
const instant = (ms: number): string => new Date(ms).toISOString();

export function readCurve({ socket, field, from, to, step }: CurveQuery): Promise<Answer<CurveView>> {
  const search = new URLSearchParams({ site: socket.site, socket: socket.id, field, from: instant(from), to: instant(to) });
  if (step !== undefined) search.set("step", step);
  return call(`${root}/telemetry?${search}`);
}

export interface FacilityCurveQuery {
  readonly of: Pick<FacilityView, "site" | "gateway" | "facility">;
  readonly point: string;
  readonly from: number;
  readonly to: number;
  readonly step?: "1m" | "1h";
}
export function readFacilityCurve({ of, point, from, to, step }: FacilityCurveQuery): Promise<Answer<CurveView>> {
  const { site, gateway, facility } = of;
  const search = new URLSearchParams({ site, gateway, facility, point, from: instant(from), to: instant(to) });
  if (step !== undefined) search.set("step", step);
  return call(`${root}/facilities/curve?${search}`);
}

export interface BillLine {
  readonly rule: string;
  readonly zh: string;
  readonly en: string;
  readonly amount_fen: number;
}
export interface StayView {
  readonly visit: string;
  readonly site: string;
  readonly plate: string | null;
  readonly state: string;
  readonly offline: boolean;
  readonly entered_at: string | null;
  readonly left_at: string | null;
  readonly lane_in: string | null;
  readonly lane_out: string | null;
  readonly total_fen: number | null;
  readonly paid_fen: number;
  readonly bills: readonly {
    readonly bill: string;
    readonly tariff: string;
    readonly lines: readonly BillLine[];
    readonly total_fen: number;
    readonly paid_fen: number;
    readonly due_fen: number;
  }[];
}
export interface StayQuery {
  readonly state?: string | undefined;
  readonly plate?: string | undefined;
  readonly lane?: string | undefined;
  readonly visit?: string | undefined;
  readonly from?: number | undefined;
  readonly after?: string | undefined;
}

export function readStays({ from, ...texts }: StayQuery): Promise<Answer<{ items: StayView[]; next: string | null }>> {
  const search = new URLSearchParams({ limit: "50" });
  for (const [name, value] of Object.entries(texts)) if (value !== undefined) search.set(name, value);
  if (from !== undefined) search.set("from", instant(from));
  return call(`${root}/visits?${search}`);
}

/** Which events: of these types, about this thing, exactly these keys, or within two minutes of one. */
export interface EventQuery {
  readonly types?: readonly string[];
  readonly subject?: string;
  readonly site?: string;
  readonly keys?: readonly string[];
  readonly around?: string;
  readonly after?: string;
}

export function readEvents(query: EventQuery): Promise<Answer<{ items: EventView[]; next: string | null }>> {
  const search = new URLSearchParams();
  for (const type of query.types ?? []) search.append("type", type);
  for (const key of query.keys ?? []) search.append("key", key);
  if (query.subject !== undefined) search.set("subject", query.subject);
  if (query.site !== undefined) search.set("site", query.site);
  if (query.around !== undefined) search.set("around", query.around);
  if (query.after !== undefined) search.set("after", query.after);
  search.set("limit", "100");
  return call(`${root}/events?${search}`);
}
