// What is entered once and never changed, sealed: the digest of each record as it was written, in one chain for all kinds. A record that was changed, removed, exchanged or slipped in beside the
// ledger is found and named. Columns that are rightly written later are a record of their own, sealed when they are written.
import { createHash } from "node:crypto";
import { type Kysely, sql } from "kysely";
import type { Database } from "./schema.ts";
import type { Change, Queries } from "./store.ts";

type Values = Readonly<Record<string, unknown>>;

interface SealedKind {
  readonly table: keyof Database;
  readonly zh: string;
  readonly en: string;
  /** What names the record. */
  readonly key: readonly string[];
  /** These alone; or all but `later`. */
  readonly only?: readonly string[];
  readonly later?: readonly string[];
  /** All rows of one key together are the record, in whatever order: they are written at once. These columns tell them apart. */
  readonly together?: readonly string[];
  /** Not yet a record otherwise. */
  readonly when?: (row: Values) => boolean;
}

const is = (column: string) => (row: Values) => row[column] !== null && row[column] !== undefined;

/** Every kind of record, by the name that the chain knows it by. Of a `:part` the record is what was written later. */
export const sealedKinds = {
  fund_entry: { table: "fund_entry", zh: "公维金账目", en: "an entry of the fund", key: ["id"] },
  owners_vote: { table: "owners_vote", zh: "业主表决", en: "a vote", key: ["site", "number"], later: ["replaced_by"] },
  "owners_vote:replaced": {
    ...{ table: "owners_vote", zh: "业主表决的更正", en: "a vote's replacement", key: ["site", "number"] },
    ...{ only: ["replaced_by"], when: is("replaced_by") },
  },
  income_entry: { table: "income_entry", zh: "收支登记", en: "an entry of income", key: ["id"], later: ["settlement"] },
  "income_entry:settled": {
    ...{ table: "income_entry", zh: "收支登记的结算", en: "what an entry was settled by", key: ["id"] },
    ...{ only: ["settlement"], when: is("settlement") },
  },
  spending: { table: "spending", zh: "分成支出", en: "what was spent of a part", key: ["id"] },
  settlement: { table: "settlement", zh: "月度结算", en: "a settlement", key: ["site", "month"] },
  settlement_line: {
    table: "settlement_line",
    zh: "结算明细",
    en: "the lines of a settlement",
    key: ["settlement"],
    together: ["kind", "ref"],
  },
  quarter: {
    table: "quarter",
    zh: "季度公示",
    en: "a published quarter",
    key: ["site", "quarter"],
    when: (row) => row.state === "published",
  },
  objection: {
    ...{ table: "objection", zh: "异议", en: "an objection", key: ["id"] },
    later: ["reply", "replied_by", "replied_at"],
  },
  "objection:reply": {
    ...{ table: "objection", zh: "异议答复", en: "a reply to an objection", key: ["id"] },
    ...{ only: ["reply", "replied_by", "replied_at"], when: is("replied_at") },
  },
  statement: { table: "statement", zh: "对账单", en: "a statement", key: ["id"] },
  statement_line: {
    table: "statement_line",
    zh: "对账单明细",
    en: "the lines of a statement",
    key: ["statement"],
    together: ["site", "kind", "key"],
  },
  rule: { table: "rule", zh: "规则", en: "a rule", key: ["kind", "scope", "version"] },
  assessment_visit: { table: "assessment_visit", zh: "考评到场", en: "a visit", key: ["scheme", "period", "site", "source"] },
  assessment_entry: { table: "assessment_entry", zh: "考评扣加分", en: "an entry of an assessment", key: ["id"], later: ["state"] },
  "assessment_entry:void": {
    ...{ table: "assessment_entry", zh: "考评扣分的撤销", en: "what an appeal gave back", key: ["id"] },
    ...{ only: ["state"], when: (row) => row.state === "void" },
  },
  appeal: {
    ...{ table: "appeal", zh: "申诉", en: "an appeal", key: ["entry"] },
    later: ["first_person", "first_says", "second_person", "second_says", "decided_at"],
  },
  "appeal:first": {
    ...{ table: "appeal", zh: "申诉裁定（第一人）", en: "an appeal's first word", key: ["entry"] },
    ...{ only: ["first_person", "first_says"], when: is("first_person") },
  },
  "appeal:decision": {
    ...{ table: "appeal", zh: "申诉裁定", en: "an appeal's decision", key: ["entry"] },
    ...{ only: ["second_person", "second_says", "decided_at"], when: is("decided_at") },
  },
  award: { table: "award", zh: "考评结果", en: "an award", key: ["scheme", "period", "site"] },
  course_step: { table: "course_step", zh: "办理程序的一步", en: "a step of a way", key: ["course", "seq"] },
  inspection: { table: "inspection", zh: "双随机抽取", en: "a draw", key: ["id"] },
  inspection_visit: {
    ...{ table: "inspection_visit", zh: "抽中的检查", en: "a drawn visit", key: ["inspection", "site"] },
    later: ["answers", "handed_by", "handed_at"],
  },
  "inspection_visit:answers": {
    ...{ table: "inspection_visit", zh: "检查结果", en: "answers of a visit", key: ["inspection", "site"] },
    ...{ only: ["answers", "handed_by", "handed_at"], when: is("handed_at") },
  },
  evidence: { table: "evidence", zh: "照片登记", en: "a picture's record", key: ["hazard", "sha256"] },
  issued_paper: {
    ...{ table: "issued_paper", zh: "文书", en: "a paper", key: ["number"] },
    later: ["served_at", "served_how", "served_by", "received_at", "received_by", "withdrawn_at", "withdrawn_why"],
  },
  "issued_paper:served": {
    ...{ table: "issued_paper", zh: "文书送达", en: "a paper's service", key: ["number"] },
    ...{ only: ["served_at", "served_how", "served_by"], when: is("served_at") },
  },
  "issued_paper:received": {
    ...{ table: "issued_paper", zh: "文书签收", en: "a paper's receipt", key: ["number"] },
    ...{ only: ["received_at", "received_by"], when: is("received_at") },
  },
  "issued_paper:withdrawn": {
    ...{ table: "issued_paper", zh: "文书撤回", en: "a paper's withdrawal", key: ["number"] },
    ...{ only: ["withdrawn_at", "withdrawn_why"], when: is("withdrawn_at") },
  },
  snapshot: { table: "snapshot", zh: "周快照", en: "a frozen week", key: ["week"] },
  snapshot_correction: { table: "snapshot_correction", zh: "周快照更正", en: "a week's correction", key: ["week", "seq"] },
  handover: {
    ...{ table: "handover", zh: "交接班", en: "a hand-over", key: ["id"] },
    later: ["state", "ended_at", "ended_by", "ended_name", "reply"],
  },
  "handover:ended": {
    ...{ table: "handover", zh: "交接班的答复", en: "an answer to a hand-over", key: ["id"] },
    ...{ only: ["state", "ended_at", "ended_by", "ended_name", "reply"], when: is("ended_at") },
  },
  town_report: { table: "town_report", zh: "镇街月报", en: "a town's report", key: ["town", "month", "seq"] },
  mediation: { table: "mediation", zh: "调解记录", en: "a mediation", key: ["hazard", "seq"] },
} as const satisfies Readonly<Record<string, SealedKind>>;

export type SealKind = keyof typeof sealedKinds;
const kindOf = (kind: string): SealedKind => sealedKinds[kind as SealKind];
const kinds = Object.keys(sealedKinds) as SealKind[];

const hashed = (value: unknown): string => createHash("sha256").update(JSON.stringify(value)).digest("hex");

interface Mark {
  readonly kind: string;
  readonly ref: string;
  readonly digest: string;
}

/** undefined: it is no record of this kind yet. What is empty is left out, so that a column of a later day leaves old seals as they are. */
function markOf(name: SealKind, row: Values): Mark | undefined {
  const { key, only, later = [], when } = kindOf(name);
  if (when !== undefined && !when(row)) return undefined;
  const columns = Object.keys(row)
    .filter((column) => (only === undefined ? !later.includes(column) : key.includes(column) || only.includes(column)))
    .filter((column) => row[column] !== null && row[column] !== undefined)
    .sort();
  const ref = key.map((column) => String(row[column])).join(" ");
  return { kind: name, ref, digest: hashed(columns.map((column) => [column, row[column]])) };
}

/** Of rows that are one record together. */
function marksOf(name: SealKind, rows: readonly Values[]): Mark[] {
  const single = rows.flatMap((row) => markOf(name, row) ?? []);
  return kindOf(name).together !== undefined
    ? [...Map.groupBy(single, ({ ref }) => ref)].map(([ref, mine]) => ({
        kind: name,
        ref,
        digest: hashed(mine.map(({ digest }) => digest).sort()),
      }))
    : single;
}

const linkOf = ({ kind, ref, digest }: Mark, ordinal: number, previous: string): string => hashed([ordinal, kind, ref, digest, previous]);

/** In the transaction that writes them, with all their columns as they stand in the table. */
export async function seal(change: Change, kind: SealKind, rows: readonly object[]): Promise<void> {
  const marks = marksOf(kind, rows as readonly Values[]);
  if (marks.length === 0) return;
  // The head's row is taken first, so that two writers stand in line.
  const head = await change
    .updateTable("seal_head")
    .set((eb) => ({ ordinal: eb("ordinal", "+", marks.length) }))
    .where("id", "=", "seals")
    .returningAll()
    .executeTakeFirstOrThrow();
  let [ordinal, previous] = [head.ordinal - marks.length, head.hash];
  const made = marks.map((mark) => {
    ordinal += 1;
    const row = { ...mark, ordinal, previous, hash: linkOf(mark, ordinal, previous) };
    previous = row.hash;
    return row;
  });
  for (let at = 0; at < made.length; at += 200)
    await change
      .insertInto("seal")
      .values(made.slice(at, at + 200))
      .execute();
  await change.updateTable("seal_head").set({ hash: previous }).where("id", "=", "seals").execute();
}

/** Written since the row was entered: what it says now is read from the table. */
export async function sealAgain(change: Change, kind: SealKind, where: Readonly<Record<string, string | number>>): Promise<void> {
  let rows = sql`select * from ${sql.table(kindOf(kind).table)} where `;
  for (const [at, [column, value]] of Object.entries(where).entries())
    rows = sql`${rows}${at === 0 ? sql`` : sql` and `}${sql.ref(column)} = ${value}`;
  await seal(change, kind, (await rows.execute(change)).rows as object[]);
}

const pageRows = 2_000;

/** All rows of a table, a page at a time, in the order of its key; what is one record together comes together. */
async function* rowsOf(read: Kysely<Database>, { table, key, together }: SealedKind): AsyncGenerator<readonly Values[]> {
  const order = sql.join([...key, ...(together ?? [])].map((column) => sql.ref(column)));
  let held: readonly Values[] = [];
  const ref = (row: Values | undefined): string => JSON.stringify(key.map((column) => row?.[column]));
  for (let from = 0; ; from += pageRows) {
    const page = await sql<Values>`select * from ${sql.table(table)} order by ${order} limit ${pageRows} offset ${from}`.execute(read);
    const rows = [...held, ...page.rows];
    const last = page.rows.length < pageRows;
    const whole = together === undefined || last ? rows : rows.filter((row) => ref(row) !== ref(rows.at(-1)));
    held = rows.slice(whole.length);
    if (whole.length > 0) yield whole;
    if (last) return;
  }
}

/** What was there before there were seals, as it stood on that day; kinds of a later day have no table yet, and seal their own. */
export async function sealAll(change: Change): Promise<void> {
  const there = new Set((await change.introspection.getTables()).map(({ name }) => name));
  for (const kind of kinds.filter((one) => there.has(kindOf(one).table)))
    for await (const rows of rowsOf(change, kindOf(kind))) await seal(change, kind, rows);
}

export interface Seals {
  readonly sealed: number;
  readonly wrong: readonly string[];
}

/** What is not as it was sealed, named. */
export async function sealsWrong(read: Queries): Promise<Seals> {
  const { known, sealed, wrong } = await chainOf(read);
  for (const kind of kinds) {
    const mine = known.get(kind) ?? new Map<string, string>();
    const { zh, en } = kindOf(kind);
    const say = (ref: string, saysZh: string, saysEn: string): void =>
      void wrong.push(`${zh}（${ref}）${saysZh} / ${en} (${ref}) ${saysEn}`);
    for await (const rows of rowsOf(read, kindOf(kind)))
      for (const mark of marksOf(kind, rows)) {
        const digest = mine.get(mark.ref);
        if (digest === undefined) say(mark.ref, "不是经台账写入的", "was not written by the ledger");
        else if (digest !== mark.digest) say(mark.ref, "与写入时不符", "is not what was written");
        mine.delete(mark.ref);
      }
    for (const ref of mine.keys()) say(ref, "不在了", "is no longer there");
  }
  return { sealed, wrong };
}

interface Chain {
  readonly known: ReadonlyMap<string, Map<string, string>>;
  readonly sealed: number;
  readonly wrong: string[];
}

async function chainOf(read: Queries): Promise<Chain> {
  const known = new Map<string, Map<string, string>>();
  const wrong: string[] = [];
  let [ordinal, previous] = [0, ""];
  for (;;) {
    const page = await read.selectFrom("seal").selectAll().where("ordinal", ">", ordinal).orderBy("ordinal").limit(pageRows).execute();
    for (const row of page) {
      if (row.ordinal !== ordinal + 1) wrong.push(`封存链缺第 ${ordinal + 1} 条 / seal ${ordinal + 1} is missing`);
      else if (row.previous !== previous || row.hash !== linkOf(row, row.ordinal, previous))
        wrong.push(`封存链第 ${row.ordinal} 条不符（${row.kind} ${row.ref}） / seal ${row.ordinal} was changed`);
      const mine = known.get(row.kind) ?? new Map<string, string>();
      known.set(row.kind, mine.set(row.ref, row.digest));
      [ordinal, previous] = [row.ordinal, row.hash];
    }
    if (page.length < pageRows) break;
  }
  const head = await read.selectFrom("seal_head").selectAll().where("id", "=", "seals").executeTakeFirst();
  if (head?.ordinal !== ordinal || head.hash !== previous)
    wrong.push(
      `封存链止于第 ${ordinal} 条，链头为 ${head?.ordinal ?? "无"} / the seals end at ${ordinal}, their head says ${head?.ordinal ?? "nothing"}`,
    );
  return { known, sealed: ordinal, wrong };
}
