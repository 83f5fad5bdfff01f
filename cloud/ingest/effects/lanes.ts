// What happened last at each lane, and how many cars and openings it has seen. An older fact is counted, but never shown as the last.
import type { Effect, Happening } from "#cloud/store/happening.ts";
import { noteLabels } from "#cloud/store/labels.ts";
import { often } from "#cloud/store/often.ts";
import { isNewer, momentOf, momentText } from "#cloud/store/order.ts";
import type { Row } from "#cloud/store/schema.ts";
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
): Promise<KnownLane> {
  const { site, gateway } = event;
  const said = {
    ...(lane.name === undefined ? {} : { name: lane.name }),
    ...(lane.direction === undefined ? {} : { direction: lane.direction }),
  };
  const nothing = { last_stamp: null, last_at: null, last_plate: null, last_what: null, last_zh: null, last_en: null };
  const row = { site, gateway, lane: lane.id, name: lane.id, direction: "entry", ...nothing, passages: 0, openings: 0, ...said };
  effect.marks.add({ kind: "lane", site, gateway, id: lane.id });
  // Most events say nothing new of a lane that is known.
  const [known] = await laneOf(effect.change, { site, gateway, lane: lane.id });
  const news = known === undefined || (said.name ?? known.name) !== known.name || (said.direction ?? known.direction) !== known.direction;
  if (!news) return known;
  await effect.change
    .insertInto("lane")
    .values(row)
    .onConflict((conflict) => {
      const same = conflict.columns(["site", "gateway", "lane"]);
      return Object.keys(said).length === 0 ? same.doNothing() : same.doUpdateSet(said);
    })
    .execute();
  return known ?? nothing;
}

type KnownLane = Pick<Row<"lane">, "last_stamp" | "last_plate" | "last_at">;

export async function lastAtLane(effect: Effect, event: Happening, fact: LaneFact): Promise<void> {
  const { site, gateway } = event;
  const known = await knowLane(effect, event, { id: fact.lane, direction: fact.direction });
  const last = {
    last_stamp: momentText(event.at),
    last_at: event.at.wall,
    last_plate: fact.plate,
    last_what: fact.what,
    last_zh: fact.zh,
    last_en: fact.en,
  };
  const counted = { site, gateway, lane: fact.lane, passages: fact.passages ?? 0, openings: fact.openings ?? 0 };
  if (!isNewer(event.at, momentOf(known.last_stamp))) return void (await countOnly(effect.change, counted));
  await showLast(effect.change, { ...counted, ...last });
  await noteLabels(effect, event, [{ place: "lane.last_at", key: fact.lane }]);
}

type Named = Readonly<Record<"site" | "gateway" | "lane", string>>;
type Counted = Named & Readonly<Record<"passages" | "openings", number>>;
type Last = Readonly<Record<"last_stamp" | "last_what" | "last_zh" | "last_en", string>> &
  Readonly<{ last_at: number; last_plate: string | null }>;

const laneOf = often((db, { site, gateway, lane }: Named) =>
  db
    .selectFrom("lane")
    .select(["name", "direction", "last_stamp", "last_plate", "last_at"])
    .where("site", "=", site)
    .where("gateway", "=", gateway)
    .where("lane", "=", lane),
);
const showLast = often((db, row: Counted & Last) => {
  const { site, gateway, lane, passages, openings } = row;
  const { last_stamp, last_what, last_zh, last_en, last_at, last_plate } = row;
  return db
    .updateTable("lane")
    .set((eb) => ({
      ...{ last_stamp, last_what, last_zh, last_en, last_at, last_plate },
      ...{ passages: eb("passages", "+", passages), openings: eb("openings", "+", openings) },
    }))
    .where("site", "=", site)
    .where("gateway", "=", gateway)
    .where("lane", "=", lane);
});
const countOnly = often((db, { site, gateway, lane, passages, openings }: Counted) =>
  db
    .updateTable("lane")
    .set((eb) => ({ passages: eb("passages", "+", passages), openings: eb("openings", "+", openings) }))
    .where("site", "=", site)
    .where("gateway", "=", gateway)
    .where("lane", "=", lane),
);
const plateOfVisit = often((db, { visit }: { visit: string }) => db.selectFrom("visit").select("plate").where("visit", "=", visit));

export async function lanePassed(effect: Effect, event: Of<"lane.passed">): Promise<void> {
  const { lane, direction, visit } = event.data;
  const [row] = visit === null ? [] : await plateOfVisit(effect.change, { visit });
  await addToTally(effect.change, event, "passages");
  const words = { zh: "车辆通过", en: "car passed" };
  await lastAtLane(effect, event, { lane, direction, what: "passed", plate: row?.plate ?? null, passages: 1, ...words });
}

/** What a gateway says of how a lane is kept; an older word never takes the place of a newer one. */
export async function laneKept(effect: Effect, event: Of<"lane.mode">): Promise<void> {
  const { site, gateway } = event;
  const { lane, mode, until, person } = event.data;
  await knowLane(effect, event, { id: lane });
  const known = await effect.change
    .selectFrom("lane")
    .select("kept_stamp")
    .where("site", "=", site)
    .where("gateway", "=", gateway)
    .where("lane", "=", lane)
    .executeTakeFirst();
  if (!isNewer(event.at, momentOf(known?.kept_stamp ?? null))) return;
  const kept = mode === "normal" ? { kept: null, kept_until: null, kept_by: null } : { kept: mode, kept_until: until, kept_by: person };
  await effect.change
    .updateTable("lane")
    .set({ ...kept, kept_stamp: momentText(event.at) })
    .where("site", "=", site)
    .where("gateway", "=", gateway)
    .where("lane", "=", lane)
    .execute();
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
  const [row] = await laneOf(effect.change, { site: event.site, gateway: event.gateway, lane });
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

const faults = {
  "gate.unanswered": ["道闸未见开启", "gate did not open"],
  "gate.refused": ["开闸未受理", "the order to open was not taken"],
  "camera.silent": ["相机失联", "camera silent"],
} as const;

export async function laneFault(effect: Effect, event: Of<"gate.unanswered"> | Of<"gate.refused"> | Of<"camera.silent">): Promise<void> {
  const [zh, en] = faults[event.type];
  await lastAtLane(effect, event, { lane: event.data.lane, direction: undefined, what: "fault", plate: null, zh, en });
}
