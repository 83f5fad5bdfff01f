// Rules as versions: what was written stays, what follows says from which day on it holds. The newest version of the newest day that has come is the one.
import type { Row } from "#cloud/store/schema.ts";
import { seal } from "#cloud/store/seals.ts";
import type { Change, Queries } from "#cloud/store/store.ts";
import { type Refusal, refusal } from "#protocols/vocabulary/faults.ts";
import { complaintsOfRule, type RuleKind } from "./kinds.ts";

export interface WrittenRule {
  readonly kind: RuleKind;
  readonly scope: string;
  readonly version: number;
  readonly valid_from: string;
  readonly body: unknown;
  readonly note: string;
  readonly person: string;
  readonly at: number;
}

const written = (row: Row<"rule">): WrittenRule => ({ ...row, kind: row.kind as RuleKind, body: JSON.parse(row.body) as unknown });

/** On this civil day ("2026-11-25"); undefined: nothing was written, the usual holds. */
export async function ruleOn(read: Queries, kind: RuleKind, scope: string, day: string): Promise<WrittenRule | undefined> {
  const row = await read
    .selectFrom("rule")
    .selectAll()
    .where("kind", "=", kind)
    .where("scope", "=", scope)
    .where("valid_from", "<=", day)
    .orderBy("valid_from", "desc")
    .orderBy("version", "desc")
    .limit(1)
    .executeTakeFirst();
  return row === undefined ? undefined : written(row);
}

/** Of every scope the one of that day. */
export async function rulesOn(read: Queries, kind: RuleKind, day: string): Promise<WrittenRule[]> {
  const rows = await read.selectFrom("rule").selectAll().where("kind", "=", kind).where("valid_from", "<=", day).execute();
  const newest = new Map<string, Row<"rule">>();
  for (const row of rows) {
    const known = newest.get(row.scope);
    if (known === undefined || row.valid_from > known.valid_from || (row.valid_from === known.valid_from && row.version > known.version))
      newest.set(row.scope, row);
  }
  return [...newest.values()].sort((a, b) => (a.scope < b.scope ? -1 : 1)).map(written);
}

export async function historyOf(read: Queries, kind: RuleKind, scope: string): Promise<WrittenRule[]> {
  const rows = await read.selectFrom("rule").selectAll().where("kind", "=", kind).where("scope", "=", scope).orderBy("version").execute();
  return rows.map(written);
}

export interface NewRule {
  readonly kind: RuleKind;
  readonly scope: string;
  readonly valid_from: string;
  readonly body: unknown;
  readonly note: string;
  readonly person: string;
  readonly at: number;
}

export async function writeRule(change: Change, rule: NewRule): Promise<WrittenRule | Refusal> {
  const wrong = complaintsOfRule(rule.kind, rule.scope, rule.body);
  if (wrong.length > 0) return refusal("rule-wrong", wrong.join("；"), wrong.join("; "));
  const last = await change
    .selectFrom("rule")
    .select((eb) => eb.fn.max<number | string | null>("version").as("version"))
    .where("kind", "=", rule.kind)
    .where("scope", "=", rule.scope)
    .executeTakeFirst();
  const row = { ...rule, version: Number(last?.version ?? 0) + 1, body: JSON.stringify(rule.body) };
  await change.insertInto("rule").values(row).execute();
  await seal(change, "rule", [row]);
  return written(row);
}
