// Every table of sealed records with a row in it, spoiled column by column, then emptied, then added to: what the seals do not name is said. The tables and their columns are the database's own list,
// so that none is forgotten when it is new.
import { sql } from "kysely";
import { type SealKind, seal, sealedKinds, sealsWrong } from "./seals.ts";
import type { Store } from "./store.ts";

/** Tables with a hash that is not the ledger's, or that another check looks at. */
export const lookedAtElsewhere: Readonly<Record<string, string>> = {
  hazard_step: "the chain of steps (ledger/chain.ts)",
  ledger_head: "the chain of steps",
  seal: "the chain of seals itself",
  seal_head: "the chain of seals itself",
  evidence_bytes: "the bytes of pictures (ledger/sealed.ts)",
  picture_look: "what a picture looks like: made again from its bytes, a hint",
  picture_part: "as picture_look",
  audit: "the audit log's own chain",
  audit_head: "the audit log's own chain",
  audit_anchor: "the audit log's own chain",
  frame_part: "a picture of a lane on its way",
  inbox: "of the gateways' journals, compared when the same event comes again",
  document: "signed",
  export_job: "a file made aside, for a day",
  running: "what a gateway says that it runs",
  local_text: "what a gateway says that it runs",
};

type Row = Record<string, string | number>;
interface Table {
  readonly name: string;
  readonly kinds: readonly SealKind[];
  readonly row: Row;
}

/** Without these the row is no record yet. */
const states: Readonly<Record<string, Row>> = { quarter: { state: "published" }, assessment_entry: { state: "void" } };

async function tablesOf({ read }: Store): Promise<Table[]> {
  const kinds = Object.keys(sealedKinds) as SealKind[];
  const known = await read.introspection.getTables();
  return [...new Set(kinds.map((kind) => sealedKinds[kind].table as string))].map((name) => {
    const columns = known.find((one) => one.name === name)?.columns ?? [];
    const row = columns.map(({ name: column, dataType }, at) => [column, /int/i.test(dataType) ? 1_000 + at : `${name} ${column}`]);
    return {
      name,
      kinds: kinds.filter((kind) => sealedKinds[kind].table === name),
      row: { ...(Object.fromEntries(row) as Row), ...states[name] },
    };
  });
}

const spoilt = (value: string | number): string | number => (typeof value === "number" ? value + 1 : `${value.slice(0, -1)}~`);
const keyOf = ({ kinds: [kind] }: Table): readonly string[] => (kind === undefined ? [] : sealedKinds[kind].key);
const refOf = (table: Table): string =>
  keyOf(table)
    .map((column) => String(table.row[column]))
    .join(" ");
const insert = ({ name }: Table, row: Row) =>
  sql`insert into ${sql.table(name)} (${sql.join(Object.keys(row).map((column) => sql.ref(column)))}) values (${sql.join(Object.values(row))})`;

export interface Spoiled {
  readonly tables: number;
  readonly columns: number;
  readonly removed: number;
  readonly added: number;
  /** "table.column": spoiled, and not named. */
  readonly missed: readonly string[];
}

export async function spoilEverySeal(store: Store): Promise<Spoiled> {
  const tables = await tablesOf(store);
  const missed: string[] = [];
  const clean = async (when: string): Promise<void> => {
    for (const one of (await sealsWrong(store.read)).wrong) missed.push(`${when}: ${one}`);
  };
  await store.change(async (change) => {
    for (const table of tables) {
      await insert(table, table.row).execute(change);
      for (const kind of table.kinds) await seal(change, kind, [table.row]);
    }
  });
  await clean("sealed");
  let columns = 0;
  const most = Math.max(...tables.map(({ row }) => Object.keys(row).length));
  for (let n = 0; n < most; n += 1) {
    const touched = tables.flatMap((table) => {
      const column = Object.keys(table.row)[n];
      return column === undefined ? [] : [{ table, column, was: table.row[column] ?? "" }];
    });
    await store.change(async (change) => {
      for (const { table, column, was } of touched)
        await sql`update ${sql.table(table.name)} set ${sql.ref(column)} = ${spoilt(was)}`.execute(change);
    });
    const said = (await sealsWrong(store.read)).wrong;
    for (const { table, column, was } of touched) {
      columns += 1;
      const names = table.kinds.map((kind) => sealedKinds[kind].zh as string);
      if (!said.some((words) => words.includes(`（${refOf(table)}）`) && names.some((zh) => words.startsWith(zh))))
        missed.push(`${table.name}.${column}`);
      await store.change((change) => sql`update ${sql.table(table.name)} set ${sql.ref(column)} = ${was}`.execute(change));
    }
  }
  await clean("put right again");
  const other = (table: Table): Row => ({
    ...table.row,
    ...Object.fromEntries(keyOf(table).map((column) => [column, spoilt(table.row[column] ?? "")])),
  });
  for (const [what, work] of [
    ["removed", (table: Table) => sql`delete from ${sql.table(table.name)}`],
    ["added", (table: Table) => insert(table, { ...other(table), ...uniqueOf(table) })],
  ] as const) {
    await store.change(async (change) => {
      for (const table of tables) await work(table).execute(change);
    });
    const said = (await sealsWrong(store.read)).wrong;
    for (const table of tables) {
      const ref = what === "removed" ? refOf(table) : refOf({ ...table, row: other(table) });
      if (!said.some((words) => words.includes(`（${ref}）`))) missed.push(`${table.name} ${what}`);
    }
  }
  return { tables: tables.length, columns, removed: tables.length, added: tables.length, missed };
}

/** The rest of a key that is not what names the record. */
const uniqueOf = (table: Table): Row => ("id" in table.row && !keyOf(table).includes("id") ? { id: `${table.row.id}~` } : {});

/** At the end of a story: every record that it entered was sealed as it was entered. */
export async function allSealed(store: Store): Promise<void> {
  const { wrong } = await sealsWrong(store.read);
  if (wrong.length > 0) throw new Error(`not sealed: ${wrong.join("; ")}`);
}
