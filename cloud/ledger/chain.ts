// The ledger's steps are one chain: each carries the hash of the step before it, so that a changed, removed or exchanged step is found and named.
// The truncation of its tail is found only against a head that was kept elsewhere: `headOf` is what to keep.
import { createHash } from "node:crypto";
import type { Row } from "#cloud/store/schema.ts";
import type { Change, Queries } from "#cloud/store/store.ts";

type Step = Row<"hazard_step">;
export type NewStep = Omit<Step, "ordinal" | "previous" | "hash">;

const hashOf = (step: Omit<Step, "hash">): string =>
  createHash("sha256")
    .update(
      JSON.stringify([
        ...[step.ordinal, step.hazard, step.seq, step.at, step.person, step.person_name],
        ...[step.action, step.from_state, step.to_state, step.note, step.previous],
        // Steps of before there were any have none, and keep their hash.
        ...(step.data === "" ? [] : [step.data]),
      ]),
    )
    .digest("hex");

/** Appends; the head's row is taken first, so that two writers stand in line. */
export async function appendStep(change: Change, step: NewStep): Promise<Step> {
  const head = await change
    .updateTable("ledger_head")
    .set((eb) => ({ ordinal: eb("ordinal", "+", 1) }))
    .where("id", "=", "ledger")
    .returningAll()
    .executeTakeFirstOrThrow();
  const linked = { ...step, ordinal: head.ordinal, previous: head.hash };
  const whole = { ...linked, hash: hashOf(linked) };
  await change.insertInto("hazard_step").values(whole).execute();
  await change.updateTable("ledger_head").set({ hash: whole.hash }).where("id", "=", "ledger").execute();
  return whole;
}

export async function headOf(read: Queries): Promise<{ ordinal: number; hash: string }> {
  return read.selectFrom("ledger_head").select(["ordinal", "hash"]).where("id", "=", "ledger").executeTakeFirstOrThrow();
}

/** Steps of five years are some hundred thousand: they are read a page at a time. */
const pageSteps = 2_000;

/** The number of sound steps, or what is wrong with the first that is not. */
export async function verifyChain(read: Queries): Promise<{ readonly sound: number } | { readonly broken: number; readonly why: string }> {
  let [previous, sound] = ["", 0];
  for (;;) {
    const page = await read
      .selectFrom("hazard_step")
      .selectAll()
      .where("ordinal", ">", sound)
      .orderBy("ordinal")
      .limit(pageSteps)
      .execute();
    for (const step of page) {
      const place = `${step.hazard} step ${step.seq}`;
      if (step.ordinal !== sound + 1) return { broken: sound + 1, why: `step ${sound + 1} of the ledger is missing before ${place}` };
      if (step.previous !== previous) return { broken: step.ordinal, why: `${place} does not follow the step before it` };
      if (step.hash !== hashOf(step)) return { broken: step.ordinal, why: `${place} was changed` };
      [previous, sound] = [step.hash, step.ordinal];
    }
    if (page.length < pageSteps) break;
  }
  const head = await headOf(read);
  if (head.ordinal !== sound || head.hash !== previous)
    return { broken: sound + 1, why: `the ledger ends at step ${sound}, its head says ${head.ordinal}` };
  return { sound };
}
