// One row per cause (source and rule): counted while it lasts, acknowledged by people, cleared by the device. A clearing that arrives before its older raising still clears it.
import { randomUUID } from "node:crypto";
import type { Effect, Happening, Origin } from "#cloud/store/happening.ts";
import { noteLabels } from "#cloud/store/labels.ts";
import { often } from "#cloud/store/often.ts";
import { isNewer, type Moment, momentOf, momentText } from "#cloud/store/order.ts";
import type { Row } from "#cloud/store/schema.ts";
import type { Change } from "#cloud/store/store.ts";
import { type Cause, forgetHold, holdOf, isRow, type Move, moveAlarm, openAlarm } from "./row.ts";
import { type AlarmRule, alarmRule, alarmRules, type SourceKind } from "./rules.ts";
import { reaches, suppressedBy, suppressorsOf } from "./suppression.ts";
import { windowOf } from "./tests.ts";

/** The newest events behind an alarm; older ones are found in the events list. */
const keptEvents = 20;

/** Raises and clears what an event means by the table of rules. */
export async function applyAlarmRules(effect: Effect, event: Happening): Promise<void> {
  const data = event.data as Readonly<Record<string, unknown>>;
  for (const row of alarmRules) {
    const cause: Cause = { site: event.site, gateway: event.gateway, rule: row.rule, source: sourceOf(row.about, event, data) };
    const ownCause = row.causes === undefined || row.causes.includes(String(data.cause));
    if (row.clearedBy.includes(event.type as never) && (row.clearsOwnCause === undefined || ownCause))
      await clear(effect, { cause, at: event.at, now: event.received });
    if (row.on === event.type && data.test === undefined && ownCause)
      await raise(effect, {
        ...{ cause, row, at: event.at, now: event.received, event: event.key, detail: detailOf(data) },
        zone: typeof data.zone === "string" ? data.zone : null,
      });
  }
}

function sourceOf(about: SourceKind, origin: Origin, data: Readonly<Record<string, unknown>>): string {
  if (about === "input") return `${String(data.shed ?? "")}/${String(data.input ?? "")}`;
  if (about === "point") return `${String(data.device ?? "")}/${String(data.point ?? "")}`;
  return about === "gateway" ? origin.gateway : String(data[about] ?? "");
}

/** "10.0 A > 4.4 A" where the event carries a value and its limit in thousandths. */
function detailOf(data: Readonly<Record<string, unknown>>): string {
  const { value, limit, unit } = data;
  // What a device calls its point is how people find it.
  const named = typeof data.text === "string" && data.text !== "" && data.device !== undefined ? ` ${data.text}` : "";
  // Who answers for it is told with every alarm.
  const whose = typeof data.responsible === "string" && data.responsible !== "" ? ` · ${data.responsible}` : "";
  if (typeof value !== "number" || typeof unit !== "string") return named + whose;
  const shown = (amount: number): string => {
    if (unit === "Pa") return `${(amount / 1e6).toFixed(2)} MPa`;
    if (unit === "permille") return `${(amount / 10).toFixed(1)} %`;
    return unit.startsWith("m") ? `${(amount / 1000).toFixed(1)} ${unit === "mC" ? "°C" : unit.slice(1)}` : `${amount} ${unit}`;
  };
  const measured = typeof limit === "number" ? ` ${shown(value)} ${value < limit ? "<" : ">"} ${shown(limit)}` : ` ${shown(value)}`;
  return named + measured + whose;
}

/** What the cloud notices itself: a gap, a conflict, a gateway gone. */
export async function raiseOwnAlarm(
  effect: Effect,
  own: Cause & { readonly at: number; readonly detail?: string; readonly zone?: string | null },
): Promise<void> {
  const { site, gateway, rule, source, at, detail = "", zone = null } = own;
  const moment = cloudMoment(at);
  await raise(effect, {
    cause: { site, gateway, rule, source },
    row: alarmRule(rule),
    at: moment,
    now: at,
    event: undefined,
    detail,
    zone,
  });
}

export async function settleOwnAlarm(effect: Effect, own: Cause & { readonly at: number }): Promise<void> {
  const { site, gateway, rule, source, at } = own;
  await clear(effect, { cause: { site, gateway, rule, source }, at: cloudMoment(at), now: at });
}

/** What an event means beyond its own words: raised, or over, at the moment of that event. */
export const raiseByEvent = (effect: Effect, event: Happening, { rule, source }: Pick<Cause, "rule" | "source">): Promise<void> =>
  raise(effect, {
    cause: { site: event.site, gateway: event.gateway, rule, source },
    ...{ row: alarmRule(rule), at: event.at, now: event.received, event: event.key, detail: "" },
  });
export const clearByEvent = (effect: Effect, event: Happening, { rule, source }: Pick<Cause, "rule" | "source">): Promise<void> =>
  clear(effect, { cause: { site: event.site, gateway: event.gateway, rule, source }, at: event.at, now: event.received });

const cloudMoment = (at: number): Moment => ({ wall: at, mono: at, boot: "cloud" });

interface Raising {
  readonly cause: Cause;
  readonly row: AlarmRule;
  readonly at: Moment;
  /** The cloud's clock. */
  readonly now: number;
  readonly event: string | undefined;
  readonly detail: string;
  /** The part of the compound, where the event names one. */
  readonly zone?: string | null;
}

async function raise(effect: Effect, { cause, row, at, now, event, detail, zone = null }: Raising): Promise<void> {
  const cleared = await clearanceOf(effect.change, cause);
  const over = cleared !== undefined && isNewer(cleared, at);
  const known = (await openAlarm(effect.change, cause)) ?? (await born(effect, { cause, row, at, now, zone }));
  const fresh = known.count === 0;
  const newer = fresh || isNewer(at, momentOf(known.last_stamp));
  const events = event === undefined ? known.events : JSON.stringify([...(JSON.parse(known.events) as string[]), event].slice(-keptEvents));
  const words = { zh: `${row.zh}${detail}`, en: `${row.en}${detail}` };
  const set = {
    ...(newer ? { ...words, last_stamp: momentText(at) } : {}),
    ...{ count: known.count + 1, first_at: Math.min(known.first_at, at.wall), last_at: Math.max(known.last_at, at.wall), events },
    // What speaks for it again ends the wait for its clearing.
    ...(known.due === "clear" && !over ? { due: null, due_at: null } : {}),
  };
  // In a window of its zone it is a test, unless it stood before, or is of before the works and only came late.
  const test = known.active === 1 ? known.test : await windowOf(effect.change, { site: cause.site, zone, at: at.wall, now });
  const delayed = row.onDelay_ms !== undefined && known.open !== 1;
  const due = delayed && known.due === null ? { due: "raise", due_at: now + (row.onDelay_ms ?? 0) } : {};
  // Older than its own clearing: counted. A new row has been seen to stand, and to go.
  if (!over || fresh)
    await moveAlarm(effect, known, {
      input: delayed && !over ? "raise-delayed" : "raise",
      at: at.wall,
      now,
      set: { ...set, ...due, test },
    });
  else await effect.change.updateTable("alarm").set(set).where("id", "=", known.id).execute();
  if (over && fresh) {
    const raised = await openAlarm(effect.change, cause);
    if (raised !== undefined) await moveAlarm(effect, raised, { input: "clear", at: cleared.wall, now });
  } else if (!over && !delayed && known.active === 0) await suppressOthers(effect, cause, { input: "suppress", at: at.wall, now });
  await noteLabels(effect, { ...cause, at }, [
    { place: "alarm.span", key: `${known.id} ${at.boot}` },
    ...(fresh || at.wall < known.first_at ? [{ place: "alarm.first_at", key: known.id } as const] : []),
    ...(fresh || at.wall >= known.last_at ? [{ place: "alarm.last_at", key: known.id } as const] : []),
  ]);
  effect.marks.add({ kind: "alarm", id: known.id });
}

/** A row that has not stood yet; held from its birth where its cause is held. */
async function born(
  effect: Effect,
  { cause, row, at, now, zone = null }: Pick<Raising, "cause" | "row" | "at" | "now" | "zone">,
): Promise<Row<"alarm">> {
  const held = await holdOf(effect.change, cause, now);
  const suppressed = held === undefined && (await isSuppressed(effect.change, cause));
  const values = {
    ...{ id: randomUUID(), ...cause, zh: row.zh, en: row.en, priority: row.priority, open: 0, active: 0, count: 0 },
    ...{ first_at: at.wall, last_at: at.wall, last_stamp: momentText(at), events: "[]" },
    ...{ acknowledged_by: null, acknowledged_at: null, cleared_at: null, latched: 0 },
    hold: held?.hold ?? (suppressed ? "suppressed" : "none"),
    ...{ hold_until: held?.until ?? null, hold_by: held?.person ?? null, hold_reason: held?.reason ?? null },
    ...{
      due: null,
      due_at: null,
      raisings: "[]",
      chattering: 0,
      called_at: null,
      escalated: 0,
      test: null,
      steps: 0,
      zone,
      stood_at: null,
    },
  };
  // What came and went a moment ago is the same trouble: its raisings tell whether it chatters.
  const before = await lastOf(effect.change, { site: cause.site, gateway: cause.gateway, rule: cause.rule, source: cause.source });
  if (before !== undefined) Object.assign(values, { raisings: before.raisings, chattering: before.chattering });
  await effect.change.insertInto("alarm").values(values).execute();
  return values;
}

async function isSuppressed(change: Change, cause: Cause): Promise<boolean> {
  for (const rule of suppressorsOf(cause.rule)) {
    const standing = await change
      .selectFrom("alarm")
      .select("source")
      .where("site", "=", cause.site)
      .where("gateway", "=", cause.gateway)
      .where("rule", "=", rule.while)
      .where("active", "=", 1)
      .execute();
    if (standing.some(({ source }) => reaches(rule, source, cause.source))) return true;
  }
  return false;
}

/** What this cause explains goes behind it, or comes back. */
async function suppressOthers(
  effect: Effect,
  cause: Cause,
  { input, at, now }: { readonly input: "suppress" | "unsuppress"; readonly at: number; readonly now: number },
): Promise<void> {
  for (const rule of suppressedBy(cause.rule)) {
    const rows = await effect.change
      .selectFrom("alarm")
      .selectAll()
      .where("site", "=", cause.site)
      .where("gateway", "=", cause.gateway)
      .where("rule", "in", [...rule.hides])
      .where("open", ">", 0)
      .where("hold", input === "suppress" ? "!=" : "=", "suppressed")
      .execute();
    for (const row of rows.filter(({ source }) => reaches(rule, cause.source, source)))
      if (input === "suppress" || !(await isSuppressed(effect.change, row))) {
        // A shelf does not outlive it: what comes back calls.
        if (row.hold === "shelved") await forgetHold(effect.change, row);
        await moveAlarm(effect, row, { input, at, now });
      }
  }
}

/** Its on-delay is over: it stands, and from now on explains what it explains. */
export async function dueRow(effect: Effect, row: Row<"alarm">, { at, now }: { readonly at: number; readonly now: number }): Promise<void> {
  const done = await moveAlarm(effect, row, { input: "due", at, now, set: { due: null, due_at: null } });
  if (isRow(done) && done.active === 1) await suppressOthers(effect, row, { input: "suppress", at, now });
}

/** A person's hold ends: the row calls, unless a design rule still hides it. */
export async function releaseAlarm(
  effect: Effect,
  row: Row<"alarm">,
  move: Move & { readonly input: "unshelve" | "return" },
): ReturnType<typeof moveAlarm> {
  const hidden = row.open > 0 && row.hold !== "suppressed" && (await isSuppressed(effect.change, row));
  const done = await moveAlarm(effect, row, hidden ? { ...move, quiet: true } : move);
  return hidden && isRow(done) ? moveAlarm(effect, done, { input: "suppress", at: move.at, now: move.now }) : done;
}

interface Clearing {
  readonly cause: Cause;
  readonly at: Moment;
  readonly now: number;
}

async function clear(effect: Effect, { cause, at, now }: Clearing): Promise<void> {
  const before = await clearanceOf(effect.change, cause);
  if (isNewer(at, before)) {
    const { site, gateway, rule, source } = cause;
    await putClearance(effect.change, { site, gateway, rule, source, stamp: momentText(at) });
  }
  const known = await openAlarm(effect.change, cause);
  if (known === undefined || (known.active === 0 && known.open !== 2)) return;
  if (!isNewer(at, momentOf(known.last_stamp))) return; // it was raised again after this clearing
  const { offDelay_ms } = alarmRule(cause.rule);
  if (offDelay_ms !== undefined && known.active === 1) {
    if (known.due === null)
      await effect.change
        .updateTable("alarm")
        .set({ due: "clear", due_at: now + offDelay_ms })
        .where("id", "=", known.id)
        .execute();
    return;
  }
  await clearRow(effect, known, { at: at.wall, now });
  await noteLabels(effect, { ...cause, at }, [{ place: "alarm.cleared_at", key: known.id }]);
}

/** Its condition is gone: what it explained stands on its own again. */
export async function clearRow(
  effect: Effect,
  row: Row<"alarm">,
  { at, now, ...by }: { readonly at: number; readonly now: number; readonly person?: string; readonly reason?: string },
): Promise<void> {
  const done = await moveAlarm(effect, row, { input: "clear", at, now, ...by, set: { due: null, due_at: null } });
  if (isRow(done)) await suppressOthers(effect, row, { input: "unsuppress", at, now });
}

/** When this cause was last cleared, whether or not its raising is known. */
export async function clearanceOf(change: Change, cause: Cause): Promise<Moment | undefined> {
  const { site, gateway, rule, source } = cause;
  const [row] = await clearances(change, { site, gateway, rule, source });
  return momentOf(row?.stamp);
}

type Asked = Readonly<Record<"site" | "gateway" | "rule" | "source", string>>;

const putClearance = often((db, { site, gateway, rule, source, stamp }: Asked & { readonly stamp: string }) =>
  db
    .insertInto("clearance")
    .values({ site, gateway, rule, source, stamp })
    .onConflict((conflict) => conflict.columns(["site", "gateway", "rule", "source"]).doUpdateSet({ stamp })),
);

const clearances = often((db, { site, gateway, rule, source }: Asked) =>
  db
    .selectFrom("clearance")
    .select("stamp")
    .where("site", "=", site)
    .where("gateway", "=", gateway)
    .where("rule", "=", rule)
    .where("source", "=", source),
);

async function lastOf(
  change: Change,
  { site, gateway, rule, source }: Asked,
): Promise<Pick<Row<"alarm">, "raisings" | "chattering"> | undefined> {
  return change
    .selectFrom("alarm")
    .select(["raisings", "chattering"])
    .where("site", "=", site)
    .where("gateway", "=", gateway)
    .where("rule", "=", rule)
    .where("source", "=", source)
    .orderBy("last_at", "desc")
    .limit(1)
    .executeTakeFirst();
}
