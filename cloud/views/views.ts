// The read side: rows as the browser sees them. Plates are whole here; who may see them whole is decided where they leave (present.ts).
import { shownState } from "#cloud/alarms/life.ts";
import { lifeOf } from "#cloud/alarms/row.ts";
import { alarmRule } from "#cloud/alarms/rules.ts";
import { respondWithin_min, whyOf } from "#cloud/alarms/why.ts";
import { everywhere, type Scope, sees } from "#cloud/identity/scope.ts";
import type { Row } from "#cloud/store/schema.ts";
import type { Queries } from "#cloud/store/store.ts";
import { readTallies } from "#cloud/store/tally.ts";
import type { GapView } from "#protocols/api/gaps.ts";
import type { AlarmView, Counts, EventView, GatewayView, LaneView, PropertyEntryView } from "#protocols/api/views.ts";
import { eventCatalogue, isEventType } from "#protocols/uplink/events.ts";
import type { Stream } from "#protocols/vocabulary/ids.ts";
import { eventKeyText } from "#protocols/vocabulary/ids.ts";
import { list, maybeTime, time } from "./words.ts";

export async function gatewayViews(read: Queries, only?: { site: string; gateway: string }): Promise<GatewayView[]> {
  let rows = read.selectFrom("gateway").selectAll().orderBy("site").orderBy("gateway");
  if (only !== undefined) rows = rows.where("site", "=", only.site).where("gateway", "=", only.gateway);
  const cursors = await read
    .selectFrom("cursor")
    .select(["site", "gateway", "up_to", "seen_to"])
    .whereRef("seen_to", ">", "up_to")
    .execute();
  let counting = read
    .selectFrom("gap")
    .select(["site", "gateway", (eb) => eb.fn.countAll<number | string>().as("n")])
    .where("reason", "!=", "thinned")
    .groupBy(["site", "gateway"]);
  if (only !== undefined) counting = counting.where("site", "=", only.site).where("gateway", "=", only.gateway);
  const gaps = await counting.execute();
  return (await rows.execute()).map((row) => ({
    site: row.site,
    gateway: row.gateway,
    state: row.state as GatewayView["state"],
    since: maybeTime(row.since),
    last_event: maybeTime(row.last_event_at),
    behind: cursors
      .filter((cursor) => cursor.site === row.site && cursor.gateway === row.gateway)
      .reduce((sum, cursor) => sum + cursor.seen_to - cursor.up_to, 0),
    gaps: Number(gaps.find((one) => one.site === row.site && one.gateway === row.gateway)?.n ?? 0),
  }));
}

export function gapView({ id, site, gateway, stream, reason, from_at, to_at, lost, received_at }: Row<"gap">): GapView {
  return {
    ...{ id, site, gateway, stream: stream as GapView["stream"], reason: reason as GapView["reason"], lost },
    ...{ from: maybeTime(from_at), to: time(to_at), received: time(received_at) },
  };
}

export function laneView(row: Row<"lane">): LaneView {
  const { site, gateway, name, passages, openings } = row;
  const last =
    row.last_at === null
      ? null
      : {
          at: time(row.last_at),
          plate: row.last_plate,
          what: row.last_what as NonNullable<LaneView["last"]>["what"],
          zh: row.last_zh ?? "",
          en: row.last_en ?? "",
        };
  const mode = row.kept as NonNullable<LaneView["kept"]>["mode"] | null;
  const kept = mode === null ? null : { mode, until: maybeTime(row.kept_until), by: row.kept_by };
  return { id: row.lane, site, gateway, name, direction: row.direction as LaneView["direction"], last, passages, openings, kept };
}

export function alarmView(row: Row<"alarm">): AlarmView {
  const rule = alarmRule(row.rule);
  const { cause_zh, cause_en, consequence_zh, consequence_en } = whyOf(row.rule);
  const life = lifeOf(row);
  const { hold_until, hold_by: by, hold_reason: reason } = row;
  return {
    ...{ id: row.id, site: row.site, gateway: row.gateway, rule: row.rule, priority: row.priority, source: row.source },
    ...{ zh: row.zh, en: row.en, action_zh: rule.action_zh, action_en: rule.action_en },
    ...{ cause_zh, cause_en, consequence_zh, consequence_en },
    respond_within_min: respondWithin_min[row.priority as 1 | 2 | 3 | 4],
    state: shownState(life),
    held: life.hold === "none" ? null : { until: maybeTime(hold_until), by, reason },
    ...{ chattering: row.chattering === 1, test: row.test !== null, escalated: row.escalated },
    ...{ count: row.count, first: time(row.first_at), last: time(row.last_at) },
    acknowledged_by: row.acknowledged_by,
    acknowledged_at: maybeTime(row.acknowledged_at),
    cleared_at: maybeTime(row.cleared_at),
    events: list(row.events),
  };
}

export function entryView(row: Row<"entry"> & { confirmed_after_ms: number | null }): PropertyEntryView {
  const { id, site, source, zh, en, event, handled_by, note, hazard } = row;
  return {
    ...{ id, site, source, at: time(row.at), zh, en, event },
    times: {
      seen: maybeTime(row.seen_at),
      decided_after_ms: row.decided_after_ms,
      off_after_ms: row.off_after_ms,
      confirmed_after_ms: row.confirmed_after_ms,
      received: time(row.received_at),
    },
    state: row.state as PropertyEntryView["state"],
    ...{ handled_by, note, hazard },
  };
}

export function eventView(row: Row<"event">): EventView {
  const words = isEventType(row.type) ? eventCatalogue[row.type] : { zh: row.type, en: row.type };
  const { site, gateway, type, subject } = row;
  return {
    key: eventKeyText({ gateway, epoch: row.epoch, stream: row.stream as Stream, seq: row.seq }),
    ...{ site, gateway, type, zh: words.zh, en: words.en, at: time(row.at), received: time(row.received_at) },
    late: row.late === 1,
    clock: row.clock as EventView["clock"],
    subject,
    data: JSON.parse(row.data) as unknown,
  };
}

/** What is counted, of every site apart. */
async function countsBySite(read: Queries): Promise<(scope: Scope) => Counts> {
  const cursors = await read
    .selectFrom("cursor")
    .select((eb) => [
      "site",
      eb.fn.sum<number | string | null>("seen_to").as("seen"),
      eb.fn.sum<number | string | null>("up_to").as("taken"),
    ])
    .groupBy("site")
    .execute();
  const tallied = await readTallies(read);
  return (scope) => {
    const missing = cursors
      .filter(({ site }) => sees(scope, site))
      .reduce((sum, { seen, taken }) => sum + Number(seen ?? 0) - Number(taken ?? 0), 0);
    return { ...tallied(scope.all ? undefined : (site) => sees(scope, site)), missing };
  };
}

export const countsView = async (read: Queries, scope: Scope = everywhere): Promise<Counts> => (await countsBySite(read))(scope);

export async function countsMessage(read: Queries): Promise<{ kind: "counts"; view: Counts; within: (scope: Scope) => Counts }> {
  const within = await countsBySite(read);
  return { kind: "counts", view: within(everywhere), within };
}
