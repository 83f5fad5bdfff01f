// What happened last at each lane, and how many cars and openings it has seen. An older fact is counted, but never shown as the last.
import type { Effect, Happening } from "#cloud/store/happening.ts";
import { noteLabels } from "#cloud/store/labels.ts";
import { isNewer, momentOf, momentText } from "#cloud/store/order.ts";
import { addToTally } from "#cloud/store/tally.ts";
import type { LaneView } from "#protocols/api/views.ts";
import type { Of } from "./events.ts";

type Direction = LaneView["direction"];

interface LaneFact {
  readonly lane: string;
  /** undefined: this event does not say. */
  readonly direction: Direction | undefined;
  readonly what: NonNullable<LaneView["last"]>["what"];
  readonly plate: string | null;
  readonly zh: string;
  readonly en: string;
  readonly passages?: number;
  readonly openings?: number;
}

/** Makes the lane known; a name or direction that is said replaces what was guessed. */
export async function knowLane(
  effect: Effect,
  event: Pick<Happening, "site" | "gateway">,
  lane: { id: string; name?: string; direction?: Direction | undefined },
): Promise<void> {
  const { site, gateway } = event;
  const said = {
    ...(lane.name === undefined ? {} : { name: lane.name }),
    ...(lane.direction === undefined ? {} : { direction: lane.direction }),
  };
  const nothing = { last_stamp: null, last_at: null, last_plate: null, last_what: null, last_zh: null, last_en: null };
  const row = { site, gateway, lane: lane.id, name: lane.id, direction: "entry", ...nothing, passages: 0, openings: 0, ...said };
  await effect.change
    .insertInto("lane")
    .values(row)
    .onConflict((conflict) => {
      const same = conflict.columns(["site", "gateway", "lane"]);
      return Object.keys(said).length === 0 ? same.doNothing() : same.doUpdateSet(said);
    })
    .execute();
  effect.marks.add({ kind: "lane", site, gateway, id: lane.id });
}

export async function lastAtLane(effect: Effect, event: Happening, fact: LaneFact): Promise<void> {
  const { site, gateway } = event;
  await knowLane(effect, event, { id: fact.lane, direction: fact.direction });
  const known = await effect.change
    .selectFrom("lane")
    .select(["last_stamp", "last_plate", "last_what"])
    .where("site", "=", site)
    .where("gateway", "=", gateway)
    .where("lane", "=", fact.lane)
    .executeTakeFirstOrThrow();
  const last = {
    last_stamp: momentText(event.at),
    last_at: event.at.wall,
    last_plate: fact.plate,
    last_what: fact.what,
    last_zh: fact.zh,
    last_en: fact.en,
  };
  const news = isNewer(event.at, momentOf(known.last_stamp));
  await effect.change
    .updateTable("lane")
    .set((eb) => ({
      ...(news ? last : {}),
      passages: eb("passages", "+", fact.passages ?? 0),
      openings: eb("openings", "+", fact.openings ?? 0),
    }))
    .where("site", "=", site)
    .where("gateway", "=", gateway)
    .where("lane", "=", fact.lane)
    .execute();
  if (news) await noteLabels(effect, event, [{ place: "lane.last_at", key: fact.lane }]);
}

export async function lanePassed(effect: Effect, event: Of<"lane.passed">): Promise<void> {
  const { lane, direction, visit } = event.data;
  const row =
    visit === null ? undefined : await effect.change.selectFrom("visit").select("plate").where("visit", "=", visit).executeTakeFirst();
  await addToTally(effect.change, event, "passages");
  const words = { zh: "车辆通过", en: "car passed" };
  await lastAtLane(effect, event, { lane, direction, what: "passed", plate: row?.plate ?? null, passages: 1, ...words });
}

const causes = {
  read: ["识别开闸", "opened on a plate read"],
  payment: ["缴费开闸", "opened on payment"],
  manual: ["手动开闸", "opened by hand"],
  unknown: ["未知原因开闸", "opened, cause unknown"],
} as const;

export async function gateOpened(effect: Effect, event: Of<"gate.opened">): Promise<void> {
  const { lane, cause } = event.data;
  const [zh, en] = causes[cause];
  await addToTally(effect.change, event, "openings");
  const plate = await plateAtLane(effect, event, lane);
  await lastAtLane(effect, event, { lane, direction: undefined, what: "opened", plate, openings: 1, zh, en });
}

/** The gate's own event carries no plate: the one that was read a moment ago stays on the lane's card. */
async function plateAtLane(effect: Effect, event: Happening, lane: string): Promise<string | null> {
  const row = await effect.change
    .selectFrom("lane")
    .select(["last_plate", "last_at"])
    .where("site", "=", event.site)
    .where("gateway", "=", event.gateway)
    .where("lane", "=", lane)
    .executeTakeFirst();
  return row?.last_at !== undefined && row.last_at !== null && event.at.wall - row.last_at < 30_000 ? row.last_plate : null;
}

export async function laneException(effect: Effect, event: Of<"lane.exception">): Promise<void> {
  const { lane, plate, zh, en } = event.data;
  await lastAtLane(effect, event, { lane, direction: undefined, what: "exception", plate, zh, en });
}

export async function offlineRead(effect: Effect, event: Of<"lane.offline-read">): Promise<void> {
  const { lane, plate } = event.data;
  await lastAtLane(effect, event, {
    lane,
    direction: undefined,
    what: "offline-read",
    plate,
    zh: "离线补传",
    en: "stored read arrived late",
  });
}

export async function laneFault(effect: Effect, event: Of<"gate.unanswered"> | Of<"camera.silent">): Promise<void> {
  const [zh, en] = event.type === "gate.unanswered" ? ["道闸未见开启", "gate did not open"] : ["相机失联", "camera silent"];
  await lastAtLane(effect, event, { lane: event.data.lane, direction: undefined, what: "fault", plate: null, zh, en });
}
