// Alarms that are tests: raised in a zone while a maintenance window is open there. They are recorded and wake nobody; one that still burns when the window ends becomes real.
import { randomUUID } from "node:crypto";
import type { Effect } from "#cloud/store/happening.ts";
import type { Row } from "#cloud/store/schema.ts";
import type { Change } from "#cloud/store/store.ts";
import { announce } from "./announce.ts";
import { shownState } from "./life.ts";
import { lifeOf } from "./row.ts";

/** Clocks of gateways are this right. */
const clockError_ms = 5_000;

export interface Raised {
  readonly site: string;
  readonly zone: string | null;
  /** When it was, by the gateway. */
  readonly at: number;
  readonly now: number;
}

/** The open window of a zone; without a zone an alarm is never a test, nor is one of before the window that comes late. */
export async function windowOf(change: Change, { site, zone, at, now }: Raised): Promise<string | null> {
  if (zone === null) return null;
  const row = await change
    .selectFrom("maintenance")
    .select("id")
    .where("site", "=", site)
    .where("zone", "=", zone)
    .where("ended_at", "is", null)
    .where("from_at", "<=", at + clockError_ms)
    .where("until_at", ">", now)
    .executeTakeFirst();
  return row?.id ?? null;
}

/** The window is over: what burns is real and calls; the rest was a test and is closed as one. */
export async function endTests(effect: Effect, window: string, now: number): Promise<{ readonly real: number; readonly tests: number }> {
  const { change, marks } = effect;
  const rows = await change.selectFrom("alarm").selectAll().where("test", "=", window).where("open", ">", 0).execute();
  let real = 0;
  for (const row of rows) {
    const burns = row.active === 1;
    const before = shownState(lifeOf(row));
    const steps = row.steps + 1;
    const next: Row<"alarm"> = burns
      ? { ...row, test: null, steps, acknowledged_at: null, acknowledged_by: null, called_at: now, escalated: 0 }
      : { ...row, open: 0, latched: 0, due: null, due_at: null, steps };
    const { id, ...set } = next;
    await change.updateTable("alarm").set(set).where("id", "=", id).execute();
    const step = {
      alarm: id,
      seq: steps,
      at: now,
      input: "test-over",
      from_state: before,
      to_state: shownState(lifeOf(next)),
      person: null,
    };
    await change
      .insertInto("alarm_step")
      .values({ ...step, reason: burns ? "仍在报警 / still burns" : null })
      .execute();
    if (burns && next.hold === "none") {
      real += 1;
      await change
        .insertInto("alarm_call")
        .values({
          ...{ id: randomUUID(), alarm: id, site: row.site, cause: `${row.rule} ${row.gateway} ${row.source}` },
          ...{ priority: row.priority, at: now, acknowledged_at: null },
        })
        .execute();
      await announce(change, { kind: "raised", row: next, at: now });
    }
    marks.add({ kind: "alarm", id });
  }
  return { real, tests: rows.length - real };
}
