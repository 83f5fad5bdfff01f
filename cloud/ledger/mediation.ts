// A mediation: who the parties are, what they agreed, what came of it, and whether it is confidential. Who reads which of it is decided here, once for every way out of the ledger.
import { createHash } from "node:crypto";
import type { Effect } from "#cloud/store/happening.ts";
import type { Row } from "#cloud/store/schema.ts";
import { seal } from "#cloud/store/seals.ts";
import type { Queries } from "#cloud/store/store.ts";
import type { Role } from "#protocols/api/views.ts";
import { type Refusal, refusal } from "#protocols/vocabulary/faults.ts";
import { writeStep } from "./steps.ts";

export const mediationOutcomes = ["调解中", "达成协议", "未达成协议", "撤回", "转其他途径"] as const;
export type MediationOutcome = (typeof mediationOutcomes)[number];

/** All of it: who mediates, who oversees. */
export const seesMediation: ReadonlySet<Role> = new Set(["community-officer", "street-officer", "bureau-officer", "alliance", "auditor"]);
/** What came of it, where it is not confidential: never the parties, never what they agreed. */
export const seesOutcome: ReadonlySet<Role> = new Set(["property-manager", "owners-committee", "community-committee"]);

export interface Party {
  readonly name: string;
  /** 申请人, 被申请人, 第三人 */
  readonly side: string;
}

export interface MediationSaid {
  readonly hazard: string;
  readonly parties: readonly Party[];
  readonly agreement?: string | undefined;
  readonly outcome: MediationOutcome;
  readonly confidential: boolean;
  readonly person: { readonly id: string; readonly name: string };
  readonly now: number;
}

const hashOf = (row: Omit<Row<"mediation">, "hash">): string =>
  createHash("sha256")
    .update(
      JSON.stringify([
        ...[row.hazard, row.seq, row.parties, row.agreement, row.outcome, row.confidential],
        ...[row.person, row.at, row.previous],
      ]),
    )
    .digest("hex");

export const versionsOf = (read: Queries, hazard: string): Promise<Row<"mediation">[]> =>
  read.selectFrom("mediation").selectAll().where("hazard", "=", hazard).orderBy("seq").execute();

/** undefined: there is no such mediation. */
export async function writeMediation({ change, marks }: Effect, said: MediationSaid): Promise<Row<"mediation"> | Refusal | undefined> {
  const { hazard, parties, agreement = null, outcome, confidential, person, now } = said;
  const known = await change.selectFrom("hazard").selectAll().where("id", "=", hazard).executeTakeFirst();
  if (known === undefined || known.matter !== "mediation") return undefined;
  if (new Set(parties.map(({ name }) => name.trim())).size < 2)
    return refusal("no-parties", "调解至少有两方当事人", "a mediation has two parties at least");
  if (outcome === "达成协议" && (agreement ?? "").trim() === "")
    return refusal("no-agreement", "达成协议须写明协议内容", "an agreement that was reached is written down");
  const last = (await versionsOf(change, hazard)).at(-1);
  const version = {
    ...{ hazard, seq: (last?.seq ?? 0) + 1, parties: JSON.stringify(parties), agreement, outcome, confidential: confidential ? 1 : 0 },
    ...{ person: person.id, person_name: person.name, at: now, previous: last?.hash ?? "" },
  };
  const row = { ...version, hash: hashOf(version) };
  // The step holds the hash and nothing of what was said: more people read steps.
  const note = `调解记录第 ${row.seq} 版 sha256 ${row.hash}`;
  const stepped = await writeStep(change, known, { at: now, person, action: "comment", note, set: {} });
  if (stepped === undefined) return refusal("wrong-state", "他人刚刚改变了该事项", "somebody else has just changed this matter");
  await change.insertInto("mediation").values(row).execute();
  await seal(change, "mediation", [row]);
  marks.add({ kind: "hazard", id: hazard });
  return row;
}

export interface MediationView {
  readonly seq: number;
  readonly outcome: string;
  readonly confidential: boolean;
  readonly parties: readonly Party[] | null;
  readonly agreement: string | null;
  readonly person_name: string | null;
  readonly at: number;
  readonly hash: string;
}

/** Every version for those who see all; the outcome that holds for those who see it; undefined: for this role there is none. */
export async function mediationFor(read: Queries, hazard: string, role: Role): Promise<readonly MediationView[] | undefined> {
  const rows = await versionsOf(read, hazard);
  const whole = (row: Row<"mediation">): MediationView => ({
    ...{ seq: row.seq, outcome: row.outcome, confidential: row.confidential === 1, parties: JSON.parse(row.parties) as Party[] },
    ...{ agreement: row.agreement, person_name: row.person_name, at: row.at, hash: row.hash },
  });
  if (seesMediation.has(role)) return rows.map(whole);
  const last = rows.at(-1);
  if (last === undefined || last.confidential === 1 || !seesOutcome.has(role)) return undefined;
  return [{ ...whole(last), parties: null, agreement: null, person_name: null }];
}

/** Versions that are not what was written, or that the hazard's steps do not know. */
export async function mediationsWrong(read: Queries): Promise<string[]> {
  const wrong: string[] = [];
  const rows = await read.selectFrom("mediation").selectAll().orderBy("hazard").orderBy("seq").execute();
  let before: Row<"mediation"> | undefined;
  for (const row of rows) {
    const previous = before?.hazard === row.hazard ? before : undefined;
    const step = await read
      .selectFrom("hazard_step")
      .select("seq")
      .where("hazard", "=", row.hazard)
      .where("note", "=", `调解记录第 ${row.seq} 版 sha256 ${row.hash}`)
      .executeTakeFirst();
    const follows = row.previous === (previous?.hash ?? "") && row.seq === (previous?.seq ?? 0) + 1;
    if (row.hash !== hashOf(row) || !follows || step === undefined) wrong.push(`${row.hazard} 调解记录第 ${row.seq} 版`);
    before = row;
  }
  return wrong;
}
