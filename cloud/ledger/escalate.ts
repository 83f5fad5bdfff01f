// The ladder walked: what is due is written as steps of the hazards, each rung once; or only said, so that somebody can see tonight's before it happens.
import type { Scope } from "#cloud/identity/scope.ts";
import type { Effect } from "#cloud/store/happening.ts";
import type { Row } from "#cloud/store/schema.ts";
import type { Queries } from "#cloud/store/store.ts";
import { dayMs, toRfc3339, wall } from "#protocols/vocabulary/time.ts";
import { dueRungs, type Escalating, nextRung, type RungDue } from "./clocks.ts";
import { provisionalOf } from "./fields.ts";
import type { LedgerPolicy } from "./policy.ts";
import { writeStep } from "./steps.ts";
import { tellOfRung } from "./told.ts";

export const escalating = (row: Pick<Row<"hazard">, "deadline" | "rungs" | "paused_until">): Escalating => ({
  ...{ deadline: row.deadline, paused_until: row.paused_until },
  rungs: JSON.parse(row.rungs) as string[],
});

const openStates = ["待派单", "待签收", "整改中", "待复查"];

/** Only these can have a rung due: the earliest stands so many days before the deadline. */
async function candidates(read: Queries, { ladder }: LedgerPolicy, now: number): Promise<Row<"hazard">[]> {
  const earliest = Math.min(0, ...ladder.map(({ days }) => days));
  return read
    .selectFrom("hazard")
    .selectAll()
    .where("state", "in", openStates)
    .where("deadline", "<=", now + (1 - earliest) * dayMs)
    .orderBy("deadline")
    .execute();
}

export interface Escalation {
  readonly hazard: Row<"hazard">;
  readonly due: readonly RungDue[];
}

/** What would be done now. */
export async function planEscalation(read: Queries, policy: LedgerPolicy, now: number): Promise<Escalation[]> {
  const rows = await candidates(read, policy, now);
  return rows.map((hazard) => ({ hazard, due: dueRungs(escalating(hazard), { ...policy, now }) })).filter(({ due }) => due.length > 0);
}

/** What the ladder does next, until then: the rehearsal. */
export async function rehearse(
  read: Queries,
  policy: LedgerPolicy,
  { now, until, scope }: { readonly now: number; readonly until: number; readonly scope: Scope },
): Promise<{ readonly hazard: Row<"hazard">; readonly next: RungDue }[]> {
  const rows = (await candidates(read, policy, until)).filter(({ site }) => scope.all || scope.sites.includes(site));
  return rows
    .flatMap((hazard) => {
      const next = nextRung(escalating(hazard), policy);
      if (next === undefined || next.at > until) return [];
      // A pause that ends before then only delays it.
      const at = Math.max(next.at, hazard.paused_until ?? 0, now);
      return at > until ? [] : [{ hazard, next: { ...next, at } }];
    })
    .sort((a, b) => a.next.at - b.next.at);
}

/** A rung that was stood on, as the step of that number. */
export interface Stood {
  readonly rung: RungDue["rung"];
  readonly seq: number;
}

/** Each rung that is due becomes a step. A hazard that somebody is changing this moment waits for the next walk. Nobody is told here: a history that is invented tells nobody. */
export async function standOn(effect: Effect, { hazard, due }: Escalation, now: number): Promise<Stood[]> {
  const stood: Stood[] = [];
  let row: Row<"hazard"> | undefined = hazard;
  for (const { rung, at } of due) {
    if (row === undefined) break;
    const rungs = JSON.stringify([...(JSON.parse(row.rungs) as string[]), rung.id]);
    const note = `${rung.zh}（${toRfc3339(wall(at)).slice(0, 16).replace("T", " ")}）→ ${rung.tells.join("、")}`;
    const set = { rungs, level: Math.max(row.level, rung.level) };
    row = await writeStep(effect.change, row, { at: now, person: null, action: "escalate", note, set });
    if (row !== undefined) stood.push({ rung, seq: row.version });
  }
  effect.marks.add({ kind: "hazard", id: hazard.id });
  return stood;
}

/** Deadlines that were provisional and are so no longer: the holidays of their year were published. */
export async function settledDeadlines(read: Queries, { calendar }: LedgerPolicy): Promise<Row<"hazard">[]> {
  const rows = await read.selectFrom("hazard").selectAll().where("state", "in", openStates).where("deadline_provisional", "=", 1).execute();
  return rows.filter(({ deadline }) => provisionalOf(calendar, deadline) === 0);
}

async function settleDeadlines(effect: Effect, policy: LedgerPolicy, now: number): Promise<void> {
  for (const row of await settledDeadlines(effect.change, policy)) {
    const note = `节假日安排已公布，时限 ${toRfc3339(wall(row.deadline ?? 0)).slice(0, 10)} 不再暂定`;
    await writeStep(effect.change, row, { at: now, person: null, action: "comment", note, set: { deadline_provisional: 0 } });
    effect.marks.add({ kind: "hazard", id: row.id });
  }
}

/** One transaction; the number of rungs that were stood on. Whom each tells is written with it, so that none is lost and none is told twice. */
export async function escalate(effect: Effect, policy: LedgerPolicy, now: number): Promise<number> {
  await settleDeadlines(effect, policy, now);
  let rungs = 0;
  for (const one of await planEscalation(effect.change, policy, now)) {
    const stood = await standOn(effect, one, now);
    for (const { rung, seq } of stood) await tellOfRung(effect.change, one.hazard, { rung, seq, at: now });
    rungs += stood.length;
  }
  return rungs;
}
