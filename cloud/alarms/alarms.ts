// One row per cause (source and rule): counted while it lasts, acknowledged by people, cleared by the device. A clearing that arrives before its older raising still clears it.
import { randomUUID } from "node:crypto";
import type { Effect, Happening, Origin } from "#cloud/store/happening.ts";
import { noteLabels } from "#cloud/store/labels.ts";
import { often } from "#cloud/store/often.ts";
import { isNewer, type Moment, momentOf, momentText } from "#cloud/store/order.ts";
import type { Row } from "#cloud/store/schema.ts";
import type { Change } from "#cloud/store/store.ts";
import { type AlarmRule, alarmRule, alarmRules, isMoment, type SourceKind } from "./rules.ts";

/** The newest events behind an alarm; older ones are found in the events list. */
const keptEvents = 20;

interface Cause extends Origin {
  readonly rule: string;
  readonly source: string;
}

/** Raises and clears what an event means by the table of rules. */
export async function applyAlarmRules(effect: Effect, event: Happening): Promise<void> {
  const data = event.data as Readonly<Record<string, unknown>>;
  for (const row of alarmRules) {
    const cause: Cause = { site: event.site, gateway: event.gateway, rule: row.rule, source: sourceOf(row.about, event, data) };
    if (row.clearedBy.includes(event.type as never)) await clear(effect, { cause, at: event.at });
    if (row.on === event.type && data.test === undefined && (row.causes === undefined || row.causes.includes(String(data.cause))))
      await raise(effect, { cause, row, at: event.at, event: event.key, detail: detailOf(data) });
  }
}

function sourceOf(about: SourceKind, origin: Origin, data: Readonly<Record<string, unknown>>): string {
  if (about === "input") return `${String(data.shed ?? "")}/${String(data.input ?? "")}`;
  return about === "gateway" ? origin.gateway : String(data[about] ?? "");
}

/** "10.0 A > 4.4 A" where the event carries a value and its limit in thousandths. */
function detailOf(data: Readonly<Record<string, unknown>>): string {
  const { value, limit, unit } = data;
  if (typeof value !== "number" || typeof unit !== "string") return "";
  const shown = (amount: number): string =>
    unit.startsWith("m") ? `${(amount / 1000).toFixed(1)} ${unit === "mC" ? "°C" : unit.slice(1)}` : `${amount} ${unit}`;
  return typeof limit === "number" ? ` ${shown(value)} ${value < limit ? "<" : ">"} ${shown(limit)}` : ` ${shown(value)}`;
}

/** What the cloud notices itself: a gap, a conflict, a gateway gone. */
export async function raiseOwnAlarm(effect: Effect, own: Cause & { readonly at: number }): Promise<void> {
  const { site, gateway, rule, source, at } = own;
  const moment = cloudMoment(at);
  await raise(effect, { cause: { site, gateway, rule, source }, row: alarmRule(rule), at: moment, event: undefined, detail: "" });
}

export async function settleOwnAlarm(effect: Effect, own: Cause & { readonly at: number }): Promise<void> {
  const { site, gateway, rule, source, at } = own;
  await clear(effect, { cause: { site, gateway, rule, source }, at: cloudMoment(at) });
}

/** What an event means beyond its own words: raised, or over, at the moment of that event. */
export const raiseByEvent = (effect: Effect, event: Happening, { rule, source }: Pick<Cause, "rule" | "source">): Promise<void> =>
  raise(effect, {
    cause: { site: event.site, gateway: event.gateway, rule, source },
    ...{ row: alarmRule(rule), at: event.at, event: event.key, detail: "" },
  });
export const clearByEvent = (effect: Effect, event: Happening, { rule, source }: Pick<Cause, "rule" | "source">): Promise<void> =>
  clear(effect, { cause: { site: event.site, gateway: event.gateway, rule, source }, at: event.at });

const cloudMoment = (at: number): Moment => ({ wall: at, mono: at, boot: "cloud" });

interface Raising {
  readonly cause: Cause;
  readonly row: AlarmRule;
  readonly at: Moment;
  readonly event: string | undefined;
  readonly detail: string;
}

async function raise(effect: Effect, { cause, row, at, event, detail }: Raising): Promise<void> {
  const cleared = await clearanceOf(effect.change, cause);
  const active = cleared !== undefined && isNewer(cleared, at) ? 0 : 1;
  const known = await openAlarm(effect.change, cause);
  const words = { zh: `${row.zh}${detail}`, en: `${row.en}${detail}` };
  if (known === undefined) {
    const id = randomUUID();
    await effect.change
      .insertInto("alarm")
      .values({
        ...{ id, ...cause, ...words, priority: row.priority, open: 1, active, count: 1, first_at: at.wall, last_at: at.wall },
        last_stamp: momentText(at),
        ...{ acknowledged_by: null, acknowledged_at: null, cleared_at: active === 1 ? null : (cleared?.wall ?? at.wall) },
        events: JSON.stringify(event === undefined ? [] : [event]),
      })
      .execute();
    await noteLabels(effect, { ...cause, at }, [
      { place: "alarm.first_at", key: id },
      { place: "alarm.last_at", key: id },
      { place: "alarm.span", key: `${id} ${at.boot}` },
    ]);
    effect.marks.add({ kind: "alarm", id });
    return;
  }
  const newer = isNewer(at, momentOf(known.last_stamp));
  const lightsAgain = active === 1 && known.active === 0;
  const events = event === undefined ? known.events : JSON.stringify([...(JSON.parse(known.events) as string[]), event].slice(-keptEvents));
  await effect.change
    .updateTable("alarm")
    .set({
      ...(newer ? { ...words, last_stamp: momentText(at) } : {}),
      count: known.count + 1,
      first_at: Math.min(known.first_at, at.wall),
      last_at: Math.max(known.last_at, at.wall),
      events,
      // It came back after it was cleared: somebody has to see it again.
      ...(lightsAgain ? { active: 1, cleared_at: null, acknowledged_by: null, acknowledged_at: null } : {}),
    })
    .where("id", "=", known.id)
    .execute();
  await noteLabels(effect, { ...cause, at }, [
    { place: "alarm.span", key: `${known.id} ${at.boot}` },
    ...(at.wall < known.first_at ? [{ place: "alarm.first_at", key: known.id } as const] : []),
    ...(at.wall >= known.last_at ? [{ place: "alarm.last_at", key: known.id } as const] : []),
  ]);
  effect.marks.add({ kind: "alarm", id: known.id });
}

async function clear(effect: Effect, { cause, at }: { cause: Cause; at: Moment }): Promise<void> {
  const before = await clearanceOf(effect.change, cause);
  if (isNewer(at, before)) {
    await effect.change
      .insertInto("clearance")
      .values({ ...cause, stamp: momentText(at) })
      .onConflict((conflict) => conflict.columns(["site", "gateway", "rule", "source"]).doUpdateSet({ stamp: momentText(at) }))
      .execute();
  }
  const known = await openAlarm(effect.change, cause);
  if (known === undefined || known.active === 0) return;
  if (!isNewer(at, momentOf(known.last_stamp))) return; // it was raised again after this clearing
  await effect.change
    .updateTable("alarm")
    .set({ active: 0, cleared_at: at.wall, open: known.acknowledged_at === null ? 1 : 0 })
    .where("id", "=", known.id)
    .execute();
  await noteLabels(effect, { ...cause, at }, [{ place: "alarm.cleared_at", key: known.id }]);
  effect.marks.add({ kind: "alarm", id: known.id });
}

/** When this cause was last cleared, whether or not its raising is known. */
export async function clearanceOf(change: Change, cause: Cause): Promise<Moment | undefined> {
  const { site, gateway, rule, source } = cause;
  const [row] = await clearances(change, { site, gateway, rule, source });
  return momentOf(row?.stamp);
}

type Asked = Readonly<Record<"site" | "gateway" | "rule" | "source", string>>;

const clearances = often((db, { site, gateway, rule, source }: Asked) =>
  db
    .selectFrom("clearance")
    .select("stamp")
    .where("site", "=", site)
    .where("gateway", "=", gateway)
    .where("rule", "=", rule)
    .where("source", "=", source),
);
const openAlarms = often((db, { site, gateway, rule, source }: Asked) =>
  db
    .selectFrom("alarm")
    .selectAll()
    .where("site", "=", site)
    .where("gateway", "=", gateway)
    .where("rule", "=", rule)
    .where("source", "=", source)
    .where("open", "=", 1),
);

async function openAlarm(change: Change, { site, gateway, rule, source }: Cause): Promise<Row<"alarm"> | undefined> {
  return (await openAlarms(change, { site, gateway, rule, source }))[0];
}

/** Acknowledged per person, with the count that the person saw. The first one stands on the alarm; a moment closes with it, a cleared alarm too. */
export async function acknowledgeAlarm(
  effect: Effect,
  asked: { readonly id: string; readonly person: string; readonly at: number },
): Promise<Row<"alarm"> | undefined> {
  const { change, marks } = effect;
  const known = await change.selectFrom("alarm").selectAll().where("id", "=", asked.id).executeTakeFirst();
  if (known === undefined) return undefined;
  await change
    .insertInto("alarm_acknowledgement")
    .values({ alarm: known.id, person: asked.person, at: asked.at, count: known.count })
    .onConflict((conflict) => conflict.columns(["alarm", "person", "count"]).doNothing())
    .execute();
  if (known.acknowledged_at !== null) return known;
  const moment = isMoment(alarmRule(known.rule));
  const stillActive = known.active === 1 && !moment;
  const row = {
    ...known,
    acknowledged_by: asked.person,
    acknowledged_at: asked.at,
    active: stillActive ? 1 : 0,
    open: stillActive ? 1 : 0,
    cleared_at: stillActive ? null : (known.cleared_at ?? asked.at),
  };
  const { acknowledged_by, acknowledged_at, active, open, cleared_at } = row;
  await change
    .updateTable("alarm")
    .set({ acknowledged_by, acknowledged_at, active, open, cleared_at })
    .where("id", "=", known.id)
    .execute();
  marks.add({ kind: "alarm", id: known.id });
  return row;
}
