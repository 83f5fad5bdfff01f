// Maintenance windows: opened for a zone with an expiry, ended by a person or by time; what was tested, and what is missing.
import { randomUUID } from "node:crypto";
import { endTests } from "#cloud/alarms/tests.ts";
import { changing } from "#cloud/store/changing.ts";
import type { Effect } from "#cloud/store/happening.ts";
import type { Marks } from "#cloud/store/marks.ts";
import type { Row } from "#cloud/store/schema.ts";
import type { Queries, Store } from "#cloud/store/store.ts";
import { type Refusal, refusal } from "#protocols/vocabulary/faults.ts";
import { hourMs, minuteMs } from "#protocols/vocabulary/time.ts";

/** A working day: whoever needs longer opens another. */
export const longestWindow_min = 12 * 60;

export interface WindowAsked {
  readonly site: string;
  readonly zone: string;
  readonly minutes: number;
  readonly company: string;
  readonly reason: string;
  readonly person: string;
  readonly at: number;
}

export async function openWindow({ change }: Effect, asked: WindowAsked): Promise<Row<"maintenance"> | Refusal> {
  const { site, zone, minutes, company, reason, person, at } = asked;
  const open = await change
    .selectFrom("maintenance")
    .select("id")
    .where("site", "=", site)
    .where("zone", "=", zone)
    .where("ended_at", "is", null)
    .executeTakeFirst();
  if (open !== undefined) return refusal("window-open", "该区域已在检修", "a window is open for this zone");
  const row = {
    id: randomUUID(),
    site,
    zone,
    company,
    reason,
    person,
    from_at: at,
    until_at: at + minutes * minuteMs,
    ended_at: null,
    ended_by: null,
  };
  await change.insertInto("maintenance").values(row).execute();
  return row;
}

export async function endWindow(
  effect: Effect,
  asked: { readonly id: string; readonly person: string | null; readonly at: number },
): Promise<Row<"maintenance"> | Refusal | undefined> {
  const { change } = effect;
  const row = await change.selectFrom("maintenance").selectAll().where("id", "=", asked.id).executeTakeFirst();
  if (row === undefined) return undefined;
  if (row.ended_at !== null) return refusal("window-over", "该检修已结束", "this window is over");
  const ended = { ended_at: asked.at, ended_by: asked.person };
  await change.updateTable("maintenance").set(ended).where("id", "=", row.id).execute();
  await endTests(effect, row.id, asked.at);
  return { ...row, ...ended };
}

export interface Coverage {
  readonly of: number;
  readonly covered: number;
  /** Sources of the zone that did not report in this window, with their names. */
  readonly missing: readonly { readonly source: string; readonly name: string }[];
  /** Sources that reported and stand on no list. */
  readonly unlisted: readonly string[];
}

/** Out of the alarms that this window has recorded. */
export async function coverageOf(
  read: Queries,
  window: Pick<Row<"maintenance">, "site" | "zone" | "from_at" | "until_at" | "ended_at">,
): Promise<Coverage> {
  const { site, zone, from_at, until_at, ended_at } = window;
  const listed = await read
    .selectFrom("zone_point")
    .select(["source", "name"])
    .where("site", "=", site)
    .where("zone", "=", zone)
    .orderBy("source")
    .execute();
  const until = Math.min(until_at, ended_at ?? until_at);
  const rows = await read
    .selectFrom("alarm")
    .select("source")
    .distinct()
    .where("site", "=", site)
    .where("zone", "=", zone)
    .where("last_at", ">=", from_at)
    .where("first_at", "<=", until)
    .execute();
  const heard = new Set(rows.map(({ source }) => source));
  const missing = listed.filter(({ source }) => !heard.has(source));
  const names = new Set(listed.map(({ source }) => source));
  return {
    of: listed.length,
    covered: listed.length - missing.length,
    missing,
    unlisted: [...heard].filter((one) => !names.has(one)).sort(),
  };
}

/** "36 个点位中 35 个已试；缺 panel-1/1.1.17（3 层走廊）" */
export function coverageWords({ of, covered, missing }: Coverage): { readonly zh: string; readonly en: string } {
  if (of === 0) return { zh: "该区域没有点位清单", en: "there is no list of points for this zone" };
  const names = missing.slice(0, 10).map(({ source, name }) => (name === "" ? source : `${source}（${name}）`));
  const more = missing.length > 10 ? ` …（${missing.length}）` : "";
  return {
    zh: `${of} 个点位中 ${covered} 个已试${missing.length === 0 ? "" : `；缺 ${names.join("、")}${more}`}`,
    en: `${covered} of ${of} tested${missing.length === 0 ? "" : `; missing ${names.join(", ")}${more}`}`,
  };
}

/** Windows whose time is over end by themselves. */
export async function tickWindows(
  { store, committed }: { readonly store: Store; readonly committed: (marks: Marks) => void },
  now: number,
): Promise<number> {
  const over = await store.read
    .selectFrom("maintenance")
    .select(["id", "until_at"])
    .where("ended_at", "is", null)
    .where("until_at", "<=", now)
    .execute();
  for (const { id, until_at } of over)
    await changing({ store, committed }, (effect) => endWindow(effect, { id, person: null, at: Math.max(until_at, now - hourMs) }), {
      alone: "maintenance",
    });
  return over.length;
}
