// The audit log is one chain: each row carries the hash of the row before it. A row that was changed, removed or moved is named;
// the removal of its tail, or another history from some row on, is found against anchors that were kept elsewhere.
import { createHash } from "node:crypto";
import type { Row } from "#cloud/store/schema.ts";
import type { Change, Queries } from "#cloud/store/store.ts";
import { toRfc3339, wall } from "#protocols/vocabulary/time.ts";
import type { AuditAction } from "./actions.ts";

export type AuditRow = Row<"audit">;
export type AuditAnchor = Row<"audit_anchor">;

/** What a caller says; the rest is the chain's. */
export type AuditEntry = Omit<AuditRow, "ordinal" | "previous" | "hash" | "detail" | "action"> & {
  readonly action: AuditAction;
  readonly detail: Readonly<Record<string, unknown>>;
};

const hashOf = (row: Omit<AuditRow, "hash">): string =>
  createHash("sha256")
    .update(
      JSON.stringify([
        ...[row.ordinal, row.at, row.person, row.person_name, row.role, row.organisation, row.site],
        ...[row.action, row.object, row.outcome, row.code, row.detail, row.address, row.previous],
      ]),
    )
    .digest("hex");

/** In the transaction of what it reports, as its last statement: the head is where all writers meet. */
export async function appendAudit(change: Change, { detail, ...entry }: AuditEntry): Promise<AuditRow> {
  const head = await change
    .updateTable("audit_head")
    .set((eb) => ({ ordinal: eb("ordinal", "+", 1) }))
    .where("id", "=", "audit")
    .returningAll()
    .executeTakeFirstOrThrow();
  const linked = { ...entry, detail: JSON.stringify(detail), ordinal: head.ordinal, previous: head.hash };
  const row = { ...linked, hash: hashOf(linked) };
  await change.insertInto("audit").values(row).execute();
  await change.updateTable("audit_head").set({ hash: row.hash }).where("id", "=", "audit").execute();
  return row;
}

export async function auditHead(read: Queries): Promise<{ readonly ordinal: number; readonly hash: string }> {
  return read.selectFrom("audit_head").select(["ordinal", "hash"]).where("id", "=", "audit").executeTakeFirstOrThrow();
}

export type Verdict =
  | { readonly kind: "sound"; readonly rows: number; readonly head: string; readonly anchors: number }
  /** `row`: the first that is not as it was written, or where it should stand. */
  | { readonly kind: "broken"; readonly row: number; readonly zh: string; readonly en: string };

const broken = (row: number, zh: string, en: string): Verdict => ({ kind: "broken", row, zh, en });
const stride = 1_000;

/** `anchors`: those of the table and those that were kept off it, in any order. Rows may go on coming meanwhile. */
export async function verifyAudit(read: Queries, anchors: readonly Pick<AuditAnchor, "ordinal" | "hash">[]): Promise<Verdict> {
  const anchored = new Map<number, Set<string>>();
  for (const { ordinal, hash } of anchors) anchored.set(ordinal, (anchored.get(ordinal) ?? new Set()).add(hash));
  const head = await auditHead(read);
  let previous = "";
  let count = 0;
  for (;;) {
    const rows = await read.selectFrom("audit").selectAll().where("ordinal", ">", count).orderBy("ordinal").limit(stride).execute();
    for (const row of rows) {
      const wrong = wrongWith(row, { expected: count + 1, previous, anchored: anchored.get(count + 1), head });
      if (wrong !== undefined) return wrong;
      previous = row.hash;
      count += 1;
    }
    if (rows.length < stride) break;
  }
  const furthest = Math.max(0, ...anchored.keys());
  if (furthest > count) return cutOff(count, { zh: `锚点见过第 ${furthest} 行`, en: `an anchor has seen row ${furthest}` });
  if (head.ordinal > count) return cutOff(count, { zh: `日志头为第 ${head.ordinal} 行`, en: `its head says ${head.ordinal}` });
  if ((await auditHead(read)).ordinal < count) return headDiffers(count);
  return { kind: "sound", rows: count, head: previous, anchors: anchored.size };
}

interface Place {
  readonly expected: number;
  readonly previous: string;
  readonly anchored: ReadonlySet<string> | undefined;
  readonly head: { readonly ordinal: number; readonly hash: string };
}

const named = ({ ordinal, action, person_name, at }: AuditRow): string => `${ordinal} (${action}, ${person_name}, ${toRfc3339(wall(at))})`;

function wrongWith(row: AuditRow, { expected, previous, anchored, head }: Place): Verdict | undefined {
  if (row.ordinal !== expected)
    return broken(
      expected,
      `第 ${expected} 行不见了，后面是第 ${named(row)} 行`,
      `row ${expected} is missing; the next is row ${named(row)}`,
    );
  if (row.previous !== previous)
    return broken(
      expected,
      `第 ${named(row)} 行不接在前一行之后：被移动，或前一行被替换`,
      `row ${named(row)} does not follow the row before it: one of the two was moved or replaced`,
    );
  if (row.hash !== hashOf(row)) return broken(expected, `第 ${named(row)} 行被改动`, `row ${named(row)} was changed`);
  if (anchored !== undefined && !(anchored.size === 1 && anchored.has(row.hash)))
    return broken(
      expected,
      `第 ${named(row)} 行与锚点不符：该行之前的历史被重写`,
      `row ${named(row)} is not the one of its anchor: the history up to it was written anew`,
    );
  if (head.ordinal === expected && head.hash !== row.hash) return headDiffers(expected);
  return undefined;
}

const cutOff = (count: number, witness: { zh: string; en: string }): Verdict =>
  broken(
    count + 1,
    `第 ${count + 1} 行起被截断：日志止于第 ${count} 行，${witness.zh}`,
    `row ${count + 1} and what followed was cut off: the log ends with row ${count}, ${witness.en}`,
  );
const headDiffers = (row: number): Verdict => broken(row, `日志头与第 ${row} 行不符`, `the head does not agree with row ${row}`);
