// A car at the exit that nobody saw come in. Where its lot's file says a price, or a length to assume, it is charged by that; else a person decides.
// Such a visit is only as good as one look of a camera: it counts as no car inside, stands for nobody else's plate, and is forgotten when the car comes in, or is not seen at the exit any more.
import { samePlate } from "#gateway/core/parking/lane.ts";
import { elapsed } from "#gateway/core/parking/visit.ts";
import { noMoney } from "#protocols/vocabulary/money.ts";
import type { Plate, PlateColour } from "#protocols/vocabulary/plate.ts";
import { minuteMs, type Stamp } from "#protocols/vocabulary/time.ts";
import type { Reads, Transaction } from "../journal/journal.ts";
import type { LaneWorld } from "./deciding.ts";
import { stayOf } from "./stay.ts";
import { forgetVisit, openVisit, readStamp, type Visit, visitById } from "./visits.ts";

export interface Unseen {
  readonly plate: Plate;
  readonly colour: PlateColour;
  readonly now: Stamp;
}

/** The visit that it stands for, begun here and now where there is none; undefined: the file leaves it to a person, or cannot say a price. */
export function lostEntry(tx: Transaction, lane: LaneWorld, sight: Unseen): string | undefined {
  const { config, tariffs } = lane;
  const known = standing(tx, config, sight.plate);
  if (known !== undefined) return known;
  const { plate, colour, now } = sight;
  const under = { lot: config.lot, tariffHash: tariffs.hash(config.lot) };
  const rule = tariffs.version(under, now.wall)?.lostEntry;
  if (rule === undefined || rule.kind === "ask") return undefined;
  const visit: Visit = {
    id: lane.newId(),
    ...under,
    plate,
    colour,
    state: "inside",
    entryLane: config.id,
    entered: now,
    tariff: tariffs.label(config.lot, now.wall),
    offline: false,
    received: null,
    passed: null,
    turnedBack: false,
    entryLost: true,
    total: noMoney,
    paid: noMoney,
  };
  if ("kind" in tariffs.price(visit, stayOf(tx, visit, now, tariffs.within(visit.lot)))) return undefined;
  openVisit(tx, visit);
  return visit.id;
}

/** Of this plate; or the one before this arm, where nothing differs but what cameras confuse. */
function standing(reads: Reads, lane: { id: string; lot: string }, plate: Plate): string | undefined {
  const own = reads.get<{ id: string }>(
    "SELECT id FROM visit WHERE lot = ? AND plate = ? AND entry_lost = 1 AND state <> 'gone' LIMIT 1",
    lane.lot,
    plate,
  );
  if (own !== undefined) return own.id;
  const front = reads.get<{ visit: string }>("SELECT visit FROM exit_front WHERE lane = ?", lane.id);
  const visit = front && visitById(reads, front.visit);
  return visit?.entryLost === true && visit.state !== "gone" && samePlate(visit.plate, plate) ? visit.id : undefined;
}

/** Not seen before the arm for so long, and not paid: it drove back, or it was a plate that went by. */
const forgottenAfter_ms = 10 * minuteMs;

const unpaidAt = (reads: Reads, lane: string): { id: string; seen: string }[] =>
  reads.all<{ id: string; seen: string }>(
    "SELECT v.id, coalesce(f.at, v.entered) AS seen FROM visit v LEFT JOIN exit_front f ON f.visit = v.id WHERE v.entry_lane = ? AND v.entry_lost = 1 AND v.state <> 'gone' AND v.state <> 'settled' AND v.paid_fen = 0",
    lane,
  );

export const hasLost = (reads: Reads, lane: string, now: Stamp): boolean =>
  unpaidAt(reads, lane).some(({ seen }) => elapsed(readStamp(seen), now) > forgottenAfter_ms);

export function forgetLost(tx: Transaction, lane: string, now: Stamp): void {
  for (const { id, seen } of unpaidAt(tx, lane))
    if (elapsed(readStamp(seen), now) > forgottenAfter_ms) forgetVisit(tx, id, { lane, at: now });
}
