// An alarm's row moved by one input of its life: columns, the step that is kept, and the call where somebody is called. All in the change that caused it.
import { randomUUID } from "node:crypto";
import type { Effect, Origin } from "#cloud/store/happening.ts";
import { often } from "#cloud/store/often.ts";
import type { Row } from "#cloud/store/schema.ts";
import type { Change } from "#cloud/store/store.ts";
import { announce } from "./announce.ts";
import { chattered } from "./figures.ts";
import { type Condition, calls, type Hold, type Input, isNo, type Life, type No, shownState, step } from "./life.ts";
import { alarmRule, kindOf } from "./rules.ts";

export interface Cause extends Origin {
  readonly rule: string;
  readonly source: string;
}

/** In the list, and unseen by nobody's fault: 2 while the on-delay runs. */
const openAs = (condition: Condition): number => (condition === "normal" ? 0 : condition === "pending" ? 2 : 1);

export function lifeOf(row: Pick<Row<"alarm">, "open" | "active" | "latched" | "acknowledged_at" | "hold">): Life {
  const hold = row.hold as Hold;
  if (row.open === 0) return { condition: "normal", hold };
  if (row.open === 2) return { condition: "pending", hold };
  const seen = row.acknowledged_at === null ? "unacknowledged" : "acknowledged";
  if (row.active === 1) return { condition: `active-${seen}`, hold };
  return { condition: row.latched === 1 ? `latched-${seen}` : "cleared-unacknowledged", hold };
}

export interface Move {
  readonly input: Input;
  /** When it was, as it is shown. */
  readonly at: number;
  /** The cloud's clock: calls and delays count from here. */
  readonly now: number;
  readonly person?: string;
  readonly reason?: string;
  readonly hold?: { readonly until: number };
  /** Something else holds it at once: nobody is called in between. */
  readonly quiet?: true;
  /** Written with it: words, counts, stamps. */
  readonly set?: Partial<Row<"alarm">>;
}

function columnsOf(row: Row<"alarm">, after: Life, move: Move): Partial<Row<"alarm">> {
  const { condition, hold } = after;
  const active = condition.startsWith("active") ? 1 : 0;
  const seen = condition.endsWith("-acknowledged") || (condition === "normal" && move.input === "acknowledge");
  const unseen = condition.endsWith("-unacknowledged") || condition === "pending";
  return {
    ...{ open: openAs(condition), active, latched: condition.startsWith("latched") ? 1 : 0, hold },
    cleared_at: active === 1 || condition === "pending" ? null : (row.cleared_at ?? move.at),
    ...(unseen ? { acknowledged_by: null, acknowledged_at: null } : {}),
    ...(seen && row.acknowledged_at === null ? { acknowledged_by: move.person ?? null, acknowledged_at: move.at } : {}),
    ...(hold === row.hold
      ? {}
      : hold === "none"
        ? { hold_until: null, hold_by: null, hold_reason: null }
        : { hold_until: move.hold?.until ?? null, hold_by: move.person ?? null, hold_reason: move.reason ?? null }),
  };
}

/** The row as it is afterwards; or why not. */
export async function moveAlarm({ change, marks }: Effect, row: Row<"alarm">, move: Move): Promise<Row<"alarm"> | { readonly no: No }> {
  const before = lifeOf(row);
  const kind = kindOf(alarmRule(row.rule));
  const after = step(before, move.input, kind);
  if (isNo(after)) return after;
  const stood = before.condition.startsWith("active");
  const lights = !stood && after.condition === "active-unacknowledged";
  const chatter = lights
    ? chattered({ raisings: JSON.parse(row.raisings) as number[], chattering: row.chattering === 1 }, move.now)
    : { raisings: undefined, chattering: row.chattering === 1 };
  const next: Row<"alarm"> = {
    ...row,
    ...columnsOf(row, after, move),
    ...move.set,
    ...(lights ? { stood_at: Math.min(move.at, move.now) } : {}),
    ...(chatter.raisings === undefined ? {} : { raisings: JSON.stringify(chatter.raisings), chattering: chatter.chattering ? 1 : 0 }),
  };
  const changed = before.condition !== after.condition || before.hold !== after.hold;
  const called = move.quiet === undefined && calls(before, after) && next.test === null && next.chattering === 0;
  if (changed) next.steps = row.steps + 1;
  if (called) Object.assign(next, { called_at: move.now, escalated: 0 });
  if (after.condition !== "active-unacknowledged" || after.hold !== "none") next.called_at = null;
  const { id, ...set } = next;
  await change.updateTable("alarm").set(set).where("id", "=", id).execute();
  if (changed)
    await change
      .insertInto("alarm_step")
      .values({
        ...{ alarm: id, seq: next.steps, at: move.at, input: move.input },
        ...{ from_state: shownState(before), to_state: shownState(after) },
        ...{ person: move.person ?? null, reason: move.reason ?? null },
      })
      .execute();
  if (called) {
    await change
      .insertInto("alarm_call")
      .values({
        ...{ id: randomUUID(), alarm: id, site: row.site, cause: `${row.rule} ${row.gateway} ${row.source}` },
        ...{ priority: row.priority, at: move.now, acknowledged_at: null },
      })
      .execute();
    await announce(change, { kind: "raised", row: next, at: move.now });
  }
  if (move.input === "acknowledge")
    await change
      .updateTable("alarm_call")
      .set({ acknowledged_at: move.at })
      .where("alarm", "=", id)
      .where("acknowledged_at", "is", null)
      .execute();
  if (stood && move.input === "clear" && before.hold === "none" && next.test === null)
    await announce(change, { kind: "recovered", row: next, at: move.now });
  marks.add({ kind: "alarm", id });
  return next;
}

export const isRow = (done: Row<"alarm"> | { readonly no: No } | undefined): done is Row<"alarm"> => done !== undefined && "id" in done;

type Asked = Readonly<Record<"site" | "gateway" | "rule" | "source", string>>;
const openAlarms = often((db, { site, gateway, rule, source }: Asked) =>
  db
    .selectFrom("alarm")
    .selectAll()
    .where("site", "=", site)
    .where("gateway", "=", gateway)
    .where("rule", "=", rule)
    .where("source", "=", source)
    .where("open", ">", 0),
);

/** The one row of a cause that is not over. */
export async function openAlarm(change: Change, { site, gateway, rule, source }: Cause): Promise<Row<"alarm"> | undefined> {
  return (await openAlarms(change, { site, gateway, rule, source }))[0];
}

const heldCauses = often((db, { site, gateway, rule, source }: Asked) =>
  db
    .selectFrom("alarm_hold")
    .selectAll()
    .where("site", "=", site)
    .where("gateway", "=", gateway)
    .where("rule", "=", rule)
    .where("source", "=", source),
);

/** A person's hold of this cause that still lasts. */
export async function holdOf(change: Change, { site, gateway, rule, source }: Cause, now: number): Promise<Row<"alarm_hold"> | undefined> {
  const [row] = await heldCauses(change, { site, gateway, rule, source });
  return row !== undefined && row.until > now ? row : undefined;
}

export async function forgetHold(change: Change, { site, gateway, rule, source }: Cause): Promise<void> {
  const own = change.deleteFrom("alarm_hold").where("site", "=", site).where("gateway", "=", gateway);
  await own.where("rule", "=", rule).where("source", "=", source).execute();
}
