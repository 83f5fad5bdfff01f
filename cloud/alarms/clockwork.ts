// What happens to alarms because time goes by: delays end, shelves expire, chattering calms down, nobody has acknowledged. Told the time; each row is a change of its own.
import { changing } from "#cloud/store/changing.ts";
import type { Effect } from "#cloud/store/happening.ts";
import type { Marks } from "#cloud/store/marks.ts";
import type { Row } from "#cloud/store/schema.ts";
import type { Store } from "#cloud/store/store.ts";
import { clearRow, dueRow, releaseAlarm } from "./alarms.ts";
import { announce } from "./announce.ts";
import { type Escalation, levelAt } from "./escalation.ts";
import { chatter } from "./figures.ts";
import { forgetHold, openAlarm } from "./row.ts";

export interface AlarmClock {
  readonly store: Store;
  readonly escalation: Escalation;
  readonly committed: (marks: Marks) => void;
}

export interface Ticked {
  readonly due: number;
  readonly released: number;
  readonly escalated: number;
  readonly calmed: number;
}

/** Everything whose time has come. Done again it does nothing. */
export async function tickAlarms(clock: AlarmClock, now: number): Promise<Ticked> {
  // Beside the ingest of the same gateway, which may be another process.
  const each = async (
    ids: readonly Pick<Row<"alarm">, "id" | "site" | "gateway">[],
    work: (effect: Effect, row: Row<"alarm">) => Promise<unknown>,
  ): Promise<number> => {
    for (const { id, site, gateway } of ids)
      await changing(
        clock,
        async (effect) => {
          const row = await effect.change.selectFrom("alarm").selectAll().where("id", "=", id).executeTakeFirst();
          if (row !== undefined) await work(effect, row);
        },
        { alone: `${site}/${gateway}` },
      );
    return ids.length;
  };
  const rows = () => clock.store.read.selectFrom("alarm").select(["id", "site", "gateway"]).where("open", ">", 0);
  const due = await each(await rows().where("due_at", "<=", now).execute(), (effect, row) => whatIsDue(effect, row, now));
  const released = await releaseHolds(clock, now);
  const chattering = await clock.store.read
    .selectFrom("alarm")
    .select(["id", "site", "gateway", "raisings"])
    .where("chattering", "=", 1)
    .where("open", ">", 0)
    .execute();
  const calm = chattering.filter(({ raisings }) => now - ((JSON.parse(raisings) as number[]).at(-1) ?? 0) > chatter.within_ms);
  const calmed = await each(calm, (effect, row) => calmDown(effect, row, now));
  const waiting = await clock.store.read
    .selectFrom("alarm")
    .select(["id", "site", "gateway", "priority", "called_at", "escalated"])
    .where("open", "=", 1)
    .where("called_at", "is not", null)
    .execute();
  const rising = waiting.filter((row) => levelAt(clock.escalation, row.priority, now - (row.called_at ?? now)) > row.escalated);
  const escalated = await each(rising, (effect, row) => escalate(effect, row, { clock, now }));
  return { due, released, escalated, calmed };
}

async function whatIsDue(effect: Effect, row: Row<"alarm">, now: number): Promise<void> {
  if (row.due_at === null || row.due_at > now) return;
  if (row.due === "clear") await clearRow(effect, row, { at: row.due_at, now });
  else await dueRow(effect, row, { at: row.due_at, now });
}

async function releaseHolds(clock: AlarmClock, now: number): Promise<number> {
  const over = await clock.store.read.selectFrom("alarm_hold").selectAll().where("until", "<=", now).execute();
  for (const held of over)
    await changing(
      clock,
      async (effect) => {
        const row = await openAlarm(effect.change, held);
        await forgetHold(effect.change, held);
        if (row?.hold === held.hold)
          await releaseAlarm(effect, row, {
            input: held.hold === "shelved" ? "unshelve" : "return",
            at: held.until,
            now,
            reason: "到期 / expired",
          });
      },
      { alone: `${held.site}/${held.gateway}` },
    );
  return over.length;
}

/** Quiet for a while: it counts as one alarm again, and calls if it stands. */
async function calmDown(effect: Effect, row: Row<"alarm">, now: number): Promise<void> {
  const stands = row.active === 1 && row.acknowledged_at === null && row.hold === "none" && row.test === null;
  const set = { chattering: 0, raisings: "[]", ...(stands && row.called_at === null ? { called_at: now, escalated: 0 } : {}) };
  await effect.change.updateTable("alarm").set(set).where("id", "=", row.id).execute();
  if (stands && row.called_at === null) await announce(effect.change, { kind: "raised", row, at: now });
  effect.marks.add({ kind: "alarm", id: row.id });
}

async function escalate(effect: Effect, row: Row<"alarm">, { clock, now }: { clock: AlarmClock; now: number }): Promise<void> {
  if (row.called_at === null || row.acknowledged_at !== null) return;
  const level = levelAt(clock.escalation, row.priority, now - row.called_at);
  if (level <= row.escalated) return;
  await effect.change
    .updateTable("alarm")
    .set({ escalated: level, steps: row.steps + 1 })
    .where("id", "=", row.id)
    .execute();
  const state = "active-unacknowledged";
  const step = { alarm: row.id, seq: row.steps + 1, at: now, input: "escalate", from_state: state, to_state: state, person: null };
  await effect.change
    .insertInto("alarm_step")
    .values({ ...step, reason: `level ${level}` })
    .execute();
  for (let one = row.escalated + 1; one <= level; one += 1) await announce(effect.change, { kind: "escalated", row, at: now, level: one });
  effect.marks.add({ kind: "alarm", id: row.id });
}

const every_ms = 1_000;

/** Ticks on its own clock until it is stopped. */
export function startAlarmClock(
  clock: AlarmClock & {
    readonly now: () => number;
    readonly trouble: (error: unknown) => void;
    /** What else happens because time goes by. */
    readonly also: (now: number) => Promise<unknown>;
  },
): { stop(): Promise<void> } {
  let running: Promise<unknown> | undefined;
  const timer = setInterval(() => {
    running ??= tickAlarms(clock, clock.now())
      .then(() => clock.also(clock.now()))
      .catch(clock.trouble)
      .finally(() => {
        running = undefined;
      });
  }, every_ms);
  return {
    async stop() {
      clearInterval(timer);
      await running;
    },
  };
}
