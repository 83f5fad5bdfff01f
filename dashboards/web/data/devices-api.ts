// Gateways, their devices and the documents that they work by, as the cloud's API answers of them.
import type { DeviceList } from "#protocols/api/devices.ts";
import type { DocumentView, RunningView } from "#protocols/api/documents.ts";
import type { CertificateView } from "#protocols/api/enrolment.ts";
import { type Answer, call, send } from "./api.ts";

const root = "/api/v1";
const part = encodeURIComponent;

export const readDevices = (): Promise<Answer<DeviceList>> => call(`${root}/devices`);
export const readRunning = (): Promise<Answer<RunningView[]>> => call(`${root}/running`);
export async function readDocuments(): Promise<Answer<DocumentView[]>> {
  const answer = await call<{ items: DocumentView[] }>(`${root}/documents?limit=500`);
  return answer.ok ? { ok: true, value: answer.value.items } : answer;
}
export async function readCertificates(): Promise<Answer<CertificateView[]>> {
  const answer = await call<{ items: CertificateView[] }>(`${root}/certificates?limit=500`);
  return answer.ok ? { ok: true, value: answer.value.items } : answer;
}

export interface Difference {
  readonly path: string;
  readonly before: string | null;
  readonly after: string | null;
}
/** What would change if this document took the place of what runs. */
export const readDifferences = (id: string): Promise<Answer<{ against: number; differences: Difference[] }>> =>
  call(`${root}/documents/${part(id)}/differences`);

export interface BackTo {
  readonly site: string;
  readonly gateway: string;
  readonly kind: RunningView["kind"];
  readonly name: string;
  readonly back_to: number;
  readonly reason: string;
}
/** Written over what runs now: if that has changed meanwhile, it is refused. */
export const goBack = (body: BackTo, runs: RunningView, name: string): Promise<Answer<DocumentView>> =>
  send("POST", `${root}/documents`, body, {
    "idempotency-key": name,
    "if-match": `"${runs.hash ?? ""}"`,
  });
export const approveDocument = (id: string): Promise<Answer<DocumentView>> => send("POST", `${root}/documents/${part(id)}/approval`);
