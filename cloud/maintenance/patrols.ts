// Patrols as the people who walked write them down: where, what was found, when. They fill the monthly form; what is to be mended belongs to the ledger.
import { randomUUID } from "node:crypto";
import type { Effect } from "#cloud/store/happening.ts";
import type { Row } from "#cloud/store/schema.ts";
import { type Refusal, refusal } from "#protocols/vocabulary/faults.ts";
import { dayMs, minuteMs } from "#protocols/vocabulary/time.ts";

export const patrolResults = ["normal", "problem"] as const;
export type PatrolResult = (typeof patrolResults)[number];
/** Written down at the latest so long after it was walked; a month that is signed does not grow afterwards. */
export const latest_ms = 3 * dayMs;
const clocks_ms = 5 * minuteMs;

export interface PatrolAsked {
  readonly site: string;
  readonly place: string;
  readonly result: PatrolResult;
  readonly note?: string | undefined;
  /** When it was walked; now, if not said. */
  readonly at?: number | undefined;
  readonly person: string;
  readonly now: number;
}

export async function addPatrol({ change }: Effect, asked: PatrolAsked): Promise<Row<"patrol"> | Refusal> {
  const { site, place, result, note = "", at = asked.now, person, now } = asked;
  if (result === "problem" && note.trim().length < 2) return refusal("no-note", "发现问题须写明", "say what was found");
  if (at > now + clocks_ms) return refusal("in-the-future", "巡查时间还没有到", "this patrol has not been walked yet");
  if (at < now - latest_ms) return refusal("too-late", "巡查须在三天内登记", "a patrol is written down within three days");
  const row = { id: randomUUID(), site, place, result, note: note.trim() === "" ? null : note.trim(), person, at, received_at: now };
  await change.insertInto("patrol").values(row).execute();
  return row;
}
