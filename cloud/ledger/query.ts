// Which hazards: one filter for the list, the export and every number that opens its rows.
import { type RawBuilder, type SelectQueryBuilder, sql } from "kysely";
import type { Scope } from "#cloud/identity/scope.ts";
import { closedLast, endlessLast } from "#cloud/store/export-schema.ts";
import { searchable } from "#cloud/store/ledger-search-schema.ts";
import { whole } from "#cloud/store/reading.ts";
import type { Database, Row } from "#cloud/store/schema.ts";
import type { Queries } from "#cloud/store/store.ts";
import { dayMs } from "#protocols/vocabulary/time.ts";

export const hazardLists = ["all", "open", "near", "overdue", "to-inspect", "listed", "pending"] as const;

/** What construction stands beside: hazards of charging and parking e-bikes, and of fire facilities. Categories are words of whoever reports, so it is by what they hold. */
const aboutWords = {
  charging: ["充电", "飞线", "停放", "电动自行车"],
  fire: ["消防", "消火栓", "灭火", "应急照明", "疏散", "通道", "喷淋", "烟感", "防火"],
} as const;
export type HazardAbout = keyof typeof aboutWords;
export const hazardAbouts = ["charging", "fire"] as const satisfies readonly HazardAbout[];

export interface HazardFilter {
  readonly list?: (typeof hazardLists)[number] | undefined;
  readonly matter?: string | undefined;
  readonly state?: string | undefined;
  readonly site?: string | undefined;
  readonly grade?: string | undefined;
  readonly source?: string | undefined;
  readonly category?: string | undefined;
  readonly about?: HazardAbout | undefined;
  /** In the number, the compound, the place, the words or who is responsible. */
  readonly text?: string | undefined;
  readonly found_from?: number | undefined;
  readonly found_to?: number | undefined;
  /** Of few hazards that hold the words, these: `lookedFor` has found them. */
  readonly among?: readonly string[] | undefined;
}

/** A word that no more than so many hold is looked up once; of one that more hold, each hazard is asked in its turn. */
const fewWords = 300;

/** What the words narrow it to, where that is little. */
export async function lookedFor<Filter extends HazardFilter>(read: Queries, filter: Filter): Promise<Filter> {
  if (filter.text === undefined || filter.text === "") return filter;
  const found = await read
    .selectFrom("hazard_words")
    .select("hazard")
    .where(holds(filter.text))
    .limit(fewWords + 1)
    .execute();
  return found.length > fewWords ? filter : { ...filter, among: ["", ...found.map(({ hazard }) => hazard)] };
}

function holds(text: string): RawBuilder<boolean> {
  const like = `%${searchable(text).replace(/[\\%_]/g, (one) => `\\${one}`)}%`;
  return sql<boolean>`${sql.ref("hazard_words.words")} like ${like} escape '\\'`;
}

type Hazards<Output> = SelectQueryBuilder<Database, "hazard", Output>;

export function filtered<Output>(
  rows: Hazards<Output>,
  filter: HazardFilter,
  { scope, now, near_days }: { readonly scope: Scope; readonly now: number; readonly near_days: number },
): Hazards<Output> {
  let found = rows;
  if (!scope.all) found = found.where("site", "in", scope.sites);
  for (const column of ["matter", "state", "site", "grade", "source", "category"] as const) {
    const value = filter[column];
    if (value !== undefined) found = found.where(column, "=", value);
  }
  const { about } = filter;
  if (about !== undefined) found = found.where((eb) => eb.or(aboutWords[about].map((one) => eb("category", "like", `%${one}%`))));
  if (filter.found_from !== undefined) found = found.where("found_at", ">=", filter.found_from);
  if (filter.found_to !== undefined) found = found.where("found_at", "<", filter.found_to);
  const { text, among } = filter;
  if (among !== undefined) found = found.where("id", "in", among);
  else if (text !== undefined && text !== "") {
    // Asked of each hazard in the order of the list: of a word that everybody has the first fifty are enough. Not of `id` itself, or a planner would begin with the words.
    found = found.where(({ exists, selectFrom }) =>
      exists(
        selectFrom("hazard_words")
          .select("hazard_words.hazard")
          .where("hazard_words.hazard", "=", sql<string>`hazard.id || ''`)
          .where(holds(text)),
      ),
    );
  }
  switch (filter.list) {
    case "open":
      return found.where("state", "in", open);
    case "overdue":
      return found.where("state", "in", open).where("deadline", "<", now);
    case "near":
      return found
        .where("state", "in", open)
        .where("deadline", ">=", now)
        .where("deadline", "<", now + near_days * dayMs);
    case "to-inspect":
      return found.where("state", "=", "待复查");
    case "listed":
      return found.where("listed", "=", 1);
    case "pending":
      return found.where("pending", "is not", null).where("state", "!=", "已销号");
    default:
      return found;
  }
}

/** What burns first, what came last, or by place; the number decides between equals, so that no row stands on two pages. */
export function sorted<Output>(rows: Hazards<Output>, by: "deadline" | "found" | "place"): Hazards<Output> {
  if (by === "found") return rows.orderBy("found_at", "desc").orderBy("id", "desc");
  if (by === "place") return rows.orderBy("site").orderBy("place").orderBy("id");
  return rows.orderBy(closedLast).orderBy(endlessLast).orderBy("deadline").orderBy("id");
}

/** The newest first, behind a cursor. As one comparison of two columns it is a place in the index; as "earlier, or as early and …" it is a scan. */
export function newest<Output>(rows: Hazards<Output>, after: { readonly at: number; readonly id: string } | undefined): Hazards<Output> {
  const behind = after === undefined ? rows : rows.where(sql<boolean>`(found_at, id) < (${whole(after.at)}, ${after.id})`);
  return behind.orderBy("found_at", "desc").orderBy("id", "desc");
}

/** The wide rows of these numbers, in their order: what is sorted and skipped over is narrow. */
export async function rowsOf(read: Queries, found: readonly { readonly id: string }[]): Promise<Row<"hazard">[]> {
  if (found.length === 0) return [];
  const ids = found.map(({ id }) => id);
  const rows = new Map((await read.selectFrom("hazard").selectAll().where("id", "in", ids).execute()).map((row) => [row.id, row]));
  return ids.flatMap((id) => rows.get(id) ?? []);
}

const open = ["待派单", "待签收", "整改中", "待复查"] as const;
