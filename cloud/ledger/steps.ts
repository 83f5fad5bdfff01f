// One step of a hazard: the row is changed, the chain grows, and both say the same. The row is the sum of its steps; `rowFromSteps` adds them up again.
import { wordsOf } from "#cloud/store/ledger-search-schema.ts";
import type { NewRow, Row } from "#cloud/store/schema.ts";
import type { Change, Queries } from "#cloud/store/store.ts";
import type { HazardState } from "#protocols/api/views.ts";
import { toCivil, wall } from "#protocols/vocabulary/time.ts";
import { appendStep } from "./chain.ts";

export type Columns = Partial<Row<"hazard">>;

export interface Said {
  readonly at: number;
  /** null: the machine. */
  readonly person: { readonly id: string; readonly name: string } | null;
  readonly action: string;
  readonly note: string;
  readonly set: Columns;
}

/** What a hazard begins with, where nothing else is said. */
const blank = {
  ...{ gateway: "", rule: "by-hand", grade: "一般", matter: "hazard", clause: null, priority: 3, state: "待派单", false_alarm: 0 },
  ...{ deadline: null, original_deadline: null, deadline_provisional: 0, postponements: 0, responsible: null, responsible_person: null },
  ...{ responsible_phone: null, supervisor: null, measure: null, interim_control: null, interim_due: null, funding_source: null },
  ...{ budget_fen: null, actual_fen: null, dispatched_at: null, dispatched_by: null, received_at: null, rectified_at: null },
  ...{ reinspection_due: null, reinspected_at: null, inspector: null, inspector_organisation: null, closed_at: null, closed_by: null },
  ...{ rectifier: null, reinspector: null, rectifier_organisation: null, reinspector_organisation: null, level: 0, rungs: "[]" },
  ...{ paused_until: null, listed: 0, papers: "[]", pending: null, merged_into: null, published: 0, events: "[]" },
} as const;

export interface Beginning extends Columns {
  readonly id: string;
  readonly site: string;
  readonly compound: string;
  readonly place: string;
  readonly category: string;
  readonly zh: string;
  readonly en: string;
  readonly found_at: number;
  readonly source: string;
}

/** The first step. When a gateway found it may be corrected later by a clock that is set at last: only of others it is part of what the step says. */
export async function beginHazard(change: Change, beginning: Beginning, said: Omit<Said, "set">): Promise<Row<"hazard">> {
  const whole: NewRow<"hazard"> = { ...blank, ...beginning, updated_at: said.at, version: 0, head: "" };
  await change.insertInto("hazard").values(whole).execute();
  const words = wordsOf(whole as Row<"hazard">);
  await change
    .insertInto("hazard_words")
    .values({ hazard: whole.id, words })
    .onConflict((conflict) => conflict.column("hazard").doUpdateSet({ words }))
    .execute();
  const { found_at, ...others } = beginning;
  const set = whole.gateway === "" ? { ...others, found_at } : others;
  return (await writeStep(change, whole as Row<"hazard">, { ...said, set }, null)) as Row<"hazard">;
}

/**
 * undefined: somebody else has taken a step since `known` was read. `from` is null for the first step only.
 */
export async function writeStep(
  change: Change,
  known: Row<"hazard">,
  said: Said,
  from: string | null = known.state,
): Promise<Row<"hazard"> | undefined> {
  const { at, person, action, note, set } = said;
  const to = set.state ?? known.state;
  const version = known.version + 1;
  // The row first: whoever comes second waits for it, and then finds another version.
  const moved = await change
    .updateTable("hazard")
    .set({ ...set, version, updated_at: at })
    .where("id", "=", known.id)
    .where("version", "=", known.version)
    .executeTakeFirst();
  if (moved.numUpdatedRows !== 1n) return undefined;
  const step = await appendStep(change, {
    ...{ hazard: known.id, seq: version, at, person: person?.id ?? null, person_name: person?.name ?? "系统" },
    ...{ action, from_state: from, to_state: to, note, data: JSON.stringify(set) },
  });
  await change.updateTable("hazard").set({ head: step.hash }).where("id", "=", known.id).execute();
  const [words, before] = [wordsOf({ ...known, ...set }), wordsOf(known)];
  if (words !== before) await change.updateTable("hazard_words").set({ words }).where("hazard", "=", known.id).execute();
  return { ...known, ...set, version, updated_at: at, head: step.hash };
}

/** `<compound>-<yyyymmdd>-<n>`, the day in China's civil time, n from 1; a letter before n for what is no hazard. */
export async function nextNumber(change: Change, compound: string, at: number, letter = ""): Promise<string> {
  const { year, month, day } = toCivil(wall(at));
  const date = `${year}${String(month).padStart(2, "0")}${String(day).padStart(2, "0")}`;
  const counted = letter === "" ? date : `${date}-${letter}`;
  const { n } = await change
    .insertInto("hazard_number")
    .values({ compound, day: counted, n: 1 })
    .onConflict((conflict) => conflict.columns(["compound", "day"]).doUpdateSet((eb) => ({ n: eb("hazard_number.n", "+", 1) })))
    .returning("n")
    .executeTakeFirstOrThrow();
  return `${compound}-${date}-${letter}${n}`;
}

/** What the steps say that the row is; undefined where a step of before the columns were kept is among them. */
export function rowFromSteps(steps: readonly Pick<Row<"hazard_step">, "data" | "to_state">[]): Columns | undefined {
  let row: Columns = {};
  for (const { data, to_state } of steps) {
    if (data === "") return undefined;
    row = { ...row, ...(JSON.parse(data) as Columns), state: to_state };
  }
  return row;
}

export interface Difference {
  readonly hazard: string;
  readonly column: string;
  readonly row: unknown;
  readonly steps: unknown;
}

/** Rows that are not the sum of their steps, that have none, or that are gone: somebody wrote into the table behind the ledger's back. */
export async function differencesOf(read: Queries): Promise<Difference[]> {
  const found: Difference[] = [];
  const rows = await read.selectFrom("hazard").selectAll().orderBy("id").execute();
  const steps = await read.selectFrom("hazard_step").select(["hazard", "data", "to_state", "hash"]).orderBy("ordinal").execute();
  const byHazard = new Map<string, typeof steps>();
  for (const step of steps) {
    const mine = byHazard.get(step.hazard);
    if (mine === undefined) byHazard.set(step.hazard, [step]);
    else mine.push(step);
  }
  const known = new Set(rows.map(({ id }) => id));
  for (const [hazard, mine] of byHazard) if (!known.has(hazard)) found.push({ hazard, column: "id", row: null, steps: mine.length });
  for (const row of rows) {
    const mine = byHazard.get(row.id) ?? [];
    if (mine.length === 0) found.push({ hazard: row.id, column: "id", row: row.version, steps: null });
    const sum = rowFromSteps(mine);
    if (sum === undefined) continue;
    const wanted: Columns = { ...blank, ...sum, version: mine.length, head: mine.at(-1)?.hash ?? "" };
    for (const [column, value] of Object.entries(wanted))
      if (row[column as keyof typeof row] !== value)
        found.push({ hazard: row.id, column, row: row[column as keyof typeof row], steps: value });
  }
  return found;
}

export const isOpen = (state: string): boolean => (state as HazardState) !== "已销号";
