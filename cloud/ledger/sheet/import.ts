// A sheet taken into the ledger: what is new is numbered, what is known is compared and changed by steps that say so, what is the same stays as it is. Nothing is removed.
import { createHash } from "node:crypto";
import { noteCorrection } from "#cloud/assessment/snapshots.ts";
import type { Calendar } from "#cloud/calendar/calendar.ts";
import type { Effect } from "#cloud/store/happening.ts";
import type { Row } from "#cloud/store/schema.ts";
import type { Queries } from "#cloud/store/store.ts";
import { provisionalOf } from "../fields.ts";
import { type Compound, reportHazard } from "../hazards.ts";
import { type Columns, writeStep } from "../steps.ts";
import type { ReadLine } from "./read.ts";

export interface FieldChange {
  readonly field: string;
  readonly was: unknown;
  readonly now: unknown;
}

export interface PlannedLine {
  readonly line: ReadLine;
  /** undefined: it is new. */
  readonly known?: Row<"hazard">;
  readonly changes: readonly FieldChange[];
  /** Of a line that stands twice in the file: where it stood first. */
  readonly same_as?: number;
}

const bare = (text: string): string =>
  text
    .normalize("NFKC")
    .replace(/[\s，。、；;,.!！（）()]/g, "")
    .toLowerCase();
/** One thing at one place: without a number of ours, that is how it is known again. */
export const natural = ({ site, place, zh }: Pick<Row<"hazard">, "site" | "place" | "zh">): string => `${site}|${bare(place)}|${bare(zh)}`;

const compared = [
  ...([
    "place",
    "category",
    "zh",
    "source",
    "grade",
    "priority",
    "clause",
    "responsible",
    "responsible_person",
    "responsible_phone",
  ] as const),
  ...(["supervisor", "measure", "interim_control", "deadline", "actual_fen", "rectified_at", "closed_at"] as const),
] as const;

/** Blank cells change nothing. What the ledger's own workflow has closed is not opened by a sheet. */
function changesOf(line: ReadLine, row: Row<"hazard">): FieldChange[] {
  const changes: FieldChange[] = compared.flatMap((field) => {
    const now = line[field];
    // The day of closing belongs to a hazard that is closed.
    if (field === "closed_at" && line.state !== "已销号" && row.state !== "已销号") return [];
    if (now === undefined || sameMinute(field, now, row[field])) return [];
    return [{ field, was: row[field], now }];
  });
  const state = line.state;
  if (state !== undefined && state !== row.state && row.state !== "已销号" && rank[state] > rank[row.state as keyof typeof rank])
    changes.push({ field: "state", was: row.state, now: state });
  return changes;
}

/** Once it was handed out, these move by its own steps: who closes, who postpones, who grades is no matter of a sheet. */
const stepped: ReadonlySet<string> = new Set(["state", "deadline", "grade", "responsible", "rectified_at", "closed_at"]);

export interface HeldBack {
  /** Of our columns. */
  readonly key: string;
  readonly zh: string;
  readonly en: string;
}

/** What a sheet may not do, whatever it says. `closes`: whether whoever brings it may close a hazard at all. */
export function heldBack({ line, known, changes, same_as }: PlannedLine, { closes }: { readonly closes: boolean }): HeldBack[] {
  if (same_as !== undefined) return [];
  const closing = known === undefined ? line.state === "已销号" : changes.some(({ field, now }) => field === "state" && now === "已销号");
  const own: HeldBack[] =
    closing && !closes
      ? [
          {
            key: "state",
            zh: "销号由监管人员复查、批准，不能由本单位导入",
            en: "closing is for those who oversee: whoever does the work does not bring it as done",
          },
        ]
      : [];
  if (known === undefined) return own;
  const onTheWay = known.dispatched_at !== null || known.source === "自动监测";
  const moved = changes.filter(({ field }) => onTheWay && stepped.has(field));
  const paid = changes.filter(({ field }) => field === "actual_fen" && known.funding_source === "公维金");
  return [
    ...own,
    ...moved.map(({ field }) => ({
      key: field,
      zh: `${known.id} 已在台账中流转，这一项只能按流程办理（延期、转办、复查、销号）`,
      en: `${known.id} is on its way through the ledger: this moves by its own steps (postponed, handed over, re-inspected, closed)`,
    })),
    ...paid.map(() => ({
      key: "actual",
      zh: `${known.id} 由公维金支付，实支以公维金账户为准`,
      en: `${known.id} was paid by the fund: what it cost is what the fund paid`,
    })),
  ];
}

const rank = { 待派单: 0, 待签收: 1, 整改中: 2, 待复查: 3, 已销号: 4 } as const;

/** A sheet keeps minutes. */
function sameMinute(field: string, a: unknown, b: unknown): boolean {
  if (a === b) return true;
  const minutes = field.endsWith("_at") || field === "deadline";
  return minutes && typeof a === "number" && typeof b === "number" && Math.floor(a / 60_000) === Math.floor(b / 60_000);
}

export async function planImport(read: Queries, lines: readonly ReadLine[]): Promise<PlannedLine[]> {
  const sites = [...new Set(lines.map(({ site }) => site))];
  const rows = await read
    .selectFrom("hazard")
    .selectAll()
    .where("site", "in", ["", ...sites])
    .where("matter", "=", "hazard")
    .execute();
  const byId = new Map(rows.map((row) => [row.id, row]));
  const byNature = new Map([...rows].sort((a, b) => a.found_at - b.found_at).map((row) => [natural(row), row]));
  const seen = new Map<string, number>();
  return lines.map((line): PlannedLine => {
    const known = (line.id === undefined ? undefined : byId.get(line.id)) ?? byNature.get(natural(line));
    const key = known?.id ?? natural(line);
    const same_as = seen.get(key);
    if (same_as !== undefined) return { line, changes: [], same_as };
    seen.set(key, line.row);
    return known === undefined ? { line, changes: [] } : { line, known, changes: changesOf(line, known) };
  });
}

export interface Imported {
  readonly added: readonly string[];
  readonly changed: readonly { readonly id: string; readonly changes: readonly FieldChange[] }[];
  readonly same: number;
  readonly repeated: number;
}

export interface Importing {
  readonly compoundOf: (site: string) => Compound | undefined;
  readonly person: { readonly id: string; readonly name: string };
  readonly now: number;
  readonly file: string;
  readonly calendar: Calendar;
}

/** What has changed is one step with all its columns; the step's note names the file. */
export async function importLines(
  effect: Effect,
  planned: readonly PlannedLine[],
  { compoundOf, person, now, file, calendar }: Importing,
): Promise<Imported> {
  const added: string[] = [];
  const changed: { id: string; changes: readonly FieldChange[] }[] = [];
  let same = 0;
  for (const { line, known, changes, same_as } of planned) {
    const note = `导入 ${file} 第 ${line.row} 行`;
    if (same_as !== undefined) continue;
    if (known === undefined) {
      const compound = compoundOf(line.site);
      if (compound === undefined) continue;
      const { place, category, zh, source, found_at, clause, priority } = line;
      const reported = {
        place,
        category,
        zh,
        source: source as "基线排查",
        found_at,
        compound,
        now,
        person,
        note: `${note}：${zh}（${place}）`,
      };
      const row = await reportHazard(effect, {
        ...reported,
        ...(clause === undefined ? {} : { clause }),
        ...(priority === undefined ? {} : { priority }),
      });
      const set = columnsOf(line, row, calendar);
      if (Object.keys(set).length > 0) await writeStep(effect.change, row, { at: now, person, action: "import", note, set });
      added.push(row.id);
    } else if (changes.length === 0) same += 1;
    else {
      const fields = new Set(changes.map(({ field }) => field));
      const set = Object.fromEntries(
        Object.entries(columnsOf(line, known, calendar)).filter(([field]) => fields.has(field) || derived.has(field)),
      );
      await writeStep(effect.change, known, { at: now, person, action: "import", note, set });
      await noteCorrection(effect.change, { hazard: known.id, action: "import", note, person, at: now, set });
      effect.marks.add({ kind: "hazard", id: known.id });
      changed.push({ id: known.id, changes });
    }
  }
  return { added, changed, same, repeated: planned.filter(({ same_as }) => same_as !== undefined).length };
}

const derived = new Set(["original_deadline", "deadline_provisional", "closed_by"]);

function columnsOf(line: ReadLine, row: Row<"hazard">, calendar: Calendar): Columns {
  const set: Record<string, unknown> = {};
  for (const field of compared) {
    const value = line[field];
    if (field === "closed_at" && line.state !== "已销号" && row.state !== "已销号") continue;
    if (value !== undefined && !sameMinute(field, value, row[field])) set[field] = value;
  }
  if (set.deadline !== undefined) set.deadline_provisional = provisionalOf(calendar, set.deadline as number | null);
  if (set.deadline !== undefined && row.original_deadline === null) set.original_deadline = set.deadline;
  if (line.state !== undefined && line.state !== row.state && row.state !== "已销号") {
    if (rank[line.state] > rank[row.state as keyof typeof rank]) set.state = line.state;
    if (line.state === "已销号") Object.assign(set, { closed_at: line.closed_at ?? line.rectified_at ?? line.found_at, closed_by: "导入" });
  }
  return set as Columns;
}

export const fileMark = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex").slice(0, 12);
