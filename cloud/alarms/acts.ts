// What people do with an alarm: acknowledge, shelve for a while, take out of service, reset what is latched, close by hand what its device will never clear. Who may is the route's; what and how long is said here.
import type { Effect } from "#cloud/store/happening.ts";
import type { Row } from "#cloud/store/schema.ts";
import type { Queries } from "#cloud/store/store.ts";
import { secondWithin_ms } from "#protocols/api/closing.ts";
import { type Refusal, refusal } from "#protocols/vocabulary/faults.ts";
import { hourMs, minuteMs } from "#protocols/vocabulary/time.ts";
import { clearRow, releaseAlarm } from "./alarms.ts";
import { type Input, type No, shownState } from "./life.ts";
import { forgetHold, isRow, lifeOf, moveAlarm } from "./row.ts";

/** The longest shelf by priority; what is for life and fire is never shelved: works are said as a maintenance window of a zone. */
export const longestShelf_min: Readonly<Record<1 | 2 | 3 | 4, number>> = { 1: 0, 2: 30, 3: 8 * 60, 4: 24 * 60 };
/** Out of service: works on the thing itself. */
export const longestRemoval_h: Readonly<Record<1 | 2 | 3 | 4, number>> = { 1: 0, 2: 7 * 24, 3: 30 * 24, 4: 30 * 24 };

export const alarmActions = ["shelve", "unshelve", "remove", "return", "reset", "close"] as const;
export type AlarmAction = (typeof alarmActions)[number];

const noWords: Readonly<Record<No, readonly [zh: string, en: string]>> = {
  "nothing-to-acknowledge": ["没有待确认的内容：已恢复或已确认", "nothing to acknowledge: it is over, or somebody has"],
  "not-latched": ["该告警无需复位", "this alarm has nothing to reset"],
  "still-active": ["告警条件仍在，不能复位", "its condition still stands: it cannot be reset"],
  "acknowledge-first": ["请先确认，再复位", "acknowledge it before you reset it"],
  "already-held": ["该告警已搁置、抑制或停用", "it is already shelved, suppressed or out of service"],
  "not-held": ["该告警未搁置或停用", "it is not shelved or out of service"],
  "is-held": ["该告警已搁置、抑制或停用，取消后再操作", "it is shelved, suppressed or out of service: end that first"],
  "nothing-to-hold": ["该告警已结束", "this alarm is over"],
};
const refusedFor = (code: No): Refusal => refusal(code, ...noWords[code]);

export interface ActAsked {
  readonly id: string;
  readonly person: string;
  readonly at: number;
}
type Done = Row<"alarm"> | Refusal | undefined;

const find = ({ change }: Effect, id: string): Promise<Row<"alarm"> | undefined> =>
  change.selectFrom("alarm").selectAll().where("id", "=", id).executeTakeFirst();

async function moved(effect: Effect, row: Row<"alarm">, move: Parameters<typeof moveAlarm>[2]): Promise<Row<"alarm"> | Refusal> {
  const done = await moveAlarm(effect, row, move);
  return isRow(done) ? done : refusedFor(done.no);
}

/** Per person, with the count that the person saw. The first one stands on the alarm; a moment closes with it, a cleared alarm too. */
export async function acknowledgeAlarm(effect: Effect, { id, person, at }: ActAsked): Promise<Done> {
  const known = await find(effect, id);
  if (known === undefined) return undefined;
  const done = await moved(effect, known, { input: "acknowledge", at, now: at, person });
  if ("kind" in done) return done;
  await effect.change
    .insertInto("alarm_acknowledgement")
    .values({ alarm: id, person, at, count: known.count })
    .onConflict((conflict) => conflict.columns(["alarm", "person", "count"]).doNothing())
    .execute();
  return done;
}

export interface HoldAsked extends ActAsked {
  readonly action: AlarmAction;
  readonly reason?: string | undefined;
  readonly minutes?: number | undefined;
}

export async function actOnAlarm(effect: Effect, asked: HoldAsked): Promise<Done> {
  const known = await find(effect, asked.id);
  if (known === undefined) return undefined;
  const { action, person, at, reason } = asked;
  if (action !== "unshelve" && action !== "return" && (reason ?? "").trim().length < 2)
    return refusal("no-reason", "请写明理由", "say why");
  if (action === "close") return close(effect, known, asked);
  if (action === "shelve" || action === "remove") return hold(effect, known, { ...asked, action });
  const move = { at, now: at, person, ...(reason === undefined ? {} : { reason }) };
  if (action === "reset") return moved(effect, known, { ...move, input: action });
  const done = await releaseAlarm(effect, known, { ...move, input: action });
  if (!isRow(done)) return refusedFor(done.no);
  await forgetHold(effect.change, known);
  return done;
}

/** By hand, against a device that says nothing more: with a reason, and of priority 1 by two persons. What the edge has cut stays cut, and a new raising opens a new row. */
async function close(effect: Effect, known: Row<"alarm">, { person, at, reason = "" }: HoldAsked): Promise<Done> {
  const life = lifeOf(known);
  if (life.hold !== "none") return refusedFor("is-held");
  if (known.open !== 1) return refusedFor("nothing-to-hold");
  if (known.priority === 1) {
    const last = await effect.change
      .selectFrom("alarm_step")
      .select(["input", "person", "at"])
      .where("alarm", "=", known.id)
      // Raised anew after the first word: it spoke of another time.
      .where("input", "in", ["close-asked", "raise", "due"])
      .orderBy("seq", "desc")
      .limit(1)
      .executeTakeFirst();
    const waits = last?.input === "close-asked" && at - last.at <= secondWithin_ms;
    if (waits && last.person === person)
      return refusal("second-person", "一级告警须由另一人再次关闭", "priority 1 is closed by two persons: another one must close it too");
    if (!waits) return askedToClose(effect, known, { person, at, reason });
  }
  // As if its device had said that it is over, and a person had seen and reset it: nothing of its life is skipped.
  await clearRow(effect, known, { at, now: at, person, reason });
  let row = (await find(effect, known.id)) ?? known;
  if (lifeOf(row).condition.endsWith("-unacknowledged")) {
    const seen = await moved(effect, row, { input: "acknowledge", at, now: at, person, reason });
    if ("kind" in seen) return seen;
    row = seen;
  }
  return row.latched === 1 ? moved(effect, row, { input: "reset", at, now: at, person, reason }) : row;
}

/** Alarms that one person has closed, whose second one is awaited: nothing was raised on them since. */
export const waitingForASecond = (read: Queries, now: number) =>
  read
    .selectFrom("alarm_step as asked")
    .select("asked.alarm")
    .where("asked.input", "=", "close-asked")
    .where("asked.at", ">=", now - secondWithin_ms)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom("alarm_step as later")
            .select("later.seq")
            .whereRef("later.alarm", "=", "asked.alarm")
            .whereRef("later.seq", ">", "asked.seq")
            .where("later.input", "in", ["raise", "due"]),
        ),
      ),
    );

async function askedToClose(
  { change, marks }: Effect,
  row: Row<"alarm">,
  { person, at, reason }: { readonly person: string; readonly at: number; readonly reason: string },
): Promise<Row<"alarm">> {
  const steps = row.steps + 1;
  const state = shownState(lifeOf(row));
  await change.updateTable("alarm").set({ steps }).where("id", "=", row.id).execute();
  const step = { alarm: row.id, seq: steps, at, input: "close-asked", from_state: state, to_state: state, person, reason };
  await change.insertInto("alarm_step").values(step).execute();
  marks.add({ kind: "alarm", id: row.id });
  return { ...row, steps };
}

async function hold(effect: Effect, known: Row<"alarm">, asked: HoldAsked & { readonly action: "shelve" | "remove" }): Promise<Done> {
  const { action, person, at, minutes = 0, reason = "" } = asked;
  const priority = known.priority as 1 | 2 | 3 | 4;
  const most = action === "shelve" ? longestShelf_min[priority] : (longestRemoval_h[priority] * hourMs) / minuteMs;
  if (most === 0)
    return refusal(
      "never-held",
      "一级告警不可搁置或停用；检修请设维护窗口",
      "priority 1 is never shelved nor taken out of service: for works open a maintenance window",
    );
  if (!Number.isInteger(minutes) || minutes < 1 || minutes > most)
    return refusal("too-long", `${known.priority} 级告警最长 ${most} 分钟`, `at most ${most} minutes for priority ${known.priority}`);
  const until = at + minutes * minuteMs;
  const input: Input = action;
  const done = await moved(effect, known, { input, at, now: at, person, reason, hold: { until } });
  if ("kind" in done) return done;
  const { site, gateway, rule, source } = known;
  const kept = { hold: done.hold, until, person, reason, at };
  await effect.change
    .insertInto("alarm_hold")
    .values({ site, gateway, rule, source, ...kept })
    .onConflict((conflict) => conflict.columns(["site", "gateway", "rule", "source"]).doUpdateSet(kept))
    .execute();
  return done;
}

/** Several at once: what could be is done, what could not is named, and nothing of it is an error. */
export async function acknowledgeSeveral(
  effect: Effect,
  asked: { readonly ids: readonly string[]; readonly person: string; readonly at: number; readonly maySee: (site: string) => boolean },
): Promise<{
  readonly done: Row<"alarm">[];
  readonly skipped: { readonly id: string; readonly code: string; readonly zh: string; readonly en: string }[];
}> {
  const done: Row<"alarm">[] = [];
  const skipped: { id: string; code: string; zh: string; en: string }[] = [];
  for (const id of new Set(asked.ids)) {
    const known = await find(effect, id);
    const acknowledged =
      known === undefined || !asked.maySee(known.site)
        ? undefined
        : await acknowledgeAlarm(effect, { id, person: asked.person, at: asked.at });
    if (acknowledged === undefined) skipped.push({ id, code: "not-found", zh: "没有这条告警", en: "there is no such alarm" });
    else if ("kind" in acknowledged) skipped.push({ id, code: acknowledged.code, zh: acknowledged.zh, en: acknowledged.en });
    else done.push(acknowledged);
  }
  return { done, skipped };
}
