// Papers issued: a number of the issuer's own, in its year, without a gap; what was printed kept as it was; served, received, taken back, each a step of the hazard's chain. Nothing
// is deleted, and a number that was given stays given.
import { createHash, randomUUID } from "node:crypto";
import type { Effect } from "#cloud/store/happening.ts";
import type { Row } from "#cloud/store/schema.ts";
import { seal, sealAgain } from "#cloud/store/seals.ts";
import type { Change } from "#cloud/store/store.ts";
import { type Refusal, refusal } from "#protocols/vocabulary/faults.ts";
import { toCivil, wall } from "#protocols/vocabulary/time.ts";
import { type Block, text } from "#protocols/word/write.ts";
import { evidenceOf } from "../evidence.ts";
import type { LedgerPolicy } from "../policy.ts";
import { writeStep } from "../steps.ts";
import { type Asker, type IssuedKind, type Issuer, issuing } from "./issuers.ts";
import { dayWords, paperOf } from "./papers.ts";

export const serviceWays = ["直接送达", "留置送达", "邮寄送达", "电子送达", "委托送达", "公告送达"] as const;

/** "改字": what stands between the issuer's name and the year, where its template names no other. */
const usualWords: Readonly<Record<IssuedKind, string>> = { notice: "改字", opinion: "复字", closure: "销字", supervision: "督字" };

export interface Issue {
  readonly hazard: string;
  readonly kind: IssuedKind;
  readonly person: Asker & { readonly id: string; readonly name: string };
  readonly issuers: readonly Issuer[];
  readonly policy: LedgerPolicy;
  readonly now: number;
}

type Paper = Row<"issued_paper">;

/** Within the change, so that a number is given with its paper or not at all. */
async function nextNumber(change: Change, word: string, year: number): Promise<number> {
  const { n } = await change
    .insertInto("paper_number")
    .values({ word, year, n: 1 })
    .onConflict((conflict) => conflict.columns(["word", "year"]).doUpdateSet((eb) => ({ n: eb("paper_number.n", "+", 1) })))
    .returning("n")
    .executeTakeFirstOrThrow();
  return n;
}

export async function issuePaper(
  effect: Effect,
  { hazard: id, kind, person, issuers, policy, now }: Issue,
): Promise<Paper | Refusal | undefined> {
  const { change, marks } = effect;
  const row = await change.selectFrom("hazard").selectAll().where("id", "=", id).executeTakeFirst();
  if (row === undefined || row.matter === "mediation") return undefined;
  const issued = issuing(issuers, kind, person);
  if ("code" in issued) return issued;
  const { issuer, template } = issued;
  const days = { ...policy.clocks, ...issuer.clocks };
  const photos = await evidenceOf(change, [id]);
  const given = { template, reinspection_days: days.reinspection_working_days };
  const blocks = paperOf(kind, { row, photos, issuer: person.organisation, now, ...given });
  if (blocks === undefined)
    return refusal("not-yet", "该隐患还没有走到这一步，不能出具", "the hazard has not come so far: there is no such paper yet");
  const { year } = toCivil(wall(now));
  const { organisation } = person;
  const word = template.word ?? `${organisation}${usualWords[kind]}`;
  const n = await nextNumber(change, word, year);
  const number = `${word}〔${year}〕${n}号`;
  const body = JSON.stringify(withNumber(blocks, number));
  // A notice is served within so many working days of finding it; the others when they are due themselves.
  const due = kind === "notice" ? policy.calendar.workingDaysAfter(row.found_at, days.notice_working_days) : undefined;
  const paper: Paper = {
    ...{ id: randomUUID(), number, issuer: issuer.id, organisation, kind, year, n, hazard: id, site: row.site, title: template.title },
    ...{ addressee: row.responsible ?? row.compound, body, sha256: createHash("sha256").update(body).digest("hex") },
    ...{ person: person.id, person_name: person.name, issued_at: now, serve_due: due?.at ?? null, provisional: due?.provisional ? 1 : 0 },
    ...{
      served_at: null,
      served_how: null,
      served_by: null,
      received_at: null,
      received_by: null,
      withdrawn_at: null,
      withdrawn_why: null,
    },
  };
  const note = `出具“${template.title}” ${number} sha256 ${paper.sha256}`;
  const stepped = await writeStep(change, row, { at: now, person, action: "paper-issue", note, set: {} });
  if (stepped === undefined) return refusal("wrong-state", "他人刚刚改变了该隐患", "somebody else has just changed this hazard");
  await change.insertInto("issued_paper").values(paper).execute();
  await seal(change, "issued_paper", [paper]);
  marks.add({ kind: "hazard", id });
  return paper;
}

/** Under the title, as GB/T 9704 has it. */
function withNumber(blocks: readonly Block[], number: string): readonly Block[] {
  const [title, ...rest] = blocks;
  return title === undefined ? [] : [title, text("right", number), ...rest];
}

export type PaperStep =
  | { readonly step: "serve"; readonly how: string; readonly at: number; readonly by: string }
  | { readonly step: "receive"; readonly at: number; readonly by: string }
  | { readonly step: "withdraw"; readonly why: string };

export interface Stepping {
  readonly id: string;
  readonly said: PaperStep;
  readonly person: Asker & { readonly id: string; readonly name: string };
  readonly now: number;
}

const sealedSteps = { serve: "issued_paper:served", receive: "issued_paper:received", withdraw: "issued_paper:withdrawn" } as const;

/** undefined: there is no such paper. */
export async function stepPaper(effect: Effect, { id, said, person, now }: Stepping): Promise<Paper | Refusal | undefined> {
  const { change, marks } = effect;
  const known = await change.selectFrom("issued_paper").selectAll().where("id", "=", id).executeTakeFirst();
  if (known === undefined) return undefined;
  const wrong = wrongStep(known, { said, person, now });
  if (wrong !== undefined) return wrong;
  const row = await change.selectFrom("hazard").selectAll().where("id", "=", known.hazard).executeTakeFirst();
  if (row === undefined) return undefined;
  const [set, note] = setOf(known, said, now);
  const stepped = await writeStep(change, row, { at: now, person, action: `paper-${said.step}`, note, set: {} });
  if (stepped === undefined) return refusal("wrong-state", "他人刚刚改变了该隐患", "somebody else has just changed this hazard");
  await change.updateTable("issued_paper").set(set).where("id", "=", id).execute();
  await sealAgain(change, sealedSteps[said.step], { id });
  marks.add({ kind: "hazard", id: known.hazard });
  return { ...known, ...set };
}

function wrongStep(known: Paper, { said, person, now }: Pick<Stepping, "said" | "person" | "now">): Refusal | undefined {
  if (known.withdrawn_at !== null) return refusal("withdrawn", "该文书已撤回", "this paper was taken back");
  if (said.step !== "receive" && person.organisation !== known.organisation)
    return refusal("wrong-issuer", `由“${known.organisation}”办理`, `this is done by ${known.organisation}, who issued it`);
  if (said.step === "withdraw") return undefined;
  if (said.at < known.issued_at || said.at > now)
    return refusal("wrong-time", "时间应在出具之后、不在将来", "it happened after the paper was issued, and not in the future");
  if (said.step === "serve")
    return known.served_at === null ? undefined : refusal("served", "已登记送达", "its service is written down already");
  if (known.received_at !== null) return refusal("received", "已登记签收", "its receipt is written down already");
  // Whoever issues a paper does not sign for having got it.
  return person.organisation === known.organisation
    ? refusal("same-organisation", "出具单位不能替对方签收", "who issued it does not sign for its receipt")
    : undefined;
}

function setOf({ number }: Paper, said: PaperStep, now: number): readonly [Partial<Paper>, string] {
  switch (said.step) {
    case "serve":
      return [
        { served_at: said.at, served_how: said.how, served_by: said.by },
        `${number} ${dayWords(said.at)}${said.how}，送达人 ${said.by}`,
      ];
    case "receive":
      return [{ received_at: said.at, received_by: said.by }, `${number} ${dayWords(said.at)}签收，签收人 ${said.by}`];
    case "withdraw":
      return [{ withdrawn_at: now, withdrawn_why: said.why }, `撤回 ${number}：${said.why}`];
  }
}

/** Served in time, late, or not yet: by the issuer's own clock. */
export const serviceState = (
  { serve_due, served_at, withdrawn_at }: Paper,
  now: number,
): "withdrawn" | "served" | "served-late" | "waiting" | "late" =>
  withdrawn_at !== null
    ? "withdrawn"
    : served_at !== null
      ? serve_due !== null && served_at > serve_due
        ? "served-late"
        : "served"
      : serve_due !== null && now > serve_due
        ? "late"
        : "waiting";
