// A file that is made aside, as whoever asked for it sees it.
import type { Acting } from "#cloud/identity/people.ts";
import { covers, type Scope } from "#cloud/identity/scope.ts";
import { aheadOf, type Job, keptFor_ms } from "#cloud/ledger/exports.ts";
import type { LedgerFile } from "#cloud/ledger/sheet/export.ts";
import type { Queries } from "#cloud/store/store.ts";
import type { ExportView } from "#protocols/api/exports.ts";
import { maySeePictures } from "./pictures.ts";
import { seesPhone } from "./present.ts";
import { maybeTime, time } from "./words.ts";

export const exportView = async (read: Queries, job: Job): Promise<ExportView> => ({
  ...{ id: job.id, name: job.name, state: job.state as ExportView["state"], ahead: await aheadOf(read, job), done: job.done },
  ...{ total: job.total, bytes: job.bytes, sha256: job.sha256, why: job.why, asked_at: time(job.asked_at) },
  ...{ ended_at: maybeTime(job.ended_at), expires_at: time(job.asked_at + keptFor_ms) },
  file: job.state === "ready" ? `/api/v1/ledger/exports/${job.id}/file` : null,
});

/** Nobody else's, and no more than he sees today. */
export function mayHave(job: Job, { id, role }: Pick<Acting, "id" | "role">, now: Scope): boolean {
  if (job.person !== id) return false;
  const { scope, phones, pictures } = JSON.parse(job.asked) as LedgerFile;
  const wanted = job.site === null ? scope : { all: false, sites: [job.site] };
  return covers(now, wanted) && (!phones || seesPhone(role)) && (!pictures || maySeePictures(role));
}
