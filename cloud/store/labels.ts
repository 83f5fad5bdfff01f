// Times of a gateway whose clock was not set. What its clocks said is kept with the event; what we show is derived by the anchor of that boot, and until there
// is one it is the time at which we heard. Every time that was written for want of a better one is noted here, and corrected when the anchor comes.
import { type RawBuilder, sql } from "kysely";
import type { Effect, Origin } from "./happening.ts";
import type { Mark } from "./marks.ts";
import type { Moment, SaidStamp } from "./order.ts";
import type { Row } from "./schema.ts";
import type { Change, Queries } from "./store.ts";

interface Place {
  readonly table: string;
  readonly key: string;
  readonly column: string;
  readonly mark?: (origin: Origin, key: string) => Mark;
  /** The key is one of this gateway's own names, not unique by itself. */
  readonly own?: true;
}

const named =
  (kind: "socket" | "lane" | "shed") =>
  (origin: Origin, id: string): Mark => ({ kind, site: origin.site, gateway: origin.gateway, id });
const unique =
  (kind: "alarm" | "entry" | "hazard") =>
  (_: Origin, id: string): Mark => ({ kind, id });

const places = {
  "event.at": { table: "event", key: "ordinal", column: "at" },
  /** Not a column: an event of this alarm, "id boot", whose true time may lie outside of the span that is shown. */
  "alarm.span": { table: "alarm", key: "id", column: "" },
  "alarm.first_at": { table: "alarm", key: "id", column: "first_at", mark: unique("alarm") },
  "alarm.last_at": { table: "alarm", key: "id", column: "last_at", mark: unique("alarm") },
  "alarm.cleared_at": { table: "alarm", key: "id", column: "cleared_at", mark: unique("alarm") },
  "entry.at": { table: "entry", key: "id", column: "at", mark: unique("entry") },
  "entry.seen_at": { table: "entry", key: "id", column: "seen_at", mark: unique("entry") },
  "hazard.found_at": { table: "hazard", key: "id", column: "found_at", mark: unique("hazard") },
  "session.started_at": { table: "session", key: "session", column: "started_at" },
  "session.ended_at": { table: "session", key: "session", column: "ended_at" },
  "payment.at": { table: "payment", key: "payment", column: "at" },
  "visit.entered_at": { table: "visit", key: "visit", column: "entered_at" },
  "visit.left_at": { table: "visit", key: "visit", column: "left_at" },
  "command.received_at": { table: "command", key: "id", column: "received_at" },
  "command.ended_at": { table: "command", key: "id", column: "ended_at" },
  "socket.since": { table: "socket", key: "socket", column: "since", own: true, mark: named("socket") },
  "shed.since": { table: "shed", key: "shed", column: "since", own: true, mark: named("shed") },
  "lane.last_at": { table: "lane", key: "lane", column: "last_at", own: true, mark: named("lane") },
} satisfies Readonly<Record<string, Place>>;

export type LabelPlace = keyof typeof places;
export const labelPlaces = Object.entries(places) as readonly (readonly [LabelPlace, Place])[];

interface Said {
  readonly gateway: string;
  readonly epoch: string;
  readonly stamp: SaidStamp;
  readonly received: number;
}

/** A clock that is set wrongly is so by years (a battery that died, a forged answer); one that only drifts is let be. */
const mostAheadMs = 31 * 86_400_000;

/** The moment of an event as it is shown and ordered. The anchor behind a stamp ended its doubt; one before it is the best there is until then. */
export async function momentOfEvent(read: Queries, { gateway, epoch, stamp, received }: Said): Promise<Moment> {
  const { wall, mono, boot, synchronised, boots } = stamp;
  const moment = { mono, boot, epoch, boots };
  // Nothing is heard before it happens, and nothing of ours is older than the count of time: such a clock was set, but wrongly.
  if (synchronised)
    return wall >= 0 && wall <= received + mostAheadMs ? { ...moment, wall } : { ...moment, wall: received, clock: "received" };
  const anchors = read.selectFrom("clock_anchor").select(["wall", "mono"]).where("gateway", "=", gateway).where("boot", "=", boot);
  const behind = await anchors.where("mono", ">=", mono).orderBy("mono").limit(1).executeTakeFirst();
  if (behind !== undefined) return { ...moment, wall: behind.wall + mono - behind.mono, clock: "derived" };
  const before = await anchors.orderBy("mono", "desc").limit(1).executeTakeFirst();
  if (before !== undefined) return { ...moment, wall: before.wall + mono - before.mono, clock: "derived", open: true };
  return { ...moment, wall: received, clock: "received", open: true };
}

/** This was written for want of a better time. Does nothing where the time is final. */
export async function noteLabels(
  { change }: Effect,
  { site, gateway, at }: Origin & { readonly at: Moment },
  labels: readonly { readonly place: LabelPlace; readonly key: string | number; readonly shown?: number }[],
): Promise<void> {
  if (at.open !== true) return;
  for (const { place, key, shown = at.wall } of labels) {
    const row = { site, gateway, boot: at.boot, place, key: String(key), mono: at.mono + shown - at.wall, was: shown };
    await change
      .insertInto("label")
      .values(row)
      .onConflict((conflict) => conflict.columns(["gateway", "place", "key"]).doUpdateSet(row))
      .execute();
  }
}

/**
 * The clock of this boot was true at `anchor`: every noted label of it is derived. Those before it are final; behind it the clock became doubtful again, and the
 * next anchor may say better. What was written there since stays.
 */
export async function correctLabels(
  effect: Effect,
  origin: Origin,
  anchor: Pick<Row<"clock_anchor">, "boot" | "mono" | "wall">,
): Promise<void> {
  const { change, marks } = effect;
  const { gateway } = origin;
  const noted = change.selectFrom("label").where("gateway", "=", gateway).where("boot", "=", anchor.boot);
  const touched = await noted.select(["place", "key"]).where("place", "!=", "event.at").execute();
  for (const { place } of await noted.select("place").distinct().execute())
    if (place !== "alarm.span") await correctPlace(change, origin, { place: place as LabelPlace, anchor });
  for (const { place, key } of touched) {
    const { mark }: Place = places[place as LabelPlace];
    if (mark !== undefined) marks.add(mark(origin, key));
  }
  for (const id of new Set(touched.filter(({ place }) => place === "alarm.span").map(({ key }) => key.split(" ", 1)[0] ?? "")))
    await spanOfAlarm(change, id);
  const done = change.deleteFrom("label").where("gateway", "=", gateway).where("boot", "=", anchor.boot);
  await done.where("mono", "<=", anchor.mono).execute();
  const offset = anchor.wall - anchor.mono;
  const better = change.updateTable("label").set((eb) => ({ was: eb("mono", "+", offset) }));
  await better.where("gateway", "=", gateway).where("boot", "=", anchor.boot).execute();
}

interface Correction {
  readonly place: LabelPlace;
  readonly anchor: Pick<Row<"clock_anchor">, "boot" | "mono" | "wall">;
}

/** One statement a column, led by the noted labels: a boot may have had a hundred thousand events. */
async function correctPlace(change: Change, { site, gateway }: Origin, { place, anchor }: Correction): Promise<void> {
  const { table, key, column, own }: Place = places[place];
  const [owner, name, field] = [sql.table(table), sql.ref(`${table}.${key}`), sql.ref(`${table}.${column}`)];
  const mine = sql`label.gateway = ${gateway} and label.boot = ${anchor.boot} and label.place = ${place}`;
  const of = (what: string): RawBuilder<unknown> =>
    sql`(select ${sql.ref(`label.${what}`)} from label where ${mine} and label.key = cast(${name} as text))`;
  const derived = sql`(${of("mono")} + ${anchor.wall - anchor.mono})`;
  const keys = place === "event.at" ? sql`cast(label.key as bigint)` : sql`label.key`;
  const event =
    place === "event.at"
      ? sql`, clock = 'derived', late = case when event.received_at - ${derived} > ${lateAfterMs} then 1 else event.late end`
      : sql``;
  const here = own === true ? sql`and ${sql.ref(`${table}.site`)} = ${site} and ${sql.ref(`${table}.gateway`)} = ${gateway}` : sql``;
  await sql`update ${owner} set ${sql.ref(column)} = ${derived}${event}
    where ${name} in (select ${keys} from label where ${mine}) and ${field} = ${of("was")} ${here}`.execute(change);
}

/** Learnt so long after it happened that "now" would be a lie. */
export const lateAfterMs = 60_000;

/** An alarm spans its events; as many as it remembers say from when to when. */
async function spanOfAlarm(change: Change, id: string): Promise<void> {
  const alarm = await change.selectFrom("alarm").select(["events", "count", "first_at", "last_at"]).where("id", "=", id).executeTakeFirst();
  if (alarm === undefined) return;
  const keys = (JSON.parse(alarm.events) as string[]).map((text) => text.split("/"));
  if (keys.length === 0) return;
  const rows = await change
    .selectFrom("event")
    .select("at")
    .where((eb) =>
      eb.or(keys.map(([gateway = "", epoch = "", stream = "", seq = "0"]) => eb.and({ gateway, epoch, stream, seq: Number(seq) }))),
    )
    .execute();
  const whole = keys.length >= alarm.count;
  const ats = [...rows.map(({ at }) => at), ...(whole ? [] : [alarm.first_at, alarm.last_at])];
  if (ats.length > 0)
    await change
      .updateTable("alarm")
      .set({ first_at: Math.min(...ats), last_at: Math.max(...ats) })
      .where("id", "=", id)
      .execute();
}
