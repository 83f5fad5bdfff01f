// Things that fall due on a date: the contract, the yearly inspection report, batteries. Due within thirty days is a hint, past its date an alarm; done ends both.
import { randomUUID } from "node:crypto";
import { raiseOwnAlarm, settleOwnAlarm } from "#cloud/alarms/alarms.ts";
import { changing } from "#cloud/store/changing.ts";
import type { Effect } from "#cloud/store/happening.ts";
import type { Marks } from "#cloud/store/marks.ts";
import type { Row } from "#cloud/store/schema.ts";
import type { Store } from "#cloud/store/store.ts";
import { type Refusal, refusal } from "#protocols/vocabulary/faults.ts";
import { dayMs } from "#protocols/vocabulary/time.ts";

export const datedKinds = ["contract", "inspection", "battery", "extinguisher", "other"] as const;
const soonMs = 30 * dayMs;
const rules = ["", "dated.soon", "dated.overdue"] as const;

export interface DatedAsked {
  readonly site: string;
  readonly category: string;
  readonly what: string;
  readonly due_at: number;
}

export async function addDated({ change }: Effect, { site, category, what, due_at }: DatedAsked): Promise<Row<"dated_item">> {
  const row = { id: randomUUID(), site, category, what, due_at, note: null, done_at: null, done_by: null, said: 0 };
  await change.insertInto("dated_item").values(row).execute();
  return row;
}

/** `next_due_at`: the same thing falls due again. */
export async function doneDated(
  effect: Effect,
  asked: {
    readonly id: string;
    readonly person: string;
    readonly note: string;
    readonly at: number;
    readonly next_due_at?: number | undefined;
  },
): Promise<Row<"dated_item"> | Refusal | undefined> {
  const { change } = effect;
  const row = await change.selectFrom("dated_item").selectAll().where("id", "=", asked.id).executeTakeFirst();
  if (row === undefined) return undefined;
  if (row.done_at !== null) return refusal("already-done", "该事项已完成", "this is done already");
  const done = { done_at: asked.at, done_by: asked.person, note: asked.note };
  await change.updateTable("dated_item").set(done).where("id", "=", row.id).execute();
  for (const rule of rules.slice(1)) await settleOwnAlarm(effect, { site: row.site, gateway: "cloud", rule, source: row.id, at: asked.at });
  if (asked.next_due_at !== undefined) await addDated(effect, { ...row, due_at: asked.next_due_at });
  return { ...row, ...done };
}

const levelOf = (due_at: number, now: number): 0 | 1 | 2 => (now >= due_at ? 2 : due_at - now <= soonMs ? 1 : 0);

export async function tickDated(
  { store, committed }: { readonly store: Store; readonly committed: (marks: Marks) => void },
  now: number,
): Promise<number> {
  const open = await store.read
    .selectFrom("dated_item")
    .selectAll()
    .where("done_at", "is", null)
    .where("due_at", "<=", now + soonMs)
    .execute();
  const risen = open.filter((row) => levelOf(row.due_at, now) > row.said);
  for (const row of risen)
    await changing(
      { store, committed },
      async (effect) => {
        const level = levelOf(row.due_at, now);
        const { numUpdatedRows } = await effect.change
          .updateTable("dated_item")
          .set({ said: level })
          .where("id", "=", row.id)
          .where("done_at", "is", null)
          .where("said", "<", level)
          .executeTakeFirst();
        if (Number(numUpdatedRows) === 0) return;
        const own = { site: row.site, gateway: "cloud", source: row.id, at: now };
        if (level === 2) await settleOwnAlarm(effect, { ...own, rule: "dated.soon" });
        await raiseOwnAlarm(effect, { ...own, rule: rules[level], detail: ` ${row.what}` });
      },
      { alone: "maintenance" },
    );
  return risen.length;
}
